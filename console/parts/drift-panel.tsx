/** What moved of an identity since a chosen day, part by part: what it does, where from, by what right, when, how much, and what an agent is made of. */
import { useState } from 'preact/hooks';
import type { IdentityDrift } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Chip } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { homeInAddress, place } from './route.ts';
import { Shown } from './states.tsx';
import { count } from './words.ts';

const WEEKS_BEFORE = 4;
const DAY_MS = 86_400_000;
type Part = IdentityDrift['parts'][number];
const NAMES: Readonly<Record<Part['cause'], string>> = {
  work: 'Work',
  place: 'Place',
  delegation: 'Delegation',
  time: 'Time',
  volume: 'Volume',
  makeup: 'Made of',
};

const MOVED = { tone: 'warn', text: 'moved' } as const;
const STILL = { tone: 'good', text: 'as before' } as const;
const UNTOLD = { tone: 'quiet', text: 'not known' } as const;

/** `newest`: time of its newest activity; `firstAt`: of its first. */
export function DriftPanel({
  id,
  newest,
  firstAt,
}: {
  readonly id: string;
  readonly newest: string;
  readonly firstAt: string;
}) {
  const [day, setDay] = useState(() =>
    new Date(Date.parse(newest) - WEEKS_BEFORE * 7 * DAY_MS).toISOString().slice(0, 10),
  );
  const drift = useResource(`drift ${id} ${day} ${place.value.query}`, () =>
    got(
      api.GET('/v1/identities/{id}/drift', {
        params: { path: { id }, query: { ...homeInAddress(), since: `${day}T00:00:00Z` } },
      }),
    ),
  );
  return (
    <section class="panel" aria-labelledby="drift-title">
      <h2 id="drift-title">What moved since a day</h2>
      <label class="filter">
        <span>Since</span>
        <input
          type="date"
          value={day}
          min={firstAt.slice(0, 10)}
          max={newest.slice(0, 10)}
          onChange={(event) => event.currentTarget.value !== '' && setDay(event.currentTarget.value)}
        />
      </label>
      <Shown of={drift} what="what moved">
        {({ parts }) => <Parts parts={parts} />}
      </Shown>
    </section>
  );
}

function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <dl class="facts drift-parts">
      {parts.map((part) => (
        <div key={part.cause}>
          <dt>
            {NAMES[part.cause]} <Chip {...(part.moved ? MOVED : part.untold ? UNTOLD : STILL)} />
          </dt>
          <dd>
            <LogText text={part.says} max={300} prose />
            {part.changes.length > 0 && <Changes part={part} />}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Changes({ part: { changes, more } }: { readonly part: Part }) {
  return (
    <ul class="plain-list">
      {changes.map(({ what, value, cameOn, wentOn, days, suspect }) => (
        <li key={`${what} ${value} ${cameOn === undefined}`}>
          <Chip tone={cameOn === undefined ? 'quiet' : 'new'} text={cameOn === undefined ? 'gone' : 'new'} />{' '}
          <span class="soft">{what}</span> <LogText text={value} max={80} />{' '}
          <span class="soft">
            {cameOn === undefined ? `last on ${wentOn}` : `since ${cameOn}`}
            {days !== undefined && `, on ${count(days, 'day')}`}
          </span>{' '}
          {suspect === true && <Chip tone="bad" text="under suspicion" />}
        </li>
      ))}
      {more > 0 && <li class="soft">and {more.toLocaleString('en')} more</li>}
    </ul>
  );
}

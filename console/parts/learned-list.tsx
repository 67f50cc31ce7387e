/** What an identity learned of late, when it was trusted, and which activity taught it. */

import { useState } from 'preact/hooks';
import type { Learned } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { Chip } from './badges.tsx';
import { LogText } from './log-text.tsx';
import { homeInAddress, place } from './route.ts';
import { useShown } from './shown-rows.tsx';
import { Empty, Shown } from './states.tsx';
import { Wide } from './wide.tsx';
import { count } from './words.ts';

const DIMENSIONS: Readonly<Record<string, string>> = { action: 'acts', network: 'networks', resource: 'targets' };
const LEARNED_TONES = { trusted: 'good', pending: 'new', alerted: 'bad', condemned: 'bad', doubted: 'warn' } as const;

export function LearnedList({ id, newest }: { readonly id: string; readonly newest: string }) {
  const [days, setDays] = useState(14);
  const since = new Date(Date.parse(newest) - days * 86_400_000).toISOString();
  const learned = useResource(`learned ${id} ${days} ${place.value.query}`, async () => {
    try {
      const answer = await got(
        api.GET('/v1/identities/{id}/learned', { params: { path: { id }, query: { ...homeInAddress(), since } } }),
      );
      return { rows: [...answer.learned].reverse() };
    } catch (error) {
      // Seen, and not remembered yet: nothing was learned, and nothing failed.
      if (error instanceof Problem && error.status === 404) return { rows: undefined };
      throw error;
    }
  });
  return (
    <section class="panel" aria-labelledby="learned-title">
      <h2 id="learned-title">What it learned, and when</h2>
      <label class="filter">
        <span>What moved in its last</span>
        <select value={String(days)} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {[3, 7, 14, 30, 90].map((n) => (
            <option key={n} value={String(n)}>
              {n} days
            </option>
          ))}
        </select>
      </label>
      <Shown of={learned} what="what it learned">
        {({ rows }) =>
          rows === undefined ? (
            <p class="soft">Nothing is remembered of it yet.</p>
          ) : rows.length === 0 ? (
            <Empty title="It learned nothing new in that time." />
          ) : (
            <LearnedTable rows={rows} />
          )
        }
      </Shown>
    </section>
  );
}

const nameOf = ({ dimension }: Learned) => DIMENSIONS[dimension.split(':')[0]!] ?? dimension.split(':')[0];

/** One value is remembered in several ways, alone and beside others: it is told once. */
function once(rows: readonly Learned[]): Learned[] {
  const found = new Map<string, Learned>();
  for (const row of rows) {
    const key = JSON.stringify([nameOf(row), row.value, row.state]);
    if (!found.has(key)) found.set(key, row);
  }
  return [...found.values()];
}

function LearnedTable({ rows }: { readonly rows: readonly Learned[] }) {
  const { shown, more } = useShown(once(rows));
  return (
    <Wide label="What it learned">
      <table>
        <thead>
          <tr>
            <th scope="col">Value</th>
            <th scope="col">State</th>
            <th scope="col">First</th>
            <th scope="col">Trusted since</th>
            <th scope="col">Brought by</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => {
            const { dimension, value, state, days, firstOn, trustedOn, activity } = row;
            return (
              <tr key={`${dimension} ${value}`}>
                <th scope="row">
                  <span class="soft">{nameOf(row)}</span> <LogText text={value} max={60} />
                </th>
                <td>
                  <Chip tone={LEARNED_TONES[state]} text={state} /> <span class="soft">{count(days, 'day')}</span>
                </td>
                <td>{firstOn}</td>
                <td>{trustedOn ?? 'not yet'}</td>
                <td>
                  {activity === undefined ? (
                    <span class="soft">not stored any more</span>
                  ) : (
                    <LogText text={activity.id} max={36} />
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {more}
    </Wide>
  );
}

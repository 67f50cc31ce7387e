/** The fleet: every machine identity in numbers, those that somebody should look at, and all of them page by page. */
import { useState } from 'preact/hooks';
import type { Fleet, FleetMember } from '../api/answers.ts';
import { api, got, Problem } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { credentials } from '../api/session.ts';
import { IdentityLink } from '../parts/identity-link.tsx';
import { Inventory } from '../parts/inventory.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { Pager, usePages } from '../parts/pager.tsx';
import { place, setQuery } from '../parts/route.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { age, Time } from '../parts/time.tsx';
import { count } from '../parts/words.ts';

const LISTS = [
  { id: 'drifting', name: 'Drifting most', says: 'The highest scores of the last 30 days, also of what was not told.' },
  {
    id: 'unowned',
    name: 'Without an owner',
    says: 'Nobody is known to answer for them: send an inventory record, or ask who deploys them.',
  },
  {
    id: 'longLived',
    name: 'Long-lived keys',
    says: 'They use credentials that outlive a session: replace them by short-lived ones.',
  },
  { id: 'dormant', name: 'Dormant', says: 'Not seen for 30 days: retire them, or note what they wait for.' },
  { id: 'fresh', name: 'New this week', says: 'First seen in the last seven days.' },
  {
    id: 'unusedGrants',
    name: 'Unused grants',
    says: 'They were granted what no stored act of theirs falls under: take it away, or note what it waits for.',
  },
  { id: 'ended', name: 'Past their end', says: 'Active after the end that the inventory names.' },
] as const;

type ListId = (typeof LISTS)[number]['id'];

function Members({ members }: { readonly members: readonly FleetMember[] }) {
  return (
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Identity</th>
            <th scope="col">Kind</th>
            <th scope="col">Owner</th>
            <th scope="col">First seen</th>
            <th scope="col">Last seen</th>
            <th scope="col" class="number">
              Activities
            </th>
            <th scope="col" class="number">
              Long-lived keys
            </th>
            <th scope="col" class="number">
              Alerts
            </th>
            <th scope="col" class="number">
              Top score
            </th>
          </tr>
        </thead>
        <tbody>
          {members.map(
            ({ id, name, kind, provider, account, owner, firstAt, lastAt, activities, longLived, alerts, score }) => (
              <tr key={`${id} ${provider} ${account}`}>
                <th scope="row">
                  <IdentityLink id={id} name={name} provider={provider} account={account} />
                </th>
                <td>
                  {kind} <span class="soft">{provider}</span>
                </td>
                <td>
                  {owner === undefined ? <span class="soft">none known</span> : <LogText text={owner} max={40} />}
                </td>
                <td>
                  <Time at={firstAt} />
                </td>
                <td title={age(lastAt)}>
                  <Time at={lastAt} />
                </td>
                <td class="number">{activities.toLocaleString('en')}</td>
                <td class="number">{longLived}</td>
                <td class="number">{alerts}</td>
                <td class="number">{score > 0 ? score.toFixed(1) : '—'}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Shares({
  title,
  parts,
  of,
}: {
  readonly title: string;
  readonly parts: readonly { readonly name: string; readonly identities: number }[];
  readonly of: number;
}) {
  return (
    <div class="shares-list">
      <h3>{title}</h3>
      {parts.length === 0 && <p class="soft">None known.</p>}
      <ul>
        {parts.slice(0, 8).map(({ name, identities }) => (
          <li key={name}>
            <LogText text={name} max={36} />
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" class="share-wide">
              <rect width="100" height="6" rx="1" class="share-track" />
              <rect width={(100 * identities) / Math.max(1, of)} height="6" rx="1" class="share-fill" />
            </svg>
            <span class="number">{identities.toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figure({ label, value, of }: { readonly label: string; readonly value: number; readonly of?: number }) {
  return (
    <div class="figure">
      <div class="figure-number">{value.toLocaleString('en')}</div>
      <div class="soft">
        {label}
        {of !== undefined && of > 0 && ` (${Math.round((100 * value) / of)} %)`}
      </div>
    </div>
  );
}

const FILES = [
  { path: '/v1/fleet.csv', name: 'tidemark-fleet.csv', label: 'Export as CSV' },
  { path: '/v1/inventory.csv', name: 'tidemark-inventory.csv', label: 'Inventory as CSV' },
  { path: '/v1/inventory.scim', name: 'tidemark-inventory.json', label: 'Inventory as SCIM' },
] as const;

async function download({ path, name }: (typeof FILES)[number]): Promise<void> {
  const answer = await fetch(path, { headers: credentials() });
  if (!answer.ok) throw new Problem(answer.status, {});
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Overview({ fleet }: { readonly fleet: Fleet }) {
  const { identities, coverage, learning, kinds, providers, owners } = fleet;
  return (
    <section class="panel" aria-labelledby="numbers-title">
      <h2 id="numbers-title" class="visually-hidden">
        In numbers
      </h2>
      <div class="figures-line">
        <Figure label="identities" value={identities} />
        <Figure label="with an owner" value={coverage.owner} of={identities} />
        <Figure label="with a purpose" value={coverage.purpose} of={identities} />
        <Figure label="with an end" value={coverage.expiry} of={identities} />
        <Figure label="with all three" value={coverage.all} of={identities} />
        <Figure label="still learning" value={learning} of={identities} />
      </div>
      <div class="three">
        <Shares title="By kind" parts={kinds} of={identities} />
        <Shares title="By provider" parts={providers} of={identities} />
        <Shares title="By owner" parts={owners} of={identities} />
      </div>
    </section>
  );
}

function Everybody() {
  const pages = usePages('');
  const cursor = pages.cursor;
  const list = useResource(`identities ${cursor}`, () =>
    got(api.GET('/v1/identities', { params: { query: { limit: 50, ...(cursor !== '' && { cursor }) } } })),
  );
  return (
    <Shown of={list} what="identities">
      {({ identities, next }) => (
        <>
          <div class="wide">
            <table>
              <thead>
                <tr>
                  <th scope="col">Identity</th>
                  <th scope="col">Kind</th>
                  <th scope="col">First seen</th>
                  <th scope="col">Last seen</th>
                  <th scope="col" class="number">
                    Activities
                  </th>
                </tr>
              </thead>
              <tbody>
                {identities.map(({ id, name, kind, provider, firstAt, lastAt, activities }) => (
                  <tr key={id}>
                    <th scope="row">
                      <IdentityLink id={id} name={name} />
                    </th>
                    <td>
                      {kind} <span class="soft">{provider}</span>
                    </td>
                    <td>
                      <Time at={firstAt} />
                    </td>
                    <td>
                      <Time at={lastAt} />
                    </td>
                    <td class="number">{activities.toLocaleString('en')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <Pager of={pages} next={next} />
        </>
      )}
    </Shown>
  );
}

export function FleetPage() {
  const fleet = useResource('fleet', () => got(api.GET('/v1/fleet')));
  const asked = place.value.query.get('list');
  const shown = asked === 'all' || asked === 'gaps' ? asked : (LISTS.find(({ id }) => id === asked)?.id ?? 'drifting');
  const [problem, setProblem] = useState('');
  useKeys([]);
  const list = LISTS.find(({ id }) => id === shown);
  return (
    <div class="page">
      <div class="title-line">
        <h1>Fleet</h1>
        <div class="acts">
          {problem !== '' && <span role="alert">{problem}</span>}
          {FILES.map((file) => (
            <button
              key={file.path}
              type="button"
              onClick={() => download(file).catch(() => setProblem('The file did not come: try again.'))}
            >
              {file.label}
            </button>
          ))}
        </div>
      </div>
      <Shown of={fleet} what="the fleet">
        {(data) =>
          data.identities === 0 ? (
            <Empty title="No identity is known yet.">
              Send logs to <code>/v1/activities</code>, or judge some history with{' '}
              <code>tidemark replay FILES --store DIR</code>.
            </Empty>
          ) : (
            <>
              <Overview fleet={data} />
              <section class="panel" aria-labelledby="list-title">
                <fieldset class="tabs">
                  <legend class="visually-hidden">Which identities</legend>
                  {[
                    ...LISTS.map(({ id, name }) => ({ id: id as ListId | 'all' | 'gaps', name, n: data[id].count })),
                    { id: 'gaps' as const, name: 'Inventory gaps', n: data.identities - data.coverage.all },
                    { id: 'all' as const, name: 'All', n: data.identities },
                  ].map(({ id, name, n }) => (
                    <button key={id} type="button" aria-pressed={shown === id} onClick={() => setQuery({ list: id })}>
                      {name} <span class="soft">{n.toLocaleString('en')}</span>
                    </button>
                  ))}
                </fieldset>
                <h2 id="list-title">{list?.name ?? (shown === 'gaps' ? 'Inventory gaps' : 'All identities')}</h2>
                <p class="soft">
                  {list?.says ??
                    (shown === 'gaps'
                      ? 'What the inventory does not say, and what the logs propose in its place. Owners confirm by a link.'
                      : 'In order of id.')}
                </p>
                {shown === 'gaps' ? (
                  <Inventory />
                ) : shown === 'all' ? (
                  <Everybody />
                ) : data[shown].count === 0 ? (
                  <Empty title="None." />
                ) : (
                  <>
                    <Members members={data[shown].shown} />
                    {data[shown].count > data[shown].shown.length && (
                      <p class="soft">
                        The first {count(data[shown].shown.length, 'identity', 'identities')}; the CSV has all of them.
                      </p>
                    )}
                  </>
                )}
              </section>
            </>
          )
        }
      </Shown>
    </div>
  );
}

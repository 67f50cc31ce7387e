/** One list of the fleet, page by page: who they are, and what they are on the list for. */

import type { ComponentChildren } from 'preact';
import type { FleetMember } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { IdentityLink } from './identity-link.tsx';
import { LogText } from './log-text.tsx';
import { Pager, usePages } from './pager.tsx';
import { Empty, Shown } from './states.tsx';
import { age, Time } from './time.tsx';
import { Wide } from './wide.tsx';

const PAGE = 50;

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  readonly of: (member: FleetMember) => ComponentChildren;
}

const number = (name: string, of: (member: FleetMember) => number | undefined): Column => ({
  name,
  isNumber: true,
  of: (member) => of(member)?.toLocaleString('en') ?? '—',
});
const SCORE: Column = {
  name: 'Top score',
  isNumber: true,
  of: ({ score }) => (score > 0 ? score.toFixed(1) : '—'),
};
const ALERTS = number('Alerts', ({ alerts }) => alerts);
const KEYS = number('Long-lived keys', ({ longLived }) => longLived);

export const LISTS = [
  {
    id: 'drifting',
    name: 'Drifting most',
    says: 'The highest scores of the last 30 days, also of what was not told.',
    columns: [SCORE, ALERTS],
  },
  {
    id: 'unowned',
    name: 'Without an owner',
    says: 'Nobody is known to answer for them: send an inventory record, or ask who deploys them.',
    columns: [KEYS, ALERTS],
  },
  {
    id: 'unusedGrants',
    name: 'Over-privileged',
    says: 'They were granted what no stored act of theirs falls under; first those with most that nobody of their kind uses either. Take it away, or note what it waits for.',
    columns: [
      number('Granted', ({ granted }) => granted),
      number('Never used', ({ unused }) => unused),
      number('Nor by their kind', ({ unneeded }) => unneeded),
    ],
  },
  {
    id: 'longLived',
    name: 'Long-lived keys',
    says: 'They use credentials that outlive a session: replace them by short-lived ones.',
    columns: [KEYS, ALERTS],
  },
  {
    id: 'dormant',
    name: 'Dormant',
    says: 'Not seen for 30 days: retire them, or note what they wait for.',
    columns: [KEYS],
  },
  { id: 'fresh', name: 'New this week', says: 'First seen in the last seven days.', columns: [KEYS, ALERTS] },
  {
    id: 'ended',
    name: 'Past their end',
    says: 'Active after the end that the inventory names.',
    columns: [{ name: 'End', of: ({ endAt }) => endAt !== undefined && <Time at={endAt} /> }, ALERTS],
  },
  { id: 'all', name: 'All', says: 'In order of id.', columns: [KEYS, ALERTS, SCORE] },
] as const satisfies readonly { id: string; name: string; says: string; columns: readonly Column[] }[];
export type ListId = (typeof LISTS)[number]['id'];

function Members({
  members,
  columns,
}: {
  readonly members: readonly FleetMember[];
  readonly columns: readonly Column[];
}) {
  return (
    <Wide label="Identities">
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
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" class={isNumber ? 'number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {members.map((member) => {
            const { id, name, kind, provider, account, owner, firstAt, lastAt, activities } = member;
            return (
              <tr key={`${id} ${provider} ${account}`}>
                <th scope="row">
                  <IdentityLink id={id} name={name} provider={provider} account={account} />
                </th>
                <td>
                  {kind} <span class="soft">{provider}</span>
                </td>
                <td class="owner-cell">
                  {owner === undefined ? <span class="soft">none known</span> : <LogText text={owner} max={40} />}
                </td>
                <td>
                  <Time at={firstAt} />
                </td>
                <td title={age(lastAt)}>
                  <Time at={lastAt} />
                </td>
                <td class="number">{activities.toLocaleString('en')}</td>
                {columns.map((column) => (
                  <td key={column.name} class={column.isNumber ? 'number' : undefined}>
                    {column.of(member)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Wide>
  );
}

/** `first`: the beginning of the list, as the overview brought it, so that the first page asks for nothing. */
export function FleetListPages({
  id,
  first,
}: {
  readonly id: ListId;
  readonly first?: { readonly count: number; readonly shown: readonly FleetMember[] } | undefined;
}) {
  const pages = usePages('');
  const { cursor } = pages;
  const isWhole = first !== undefined && first.count <= first.shown.length;
  const list = useResource(`fleet ${id} ${cursor} ${isWhole}`, async () =>
    isWhole
      ? { identities: [...first.shown] }
      : got(
          api.GET('/v1/fleet/identities', {
            params: { query: { list: id, limit: PAGE, ...(cursor !== '' && { cursor }) } },
          }),
        ),
  );
  const { columns } = LISTS.find((one) => one.id === id)!;
  return (
    <Shown of={list} what="identities">
      {(page) =>
        page.identities.length === 0 ? (
          <Empty title="None." />
        ) : (
          <>
            <Members members={page.identities} columns={columns} />
            {(cursor !== '' || ('next' in page && page.next !== undefined)) && (
              <Pager of={pages} next={'next' in page ? page.next : undefined} />
            )}
          </>
        )
      }
    </Shown>
  );
}

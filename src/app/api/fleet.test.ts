import { expect, test } from 'vitest';
import { keyOf } from '../../ports/views.ts';
import { atHome, fleetOf, fleetPage, membersOf, summaryOf } from './fleet.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-31T00:00:00Z');
const stored = (id: string, firstDaysAgo: number, lastDaysAgo: number, longLived = 0) => ({
  id,
  kind: 'role',
  provider: 'aws',
  account: '',
  name: '',
  firstMs: NOW - firstDaysAgo * DAY_MS,
  lastMs: NOW - lastDaysAgo * DAY_MS,
  activities: 10,
  longLived,
});

test('what an id did before its account was told is no identity of its own, and two accounts are two', () => {
  const members = ['', '11', '22'].map((account) => ({ ...stored('desk', 5, 0), account }));
  const found = (some: typeof members) =>
    membersOf(atHome(some), () => undefined, new Map()).map(({ member }) => member.account);
  expect(found(members.slice(0, 2))).toEqual(['11']);
  expect(found(members.slice(1))).toEqual(['11', '22']);
});

test('alerts and rights count for the identity of the account they are of, and those of before it was told for its heir', () => {
  const members = [
    { ...stored('deploy', 5, 0), account: '11' },
    { ...stored('deploy', 5, 0), account: '22' },
    { ...stored('desk', 9, 5) },
    { ...stored('desk', 5, 0), account: '11' },
  ];
  const alerted = new Map([
    [keyOf(members[0]!), { alerts: 2, score: 8, owner: 'team-a' }],
    [keyOf(members[2]!), { alerts: 1, score: 3, owner: '' }],
    [keyOf(members[3]!), { alerts: 1, score: 5, owner: 'team-d' }],
  ]);
  const grants = new Map([[keyOf(members[1]!), { granted: 4, unused: 3 }]]);
  const found = membersOf(atHome(members), () => undefined, alerted, grants).map(({ member }) => member);
  expect(found).toMatchObject([
    { id: 'deploy', account: '11', alerts: 2, score: 8, owner: 'team-a' },
    { id: 'deploy', account: '22', alerts: 0, score: 0, granted: 4, unused: 3 },
    { id: 'desk', account: '11', alerts: 2, score: 5, owner: 'team-d' },
  ]);
  expect(found[0]).not.toHaveProperty('granted');
  expect(found[1]).not.toHaveProperty('owner');
});

test('a fleet tells who is unowned, dormant, new, past its end, with long-lived keys, and drifting, and how much is covered', () => {
  const told = new Map([
    ['owned', { owner: 'team-a', purpose: 'x', expiresAt: '2027-01-01T00:00:00Z' }],
    ['ended', { owner: 'team-a', offboardedAt: '2026-03-01T00:00:00Z' }],
  ]);
  const members = membersOf(
    atHome([stored('owned', 40, 0), stored('ended', 60, 1), stored('dormant', 90, 31), stored('fresh', 2, 0, 3)]),
    ({ id }) => told.get(id),
    new Map([[keyOf({ id: 'fresh', provider: 'aws' }), { alerts: 1, score: 9, owner: 'team-b' }]]),
  );
  const summary = summaryOf(members, 14 * DAY_MS);
  const fleet = fleetOf(summary, NOW);
  const ids = (list: { shown: readonly { id: string }[] }) => list.shown.map(({ id }) => id);
  expect(ids(fleet.unowned)).toEqual(['dormant']);
  expect(ids(fleet.dormant)).toEqual(['dormant']);
  expect(ids(fleet.fresh)).toEqual(['fresh']);
  expect(ids(fleet.longLived)).toEqual(['fresh']);
  expect(ids(fleet.drifting)).toEqual(['fresh']);
  expect(ids(fleet.ended)).toEqual(['ended']);
  expect(fleet).toMatchObject({ asOf: '2026-03-31T00:00:00.000Z', isCut: false, learning: 1 });
  const all = fleetPage(summary, NOW, { list: 'all', limit: 3 });
  expect(all).toMatchObject({ total: 4, identities: [{ id: 'owned' }, { id: 'ended' }, { id: 'dormant' }] });
  expect(fleetPage(summary, NOW, { list: 'all', limit: 3, cursor: all?.next })?.identities).toMatchObject([
    { id: 'fresh', longLived: 3 },
  ]);
  expect(fleetPage(summary, NOW, { list: 'all', limit: 3, cursor: 'x' })).toBeUndefined();
  expect(fleet.coverage).toEqual({ owner: 3, purpose: 1, expiry: 2, all: 1 });
  expect(fleet.owners).toEqual([
    { name: 'team-a', identities: 2 },
    { name: 'team-b', identities: 1 },
  ]);
});

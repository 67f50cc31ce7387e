import { expect, test } from 'vitest';
import { fleetOf, membersOf } from './fleet.ts';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-03-31T00:00:00Z');
const stored = (id: string, firstDaysAgo: number, lastDaysAgo: number, longLived = 0) => ({
  id,
  kind: 'role',
  provider: 'aws',
  name: '',
  firstMs: NOW - firstDaysAgo * DAY_MS,
  lastMs: NOW - lastDaysAgo * DAY_MS,
  activities: 10,
  longLived,
});

test('a fleet tells who is unowned, dormant, new, past its end, with long-lived keys, and drifting, and how much is covered', () => {
  const told = new Map([
    ['owned', { owner: 'team-a', purpose: 'x', expiresAt: '2027-01-01T00:00:00Z' }],
    ['ended', { owner: 'team-a', offboardedAt: '2026-03-01T00:00:00Z' }],
  ]);
  const members = membersOf(
    [stored('owned', 40, 0), stored('ended', 60, 1), stored('dormant', 90, 31), stored('fresh', 2, 0, 3)],
    (id) => told.get(id),
    new Map([['fresh', { alerts: 1, score: 9, owner: 'team-b' }]]),
  );
  const fleet = fleetOf(members, 1);
  const ids = (list: { shown: readonly { id: string }[] }) => list.shown.map(({ id }) => id);
  expect(ids(fleet.unowned)).toEqual(['dormant']);
  expect(ids(fleet.dormant)).toEqual(['dormant']);
  expect(ids(fleet.fresh)).toEqual(['fresh']);
  expect(ids(fleet.longLived)).toEqual(['fresh']);
  expect(ids(fleet.drifting)).toEqual(['fresh']);
  expect(ids(fleet.ended)).toEqual(['ended']);
  expect(fleet.coverage).toEqual({ owner: 3, purpose: 1, expiry: 2, all: 1 });
  expect(fleet.owners).toEqual([
    { name: 'team-a', identities: 2 },
    { name: 'team-b', identities: 1 },
  ]);
});

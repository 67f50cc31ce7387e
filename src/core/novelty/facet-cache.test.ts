import { expect, test } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { FacetCache, NONE } from './facet-cache.ts';
import type { FacetPlan } from './facets.ts';

const plan: FacetPlan<string> = {
  sample: () => 0,
  same: (kept, { id }) => kept === id,
  keep: ({ id }) => id,
};
const activity = (id: string) => ({ id }) as Activity;
/** Two dimensions, of three levels and of one, in two places. */
const readings = () => new FacetCache(plan, [3, 1], 2, (of, dimension) => Number(of.id) * 10 + dimension);

test('A facet that is kept is read once, and tells what was set of it', () => {
  const kept = readings();
  const at = kept.of(activity('1'), 7);
  expect([kept.exact(at, 0), kept.exact(at, 1)]).toEqual([10, 11]);
  for (const level of [0, 1]) kept.setLevel(at, 0, level, level + 1);
  kept.setNear(at, 0, 42);
  kept.setNear(at, 1, 43);
  expect(kept.of(activity('1'), 7)).toBe(at);
  expect([0, 1, 2].map((level) => kept.level(at, 0, level))).toEqual([1, 2, 10]);
  expect([kept.near(at, 0), kept.near(at, 1)]).toEqual([42, 43]);
  expect([kept.exact(at, 0), kept.exact(at, 1), kept.level(at, 1, 0)]).toEqual([10, 11, 11]);
});

test('A facet that takes the place of another knows none of its levels, at any depth', () => {
  const kept = readings();
  for (const id of ['1', '2']) for (const level of [0, 1]) kept.setLevel(kept.of(activity(id), 7), 0, level, level + 1);
  const at = kept.of(activity('3'), 7);
  expect([kept.level(at, 0, 0), kept.level(at, 0, 1)]).toEqual([NONE, NONE]);
  expect(kept.level(at, 0, 2)).toBe(30);
});

test('Of two in one place the one not used last is given up', () => {
  const kept = readings();
  const first = kept.of(activity('1'), 7);
  const second = kept.of(activity('2'), 7);
  kept.settle(first, 5);
  kept.settle(second, 6);
  kept.of(activity('1'), 7);
  expect(kept.of(activity('3'), 7)).toBe(second);
  expect(kept.settled(second)).toBe(0);
  expect(kept.settled(first)).toBe(5);
});

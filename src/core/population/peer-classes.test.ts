/** Classes are found from what identities do, alike on every worker. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mix } from '../hash.ts';
import { alike, PeerClasses } from './peer-classes.ts';

const work = (role: number, n: number) => Array.from({ length: n }, (_, i) => mix(i + 1, role * 1_000 + 7));
/** 30 identities of three roles, each using most of its role's actions. */
const fleet = Array.from({ length: 30 }, (_, identity) => ({ identity: identity + 1, role: identity % 3 })).flatMap(
  ({ identity, role }) =>
    work(role, 12)
      .filter((_, i) => (identity + i) % 5 !== 0)
      .map((value) => ({ identity, value })),
);
const run = (steps: Iterable<undefined>) => [...steps].length;
const classes = (observations: readonly { identity: number; value: number }[]) => {
  const peers = new PeerClasses();
  for (const { identity, value } of observations) peers.observe('role', identity, value);
  run(peers.sort());
  return Array.from({ length: 30 }, (_, i) => peers.classOf('role', i + 1));
};

describe('peer classes', () => {
  it('put identities of one role together and those of others apart', () => {
    const found = classes(fleet);
    expect(found).not.toContain(undefined);
    for (const [i, one] of found.entries())
      for (const [j, other] of found.entries()) expect([i, j, one === other]).toEqual([i, j, i % 3 === j % 3]);
  });

  it('are the same whatever the order in which actions were seen', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(fleet, { minLength: fleet.length }), (shuffled) => {
        expect(classes(shuffled)).toEqual(classes(fleet));
      }),
      { numRuns: 30 },
    );
  });

  it('do not change when nothing new is seen', () => {
    const peers = new PeerClasses();
    for (const { identity, value } of fleet) peers.observe('role', identity, value);
    run(peers.sort());
    const before = Array.from({ length: 30 }, (_, i) => peers.classOf('role', i + 1));
    for (let day = 0; day < 10; day++) run(peers.sort());
    expect(Array.from({ length: 30 }, (_, i) => peers.classOf('role', i + 1))).toEqual(before);
  });

  it('are not founded on one or two actions, nor shared between declared kinds', () => {
    const peers = new PeerClasses();
    for (const value of work(1, 2)) peers.observe('role', 1, value);
    for (const value of work(1, 12)) peers.observe('agent', 2, value);
    run(peers.sort());
    expect(peers.classOf('role', 1)).toBeUndefined();
    expect(peers.classOf('agent', 2)).toBe(0);
    expect(peers.classOf('role', 2)).toBeUndefined();
  });

  it('are at most 48 of a kind, however many lives there are', () => {
    const peers = new PeerClasses();
    for (let identity = 1; identity <= 200; identity++)
      for (const value of work(identity, 12)) peers.observe('role', identity, value);
    run(peers.sort());
    const found = new Set(
      Array.from({ length: 200 }, (_, i) => peers.classOf('role', i + 1)).filter((c) => c !== undefined),
    );
    expect(found.size).toBe(48);
  });
});

it('the overlap of two sets is 1 with itself, 0 with a stranger, and near the truth between', () => {
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const [a, b] = [sorted(work(1, 20)), sorted(work(2, 20))];
  expect(alike(a, a)).toBe(1);
  expect(alike(a, b)).toBe(0);
  expect(alike([], [])).toBe(0);
  const half = sorted([...work(1, 20).slice(0, 10), ...work(3, 10)]);
  expect(Math.abs(alike(a, half) - 1 / 3)).toBeLessThan(0.2);
});

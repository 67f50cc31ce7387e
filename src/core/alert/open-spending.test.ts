import { expect, it } from 'vitest';
import { OpenSpending } from './open-spending.ts';

const FIRST = { identity: 5, peers: 'aws/role' };

it('counts what is raised until its hour is closed, one cause once, each tenant for itself', () => {
  const spending = new OpenSpending();
  spending.add('acme', 10, 0, 0.5, FIRST);
  spending.add('acme', 10, 0, 0.75, FIRST);
  spending.add('acme', 10, 7, 1, FIRST);
  spending.add('acme', 11, 7, 0.5, FIRST);
  spending.add('other', 10, 0, 1, FIRST);
  expect([spending.since('acme', 9), spending.since('other', 9), spending.since('third', 9)]).toEqual([2.25, 1, 0]);
  spending.add('acme', 11, 0, 0.25, FIRST);
  expect([spending.since('acme', 10), spending.since('other', 10)]).toEqual([0.25, 0]);
});

it('knows a cause until its hour is closed, of its tenant alone', () => {
  const spending = new OpenSpending();
  spending.add('acme', 10, 7, 1, FIRST);
  expect(spending.of('acme', 7, 9)).toMatchObject({ first: FIRST });
  expect([spending.of('acme', 7, 10), spending.of('acme', 8, 9), spending.of('other', 7, 9)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

it('is the same after it was saved', () => {
  const spending = new OpenSpending();
  for (let cause = 0; cause < 6_000; cause++) spending.add('acme', 10, cause, 0.5, FIRST);
  const bytes = spending.changed() as Uint8Array;
  expect(spending.changed()).toBeUndefined();
  const restored = new OpenSpending();
  restored.restore(bytes);
  expect(restored.since('acme', 9)).toBe(spending.since('acme', 9));
  expect(restored.since('acme', 9)).toBe(3_000);
});

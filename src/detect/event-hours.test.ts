/** What is told in an hour is taken in as it is stored, and holds nobody up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { othersDuring } from '../../test/unit/others-during.ts';
import type { Contribution, Engine, Located } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import { asStored, follow, inStoredOrder } from './event-hours.ts';
import { judge, newOutcome, SLICE_ROWS } from './judge.ts';

const HOUR = 491_000;
/** What so many newcomers tell of a value in an hour. */
const toldOf = (count: number): Contribution[] =>
  Array.from({ length: count }, (_, n) => {
    const identity = (n * 7_919) % count;
    return {
      tenant: 't',
      peers: 'p/k',
      dimension: 'action',
      value: n % 97,
      identity,
      hour: HOUR,
      amount: 1,
      told: HOUR,
    };
  });

test('contributions come in the order of the store, however many there are', async () => {
  const some = fc.array(
    fc.record({
      tenant: fc.constantFrom('a', 'b'),
      peers: fc.constantFrom('p/k', 'p/k#1'),
      dimension: fc.constantFrom('action', '~day'),
      value: fc.nat(3),
      identity: fc.nat(9),
      hour: fc.nat(2),
      amount: fc.nat(1),
      told: fc.nat(2),
    }),
    { minLength: 2_000, maxLength: 9_000, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(some, async (all) => {
      expect(await asStored(all)).toEqual([...all].sort(inStoredOrder));
    }),
    { numRuns: 10 },
  );
  expect(await asStored([])).toEqual([]);
});

describe('others run in between', () => {
  test('while an hour in which thousands are new is sorted', async () => {
    const all = toldOf(100_000);
    expect(await othersDuring(() => asStored(all))).toBeGreaterThanOrEqual(50);
  });

  test('while it is closed, and it comes to what it comes to in one go', async () => {
    const all = toldOf(50_000);
    const [slow, whole] = [createPopulation(), createPopulation()];
    expect(await othersDuring(() => follow(slow, all, HOUR))).toBeGreaterThanOrEqual(10);
    for (const one of all) whole.merge(one);
    whole.close(HOUR + 1);
    for (const value of [0, 1, 96, 97])
      expect(slow.popular('t', 'p/k', value, 1)).toEqual(whole.popular('t', 'p/k', value, 1));
    expect(slow.epoch).toBe(HOUR);
  });

  test('while classes are found of the whole fleet', async () => {
    const population = createPopulation();
    for (const one of toldOf(20_000)) population.merge(one);
    population.close(HOUR + 1);
    const steps = [...population.closing(HOUR + 48)].length;
    expect(steps).toBeGreaterThanOrEqual(100);
  });

  test('while a chunk of newcomers is judged', async () => {
    const located = Array.from({ length: 20_000 }, (_, offset) => ({ activity: {}, offset }) as unknown as Located);
    const slices: number[] = [];
    const nothing = { alerts: [], news: [], observed: [], contributions: [], taught: [], held: 0 };
    const engine = {
      room: Number.POSITIVE_INFINITY,
      *makingRoom() {},
      process(batch: readonly Located[]) {
        slices.push(batch.length);
        return { ...nothing, late: { activities: 0, longestMs: 0 } };
      },
    } as unknown as Engine;
    const others = await othersDuring(() => judge(engine, [{ hour: HOUR, located, said: [] }], newOutcome()));
    expect(Math.max(...slices)).toBeLessThanOrEqual(SLICE_ROWS);
    expect(slices.reduce((sum, one) => sum + one, 0)).toBe(20_000);
    expect(others).toBeGreaterThanOrEqual(15);
  });
});

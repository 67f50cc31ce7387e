/** When memories are saved: where a partition rests, while judging goes on, and never so that a failure passes unnoticed. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/core/engine.ts';
import type { Engine, MemoryRow } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { PartitionSnapshots } from '../../src/detect/partition-snapshots.ts';
import { createPopulationFeed } from '../../src/detect/population-feed.ts';
import { createPump } from '../../src/detect/pump.ts';
import { Kept } from './kept-store.ts';
import { othersDuring } from './others-during.ts';
import { engineOptions, fleet, inOrder } from './story.ts';

const place = { topic: 'activity', partition: 0 };
const life = inOrder(fleet(3));
const never = new AbortController().signal;

/** A store in which saving takes until it is let go, or fails. */
class Slow extends Kept {
  saves = 0;
  letGo: () => void = () => {};
  refuse: (error: Error) => void = () => {};
  override async saveMemories(topic: string, partition: number, upTo: number, rows: readonly MemoryRow[]) {
    this.saves++;
    await new Promise<void>((resolve, reject) => {
      this.letGo = resolve;
      this.refuse = reject;
    });
    await super.saveMemories(topic, partition, upTo, rows);
  }
}

async function opened(store = new Slow()) {
  const clock = { ms: Date.parse('2027-01-01T00:00:00Z'), now: () => clock.ms };
  const pump = createPump({
    cluster: 'c',
    store: store as never,
    clock,
    snapshotEveryMs: 3_600_000,
    endOf: () => life.length,
    lateAfterMs: 3_600_000,
    aheadMs: 0,
    populationFeed: createPopulationFeed(store as never, clock, {
      population: createPopulation(),
      newPopulation: () => createPopulation(),
      topic: 'c/activity',
      partitions: async () => 1,
      lagOf: () => undefined,
      waitMs: 1_000,
      aheadMs: 0,
    }),
    newEngine: (population) => createEngine({ ...engineOptions(), population, ownsPopulation: false }),
    newDedup: () => ({ isRepetition: () => false, save: () => '' }),
    decode: async ({ first, last }) => ({ located: life.slice(first, last + 1), repetitions: 0 }),
    plan: () => [],
    telemetry: { event: () => {} } as never,
  });
  await pump.open(place);
  const turn = (first: number, last: number) =>
    pump.turn({ ...place, first, last, messages: [] } as never, async () => {}, never);
  return { store, clock, pump, turn };
}

const last = life.length - 1;

test('in the middle of a backlog nothing is saved before its time; where all is judged it is, and the next turn does not wait for it', async () => {
  const { store, turn } = await opened();
  await turn(0, last - 20);
  expect(store.saves).toBe(0);
  await turn(last - 19, last - 10);
  expect(store.saves).toBe(0);
  await turn(last - 9, last);
  expect(store.saves).toBe(1);
  // Still under way.
  expect(store.snapshots.size).toBe(0);
  await turn(last, last);
  expect([store.saves, store.turns.length]).toEqual([1, 4]);
});

test('within an hour a partition at rest is saved every five seconds, one snapshot after the other', async () => {
  const { store, clock, pump, turn } = await opened();
  await turn(0, last);
  store.letGo();
  await turn(last, last);
  expect(store.saves).toBe(1);
  clock.ms += 5_000;
  await turn(last, last);
  expect(store.saves).toBe(2);
  const closing = pump.close(place, 'taken');
  let isClosed = false;
  void closing.then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  // Nothing of a partition that was given up may be written after that.
  expect(isClosed).toBe(false);
  store.letGo();
  await closing;
  expect(store.saves).toBe(2);
});

test('a snapshot that fails ends the next turn, and a stop: the engine takes for saved what is not', async () => {
  const { store, pump, turn } = await opened();
  await turn(0, last);
  store.refuse(new Error('the disk is full'));
  await new Promise((resolve) => setTimeout(resolve, 0));
  await expect(turn(last, last)).rejects.toThrow('the disk is full');
  await expect(pump.close(place, 'stop')).rejects.toThrow('the disk is full');
  expect(store.snapshots.size).toBe(0);
});

test('others run while the memories of a fleet are packed', async () => {
  const saved: number[] = [];
  const snapshots = new PartitionSnapshots(
    {
      store: { saveMemories: async (_topic, _partition, upTo) => void saved.push(upTo) },
      clock: { now: () => 0 },
      snapshotEveryMs: 1,
      telemetry: { event: () => {} },
    },
    place,
    'c/activity',
    { judged: 0, saved: -1 },
  );
  const engine = {
    *changedInSteps() {
      for (let n = 0; n < 10_000; n++) yield;
      return [];
    },
    held: () => ({ identities: 0, dropped: 0, repeated: 0 }),
  } as unknown as Engine;
  expect(await othersDuring(() => snapshots.save(engine))).toBeGreaterThanOrEqual(15);
  expect(saved).toEqual([0]);
});

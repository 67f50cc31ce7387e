/** An activity counts once, whatever came between: beyond what memory holds the store is asked, and only where it has to be. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Located } from '../../src/core/engine-contract.ts';
import { Kept } from './kept-store.ts';
import { act, at, orders, workers } from './story.ts';
import { Topic, Worker, type WorkerOptions } from './worker.ts';

const DAYS = 12;
const MANY = 40_000;
/** One every 25 seconds, each with an id of its own. */
const stream: readonly Activity[] = Array.from({ length: MANY }, (_, n) => ({
  ...act(workers[n % workers.length]!, new Date(Date.parse(at(0)) + n * 25_000).toISOString()),
  id: `event-${n}`,
}));

/** Counts what the store is asked for. */
class Asked extends Kept {
  asked = 0;
  override storedBefore(topic: string, partition: number, before: number, activities: readonly Activity[]) {
    this.asked += activities.length;
    return super.storedBefore(topic, partition, before, activities);
  }
}

async function judged(activities: readonly Activity[], options: WorkerOptions = {}, store = new Asked()) {
  const topic = new Topic(1);
  for (const activity of activities) topic.write(0, activity);
  const worker = new Worker(store, topic, { nowMs: Date.parse(at(DAYS + 10)), rows: () => 5_000, ...options });
  await worker.own(0);
  await topic.drained();
  await worker.stop();
  return store;
}

const ids = (store: Kept) => store.activities.map(({ located }: { located: Located }) => located.activity.id);
const told = (store: Kept) => ({
  alerts: JSON.stringify(store.alerts()),
  told: store.rows.map(({ contribution }) => JSON.stringify(contribution)).sort(),
});

describe('an activity that comes again', () => {
  it('long after others is left out, and nothing else is: what comes first but late is judged', async () => {
    const again = stream.slice(0, 3_000);
    const late = stream.slice(0, 200).map((one, n) => ({ ...one, id: `late-${n}` }));
    // The act under the id of another: whoever chooses ids must not make it vanish.
    const thief = { ...stream[10]!, action: orders('DeleteOrder', 'admin') };
    const store = await judged([...stream, ...again, ...late, thief]);
    expect(ids(store).slice(0, MANY)).toEqual(stream.map(({ id }) => id));
    expect(ids(store).slice(MANY)).toEqual([...late, thief].map(({ id }) => id));
    expect(told(store)).toEqual(told(await judged([...stream, ...late, thief])));
  });

  it('is left out however the topic is cut into chunks, also where both are in one', async () => {
    const log = [
      ...stream.slice(0, 12_000),
      ...stream.slice(0, 2_000),
      ...stream.slice(12_000, 20_000),
      ...stream.slice(5_000, 9_000),
    ];
    const whole = await judged(log, { rows: () => 100_000 });
    expect(ids(whole)).toEqual(stream.slice(0, 20_000).map(({ id }) => id));
    const cut = await judged(log, { rows: () => 731, snapshotEveryMs: 4_000 });
    expect(ids(cut)).toEqual(ids(whole));
    expect(told(cut)).toEqual(told(whole));
  });

  it('asks the store for nothing while activities come in order of time, or a little late', async () => {
    const late = stream.map((one, n) => (n % 10 === 0 ? stream[Math.min(MANY - 1, n + 40)]! : one));
    const shuffled = [...new Set(late)];
    for (const log of [stream, shuffled]) expect((await judged(log)).asked).toBe(0);
  });

  it('is left out by whoever takes the partition over in the middle', async () => {
    const log = [...stream.slice(0, 20_000), ...stream.slice(0, 5_000)];
    const [store, topic] = [new Asked(), new Topic(1)];
    for (const activity of log) topic.write(0, activity);
    const options = { nowMs: Date.parse(at(DAYS + 10)), rows: () => 700, snapshotEveryMs: 4_000 };
    for (const until of [3_000, 20_300, 21_000, 23_000]) {
      const worker = new Worker(store, topic, options);
      await worker.own(0);
      await topic.until(() => topic.done >= until);
      await worker.kill();
    }
    const last = new Worker(store, topic, options);
    await last.own(0);
    await topic.drained();
    await last.stop();
    expect(ids(store)).toEqual(stream.slice(0, 20_000).map(({ id }) => id));
    expect(told(store)).toEqual(told(await judged(log)));
  });
});

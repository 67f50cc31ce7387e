/** History must become the same habits whether it was learned at once, with a crash at any step, or again; live work goes on as if it had been there. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { createDedup } from '../../src/detect/decode.ts';
import { HistoryLearner, type Learned } from '../../src/detect/learn-history.ts';
import { Kept, Killed } from './kept-store.ts';
import { act, agents, at, engineOptions, fleet, inOrder, orders, QUIET_DAYS, routine, workers } from './story.ts';
import { Topic, Worker } from './worker.ts';

const PARTITIONS = 3;
const TOPIC = 'c/activity';
const partitionOf = ({ identity }: Pick<Activity, 'identity'>) =>
  identity.id.length * 7 + identity.id.charCodeAt(identity.id.length - 1);
const choose = (activity: Activity) => partitionOf(activity) % PARTITIONS;

async function learn(
  store: Kept,
  history: readonly Activity[],
  { raise = false, windowRows = 500, snapshotEveryMs = 0 } = {},
): Promise<Learned> {
  const population = createPopulation();
  const learner = await HistoryLearner.open({
    store,
    topic: TOPIC,
    partitions: PARTITIONS,
    partitionOf: choose,
    newEngine: () => createEngine({ ...engineOptions(), population, ownsPopulation: false }),
    population,
    windowRows,
    snapshotEveryMs,
    isRaising: raise,
    plan: () => [],
  });
  for (const activity of history) await learner.take(structuredClone(activity));
  return learner.end();
}

/** A thief takes a worker's key on the day after the quiet ones; on an earlier day somebody else's acts stood out. */
const past = [
  act(workers[2]!, at(20, 12, 40), { source: { ip: '203.0.113.7', asn: 64_511, country: 'XX', userAgent: 'odd/1' } }),
  act(workers[2]!, at(20, 12, 44), { action: orders('DeleteOrder', 'admin') }),
];
const elsewhere = { source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' } };
const day = [
  ...workers.slice(0, 6).flatMap((who) => routine(who, QUIET_DAYS, QUIET_DAYS + 1)),
  ...agents.slice(0, 2).flatMap((who) => routine(who, QUIET_DAYS, QUIET_DAYS + 1)),
  act(workers[0]!, at(QUIET_DAYS, 12, 40), elsewhere),
  act(workers[0]!, at(QUIET_DAYS, 12, 44), { ...elsewhere, action: orders('DeleteOrder', 'admin') }),
  act(workers[0]!, at(QUIET_DAYS, 12, 46), { ...elsewhere, action: orders('ExportAll', 'read') }),
];
const sorted = (all: readonly Activity[]) => inOrder([...all]).map(({ activity }) => activity);
const all = sorted([...fleet(QUIET_DAYS), ...past, ...day]).filter((one) => one.at < at(QUIET_DAYS + 1));
const history = all.filter((one) => one.at < at(QUIET_DAYS));

/** Alerts of a replay of everything, by one engine. */
function replayed(): Alert[] {
  const engine = createEngine({ ...engineOptions(), population: createPopulation() });
  const alerts = new Map<string, Alert>();
  for (const [offset, activity] of all.entries())
    for (const alert of engine.process([{ activity: structuredClone(activity), offset }]).alerts)
      alerts.set(alert.id, alert);
  return [...alerts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** A worker that owns all partitions and judges activities as the topic `generation` has them from offset 0 on. */
async function run(store: Kept, activities: readonly Activity[], generation = 'topic-1'): Promise<void> {
  const topic = new Topic(PARTITIONS, generation);
  for (const activity of activities) topic.write(choose(activity), structuredClone(activity));
  const worker = new Worker(store, topic, { nowMs: Date.parse(at(QUIET_DAYS + 2)), newDedup: createDedup });
  await Promise.all(topic.partitions.map((partition) => worker.own(partition)));
  await topic.drained();
  await worker.stop();
}

describe('history', () => {
  const whole = new Kept();
  let told: Alert[];
  beforeAll(async () => {
    expect(await learn(whole, history)).toMatchObject({ activities: history.length, known: 0, belated: 0, raised: 0 });
    told = replayed();
  });

  it('is in the store as live work would have left it, and tells nothing of the past', () => {
    expect(whole.activities.length).toBe(history.length);
    expect(whole.alerts()).toEqual([]);
    expect(told.filter(({ raisedAt }) => raisedAt < at(QUIET_DAYS)).length).toBeGreaterThan(0);
    expect(told.filter(({ raisedAt }) => raisedAt >= at(QUIET_DAYS)).length).toBeGreaterThan(0);
  });

  it('tells of the past what a replay would, where it is asked to', async () => {
    const store = new Kept();
    const { raised, identities, learning } = await learn(store, history, { raise: true });
    expect(learning).toMatchObject({ identities });
    expect(learning.learning > 0).toBe(learning.until !== undefined);
    const past = told.filter(({ raisedAt }) => raisedAt < at(QUIET_DAYS)).map(({ id }) => id);
    expect(store.alerts().map(({ id }) => id)).toEqual(past);
    expect(raised).toBe(past.length);
  });

  it('is what the day after is judged against: the same alerts as of a replay of all days', async () => {
    const store = new Kept();
    await learn(store, history);
    // The topic still holds the last days of what was learned from files.
    const overlap = all.filter((one) => one.at >= at(QUIET_DAYS - 2));
    await run(store, overlap);
    // Live, an hour of the population closes minutes later than in a replay, so an alert may be looked at again later.
    const shown = (alerts: readonly Alert[]) =>
      alerts.map(({ recommendation: { expiresAt: _, ...recommendation }, ...alert }) => ({ ...alert, recommendation }));
    expect(shown(store.alerts())).toEqual(shown(told.filter(({ raisedAt }) => raisedAt >= at(QUIET_DAYS))));
    expect(store.activities.length).toBe(all.length);
    await expect(learn(store, history)).rejects.toThrow(/judged live already/);
  });

  it('learned again counts nothing twice, and what was added to its end is learned', async () => {
    const store = new Kept();
    const half = history.slice(0, history.length >> 1);
    await learn(store, half);
    expect(await learn(store, half)).toMatchObject({ activities: 0, known: half.length });
    expect(await learn(store, history)).toMatchObject({ activities: history.length - half.length, belated: 0 });
    expect(store.activities.length).toBe(history.length);
    expect(await learn(store, history)).toMatchObject({ activities: 0, known: history.length });
  });

  it('of other sources is learned as far as it is not stored, and says how much of it came too late', async () => {
    const store = new Kept();
    const isAgent = ({ identity }: Activity) => identity.kind === 'agent';
    const [some, others] = [history.filter(isAgent), history.filter((one) => !isAgent(one))];
    await learn(store, some);
    const all = await learn(store, history);
    expect(all).toMatchObject({ activities: others.length, known: some.length });
    expect(all.belated).toBeGreaterThan(0);
    expect(store.activities.length).toBe(history.length);
  });

  it('killed at any step it is gone on with, and the store ends as if nothing had happened', async () => {
    const short = history.filter((one) => one.at < at(2));
    const undisturbed = new Kept();
    await learn(undisturbed, short, { windowRows: 200 });
    const step = Math.max(1, Math.floor(undisturbed.inserts / 7));
    for (let dieAfter = 1; dieAfter < undisturbed.inserts; dieAfter += step) {
      const store = new Kept();
      store.dieAfter = dieAfter;
      // A snapshot after every window, or none before the end.
      const snapshotEveryMs = (dieAfter / step) % 2 < 1 ? 0 : 1e12;
      await learn(store, short, { windowRows: 200, snapshotEveryMs }).catch((error) => {
        if (!(error instanceof Killed)) throw error;
      });
      store.dieAfter = Number.POSITIVE_INFINITY;
      await learn(store, short, { windowRows: 200 });
      expect(store.content() === undisturbed.content(), `killed after ${dieAfter} inserts`).toBe(true);
    }
  });

  it('that was begun can only be finished with the sources that it was begun with', async () => {
    const store = new Kept();
    store.dieAfter = 4;
    await expect(learn(store, history)).rejects.toThrow(Killed);
    store.dieAfter = Number.POSITIVE_INFINITY;
    await expect(learn(store, history.slice(7))).rejects.toThrow(/not those of the run that was interrupted/);
    expect(await learn(store, history)).toMatchObject({ activities: history.length });
  });
});

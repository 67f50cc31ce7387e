/** The same topic raises the same alerts, whoever of how many workers judges it, and whatever becomes of them on the way. */
import { describe, expect, it } from 'vitest';
import { Dice } from '../../bench/world/dice.ts';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { Kept } from './kept-store.ts';
import { act, agents, at, fleet, inOrder, orders, routine, workers } from './story.ts';
import { Topic, Worker, type WorkerOptions } from './worker.ts';

const PARTITIONS = 4;
const DAYS = 20;
const NOW_MS = Date.parse(at(DAYS + 10));
const partitionOf = ({ identity: { id } }: Activity) => (id.length * 7 + id.charCodeAt(id.length - 1)) % PARTITIONS;
const elsewhere = { source: { ip: '203.0.113.9', asn: 64_510, country: 'XX', userAgent: 'other-tool/8.1' } };
/** Several identities move at once on different partitions, so that what one sees depends on what others have told; some acts come late. */
const life = inOrder([
  ...fleet(DAYS),
  ...workers.slice(0, 6).map((who, n) => act(who, at(15 + (n >> 1), 12, 40 + n), elsewhere)),
  ...workers.slice(2, 5).map((who, n) => act(who, at(17, 9 + n, 5), { action: orders('DeleteOrder', 'admin') })),
  ...agents.slice(0, 3).map((who, n) => act(who, at(18, 10, n), elsewhere)),
  ...workers.slice(0, 3).flatMap((who) => routine(who, 19, 20, elsewhere)),
]).map(({ activity }) => activity);

/** In order of time but for a few minutes, as several sources are. */
const log = (seed: string): Activity[] => {
  const dice = new Dice(seed);
  return life
    .map((activity) => ({ activity, key: Date.parse(activity.at) + (dice.chance(0.1) ? 1_200_000 : 0) }))
    .sort((a, b) => a.key - b.key)
    .map(({ activity }) => activity);
};

function topicOf(activities: readonly Activity[]): Topic {
  const topic = new Topic(PARTITIONS);
  for (const activity of activities) topic.write(partitionOf(activity), structuredClone(activity));
  return topic;
}

const shown = (alerts: readonly Alert[]) => JSON.stringify(alerts);

/** Every version of every alert, and all that was told. */
const written = (store: Kept) => ({
  alerts: shown(store.alerts()),
  told: store.rows.map(({ contribution }) => JSON.stringify(contribution)).sort(),
});

async function alone(activities: readonly Activity[], options: WorkerOptions = {}): Promise<Kept> {
  const [store, topic] = [new Kept(), topicOf(activities)];
  const worker = new Worker(store, topic, { nowMs: NOW_MS, ...options });
  await Promise.all(topic.partitions.map((partition) => worker.own(partition)));
  await topic.drained();
  await worker.stop();
  return store;
}

/** Workers come, die and hand over to each other a few times, at moments drawn from a seed. */
async function together(activities: readonly Activity[], seed: string): Promise<Kept> {
  const dice = new Dice(seed);
  const [store, topic] = [new Kept(), topicOf(activities)];
  const options = { nowMs: NOW_MS, rows: () => 1 + dice.int(0, 300 - 1), snapshotEveryMs: 4_000 };
  const hire = () => new Worker(store, topic, options);
  let staff = [hire(), hire(), hire()];
  const owners = topic.partitions.map((partition) => staff[partition % staff.length]!);
  await Promise.all(topic.partitions.map((partition) => owners[partition]!.own(partition)));
  for (let n = 1; n <= 5; n++) {
    await topic.until(() => topic.done >= (activities.length * n) / 6);
    const [gone] = staff.splice(dice.int(0, staff.length - 1), 1);
    const orphans = topic.partitions.filter((partition) => owners[partition] === gone);
    if (dice.chance(0.5)) await gone!.kill();
    else await gone!.stop();
    staff = [...staff, hire()];
    await Promise.all(
      orphans.map((partition) => {
        owners[partition] = staff[dice.int(0, staff.length - 1)]!;
        return owners[partition]!.own(partition);
      }),
    );
    const moved = dice.int(0, PARTITIONS - 1);
    await owners[moved]!.lose(moved);
    owners[moved] = staff[dice.int(0, staff.length - 1)]!;
    await owners[moved]!.own(moved);
  }
  await topic.drained();
  await Promise.all(staff.map((worker) => worker.stop()));
  return store;
}

describe('many workers', () => {
  it('one worker raises the same alerts however the topic is cut into chunks', async () => {
    const dice = new Dice('chunks');
    const whole = written(await alone(log('a')));
    expect(whole.alerts.length).toBeGreaterThan(1_000);
    expect(written(await alone(log('a'), { rows: () => 1 + dice.int(0, 400 - 1) }))).toEqual(whole);
  });

  it('a worker that stalls is not waited for beyond the bound: the others go on, and their alerts say so', async () => {
    const [store, topic] = [new Kept(), topicOf(log('a'))];
    const options = { nowMs: NOW_MS, waitMs: 20_000 };
    const [one, other] = [new Worker(store, topic, options), new Worker(store, topic, options)];
    const mine = topic.partitions.filter((partition) => partition > 0);
    await Promise.all([other.own(0), ...mine.map((partition) => one.own(partition))]);
    await topic.until(() => topic.done > life.length / 2);
    other.isHeld = true;
    await topic.until(() => mine.every((partition) => topic.offsets[partition] === topic.logs[partition]!.length));
    expect(topic.offsets[0]).toBeLessThan(topic.logs[0]!.length);
    expect(one.missing).toEqual([[0]]);
    expect(store.alerts().some(({ missingPartitions }) => missingPartitions === 1)).toBe(true);
    other.isHeld = false;
    await topic.drained();
    await Promise.all([one.stop(), other.stop()]);
    expect(other.missing).toEqual([]);
    expect(store.activities.length).toBe(life.length);
  });

  it.each(['a', 'b', 'c'])('workers that die and hand over raise the alerts of one alone: %s', async (seed) => {
    expect(written(await together(log(seed), seed))).toEqual(written(await alone(log(seed))));
  });
});

import { expect, test, vi } from 'vitest';
import type { Contribution } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import type { OwnHours, Reached, ToldPart } from '../ports/store.ts';
import { StepAbandoned } from '../ports/stream.ts';
import { toldIn } from './event-hours.ts';
import { createPopulationFeed, type PopulationFeed } from './population-feed.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW = Date.parse('2026-03-10T12:30:00.000Z');
const hourOf = (ms: number) => Math.floor(ms / HOUR_MS);
const HOUR = hourOf(NOW);

const held = (identity: number, hour: number): Contribution => ({
  tenant: 't',
  peers: 'p/k',
  dimension: 'action',
  value: 7,
  identity,
  hour,
  amount: 1,
  told: hour,
});

/** What workers share: rows by partition, and how far partitions are. */
class Shared {
  readonly rows: { partition: number; contribution: Contribution }[] = [];
  readonly marks = new Map<number, Reached>();
  asked = 0;
  written = 0;
  async *population(after: number, upTo: number, own: readonly OwnHours[] = []) {
    this.asked++;
    for (const { partition, contribution } of this.rows) {
      const hours = own.find((one) => one.partition === partition) ?? { after, upTo };
      if (toldIn(contribution) > hours.after && toldIn(contribution) <= hours.upTo) yield contribution;
    }
  }
  async lastTold() {
    return Math.max(-1, ...this.rows.map(({ contribution }) => toldIn(contribution)));
  }
  async tell(_topic: string, parts: readonly ToldPart[], reached: readonly Reached[]) {
    this.written++;
    for (const { turn, contributions } of parts)
      for (const contribution of contributions) this.rows.push({ partition: Number(turn), contribution });
    for (const one of reached)
      if (one.offset >= (this.marks.get(one.partition)?.offset ?? 0)) this.marks.set(one.partition, one);
  }
  async reached() {
    return [...this.marks.values()];
  }
  async reachedAt(_topic: string, partition: number) {
    return this.marks.get(partition)?.hour;
  }
}

function build(shared = new Shared(), partitions: number | (() => number) = 2, lag = 1) {
  const clock = { ms: NOW, now: () => clock.ms };
  const rewinds: [number, number][] = [];
  const missing: (readonly number[])[] = [];
  const stop = new AbortController();
  const population = createPopulation();
  const feed = createPopulationFeed(shared, clock, {
    population,
    newPopulation: () => createPopulation(),
    topic: 'c/activity',
    partitions: async () => (typeof partitions === 'number' ? partitions : partitions()),
    lagOf: () => ({ lag, end: 100 }),
    waitMs: 60_000,
    aheadMs: 300_000,
    onRewind: (from, to) => rewinds.push([from, to]),
    onMissing: (partitions) => missing.push(partitions),
  });
  const join = async (partition: number, hour: number) => {
    const opening = feed.open(partition);
    await opening.populationAt(Number.POSITIVE_INFINITY);
    await opening.join({ hour, offset: 0 });
  };
  return { clock, shared, rewinds, missing, population, feed, join, stop };
}

const holders = (population: ReturnType<typeof createPopulation>) =>
  population.popular('t', 'p/k', 7, 1_000_000_000).tenantHolders;

const never = new AbortController().signal;
const cross = (feed: PopulationFeed, partition: number, hour: number, contributions: Contribution[] = []) =>
  feed.cross(partition, hour, 0, { turn: String(partition), before: 0, contributions }, never);
const soon = () => new Promise((resolve) => setTimeout(resolve, 50));

/** Lets the store take nothing until `answer` is called; `marks` are the places that were told to it, at once. */
function tellingSlowly(shared: Shared): { readonly marks: readonly Reached[]; readonly answer: () => void } {
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const marks: Reached[] = [];
  const tell = shared.tell.bind(shared);
  shared.tell = async (topic, parts, reached) => {
    marks.push(...reached);
    await slow;
    return tell(topic, parts, reached);
  };
  return { marks, answer };
}

test('an hour is judged when every partition has finished the one before it, here or at another worker', async () => {
  const shared = new Shared();
  const [one, other] = [build(shared, 3), build(shared, 3)];
  await one.join(0, HOUR - 3);
  await one.join(1, HOUR - 3);
  await other.join(2, HOUR - 3);
  const crossing = cross(one.feed, 0, HOUR - 1, [held(1, HOUR - 3)]);
  const second = cross(one.feed, 1, HOUR - 1, [held(2, HOUR - 3)]);
  await soon();
  expect(one.feed.epoch).toBeLessThan(HOUR - 3);
  const third = cross(other.feed, 2, HOUR - 1, [held(3, HOUR - 3)]);
  await Promise.all([crossing, second, third]);
  for (const { feed, population } of [one, other]) {
    expect(feed.epoch).toBe(HOUR - 2);
    expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 3 });
    expect(feed.missing).toEqual([]);
  }
});

test('one turn may tell more than a call takes arguments, as thousands of new identities do', async () => {
  const { feed, join, population } = build(new Shared(), 1);
  await join(0, HOUR - 3);
  const many = Array.from({ length: 150_000 }, (_, n) => held(n, HOUR - 3));
  await cross(feed, 0, HOUR - 1, many);
  await cross(feed, 0, HOUR);
  expect(population.popular('t', 'p/k', 7, 99).tenantHolders).toBe(150_000);
  expect(() => feed.done(0, { hour: HOUR, offset: 9 }, 10, many)).not.toThrow();
});

test('a partition that does not move is not waited for beyond the bound; what it tells later counts from the next hour on', async () => {
  const { clock, shared, feed, population, missing, join } = build();
  await join(0, HOUR - 3);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR - 3 }]);
  const crossing = cross(feed, 0, HOUR - 1, [held(1, HOUR - 3)]);
  await soon();
  expect(feed.epoch).toBeLessThan(HOUR - 3);
  clock.ms += 61_000;
  await crossing;
  expect(feed.missing).toEqual([1]);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 1 });
  const told = { turn: '1', before: 0, contributions: [held(2, HOUR - 3)] };
  await shared.tell('', [told], [{ partition: 1, offset: 9, hour: HOUR }]);
  await cross(feed, 0, HOUR);
  expect(missing).toEqual([[1], []]);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 2 });
});

test('behind the clock, a partition that moves is waited for', async () => {
  const { clock, shared, feed, join } = build();
  await join(0, HOUR - 30);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR - 30 }]);
  const crossing = cross(feed, 0, HOUR - 20);
  for (let offset = 6; offset < 10; offset++) {
    await soon();
    clock.ms += 40_000;
    await shared.tell('', [], [{ partition: 1, offset, hour: HOUR - 30 }]);
  }
  await soon();
  expect(feed.epoch).toBeLessThan(HOUR - 30);
  await shared.tell('', [], [{ partition: 1, offset: 10, hour: HOUR - 20 }]);
  await crossing;
  expect(feed.missing).toEqual([]);
});

test('a partition without anything to read goes with the others, and is told to have', async () => {
  const { clock, shared, feed, join, stop } = build(new Shared(), 2, 0);
  await join(0, HOUR - 3);
  await join(1, -1);
  const running = feed.run(stop.signal);
  const crossing = cross(feed, 0, HOUR);
  await soon();
  clock.ms += 2_000;
  await crossing;
  expect(shared.marks.get(1)).toMatchObject({ hour: HOUR });
  expect(await feed.begin(1)).toBe(HOUR);
  stop.abort();
  await running;
});

test('who waits when the process stops gives the chunk up', async () => {
  const { feed, join, stop } = build();
  await join(0, HOUR - 3);
  const running = feed.run(stop.signal);
  const crossing = cross(feed, 0, HOUR);
  stop.abort();
  await expect(crossing).rejects.toThrow(StepAbandoned);
  await running;
});

test('a clock 400 days ahead for one record: once it is right again the population is built anew and goes on', async () => {
  const { clock, shared, rewinds, feed, population, join } = build(new Shared(), 1);
  await join(0, -1);
  await cross(feed, 0, HOUR - 3);
  shared.rows.push({ partition: 0, contribution: held(1, HOUR - 3) });
  await cross(feed, 0, HOUR);
  clock.ms = NOW + 400 * DAY_MS;
  shared.rows.push({ partition: 0, contribution: held(2, hourOf(clock.ms) - 3) });
  await cross(feed, 0, hourOf(clock.ms));
  expect(feed.epoch).toBe(hourOf(clock.ms) - 1);
  for (let hours = 1; hours <= 3; hours++) {
    clock.ms = NOW + hours * HOUR_MS;
    expect(await feed.begin(0)).toBe(hours === 1 ? -1 : HOUR + hours - 1);
    await cross(feed, 0, HOUR + hours, [held(2 + hours, HOUR + hours - 1)]);
    expect(feed.epoch).toBe(HOUR + hours - 1);
    feed.done(0, { hour: HOUR + hours, offset: hours }, hours, []);
  }
  expect(rewinds).toHaveLength(1);
  // What was held in the right hours counts, and what was dated ahead does not.
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 4 });
});

test('judging again asks once for all hours that are stored, and for each later one by itself', async () => {
  const shared = new Shared();
  const { feed, join } = build(shared, 1);
  for (let hour = HOUR - 20; hour < HOUR; hour++) shared.rows.push({ partition: 0, contribution: held(hour, hour) });
  await join(0, HOUR - 20);
  await cross(feed, 0, HOUR);
  const before = shared.asked;
  const opening = feed.open(0);
  const { population, isShared } = await opening.populationAt(HOUR - 15, HOUR - 3);
  expect(isShared).toBe(false);
  for (let hour = HOUR - 15; hour < HOUR - 2; hour++) {
    await opening.reach(hour);
    expect([population.epoch, population.tenantSize('t'), holders(population)]).toEqual([hour, 0, hour - HOUR + 21]);
  }
  expect(shared.asked).toBe(before + 1);
  await opening.reach(HOUR - 2);
  await opening.reach(HOUR - 1);
  expect([shared.asked, holders(population)]).toEqual([before + 3, 20]);
});

test("whoever was erased in the store is in nobody else's population either; what is missing of others stays missing", async () => {
  const shared = new Shared();
  const workers = [build(shared, 2), build(shared, 2)] as const;
  await Promise.all(workers.map(({ join }, partition) => join(partition, HOUR - 3)));
  const tell = ({ feed }: (typeof workers)[number], partition: number, hour: number, who: number) =>
    cross(feed, partition, hour, [held(who, hour - 1)]);
  for (const hour of [HOUR - 2, HOUR - 1])
    await Promise.all(workers.map((one, at) => tell(one, at, hour, 2 * hour + at)));
  await Promise.all(workers.map((one, at) => tell(one, at, HOUR, at)));
  for (const { population } of workers) expect(holders(population)).toBe(6);
  shared.rows.splice(
    0,
    shared.rows.length,
    ...shared.rows.filter(({ contribution }) => contribution.identity !== 2 * HOUR - 1),
  );
  for (const { feed, population } of workers) {
    const closed: number[] = [];
    population.onClose(() => closed.push(population.epoch));
    await feed.renew('request');
    expect([feed.epoch, holders(population), closed]).toEqual([HOUR - 1, 5, [HOUR - 1]]);
  }
  const { asked } = shared;
  await workers[0].feed.renew('request');
  expect(shared.asked).toBe(asked);
});

test('a worker that owned nothing for a while reads anew what is known of others', async () => {
  const shared = new Shared();
  const { feed, population, join } = build(shared, 1);
  await join(0, HOUR - 3);
  shared.rows.push({ partition: 0, contribution: held(1, HOUR - 3) });
  await cross(feed, 0, HOUR - 1);
  expect(holders(population)).toBe(1);
  feed.leave(0);
  shared.rows.pop();
  const opening = feed.open(0);
  await opening.populationAt(HOUR - 2);
  await opening.reach(HOUR - 2);
  expect([feed.epoch, holders(population)]).toEqual([HOUR - 2, 0]);
});

test('an epoch that an earlier process wrote down under a wrong clock is not believed at the next start', async () => {
  const { clock, feed } = build(new Shared(), 1);
  const opening = feed.open(0);
  await opening.populationAt(HOUR);
  await opening.reach(HOUR + 400 * 24);
  expect(feed.epoch).toBe(HOUR - 1);
  await opening.join({ hour: HOUR + 400 * 24, offset: 0 });
  expect(await feed.begin(0)).toBe(-1);
  clock.ms += 2 * HOUR_MS;
  await cross(feed, 0, hourOf(clock.ms));
  expect(feed.epoch).toBe(hourOf(clock.ms) - 1);
});

test('hours close without the store where all partitions are here; what was told is stored before a turn', async () => {
  const { shared, feed, population, join } = build(new Shared(), 2);
  await join(0, HOUR - 9);
  await join(1, HOUR - 9);
  await Promise.all([cross(feed, 0, HOUR - 8), cross(feed, 1, HOUR - 8)]);
  const [asked, written] = [shared.asked, shared.written];
  for (let hour = HOUR - 7; hour < HOUR; hour++)
    await Promise.all([cross(feed, 0, hour, [held(hour, hour - 1)]), cross(feed, 1, hour, [held(-hour, hour - 1)])]);
  expect([shared.asked, shared.written, shared.rows]).toEqual([asked, written, []]);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 14 });
  await feed.keep();
  expect(shared.rows).toHaveLength(14);
  expect([...shared.marks.values()].map(({ hour }) => hour)).toEqual([HOUR - 1, HOUR - 1]);
  expect(shared.written).toBe(written + 1);
  // What a commit stores is not told again, and counts.
  feed.done(0, { hour: HOUR - 1, offset: 5 }, 6, [held(1, HOUR - 1)]);
  await Promise.all([cross(feed, 0, HOUR), cross(feed, 1, HOUR)]);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 15 });
  expect(shared.rows).toHaveLength(14);
});

test('what is stored already is read where all partitions have come here', async () => {
  const { shared, feed, population, join } = build(new Shared(), 2);
  shared.rows.push({ partition: 7, contribution: held(1, HOUR - 5) });
  await join(0, -1);
  await join(1, -1);
  await Promise.all([cross(feed, 0, HOUR - 7), cross(feed, 1, HOUR - 7)]);
  await Promise.all([cross(feed, 0, HOUR - 3, [held(2, HOUR - 7)]), cross(feed, 1, HOUR - 3)]);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 2 });
});

test('whoever gives a partition up tells what the others wait for', async () => {
  const shared = new Shared();
  const [one, other] = [build(shared, 2), build(shared, 2)];
  await one.join(0, HOUR - 4);
  await one.join(1, HOUR - 4);
  await Promise.all([cross(one.feed, 0, HOUR - 3), cross(one.feed, 1, HOUR - 3)]);
  await Promise.all([cross(one.feed, 0, HOUR - 2), cross(one.feed, 1, HOUR - 2, [held(1, HOUR - 3)])]);
  expect(shared.rows).toEqual([]);
  one.feed.leave(1);
  await other.join(1, HOUR - 3);
  const crossing = [cross(one.feed, 0, HOUR - 1, [held(2, HOUR - 2)]), cross(other.feed, 1, HOUR - 1, [])];
  await Promise.all(crossing);
  for (const { population } of [one, other])
    expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 2 });
});

test('memories are judged again with the population as it was then, though this process is further', async () => {
  const { shared, feed, population, join } = build(new Shared(), 2);
  shared.rows.push(
    { partition: 0, contribution: held(1, HOUR - 5) },
    { partition: 0, contribution: held(2, HOUR - 3) },
  );
  await join(0, -1);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR }]);
  await cross(feed, 0, HOUR);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 2 });
  const opening = feed.open(1);
  const { population: old, isShared } = await opening.populationAt(HOUR - 5);
  expect(isShared).toBe(false);
  await opening.reach(HOUR - 5);
  expect(old.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 1 });
  await opening.reach(HOUR - 3);
  expect(old.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 2 });
  opening.cancel();
});

test('a partition that is added while the only one judges changes nothing of what its chunk tells: once, and not twice', async () => {
  let partitions = 1;
  const { clock, shared, feed, population, join } = build(new Shared(), () => partitions);
  await join(0, HOUR - 3);
  await feed.begin(0);
  await cross(feed, 0, HOUR - 2, [held(1, HOUR - 3)]);
  partitions = 2;
  await cross(feed, 0, HOUR - 1, [held(2, HOUR - 2)]);
  // Nothing of the chunk is stored: its turn will store all of it, and nobody else waits for it meanwhile.
  expect(feed.isShared).toBe(false);
  expect(shared.rows).toEqual([]);
  await feed.keep();
  expect(shared.rows).toEqual([]);
  for (const contribution of [held(1, HOUR - 3), held(2, HOUR - 2)]) shared.rows.push({ partition: 0, contribution });
  feed.done(0, { hour: HOUR - 1, offset: 9 }, 10, []);
  await feed.begin(0);
  expect(feed.isShared).toBe(true);
  const crossing = cross(feed, 0, HOUR, [held(3, HOUR - 1)]);
  await soon();
  clock.ms += 61_000;
  await crossing;
  expect(shared.rows).toHaveLength(3);
  expect(population.popular('t', 'p/k', 7, 99)).toMatchObject({ tenantHolders: 3 });
});

test('a clock that is set right while an hour is waited for ends the wait, and the next hours are told again', async () => {
  const { clock, shared, feed, join } = build();
  await join(0, HOUR - 3);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR - 3 }]);
  clock.ms += 400 * DAY_MS;
  await feed.begin(0);
  const crossing = cross(feed, 0, hourOf(clock.ms));
  await soon();
  clock.ms = NOW;
  await crossing;
  feed.done(0, { hour: hourOf(NOW + 400 * DAY_MS), offset: 3 }, 4, []);
  expect(feed.epoch).toBeLessThan(HOUR);
  expect(await feed.begin(0)).toBe(-1);
  await shared.tell('', [], [{ partition: 1, offset: 6, hour: HOUR }]);
  await cross(feed, 0, HOUR);
  expect(feed.epoch).toBe(HOUR - 1);
  expect(feed.missing).toEqual([]);
  expect(shared.marks.get(0)).toMatchObject({ hour: HOUR });
});

test('after an outage of the store everybody is waited for anew: nobody could tell how far it is', async () => {
  const { clock, shared, feed, missing, join } = build();
  await join(0, HOUR - 3);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR - 3 }]);
  const crossing = cross(feed, 0, HOUR);
  await soon();
  let looks = 0;
  const asked = shared.reached.bind(shared);
  shared.reached = async () => {
    if (looks++ === 0) clock.ms += 120_000;
    return asked();
  };
  while (looks < 2) await soon();
  clock.ms += 30_000;
  for (const before = looks; looks < before + 2; ) await soon();
  expect(feed.epoch).toBeLessThan(HOUR - 3);
  await shared.tell('', [], [{ partition: 1, offset: 6, hour: HOUR }]);
  await crossing;
  expect(missing).toEqual([]);
});

test('one refusal of the store holds up nobody who rests; who told something else then hears of it', async () => {
  const { clock, shared, feed, join, stop } = build(new Shared(), 3, 0);
  await join(0, HOUR - 3);
  await join(1, HOUR - 3);
  await shared.tell('', [], [{ partition: 2, offset: 5, hour: HOUR }]);
  const refused = new Set([0, 1]);
  const tell = shared.tell.bind(shared);
  shared.tell = async (topic, parts, reached) => {
    for (const { partition } of reached) if (refused.delete(partition)) throw new Error('refused');
    return tell(topic, parts, reached);
  };
  await expect(cross(feed, 0, HOUR - 2, [held(1, HOUR - 3)])).rejects.toThrow('refused');
  const running = feed.run(stop.signal);
  const crossing = cross(feed, 0, HOUR);
  await soon();
  clock.ms += 2_000;
  await crossing;
  expect([...refused]).toEqual([]);
  expect(await feed.begin(1)).toBe(HOUR);
  expect(shared.marks.get(1)).toMatchObject({ hour: HOUR });
  stop.abort();
  await running;
});

test('a partition whose next hour is just being stored is told to be there with the offset before that hour, and no earlier one', async () => {
  const { clock, shared, feed, join, stop } = build(new Shared(), 3);
  await join(0, HOUR - 3);
  await join(1, HOUR - 3);
  await shared.tell('', [], [{ partition: 2, offset: 5, hour: HOUR }]);
  const { marks, answer } = tellingSlowly(shared);
  const told = { turn: '0', before: 0, contributions: [held(1, HOUR - 3)] };
  const crossing = feed.cross(0, HOUR - 2, 9, told, never);
  while (marks.length === 0) await soon();
  // Both partitions stay in their hours for so long that it is told anew how far they are.
  feed.done(1, { hour: HOUR - 2, offset: 4 }, 5, []);
  clock.ms += 11_000;
  const running = feed.run(stop.signal);
  for (let looks = 0; looks < 6; looks++) await soon();
  answer();
  await crossing;
  while (!marks.some(({ partition }) => partition === 1)) await soon();
  expect(marks.filter(({ partition }) => partition === 0)).toEqual([{ partition: 0, hour: HOUR - 2, offset: 9 }]);
  stop.abort();
  await running;
});

test('memories that are recalled while hours are being closed are judged with the population as it was', async () => {
  const { shared, feed, join } = build(new Shared(), 2);
  await join(0, HOUR - 5);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR }]);
  await cross(feed, 0, HOUR - 4);
  let answer = () => {};
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const population = shared.population.bind(shared);
  let isAsked = false;
  shared.population = async function* (...asked) {
    isAsked = true;
    await slow;
    yield* population(...asked);
  };
  const crossing = cross(feed, 0, HOUR);
  while (!isAsked) await soon();
  const opening = feed.open(1);
  const found = opening.populationAt(HOUR - 5);
  answer();
  expect((await found).isShared).toBe(false);
  opening.cancel();
  await crossing;
});

test('a partition that is recalled does not take the population further while another judges what came before', async () => {
  const { shared, feed, join } = build(new Shared(), 2);
  await join(0, HOUR - 5);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR }]);
  await feed.begin(0);
  await cross(feed, 0, HOUR - 4);
  expect(feed.epoch).toBe(HOUR - 5);
  const opening = feed.open(1);
  await opening.populationAt(HOUR - 3);
  const reached = opening.reach(HOUR - 3);
  await soon();
  expect(feed.epoch).toBe(HOUR - 5);
  feed.done(0, { hour: HOUR - 4, offset: 9 }, 10, []);
  await reached;
  expect(feed.epoch).toBe(HOUR - 3);
});

test('nothing is kept of the looks of a time in which nothing changes', async () => {
  vi.useFakeTimers();
  try {
    const { feed, join, stop } = build(new Shared(), 1);
    await join(0, HOUR);
    const running = feed.run(stop.signal);
    await vi.advanceTimersByTimeAsync(60_000);
    const ended = vi.spyOn(globalThis, 'clearTimeout');
    feed.leave(0);
    // The look that is due next, and no earlier one.
    expect(ended).toHaveBeenCalledTimes(1);
    stop.abort();
    await running;
  } finally {
    vi.restoreAllMocks();
    vi.useRealTimers();
  }
});

test('a partition that goes with the others is told to once, however long the store takes', async () => {
  const { clock, shared, feed, join, stop } = build(new Shared(), 2, 0);
  await join(0, HOUR - 3);
  await shared.tell('', [], [{ partition: 1, offset: 5, hour: HOUR }]);
  const running = feed.run(stop.signal);
  const { marks, answer } = tellingSlowly(shared);
  while (marks.length === 0) {
    clock.ms += 1_000;
    await soon();
  }
  for (let looks = 0; looks < 10; looks++) await soon();
  answer();
  expect(await feed.begin(0)).toBe(HOUR);
  await feed.keep();
  expect(marks).toEqual([{ partition: 0, offset: 0, hour: HOUR }]);
  stop.abort();
  await running;
});

test('what a partition had told of a chunk that is judged again counts in the hours in which it was told', async () => {
  const { shared, feed, join, population } = build();
  const left = { partition: 1, offset: 9, hour: HOUR - 1 };
  await shared.tell('', [{ turn: '1', before: 0, contributions: [held(1, HOUR - 2)] }], [left]);
  // The chunk begins two hours before it was left.
  shared.reachedAt = async (_topic, partition) => (partition === 1 ? HOUR - 3 : undefined);
  await join(1, HOUR - 3);
  const opening = feed.open(0);
  await opening.populationAt(Number.POSITIVE_INFINITY);
  await opening.reach(HOUR - 2);
  expect(holders(population)).toBe(1);
});

test('a chunk whose hour others have reached is begun when what they told before is stored', async () => {
  const { clock, shared, feed, join, stop } = build(new Shared(), 2, 0);
  for (const partition of [0, 1]) await join(partition, HOUR - 3);
  await Promise.all([0, 1].map((partition) => cross(feed, partition, HOUR - 2)));
  feed.done(1, { hour: HOUR - 2, offset: 9 }, 10, []);
  const crossing = cross(feed, 0, HOUR - 1, [held(1, HOUR - 2)]);
  for (let looks = 0; looks < 10; looks++) {
    clock.ms += 1_000;
    await soon();
  }
  await crossing;
  expect([feed.epoch, shared.rows.length]).toEqual([HOUR - 2, 0]);
  expect(await feed.begin(1)).toBe(HOUR - 1);
  expect(shared.rows).toMatchObject([{ partition: 0, contribution: { identity: 1 } }]);
  stop.abort();
});

test('partitions that are recalled in the middle of their chunks after a clock was set back wait neither for themselves nor for one another', async () => {
  const { clock, feed, join, rewinds } = build(new Shared(), 2);
  const both = [0, 1];
  for (const partition of both) await join(partition, HOUR - 3);
  clock.ms += 400 * DAY_MS;
  for (const partition of both) await feed.begin(partition);
  await Promise.all(both.map((partition) => cross(feed, partition, hourOf(clock.ms))));
  clock.ms = NOW;
  await Promise.all(
    both.map(async (partition) => {
      const opening = feed.open(partition);
      // The population is built anew, so it is no further than the chunk, which is in work.
      expect(await opening.populationAt(HOUR - 3 + partition)).toMatchObject({ isShared: true });
      await opening.reach(HOUR - 3 + partition);
      opening.cancel();
      feed.done(partition, { hour: HOUR - 2 + partition, offset: 9 }, 10, []);
    }),
  );
  expect([feed.epoch, rewinds.length]).toEqual([HOUR - 2, 1]);
});

/** More calls, more bytes or more different things in an hour than this identity ever needs. */
import { z } from 'zod';
import { techniquesOf } from '../src/core/attack-techniques.ts';
import { ALERTED_WEIGHT } from '../src/core/constants.ts';
import type { DetectorContext, Finding, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { action, network, target } from '../src/core/novelty/dimensions.ts';
import { inUnits } from '../src/core/thing.ts';

const options = z.strictObject({
  volumePriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of an excess: load follows customers more often than thieves. Half: busy days rank higher; double: only excesses the class never has are told.',
  ),
  minHours: wholeOption(
    8,
    2,
    1_000,
    'Hours on record before a burst means anything. Half: a spread is read from four hours; double: seldom-used identities are silent for longer.',
  ),
  notedFrom: numberOption(
    3,
    1,
    10,
    'Standard deviations of log counts from which an hour is noted. Half: one hour in fifteen is; double: only bursts of many times the usual are.',
  ),
  leastSpread: numberOption(
    0.25,
    0.01,
    5,
    'Spread of log counts that even the steadiest identity is allowed; .25 is a quarter more or less. Half: steady workloads are noted for small changes; double: a steady one must do four and a half times the usual to be noted.',
  ),
  usualWorkNats: numberOption(
    1.5,
    0,
    10,
    'Most that the rarity of an excess weighs in an hour of usual work alone: a backfill does more of the same. Its size counts besides. Half: theft of what is read every day shows by its size alone; double: backfills rank with theft.',
  ),
  newWorkShare: numberOption(
    0.3,
    0.01,
    1,
    'Share of calls with a new act, target or place from which an hour is no usual work at all. Half: a backfill that meets a few new things counts in full; double: only an hour in which most is new does.',
  ),
  newWorkNats: numberOption(
    1.5,
    0,
    10,
    'Surprise from which an act, target or place counts as new in that sense. Half: agents, whose every task has new targets, are never at usual work; double: only what nobody of the class ever does is new.',
  ),
  copyTimes: numberOption(
    10,
    2,
    1_000,
    'Times its usual number of different things from which an hour of usual work is less and less so; at the square of it, none. Half: a fan-out of sub-agents ranks with theft; double: a copy of everything that is read every day shows by its size alone.',
  ),
  tailNats: numberOption(
    1,
    0,
    5,
    'Nats by which an excess grows each time it is e times larger: the index of a Pareto tail, and 1 is a heavier tail than real load has (Hill, A simple general approach to inference about the tail of a distribution, 1975). Half: 1,500 calls weigh little more than 15; double: a busy day of a steady workload is high.',
  ),
});
type Options = z.infer<typeof options>;

/** An hour and its count so far (the hour is negative where a part of it was under suspicion: it is seen, and no habit); number, mean and sum of squared deviations of log counts of past hours. */
const HOUR = 0;
const COUNT = 1;
const N = 2;
const MEAN = 3;
const M2 = 4;
/** Four words of bits, then how many of them are set. */
const BITS = 5;
const BITS_SET = 9;

const pace = defineSketch({ name: 'pace', cap: 16, fields: 5 });
/** The same for bytes, by action. */
const sizes = defineSketch({ name: 'sizes', cap: 10, fields: 5 });
/** The same for different resources, with a 128-bit linear counter. */
const breadth = defineSketch({ name: 'breadth', cap: 1, fields: 10 });

/** Hours over which mean and spread are remembered. Half: a workload around the clock forgets a burst in a week; double: one that has grown is noted for a month. */
const HOURS_KEPT = 400;
/** Deviations above this many spreads are counted as one kind: their rates would rest on too few hours. Half: a burst of six spreads is as usual as one of five; double: the largest have hardly a rate of their own. */
const SPREADS_MAX = 9;
/** Bits of the counter of different things; it tells some 600 things apart, and beyond that the wide one does. Half: not more than some 270; double: twice the numbers in every memory. */
const COUNTER_BITS = 128;
/** What a full counter tells at the least: that is about what all but one bit stand for. Half: a full counter says less than one that is nearly full; double: it says twice what it can know. */
const THINGS_MAX = 620;
/** The wide counter: the hour, two words of bits, and how many of them are set. It counts one thing in sixteen, and only of hours that fill half of the other. */
const wide = defineSketch({ name: 'breadth-wide', cap: 1, fields: 4 });
const WIDE_SET = 3;
/** Bits of it, and the share of things that it counts: a sampled bitmap (Estan, Varghese, Fisk, Bitmap algorithms for counting active flows, 2003), right to about a sixth up to some 4,000 things. Half of either: up to some 2,000; double: twice the range, and as much more wrong for the share. */
const WIDE_BITS = 64;
const WIDE_SHARE = 16;
/** Bits set in the other counter from which the wide one counts. Half: more memories have one; double: it would never begin. */
const WIDE_FROM = COUNTER_BITS / 2;

/** Counts a thing in the wide counter, if it is one of those that it counts. Returns what it stands for. */
function countWide(counter: Sketch, hour: number, thing: number): number {
  const row = counter.touch(0);
  if (counter.get(row, HOUR) !== hour) for (let i = 1; i <= WIDE_SET; i++) counter.set(row, i, 0);
  counter.set(row, HOUR, hour);
  if (((thing >>> 7) & (WIDE_SHARE - 1)) === 0) {
    const bit = (thing >>> 11) & (WIDE_BITS - 1);
    const word = 1 + (bit >> 5);
    const bits = counter.get(row, word);
    const mask = 1 << (bit & 31);
    if ((bits & mask) === 0) {
      counter.set(row, word, bits | mask);
      counter.set(row, WIDE_SET, counter.get(row, WIDE_SET) + 1);
    }
  }
  const set = Math.min(WIDE_BITS - 1, counter.get(row, WIDE_SET));
  return -WIDE_SHARE * WIDE_BITS * Math.log(1 - set / WIDE_BITS);
}

/** Counts whose logarithms are kept. It moves no alert. */
const LOGS_KEPT = 512;

/** The hour, its calls with anything new in them, and all of its calls. */
const newWork = defineSketch({ name: 'new-work', cap: 1, fields: 3 });

/** Logarithms of small counts, which most are. */
const LOGS = Float32Array.from({ length: LOGS_KEPT }, (_, count) => Math.log1p(count));

/** In the precision in which means are kept, so that a count that is always the same has no spread at all. */
const logOf = (count: number) =>
  (count | 0) === count && count < LOGS_KEPT ? (LOGS[count] as number) : Math.fround(Math.log1p(count));

/** Deviation of `count` from past hours, in spreads; the spread never shrinks below `leastSpread`. */
function deviation(past: Sketch, row: number, count: number, own: Options): number {
  const n = past.get(row, N);
  if (n < own.minHours) return 0;
  const spread = Math.sqrt(Math.max(0, past.get(row, M2) / (n - 1)) * (1 + 2 / n) + own.leastSpread ** 2);
  return (logOf(count) - past.get(row, MEAN)) / spread;
}

/** Turns a row to an hour: what was counted in an earlier one is on record from now on. */
function roll(past: Sketch, row: number, hour: number): void {
  const before = past.get(row, HOUR);
  if (Math.abs(before) === hour) return;
  const count = past.get(row, COUNT);
  if (count > 0 && before > 0) {
    const x = logOf(count);
    const n = Math.min(HOURS_KEPT, past.get(row, N) + 1);
    const delta = x - past.get(row, MEAN);
    past.set(row, N, n);
    past.set(row, MEAN, Math.fround(past.get(row, MEAN) + delta / n));
    past.set(
      row,
      M2,
      Math.fround(
        past.get(row, M2) * (n >= HOURS_KEPT ? (HOURS_KEPT - 1) / HOURS_KEPT : 1) + delta * (x - past.get(row, MEAN)),
      ),
    );
  }
  past.set(row, HOUR, hour);
  past.set(row, COUNT, 0);
}

/** Count of the hour so far in a row of an earlier or this hour. */
const soFar = (past: Sketch, row: number, hour: number) =>
  Math.abs(past.get(row, HOUR)) === hour ? past.get(row, COUNT) : 0;

/** Adds to the count of the hour. */
function add(past: Sketch, key: number, hour: number, amount: number, isGated: boolean): void {
  const row = past.touch(key);
  roll(past, row, hour);
  if (isGated) past.set(row, HOUR, -hour);
  past.set(row, COUNT, past.get(row, COUNT) + amount);
}

/** Different things, estimated from how many of the bits are set (linear counting, Whang 1990). */
const estimate = (bits: number) =>
  bits >= COUNTER_BITS - 1 ? THINGS_MAX : -COUNTER_BITS * Math.log(1 - bits / COUNTER_BITS);

export const detector = defineDetector<Options>({
  about: {
    title: 'Unusual volume',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Keeps mean and spread of the logarithm of calls an hour (in all and by action), bytes an hour by action, and different resources an hour; how rare such an excess is in the class makes the surprise.',
    blindSpots: ['theft at the usual pace', 'identities whose load follows their users'],
    techniques: ['T1530', 'T1537', 'T1496'],
    learningDays: 7,
  },
  options,
  dimensions: [action, target, network],
  sketches: [pace, sizes, breadth, newWork, wide],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (context.maturity < 1 || context.activity.outcome === 'failed') return undefined;
    const calls = context.sketch(pace);
    const act = context.value(action);
    const bytes = context.activity.amount?.bytes ?? 0;
    const things = context.sketch(breadth);
    const row = things.find(0);
    const same = row >= 0 && Math.abs(things.get(row, HOUR)) === context.hour;
    let found = look(context, own, calls, 0, 1, 'pace', undefined);
    found = look(context, own, calls, act, 1, 'action-pace', found);
    if (bytes > 0) found = look(context, own, context.sketch(sizes), act, bytes, 'bytes', found);
    return same ? look(context, own, things, 0, 0, 'breadth', found) : found;
  },
  observe(context: DetectorContext, own: Options, isGated: boolean) {
    // What went wrong moved nothing: a storm of throttled or broken calls is no theft.
    if (context.activity.outcome === 'failed') return;
    const { hour } = context;
    const fresh = context.sketch(newWork);
    const mix = fresh.touch(0);
    if (fresh.get(mix, HOUR) !== hour) for (let i = 1; i <= 2; i++) fresh.set(mix, i, 0);
    fresh.set(mix, HOUR, hour);
    if (isNewWork(context, own)) fresh.set(mix, 1, fresh.get(mix, 1) + 1);
    fresh.set(mix, 2, fresh.get(mix, 2) + 1);
    const act = context.value(action);
    const calls = context.sketch(pace);
    add(calls, 0, hour, 1, isGated);
    add(calls, act, hour, 1, isGated);
    const bytes = context.activity.amount?.bytes;
    if (bytes !== undefined && bytes > 0) add(context.sketch(sizes), act, hour, bytes, isGated);
    const thing = context.value(target);
    if (thing === 0) return;
    const things = context.sketch(breadth);
    const row = things.touch(0);
    if (Math.abs(things.get(row, HOUR)) !== hour) for (let i = BITS; i <= BITS_SET; i++) things.set(row, i, 0);
    roll(things, row, hour);
    if (isGated) things.set(row, HOUR, -hour);
    const bit = thing & 127;
    const word = BITS + (bit >> 5);
    const mask = 1 << (bit & 31);
    const bits = things.get(row, word);
    const isNew = (bits & mask) === 0;
    if (isNew) {
      things.set(row, word, bits | mask);
      things.set(row, BITS_SET, things.get(row, BITS_SET) + 1);
    }
    const set = things.get(row, BITS_SET);
    const many = set >= WIDE_FROM ? countWide(context.sketch(wide), hour, thing) : 0;
    if (isNew || set >= COUNTER_BITS - 1)
      things.set(row, COUNT, Math.round(Math.max(estimate(set), set >= COUNTER_BITS - 1 ? many : 0)));
  },
});

type What = 'pace' | 'action-pace' | 'bytes' | 'breadth';

/** Adds what is too much; for nearly every activity that is one comparison. */
function look(
  context: DetectorContext,
  own: Options,
  sketch: Sketch,
  key: number,
  amount: number,
  what: What,
  found: Finding[] | undefined,
): Finding[] | undefined {
  const row = sketch.find(key);
  if (row < 0) return found;
  const count = soFar(sketch, row, context.hour) + amount;
  // No spread is so small that less could be noted: most activities cost one comparison.
  if (logOf(count) <= sketch.get(row, MEAN) + own.leastSpread) return found;
  const z = deviation(sketch, row, count, own);
  if (z < own.notedFrom) return found;
  const mean = sketch.get(row, MEAN);
  // By how much it is beyond the level from which an hour is noted, in logarithms: z spreads beyond the mean, less what is allowed.
  const beyond = (logOf(count) - mean) * (1 - own.notedFrom / z);
  const finding = excess(
    context,
    own,
    mean,
    key,
    count,
    `${what}:${Math.min(SPREADS_MAX, Math.floor(z))}`,
    what,
    beyond,
  );
  return found === undefined ? [finding] : [...found, finding];
}

function excess(
  context: DetectorContext,
  own: Options,
  mean: number,
  key: number,
  count: number,
  rate: string,
  what: What,
  beyond: number,
): Finding {
  const things = {
    pace: 'calls',
    'action-pace': `calls of ${context.activity.action.name}`,
    bytes: 'bytes',
    breadth: 'different resources',
  }[what];
  return {
    field: what === 'bytes' ? 'amount.bytes' : 'activity count',
    group: 'volume',
    seen: `${Math.round(count)} ${things} this hour`,
    usual: () => `about ${Math.round(Math.expm1(mean))} an hour`,
    nats: rarity(context, own, rate, what === 'breadth' ? copied(own, mean, count) : 0) + own.tailNats * beyond,
    ...(isTaughtWork(context, own) && { untaughtNats: rarityOfNewWork(context, own, rate) + own.tailNats * beyond }),
    rate,
    key: context.hash(`${what} ${key}`),
    techniques: techniquesOf(context.activity),
    says: () => {
      const usual = Math.max(1, Math.round(Math.expm1(mean)));
      if (what === 'bytes')
        return `moved ${inUnits(count)} by ${context.activity.action.name} in an hour, usually about ${inUnits(usual)}`;
      const verb = what === 'breadth' ? 'touched' : 'made';
      return `${verb} ${Math.round(count)} ${things} in an hour, usually about ${usual}`;
    },
  };
}

/** What is done, to what, and from where. */
const WORK = [action, target, network];

/** An act, a target or a place that is no habit, and seldom new in its class. */
function isNewWork(context: DetectorContext, own: Options): boolean {
  if (!context.fresh) return false;
  for (const dimension of WORK) {
    const n = context.novelty(dimension);
    // What was alerted on before was told: an hour of usual work there is no more news than elsewhere.
    if (n !== undefined && n.nats >= own.newWorkNats && n.weight > ALERTED_WEIGHT) return true;
  }
  return false;
}

/** The same where only the identity's own news of late makes it look usual: then somebody may have taught it. */
const isTaughtWork = (context: DetectorContext, own: Options) =>
  context.fresh &&
  !isNewWork(context, own) &&
  WORK.some((dimension) => (context.novelty(dimension)?.independentNats ?? 0) >= own.newWorkNats);

const rarityOfNewWork = (context: DetectorContext, own: Options, rate: string) =>
  -Math.log(context.rate(rate, true)) - own.volumePriorNats;

/** How far so many different things are from usual work, 0 to 1: a backfill does more of the same, a copy of everything touches what it never touches. */
const copied = (own: Options, mean: number, things: number) =>
  Math.max(0, (logOf(things) - mean) / Math.log(own.copyTimes) - 1);

/** How rare such an hour is; in an hour of usual work much less is made of it, by `least` (0 to 1) at the least. */
function rarity(context: DetectorContext, own: Options, rate: string, least: number): number {
  const nats = rarityOfNewWork(context, own, rate);
  const fresh = context.sketch(newWork);
  const row = fresh.find(0);
  const isSame = row >= 0 && fresh.get(row, HOUR) === context.hour;
  const now = isNewWork(context, own) ? 1 : 0;
  const share = isSame ? (fresh.get(row, 1) + now) / (fresh.get(row, 2) + 1) : now;
  const usual = Math.min(nats, own.usualWorkNats);
  return usual + (nats - usual) * Math.min(1, Math.max(least, share / own.newWorkShare));
}

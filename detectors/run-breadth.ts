/** More different things in one run of work than this identity ever touched in one, wherever the hour's edge falls. */
import { z } from 'zod';
import { techniquesOf } from '../src/core/attack-techniques.ts';
import { FLOOR_RATE, HOUR_MS } from '../src/core/constants.ts';
import type { DetectorContext, Finding, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption } from '../src/core/detector.ts';
import { target } from '../src/core/novelty/dimensions.ts';

const MINUTE_MS = 60_000;

const options = z.strictObject({
  runPriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of a run: work comes in larger lots for many reasons. Half: backfills and fan-outs rank higher; double: a run of twice the usual things says nothing.',
  ),
  pauseMinutes: numberOption(
    15,
    1,
    1_440,
    'Minutes without an act that end a run. Half: one task is several runs; double: tasks that follow one another are one.',
  ),
  runHours: numberOption(
    2,
    0.1,
    24,
    'Hours after which a run ends though work goes on: a work session. Half: a slow enumeration is several runs; double: an hour of much work hides in a long one.',
  ),
  leastSpread: numberOption(
    0.25,
    0.01,
    5,
    'Least mean excess of the logarithms of the largest runs: a quarter more or less is no news, however steady they are. Half: small excesses of steady work weigh twice; double: twice the things weigh 1.4 nats instead of 2.8.',
  ),
  leastThings: numberOption(
    10,
    2,
    1_000,
    'Different things from which a run may be told: two where one was the most are no enumeration. Half: small lots of narrow work add to whatever else is odd; double: who is after fewer than twenty records is told by other evidence alone.',
  ),
  notedNats: numberOption(
    2,
    0,
    10,
    'Surprise from which a run is noted at all. Half: a day in seven of most identities is; double: only runs of a size that comes once in two months are.',
  ),
});
type Options = z.infer<typeof options>;

/** Days whose largest runs are remembered, the largest: those from which a tail is read. Half: one odd day sets it; double: identities of two weeks have none. */
const TOP_DAYS = 8;
/** Days after which such a day is forgotten: a quarter. Half: the largest run of last month is news again; double: what grew once is allowed for half a year. */
const KEPT_DAYS = 90;
/** Bits of the counter of different things; it tells some 600 things apart. Half: not more than some 270; double: twice the numbers in every memory. */
const COUNTER_BITS = 128;
/** What a full counter tells: what all but one bit stand for. Half: a full counter says less than one that is nearly full; double: it says twice what it can know. */
const THINGS_MAX = 620;
/** Kinds of runs, by nats, that have a rate of their own; larger ones are one kind. Half: the largest are as usual as the middling; double: the largest rest on too few days. */
const RATED_NATS = 9;

/** Runs under way that are told apart, of agents by the run that the log names: sub-agents are at work at once. Half: a fan-out of more is told as new runs; double: twice the numbers in the memory of an agent. */
const RUNS = 8;

/** Of a run: when it began and was last heard of, four words of bits, how many are set. */
const STARTED = 0;
const LAST = 1;
const BITS = 2;
const BITS_SET = 6;
const runs = defineSketch({ name: 'runs', cap: RUNS, fields: 7 });
/** Days and their largest runs, in no order. */
const days = defineSketch({ name: 'run-days', cap: 1, fields: 2 * TOP_DAYS });

const dayAt = (at: number) => 2 * at;
const largestAt = (at: number) => dayAt(at) + 1;

/** Which run an activity belongs to: that of an agent is named by the log, and its sub-agents have runs of their own. */
const runOf = ({ activity, actorHash }: DetectorContext) => (activity.identity.kind === 'agent' ? actorHash : 0);

/** Different things, estimated from how many of the bits are set (linear counting, Whang 1990). */
const estimate = (bits: number) =>
  bits >= COUNTER_BITS - 1 ? THINGS_MAX : Math.round(-COUNTER_BITS * Math.log(1 - bits / COUNTER_BITS));

const isOver = (past: Sketch, row: number, ms: number, own: Options) =>
  ms - past.get(row, LAST) > own.pauseMinutes * MINUTE_MS || ms - past.get(row, STARTED) > own.runHours * HOUR_MS;

/** The word of a thing's bit, and its place in the word. */
const wordOf = (thing: number) => BITS + ((thing & (COUNTER_BITS - 1)) >> 5);
const maskOf = (thing: number) => 1 << (thing & 31);

/** Notes the largest run of a day among the days kept: of the same day, else in a place that is free or too old, else in that of the least. */
function note(past: Sketch, row: number, day: number, things: number): void {
  let place = 0;
  for (let at = 0; at < TOP_DAYS; at++) {
    const known = past.get(row, dayAt(at));
    if (known === day) {
      past.set(row, largestAt(at), Math.max(things, past.get(row, largestAt(at))));
      return;
    }
    if (day - known > KEPT_DAYS) {
      past.set(row, dayAt(at), 0);
      past.set(row, largestAt(at), 0);
    }
    if (past.get(row, largestAt(at)) < past.get(row, largestAt(place))) place = at;
  }
  if (things <= past.get(row, largestAt(place))) return;
  past.set(row, dayAt(place), day);
  past.set(row, largestAt(place), things);
}

/** Largest run of the days kept, other than today's; 0 where there are too few. */
function largest(past: Sketch, row: number, today: number): number {
  let most = 0;
  for (let at = 0; at < TOP_DAYS; at++) {
    const day = past.get(row, dayAt(at));
    if (day !== today && today - day <= KEPT_DAYS) most = Math.max(most, past.get(row, largestAt(at)));
  }
  return most;
}

/**
 * Surprise of a day with such a run: minus the log of the share of days that have one as large, by the tail of the largest days (Weissman,
 * Estimation of parameters and large quantiles based on the k largest observations, 1978), whose index is Hill's (1975).
 */
function surprise(context: DetectorContext, own: Options, past: Sketch, row: number, things: number): number {
  const kept: number[] = [];
  for (let at = 0; at < TOP_DAYS; at++) {
    const day = past.get(row, dayAt(at));
    if (past.get(row, largestAt(at)) > 0 && day !== context.day && context.day - day <= KEPT_DAYS)
      kept.push(Math.log1p(past.get(row, largestAt(at))));
  }
  const seen = Math.min(KEPT_DAYS, context.activeDays - 1);
  if (kept.length < TOP_DAYS - 1 || seen <= kept.length) return 0;
  const least = Math.min(...kept);
  const mean = kept.reduce((sum, log) => sum + (log - least), 0) / (kept.length - 1);
  return Math.log(seen / kept.length) + (Math.log1p(things) - least) / Math.max(mean, own.leastSpread);
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Many things in one run',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Counts the different things that are touched in one run of work, wherever the hour ends, and reads from the largest days how seldom so many come together: an enumeration by an identity whose every task has new targets.',
    blindSpots: ['enumerations with pauses between the acts', 'identities that touch all they may every day'],
    techniques: ['T1530', 'T1087', 'T1213'],
    learningDays: 14,
  },
  options,
  dimensions: [target],
  sketches: [runs, days],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const thing = context.value(target);
    if (thing === 0 || context.maturity < 1 || context.activity.outcome === 'failed') return undefined;
    const now = context.sketch(runs);
    const run = now.find(runOf(context));
    if (run < 0 || isOver(now, run, context.ms, own)) return undefined;
    const isNew = (now.get(run, wordOf(thing)) & maskOf(thing)) === 0;
    const things = estimate(now.get(run, BITS_SET) + (isNew ? 1 : 0));
    if (things < own.leastThings) return undefined;
    const past = context.sketch(days);
    const row = past.find(0);
    const most = row < 0 ? 0 : largest(past, row, context.day);
    if (most === 0 || things <= most) return undefined;
    const nats = surprise(context, own, past, row, things);
    return nats < own.notedNats ? undefined : found(context, own, things, most, nats);
  },
  observe(context: DetectorContext, own: Options, isGated: boolean) {
    const thing = context.value(target);
    if (thing === 0 || context.activity.outcome === 'failed') return;
    const now = context.sketch(runs);
    const run = now.touch(runOf(context));
    if (isOver(now, run, context.ms, own)) {
      for (let field = STARTED; field <= BITS_SET; field++) now.set(run, field, 0);
      now.set(run, STARTED, context.ms);
    }
    now.set(run, LAST, Math.max(context.ms, now.get(run, LAST)));
    const bits = now.get(run, wordOf(thing));
    if ((bits & maskOf(thing)) !== 0) return;
    now.set(run, wordOf(thing), bits | maskOf(thing));
    now.set(run, BITS_SET, now.get(run, BITS_SET) + 1);
    // What is under suspicion makes no number usual.
    if (isGated) return;
    const past = context.sketch(days);
    note(past, past.touch(0), context.day, estimate(now.get(run, BITS_SET)));
  },
});

/** Less is made of it by as much as such days are more usual, of this identity and its class, than the rarest are. */
function found(context: DetectorContext, own: Options, things: number, most: number, nats: number): Finding[] {
  const rate = `run:${Math.min(RATED_NATS, Math.floor(nats))}`;
  const left = nats - own.runPriorNats - Math.log(context.rate(rate, true) / FLOOR_RATE);
  return [
    {
      field: 'activity count',
      group: 'volume',
      seen: `${things} different things in one run`,
      usual: () => `${most} at the most`,
      nats: Math.max(0, left),
      rate,
      key: context.hash('run breadth'),
      techniques: techniquesOf(context.activity),
      says: () => `touched ${things} different things in one run, never more than ${most} before`,
    },
  ];
}

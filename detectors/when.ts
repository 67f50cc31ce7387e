/** Work at an hour never worked, or after a silence far beyond the identity's own pauses. */
import { z } from 'zod';
import { listed } from '../src/core/alert/sentence.ts';
import { RETURN_WEIGHT } from '../src/core/constants.ts';
import type { DetectorContext, Dimension, Finding, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { remainder } from '../src/core/instant.ts';
import { isReturn } from '../src/core/novelty/calendar.ts';
import { action, client, network } from '../src/core/novelty/dimensions.ts';

const DAY_MS = 86_400_000;

const options = z.strictObject({
  hourPriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of an odd hour. Half: late runs rank higher; double: an odd hour hardly counts.',
  ),
  hourNats: numberOption(
    5,
    0,
    10,
    'Most nats of an odd hour: a late run is no break-in. Half: the hour says little beside other evidence; double: a late run may alert by itself.',
  ),
  oddShare: numberOption(
    0.1,
    0,
    1,
    "An hour is odd when the identity did less than this share of an average hour's work within one hour of it. Half: only hours without any work are odd; double: quiet hours are odd as well.",
  ),
  minActivities: wholeOption(
    150,
    1,
    100_000,
    'Activities on record before hours mean anything. Half: identities with few hours are told of; double: seldom-used ones are silent for longer.',
  ),
  minActiveDays: wholeOption(
    10,
    1,
    365,
    'Days of work on record before hours mean anything. Half: one week of shifts sets the hours; double: three weeks pass before an odd hour is told.',
  ),
  silencePriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of a return after a silence. Half: holidays rank higher; double: a silence hardly counts.',
  ),
  silenceNats: numberOption(
    6,
    0,
    30,
    'Most nats of a return after a silence. Half: it says little beside other evidence; double: a quarterly job may alert by itself.',
  ),
  silenceDays: numberOption(
    7,
    0.01,
    365,
    'Days from which a silence counts. Half: long weekends count; double: only silences of more than two weeks do.',
  ),
  silenceFactor: numberOption(
    2,
    1,
    100,
    'Times the longest silence so far from which one counts. Half: the longest pause of every identity counts; double: a fortnightly job has to pause for two months.',
  ),
  longSilenceFactor: numberOption(
    5,
    1,
    1_000,
    'Times the longest silence so far from which it counts among the long ones, which have a rate of their own. Half: most do; double: hardly any does.',
  ),
});
type Options = z.infer<typeof options>;

/** Hours that `around` takes together, as a part of the day: eight times their work is a day's at an even pace. */
const PARTS_OF_DAY = 24 / 3;
/** Work added to a share, near and in all, so that an hour without any work is not infinitely odd: as if half an activity of four had been there. Half: with few activities on record an empty hour is odder; double: less odd. */
const NEAR_ADDED = 0.5;
const ALL_ADDED = 4;
/** Kinds of odd hours, by e-folds of their share below e^-2, that have a rate of their own. Half: an hour of no work is as usual as a quiet one; double: the oddest have hardly a rate of their own. */
const ODDNESS_MAX = 4;

/** Longest silence ms, activities, hour-of-day counts. */
const gaps = defineSketch({ name: 'silences', cap: 1, fields: 26 });

/** Past activities within one hour of an hour of day. */
function around(hours: Sketch, row: number, hour: number): number {
  const before = hours.get(row, 2 + ((hour + 24 - 1) % 24));
  return before + hours.get(row, 2 + hour) + hours.get(row, 2 + ((hour + 1) % 24));
}

/** That as a share of what is average, 1 = as much. */
const shareOf = (near: number, all: number) => ((near + NEAR_ADDED) / (all + ALL_ADDED)) * PARTS_OF_DAY;

const isOddHour = (context: DetectorContext, past: Sketch, row: number, own: Options) =>
  past.get(row, 1) >= own.minActivities &&
  context.activeDays >= own.minActiveDays &&
  shareOf(around(past, row, remainder(context.hour, 24)), past.get(row, 1)) < own.oddShare;

function oddHour(context: DetectorContext, past: Sketch, row: number, own: Options): Finding {
  const hour = remainder(context.hour, 24);
  const share = shareOf(around(past, row, hour), past.get(row, 1));
  const name = `hour:${Math.min(ODDNESS_MAX, Math.floor(-Math.log(share) - 2))}`;
  return {
    field: 'at',
    group: 'time',
    seen: `${hour}:00 UTC`,
    usual: () => `${Math.round(share * 100)} % of an average hour's work at that time`,
    nats: Math.min(own.hourNats, -Math.log(context.rate(name)) - own.hourPriorNats),
    rate: name,
    key: context.hash('hour'),
    techniques: [],
    says: () => `worked at ${hour}:00 UTC, an hour it does not work`,
  };
}

function isAfterSilence({ ms, lastMs }: DetectorContext, past: Sketch, row: number, own: Options): boolean {
  const gap = ms - lastMs;
  return gap > own.silenceDays * DAY_MS && lastMs > 0 && gap > own.silenceFactor * past.get(row, 0);
}

function afterSilence(context: DetectorContext, past: Sketch, row: number, own: Options): Finding {
  const gap = context.ms - context.lastMs;
  const longest = past.get(row, 0);
  const name = `silence:${gap > own.longSilenceFactor * longest ? 1 : 0}`;
  const nats = Math.min(own.silenceNats, -Math.log(context.rate(name)) - own.silencePriorNats);
  return {
    field: 'at',
    group: 'silence',
    seen: `after ${Math.round(gap / DAY_MS)} days of silence`,
    usual: () => `never silent longer than ${Math.max(1, Math.round(longest / DAY_MS))} days`,
    nats: isReturn(gap / DAY_MS, context.ageDays, context.cameWithLog) ? RETURN_WEIGHT * nats : nats,
    rate: name,
    kind: 'lifecycle',
    key: context.hash('silence'),
    says: () => `woke after ${Math.round(gap / DAY_MS)} days of silence${asBefore(context)}`,
  };
}

/** What a reader asks first of one that woke: its place, its client, its work. */
const ASKED: readonly (readonly [Dimension, string])[] = [
  [network, 'place'],
  [client, 'client'],
  [action, 'work'],
];

/** `, its place, client and work as before`, as far as the log tells of them; what is new is told by findings of its own. */
function asBefore(context: DetectorContext): string {
  const same = ASKED.filter(([of]) => context.value(of) !== 0 && context.novelty(of) === undefined);
  return same.length === 0 ? '' : `, its ${listed(same.map(([, name]) => name))} as before`;
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Unusual time',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Compares the hour of the day with the hours this identity works, and a silence before it with its longest one so far. What comes back a month, a quarter, half a year or a year after it began is a job of the calendar.',
    blindSpots: ['identities that work around the clock', 'identities too young to have hours'],
    techniques: ['T1078.004'],
    learningDays: 14,
  },
  options,
  dimensions: ASKED.map(([of]) => of),
  sketches: [gaps],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const past = context.sketch(gaps);
    const row = past.find(0);
    if (row < 0 || context.maturity < 1) return undefined;
    const isOdd = isOddHour(context, past, row, own);
    const isLate = isAfterSilence(context, past, row, own);
    if (!isOdd && !isLate) return undefined;
    const found: Finding[] = [];
    if (isOdd) found.push(oddHour(context, past, row, own));
    if (isLate) found.push(afterSilence(context, past, row, own));
    return found;
  },
  learn(context: DetectorContext) {
    const past = context.sketch(gaps);
    const row = past.touch(0);
    if (context.lastMs > 0) past.set(row, 0, Math.max(past.get(row, 0), context.ms - context.lastMs));
    past.set(row, 1, past.get(row, 1) + 1);
    const hour = 2 + remainder(context.hour, 24);
    past.set(row, hour, past.get(row, hour) + 1);
  },
});

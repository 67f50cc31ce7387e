/** Work at an hour never worked, or after a silence far beyond the identity's own pauses. */
import { z } from 'zod';
import type { DetectorContext, Finding, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch } from '../src/core/detector.ts';
import { remainder } from '../src/core/instant.ts';

const DAY_MS = 86_400_000;

const options = z.strictObject({
  hourPriorNats: z.number().min(0).max(10).default(2),
  /** Most that an hour weighs: a late run is no break-in. */
  hourNats: z.number().min(0).max(10).default(5),
  silencePriorNats: z.number().min(0).max(10).default(2),
  /** Activities before hours mean anything. */
  minActivities: z.number().int().min(1).max(100_000).default(150),
});
type Options = z.infer<typeof options>;

/** Share of an average hour's work below which an hour is odd. */
const ODD_SHARE = 0.1;

/** Longest silence ms, activities, hour-of-day counts. */
const gaps = defineSketch({ name: 'silences', cap: 1, fields: 26 });

/** Past activities within one hour of an hour of day. */
function around(hours: Sketch, row: number, hour: number): number {
  const before = hours.get(row, 2 + ((hour + 23) % 24));
  return before + hours.get(row, 2 + hour) + hours.get(row, 2 + ((hour + 1) % 24));
}

/** That as a share of what is average, 1 = as much. */
const shareOf = (near: number, all: number) => ((near + 0.5) / (all + 4)) * 8;

const isOdd = (near: number, all: number) => shareOf(near, all) < ODD_SHARE;

const isOddHour = (context: DetectorContext, past: Sketch, row: number, own: Options) =>
  past.get(row, 1) >= own.minActivities &&
  context.activeDays >= 10 &&
  isOdd(around(past, row, remainder(context.hour, 24)), past.get(row, 1));

function oddHour(context: DetectorContext, past: Sketch, row: number, own: Options): Finding {
  const hour = remainder(context.hour, 24);
  const share = shareOf(around(past, row, hour), past.get(row, 1));
  const name = `hour:${Math.min(4, Math.floor(-Math.log(share) - 2))}`;
  return {
    field: 'at',
    group: 'time',
    seen: `${hour}:00 UTC`,
    usual: () => `${Math.round(share * 100)} % of an average hour's work at that time`,
    nats: Math.min(own.hourNats, -Math.log(context.rate(name)) - own.hourPriorNats),
    rate: name,
    key: context.hash('hour'),
    says: () => `worked at ${hour}:00 UTC, an hour it does not work`,
  };
}

function isAfterSilence({ ms, lastMs }: DetectorContext, past: Sketch, row: number): boolean {
  const gap = ms - lastMs;
  return gap > 7 * DAY_MS && lastMs > 0 && gap > 2 * past.get(row, 0);
}

function afterSilence(context: DetectorContext, past: Sketch, row: number, own: Options): Finding {
  const gap = context.ms - context.lastMs;
  const longest = past.get(row, 0);
  const name = `silence:${gap > 5 * longest ? 1 : 0}`;
  return {
    field: 'at',
    group: 'silence',
    seen: `after ${Math.round(gap / DAY_MS)} days of silence`,
    usual: () => `never silent longer than ${Math.max(1, Math.round(longest / DAY_MS))} days`,
    nats: Math.min(6, -Math.log(context.rate(name)) - own.silencePriorNats),
    rate: name,
    kind: 'lifecycle',
    key: context.hash('silence'),
    says: () => `woke after ${Math.round(gap / DAY_MS)} days of silence`,
  };
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Unusual time',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Compares the hour of the day with the hours this identity works, and a silence before it with its longest one so far.',
    blindSpots: ['identities that work around the clock', 'identities too young to have hours'],
    techniques: ['T1078.004'],
    learningDays: 14,
  },
  options,
  dimensions: [],
  sketches: [gaps],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const past = context.sketch(gaps);
    const row = past.find(0);
    if (row < 0 || context.maturity < 1) return undefined;
    const isOdd = isOddHour(context, past, row, own);
    const isLate = isAfterSilence(context, past, row);
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

/** One call that moves far more bytes or records than such a call of this identity ever does. */
import { z } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import { techniquesOf } from '../src/core/attack-techniques.ts';
import type { DetectorContext, Finding, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { mix } from '../src/core/hash.ts';
import { action } from '../src/core/novelty/dimensions.ts';
import { isCommit } from '../src/core/sensitivity.ts';
import { inUnits } from '../src/core/thing.ts';

const options = z.strictObject({
  sizePriorNats: numberOption(
    2,
    0,
    10,
    'Nats taken from the surprise of a large call: month ends and full copies bring one. Half: they rank higher; double: only sizes that the class never has are told.',
  ),
  minCalls: wholeOption(
    20,
    2,
    1_000,
    'Calls of an action on record before the size of one means anything. Half: a spread is read from ten calls; double: seldom-used actions are silent for longer.',
  ),
  notedFrom: numberOption(
    3,
    1,
    10,
    'Standard deviations of log sizes from which a call is noted. Half: one call in fifteen is; double: only calls of hundreds of times the usual size are.',
  ),
  leastSpread: numberOption(
    0.25,
    0.01,
    5,
    'Spread of log sizes that even the steadiest action is allowed; .25 is a quarter more or less. Half: steady calls are noted for small changes; double: a steady one must move four and a half times the usual to be noted.',
  ),
  tailNats: numberOption(
    1,
    0,
    5,
    'Nats by which an excess grows each time it is e times larger: the index of a Pareto tail (Hill, A simple general approach to inference about the tail of a distribution, 1975). Half: a thousandfold call weighs little more than a tenfold one; double: a large copy of a steady job is high.',
  ),
});
type Options = z.infer<typeof options>;

/** Number, mean and sum of squared deviations of the log sizes of calls, by action and unit. */
const sizes = defineSketch({ name: 'call-sizes', cap: 16, fields: 3 });
const N = 0;
const MEAN = 1;
const M2 = 2;

/** Calls over which mean and spread are remembered. Half: a busy job forgets within days; double: one that has grown is noted for longer. */
const CALLS_KEPT = 400;
/** Deviations above this many spreads are counted as one kind: their rates would rest on too few calls. Half: a call of five spreads is as usual as one of nine; double: the largest have hardly a rate of their own. */
const SPREADS_MAX = 9;

const UNITS = ['bytes', 'records'] as const;
type Unit = (typeof UNITS)[number];

const keyOf = (context: DetectorContext, unit: Unit) => mix(context.value(action), UNITS.indexOf(unit) + 1);

/** In the precision in which means are kept, so that a size that is always the same has no spread at all. */
const logOf = (amount: number) => Math.fround(Math.log1p(amount));

/** What a call moved, of those that went through: others moved nothing, and a commit adds what its author wrote, in however many files. */
const movedIn = ({ action: { name }, outcome, amount }: Activity): Activity['amount'] =>
  outcome === 'success' && !isCommit(name) ? amount : undefined;

/** It brings in what was there before; what is taken was read. */
const isWrite = ({ action: { access } }: Activity) => access === 'write' || access === 'admin';

/** Deviation of a log size from those on record, in spreads. */
function deviation(past: Sketch, row: number, x: number, own: Options): number {
  const n = past.get(row, N);
  const spread = Math.sqrt(Math.max(0, past.get(row, M2) / (n - 1)) * (1 + 2 / n) + own.leastSpread ** 2);
  return (x - past.get(row, MEAN)) / spread;
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Unusual size',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Keeps mean and spread of the logarithm of what one call moves (bytes, records), by action. More calls of the usual size are a backfill; a call of a size that such calls never have is not. What a call reads is taken out and is an act of its own; what it writes is more work.',
    blindSpots: ['theft in calls of the usual size', 'logs that do not tell what a call moved'],
    techniques: ['T1530', 'T1537'],
    learningDays: 7,
  },
  options,
  dimensions: [action],
  sketches: [sizes],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const moved = movedIn(context.activity);
    if (moved === undefined || context.maturity < 1) return undefined;
    let found: Finding[] | undefined;
    for (const unit of UNITS) {
      const finding = look(context, own, unit, moved[unit] ?? 0);
      if (finding !== undefined) found = [...(found ?? []), finding];
    }
    return found;
  },
  learn(context: DetectorContext) {
    const moved = movedIn(context.activity);
    if (moved === undefined) return;
    for (const unit of UNITS) {
      const amount = moved[unit] ?? 0;
      if (amount > 0) count(context.sketch(sizes), keyOf(context, unit), logOf(amount));
    }
  },
});

/** `1 record`, `2289 records`. */
const counted = (records: number) => `${records} ${records === 1 ? 'record' : 'records'}`;

/** Welford's running mean and squares, of the last calls only. */
function count(past: Sketch, key: number, x: number): void {
  const row = past.touch(key);
  const before = past.get(row, N);
  const n = Math.min(CALLS_KEPT, before + 1);
  const delta = x - past.get(row, MEAN);
  past.set(row, N, n);
  past.set(row, MEAN, Math.fround(past.get(row, MEAN) + delta / n));
  const kept = before === CALLS_KEPT ? (CALLS_KEPT - 1) / CALLS_KEPT : 1;
  past.set(row, M2, Math.fround(past.get(row, M2) * kept + delta * (x - past.get(row, MEAN))));
}

function look(context: DetectorContext, own: Options, unit: Unit, amount: number): Finding | undefined {
  if (amount <= 0) return undefined;
  const past = context.sketch(sizes);
  const row = past.find(keyOf(context, unit));
  if (row < 0 || past.get(row, N) < own.minCalls) return undefined;
  const x = logOf(amount);
  const mean = past.get(row, MEAN);
  const z = deviation(past, row, x, own);
  if (z < own.notedFrom) return undefined;
  const rate = `call-size:${Math.min(SPREADS_MAX, Math.floor(z))}`;
  // By how much it is beyond the size from which a call is noted, in logarithms.
  const beyond = (x - mean) * (1 - own.notedFrom / z);
  const told = (n: number) => (unit === 'bytes' ? inUnits(n) : counted(Math.round(n)));
  return {
    field: `amount.${unit}`,
    group: isWrite(context.activity) ? 'volume' : 'size',
    seen: `${told(amount)} in one call`,
    usual: () => `about ${told(Math.expm1(mean))}`,
    nats: -Math.log(context.rate(rate, true)) - own.sizePriorNats + own.tailNats * beyond,
    rate,
    key: context.hash(`size ${unit} ${context.activity.action.name}`),
    techniques: techniquesOf(context.activity),
    says: () =>
      `moved ${told(amount)} in one call of ${context.activity.action.name}, usually about ${told(Math.expm1(mean))}`,
  };
}

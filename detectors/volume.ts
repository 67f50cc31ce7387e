/** More calls, more bytes or more different things in an hour than this identity ever needs. */
import { z } from 'zod';
import type { Finding, Scene, Sketch } from '../src/core/detector.ts';
import { defineDetector, defineSketch } from '../src/core/detector.ts';
import { action, target } from '../src/core/dimensions.ts';

const HOUR_MS = 3_600_000;

const options = z.strictObject({
  volumePriorNats: z.number().min(0).max(10).default(2),
  /** Hours on record before a burst means anything. */
  minHours: z.number().int().min(2).max(1_000).default(8),
  /** Standard deviations of log counts from which an hour is noted. */
  notedFrom: z.number().min(1).max(10).default(3),
});
type Options = z.infer<typeof options>;

/** hour, count, then n, mean, m2 of log counts of past hours, least count worth a look. */
const pace = defineSketch({ name: 'pace', cap: 16, fields: 6 });
/** The same for bytes, by action. */
const sizes = defineSketch({ name: 'sizes', cap: 10, fields: 6 });
/** The same for different resources, with a 128-bit linear counter. */
const breadth = defineSketch({ name: 'breadth', cap: 1, fields: 11 });

/** Spread of log counts that even the steadiest identity is allowed. */
const LEAST_SPREAD = 0.25;

/** Deviation of `count` from past hours, in spreads; the spread never shrinks below a quarter in log terms. */
function deviation(row: Float64Array, count: number, minHours: number): number {
  const n = row[2] as number;
  if (n < minHours) return 0;
  const spread = Math.sqrt(Math.max(0, (row[4] as number) / (n - 1)) * (1 + 2 / n) + LEAST_SPREAD ** 2);
  return (Math.log1p(count) - (row[3] as number)) / spread;
}

function roll(row: Float64Array, hour: number): void {
  if (row[0] === hour) return;
  if ((row[1] as number) > 0) {
    const x = Math.log1p(row[1] as number);
    const n = Math.min(400, (row[2] as number) + 1);
    const delta = x - (row[3] as number);
    row[2] = n;
    row[3] = Math.fround((row[3] as number) + delta / n);
    row[4] = Math.fround((row[4] as number) * (n >= 400 ? 399 / 400 : 1) + delta * (x - (row[3] as number)));
  }
  row[0] = hour;
  row[1] = 0;
  row[5] = Math.fround(n0(row));
}

/** Least count that could be noted, so that most activities cost one comparison. */
const n0 = (row: Float64Array) => Math.expm1((row[3] as number) + LEAST_SPREAD);

/** Count of the hour so far in a row of an earlier or this hour. */
const soFar = (row: Float64Array, hour: number) => (row[0] === hour ? (row[1] as number) : 0);

/** Different things, estimated from how many of 128 bits are set (linear counting, Whang 1990). */
const estimate = (bits: number) => (bits >= 127 ? 620 : -128 * Math.log(1 - bits / 128));

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
  dimensions: [action, target],
  sketches: [pace, sizes, breadth],
  judge(scene: Scene, own: Options): readonly Finding[] | undefined {
    if (scene.maturity < 1) return undefined;
    const calls = scene.sketch(pace);
    const act = scene.value(action);
    const bytes = scene.activity.amount?.bytes ?? 0;
    const things = scene.sketch(breadth);
    const same = things.get(0)?.[0] === Math.floor(scene.ms / HOUR_MS);
    let found = look(scene, own, calls, 0, 1, 'pace', undefined);
    found = look(scene, own, calls, act, 1, 'action-pace', found);
    if (bytes > 0) found = look(scene, own, scene.sketch(sizes), act, bytes, 'bytes', found);
    return same ? look(scene, own, things, 0, 0, 'breadth', found) : found;
  },
  learn(scene: Scene) {
    const hour = Math.floor(scene.ms / HOUR_MS);
    for (const key of [0, scene.value(action)]) {
      const row = scene.sketch(pace).touch(key);
      roll(row, hour);
      row[1] = (row[1] as number) + 1;
    }
    const bytes = scene.activity.amount?.bytes;
    if (bytes !== undefined && bytes > 0) {
      const row = scene.sketch(sizes).touch(scene.value(action));
      roll(row, hour);
      row[1] = (row[1] as number) + bytes;
    }
    const thing = scene.value(target);
    if (thing === 0) return;
    const row = scene.sketch(breadth).touch(0);
    if (row[0] !== hour) for (let i = 6; i < 11; i++) row[i] = 0;
    roll(row, hour);
    const bit = thing % 128;
    const word = 6 + (bit >> 5);
    const mask = 1 << (bit & 31);
    if (((row[word] as number) & mask) !== 0) return;
    row[word] = (row[word] as number) | mask;
    row[10] = (row[10] as number) + 1;
    row[1] = Math.round(estimate(row[10] as number));
  },
});

type What = 'pace' | 'action-pace' | 'bytes' | 'breadth';

/** Adds what is too much; for nearly every activity that is one comparison. */
function look(
  scene: Scene,
  own: Options,
  sketch: Sketch,
  key: number,
  amount: number,
  what: What,
  found: Finding[] | undefined,
): Finding[] | undefined {
  const row = sketch.get(key);
  if (row === undefined) return found;
  const count = soFar(row, Math.floor(scene.ms / HOUR_MS)) + amount;
  if (count <= (row[5] as number)) return found;
  const z = deviation(row, count, own.minHours);
  if (z < own.notedFrom) return found;
  const finding = excess(scene, own, row, key, count, `${what}:${Math.min(9, Math.floor(z))}`, what);
  return found === undefined ? [finding] : [...found, finding];
}

function excess(
  scene: Scene,
  own: Options,
  row: Float64Array,
  key: number,
  count: number,
  rate: string,
  what: What,
): Finding {
  const things = {
    pace: 'calls',
    'action-pace': `calls of ${scene.activity.action.name}`,
    bytes: 'bytes',
    breadth: 'different resources',
  }[what];
  return {
    field: what === 'bytes' ? 'amount.bytes' : 'activity count',
    group: 'volume',
    seen: `${Math.round(count)} ${things} this hour`,
    usual: () => `about ${Math.round(Math.expm1(row[3] as number))} an hour`,
    nats: -Math.log(scene.rate(rate)) - own.volumePriorNats,
    rate,
    key: scene.hash(`${what} ${key}`),
    says: () =>
      `made ${Math.round(count)} ${things} in an hour, usually about ${Math.max(1, Math.round(Math.expm1(row[3] as number)))}`,
  };
}

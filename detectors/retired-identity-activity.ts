/** An identity acts after it was offboarded or expired. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption } from '../src/core/detector.ts';

const HOUR_MS = 3_600_000;

const options = z.strictObject({
  returnNats: numberOption(
    11,
    0,
    30,
    'Nats of a return after a silence past the date. Half: offboarded identities rank below deploys; double: stale dates outrank break-ins.',
  ),
  continuedNats: numberOption(
    2.5,
    0,
    30,
    'Nats of uninterrupted use past the date: mostly the inventory is stale. Half: it says next to nothing; double: stale dates fill the queue.',
  ),
  silenceHours: numberOption(
    36,
    0,
    2_160,
    "Hours of silence that make a return of it; longer than a night and a weekend job's day. Half: daily jobs return every day; double: whoever waits two days is taken for the owner.",
  ),
  ownSilenceFactor: numberOption(
    1.25,
    0,
    100,
    'The silence must also be longer than the longest so far by this factor. Half: ordinary pauses are returns; double: of an identity that rests for a week a return is only told after two and a half weeks.',
  ),
});
type Options = z.infer<typeof options>;

/** Longest silence so far, ms. */
const silences = defineSketch({ name: 'retired-silences', cap: 1, fields: 1 });

/** In ms; 0 where none is on record. */
function longestSilence(context: DetectorContext): number {
  const past = context.sketch(silences);
  const row = past.find(0);
  return row < 0 ? 0 : past.get(row, 0);
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Retired identity active',
    kind: 'lifecycle',
    lane: 'invariant',
    description:
      'Fires when an identity acts after its offboarding or expiry date. One that returns after a silence is telling; one that never stopped is mostly a stale date.',
    blindSpots: ['identities without dates in the inventory', 'an abuser who keeps a retired identity busy'],
    techniques: ['T1078.004', 'NHI1'],
    learningDays: 0,
  },
  options,
  dimensions: [],
  sketches: [silences],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { facts } = context;
    if (facts === undefined) return undefined;
    const since = Math.min(facts.offboardedMs, facts.expiresMs);
    if (context.ms <= since) return undefined;
    const silence = context.ms - context.lastMs;
    const silent =
      context.lastMs === 0 ||
      (silence >= own.silenceHours * HOUR_MS && silence > own.ownSilenceFactor * longestSilence(context));
    const word = facts.offboardedMs <= context.ms ? 'offboarded' : 'expired';
    return [
      {
        field: 'identity.id',
        group: 'lifecycle',
        seen: context.activity.at,
        usual: () => `${word} on ${new Date(since).toISOString().slice(0, 10)}`,
        nats: silent ? own.returnNats : own.continuedNats,
        key: context.hash(`retired ${since}`),
        contain: 'identity',
        says: () =>
          `acted although ${word} on ${new Date(since).toISOString().slice(0, 10)}${silent ? ', after a silence' : ''}`,
      },
    ];
  },
  count(context: DetectorContext) {
    if (context.lastMs === 0 || context.facts === undefined) return;
    const past = context.sketch(silences);
    const row = past.touch(0);
    past.set(row, 0, Math.max(past.get(row, 0), context.ms - context.lastMs));
  },
});

/** Known actions in an order never seen. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption, wholeOption } from '../src/core/detector.ts';
import { mix } from '../src/core/hash.ts';
import { action } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  sequencePriorNats: numberOption(
    1.5,
    0,
    10,
    'Nats taken from the surprise of a new order: work is done in new orders for many reasons. Half: new orders add to more alerts; double: they hardly count.',
  ),
  sessionMinutes: numberOption(
    15,
    1,
    1_440,
    'Actions further apart than this are not one sequence. Half: slow work has no order; double: unrelated jobs make new orders.',
  ),
  minActivities: wholeOption(
    100,
    1,
    100_000,
    'Activities on record before an order means anything. Half: identities whose order is not known yet are told of; double: seldom-used ones are silent for longer.',
  ),
  minSequences: wholeOption(
    6,
    1,
    96,
    'Different sequences on record before a new one means anything. Half: work of two or three steps has new ones often; double: simple workloads have no order to break.',
  ),
});
type Options = z.infer<typeof options>;

/** Which steps were taken; they carry no numbers. */
const steps = defineSketch({ name: 'steps', cap: 96, fields: 0 });
/** Last action, the one before, lastMs. */
const last = defineSketch({ name: 'last-step', cap: 1, fields: 3 });

/** The step from what was done before, 0 where nothing was lately. */
function stepOf(context: DetectorContext, sessionMs: number): number {
  const latest = context.sketch(last);
  const row = latest.find(0);
  if (row < 0) return 0;
  const previous = latest.get(row, 0);
  if (previous === 0 || context.ms - latest.get(row, 2) > sessionMs) return 0;
  const before = context.activity.identity.kind === 'agent' ? latest.get(row, 1) : 0;
  return mix(mix(previous, before), context.value(action));
}

/** Apart from judging: what a closure holds is made room for on entry, and judging nearly always ends without one. */
function newOrder(context: DetectorContext, own: Options): Finding {
  return {
    field: 'action.name',
    group: 'sequence',
    seen: context.activity.action.name,
    usual: () => 'another order of the same actions',
    nats: -Math.log(context.rate('sequence')) - own.sequencePriorNats,
    rate: 'sequence',
    key: context.hash('sequence'),
    techniques: context.activity.identity.kind === 'agent' ? ['ASI01', 'ASI10'] : [],
    says: () => `did ${context.activity.action.name} in an order never seen`,
  };
}

export const detector = defineDetector<Options>({
  about: {
    title: 'Unusual sequence',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Remembers which action follows which (for agents, which two) and notes known actions in a new order, against how often this identity and its class do that.',
    blindSpots: ['identities whose work has no order', 'attacks that copy the usual order'],
    techniques: ['ASI01', 'ASI10'],
    learningDays: 7,
  },
  options,
  dimensions: [action],
  sketches: [steps, last],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (context.activities < own.minActivities || context.maturity < 1 || context.novelty(action) !== undefined)
      return undefined;
    const step = stepOf(context, own.sessionMinutes * 60_000);
    const known = context.sketch(steps);
    if (step === 0 || known.size < own.minSequences || known.find(step) >= 0) return undefined;
    return [newOrder(context, own)];
  },
  learn(context: DetectorContext, own: Options) {
    const step = stepOf(context, own.sessionMinutes * 60_000);
    if (step !== 0) context.sketch(steps).touch(step);
  },
  observe(context: DetectorContext) {
    const latest = context.sketch(last);
    const row = latest.touch(0);
    latest.set(row, 1, latest.get(row, 0));
    latest.set(row, 0, context.value(action));
    latest.set(row, 2, context.ms);
  },
});

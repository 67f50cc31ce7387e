/** A privileged act, new to it, by an identity nobody answers for. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import { action } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  unownedNats: numberOption(
    1.5,
    0,
    10,
    'Nats added to a privileged first act when there is no owner to ask. Half: no help; double: a gap in the inventory looks like an attack.',
  ),
  privilegedFrom: numberOption(
    0.6,
    0,
    1,
    'Sensitivity, 0 to 1, from which an act is privileged. Half: starting a process is; double is beyond the scale: nothing is.',
  ),
});
type Options = z.infer<typeof options>;

export const detector = defineDetector<Options>({
  about: {
    title: 'Unowned privilege',
    kind: 'scope-drift',
    lane: 'invariant',
    description:
      'Adds weight when an identity that the inventory knows without an owner does something privileged for the first time.',
    blindSpots: ['identities the inventory does not know', 'owners who have left'],
    techniques: ['NHI5', 'NHI1'],
    learningDays: 0,
  },
  options,
  dimensions: [action],
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const record = context.facts?.record;
    if (!context.fresh || record === undefined || record.owner !== undefined || record.evidenceOnly) return undefined;
    if (context.sensitivity.level < own.privilegedFrom || context.activity.outcome !== 'success') return undefined;
    const n = context.novelty(action);
    if (n === undefined) return undefined;
    return [
      {
        field: 'owner',
        group: 'owner',
        seen: 'no owner',
        usual: () => 'an owner for every identity with privileges',
        nats: own.unownedNats * n.weight,
        key: context.hash('unowned'),
        says: () => 'has no owner',
      },
    ];
  },
});

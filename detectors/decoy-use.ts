/** An identity, a credential or a thing that was planted as a decoy is used: nobody has a reason to. */
import { z } from 'zod';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import { thingOf } from '../src/core/thing.ts';

const options = z.strictObject({
  decoyNats: numberOption(
    20,
    9,
    30,
    'Nats of any use of a decoy, which makes the alert critical by itself. Half: it is raised whatever the budget says, as medium; double is beyond the scale: the odds are no higher.',
  ),
});
type Options = z.infer<typeof options>;

const SAYS = {
  identity: () => 'is a decoy that nobody has a reason to use',
  credential: ({ activity }: DetectorContext) => `used the decoy credential ${activity.credential?.id}`,
  resource: ({ activity }: DetectorContext) =>
    `${activity.outcome === 'success' ? 'touched' : 'reached for'} the decoy ${thingOf(activity)} (${activity.action.name})`,
} as const;

const FIELD = { identity: 'identity.id', credential: 'credential.id', resource: 'resource.id' } as const;

export const detector = defineDetector<Options>({
  about: {
    title: 'Use of a decoy',
    kind: 'credential-reuse',
    lane: 'invariant',
    description:
      'Fires at any act of an identity, with a credential or on a thing that the inventory marks as `canary`, whether it went through or not. It needs no learning, is raised whatever the budget says, and is never learned.',
    blindSpots: ['decoys that the inventory does not name', 'an intruder who knows which are decoys'],
    techniques: ['T1078.004', 'NHI2'],
    learningDays: 0,
  },
  options,
  dimensions: [],
  sketches: [],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const { decoy, activity } = context;
    if (decoy === undefined) return undefined;
    const seen = {
      identity: activity.identity.id,
      credential: activity.credential?.id,
      resource: activity.resource?.id,
    };
    return [
      {
        field: FIELD[decoy],
        group: 'decoy',
        seen: seen[decoy] ?? decoy,
        usual: () => 'nobody has a reason to use it',
        nats: own.decoyNats,
        key: context.hash(`decoy ${decoy} ${seen[decoy]}`),
        kind: decoy === 'resource' ? 'scope-drift' : 'credential-reuse',
        techniques: decoy === 'resource' ? [] : ['T1078.004', 'NHI2'],
        // A decoy identity holds nothing to keep up; whoever touches a decoy thing has a credential that somebody else may hold.
        contain: decoy === 'identity' ? 'identity' : 'credential',
        says: () => SAYS[decoy](context),
      },
    ];
  },
});

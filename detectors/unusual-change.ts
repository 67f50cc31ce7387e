/** A key, an identity, a right or a deployment is used that somebody made who never did that, or who is under an alert. */
import { z } from 'zod';
import { isAbout } from '../src/core/alert/change-explains.ts';
import { type Change, isSuspicious } from '../src/core/change.ts';
import type { DetectorContext, Dimension, Finding } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import { action, client, credential, resource, target } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  changePriorNats: numberOption(
    3,
    0,
    10,
    'Nats taken from the surprise that what an unusual change made is used: most first changes are those of new pipelines and administrators. Half: their first days fill the budget; double: what a break-in made is told by what it does alone.',
  ),
});
type Options = z.infer<typeof options>;

const DIMENSIONS: readonly Dimension[] = [credential, action, resource, target, client];
const RATE = 'unusual-change';

const FIELDS = {
  credential: 'credential.id',
  identity: 'identity.id',
  right: 'action.name',
  deployment: 'action.name',
} as const;

const MADE = {
  credential: 'used a credential that was made',
  identity: 'is an identity that was made',
  right: 'did new work after its rights were changed',
  deployment: 'did new work after it was deployed',
} as const;

/** Whether the activity has something new of the kind that the change brings. */
const isUsed = (change: Change, context: DetectorContext) =>
  DIMENSIONS.some(
    (dimension) =>
      context.novelty(dimension) !== undefined &&
      isAbout(change, { dimension: dimension.id, group: '', field: '', nats: 0 }),
  );

export const detector = defineDetector<Options>({
  about: {
    title: 'Use of an unusual change',
    kind: 'lifecycle',
    lane: 'statistical',
    description:
      'Fires when something new is done with a key, an identity, a right or a deployment that was made in the last days by somebody who never did such a thing before, not in its usual way, or who is under an alert. Both alerts become one incident.',
    blindSpots: [
      'changes whose log is not read',
      'changes by whoever makes them every day, in the usual way',
      'what is used in the same hour as it was made, until that hour is closed',
    ],
    techniques: ['T1098', 'T1136'],
    learningDays: 0,
  },
  options,
  dimensions: DIMENSIONS,
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (context.changes.length === 0) return undefined;
    const change = context.changes.filter((one) => isSuspicious(one) && isUsed(one, context)).at(-1);
    if (change === undefined) return undefined;
    const { kind, by, name, action: act } = change;
    return [
      {
        field: FIELDS[kind],
        group: 'change',
        seen: `${act} by ${name || by}`,
        usual: () => 'changes by those who make them on many days',
        nats: -Math.log(context.rate(RATE)) - own.changePriorNats,
        rate: RATE,
        key: context.hash(`change ${kind} ${by} ${act}`),
        change,
        contain: kind === 'credential' ? 'credential' : kind === 'identity' ? 'identity' : 'scope',
        says: () => `${MADE[kind]} in an unusual way`,
      },
    ];
  },
});

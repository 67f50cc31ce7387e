/** Small steps that each became a habit, and add up: somebody is being taught. */
import { z } from 'zod';
import { type DetectorContext, defineDetector, type Finding } from '../src/core/detector.ts';
import { account, action, delegator, refusal } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  /** Most that a run of lessons weighs. */
  driftNats: z.number().min(0).max(10).default(5),
  /** Taken from its surprise: benign change comes in runs too. */
  driftPriorNats: z.number().min(0).max(10).default(3),
  /** Days over which lessons add up. Half: slow teachers escape; double: a busy quarter looks like one. */
  withinDays: z.number().int().min(7).max(180).default(42),
  /** Lessons learned before the step that is told. */
  spokenFrom: z.number().int().min(1).max(30).default(3),
});
type Options = z.infer<typeof options>;

/** Not where from: addresses come and go with every deployment. */
const looks = [action, delegator, account, refusal];

/** Whether anything here was never seen of this identity and is rare beyond it. */
const isStep = (context: DetectorContext) =>
  looks.some((dimension) => {
    const novelty = context.novelty(dimension);
    return novelty !== undefined && novelty.popularity <= 2 && novelty.weight >= 1;
  });

export const detector = defineDetector<Options>({
  about: {
    title: 'Slow drift',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Counts the days of the last weeks on which something came that became a habit and is rare among peers: lessons. Where there are more of them than the class ever has, the next step says so.',
    blindSpots: [
      'teachers slower than its weeks',
      'identities whose class is taught as fast',
      'the first three lessons',
      'new addresses',
    ],
    techniques: ['T1078.004', 'ASI10'],
    learningDays: 14,
  },
  options,
  dimensions: looks,
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!context.fresh || context.maturity < 1 || !isStep(context)) return undefined;
    const lessons = context.lessons(looks, own.withinDays);
    if (lessons < own.spokenFrom) return undefined;
    const name = `drift:${Math.min(9, lessons)}`;
    return [
      {
        field: 'habits',
        group: 'drift',
        seen: `another new thing after ${lessons} days with lasting ones in ${own.withinDays}`,
        usual: () => `fewer than ${own.spokenFrom}`,
        nats: Math.min(own.driftNats, -Math.log(context.rate(name)) - own.driftPriorNats),
        rate: name,
        key: context.hash('drift'),
        says: () => `took its step number ${lessons + 1} within ${own.withinDays} days, each small and lasting`,
      },
    ];
  },
});

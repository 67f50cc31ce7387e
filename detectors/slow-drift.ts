/** Small steps that each became a habit, and add up: somebody is being taught. */
import { z } from 'zod';
import {
  type DetectorContext,
  defineDetector,
  type Finding,
  numberOption,
  POPULARITY,
  wholeOption,
} from '../src/core/detector.ts';
import { account, action, delegator, refusal } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  driftNats: numberOption(
    5,
    0,
    10,
    'Most nats of a run of lessons. Half: a slow teacher is told only with other evidence; double: a busy quarter alerts by itself.',
  ),
  driftPriorNats: numberOption(
    3,
    0,
    10,
    'Nats taken from the surprise of a run: benign change comes in runs too. Half: new projects look like teaching; double: only runs that the class has never had are told.',
  ),
  withinDays: wholeOption(
    42,
    7,
    180,
    'Days over which lessons add up. Half: slow teachers escape; double: a busy quarter looks like one.',
  ),
  spokenFrom: wholeOption(
    3,
    1,
    30,
    'Days with lessons before the step that is told. Half: any second change is one; double: the teacher has taught six steps before anybody hears.',
  ),
});
type Options = z.infer<typeof options>;

/** More lessons are counted as so many: their rates would rest on too few days. Half: long runs weigh like short ones; double: the longest runs have hardly a rate of their own. */
const LESSONS_MAX = 9;

/** Not where from: addresses come and go with every deployment. */
const looks = [action, delegator, account, refusal];

/** Whether anything here was never seen of this identity and is rare beyond it. */
const isStep = (context: DetectorContext) =>
  looks.some((dimension) => {
    const novelty = context.novelty(dimension);
    return novelty !== undefined && novelty.popularity <= POPULARITY.rare && novelty.weight >= 1;
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
    const name = `drift:${Math.min(LESSONS_MAX, lessons)}`;
    return [
      {
        field: 'habits',
        group: 'drift',
        seen: `another new thing after ${lessons} days with lasting ones in ${own.withinDays}`,
        usual: () => `fewer than ${own.spokenFrom}`,
        nats: Math.min(own.driftNats, -Math.log(context.rate(name)) - own.driftPriorNats),
        rate: name,
        key: context.hash('drift'),
        techniques: context.activity.identity.kind === 'agent' ? ['ASI10'] : [],
        says: () => `took its step number ${lessons + 1} within ${own.withinDays} days, each small and lasting`,
      },
    ];
  },
});

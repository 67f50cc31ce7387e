/** Rare new values that add up over weeks, each too small to be told. */
import { z } from 'zod';
import { defineDetector, defineSketch, type Finding, type Scene, type Sketch } from '../src/core/detector.ts';
import { account, action, delegator, network, refusal } from '../src/core/dimensions.ts';

const options = z.strictObject({
  /** Most that a sum of small steps weighs; less where the class drifts anyway. */
  driftNats: z.number().min(0).max(10).default(2.5),
  driftPriorNats: z.number().min(0).max(10).default(3),
  /** Time in which old steps lose half their weight. Half: slow teachers escape; double: a busy quarter looks like one. */
  halfLifeDays: z.number().min(1).max(90).default(10),
  /** Sum of nats from which it speaks. */
  spokenFromNats: z.number().min(0).max(100).default(8),
});
type Options = z.infer<typeof options>;

/** Day, decayed sum of nats. */
const drift = defineSketch({ name: 'drift', cap: 1, fields: 2 });

const looks = [action, network, delegator, account, refusal];
/** One step counts no more than this: the sum is about many. */
const STEP_NATS = 3;

/** Weight of what is new in this activity and rare beyond it. */
function stepOf(scene: Scene): number {
  let step = 0;
  for (const dimension of looks) {
    const n = scene.novelty(dimension);
    if (n !== undefined && n.popularity <= 2) step += Math.min(STEP_NATS, n.nats * n.weight) * 0.5;
  }
  return step;
}

const fade = (past: Sketch, row: number, day: number, halfLifeDays: number) =>
  past.get(row, 1) * 0.5 ** (Math.max(0, day - past.get(row, 0)) / halfLifeDays);

export const detector = defineDetector<Options>({
  about: {
    title: 'Slow drift',
    kind: 'unusual-pattern',
    lane: 'statistical',
    description:
      'Keeps a decaying sum of what is new to the identity and rare among its peers. When small steps add up to more than the class ever does, the next step says so.',
    blindSpots: ['teachers slower than the half-life', 'identities whose class drifts as fast'],
    techniques: ['T1078.004', 'ASI10'],
    learningDays: 14,
  },
  options,
  dimensions: looks,
  sketches: [drift],
  onlyWhenFresh: true,
  judge(scene: Scene, own: Options): readonly Finding[] | undefined {
    if (!scene.fresh || scene.maturity < 1) return undefined;
    const past = scene.sketch(drift);
    const row = past.find(0);
    const step = stepOf(scene);
    if (row < 0 || step <= 0) return undefined;
    const sum = fade(past, row, scene.day, own.halfLifeDays);
    if (sum < own.spokenFromNats) return undefined;
    const name = `drift:${Math.min(5, Math.floor(sum / own.spokenFromNats))}`;
    return [
      {
        field: 'habits',
        group: 'drift',
        seen: `${Math.round(sum)} nats of small steps`,
        usual: () => `less than ${own.spokenFromNats} in as many days`,
        nats: Math.min(own.driftNats, -Math.log(scene.rate(name)) - own.driftPriorNats),
        rate: name,
        key: scene.hash('drift'),
        says: () => 'has been drifting in small steps for days',
      },
    ];
  },
  learn(scene: Scene, own: Options) {
    if (!scene.fresh || scene.maturity < 1) return;
    const step = stepOf(scene);
    if (step <= 0) return;
    const past = scene.sketch(drift);
    const row = past.touch(0);
    past.set(row, 1, Math.fround(fade(past, row, scene.day, own.halfLifeDays) + step));
    past.set(row, 0, scene.day);
  },
});

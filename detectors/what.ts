/** Known identity, unknown work: a service, action, resource, account or refusal it never had. */
import { z } from 'zod';
import type { DetectorContext, Dimension, Finding, Novelty, Popularity } from '../src/core/detector.ts';
import { defineDetector } from '../src/core/detector.ts';
import { account, action, refusal, resource, target } from '../src/core/novelty/dimensions.ts';

const options = z.strictObject({
  actionPriorNats: z.number().min(0).max(10).default(1),
  resourcePriorNats: z.number().min(0).max(10).default(1.5),
  accountPriorNats: z.number().min(0).max(10).default(0),
  refusalPriorNats: z.number().min(0).max(10).default(2.5),
  /** Share that a refusal of usual work weighs: a broken permission, not a probe. */
  usualRefusedShare: z.number().min(0).max(1).default(0.5),
  /** Share that an act weighs which went wrong: a mistyped name touches nothing. */
  failedShare: z.number().min(0).max(1).default(0.5),
  /** Added in full to a new action that changes who may do what, in proportion otherwise. */
  sensitivityNats: z.number().min(0).max(10).default(1),
  /** Added for an agent's tool or target that nobody else uses: a misled agent keeps its habits but for its aim. */
  steeredNats: z.number().min(0).max(10).default(3.5),
  harmPriorNats: z.number().min(0).max(10).default(0),
  /** Sensitivity, 0 to 1, from which a new act is delicate, and severe. */
  delicateFrom: z.number().min(0).max(1).default(0.3),
  severeFrom: z.number().min(0).max(1).default(0.55),
});
type Options = z.infer<typeof options>;

const looks: readonly [
  Dimension,
  'actionPriorNats' | 'resourcePriorNats' | 'accountPriorNats' | 'refusalPriorNats',
  string,
  string,
][] = [
  [action, 'actionPriorNats', 'work', 'called'],
  [resource, 'resourcePriorNats', 'work', 'touched'],
  [target, 'resourcePriorNats', 'work', 'did'],
  [account, 'accountPriorNats', 'account', 'touched account'],
  [refusal, 'refusalPriorNats', 'refusal', 'was refused:'],
];

export const detector = defineDetector<Options>({
  about: {
    title: 'Scope drift',
    kind: 'scope-drift',
    lane: 'statistical',
    description:
      'Compares what an activity does (service, action, resource, target, foreign account, refusals) with what this identity, its peers and its tenant do; the more harm the action can do, the more it weighs.',
    blindSpots: ['abuse of the very action and resource the identity uses every day'],
    techniques: ['T1580', 'T1526', 'T1098.003'],
    learningDays: 7,
  },
  options,
  dimensions: looks.map(([dimension]) => dimension),
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!context.fresh) return undefined;
    let found: Finding[] | undefined;
    let act: Novelty | undefined;
    const done = context.activity.outcome === 'failed' ? own.failedShare : 1;
    const agent = context.activity.identity.kind === 'agent';
    for (const [dimension, prior, group, verb] of looks) {
      const n = context.novelty(dimension);
      if (n === undefined) continue;
      const bare = n.nats - own[prior];
      if (bare <= 0) continue;
      const usualWork = dimension === refusal && context.novelty(action) === undefined ? own.usualRefusedShare : 1;
      const harm = dimension === refusal ? 0 : own.sensitivityNats * context.sensitivity.level * Math.min(1, bare / 3);
      const steered =
        agent && n.popularity === 0 && dimension !== refusal ? own.steeredNats * Math.min(1, bare / 2) : 0;
      const nats = (bare + harm + steered) * n.weight * usualWork * done;
      if (isNewAct(n, agent) && n.weight > (act?.weight ?? 0)) act = n;
      found ??= [];
      found.push({
        field: dimension.field,
        group,
        seen: n.seen,
        usual: () => context.usual(dimension, n.level),
        nats,
        prevalence: n.prevalence,
        key: n.value,
        value: n.value,
        novelty: n,
        kind: dimension === refusal ? 'unusual-pattern' : 'scope-drift',
        says: () => `${verb} ${n.seen} for the first time`,
      });
    }
    const tier =
      context.sensitivity.level >= own.severeFrom ? 2 : context.sensitivity.level >= own.delicateFrom ? 1 : 0;
    if (act !== undefined && tier > 0) {
      found ??= [];
      found.push({
        field: 'action.access',
        group: 'work',
        seen: `${context.sensitivity.purpose} by ${context.activity.action.name}`,
        usual: () => 'no new act of such consequence',
        nats: (-Math.log(harmRate(context, tier, act.popularity)) - own.harmPriorNats) * act.weight * done,
        rate: harmName(tier, act.popularity),
        novelty: act,
        key: context.hash(`harm ${context.activity.action.name}`),
        says: () => `did ${context.activity.action.name}, a new kind of act with consequences`,
      });
    }
    return found;
  },
});

const harmName = (tier: number, popularity: number) => `harm:${tier}:${popularity}`;

/** Rate of identity-days with a new act of such consequence, or worse, that is known as little beyond the identity, or less. */
function harmRate(context: DetectorContext, tier: number, popularity: Popularity): number {
  let rate = 0;
  for (let t = tier; t <= 2; t++) for (let p = 0; p <= popularity; p++) rate += context.rate(harmName(t, p));
  return Math.min(1, rate);
}

/** A new action, or a known one on a new type of thing; an agent's every new target counts, since that is where it is misled. */
const isNewAct = ({ dimension, level }: Novelty, agent: boolean) =>
  dimension === action || (dimension === target && (agent || level === 0));

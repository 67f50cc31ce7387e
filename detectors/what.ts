/** Known identity, unknown work: a service, action, resource, account or refusal it never had. */
import { z } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import { listed } from '../src/core/alert/sentence.ts';
import { techniquesOf } from '../src/core/attack-techniques.ts';
import type { DetectorContext, Dimension, Finding, Novelty, Popularity } from '../src/core/detector.ts';
import { defineDetector, numberOption, POPULARITY } from '../src/core/detector.ts';
import { account, action, recipient, refusal, resource, target } from '../src/core/novelty/dimensions.ts';
import { NoveltyFinding, type Telling } from '../src/core/novelty/novelty-finding.ts';
import { recipientNames } from '../src/core/recipients.ts';
import { isCommit, isOwnThing } from '../src/core/sensitivity.ts';
import { thingOf } from '../src/core/thing.ts';

/** Benign change brings some novelties more readily than attacks do. */
const prior = (of: string) =>
  `Nats taken from the surprise of ${of}. Half: such changes rank higher and cost false alerts; double: an attack that shows in nothing else is told later or not at all.`;

const options = z.strictObject({
  actionPriorNats: numberOption(1, 0, 10, prior('a new action or service: releases bring one')),
  resourcePriorNats: numberOption(
    1.5,
    0,
    10,
    prior('a new resource, or a new target of an action: most work meets new things'),
  ),
  accountPriorNats: numberOption(0, 0, 10, prior('a new foreign account, touched or let in')),
  refusalPriorNats: numberOption(2.5, 0, 10, prior('a new refusal: broken permissions bring most of them')),
  usualRefusedShare: numberOption(
    0.5,
    0,
    1,
    'Share of its nats that the refusal of usual work weighs: it is a broken permission rather than a probe. Half: permission errors hardly show; double: they weigh like probes.',
  ),
  failedShare: numberOption(
    0.5,
    0,
    1,
    'Share of its nats that an act weighs which went wrong: a mistyped name touches nothing. Half: failed attempts of an intruder hardly show; double: mistakes weigh like deeds.',
  ),
  sensitivityNats: numberOption(
    1,
    0,
    10,
    'Nats added to a new act of the highest sensitivity, and in proportion to a less sensitive one. Half: grave acts rank closer to harmless ones; double: rare work of administrators ranks with break-ins.',
  ),
  sensitiveAtNats: numberOption(
    3,
    0.1,
    30,
    'Nats, after the prior, from which `sensitivityNats` is added in full; below, in proportion. Half: hardly new acts get it as well; double: only the rarest acts get all of it.',
  ),
  steeredNats: numberOption(
    3.5,
    0,
    10,
    "Nats added for an agent's action or target that nobody else uses: a misled agent keeps its habits but for its aim. Half: misled agents are told of later; double: every new thing of an agent alerts.",
  ),
  steeredAtNats: numberOption(
    2,
    0.1,
    30,
    'Nats, after the prior, from which `steeredNats` is added in full; below, in proportion. Half: ordinary new targets of agents get it too; double: only rare ones do.',
  ),
  ownThingNats: numberOption(
    1.5,
    0,
    10,
    'Nats taken from the first use of a secret that bears the name of the identity, or of a key of its own account: they are there for it. Half: a service that begins to read its own secret is medium; double: a thief in its place shows by the place alone.',
  ),
  harmPriorNats: numberOption(
    0,
    0,
    10,
    'Nats taken from the surprise of a first act with consequences. It is 0, so half and double are the same; more of it tells grave first acts later.',
  ),
  delicateFrom: numberOption(
    0.3,
    0,
    1,
    'Sensitivity, 0 to 1, from which a new act has consequences. Half: plain writes do; double: only granting, secrets, logs and the like do.',
  ),
  severeFrom: numberOption(
    0.55,
    0,
    1,
    'Sensitivity, 0 to 1, from which they are severe. Half: there is one tier, that of all writes; double: there is one tier, the lower.',
  ),
});
type Options = z.infer<typeof options>;

/** How a new value is told of. */
const telling = (dimension: Dimension, group: string, verb: string): Telling => ({
  group,
  kind: dimension === refusal ? 'unusual-pattern' : 'scope-drift',
  techniques: techniquesOf,
  says: (n, activity) => clauseOf(activity, n, verb),
});

const looks = (
  [
    [action, 'actionPriorNats', 'work', 'called'],
    [resource, 'resourcePriorNats', 'work', 'touched'],
    [target, 'resourcePriorNats', 'work', 'did'],
    [account, 'accountPriorNats', 'account', 'touched account'],
    [recipient, 'accountPriorNats', 'account', 'opened'],
    [refusal, 'refusalPriorNats', 'refusal', 'was refused:'],
  ] satisfies [
    Dimension,
    'actionPriorNats' | 'resourcePriorNats' | 'accountPriorNats' | 'refusalPriorNats',
    string,
    string,
  ][]
).map(([dimension, prior, group, verb]) => ({ dimension, prior, told: telling(dimension, group, verb) }));

export const detector = defineDetector<Options>({
  about: {
    title: 'Scope drift',
    kind: 'scope-drift',
    lane: 'statistical',
    description:
      'Compares what an activity does (service, action, resource, target, foreign account, to whom something is opened, refusals) with what this identity, its peers and its tenant do; the more harm the action can do, the more it weighs.',
    blindSpots: ['abuse of the very action and resource the identity uses every day'],
    techniques: ['T1580', 'T1526', 'T1098.003', 'T1136.003', 'T1685.002', 'T1555.006'],
    learningDays: 7,
  },
  options,
  dimensions: looks.map(({ dimension }) => dimension),
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!context.fresh) return undefined;
    let found: Finding[] | undefined;
    let act: Novelty | undefined;
    const done = context.activity.outcome === 'failed' ? own.failedShare : 1;
    const agent = context.activity.identity.kind === 'agent';
    for (const { dimension, prior, told } of looks) {
      const n = context.novelty(dimension);
      if (n === undefined) continue;
      const bare = n.nats - own[prior] - (isOwnThing(context.sensitivity) ? own.ownThingNats : 0);
      if (bare <= 0) continue;
      const usualWork = dimension === refusal && context.novelty(action) === undefined ? own.usualRefusedShare : 1;
      const harm =
        dimension === refusal
          ? 0
          : own.sensitivityNats * context.sensitivity.level * Math.min(1, bare / own.sensitiveAtNats);
      const steered =
        agent && n.popularity === POPULARITY.nobody && dimension !== refusal && !isLabel(n, context.activity)
          ? own.steeredNats * Math.min(1, bare / own.steeredAtNats)
          : 0;
      const nats = (bare + harm + steered) * n.weight * usualWork * done;
      if (isNewAct(n, agent) && n.weight > (act?.weight ?? 0)) act = n;
      found ??= [];
      found.push(new NoveltyFinding(context, n, nats, told));
    }
    const tier =
      context.sensitivity.level >= own.severeFrom ? 2 : context.sensitivity.level >= own.delicateFrom ? 1 : 0;
    if (act !== undefined && tier > 0) {
      const nats = (-Math.log(harmRate(context, tier, act.popularity)) - own.harmPriorNats) * act.weight * done;
      found ??= [];
      found.push(consequence(context, act, tier, nats));
    }
    return found;
  },
});

/** That there is a new kind of act with consequences. */
const consequence = (context: DetectorContext, act: Novelty, tier: number, nats: number): Finding => ({
  field: 'action.access',
  group: 'work',
  seen: `${context.sensitivity.purpose} by ${context.activity.action.name}`,
  usual: () => 'no new act of such consequence',
  nats,
  rate: harmName(tier, act.popularity),
  novelty: act,
  key: context.hash(`harm ${context.activity.action.name}`),
  techniques: techniquesOf(context.activity),
  says: () => `${deedOf(context.activity)}, a new kind of act with consequences`,
});

/** The act with the real name of its thing: what is new may be a pattern that many names fit. */
function deedOf(activity: Activity): string {
  const thing = thingOf(activity);
  const verb = activity.outcome === 'success' ? 'did' : 'tried';
  return `${verb} ${activity.action.name}${thing === undefined ? '' : ` on ${thing}`}`;
}

/** `opened payroll to account 111122223333 (s3:PutBucketPolicy), whom nobody here ever let in before`. */
function openedOf(activity: Activity, popularity: Popularity): string {
  const { action: act, outcome } = activity;
  const to = recipientNames(activity) ?? [];
  const verb = outcome === 'success' ? 'opened' : 'tried to open';
  const who = popularity === POPULARITY.nobody ? 'nobody here ever' : 'it never';
  const rest = to.includes('everybody')
    ? `which ${who} did before`
    : `${to.length > 1 ? 'whom together' : 'whom'} ${who} let in before`;
  return `${verb} ${thingOf(activity) ?? 'something'} to ${listed(to)} (${act.name}), ${rest}`;
}

function clauseOf(activity: Activity, { dimension, level, seen, popularity }: Novelty, verb: string): string {
  const isFirst = 'for the first time';
  if (dimension === resource || dimension === target) return `${deedOf(activity)} ${isFirst}`;
  if (dimension === recipient) return openedOf(activity, popularity);
  if (dimension === account) return `${verb} ${seen} ${isFirst} (${deedOf(activity)})`;
  if (dimension === refusal) {
    const thing = thingOf(activity);
    return `${verb} ${activity.action.name}${thing === undefined ? '' : ` on ${thing}`} ${isFirst}`;
  }
  return level === 0 && seen !== activity.action.name
    ? `used ${seen} ${isFirst} (${deedOf(activity)})`
    : `${verb} ${seen} ${isFirst}`;
}

/** What a commit is called are its author's own words: that nobody else uses them tells of no other aim. What it changes does. */
const isLabel = ({ dimension }: Novelty, { action: { name } }: Activity) => dimension !== resource && isCommit(name);

const harmName = (tier: number, popularity: number) => `harm:${tier}:${popularity}`;

/** Rate of identity-days with a new act of such consequence, or worse, that is known as little beyond the identity, or less. */
function harmRate(context: DetectorContext, tier: number, popularity: Popularity): number {
  let rate = 0;
  for (let t = tier; t <= 2; t++) for (let p = 0; p <= popularity; p++) rate += context.rate(harmName(t, p));
  return Math.min(1, rate);
}

/** A new action, or a known one on a new type of thing or for somebody new outside; an agent's every new target counts, since that is where it is misled. */
const isNewAct = ({ dimension, level }: Novelty, agent: boolean) =>
  dimension === action || dimension === recipient || (dimension === target && (agent || level === 0));

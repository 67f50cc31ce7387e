/** Known identity, unknown place: network, country, region, client, workload or kind of credential it never used. */
import { z } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import type { DetectorContext, Dimension, Finding, Novelty } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import {
  action,
  client,
  country,
  credential,
  isOtherLog,
  keepsName,
  lasting,
  network,
  OPEN_NET,
  reach,
  region,
  workload,
} from '../src/core/novelty/dimensions.ts';
import { NoveltyFinding, type Telling } from '../src/core/novelty/novelty-finding.ts';
import { realValue } from '../src/core/novelty/real-value.ts';

/** Benign change brings some novelties more readily than attacks do; what deploys and upgrades touch is discounted. */
const prior = (of: string) =>
  `Nats taken from the surprise of ${of}. Half: such changes rank higher and cost false alerts; double: an attack that shows in nothing else is told later or not at all.`;

const options = z.strictObject({
  networkPriorNats: numberOption(
    0.5,
    0,
    10,
    prior('a new network, or a new way of reaching it, such as from the open net'),
  ),
  countryPriorNats: numberOption(0.5, 0, 10, prior('a new country')),
  regionPriorNats: numberOption(2, 0, 10, prior('a new cloud region: fail-overs and migrations bring one')),
  clientPriorNats: numberOption(2, 0, 10, prior('new client software: upgrades bring it')),
  workloadPriorNats: numberOption(1, 0, 10, prior('a new cluster, namespace or owner of the pod: deploys bring one')),
  copyPriorNats: numberOption(
    3,
    0,
    10,
    prior(
      'a workload that keeps its name in another cluster or namespace: parallel deployments and fail-overs bring one',
    ),
  ),
  credentialPriorNats: numberOption(
    2,
    0,
    10,
    prior('a new kind of credential, or a new lasting one: rotations bring one'),
  ),
});
type Options = z.infer<typeof options>;

/** `came through a private endpoint`, `came from a public network`. */
const wayOf = (reached: string) => `came ${/^(in|through) /.test(reached) ? reached : `from a ${reached}`}`;

/** Whether it comes from the open net, where the identity, which has been elsewhere, has never been. */
const isOutside = (context: DetectorContext) =>
  reach.whole(context.activity) === OPEN_NET && context.known(reach, 0) > 0 && !context.holds(reach, 0, OPEN_NET);

/** Whether all that is new of a workload is where it runs. */
const isCopy = (n: Novelty, context: DetectorContext) =>
  n.dimension === workload && keepsName(n.seen, context.usual(workload, n.level));

const isToken = (activity: Activity) => activity.credential !== undefined && !lasting(activity);

const STOLEN_TOKEN = ['T1550.001'];
const VALID_ACCOUNT = ['T1078.004'];

/** How a new value is told of. */
const telling = (dimension: Dimension, group: string, verb: string): Telling => ({
  group,
  kind: 'unexpected-source',
  techniques: (activity) => (isToken(activity) && dimension === credential ? STOLEN_TOKEN : VALID_ACCOUNT),
  says: (n, activity) =>
    `${dimension === reach ? wayOf(n.seen) : `${verb} ${realValue(n, activity)}`}, ${n.prevalence.identity > 0 ? 'rarely' : 'never'} seen before`,
  ...(group === 'network' && { isOutside }),
});

const looks = (
  [
    [network, 'networkPriorNats', 'network', 'came from'],
    [reach, 'networkPriorNats', 'network', 'came from'],
    [country, 'countryPriorNats', 'network', 'came from'],
    [region, 'regionPriorNats', 'network', 'worked in'],
    [client, 'clientPriorNats', 'client', 'used the client'],
    [workload, 'workloadPriorNats', 'network', 'ran in'],
    [credential, 'credentialPriorNats', 'credential', 'authenticated with'],
  ] satisfies [Dimension, keyof Options, string, string][]
).map(([dimension, prior, group, verb]) => ({ dimension, prior, told: telling(dimension, group, verb) }));

export const detector = defineDetector<Options>({
  about: {
    title: 'Unexpected source',
    kind: 'unexpected-source',
    lane: 'statistical',
    description:
      'Compares where an activity comes from (AS, prefix, address, country, region, client software, workload, credential) with where this identity, its peers and its tenant come from.',
    blindSpots: ['an intruder on the same host or behind the same NAT', 'logs without an address or a client'],
    techniques: ['T1078.004', 'T1550.001'],
    learningDays: 7,
  },
  options,
  dimensions: [...looks.map(({ dimension }) => dimension), action],
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!context.fresh) return undefined;
    let found: Finding[] | undefined;
    for (const { dimension, prior, told } of looks) {
      const n = context.novelty(dimension);
      // What weighs nothing is not looked at closely: of newcomers that is everything.
      if (n === undefined || n.weight === 0 || isOtherLog(context, n)) continue;
      const nats = (n.nats - own[isCopy(n, context) ? 'copyPriorNats' : prior]) * n.weight;
      if (nats <= 0) continue;
      found ??= [];
      found.push(new NoveltyFinding(context, n, nats, told));
    }
    return found;
  },
});

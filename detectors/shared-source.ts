/** A network new to the tenant that turns up behind several identities within two days. */
import { z } from 'zod';
import { type DetectorContext, defineDetector, type Finding, numberOption, POPULARITY } from '../src/core/detector.ts';
import { network } from '../src/core/novelty/dimensions.ts';
import { realValue } from '../src/core/novelty/real-value.ts';

const options = z.strictObject({
  sharedNats: numberOption(
    3,
    0,
    10,
    'Most nats of a new source that others share; less where tenants often move together. Half: a campaign is told by its other evidence alone; double: two moves of one day look like a campaign.',
  ),
  sharedPriorNats: numberOption(
    1.5,
    0,
    10,
    'Nats taken from its surprise: benign moves come in twos and threes. Half: they rank higher; double: only tenants that never move together are told.',
  ),
  withinDays: numberOption(
    2,
    1,
    30,
    'Days; a source the tenant has known for longer is no campaign. Half: a campaign over a weekend is none; double: whatever was new this week is one.',
  ),
});
type Options = z.infer<typeof options>;

export const detector = defineDetector<Options>({
  about: {
    title: 'Shared new source',
    kind: 'unexpected-source',
    lane: 'statistical',
    description:
      'Adds weight when the network that is new to this identity is new to the whole tenant and has already touched another identity within days: a campaign rather than a move. A roll-out across one peer class is left alone.',
    blindSpots: ['campaigns that use another address for every victim', 'the first victim of a campaign'],
    techniques: ['T1078.004', 'NHI2'],
    learningDays: 7,
  },
  options,
  dimensions: [network],
  sketches: [],
  onlyWhenFresh: true,
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    if (!context.fresh) return undefined;
    const n = context.novelty(network);
    if (n === undefined || n.level > 1 || n.popularity < POPULARITY.tenant || n.popularity > POPULARITY.rare)
      return undefined;
    if (n.sharedDays > own.withinDays) return undefined;
    return [
      {
        field: network.field,
        group: 'campaign',
        seen: n.seen,
        usual: () => `a source the tenant has known for more than ${own.withinDays} days`,
        nats: Math.min(own.sharedNats, -Math.log(context.rate('shared-source')) - own.sharedPriorNats) * n.weight,
        prevalence: n.prevalence,
        rate: 'shared-source',
        key: context.hash('shared source'),
        value: n.value,
        says: () =>
          `shares ${realValue(n, context.activity)}, new to the tenant, with ${n.holders} other ${n.holders === 1 ? 'identity' : 'identities'}`,
      },
    ];
  },
});

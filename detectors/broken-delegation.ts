/** A delegation chain that holds a link nobody knows, or is deeper than it ever was. */
import { z } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import type { DetectorContext, Finding } from '../src/core/detector.ts';
import { defineDetector, defineSketch, numberOption } from '../src/core/detector.ts';
import { delegator, initiator } from '../src/core/novelty/dimensions.ts';
import { realValue } from '../src/core/novelty/real-value.ts';

const options = z.strictObject({
  unknownNats: numberOption(
    7,
    0,
    30,
    'Most nats of a delegator or starter that nobody in the tenant ever acted for; it weighs less where such come often. Half: it does not alert by itself; double: it is raised whatever the budget says.',
  ),
  deeperNats: numberOption(
    6,
    0,
    30,
    'Most nats of a chain deeper than the identity ever had plus one; less where such come often. Half: it does not alert by itself; double: a new sub-agent is raised whatever the budget says.',
  ),
});
type Options = z.infer<typeof options>;

/** Deepest chain so far, activities. */
const depth = defineSketch({ name: 'chain-depth', cap: 1, fields: 2 });

/** The link of the chain that a dimension tells of. */
const linkOf = (dimension: typeof delegator, chain: NonNullable<Activity['onBehalfOf']>) =>
  dimension === delegator ? chain[0] : chain.at(-1);

export const detector = defineDetector<Options>({
  about: {
    title: 'Broken delegation',
    kind: 'delegation',
    lane: 'invariant',
    description:
      'Checks every chain of delegation against what the tenant has seen: a delegator or starter nobody ever acted for, or a chain deeper than this identity has had plus one.',
    blindSpots: ['a known delegator who is himself misled', 'tenants in their first days'],
    techniques: ['ASI03', 'ASI07', 'T1550.001'],
    learningDays: 7,
  },
  options,
  dimensions: [delegator, initiator],
  sketches: [depth],
  judge(context: DetectorContext, own: Options): readonly Finding[] | undefined {
    const chain = context.activity.onBehalfOf;
    if (chain === undefined || chain.length === 0 || context.maturity < 1) return undefined;
    const found: Finding[] = [];
    const depths = context.sketch(depth);
    const row = depths.find(0);
    const deepest = row < 0 ? 0 : depths.get(row, 0);
    if (chain.length > deepest + 1)
      found.push({
        field: 'onBehalfOf',
        group: 'delegation',
        seen: `${chain.length} deep`,
        usual: () => `${deepest} deep at the most`,
        nats: Math.min(own.deeperNats, -Math.log(context.rate('deeper'))),
        rate: 'deeper',
        key: context.hash(`deeper ${chain.length}`),
        says: () => `was driven through a chain ${chain.length} deep, never more than ${deepest} before`,
      });
    for (const dimension of [delegator, initiator]) {
      const n = context.novelty(dimension);
      if (n === undefined || n.popularity > 0 || n.weight < 1) continue;
      const name = n.level === 0 ? 'unknown-realm' : 'unknown-link';
      found.push({
        field: 'onBehalfOf',
        group: 'delegation',
        seen: n.seen,
        usual: () => context.usual(dimension),
        isFirst: context.known(dimension, dimension.depth - 1) === 0,
        nats: Math.min(own.unknownNats, -Math.log(context.rate(name))),
        prevalence: n.prevalence,
        rate: name,
        ...(n.level === 0 && linkOf(dimension, chain)?.kind === 'oidc-subject' && { contain: 'identity' as const }),
        key: context.hash(`unknown link ${n.value}`),
        says: () => `acted for ${realValue(n, context.activity)}, unknown to the whole tenant`,
      });
    }
    return found.length > 0 ? found : undefined;
  },
  learn(context: DetectorContext) {
    const depths = context.sketch(depth);
    const row = depths.touch(0);
    depths.set(row, 0, Math.max(depths.get(row, 0), context.activity.onBehalfOf?.length ?? 0));
    depths.set(row, 1, depths.get(row, 1) + 1);
  },
});

/** Known identity, unknown master: a delegator, chain shape, actor or scope set it never had. */
import { z } from 'zod';
import type { DetectorContext, Dimension, Finding } from '../src/core/detector.ts';
import { defineDetector, numberOption } from '../src/core/detector.ts';
import { action, actor, chain, delegator, initiator, isOtherLog, scopes } from '../src/core/novelty/dimensions.ts';
import { NoveltyFinding, type Telling } from '../src/core/novelty/novelty-finding.ts';
import { realValue } from '../src/core/novelty/real-value.ts';

/** Benign change brings some novelties more readily than attacks do. */
const prior = (of: string) =>
  `Nats taken from the surprise of ${of}. Half: such changes rank higher and cost false alerts; double: an attack that shows in nothing else is told later or not at all.`;

const options = z.strictObject({
  delegatorPriorNats: numberOption(0, 0, 10, prior('a new delegator, or a new one who started the chain')),
  chainPriorNats: numberOption(0, 0, 10, prior('a new depth or order of the delegation chain')),
  actorPriorNats: numberOption(2, 0, 10, prior('a new kind of actor, or a new model: upgrades bring one')),
  scopesPriorNats: numberOption(2, 0, 10, prior('a new set of scopes: releases bring one')),
});
type Options = z.infer<typeof options>;

/** A new master is a way in only where there is delegation; to act as something else has no technique. */
const TECHNIQUES: readonly string[] = ['T1078.004', 'ASI03'];
const NO_TECHNIQUES: readonly string[] = [];

/** What an empty chain and an untold actor are in words: neither is something that it was driven through, or acted as. */
function clauseOf(dimension: Dimension, verb: string, value: string): string {
  if (dimension === chain && value.startsWith('nobody')) return 'acted for nobody';
  if (dimension === actor && value.startsWith('no actor')) return 'acted without a named workload';
  return `${verb} ${value}`;
}

/** How a new value is told of. */
const telling = (dimension: Dimension, group: string, verb: string): Telling => ({
  group,
  kind: group === 'delegation' ? 'delegation' : 'unusual-pattern',
  techniques: () => (group === 'delegation' ? TECHNIQUES : NO_TECHNIQUES),
  says: (n, activity) => `${clauseOf(dimension, verb, realValue(n, activity))} for the first time`,
});

const looks = (
  [
    [chain, 'chainPriorNats', 'delegation', 'was driven through a chain'],
    [delegator, 'delegatorPriorNats', 'delegation', 'acted for'],
    [initiator, 'delegatorPriorNats', 'delegation', 'was started by'],
    [actor, 'actorPriorNats', 'actor', 'acted as'],
    [scopes, 'scopesPriorNats', 'scopes', 'carried the scopes'],
  ] satisfies [Dimension, keyof Options, string, string][]
).map(([dimension, prior, group, verb]) => ({ dimension, prior, told: telling(dimension, group, verb) }));

export const detector = defineDetector<Options>({
  about: {
    title: 'Unknown delegation',
    kind: 'delegation',
    lane: 'statistical',
    description: 'Compares on whose behalf and as what an identity acts with its own history and that of its peers.',
    blindSpots: ['a known delegator whose own account was taken over'],
    techniques: ['T1078.004', 'ASI03'],
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
      if (n === undefined || isOtherLog(context, n)) continue;
      const nats = (n.nats - own[prior]) * n.weight;
      if (nats <= 0) continue;
      found ??= [];
      found.push(new NoveltyFinding(context, n, nats, told));
    }
    return found;
  },
});

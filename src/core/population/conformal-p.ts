/** Conformal p with an exponential tail: the share of reference days at least as surprising as a score. */
import { SCORE_FROM, TAIL_NATS, TAIL_SHARE } from '../constants.ts';

/** Identity-days to compare with. */
export interface References {
  /** How many identity-days there are, with a score or without. */
  readonly days: number;
  /** Scores of the days that have one, highest first, each with the probability that it was benign. */
  readonly scores: readonly (readonly [nats: number, benign: number])[];
}

/**
 * Share of benign identity-days at least as surprising as `score` nats, in (0, 1]. In the lower 99 % it is counted (Vovk, Gammerman
 * and Shafer, Algorithmic Learning in a Random World, 2005); above, where there is little to count, scores are taken to fall off
 * exponentially, by the mean excess of those seen there.
 */
export function pOf(score: number, { days, scores }: References): number {
  const top = Math.max(1, days * TAIL_SHARE);
  let count = 0;
  let nats = 0;
  let at = 0;
  for (; at < scores.length && count < top; at++) {
    const [one, benign] = scores[at] as (typeof scores)[number];
    count += benign;
    nats += benign * one;
  }
  const from = scores[at]?.[0] ?? SCORE_FROM;
  if (score > from) {
    const slope = Math.max(TAIL_NATS, count > 0 ? nats / count - from : 0);
    return Math.min(1, ((count + 1) / (days + 1)) * Math.exp(-(score - from) / slope));
  }
  for (; at < scores.length && (scores[at]?.[0] as number) >= score; at++) count += scores[at]?.[1] as number;
  return Math.min(1, (count + 1) / (days + 1));
}

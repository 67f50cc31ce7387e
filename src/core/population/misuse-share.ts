/** How likely a score is misuse, given how many scores like it there were of late. */
import { FAR_SPREAD_NATS, LIKE_NATS, MISUSE_SHARE_MAX } from '../constants.ts';
import { EVEN_NATS, posterior } from './posterior.ts';

/** Probability of misuse of a score in nats. */
export type MisuseShare = (nats: number) => number;

/**
 * Local false discovery rate (Efron, Large-Scale Inference, 2010): the prior alone says what a score tells by itself; where many are so
 * high that hardly any is benign, more of what lies below is misuse too. Benign surprise falls off fast and misuse does not: its
 * scores are taken to be spread evenly below where odds are even, as thick as they are above. `scores` are given highest first.
 */
export function misuseShare(scores: readonly number[]): MisuseShare {
  let far = 0;
  let excess = 0;
  for (const score of scores) {
    if (score < EVEN_NATS) break;
    const share = posterior(score);
    far += share;
    excess += share * (score - EVEN_NATS);
  }
  const thickness = far / Math.max(FAR_SPREAD_NATS, far > 0 ? excess / far : 0);
  return (nats) => {
    const like = atLeast(scores, nats - LIKE_NATS) - atLeast(scores, nats + LIKE_NATS);
    const expected = thickness * 2 * LIKE_NATS;
    return Math.max(posterior(nats), Math.min(MISUSE_SHARE_MAX, expected / Math.max(like, expected, 1)));
  };
}

/** How many of `scores`, highest first, reach a level. */
function atLeast(scores: readonly number[], nats: number): number {
  let from = 0;
  let to = scores.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((scores[middle] as number) >= nats) from = middle + 1;
    else to = middle;
  }
  return from;
}

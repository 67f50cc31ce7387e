/** How likely a score is misuse, given how many scores like it there were of late. */
import { FAR_SPREAD_NATS, MISUSE_SHARE_MAX } from './constants.ts';
import { EVEN_NATS, posterior } from './posterior.ts';

/** Scores within this of another are like it, nats. */
const LIKE_NATS = 1;

/** Probability of misuse of a score in nats. */
export type MisuseShare = (nats: number) => number;

/**
 * Local false discovery rate (Efron, Large-Scale Inference, 2010): the prior alone says what a score tells by itself; where many are so
 * high that hardly any is benign, more of what lies below is misuse too. Benign surprise falls off fast and misuse does not: its
 * scores are taken to be spread evenly below where odds are even, as thick as they are above.
 */
export function misuseShare(scores: readonly number[]): MisuseShare {
  let far = 0;
  let excess = 0;
  for (const score of scores) {
    if (score < EVEN_NATS) continue;
    const share = posterior(score);
    far += share;
    excess += share * (score - EVEN_NATS);
  }
  const thickness = far / Math.max(FAR_SPREAD_NATS, far > 0 ? excess / far : 0);
  return (nats) => {
    let like = 0;
    for (const score of scores) if (Math.abs(score - nats) <= LIKE_NATS) like++;
    const expected = thickness * 2 * LIKE_NATS;
    return Math.max(posterior(nats), Math.min(MISUSE_SHARE_MAX, expected / Math.max(like, expected, 1)));
  };
}

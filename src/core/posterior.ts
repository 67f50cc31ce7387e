/** Probability of misuse, given how surprising an identity-day was. */
import { MISUSE_PRIOR } from './constants.ts';

/** Share of a nat that survives: evidence of one activity is never quite independent. */
const SHRINK = 0.9;

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export function posterior(nats: number, prior = MISUSE_PRIOR): number {
  const odds = prior * Math.exp(Math.min(40, nats * SHRINK));
  return odds / (1 + odds);
}

/** Probability of misuse, given how surprising an identity-day was. */
import { MISUSE_PRIOR } from '../constants.ts';

/** Share of a nat that survives: evidence of one activity is never quite independent. */
const SHRINK = 0.9;

/** Joint surprise that is as likely misuse as benign change. */
export const EVEN_NATS = -Math.log(MISUSE_PRIOR) / SHRINK;

/** Odds that joint surprise `nats` is misuse against benign change. */
export const oddsOf = (nats: number) => MISUSE_PRIOR * Math.exp(Math.min(40, nats * SHRINK));

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export function posterior(nats: number): number {
  const odds = oddsOf(nats);
  return odds / (1 + odds);
}

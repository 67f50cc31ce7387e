/** Probability of misuse, given how surprising an identity-day was. */
import { MISUSE_PRIOR, SHRINK } from '../constants.ts';

/** Joint surprise that is as likely misuse as benign change. */
export const EVEN_NATS = -Math.log(MISUSE_PRIOR) / SHRINK;

/** Keeps the odds finite; no score comes near it. */
const EXPONENT_MAX = 40;

/** Odds that joint surprise `nats` is misuse against benign change. */
export const oddsOf = (nats: number) => MISUSE_PRIOR * Math.exp(Math.min(EXPONENT_MAX, nats * SHRINK));

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export function posterior(nats: number): number {
  const odds = oddsOf(nats);
  return odds / (1 + odds);
}

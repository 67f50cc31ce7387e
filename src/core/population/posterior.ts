/** Probability of misuse, given how surprising an identity-day was. */
import { cumulativeStdLogisticProbability, logit } from 'simple-statistics';
import { MISUSE_PRIOR, SHRINK } from '../constants.ts';

/** Joint surprise that is as likely misuse as benign change. */
export const EVEN_NATS = -logit(MISUSE_PRIOR) / SHRINK;

/** Keeps the odds finite; no score comes near it. */
const EXPONENT_MAX = 40;

/** Logarithm of the odds. */
const logOddsOf = (nats: number) => logit(MISUSE_PRIOR) + Math.min(EXPONENT_MAX, nats * SHRINK);

/** Odds that joint surprise `nats` is misuse against benign change. */
export const oddsOf = (nats: number) => Math.exp(logOddsOf(nats));

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export const posterior = (nats: number) => cumulativeStdLogisticProbability(logOddsOf(nats));

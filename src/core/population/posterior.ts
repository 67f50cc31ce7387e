/** Probability of misuse, given how surprising an identity-day was. */
import { cumulativeStdLogisticProbability, logit } from 'simple-statistics';
import { MISUSE_PRIOR } from '../constants.ts';

/** Share of a nat that survives: evidence of one activity is never quite independent. */
const SHRINK = 0.9;

/** Joint surprise that is as likely misuse as benign change. */
export const EVEN_NATS = -logit(MISUSE_PRIOR) / SHRINK;

/** Logarithm of the odds; bounded so that the odds stay finite. */
const logOddsOf = (nats: number) => logit(MISUSE_PRIOR) + Math.min(40, nats * SHRINK);

/** Odds that joint surprise `nats` is misuse against benign change. */
export const oddsOf = (nats: number) => Math.exp(logOddsOf(nats));

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export const posterior = (nats: number) => cumulativeStdLogisticProbability(logOddsOf(nats));

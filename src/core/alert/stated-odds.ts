/** The probability of misuse that an alert states: held against what happened, for a rate of attacks that somebody knows. */
import { CARRIED_ON_DAYS, STATED_MARGIN, STATED_ODDS, STATED_SLOPE } from '../constants.ts';

/** What is known of a tenant. */
export interface BaseRate {
  /** Attacks a day that are expected; undefined where neither the configuration nor verdicts tell. */
  readonly attacksPerDay: number | undefined;
  /** Identities that are active on a day. */
  readonly identitiesPerDay: number;
}

/**
 * Probability, 0 to 1, that an alert with such a p is misuse; undefined where nobody knows how often attacks come. p times the
 * identities of a day is how many benign identity-days a day are as surprising; against these stand the attacks. The shape was fitted
 * to alerts whose truth is known. Nothing is stated once the identity was seen with the new place, client or credential alone for days
 * (`daysAlone`) and nobody else speaks for it: its owner moved it or a thief has taken over, and no log tells which.
 */
export function statedMisuse(
  p: number,
  { attacksPerDay, identitiesPerDay }: BaseRate,
  daysAlone: number,
): number | undefined {
  if (daysAlone >= CARRIED_ON_DAYS) return undefined;
  if (attacksPerDay === undefined || attacksPerDay <= 0 || identitiesPerDay <= 0) return undefined;
  const alike = Math.max(Number.MIN_VALUE, p * identitiesPerDay);
  const logOdds = Math.log(STATED_ODDS * attacksPerDay) - STATED_SLOPE * Math.log(alike);
  const drawn = Math.sign(logOdds) * Math.max(0, Math.abs(logOdds) - STATED_MARGIN);
  return 1 / (1 + Math.exp(-drawn));
}

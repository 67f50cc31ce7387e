/** How common a value is among others: what is known of its holders, and what that comes to. */
import { COMMON_SHARE, ROLLOUT_ADOPTERS, ROLLOUT_SHARE } from '../constants.ts';
import { POPULARITY, type Popularity } from '../detector.ts';
import { ELDERS } from './value-holders.ts';

export interface Popular {
  readonly popularity: Popularity;
  /** Holders other than the identity that asks. */
  readonly tenantHolders: number;
  /** Those of them, three at the most, that have been there as long as the identity that asks: nobody can be made up afterwards to speak for it. */
  readonly tenantElders: number;
  readonly classHolders: number;
  readonly classElders: number;
  readonly classSize: number;
  readonly tenantSize: number;
  /** Days since the first of the tenant held it. */
  readonly ageDays: number;
}

/** Who holds a value, beside the identity that asks. */
interface Spread extends Pick<Popular, 'tenantElders' | 'classElders' | 'classHolders' | 'classSize'> {
  /** Of the class, within the days of a roll-out. */
  readonly adopters: number;
}

/** Where fewer than three holders have been there as long as the identity, they alone speak for a value; where three have, all do. */
export function popularityOf({ tenantElders, classElders, classHolders, classSize, adopters }: Spread): Popularity {
  if (classElders === 0) return tenantElders > 0 ? POPULARITY.tenant : POPULARITY.nobody;
  const most = classElders < ELDERS ? classElders : Number.POSITIVE_INFINITY;
  const taken = Math.min(most, adopters);
  if (taken >= ROLLOUT_ADOPTERS && taken >= classSize * ROLLOUT_SHARE) return POPULARITY.rollout;
  return Math.min(most, classHolders) >= Math.max(2, classSize * COMMON_SHARE) ? POPULARITY.common : POPULARITY.rare;
}

/** Of a value that nobody else has. */
export const HELD_BY_NOBODY: Popular = {
  popularity: 0,
  tenantHolders: 0,
  tenantElders: 0,
  classHolders: 0,
  classElders: 0,
  classSize: 0,
  tenantSize: 0,
  ageDays: 0,
};

/** Finds for each alert of one side the alert of the other that tells of the same thing. */
import type { ToldAlert } from './compared-alert.ts';

/** How much two alerts of one identity have in common; 0: they tell of different things. */
function kinship(a: ToldAlert, b: ToldAlert): number {
  if (a.id === b.id) return Number.POSITIVE_INFINITY;
  const cited = new Set(a.activityIds);
  const shared = b.activityIds.filter((id) => cited.has(id)).length;
  // A shared activity says more than any number of things seen alike.
  if (shared > 0) return 1_000 + shared;
  // At the same time is not enough: an identity that does much may do two things at once.
  const seen = new Set(a.seen);
  return a.firstAt <= b.lastAt && b.firstAt <= a.lastAt ? b.seen.filter((one) => seen.has(one)).length : 0;
}

/** By id: the closest of `others`, of the same tenant and identity. Several may have one counterpart: two episodes can become one. */
export function counterparts(
  alerts: readonly ToldAlert[],
  others: readonly ToldAlert[],
): ReadonlyMap<string, ToldAlert> {
  const whose = ({ tenant, identity }: ToldAlert) => `${tenant}\u0000${identity}`;
  const known = new Map<string, ToldAlert[]>();
  for (const other of others) {
    const list = known.get(whose(other));
    if (list === undefined) known.set(whose(other), [other]);
    else list.push(other);
  }
  const found = new Map<string, ToldAlert>();
  for (const alert of alerts) {
    let closest = 0;
    for (const other of known.get(whose(alert)) ?? []) {
      const near = kinship(alert, other);
      if (near <= closest) continue;
      closest = near;
      found.set(alert.id, other);
    }
  }
  return found;
}

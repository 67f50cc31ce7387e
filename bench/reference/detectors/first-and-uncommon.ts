/** First-time and uncommon flags by user, peers and tenant, as user-behaviour analytics document them (Microsoft Sentinel, UEBA enrichments). */
import type { ReferenceDetector } from '../../../src/evaluate/reference.ts';
import { fieldsOf, peersOf } from '../fields.ts';
import { IdentityDays, secondsOf } from '../identity-days.ts';

/** Points of a flag: first for the user, first among peers, first in the tenant, uncommon among peers (fewer than one in ten have it). */
const POINTS = { user: 1, peers: 2, tenant: 3, uncommon: 1 } as const;

/** An alert an identity-day, ranked by the points of its flags, each flag once a day. */
export function firstAndUncommon(): ReferenceDetector {
  const id = 'first-and-uncommon';
  const users = new Set<string>();
  const havers = new Map<string, Set<string>>();
  const members = new Map<string, Set<string>>();
  const counted = new Set<string>();
  const days = new IdentityDays(id);
  const into = (map: Map<string, Set<string>>, key: string) => {
    const known = map.get(key) ?? new Set<string>();
    if (known.size === 0) map.set(key, known);
    return known;
  };
  return {
    id,
    about: 'first-time and uncommon flags by user, peers and tenant',
    observe(activity) {
      const who = activity.identity.id;
      const peers = peersOf(activity);
      const size = into(members, peers).add(who).size;
      const atS = secondsOf(activity);
      for (const [field, value] of Object.entries(fieldsOf(activity))) {
        if (users.has(`${field}|${who}|${value}`)) continue;
        users.add(`${field}|${who}|${value}`);
        const among = into(havers, `${field}|${peers}|${value}`);
        const anywhere = into(havers, `${field}||${value}`);
        const points =
          POINTS.user +
          (among.size === 0 ? POINTS.peers : among.size < size / 10 ? POINTS.uncommon : 0) +
          (anywhere.size === 0 ? POINTS.tenant : 0);
        among.add(who);
        anywhere.add(who);
        const day = `${Math.floor(atS / 86_400)}|${who}|${field}`;
        days.add(who, atS, [activity.id], counted.has(day) ? points / 100 : points, true);
        counted.add(day);
      }
    },
    finish: () => days.alerts(),
  };
}

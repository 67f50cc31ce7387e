/** New terms: a value of a field never seen with this identity within a window, as SIEM rule packs write it (Elastic, rule type `new_terms`). */
import type { ReferenceDetector } from '../../../src/evaluate/reference.ts';
import { FIELDS, fieldsOf } from '../fields.ts';
import { IdentityDays, secondsOf } from '../identity-days.ts';

/** An alert an identity-day, ranked by how many fields showed a new term. `windowDays` Infinity = unlimited memory. */
export function newTerms(id: string, windowDays: number): ReferenceDetector {
  const seenS = new Map<string, number>();
  const counted = new Set<string>();
  const days = new IdentityDays(id);
  return {
    id,
    about: `new terms over ${FIELDS.length} fields paired with the identity, ${windowDays} days`,
    observe(activity) {
      const atS = secondsOf(activity);
      const who = activity.identity.id;
      for (const [field, value] of Object.entries(fieldsOf(activity))) {
        const key = `${field}\u0000${who}\u0000${value}`;
        const last = seenS.get(key);
        seenS.set(key, atS);
        if (last !== undefined && atS - last <= windowDays * 86_400) continue;
        const day = `${Math.floor(atS / 86_400)}|${who}|${field}`;
        days.add(who, atS, [activity.id], counted.has(day) ? 0.01 : 1, true);
        counted.add(day);
      }
    },
    finish: () => days.alerts(),
  };
}

/** One credential at two addresses within half an hour: the classic rule for a shared or stolen key. */
import type { ReferenceDetector } from '../../../src/evaluate/reference.ts';
import { IdentityDays, secondsOf } from '../identity-days.ts';

const WINDOW_S = 1800;

/** Ranked by whether the pair of addresses is new, and lies in two networks. */
export function twoAddresses(): ReferenceDetector {
  const id = 'two-addresses';
  const last = new Map<string, { ip: string; asn: number | undefined; atS: number }>();
  const pairs = new Map<string, number>();
  const days = new IdentityDays(id);
  return {
    id,
    about: 'one credential at two addresses in 30 minutes',
    observe(activity) {
      const { credential, source } = activity;
      if (!credential || !source.ip) return;
      const atS = secondsOf(activity);
      const before = last.get(credential.id);
      last.set(credential.id, { ip: source.ip, asn: source.asn, atS });
      if (!before || before.ip === source.ip || atS - before.atS > WINDOW_S) return;
      const pair = `${activity.identity.id}|${[before.ip, source.ip].sort().join('|')}`;
      const times = (pairs.get(pair) ?? 0) + 1;
      pairs.set(pair, times);
      days.add(activity.identity.id, atS, [activity.id], 1 / times + (before.asn !== source.asn ? 1 : 0));
    },
    finish: () => days.alerts(),
  };
}

/** Counts, while a history is judged, what a report says about it: who did how much, and on which days. Its size is bounded. */
import type { Activity } from '../../schemas/activity.ts';
import type { StoredMember } from '../ports/views.ts';

const DAY_MS = 86_400_000;
/** Identities that are counted one by one; what more do is counted all together. */
const IDENTITIES_MAX = 250_000;
/** Days kept of one identity: what came before the newest so many is forgotten. */
const DAYS_MAX = 92;
const CREDENTIALS_MAX = 64;

interface Tallied {
  readonly first: Activity;
  firstMs: number;
  lastMs: number;
  activities: number;
  readonly days: Map<number, number>;
  readonly longLived: Set<string>;
}

export interface ReportTally {
  add(activity: Activity): void;
  readonly activities: number;
  readonly newestMs: number;
  readonly oldestMs: number;
  /** Tenant of the first activity. */
  readonly tenant: string | undefined;
  /** Activities by provider. */
  readonly providers: ReadonlyMap<string, number>;
  members(tenant: string): readonly StoredMember[];
  /** Activities of one identity by day since 1970. */
  daysOf(tenant: string, identity: Activity['identity']): ReadonlyMap<number, number>;
}

const keyOf = (tenant: string, { id, provider, account }: Activity['identity']) =>
  [tenant, provider, account ?? '', id].join('\u0000');

export function createReportTally(): ReportTally {
  const byKey = new Map<string, Tallied>();
  const providers = new Map<string, number>();
  let activities = 0;
  let newestMs = 0;
  let oldestMs = Number.POSITIVE_INFINITY;
  let tenant: string | undefined;
  return {
    add(activity) {
      const { identity, credential } = activity;
      const at = Date.parse(activity.at);
      activities++;
      newestMs = Math.max(newestMs, at);
      oldestMs = Math.min(oldestMs, at);
      tenant ??= activity.tenant;
      providers.set(identity.provider, (providers.get(identity.provider) ?? 0) + 1);
      const key = keyOf(activity.tenant, identity);
      let one = byKey.get(key);
      if (one === undefined) {
        if (byKey.size >= IDENTITIES_MAX) return;
        one = { first: activity, firstMs: at, lastMs: at, activities: 0, days: new Map(), longLived: new Set() };
        byKey.set(key, one);
      }
      one.firstMs = Math.min(one.firstMs, at);
      one.lastMs = Math.max(one.lastMs, at);
      one.activities++;
      const day = Math.floor(at / DAY_MS);
      one.days.set(day, (one.days.get(day) ?? 0) + 1);
      if (one.days.size > DAYS_MAX) one.days.delete(Math.min(...one.days.keys()));
      if (credential?.longLived === true && credential.id !== undefined && one.longLived.size < CREDENTIALS_MAX)
        one.longLived.add(credential.id);
    },
    get activities() {
      return activities;
    },
    get newestMs() {
      return newestMs;
    },
    get oldestMs() {
      return oldestMs;
    },
    get tenant() {
      return tenant;
    },
    providers,
    members: (of) =>
      [...byKey.values()]
        .filter(({ first }) => first.tenant === of)
        .map(({ first: { identity }, firstMs, lastMs, activities: did, longLived }) => ({
          id: identity.id,
          kind: identity.kind,
          provider: identity.provider,
          account: identity.account ?? '',
          name: identity.name ?? '',
          firstMs,
          lastMs,
          activities: did,
          longLived: longLived.size,
        })),
    daysOf: (of, identity) => byKey.get(keyOf(of, identity))?.days ?? new Map(),
  };
}

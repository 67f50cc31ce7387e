/** Identity-days and alerts of each peer class by day: what p-values are a share of, and whether a class alerts as often as it should. */
import type { Contribution } from '../engine-contract.ts';

/** Alerted identities remembered of a day; beyond them the largest hashes go. */
const ALERTED_MAX = 10_000;

interface Day {
  /** Identity-days by class, of identities past their learning. */
  readonly active: Map<string, number>;
  /** By identity: its class, and the causes of its alerts. */
  readonly alerted: Map<number, { readonly peers: string; readonly causes: Set<number> }>;
}

const NONE: ReadonlyMap<string, number> = new Map();

/** One class on one day. */
export interface ClassDay {
  readonly peers: string;
  /** Days since 1970. */
  readonly day: number;
  readonly identityDays: number;
  /** Alerts raised; those for one cause count once. */
  readonly alerts: number;
}

export class ClassDays {
  /** Tenant -> day. */
  readonly #days = new Map<string, Map<number, Day>>();

  #of({ tenant, hour }: Contribution): Day {
    const days = this.#days.get(tenant) ?? new Map<number, Day>();
    this.#days.set(tenant, days);
    const at = Math.floor(hour / 24);
    const day = days.get(at) ?? { active: new Map(), alerted: new Map() };
    days.set(at, day);
    return day;
  }

  /** An identity was active on a day; `days` is 0 while it learns. */
  take(c: Contribution, days: number): void {
    const { active } = this.#of(c);
    active.set(c.peers, (active.get(c.peers) ?? 0) + days);
  }

  /** An alert was raised for a cause; one without (0) is known by its identity. */
  raised(c: Contribution, cause: number): void {
    const { alerted } = this.#of(c);
    const one = alerted.get(c.identity) ?? { peers: c.peers, causes: new Set<number>() };
    alerted.set(c.identity, one);
    one.causes.add(cause === 0 ? -1 - c.identity : cause);
    if (alerted.size > ALERTED_MAX) alerted.delete([...alerted.keys()].reduce((most, id) => Math.max(most, id)));
  }

  /** Identity-days of each class on a day. */
  active(tenant: string, day: number): ReadonlyMap<string, number> {
    return this.#days.get(tenant)?.get(day)?.active ?? NONE;
  }

  /** Identity-days of all classes on a day. */
  identityDays(tenant: string, day: number): number {
    let days = 0;
    for (const of of this.active(tenant, day).values()) days += of;
    return days;
  }

  /** Classes that were active on a day; alerts on identities that do not count are left out. */
  on(tenant: string, day: number, counts: (identity: number) => boolean): ClassDay[] {
    const of = this.#days.get(tenant)?.get(day);
    const causes = new Map<string, Set<number>>();
    for (const [identity, one] of of?.alerted ?? [])
      if (counts(identity)) causes.set(one.peers, new Set([...(causes.get(one.peers) ?? []), ...one.causes]));
    return [...(of?.active ?? [])].map(([peers, identityDays]) => {
      return { peers, day, identityDays, alerts: causes.get(peers)?.size ?? 0 };
    });
  }

  /** Forgets days before `day`. */
  forget(day: number): void {
    for (const days of this.#days.values()) for (const old of days.keys()) if (old < day) days.delete(old);
  }

  tenants(): string[] {
    return [...this.#days.keys()].sort();
  }
}

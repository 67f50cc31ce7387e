/** Which identity-days people judged: what was an attack is no crossing of the threshold, what was benign is a whole one. */
import type { Contribution } from '../engine-contract.ts';

interface Judged {
  /** Alerts of that day that were called true, and called benign. Sums, so that no order of coming matters. */
  attacks: number;
  falseAlerts: number;
}

export class JudgedDays {
  /** Tenant -> day -> identity. */
  readonly #days = new Map<string, Map<number, Map<number, Judged>>>();

  /** An alert of a day (since 1970) was called so many times more, or less, an attack or benign. */
  take(
    { tenant, identity }: Pick<Contribution, 'tenant' | 'identity'>,
    as: 'attack' | 'benign',
    day: number,
    times: number,
  ): void {
    const days = this.#days.get(tenant) ?? new Map<number, Map<number, Judged>>();
    this.#days.set(tenant, days);
    const identities = days.get(day) ?? new Map<number, Judged>();
    days.set(day, identities);
    const judged = identities.get(identity) ?? { attacks: 0, falseAlerts: 0 };
    identities.set(identity, judged);
    if (as === 'attack') judged.attacks += times;
    else judged.falseAlerts += times;
  }

  /** What people said of an identity-day. Of an attack and a false alert on one day the attack counts. */
  on(tenant: string, day: number, identity: number): 'attack' | 'benign' | undefined {
    const judged = this.#days.get(tenant)?.get(day)?.get(identity);
    if (judged === undefined) return undefined;
    if (judged.attacks > 0) return 'attack';
    return judged.falseAlerts > 0 ? 'benign' : undefined;
  }

  /** Whether people judged any alert of a day. */
  isJudged(tenant: string, day: number): boolean {
    for (const { attacks, falseAlerts } of this.#days.get(tenant)?.get(day)?.values() ?? [])
      if (attacks > 0 || falseAlerts > 0) return true;
    return false;
  }

  /** Identity-days of a tenant, of those that are remembered, that were called an attack. */
  attacks(tenant: string): number {
    let n = 0;
    for (const identities of this.#days.get(tenant)?.values() ?? [])
      for (const { attacks } of identities.values()) if (attacks > 0) n++;
    return n;
  }

  /** Forgets days before `day`. */
  forget(day: number): void {
    for (const days of this.#days.values()) for (const old of days.keys()) if (old < day) days.delete(old);
  }
}

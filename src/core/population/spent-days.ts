/** What was spent of the budget on each day: expected false alerts, of incidents and of alerts that share no cause. */
import type { Incidents } from './incidents.ts';

export class SpentDays {
  readonly #incidents: Incidents;
  /** Tenant -> day -> expected false alerts raised without a cause. */
  readonly #alone = new Map<string, Map<number, number>>();
  /** With those of incidents, by tenant, as of the last closed hour that changed any. */
  readonly #all = new Map<string, ReadonlyMap<number, number>>();
  /** Something was counted or forgotten since. */
  #isChanged = false;
  #incidentChanges = 0;

  constructor(incidents: Incidents) {
    this.#incidents = incidents;
  }

  /** Counts alerts that share no cause. */
  add(tenant: string, day: number, falseAlerts: number): void {
    const days = this.#alone.get(tenant) ?? new Map<number, number>();
    this.#alone.set(tenant, days);
    this.#isChanged = true;
    days.set(day, (days.get(day) ?? 0) + falseAlerts);
  }

  /** Expected false alerts of a tenant by day; an incident counts once, on the day it began. */
  of(tenant: string): ReadonlyMap<number, number> {
    const known = this.#all.get(tenant);
    if (known !== undefined) return known;
    const days = new Map(this.#alone.get(tenant));
    this.#all.set(tenant, days);
    // Amounts are added from the smallest, so that the sum does not depend on the order inside an hour.
    for (const [day, amounts] of this.#incidents.spent(tenant))
      days.set(
        day,
        amounts.sort((a, b) => a - b).reduce((sum, one) => sum + one, days.get(day) ?? 0),
      );
    return days;
  }

  /** An hour was closed: what was summed up is summed up anew, unless it told of no alert. */
  hourClosed(): void {
    if (!this.#isChanged && this.#incidents.changes === this.#incidentChanges) return;
    this.#all.clear();
    this.#isChanged = false;
    this.#incidentChanges = this.#incidents.changes;
  }

  /** Forgets the days before one. */
  forget(before: number): void {
    this.#isChanged = true;
    for (const days of this.#alone.values()) for (const old of days.keys()) if (old < before) days.delete(old);
  }
}

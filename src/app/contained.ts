/** What suspensions do about alerts, as far as it is told with the alert: in force, or lifted. */
import type { Suspension } from '../../schemas/suspension.ts';
import type { SuspensionStore } from '../ports/respond.ts';
import { AuditBroken } from '../respond/audit-log.ts';
import { readRow } from '../respond/suspensions.ts';
import type { Contained } from '../triage/standing.ts';

const LISTED_MAX = 1_000;
/** Of one alert. */
const OF_ALERT_MAX = 20;

/** Reads them newest first. A row that is not as it was written is left out: the audit says so elsewhere. */
export function containedBy(store: Pick<SuspensionStore, 'list'>) {
  return async (
    query: { readonly since: string } | { readonly tenant: string; readonly alertId: string },
  ): Promise<readonly (Contained & { readonly tenant: string })[]> => {
    // What was only proposed never takes the place of what is in force, however much of it there is.
    const rows = await store.list({ ...query, states: STATES, limit: 'since' in query ? LISTED_MAX : OF_ALERT_MAX });
    return rows.flatMap((row) => {
      let suspension: Suspension;
      try {
        suspension = readRow(row);
      } catch (error) {
        if (error instanceof AuditBroken) return [];
        throw error;
      }
      const { id, tenant, alertId, action, state } = suspension;
      if (alertId === undefined) return [];
      const told = TOLD[state];
      if (told === undefined) return [];
      return { tenant, alertId, suspension: id, action, state: told, by: row.by.id, why: row.why, at: row.at };
    });
  };
}

/** What was only asked for stops nothing yet, and what failed stopped nothing for certain. */
const TOLD: Readonly<Partial<Record<Suspension['state'], Contained['state']>>> = {
  dispatched: 'active',
  confirmed: 'active',
  lifted: 'lifted',
};
const STATES = Object.keys(TOLD) as Suspension['state'][];

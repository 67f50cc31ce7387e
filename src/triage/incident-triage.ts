/** What people do about an incident: see its alerts together, and say what all of them were in one go. */
import type { Caller, TriagedAlert, TriagedIncident, VerdictRequest } from '../../schemas/api.ts';
import { incidentOf } from './incident-of.ts';
import type { Triage, TriageRefusal } from './triage.ts';

const PAGE = 500;
/** Alerts of one incident at the most; the engine names no more identities. */
const ALERTS_MAX = 1_000;

const UNKNOWN: TriageRefusal = {
  status: 'unknown',
  reason: 'there is no such incident of this tenant',
  remedy: 'Give the `incident` of an alert; an alert without one stands alone.',
};

export type IncidentTriage = ReturnType<typeof createIncidentTriage>;

export function createIncidentTriage(triage: Pick<Triage, 'alerts' | 'verdict'>) {
  async function membersOf(tenant: string, incident: string): Promise<TriagedAlert[]> {
    const found: TriagedAlert[] = [];
    let cursor: string | undefined;
    do {
      const page = await triage.alerts(tenant, { incident, limit: PAGE, cursor });
      if ('reason' in page) throw new Error(page.reason);
      found.push(...page.alerts);
      cursor = page.next;
    } while (cursor !== undefined && found.length < ALERTS_MAX);
    return found;
  }

  return {
    /** All alerts of an incident, newest first. */
    async incident(tenant: string, id: string): Promise<TriagedIncident | undefined> {
      const alerts = await membersOf(tenant, id);
      return alerts.length === 0 ? undefined : incidentOf(id, alerts);
    },

    /**
     * The same verdict on each alert of an incident. Fields of a scope must be evidence of every one. Cut short, it is given once
     * more: of two verdicts on one alert the later counts.
     */
    async verdict(caller: Caller, id: string, request: VerdictRequest): Promise<TriagedIncident | TriageRefusal> {
      const alerts = await membersOf(caller.tenant, id);
      if (alerts.length === 0) return UNKNOWN;
      const scope = request.verdict === 'benign' && request.scope !== 'all-evidence' ? request.scope : [];
      for (const field of scope) {
        const strange = alerts.find(({ evidence }) => !evidence.some((one) => one.field === field));
        if (strange !== undefined)
          return {
            status: 'refused',
            reason: `${field} is no evidence of alert ${strange.id} of this incident`,
            remedy: 'Name fields that are evidence of every one, say all-evidence, or judge its alerts one by one.',
          };
      }
      const judged: TriagedAlert[] = [];
      for (const alert of alerts) {
        const one = await triage.verdict(caller, alert.id, request);
        if ('reason' in one) return one;
        judged.push(one);
      }
      return incidentOf(id, judged);
    },
  };
}

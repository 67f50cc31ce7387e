/** What people do about an incident: see its alerts together, and say what all of them were in one go. */
import type { Evidence } from '../../schemas/alert.ts';
import type { Caller, TriagedAlert, TriagedIncident, VerdictRequest } from '../../schemas/api.ts';
import { beyond, type Invariants, NO_INVARIANTS, sharedBy } from './coverage.ts';
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

export function createIncidentTriage(
  triage: Pick<Triage, 'alerts' | 'verdict'>,
  invariants: Invariants = NO_INVARIANTS,
) {
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
     * What all alerts of an incident were. A true verdict is given on each. A benign one covers what they share: it is given on
     * those that have nothing else that matters, and an alert with evidence of its own stays as it was, for somebody to judge by
     * itself; so does one with an invariant that the scope does not name. Fields of a scope must be evidence of every one. Cut
     * short, it is given once more: of two verdicts on one alert the later counts.
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
      const own = request.verdict === 'benign' ? ownEvidence(alerts, scope, invariants) : new Map<string, Evidence[]>();
      if (own.size === alerts.length)
        return {
          status: 'refused',
          reason: 'its alerts have evidence of their own beyond what all of them share',
          remedy: 'Judge its alerts one by one.',
        };
      const judged: TriagedAlert[] = [];
      for (const alert of alerts) {
        const beyondCause = own.get(alert.id);
        if (beyondCause !== undefined) {
          const apart = beyondCause.map(({ field, seen }) => `${field}=${seen}`);
          judged.push({ ...alert, triage: { ...alert.triage, apart } });
          continue;
        }
        // What came since its alerts were looked at is not covered; what was done about one of them says nothing of the others.
        const { actions: _, ...verdict } = request;
        const one = await triage.verdict(caller, alert.id, { ...verdict, version: alert.version });
        if ('reason' in one) return one;
        judged.push(one);
      }
      return incidentOf(id, judged);
    },
  };
}

/** By id of the alert: evidence that it does not share with every other, or an invariant whose field is not named; alerts without any are left out. */
function ownEvidence(
  alerts: readonly TriagedAlert[],
  scope: readonly string[],
  invariants: Invariants,
): ReadonlyMap<string, Evidence[]> {
  const shared = sharedBy(alerts);
  const own = new Map<string, Evidence[]>();
  for (const alert of alerts) {
    const covered = alert.evidence.filter(
      ({ field, seen, detector }) =>
        (scope.includes(field) || !invariants.has(detector)) &&
        shared.some((piece) => piece.field === field && piece.seen === seen),
    );
    const left = beyond(alert, covered, invariants);
    if (left.length > 0) own.set(alert.id, left);
  }
  return own;
}

/** Alerts of one incident as the one thing they are: how many identities, since when, how bad, and where it stands. */
import { leastDone, SEVERITIES } from '../../schemas/alert.ts';
import type { TriagedAlert, TriagedIncident } from '../../schemas/api.ts';

/** The incident made of `alerts`, of which there is one at least; the strongest speaks for all. */
export function incidentOf(id: string, alerts: readonly TriagedAlert[]): TriagedIncident {
  const [strongest] = [...alerts].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)) as [TriagedAlert];
  const times = (of: (alert: TriagedAlert) => string) => alerts.map(of).sort() as [string, ...string[]];
  const worst = Math.max(...alerts.map(({ severity }) => SEVERITIES.indexOf(severity)));
  const verdicts = new Set(alerts.map(({ triage }) => triage.verdict));
  const [verdict] = verdicts;
  return {
    id,
    identities: new Set(alerts.map(({ identity }) => identity.id)).size,
    title: strongest.title,
    severity: SEVERITIES[worst] ?? strongest.severity,
    firstAt: times(({ firstAt }) => firstAt)[0],
    raisedAt: times(({ raisedAt }) => raisedAt)[0],
    lastAt: times(({ lastAt }) => lastAt).at(-1) ?? strongest.lastAt,
    triage: {
      status: leastDone(alerts.map(({ triage }) => triage.status)),
      ...(verdicts.size === 1 && verdict !== undefined && { verdict }),
      actions: alerts.reduce((sum, { triage }) => sum + triage.actions, 0),
    },
    alerts: [...alerts],
  };
}

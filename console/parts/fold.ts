/** Folds alerts of one incident into one row of the queue. */
import type { Alert } from '../api/answers.ts';
import { SEVERITY_ORDER } from './words.ts';

export interface Row {
  readonly alert: Alert;
  /** Alerts of the same incident that are folded into this row. */
  readonly folded: readonly Alert[];
}

/** Alerts of one incident become one row, where the first of them stands, headed by the most severe. */
export function fold(alerts: readonly Alert[], open: ReadonlySet<string>): Row[] {
  const rows: { alert: Alert; folded: Alert[] }[] = [];
  const byIncident = new Map<string, { alert: Alert; folded: Alert[] }>();
  for (const alert of alerts) {
    const { incident } = alert;
    const row = incident === undefined || open.has(incident) ? undefined : byIncident.get(incident);
    if (row === undefined) {
      const made = { alert, folded: [] };
      rows.push(made);
      if (incident !== undefined) byIncident.set(incident, made);
    } else if (SEVERITY_ORDER.indexOf(alert.severity) < SEVERITY_ORDER.indexOf(row.alert.severity)) {
      row.folded.push(row.alert);
      row.alert = alert;
    } else row.folded.push(alert);
  }
  return rows;
}

/** What an alert version means to whoever gets it. */
import type { Alert, AlertChange } from '../../schemas/alert.ts';

/** `raised` once, at version 1; later versions say what was decided, that hindsight explains a part of it, or that evidence came in. */
export function changeOf(
  alert: Pick<Alert, 'status' | 'version' | 'change' | 'standing'>,
): 'raised' | 'updated' | AlertChange {
  if (alert.change !== undefined) return alert.change;
  // Evidence that comes in after a decision is an update, whatever was decided.
  if (alert.status !== 'new' && alert.standing === undefined) return alert.status;
  return alert.version === 1 ? 'raised' : 'updated';
}

/** Who decided, and why, in one line; undefined while nothing was decided. */
export function decisionOf({ standing, status }: Pick<Alert, 'status' | 'standing'>): string | undefined {
  if (standing === undefined) return undefined;
  const { by, because, verdict, containment } = standing;
  const judged = verdict === undefined ? '' : `, judged ${verdict === 'true' ? 'an attack' : 'benign'}`;
  const held = containment === undefined ? '' : `, ${containment.action} ${containment.state}`;
  return `${status === 'new' ? 'open' : status}${judged}${held}${by === undefined ? '' : ` by ${by}`}: ${because}`;
}

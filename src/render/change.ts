/** What an alert version means to whoever gets it. */
import type { Alert } from '../../schemas/alert.ts';

/** `raised` once, at version 1; later versions say what a person did or that evidence came in. */
export function changeOf(
  alert: Pick<Alert, 'status' | 'version'>,
): 'raised' | 'updated' | 'acknowledged' | 'suppressed' | 'resolved' {
  if (alert.status !== 'new') return alert.status;
  return alert.version === 1 ? 'raised' : 'updated';
}

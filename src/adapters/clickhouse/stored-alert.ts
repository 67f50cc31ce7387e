/** Alerts as they are stored, read with today's names, whichever version stored them. */
import type { Alert } from '../../../schemas/alert.ts';
import { detectorId, detectorIds } from '../../../schemas/detector-ids.ts';
import { StoreError } from './store-error.ts';

export function readStoredAlert(body: string): Alert {
  let alert: Alert;
  try {
    alert = JSON.parse(body) as Alert;
  } catch {
    throw new StoreError(
      'schema',
      'a stored alert is no JSON',
      'Restore the table alert from a backup, or delete that row.',
    );
  }
  const { detectors, evidence } = alert;
  // Nothing to rename is the rule, and lists of alerts are long.
  if (detectors.every((id) => detectorId(id) === id)) return alert;
  return {
    ...alert,
    detectors: detectorIds(detectors),
    evidence: evidence.map((item) => ({
      ...item,
      detector: detectorId(item.detector),
      // A group of findings may be named after its detector.
      group: detectorId(item.group),
    })),
  };
}

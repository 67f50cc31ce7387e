/** The versions of alerts that tell what was decided about them: made of the stored alert, or of the one that the same turn worded. */
import type { Alert } from '../../schemas/alert.ts';
import type { Decided } from '../../schemas/standing.ts';
import type { Store } from '../ports/store.ts';

/** A decision that was taken, with the number of the version that tells it. */
export type DecidedVersion = Decided;

/** An alert version of a turn. */
export interface Told {
  readonly alert: Alert;
  /** True where destinations are to hear of it. */
  readonly isNews: boolean;
  /** Where the other alerts of its cause stand; empty where nothing was decided. */
  readonly fellows: Decided['fellows'];
}

/** Names of the sinks that had a version of an alert, by its id. */
export type Heard = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The alerts of a turn with one version for each decision, those of one alert in the order of their numbers. A decision changes
 * nothing of what an alert shows, so the evidence of such a version is that of the version before it.
 */
export async function asDecided(
  store: Pick<Store, 'alerts'>,
  worded: readonly Alert[],
  news: ReadonlySet<string>,
  decided: readonly DecidedVersion[],
): Promise<readonly Told[]> {
  const told: Told[] = [];
  const latest = new Map(worded.map((alert) => [alert.id, alert]));
  const same = new Set<string>();
  const before = new Map<string, Alert>();
  for (const { tenant, alertId, version, status, change, standing, fellows } of decided) {
    const now = latest.get(alertId);
    const isWorded = now?.version === version;
    if (isWorded) same.add(alertId);
    const [stored] = isWorded || before.has(alertId) ? [] : await store.alerts({ tenant, id: alertId, limit: 1 });
    const shown = isWorded ? now : (before.get(alertId) ?? stored);
    // Retention took the alert, or it has another version than the one that was decided about: then it is decided about again.
    if (shown === undefined || (!isWorded && shown.version !== version - 1)) continue;
    const alert: Alert = { ...shown, version, status, change, standing };
    before.set(alertId, alert);
    told.push({ alert, isNews: true, fellows });
  }
  for (const alert of worded) if (!same.has(alert.id)) told.push({ alert, isNews: news.has(alert.id), fellows: [] });
  return told;
}

/** Ids of the alerts of which one must know who heard of them: who heard of one hears of its end as well. */
export function asked(told: readonly Told[]): readonly string[] {
  const later = told.filter(({ alert, isNews }) => isNews && alert.version > 1);
  return [...new Set(later.flatMap(({ alert, fellows }) => [alert.id, ...fellows.map(([id]) => id)]))];
}

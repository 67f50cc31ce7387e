/** What a backtest keeps of an alert: enough to find its counterpart and to tell a person about it, little enough to hold thousands. */
import type { Alert } from '../../schemas/alert.ts';

export interface ToldAlert {
  readonly id: string;
  readonly tenant: string;
  readonly identity: string;
  readonly title: string;
  readonly severity: Alert['severity'];
  readonly score: number;
  readonly kinds: Alert['kinds'];
  readonly detectors: readonly string[];
  readonly recommendation: Pick<Alert['recommendation'], 'action' | 'target'>;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly raisedAt: string;
  /** Activities it cites. */
  readonly activityIds: readonly string[];
  /** What was seen, each by its field. */
  readonly seen: readonly string[];
}

/** More than this on either side is no difference that a person reads. */
export const ALERTS_MAX = 10_000;

export function toldAlert(alert: Alert): ToldAlert {
  const { id, tenant, identity, title, severity, score, kinds, detectors, firstAt, lastAt, raisedAt, evidence } = alert;
  const { action, target } = alert.recommendation;
  return {
    id,
    tenant,
    identity: identity.id,
    title,
    severity,
    score,
    kinds,
    detectors,
    recommendation: { action, target },
    firstAt,
    lastAt,
    raisedAt,
    activityIds: [...new Set([...alert.activityIds, ...evidence.map(({ activityId }) => activityId)])],
    seen: [...new Set(evidence.map(({ field, seen }) => `${field}\u0000${seen}`))],
  };
}

/** Too many alerts to compare. */
export class TooManyAlerts extends Error {
  override readonly name = 'TooManyAlerts';
  readonly remedy = 'Choose a later --since, an earlier --until, or a smaller alerts.falsePerDay.';
  constructor(whose: 'past' | 'now') {
    super(
      whose === 'past'
        ? `more than ${ALERTS_MAX} stored alerts lie in this time`
        : `more than ${ALERTS_MAX} alerts would be raised in this time`,
    );
  }
}

/** An alert as the claims of a Security Event Token (RFC 8417): CAEP risk-level-change, or WISE anomalous-behavior-detected. */
import type { Alert } from '../../schemas/alert.ts';
import { clip } from './clip.ts';
import { threadOf } from './thread-of.ts';

export const CAEP_RISK_LEVEL_CHANGE = 'https://schemas.openid.net/secevent/caep/event-type/risk-level-change';
/** OpenID WISE profile 1.0, draft 03. */
export const WISE_ANOMALOUS_BEHAVIOR =
  'https://schemas.openid.net/secevent/wise/event-type/anomalous-behavior-detected';

const LEVEL = { info: 'LOW', low: 'LOW', medium: 'MEDIUM', high: 'HIGH', critical: 'HIGH' } as const;
const REASON_MAX = 1_024;

const isClosed = ({ status }: Alert) => status === 'resolved' || status === 'expired';

const opaque = (id: string) => ({ format: 'opaque', id });
/** RFC 9493: an identity that is a URI (SPIFFE, ARN, URN) says so. */
const workload = (id: string) =>
  /^[a-z][a-z0-9+.-]*:[!-~]+$/i.test(id) && URL.canParse(id) ? { format: 'uri', uri: id } : opaque(id);

function caep(alert: Alert) {
  const human = alert.identity.kind === 'human';
  return {
    sub_id: {
      format: 'complex',
      [human ? 'user' : 'application']: workload(alert.identity.id),
      tenant: opaque(alert.tenant),
    },
    events: {
      [CAEP_RISK_LEVEL_CHANGE]: {
        event_timestamp: Math.floor(Date.parse(alert.lastAt) / 1_000),
        initiating_entity: 'policy',
        principal: human ? 'USER' : 'APPLICATION',
        // What is closed is no risk that anybody still sees; what was let go of by its age alone counts as closed.
        current_level: isClosed(alert) ? 'LOW' : LEVEL[alert.severity],
        risk_reason: alert.kinds.join(','),
        reason_admin: { en: clip(alert.title, REASON_MAX) },
      },
    },
  };
}

function wise(alert: Alert) {
  return {
    sub_id: workload(alert.identity.id),
    events: {
      [WISE_ANOMALOUS_BEHAVIOR]: {
        event_timestamp: Math.floor(Date.parse(alert.lastAt) / 1_000),
        anomaly_type: alert.kinds.join(','),
        severity: alert.severity === 'info' ? 'low' : alert.severity,
        reason_admin: { en: clip(alert.title, REASON_MAX) },
      },
    },
  };
}

/**
 * All claims but `jti`, one event a token. Both events advise and command nothing: what an alert may do to an identity is
 * for the receiver's people to decide. The time of issue is the event's own, so that the same alert makes the same token.
 */
export function securityEvent(
  alert: Alert,
  parties: { readonly issuer: string; readonly audience: string; readonly wise: boolean },
): Record<string, unknown> {
  return {
    iss: parties.issuer,
    aud: parties.audience,
    iat: Math.floor(Date.parse(alert.lastAt) / 1_000),
    // Alerts with one cause share it, and so do all versions of an alert.
    txn: threadOf(alert),
    ...(parties.wise ? wise(alert) : caep(alert)),
  };
}

/** An alert as an OCSF 1.8.0 Detection Finding (class 2004), with what was expected beside what was seen. */
import type { Alert, Evidence } from '../../schemas/alert.ts';
import { advice } from './advice.ts';
import { decisionOf } from './change.ts';
import { commonness, seenOf } from './evidence-row.ts';
import { observed } from './observed.ts';

const CLASS = 2004;
const SEVERITY = { info: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;
const SEVERITY_NAMES = ['Unknown', 'Informational', 'Low', 'Medium', 'High', 'Critical'] as const;
const RISK_NAMES = ['Info', 'Low', 'Medium', 'High', 'Critical'] as const;
const STATUS = { new: 1, acknowledged: 2, suppressed: 3, resolved: 4, expired: 5 } as const;
const STATUS_NAMES = ['Unknown', 'New', 'In Progress', 'Suppressed', 'Resolved', 'Archived'] as const;
/** Of the profile Incident. */
const VERDICT = {
  true: { verdict_id: 2, verdict: 'True Positive' },
  benign: { verdict_id: 5, verdict: 'Benign' },
} as const;
const ACTIVITY_NAMES = ['Unknown', 'Create', 'Update', 'Close'] as const;
const CONFIDENCE_NAMES = ['Unknown', 'Low', 'Medium', 'High'] as const;
/** ATT&CK release that technique ids are read by. */
const ATTACK_VERSION = '19';
const BEHAVIOURAL = 2;

const ms = (instant: string) => Date.parse(instant);

function activityOf(alert: Alert): 1 | 2 | 3 {
  if (alert.status === 'resolved' || alert.status === 'expired') return 3;
  return alert.version === 1 ? 1 : 2;
}

/** Rarer than one benign identity-day in ten thousand is high, in a hundred medium. */
function confidenceOf(p: number): 1 | 2 | 3 {
  if (p <= 1e-4) return 3;
  return p <= 1e-2 ? 2 : 1;
}

function userOf(alert: Alert) {
  const { identity, credential } = alert;
  return {
    uid: identity.id,
    name: identity.name ?? identity.id,
    ...(identity.kind === 'human' ? { type_id: 1, type: 'User' } : { type_id: 4, type: 'Service' }),
    ...(identity.account === undefined ? {} : { account: { uid: identity.account } }),
    ...(credential === undefined ? {} : { programmatic_credentials: [{ uid: credential.id, type: credential.kind }] }),
  };
}

function attackOf(technique: string) {
  const [uid] = technique.split('.');
  return {
    technique: { uid },
    ...(technique.includes('.') ? { sub_technique: { uid: technique } } : {}),
    version: ATTACK_VERSION,
  };
}

/** What one activity showed. */
function evidencesOf(alert: Alert) {
  const byActivity = new Map<string, Evidence[]>();
  for (const item of alert.evidence)
    byActivity.set(item.activityId, [...(byActivity.get(item.activityId) ?? []), item]);
  return [...byActivity].map(([uid, items]) => {
    const { ip, asn, org, country, region, userAgent, workload, actions, resources } = observed(items);
    const system = {
      ...(asn === undefined ? {} : { number: asn }),
      ...(org === undefined ? {} : { name: org }),
    };
    const location = {
      ...(country === undefined ? {} : { country }),
      ...(region === undefined ? {} : { region }),
    };
    const name = workload ?? (ip === undefined && (asn !== undefined || country !== undefined) ? 'source' : undefined);
    const endpoint = {
      ...(ip === undefined ? {} : { ip }),
      ...(name === undefined ? {} : { name }),
      ...(Object.keys(system).length === 0 ? {} : { autonomous_system: system }),
      ...(Object.keys(location).length === 0 ? {} : { location }),
    };
    return {
      uid,
      actor: { user: userOf(alert) },
      ...(actions[0] === undefined ? {} : { api: { operation: actions[0] } }),
      ...(ip === undefined && name === undefined ? {} : { src_endpoint: endpoint }),
      ...(userAgent === undefined ? {} : { http_request: { user_agent: userAgent } }),
      ...(resources.length === 0 ? {} : { resources: resources.map((resource) => ({ uid: resource })) }),
    };
  });
}

/** One analysis a detector: the parameters that stood out, and what is usual for each. */
function analysesOf(alert: Alert) {
  const target = { name: alert.identity.id, type: alert.identity.kind };
  return alert.detectors
    .map((detector) => alert.evidence.filter((item) => item.detector === detector))
    .filter((items) => items.length > 0)
    .map((items) => ({
      analysis_targets: [target],
      anomalies: items.map((item) => ({
        observation_parameter: item.field,
        observation_type: item.group,
        observations: [{ value: seenOf(item), count: 1 }],
        observed_pattern: `surprise ${item.nats} nats; known ${commonness(item.prevalence) || 'to nobody'}`,
      })),
      baselines: items.map(({ field, group, usual }) => ({
        observation_parameter: field,
        observation_type: group,
        observations: [{ value: usual }],
      })),
    }));
}

/** Pure; field order is fixed, so the same alert gives the same bytes. */
export function ocsfFinding(alert: Alert): Record<string, unknown> {
  const activity = activityOf(alert);
  const severity = SEVERITY[alert.severity];
  const confidence = confidenceOf(alert.p);
  const status = STATUS[alert.status];
  const decision = decisionOf(alert);
  const verdict = alert.standing?.verdict;
  const attacks = alert.techniques.filter((id) => /^T\d{4}(\.\d{3})?$/.test(id)).map(attackOf);
  const [first, ...others] = alert.detectors.map((name) => ({
    uid: name,
    name,
    type_id: BEHAVIOURAL,
    type: 'Behavioral',
  }));
  return {
    class_uid: CLASS,
    class_name: 'Detection Finding',
    category_uid: 2,
    category_name: 'Findings',
    activity_id: activity,
    activity_name: ACTIVITY_NAMES[activity],
    type_uid: CLASS * 100 + activity,
    type_name: `Detection Finding: ${ACTIVITY_NAMES[activity]}`,
    severity_id: severity,
    severity: SEVERITY_NAMES[severity],
    status_id: status,
    status: STATUS_NAMES[status],
    ...(decision === undefined ? {} : { status_detail: decision }),
    ...(verdict === undefined ? {} : VERDICT[verdict]),
    confidence_id: confidence,
    confidence: CONFIDENCE_NAMES[confidence],
    risk_level_id: severity - 1,
    risk_level: RISK_NAMES[severity - 1],
    risk_score: Math.round(alert.score),
    is_alert: activity !== 3,
    time: ms(alert.lastAt),
    start_time: ms(alert.firstAt),
    end_time: ms(alert.lastAt),
    count: alert.activityCount,
    message: alert.title,
    metadata: {
      version: '1.8.0',
      ...(verdict === undefined ? {} : { profiles: ['incident'] }),
      product: { name: 'Tidemark', vendor_name: 'Tidemark' },
      uid: `${alert.id}:${alert.version}`,
      sequence: alert.version,
      tenant_uid: alert.tenant,
      ...(alert.incident === undefined ? {} : { correlation_uid: alert.incident }),
    },
    finding_info: {
      uid: alert.id,
      title: alert.title,
      desc: alert.recommendation.because,
      types: alert.kinds,
      first_seen_time: ms(alert.firstAt),
      last_seen_time: ms(alert.lastAt),
      created_time: ms(alert.raisedAt),
      modified_time: ms(alert.lastAt),
      analytic: first,
      ...(others.length === 0 ? {} : { related_analytics: others }),
      ...(attacks.length === 0 ? {} : { attacks }),
      related_events: alert.activityIds.map((uid) => ({ uid })),
      related_events_count: alert.activityCount,
    },
    resources: [
      {
        uid: alert.identity.id,
        name: alert.identity.name ?? alert.identity.id,
        type: alert.identity.kind,
        provider: alert.identity.provider,
        role_id: 3,
        role: 'Affected',
        ...(alert.owner === undefined ? {} : { owner: { name: alert.owner } }),
      },
    ],
    ...(alert.evidence.length === 0 ? {} : { evidences: evidencesOf(alert), anomaly_analyses: analysesOf(alert) }),
    remediation: { desc: advice(alert.recommendation) },
    unmapped: {
      p: alert.p,
      maturity: alert.maturity,
      recommendation: alert.recommendation,
      controls: alert.controls,
      techniques: alert.techniques,
      blind_spots: alert.blindSpots,
      ...(alert.delegation === undefined ? {} : { delegation: alert.delegation }),
      ...(alert.drift === undefined ? {} : { drift: alert.drift }),
      ...(alert.change === undefined ? {} : { change: alert.change }),
      ...(alert.standing === undefined ? {} : { standing: alert.standing }),
      ...(alert.changes === undefined ? {} : { changes: alert.changes }),
    },
  };
}

/** An alert as an Elastic Common Schema document; every field is one of the published list. */
import type { Alert } from '../../schemas/alert.ts';
import { advice } from './advice.ts';
import { changeOf, decisionOf } from './change.ts';
import { clip } from './clip.ts';
import { observed } from './observed.ts';

/** Severity numbers of Elastic Security, so that its views sort these alerts among its own. */
const SEVERITY = { info: 1, low: 21, medium: 47, high: 73, critical: 99 } as const;

const ENTITY_TYPES: Partial<Record<Alert['identity']['kind'], string>> = {
  'service-account': 'service',
  role: 'service',
  workload: 'container',
  'api-key': 'service',
  'provider-service': 'service',
  'oauth-app': 'application',
  bot: 'application',
  agent: 'application',
  human: 'user',
};

/** Elasticsearch drops keywords beyond this many bytes of UTF-8 by refusing the whole document. */
const KEYWORD_MAX = 8_000;
const keyword = (text: string) => clip(text, KEYWORD_MAX);

const isCountryCode = (text: string | undefined): text is string => text !== undefined && /^[A-Z]{2}$/.test(text);

function sourceOf(alert: Alert) {
  const { ip, asn, org, country, region } = observed(alert.evidence);
  const geo = {
    ...(isCountryCode(country)
      ? { country_iso_code: country }
      : country === undefined
        ? {}
        : { country_name: keyword(country) }),
    ...(region === undefined ? {} : { region_name: keyword(region) }),
  };
  const system = {
    ...(asn === undefined ? {} : { number: asn }),
    ...(org === undefined ? {} : { organization: { name: keyword(org) } }),
  };
  return {
    ...(ip === undefined ? {} : { ip, address: ip }),
    ...(Object.keys(system).length === 0 ? {} : { as: system }),
    ...(Object.keys(geo).length === 0 ? {} : { geo }),
  };
}

/** Who changed it: of several changes the one that tells most, which the alert names first. */
const changedBy = (change: NonNullable<Alert['changes']>[number] | undefined) =>
  change === undefined ? {} : { changed_by: keyword(change.by.id), changed: keyword(change.says) };

/** Pure. Nested objects, as Elasticsearch stores them; values without an ECS field of their own are `labels`. */
export function ecsDocument(alert: Alert): Record<string, unknown> {
  const { identity, recommendation, standing } = alert;
  const decision = decisionOf(alert);
  const containment = standing?.containment?.state === 'active' ? standing.containment : undefined;
  const source = sourceOf(alert);
  const { ip, userAgent } = observed(alert.evidence);
  const techniques = alert.techniques.filter((id) => /^T\d{4}(\.\d{3})?$/.test(id));
  const parents = [...new Set(techniques.map((id) => id.split('.')[0] as string))];
  const children = techniques.filter((id) => id.includes('.'));
  const entityType = ENTITY_TYPES[identity.kind];
  const name = keyword(identity.name ?? identity.id);
  return {
    '@timestamp': alert.lastAt,
    ecs: { version: '9.4.0' },
    message: alert.title,
    tags: [...new Set([...alert.kinds, ...alert.controls])].map(keyword),
    labels: {
      alert_status: alert.status,
      alert_version: `${alert.version}`,
      activity_count: `${alert.activityCount}`,
      p: `${alert.p}`,
      maturity: `${alert.maturity}`,
      recommendation: recommendation.action,
      recommendation_target: keyword(recommendation.target.id),
      recommendation_undo: keyword(recommendation.undo),
      ...(alert.owner === undefined ? {} : { owner: keyword(alert.owner) }),
      ...(alert.credential === undefined ? {} : { credential_id: alert.credential.id }),
      ...(alert.drift === undefined ? {} : { drift_cause: alert.drift.cause, drift: keyword(alert.drift.says) }),
      ...changedBy(alert.changes?.[0]),
      ...(alert.incident === undefined ? {} : { incident: keyword(alert.incident) }),
      ...(decision === undefined ? {} : { decision: keyword(decision) }),
      ...(alert.standing?.verdict === undefined ? {} : { verdict: alert.standing.verdict }),
    },
    event: {
      kind: 'alert',
      category: ['intrusion_detection'],
      // What was contained is denied from then on; an act of our own has an outcome, what was observed has none.
      ...(containment === undefined ? { type: ['info'] } : { type: ['denied'], outcome: 'success' }),
      action: `alert.${changeOf(alert)}`,
      id: keyword(alert.id),
      sequence: alert.version,
      module: 'tidemark',
      dataset: 'tidemark.alert',
      provider: identity.provider,
      severity: SEVERITY[alert.severity],
      risk_score: alert.score,
      reason: keyword(advice(recommendation)),
      created: alert.raisedAt,
      start: alert.firstAt,
      end: alert.lastAt,
    },
    rule: {
      id: keyword(alert.detectors.join(',')),
      name: keyword(alert.title),
      category: alert.kinds.join(','),
    },
    observer: { vendor: 'Tidemark', product: 'Tidemark', type: 'behavioural-detection' },
    organization: { id: alert.tenant },
    user: { id: keyword(identity.id), name },
    entity: {
      id: keyword(identity.id),
      name,
      sub_type: identity.kind,
      source: identity.provider,
      ...(entityType === undefined ? {} : { type: [entityType] }),
    },
    cloud: {
      provider: identity.provider,
      ...(identity.account === undefined ? {} : { account: { id: identity.account } }),
    },
    related: { user: [...new Set([keyword(identity.id), name])], ...(ip === undefined ? {} : { ip: [ip] }) },
    ...(Object.keys(source).length === 0 ? {} : { source }),
    ...(userAgent === undefined ? {} : { user_agent: { original: keyword(userAgent) } }),
    ...(parents.length === 0
      ? {}
      : {
          threat: {
            framework: 'MITRE ATT&CK',
            technique: { id: parents, ...(children.length === 0 ? {} : { subtechnique: { id: children } }) },
          },
        }),
  };
}

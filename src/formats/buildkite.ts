/** Reads what Buildkite puts on an event bus: its audit log, and agents that connect with a token. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  objectIn,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Buildkite Docs, "Amazon EventBridge" (Audit Event Logged, Agent Connected, version 1 of `detail`) and REST API, "Audit events",
// as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** `2026-03-01 10:15:30 UTC`. */
const timeOf = (value: unknown) => instantOf(textAt(value)?.replace(/ UTC$/, 'Z'), true);
const slugOf = (detail: Fields) => firstText(objectAt(detail.organization)?.slug, objectAt(detail.organization)?.uuid);

type Told = Omit<Activity, 'tenant' | 'at'> & { readonly at: string | undefined };

/** Keys, tokens, secrets, members and rules: who may do what. */
const GOVERNS =
  /TOKEN|SECRET|TEAM|MEMBER|INVITATION|SSO|PERMISSION|CLUSTER|RULE|AUTHORIZATION|PASSWORD|TWO_FACTOR|ORGANIZATION|USER|SUSPENSION/;

function accessOf(type: string): Access {
  if (/(?:LOGGED_IN|LOGIN|AUTHENTICAT)/.test(type)) return 'authenticate';
  if (/_(?:READ|ACCESSED|VIEWED|RETRIEVED)$/.test(type)) return 'read';
  if (GOVERNS.test(type)) return 'admin';
  if (/_(?:BUILD|JOB).*(?:CREATED|STARTED)|^(?:BUILD|JOB)_/.test(type)) return 'execute';
  const access = accessOfName(type.toLowerCase().replace(/e?d$/, ''));
  return access === 'unknown' ? 'write' : access;
}

/** An act of the audit log. The context is JSON in a text. */
function ofAudit(detail: Fields, event: Fields, context: ReadContext): Told | string {
  const actor = objectAt(detail.actor);
  const id = textAt(actor?.uuid);
  if (id === undefined || isNobody(id)) return 'actor names nobody';
  const type = context.scrub(textAt(event.type) ?? '');
  if (type === '') return 'event.type names no act';
  const said = (textAt(actor?.type) ?? 'user').toLowerCase();
  const request = objectIn(event.context) ?? {};
  const subject = firstText(event.subject_uuid, event.subject_name);
  const subjectType = textAt(event.subject_type);
  const session = textAt(request.session_key);
  const made = /(?:API_ACCESS_TOKEN|AGENT_TOKEN|CLUSTER_TOKEN|REGISTRY_TOKEN)_CREATED$/.test(type);
  return {
    id: `buildkite:${textAt(event.uuid) ?? context.hashOf(detail)}`,
    at: timeOf(event.occurred_at),
    identity: {
      id,
      kind: said === 'user' ? 'human' : said === 'agent' ? 'workload' : 'unknown',
      provider: 'buildkite',
      ...given({ name: textAt(actor?.name), account: slugOf(detail) }),
    },
    ...(session !== undefined && {
      actor: { id: context.fingerprint(context.tenant, 'session', session), kind: 'session' },
    }),
    action: { name: type, service: 'buildkite', access: accessOf(type) },
    ...(subject !== undefined && { resource: { id: subject, ...given({ type: subjectType }) } }),
    ...(made && subject !== undefined && { change: { kind: 'credential' as const, credential: subject } }),
    source: given({ ip: textAt(request.request_ip), userAgent: textAt(request.request_user_agent) }),
    outcome: 'success',
  };
}

/** An event of the REST API as the bus tells it: there the act is `ClusterTokenCreatedEvent`, here `CLUSTER_TOKEN_CREATED`. */
function asOnTheBus(event: Fields): Fields {
  const subject = objectAt(event.subject);
  const type = textAt(event.type)
    ?.replace(/Event$/, '')
    .replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_');
  return {
    actor: event.actor,
    // The organisation stands in the address alone.
    organization: { slug: /\/organizations\/([^/]+)\//.exec(textAt(event.url) ?? '')?.[1] },
    event: {
      uuid: event.uuid,
      occurred_at: event.occurred_at,
      type: type?.toUpperCase(),
      subject_type: subject?.type,
      subject_uuid: subject?.uuid,
      subject_name: subject?.name,
      context: event.context,
    },
  };
}

/** True for an audit event as the REST API gives it. */
const isOfApi = (record: Fields | undefined) =>
  /^[A-Z]\w+Event$/.test(textAt(record?.type) ?? '') &&
  typeof record?.occurred_at === 'string' &&
  objectAt(record.actor) !== undefined &&
  objectAt(record.subject) !== undefined &&
  record.graphql_id !== undefined;

/** An agent that connects: the token is who, for agents come and go. */
function ofAgent(detail: Fields, agent: Fields, context: ReadContext): Told | string {
  if (agent.connection_state !== 'connected') return 'the end of a connection of an agent: it was read when it began';
  const token = objectAt(detail.token);
  const id = textAt(token?.uuid);
  if (id === undefined) return 'token names nobody';
  const name = textAt(agent.name);
  return {
    id: `buildkite:${firstText(agent.uuid) ?? context.hashOf(detail)}:connected`,
    at: timeOf(agent.connected_at),
    identity: {
      id,
      kind: 'api-key',
      provider: 'buildkite',
      ...given({ name: textAt(token?.description), account: slugOf(detail) }),
    },
    credential: { id, kind: 'other', longLived: true, ...given({ issuedAt: timeOf(token?.created_at) }) },
    ...(name !== undefined && { actor: { id: name, kind: 'agent', ...given({ version: textAt(agent.version) }) } }),
    action: { name: 'agent.connect', service: 'buildkite', access: 'authenticate' },
    source: given({ ip: textAt(agent.ip_address), workload: textAt(agent.hostname) }),
    outcome: 'success',
  };
}

export const format: Format = {
  id: 'buildkite',
  about: {
    title: 'Buildkite',
    source:
      'The details of "Audit Event Logged" and "Agent Connected" as Amazon EventBridge brings them, and audit events of the REST API; other events are skipped.',
  },
  recognises(raw) {
    const detail = objectAt(raw);
    if (isOfApi(detail)) return true;
    if (objectAt(detail?.organization)?.graphql_id === undefined || detail?.version !== 1) return false;
    return [detail.event, detail.agent, detail.build, detail.job, detail.pipeline].some(
      (one) => objectAt(one) !== undefined,
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const detail = isOfApi(record) ? asOnTheBus(record) : record;
    const event = objectAt(detail.event);
    const agent = objectAt(detail.agent);
    if (event === undefined && agent === undefined)
      return skip('news of a build, not an act that somebody is named for');
    const told = event === undefined ? ofAgent(detail, agent!, context) : ofAudit(detail, event, context);
    if (typeof told === 'string') return skip(told);
    const { at } = told;
    if (at === undefined) return dead('event.occurred_at or agent.connected_at: expected a time');
    return { status: 'read', activities: [{ ...told, at, tenant: context.tenant }] };
  },
};

/** Reads the audit events of CrowdStrike's Event Streams: who signs in to Falcon, what API clients ask for, and what these and people change. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  listAt,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Falcon Event Streams, AuthActivityAuditEvent and UserActivityAuditEvent, as panther-labs/panther-analysis daa10c8, the parsers of
// ExabeamLabs and the samples of axoflow show them; APIActivityAuditEvent as the samples of elastic/integrations 698739b and SEKOIA-IO/intake-formats
// b8f64fe do, November 2026. An API client that changes something is taken to be named as CrowdStrike's own PSFalcon module names it to the API; no
// record at hand shows one.

type Fields = Readonly<Record<string, unknown>>;

const AUDIT = /^(?:Auth|User)ActivityAuditEvent$/;
const API_CLIENT = /^api-client-id:(?=.)/i;
const SIGNS_IN = /authenticat|saml2?assert|log(?:in|out)|^oauth2?/i;
/** Who may do what in Falcon, by which keys and from where, and what its sensors do. */
const GOVERNS =
  /user|role|api.?client|allowlist|password|secret|sso|saml|mfa|two.?factor|policy|exclusion|ioa|ioc|sensor|quarantine|host.?group/i;
/** What an act names itself as its target, the stablest first. */
const THINGS: readonly (readonly [string, string])[] = [
  ['APIClientID', 'api-client'],
  ['target_name', 'user'],
  ['allowlist_group_id', 'allowlist'],
  ['policy_id', 'policy'],
  ['policy_name', 'policy'],
  ['group_id', 'host-group'],
  ['exclusion_id', 'exclusion'],
  ['indicator_id', 'indicator'],
  ['detection_id', 'detection'],
  ['device_id', 'host'],
  ['hostname', 'host'],
  ['quarantined_file_id', 'file'],
  ['id', 'thing'],
];

/** Keys and values as the stream lists them. */
function valuesOf(event: Fields): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const item of [...listAt(event.AuditKeyValues), ...listAt(event.Attributes)]) {
    const pair = objectAt(item);
    const [key, value] = [textAt(pair?.Key), textAt(pair?.ValueString)];
    if (key !== undefined && value !== undefined && !found.has(key)) found.set(key, value);
  }
  const plain = objectAt(event.Attributes) ?? {};
  for (const key of Object.keys(plain)) {
    const value = textAt(plain[key]);
    if (value !== undefined && !found.has(key)) found.set(key, value);
  }
  return found;
}

function whoOf(event: Fields, account: string | undefined, context: ReadContext): Activity['identity'] | undefined {
  const told = context.scrub(textAt(event.UserId) ?? '');
  const id = told.replace(API_CLIENT, '');
  if (id === '' || isNobody(id)) return undefined;
  const kind = API_CLIENT.test(told) ? 'oauth-app' : id.includes('@') ? 'human' : 'unknown';
  return { id, kind, provider: 'crowdstrike', ...given({ account }) };
}

function accessOf(action: string, service: string): Access {
  if (SIGNS_IN.test(action)) return 'authenticate';
  const access = accessOfName(action);
  if (access === 'read' || access === 'execute') return access;
  return GOVERNS.test(`${action} ${service}`) ? 'admin' : access === 'unknown' ? 'write' : access;
}

const listed = (text: string | undefined) => text?.split(',').flatMap((one) => textAt(one.trim()) ?? []);

function changeOf(action: string, values: ReadonlyMap<string, string>): Activity['change'] {
  const client = values.get('APIClientID');
  if (/^create.?api.?client/i.test(action))
    return { kind: 'identity', ...given({ identity: client, rights: listed(values.get('scope(s)')) }) };
  if (/^(?:reset|update|rotate).?api.?client.*secret/i.test(action))
    return { kind: 'credential', ...given({ identity: client }) };
  const identity = values.get('target_name');
  if (/^create.?user$/i.test(action)) return { kind: 'identity', ...given({ identity }) };
  if (/^grant.?user.?roles?$/i.test(action))
    return { kind: 'right', ...given({ identity, rights: listed(values.get('roles')) }) };
  return undefined;
}

function readAudit(metadata: Fields, event: Fields, context: ReadContext): Reading {
  const told = firstText(event.UTCTimestamp, metadata.eventCreationTime);
  const at = instantOf(told, true) ?? instantOfEpoch(event.UTCTimestamp) ?? instantOfEpoch(metadata.eventCreationTime);
  if (at === undefined) return dead('event.UTCTimestamp: expected a time');
  const action = context.scrub(textAt(event.OperationName) ?? '');
  if (action === '') return dead('event.OperationName: expected a non-empty string');
  const account = textAt(metadata.customerIDString);
  const identity = whoOf(event, account, context);
  if (identity === undefined) return skip('event.UserId names nobody');
  const values = valuesOf(event);
  const thing = THINGS.find(([key]) => values.has(key));
  const access = accessOf(action, textAt(event.ServiceName) ?? '');
  const failed = access === 'authenticate' ? 'denied' : 'failed';
  // Several feeds of one customer count their offsets each by itself.
  const place = [account, metadata.offset, at].map((part) => String(part ?? '')).join(':');
  return {
    status: 'read',
    activities: [
      {
        id: `crowdstrike:${place}`,
        at,
        tenant: context.tenant,
        identity,
        action: { name: action, service: 'crowdstrike', access },
        source: given({ ip: textAt(event.UserIp) }),
        outcome: event.Success === false || event.Success === 'false' ? failed : 'success',
        ...(thing !== undefined && { resource: { id: context.scrub(values.get(thing[0])!), type: thing[1] } }),
        ...given({ change: changeOf(action, values) }),
      },
    ],
  };
}

/** What is asked for by POST and changes nothing: searches, sums, and things by a list of their ids. */
const ASKS = /\/(?:queries|aggregates|combined|GET)\/|\/entities\/(?:devices|alerts)\/v\d+$/;
const RUNS = /^\/real-time-response\/.*command/;

function accessOfRequest(method: string, path: string): Access {
  if (path.startsWith('/oauth2/')) return 'authenticate';
  if (/^(?:GET|HEAD|OPTIONS)$/.test(method) || (method === 'POST' && ASKS.test(path))) return 'read';
  if (RUNS.test(path)) return 'execute';
  return GOVERNS.test(path) ? 'admin' : 'write';
}

/** A request to Falcon's API: the client is who asks, whoever it was given to. */
function readRequest(metadata: Fields, event: Fields, context: ReadContext): Reading {
  const values = valuesOf(event);
  const told = instantOf(values.get('received_time'));
  const at = told ?? instantOfEpoch(event.UTCTimestamp) ?? instantOfEpoch(metadata.eventCreationTime);
  if (at === undefined) return dead('event.UTCTimestamp: expected a time');
  const client = context.scrub(values.get('APIClientID') ?? '');
  if (client === '' || isNobody(client)) return skip('APIClientID names nobody');
  const method = context.scrub(values.get('request_method') ?? '').toUpperCase();
  const path = context.scrub(values.get('request_path') ?? '').split('?')[0]!;
  if (method === '' || path === '') return dead('request_method and request_path: expected non-empty strings');
  const template = path.replace(
    /(?<=\/)(?:\d+|[0-9a-f]{32,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=\/|$)/gi,
    '{id}',
  );
  const account = textAt(metadata.customerIDString);
  const user = context.scrub(textAt(event.UserId) ?? '').replace(API_CLIENT, '');
  const status = values.get('status_code');
  const scopes = listed(values.get('scopes'));
  return {
    status: 'read',
    activities: [
      {
        id: `crowdstrike:${[account, metadata.offset, at].map((part) => String(part ?? '')).join(':')}`,
        at,
        tenant: context.tenant,
        identity: { id: client, kind: 'oauth-app', provider: 'crowdstrike', ...given({ account }) },
        ...(user !== '' && user !== client && !isNobody(user) && { onBehalfOf: [{ id: user, kind: 'principal' }] }),
        action: { name: `${method} ${template}`, service: 'crowdstrike', access: accessOfRequest(method, path) },
        resource: { id: path, type: 'path' },
        source: given({
          ip: firstText(event.UserIp, event.SourceIp, values.get('user_ip')),
          userAgent: values.get('user_agent'),
        }),
        ...(status === undefined
          ? { outcome: event.Success === false ? ('failed' as const) : ('success' as const) }
          : outcomeOfHttp(status)),
        ...(scopes !== undefined && scopes.length > 0 && { scopes }),
      },
    ],
  };
}

export const format: Format = {
  id: 'crowdstrike-audit',
  about: {
    title: 'CrowdStrike Falcon audit events',
    source:
      'Audit events of Falcon Event Streams. Detections and what sensors see are skipped: they are no acts of an identity.',
  },
  recognises(raw) {
    const metadata = objectAt(objectAt(raw)?.metadata);
    return typeof metadata?.customerIDString === 'string' && typeof metadata.eventType === 'string';
  },
  read(raw, context) {
    const record = objectAt(raw);
    const metadata = objectAt(record?.metadata);
    if (metadata === undefined) return dead('metadata: expected an object');
    const type = textAt(metadata.eventType) ?? '';
    const isRequest = type === 'APIActivityAuditEvent';
    if (!isRequest && !AUDIT.test(type)) return skip('no audit event');
    const event = objectAt(record?.event);
    if (event === undefined) return dead('event: expected an object');
    return isRequest ? readRequest(metadata, event, context) : readAudit(metadata, event, context);
  },
};

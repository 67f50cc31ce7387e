/** Reads the logs of the JFrog Platform: requests to Artifactory, what it let and refused, and changes of users, tokens and permissions. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: JFrog help, "Access Log", "Request Log" and "Audit Trail Log" of Artifactory 7, and the records of JFrog Cloud log streaming as
// DataDog/integrations-extras 57e9d59 shows them; as of November 2026.

type Fields = Readonly<Record<string, unknown>>;
type Kind = 'request' | 'access' | 'audit' | 'token';

const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3}Z?`;
const ACCESS_LINE = new RegExp(
  String.raw`^(${TIME}) \[([0-9a-f]+) *\] \[((?:ACCEPTED|DENIED) [A-Z ]+)\] (?:(\S+:\S*) )?(?:(.*?) )?for (?:client : )?([^/\s]+) ?\/ ?([0-9a-fA-F.:]+?)(?:\.?| \[?(\w+)\]?\.?)$`,
);
const PIPES = new RegExp(String.raw`^${TIME}\|[0-9a-f]+\|`);
const REQUEST = [
  'log_timestamp',
  'trace_id',
  'ip_address',
  'user_name',
  'request_method',
  'request_url',
  'return_status',
  'request_content_length',
  'response_content_length',
  'request_duration',
  'request_user_agent',
];
const AUDIT = [
  'log_timestamp',
  'trace_id',
  'ip_address',
  'user_name',
  'logged_principal',
  'entity_name',
  'event_type',
  'event',
  'data_changed',
];
const ENTITIES: Readonly<Record<string, string>> = {
  USR: 'user',
  GRP: 'group',
  PRM: 'permission',
  TKN: 'token',
  CFG: 'configuration',
};
const EVENTS: Readonly<Record<string, string>> = { C: 'create', U: 'update', D: 'delete' };

/** The record of a line of one of the three logs. */
function ofLine(text: string): Fields | undefined {
  const access = ACCESS_LINE.exec(text);
  if (access !== null) {
    const [, time, trace, action, path, message, user, ip, type] = access;
    return {
      log_type: 'artifactory-access',
      ...given({
        log_timestamp: time!.replace(',', '.'),
        trace_id: trace,
        action_response: action,
        repository_path: path,
        message,
        user_name: user,
        ip_address: ip,
        type,
      }),
    };
  }
  if (!PIPES.test(text)) return undefined;
  const values = text.split('|');
  const isRequest = /^[A-Z]+$/.test(values[4] ?? '') && /^\d{3}$/.test(values[6] ?? '');
  if (!isRequest && !(EVENTS[values[6] ?? ''] !== undefined && values.length >= 9)) return undefined;
  const names = isRequest ? REQUEST : AUDIT;
  // The last one of an audit is JSON, in which the same sign may stand.
  const told = isRequest ? values : [...values.slice(0, 8), values.slice(8).join('|')];
  return {
    log_type: isRequest ? 'artifactory-request' : 'access-security-audit',
    ...Object.fromEntries(names.map((name, at) => [name, told[at] ?? ''])),
  };
}

/** What cloud log streaming wraps. */
const inside = (record: Fields): Fields => objectAt(record.message) ?? record;

function kindOf(entry: Fields): Kind | undefined {
  if (timeOf(entry) === undefined) return undefined;
  if (textAt(entry.action_response) !== undefined) return 'access';
  // Other products log a method and a status too: Artifactory's own names stand beside them.
  if (textAt(entry.request_method) !== undefined && 'request_url' in entry && 'return_status' in entry)
    return 'request';
  if (textAt(entry.event_type) !== undefined && 'logged_principal' in entry) return 'audit';
  return textAt(entry.token_id) !== undefined && textAt(entry.event) !== undefined && 'subject' in entry
    ? 'token'
    : undefined;
}

const timeOf = (entry: Fields) => firstText(entry.log_timestamp, entry['@timestamp'], entry.timestamp);

/** A record of the platform's own that says where it is from: of services, routers, and what Artifactory asks of others. */
const isOwn = (record: Fields) =>
  /^jfrog\.(?:saas\.|rt\.|xray\.)/.test(firstText(record.log_source, record.service) ?? '');

/** Services of the platform call each other by such names. */
const SERVICE = /^jf[a-z]+@[0-9a-z]{20,}$/;

function whoOf(entry: Fields, account: string | undefined): Activity['identity'] | undefined {
  const id = firstText(entry.user_name, entry.username)
    ?.trim()
    .replace(/^token:/, '');
  if (id === undefined || isNobody(id) || id === 'non_authenticated_user') return undefined;
  const kind = SERVICE.test(id) ? 'provider-service' : id.includes('@') ? 'human' : 'unknown';
  return { id, kind, provider: 'jfrog', ...given({ account }) };
}

type Act = Pick<Activity, 'action' | 'outcome'> &
  Partial<Pick<Activity, 'resource' | 'errorCode' | 'change' | 'amount'>>;

const act = (name: string, access: Access): Activity['action'] => ({ name, service: 'artifactory', access });

const ACCESS_OF: Readonly<Record<string, Access>> = {
  DOWNLOAD: 'read',
  SEARCH: 'read',
  BROWSE: 'read',
  DEPLOY: 'write',
  UPLOAD: 'write',
  DELETE: 'write',
  LOGIN: 'authenticate',
  LOGOFF: 'authenticate',
};

function ofAccess(entry: Fields, context: ReadContext): Act {
  const [, answer = '', what = ''] = /^(\w+) (.+)$/.exec(context.scrub(textAt(entry.action_response) ?? '')) ?? [];
  const path = firstText(entry.repository_path, entry.repo_path)?.trim() || undefined;
  return {
    action: act(what, ACCESS_OF[what.split(' ')[0]!] ?? 'write'),
    outcome: answer === 'DENIED' ? 'denied' : 'success',
    ...(path !== undefined && { resource: { id: path, type: 'artifact' } }),
  };
}

/** Paths of the platform's own interface by which rights and secrets are given. */
const GOVERNS = /\/api\/(?:v\d\/)?(?:security|tokens?|users|groups|permissions|system\/configuration|config)\b/;

function ofRequest(entry: Fields, context: ReadContext): Act {
  const method = context.scrub(textAt(entry.request_method) ?? '').toUpperCase();
  const path = context.scrub(textAt(entry.request_url) ?? '').split('?')[0]!;
  const isRead = /^(?:GET|HEAD|OPTIONS|PROPFIND)$/.test(method);
  const bytes = Number(isRead ? entry.response_content_length : entry.request_content_length);
  return {
    action: act(`request:${method}`, isRead ? 'read' : GOVERNS.test(path) ? 'admin' : 'write'),
    ...outcomeOfHttp(entry.return_status),
    ...(path !== '' && { resource: { id: path, type: 'path' } }),
    ...(bytes > 0 && Number.isSafeInteger(bytes) && { amount: { bytes } }),
  };
}

function ofAudit(entry: Fields, context: ReadContext): Act {
  const event = context.scrub(textAt(entry.event) ?? '');
  const type = context.scrub(textAt(entry.event_type) ?? '');
  const what = ENTITIES[event] ?? event;
  const name = textAt(entry.entity_name);
  return {
    action: act(`${what}.${EVENTS[type] ?? type}`, 'admin'),
    outcome: 'success',
    ...(name !== undefined && { resource: { id: name, type: what } }),
  };
}

/** The life of an access token: for whom it is, and that it was made or revoked. */
function ofToken(entry: Fields, context: ReadContext): Act {
  const event = context.scrub(textAt(entry.event) ?? '');
  const subject = textAt(entry.subject);
  return {
    action: act(`token.${event}`, 'admin'),
    outcome: 'success',
    ...(subject !== undefined && { resource: { id: subject, type: 'token' } }),
    ...(event === 'created' && {
      change: { kind: 'credential' as const, ...given({ identity: subject, credential: textAt(entry.token_id) }) },
    }),
  };
}

const READERS = { access: ofAccess, request: ofRequest, audit: ofAudit, token: ofToken } as const;

export const format: Format = {
  id: 'jfrog',
  about: {
    title: 'JFrog Artifactory',
    source:
      'Lines of artifactory-access.log, artifactory-request.log and access-security-audit.log, or the records that JFrog Cloud log streaming sends.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return record !== undefined && (kindOf(inside(record)) !== undefined || isOwn(record));
  },
  fromText: ofLine,
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const entry = inside(record);
    const kind = kindOf(entry);
    if (kind === undefined && isOwn(record)) return skip("a line of the platform's own services, not an act");
    if (kind === undefined) return dead('action_response, request_method or event_type: expected one of them');
    const at = instantOf(timeOf(entry), true);
    if (at === undefined) return dead('log_timestamp: expected a time');
    const identity = whoOf(entry, firstText(record.tenant_id, record.instance_name, record.cluster));
    if (identity === undefined) return skip('user_name names nobody');
    const ip = firstText(entry.ip_address, entry.remote_address, entry.user_ip, entry.ip)?.trim();
    const done = READERS[kind](entry, context);
    if (done.action.name === '') return dead('action_response: expected a response and an action');
    return {
      status: 'read',
      activities: [
        {
          id: `jfrog:${kind}:${textAt(entry.trace_id) ?? ''}:${context.hashOf(entry)}`,
          at,
          tenant: context.tenant,
          identity,
          source: given({
            ip: ip === undefined || isNobody(ip) ? undefined : ip,
            userAgent: textAt(entry.request_user_agent),
          }),
          ...done,
        },
      ],
    };
  },
};

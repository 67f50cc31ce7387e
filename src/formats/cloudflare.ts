/** Reads Cloudflare's logs of acts: the audit log (versions 1 and 2), requests to Access, and runs of Workers. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfMs,
  isNobody,
  listAt,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: the Logpush datasets audit_logs, audit_logs_v2, access_requests and workers_trace_events, and /accounts/{id}/audit_logs and
// /accounts/{id}/logs/audit of the API, as of November 2026 (developers.cloudflare.com/logs/logpush/logpush-job/datasets/account).

type Fields = Readonly<Record<string, unknown>>;

/** An entry of the audit log, whichever way it came. */
interface Entry {
  readonly id: string | undefined;
  readonly at: unknown;
  readonly account: string | undefined;
  readonly actor: {
    readonly id: string | undefined;
    readonly email: string | undefined;
    readonly ip: string | undefined;
    readonly type: string;
    readonly context: string;
    readonly token: string | undefined;
    readonly tokenName: string | undefined;
  };
  readonly action: string;
  readonly result: unknown;
  readonly resource: { readonly id: string | undefined; readonly type: string; readonly product: string };
  readonly raw: Fields;
}

const isLogpush1 = (record: Fields) =>
  typeof record.ActionType === 'string' && 'ActorType' in record && 'ResourceType' in record && 'When' in record;
const isLogpush2 = (record: Fields) =>
  typeof record.ActionType === 'string' && 'ActorType' in record && 'ActionTimestamp' in record;
const isApi1 = (record: Fields) =>
  objectAt(record.action) !== undefined &&
  objectAt(record.actor) !== undefined &&
  typeof record.when === 'string' &&
  'resource' in record;
const isApi2 = (record: Fields) => {
  const action = objectAt(record.action);
  const actor = objectAt(record.actor);
  return (
    typeof action?.time === 'string' && typeof action.type === 'string' && actor !== undefined && 'context' in actor
  );
};
const isAccess = (record: Fields) =>
  typeof record.Allowed === 'boolean' && typeof record.Action === 'string' && 'AppUUID' in record;
const isWorker = (record: Fields) =>
  typeof record.ScriptName === 'string' && typeof record.EventType === 'string' && 'EventTimestampMs' in record;

/** Requests, firewall events, and what devices ask of a gateway: datasets that pass through, of whoever. */
const isTraffic = (record: Fields) =>
  ('EdgeStartTimestamp' in record && 'ClientRequestHost' in record) ||
  ('RayID' in record && 'ClientIP' in record && 'RuleID' in record) ||
  ('PolicyID' in record && 'DeviceID' in record && ('HTTPHost' in record || 'QueryName' in record || 'SNI' in record));

function ofLogpush(record: Fields): Entry {
  const raw = objectAt(record.Raw) ?? {};
  const token = objectAt(record.ActorTokenDetails);
  return {
    id: firstText(record.AuditLogID, record.ID),
    at: record.ActionTimestamp ?? record.When,
    account: firstText(record.AccountID, objectAt(record.Metadata)?.account_id),
    actor: {
      id: textAt(record.ActorID),
      email: textAt(record.ActorEmail),
      ip: firstText(record.ActorIPAddress, record.ActorIP),
      type: textAt(record.ActorType) ?? '',
      context: firstText(record.ActorContext, record.Interface) ?? '',
      token: firstText(token?.id, token?.token_id, token?.ID, token?.TokenID),
      tokenName: firstText(token?.name, token?.token_name, token?.Name, token?.TokenName),
    },
    action: textAt(record.ActionType) ?? '',
    result: record.ActionResult,
    resource: {
      id: textAt(record.ResourceID),
      type: textAt(record.ResourceType) ?? '',
      product: textAt(record.ResourceProduct) ?? '',
    },
    raw,
  };
}

function ofApi(record: Fields): Entry {
  const action = objectAt(record.action);
  const actor = objectAt(record.actor);
  const resource = objectAt(record.resource);
  return {
    id: textAt(record.id),
    at: action?.time ?? record.when,
    account: firstText(objectAt(record.account)?.id, objectAt(record.metadata)?.account_id),
    actor: {
      id: textAt(actor?.id),
      email: textAt(actor?.email),
      ip: firstText(actor?.ip_address, actor?.ip),
      type: textAt(actor?.type) ?? '',
      context: firstText(actor?.context, record.interface) ?? '',
      token: textAt(actor?.token_id),
      tokenName: textAt(actor?.token_name),
    },
    action: textAt(action?.type) ?? '',
    result: action?.result,
    resource: {
      id: textAt(resource?.id),
      type: textAt(resource?.type) ?? '',
      product: textAt(resource?.product) ?? '',
    },
    raw: objectAt(record.raw) ?? {},
  };
}

/** Logpush writes times as RFC 3339, or as seconds, milliseconds or nanoseconds since the epoch, as numbers or text. */
function timeOf(value: unknown): string | undefined {
  const number =
    typeof value === 'number' ? value : /^\d{10,19}$/.test(textAt(value) ?? '') ? Number(value) : undefined;
  if (number === undefined) return instantOf(value);
  return instantOfMs(
    number >= 1e17 ? number / 1e6 : number >= 1e14 ? number / 1e3 : number >= 1e11 ? number : number * 1e3,
  );
}

type Who = Pick<Activity, 'identity' | 'onBehalfOf'>;

/**
 * A token of the API is an identity of its own: its id stays when its secret is rolled, and it acts for the person who made it.
 * What Cloudflare does by itself is Cloudflare's.
 */
function whoOf({ actor, account }: Entry): Who | undefined {
  const home = given({ account });
  if (/^(?:system|cloudflare|cloudflare_admin|admin)$/i.test(actor.type))
    return {
      identity: {
        id: `cloudflare-${actor.type.toLowerCase()}`,
        kind: 'provider-service',
        provider: 'cloudflare',
        ...home,
      },
    };
  const person = firstText(actor.id, actor.email);
  const named = person !== undefined && !isNobody(person);
  if (actor.token !== undefined && !isNobody(actor.token))
    return {
      identity: {
        id: actor.token,
        kind: 'api-key',
        provider: 'cloudflare',
        ...given({ name: actor.tokenName }),
        ...home,
      },
      ...(named && {
        onBehalfOf: [{ id: actor.email ?? person, kind: actor.type === 'account' ? 'account' : 'human' }],
      }),
    };
  if (!named) return undefined;
  return {
    identity: {
      id: person,
      kind: actor.type === 'account' ? 'service-account' : 'human',
      provider: 'cloudflare',
      ...given({ name: actor.email }),
      ...home,
    },
  };
}

const GOVERNS =
  /token|member|role|permission|api_?key|access|polic|sso|origin_ca|audit|logpush|account_setting|user|idp/i;

function accessOf(action: string, kind: string): Access {
  if (/^(?:login|logout|2fa|sign)/i.test(action)) return 'authenticate';
  if (/^(?:view|read|list|get)/i.test(action)) return 'read';
  if (GOVERNS.test(`${action} ${kind}`)) return 'admin';
  const access = accessOfName(action);
  return access === 'unknown' || access === 'read' ? 'write' : access;
}

function outcomeOf(entry: Entry, access: Access): Pick<Activity, 'outcome' | 'errorCode'> {
  const { result } = entry;
  const byStatus = outcomeOfHttp(entry.raw.status_code ?? entry.raw.StatusCode);
  if (byStatus.outcome !== 'success') return byStatus;
  if (result !== false && !/^(?:false|fail)/i.test(textAt(result) ?? '')) return { outcome: 'success' };
  return { outcome: access === 'authenticate' ? 'denied' : 'failed' };
}

function ofAudit(record: Fields, entry: Entry, context: ReadContext): Reading {
  const at = timeOf(entry.at);
  if (at === undefined) return dead('When, ActionTimestamp: expected a time');
  const action = context.scrub(entry.action);
  if (action === '') return dead('ActionType: expected a non-empty string');
  const who = whoOf(entry);
  if (who === undefined) return skip('the actor names nobody');
  const product = context.scrub(entry.resource.product);
  const type = context.scrub(entry.resource.type);
  const isSecond = product !== '' || 'ActionTimestamp' in record || objectAt(record.action)?.time !== undefined;
  // Version 2 says only `create`: what was created is part of the act.
  const name = isSecond ? [product, type, action].filter((part) => part !== '').join('.') : action;
  const access = accessOf(action, `${product} ${type}`);
  const path = context.scrub(firstText(entry.raw.uri, entry.raw.URI) ?? '').split('?')[0]!;
  const target = entry.resource.id ?? textAt(path);
  return {
    status: 'read',
    activities: [
      {
        id: `cloudflare:${entry.id ?? context.hashOf(record)}`,
        at,
        tenant: context.tenant,
        ...who,
        action: { name, service: product === '' ? 'cloudflare' : product, access },
        source: given({ ip: entry.actor.ip, userAgent: firstText(entry.raw.user_agent, entry.raw.UserAgent) }),
        ...outcomeOf(entry, access),
        ...(target !== undefined && {
          resource: { id: target, ...given({ type: textAt(type), account: entry.account }) },
        }),
      },
    ],
  };
}

/** Logpush writes the code of a country in lower case. Only a code is changed: a longer text may hold what has to be found first. */
function countryOf(value: unknown): string | undefined {
  const country = textAt(value);
  return country !== undefined && country.length === 2 ? country.toUpperCase() : country;
}

/** A login of a person, or of a machine by a service token, whose name is its client id: `3c9d....access`. */
function ofAccess(record: Fields, context: ReadContext): Reading {
  const at = timeOf(record.CreatedAt);
  if (at === undefined) return dead('CreatedAt: expected a time');
  const email = textAt(record.Email);
  const token = firstText(
    record.ServiceTokenClientID,
    record.ServiceTokenID,
    email?.endsWith('.access') ? email : undefined,
  );
  const person = firstText(record.UserUID, email);
  const id = token ?? person;
  if (id === undefined || isNobody(id)) return skip('the request names nobody');
  const app = firstText(record.AppUUID, record.AppDomain);
  const ray = textAt(record.RayID);
  const action = context.scrub(textAt(record.Action) ?? '');
  return {
    status: 'read',
    activities: [
      {
        id: ray === undefined ? `cloudflare:${context.hashOf(record)}` : `cloudflare:access:${ray}:${action}`,
        at,
        tenant: context.tenant,
        identity: {
          id,
          kind: token === undefined ? 'human' : 'service-account',
          provider: 'cloudflare',
          ...given({ name: token === undefined ? email : undefined, account: textAt(record.AccountID) }),
        },
        action: { name: `access.${action}`, service: 'access', access: 'authenticate' },
        source: given({ ip: textAt(record.IPAddress), country: countryOf(record.Country) }),
        outcome: record.Allowed === true ? 'success' : 'denied',
        ...(app !== undefined && { resource: { id: app, type: 'access-app' } }),
      },
    ],
  };
}

/** A run of a Worker: the script is the workload. Where a request began it, its host and path are what it served. */
function ofWorker(record: Fields, context: ReadContext): Reading {
  const at = timeOf(record.EventTimestampMs);
  if (at === undefined) return dead('EventTimestampMs: expected a time');
  const script = textAt(record.ScriptName) ?? '';
  if (script === '' || isNobody(script)) return skip('ScriptName names nobody');
  const event = objectAt(record.Event);
  const request = objectAt(event?.Request) ?? objectAt(event?.request);
  const url = context.scrub(firstText(request?.URL, request?.url) ?? '').split(/[?#]/)[0]!;
  const outcome = context.scrub(textAt(record.Outcome) ?? 'ok');
  const ray = firstText(event?.RayID, event?.rayId);
  const version = textAt(objectAt(record.ScriptVersion)?.ID) ?? textAt(objectAt(record.ScriptVersion)?.id);
  const type = context.scrub(textAt(record.EventType) ?? '');
  const target = firstText(url, event?.Queue, event?.queue, event?.Cron, event?.cron);
  return {
    status: 'read',
    activities: [
      {
        id: ray === undefined ? `cloudflare:${context.hashOf(record)}` : `cloudflare:worker:${ray}:${script}:${type}`,
        at,
        tenant: context.tenant,
        identity: {
          id: [textAt(record.DispatchNamespace), script].filter((part) => part !== undefined).join('/'),
          kind: 'workload',
          provider: 'cloudflare',
          ...given({ account: textAt(record.AccountID) }),
        },
        ...(version !== undefined && { actor: { id: script, kind: 'worker', version } }),
        action: { name: `workers.${type}`, service: 'workers', access: 'execute' },
        source: {},
        ...(/^(?:ok|responseStreamDisconnected|canceled)$/i.test(outcome)
          ? { outcome: 'success' as const }
          : { outcome: 'failed' as const, errorCode: outcome }),
        ...(target !== undefined && { resource: { id: target, type: url === '' ? 'trigger' : 'url' } }),
      },
    ],
  };
}

export const format: Format = {
  id: 'cloudflare',
  about: {
    title: 'Cloudflare audit, Access and Workers',
    source:
      'The Logpush datasets audit_logs, audit_logs_v2, access_requests and workers_trace_events, or the audit logs of the API as the pages they come in. Datasets of traffic are skipped.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      (isLogpush1(record) ||
        isLogpush2(record) ||
        isApi1(record) ||
        isApi2(record) ||
        isAccess(record) ||
        isWorker(record) ||
        isTraffic(record))
    );
  },
  split(raw) {
    const page = objectAt(raw);
    const first = objectAt(listAt(page?.result)[0]);
    return typeof page?.success === 'boolean' && first !== undefined && (isApi1(first) || isApi2(first))
      ? listAt(page.result)
      : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    if (isTraffic(record)) return skip('traffic that passed through: it names no one who acts in the account');
    if (isWorker(record)) return ofWorker(record, context);
    if (isAccess(record)) return ofAccess(record, context);
    return ofAudit(record, typeof record.ActionType === 'string' ? ofLogpush(record) : ofApi(record), context);
  },
};

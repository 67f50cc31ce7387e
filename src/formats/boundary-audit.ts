/** Reads the audit events of HashiCorp Boundary: which user asks the controller for what, and which sessions to which targets are authorised. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: hashicorp/boundary 09e02c9, internal/event/event.go and event_audit.go (audit version v0.1), November 2026. The events come as
// CloudEvents, which are opened before.

type Fields = Readonly<Record<string, unknown>>;

/** What the API is about, its id, and the verb behind a colon: `/v1/targets/ttcp_1234567890:authorize-session`. */
const PATH = /^\/v\d+\/([a-z-]+)(?:\/([^/:?]+))?(?::([a-z-]+))?/;
const VERBS: Readonly<Record<string, readonly [of: string, ofAll: string]>> = {
  GET: ['read', 'list'],
  POST: ['create', 'create'],
  PATCH: ['update', 'update'],
  DELETE: ['delete', 'delete'],
};
const GOVERNS =
  /^(?:roles|users|groups|accounts|auth-methods|auth-tokens|credential|scopes|workers|managed-groups|policies)/;

interface Act {
  readonly name: string;
  readonly thing: string;
  readonly id: string | undefined;
  readonly verb: string;
}

function actOf(info: Fields, context: ReadContext): Act | undefined {
  const path = PATH.exec(context.scrub(textAt(info.path) ?? ''));
  if (path === null) return undefined;
  const [, thing = '', id, told] = path;
  const method = textAt(info.method) ?? '';
  const verb = told ?? VERBS[method]?.[id === undefined ? 1 : 0] ?? method.toLowerCase();
  return { name: `${thing}:${verb}`, thing, id, verb };
}

function accessOf({ thing, verb }: Act): Access {
  if (verb === 'authenticate') return 'authenticate';
  if (verb === 'authorize-session') return 'execute';
  if (verb === 'read' || verb === 'list' || verb.startsWith('read-')) return 'read';
  if (GOVERNS.test(thing)) return 'admin';
  const access = accessOfName(verb);
  return access === 'unknown' ? 'write' : access;
}

function changeOf({ thing, verb }: Act, asked: Fields, made: Fields): Activity['change'] {
  const textsOf = (value: unknown) => listAt(value).flatMap((one) => textAt(one) ?? []);
  if (thing === 'roles' && /^(?:add|set)-(?:principals|grants)$/.test(verb)) {
    const rights = textsOf(asked.grant_strings);
    const identity = textsOf(asked.principal_ids)[0];
    return { kind: 'right', ...given({ identity, rights: rights.length > 0 ? rights : undefined }) };
  }
  if (thing === 'users' && verb === 'create') return { kind: 'identity', ...given({ identity: textAt(made.id) }) };
  return thing === 'accounts' && /^(?:create|set-password|change-password)$/.test(verb)
    ? { kind: 'credential' }
    : undefined;
}

export const format: Format = {
  id: 'boundary-audit',
  about: {
    title: 'HashiCorp Boundary audit events',
    source: 'Events of type audit of a controller, as CloudEvents in JSON or what they hold.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record?.type === 'APIRequest' && typeof record.version === 'string' && objectAt(record.request_info) !== undefined
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.timestamp);
    if (at === undefined) return dead('timestamp: expected a time');
    const info = objectAt(record.request_info) ?? {};
    const act = actOf(info, context);
    if (act === undefined) return dead('request_info.path: expected a path of the API');
    const auth = objectAt(record.auth) ?? {};
    const user = objectAt(auth.user_info) ?? {};
    const id = context.scrub(textAt(user.id) ?? '');
    if (id === '' || id === 'u_anon' || isNobody(id)) return skip('auth.user_info names nobody');
    const mail = context.scrub(textAt(auth.email) ?? '');
    const token = textAt(auth.auth_token_id);
    const response = objectAt(record.response) ?? {};
    const asked = objectAt(objectAt(record.request)?.details) ?? {};
    const made = objectAt(objectAt(response.details)?.item) ?? {};
    const target = context.scrub(
      act.id ?? textAt(made.id) ?? textAt(objectAt(asked.item)?.scope_id) ?? textAt(asked.scope_id) ?? '',
    );
    const told = textAt(record.id);
    return {
      status: 'read',
      activities: [
        {
          id: told === undefined ? `boundary:${context.hashOf(record)}` : `boundary:${context.scrub(told)}`,
          at,
          tenant: context.tenant,
          // By default a mail address is redacted. The recovery workflow holds a key of a machine.
          identity: {
            id,
            kind: id === 'u_recovery' ? 'service-account' : mail.includes('@') ? 'human' : 'unknown',
            provider: 'boundary',
            ...(mail.includes('@') && { name: mail }),
          },
          ...(token !== undefined && { credential: { id: context.scrub(token), kind: 'session-token' as const } }),
          action: { name: act.name, service: 'boundary', access: accessOf(act) },
          ...(target !== '' && { resource: { id: target, type: act.thing } }),
          source: given({ ip: textAt(info.client_ip) }),
          ...outcomeOfHttp(response.status_code),
          ...given({ change: changeOf(act, asked, made) }),
        },
      ],
    };
  },
};

/** Reads Asana's audit log: what people, their tokens, connected apps and service accounts change and export. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Asana's API 1.0, AuditLogEvent (github.com/Asana/openapi and developers.asana.com/docs/audit-log-api), and records of
// panther-labs/panther-analysis daa10c8, November 2026.

type Fields = Readonly<Record<string, unknown>>;

const isEvent = (record: Fields | undefined) =>
  typeof record?.event_type === 'string' &&
  typeof record.event_category === 'string' &&
  objectAt(record.actor)?.actor_type !== undefined &&
  objectAt(record.context)?.context_type !== undefined;

type Who = Pick<Activity, 'identity' | 'onBehalfOf'>;

function whoOf(actor: Fields, used: Fields, context: ReadContext): Who | undefined {
  const id = context.scrub(firstText(actor.gid, actor.email, actor.name) ?? '');
  const type = textAt(actor.actor_type) ?? '';
  if (type.startsWith('asana')) return { identity: { id: type, kind: 'provider-service', provider: 'asana' } };
  if (id === '' || isNobody(id) || type === 'anonymous') return undefined;
  const name = context.scrub(firstText(actor.email, actor.name) ?? '');
  const how = textAt(used.api_authentication_method);
  const app = context.scrub(textAt(used.oauth_app_name) ?? '');
  if (app !== '')
    return {
      identity: { id: app, kind: 'oauth-app', provider: 'asana' },
      onBehalfOf: [{ id, kind: 'principal' }],
    };
  const kind = how === 'service_account' ? 'service-account' : 'human';
  return { identity: { id, kind, provider: 'asana', ...given({ name: textAt(name) }) } };
}

const ADMIN = new Set(['roles', 'admin_settings', 'access_control', 'apps', 'user_updates', 'admin_exports']);

function accessOf(event: string, category: string): Access {
  if (category === 'logins' || /_log(?:ged|in|out)_?/.test(event)) return 'authenticate';
  if (ADMIN.has(category)) return 'admin';
  if (/export|downloaded|viewed/.test(event)) return 'read';
  const access = accessOfName(event);
  return access === 'unknown' || access === 'read' ? 'write' : access;
}

function changeOf(event: string, resource: Fields, details: Fields): Activity['change'] {
  const identity = firstText(resource.gid, resource.email);
  if (event === 'service_account_created') return { kind: 'identity', ...given({ identity }) };
  if (/token_created$|^service_account_token_reset$/.test(event)) return { kind: 'credential' };
  if (!/_role_changed$/.test(event)) return undefined;
  const role = textAt(details.new_value);
  return { kind: 'right', ...given({ identity, rights: role === undefined ? undefined : [role] }) };
}

export const format: Format = {
  id: 'asana-audit',
  about: {
    title: 'Asana audit log',
    source: 'Audit log events of the API ({"data": [...]}), one by one or as the pages they come in.',
  },
  recognises: (raw) => isEvent(objectAt(raw)),
  split(raw) {
    const page = objectAt(raw)?.data;
    return Array.isArray(page) && isEvent(objectAt(page[0])) ? listAt(page) : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.created_at, true);
    if (at === undefined) return dead('created_at: expected a time');
    const event = context.scrub(textAt(record.event_type) ?? '');
    const used = objectAt(record.context) ?? {};
    const who = whoOf(objectAt(record.actor) ?? {}, used, context);
    if (who === undefined) return skip('the actor names nobody');
    const resource = objectAt(record.resource) ?? {};
    const target = context.scrub(firstText(resource.gid, resource.email, resource.name) ?? '');
    const access = accessOf(event, textAt(record.event_category) ?? '');
    return {
      status: 'read',
      activities: [
        {
          id: `asana:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: event, service: 'asana', access },
          source: given({ ip: textAt(used.client_ip_address), userAgent: textAt(used.user_agent) }),
          outcome: /_(?:failed|denied)$/.test(event) ? (access === 'authenticate' ? 'denied' : 'failed') : 'success',
          ...(target !== '' && { resource: { id: target, ...given({ type: textAt(resource.resource_type) }) } }),
          ...given({ change: changeOf(event, resource, objectAt(record.details) ?? {}) }),
        },
      ],
    };
  },
};

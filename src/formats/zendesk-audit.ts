/** Reads the audit log of Zendesk: who makes tokens for its API, and changes users, roles and settings. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  given,
  instantOf,
  isNobody,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Zendesk's API, "Audit Logs" (developer.zendesk.com, Audit Log object), with records of panther-labs/panther-analysis daa10c8,
// November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** Ids are numbers; those that the system itself has are below zero. */
const idAt = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textAt(value);

function whoOf(record: Fields, account: string | undefined, context: ReadContext): Activity['identity'] | undefined {
  const id = context.scrub(idAt(record.actor_id) ?? '');
  if (id.startsWith('-'))
    return { id: 'zendesk', kind: 'provider-service', provider: 'zendesk', ...given({ account }) };
  if (id === '' || isNobody(id)) return undefined;
  const name = textAt(context.scrub(textAt(record.actor_name) ?? ''));
  return { id, kind: 'human', provider: 'zendesk', ...given({ name, account }) };
}

/** Things that tickets are made of; all else governs. */
const WORK = /^(?:ticket|view|macro|article|comment|attachment)/;

function accessOf(action: string, type: string): Access {
  if (action === 'login') return 'authenticate';
  if (action === 'exported') return 'read';
  return WORK.test(type) ? 'write' : 'admin';
}

function changeOf(action: string, type: string, source: string | undefined, told: string): Activity['change'] {
  if (type === 'api_token' && action === 'create') return { kind: 'credential', ...given({ credential: source }) };
  if (type !== 'user') return undefined;
  const right = /role changed from .* to (.+)$/im.exec(told)?.[1];
  if (right !== undefined) return { kind: 'right', ...given({ identity: source, rights: [right] }) };
  return action === 'create' ? { kind: 'identity', ...given({ identity: source }) } : undefined;
}

export const format: Format = {
  id: 'zendesk-audit',
  about: {
    title: 'Zendesk audit log',
    source: 'Audit logs of the API ({"audit_logs": [...]}), one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      record !== undefined &&
      'actor_id' in record &&
      typeof record.source_type === 'string' &&
      'change_description' in record &&
      typeof record.action === 'string'
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.created_at, true);
    if (at === undefined) return dead('created_at: expected a time');
    const account = /^https:\/\/([a-z0-9-]+)\.zendesk\.com\//.exec(textAt(record.url) ?? '')?.[1];
    const identity = whoOf(record, account, context);
    if (identity === undefined) return skip('actor_id names nobody');
    const [action, type] = [record.action, record.source_type].map((one) => context.scrub(textAt(one) ?? '')) as [
      string,
      string,
    ];
    const told = context.scrub(textAt(record.change_description) ?? '');
    const source = textAt(context.scrub(idAt(record.source_id) ?? ''));
    const ip = textAt(record.ip_address);
    return {
      status: 'read',
      activities: [
        {
          id: `zendesk:${context.scrub([account ?? '', idAt(record.id) ?? ''].join(':'))}:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: `${type}.${action}`, service: 'zendesk', access: accessOf(action, type) },
          ...(source !== undefined && { resource: { id: source, type } }),
          source: given({ ip: ip === undefined || isNobody(ip) ? undefined : ip }),
          outcome: 'success',
          ...given({ change: changeOf(action, type, source, told) }),
        },
      ],
    };
  },
};

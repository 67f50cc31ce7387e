/** Reads the audit log of Tines: what people and keys change of stories, credentials, tokens and the tenant. */
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

// Field map: Tines' API, "Audit logs" (tines.com/docs/api/audit-logs/list, July 2025), and records of panther-labs/panther-analysis daa10c8.

type Fields = Readonly<Record<string, unknown>>;

/** Ids come as numbers or as text. */
const idAt = (value: unknown) => textAt(value) ?? (typeof value === 'number' ? String(value) : undefined);

function whoOf(record: Fields, context: ReadContext): Activity['identity'] | undefined {
  const mail = textAt(context.scrub(textAt(record.user_email) ?? ''));
  const id = context.scrub(firstText(idAt(record.user_id), mail, record.user_name) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const name = mail ?? textAt(context.scrub(textAt(record.user_name) ?? ''));
  // People have an address. A key of the whole tenant has a name alone.
  const kind = mail === undefined ? 'api-key' : 'human';
  return {
    id,
    kind,
    provider: 'tines',
    ...given({ name: name === id ? undefined : name, account: idAt(record.tenant_id) }),
  };
}

/** `StoryItemsDestruction` tells a noun and what was done to it. */
const DONE: readonly (readonly [RegExp, Access])[] = [
  [/^(?:Login|Logout|Session)/, 'authenticate'],
  [
    /^(?:User|Team|AuthenticationToken|UserCredential|Credential|Sso|Scim|Role|Permission|Custom|Tenant|Settings|Domain|Ip)/,
    'admin',
  ],
  [/(?:Export|Download|View|Read)/, 'read'],
  [/(?:Run|Emission|Execution)$/, 'execute'],
];

function accessOf(operation: string): Access {
  const found = DONE.find(([name]) => name.test(operation))?.[1];
  if (found !== undefined) return found;
  const access = accessOfName(operation);
  return access === 'unknown' || access === 'read' ? 'write' : access;
}

/** Whatever the inputs name as the thing that was worked on. */
function targetOf(inputs: Fields, context: ReadContext): string | undefined {
  const inner = objectAt(inputs.inputs) ?? inputs;
  for (const name of ['storyId', 'story_id', 'userId', 'teamId', 'credentialId', 'id', 'name', 'email']) {
    const found = idAt(inner[name]) ?? idAt(inputs[name]);
    if (found !== undefined) return textAt(context.scrub(found));
  }
  return undefined;
}

function changeOf(operation: string, inputs: Fields, target: string | undefined): Activity['change'] {
  if (operation === 'AuthenticationTokenCreation') return { kind: 'credential', ...given({ credential: target }) };
  if (/^User(?:Creation|Invitation)/.test(operation)) return { kind: 'identity', ...given({ identity: target }) };
  const role = textAt(objectAt(inputs.inputs)?.role ?? inputs.role);
  return /Role|Permission/.test(operation)
    ? { kind: 'right', ...given({ identity: target, rights: role === undefined ? undefined : [role] }) }
    : undefined;
}

export const format: Format = {
  id: 'tines-audit',
  about: {
    title: 'Tines audit log',
    source: 'Audit logs of the API ({"audit_logs": [...]}) or of an export, one by one or as the pages they come in.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.operation_name === 'string' &&
      'tenant_id' in record &&
      'created_at' in record &&
      ('user_id' in record || 'user_email' in record)
    );
  },
  split(raw) {
    const page = objectAt(raw)?.audit_logs;
    return Array.isArray(page) ? page : undefined;
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.created_at, true);
    if (at === undefined) return dead('created_at: expected a time');
    const operation = context.scrub(textAt(record.operation_name) ?? '');
    if (operation === '') return dead('operation_name: expected a non-empty string');
    const identity = whoOf(record, context);
    if (identity === undefined) return skip('user_id names nobody');
    const inputs = objectIn(record.inputs) ?? {};
    const target = targetOf(inputs, context);
    const told = idAt(record.id);
    return {
      status: 'read',
      activities: [
        {
          id: `tines:${context.scrub([idAt(record.tenant_id) ?? '', told ?? context.hashOf(record)].join(':'))}`,
          at,
          tenant: context.tenant,
          identity,
          action: { name: operation, service: 'tines', access: accessOf(operation) },
          ...(target !== undefined && { resource: { id: target } }),
          source: given({ ip: textAt(record.request_ip), userAgent: textAt(record.request_user_agent) }),
          outcome: /fail/i.test(operation) ? (/login/i.test(operation) ? 'denied' : 'failed') : 'success',
          ...given({ change: changeOf(operation, inputs, target) }),
        },
      ],
    };
  },
};

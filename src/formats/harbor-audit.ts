/** Reads the audit log of the Harbor registry: what robots and people pull, push and delete, and who makes robots. */
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
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: API of Harbor 2.13 and later (`auditlog-exts`: AuditLogExt) and of 2.0 to 2.12 (`audit-logs`: AuditLog); which operations there are, and
// what each names as its resource, as the source of Harbor says (goharbor/harbor, `src/pkg/auditext` and `src/controller/event/metadata`, November
// 2026).

type Fields = Readonly<Record<string, unknown>>;

/** Robots are named so; those of a project tell it: `robot$shop+ci`. */
const ROBOT = /^robot\$(?:([^+]+)\+)?(.+)$/;

function whoOf(record: Fields, context: ReadContext): Activity['identity'] | undefined {
  const id = context.scrub(textAt(record.username) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const robot = ROBOT.exec(id);
  return {
    id,
    kind: robot === null ? 'human' : 'service-account',
    provider: 'harbor',
    ...given({ name: robot?.[2], account: firstText(record.hostname, record.registry) }),
  };
}

/** An artifact by its repository and tag: its digest is another one with every build. */
const withoutDigest = (resource: string) =>
  resource.replace(/@sha256:[0-9a-f]+$/i, '').replace(/:sha256[:@][0-9a-f]+$/i, '');

function accessOf(operation: string, type: string): Access {
  if (/^log(?:in|out)/.test(operation)) return 'authenticate';
  if (/^(?:robot|user|member|role|configuration|project|policy|registry)/.test(type) && operation !== 'read')
    return 'admin';
  const access = accessOfName(operation);
  return access === 'unknown' ? 'write' : access;
}

const hasFailed = (result: unknown) => result === false || result === 'false' || result === 'failure';

export const format: Format = {
  id: 'harbor-audit',
  about: {
    title: 'Harbor audit log',
    source: 'Entries of /api/v2.0/auditlog-exts, or of /api/v2.0/audit-logs before 2.13.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      typeof record?.op_time === 'string' &&
      typeof record.operation === 'string' &&
      typeof record.resource_type === 'string' &&
      'username' in record
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(record.op_time, true);
    if (at === undefined) return dead('op_time: expected a time');
    const operation = context.scrub(textAt(record.operation) ?? '').toLowerCase();
    const type = context.scrub(textAt(record.resource_type) ?? '').toLowerCase();
    if (operation === '') return dead('operation: expected a non-empty string');
    const identity = whoOf(record, context);
    if (identity === undefined) return skip('username names nobody: a public image that was pulled');
    const target = withoutDigest(context.scrub(textAt(record.resource) ?? ''));
    const isNewRobot = operation === 'create' && type === 'robot' && target !== '';
    return {
      status: 'read',
      activities: [
        {
          id: `harbor:${context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity,
          action: {
            name: type === '' ? operation : `${type}.${operation}`,
            service: 'harbor',
            access: accessOf(operation, type),
          },
          ...(target !== '' && { resource: { id: target, ...given({ type: textAt(type) }) } }),
          ...(isNewRobot && { change: { kind: 'identity', identity: target } }),
          source: given({ ip: firstText(record.client_ip, record.remote_addr) }),
          outcome: hasFailed(record.operation_result ?? record.is_successful)
            ? /^login/.test(operation)
              ? 'denied'
              : 'failed'
            : 'success',
        },
      ],
    };
  },
};

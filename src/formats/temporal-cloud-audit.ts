/** Reads the audit log of Temporal Cloud: what people, service accounts and their API keys change of namespaces, users and keys. */
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

// Field map: temporalio/api-cloud 798b986, temporal/api/cloud/auditlog/v1/message.proto, and the principal of temporalio's Python module
// (temporalio.api.cloud.auditlog.v1), November 2026. Exports spell the names with underscores or as JSON of a message does.

type Fields = Readonly<Record<string, unknown>>;

const emitted = (record: Fields | undefined) => firstText(record?.emit_time, record?.emitTime);

function whoOf(record: Fields, context: ReadContext): Pick<Activity, 'identity' | 'credential'> | undefined {
  const principal = objectAt(record.principal) ?? {};
  const mail = firstText(record.user_email, record.userEmail);
  const id = context.scrub(firstText(principal.id, mail) ?? '');
  if (id === '' || isNobody(id)) return undefined;
  const type = textAt(principal.type) ?? '';
  const isPerson = /^user$/i.test(type) || (type === '' && id.includes('@'));
  const kind = /service/i.test(type) ? 'service-account' : isPerson ? 'human' : 'unknown';
  const name = textAt(context.scrub(firstText(principal.name, mail) ?? ''));
  const key = firstText(principal.api_key_id, principal.apiKeyId);
  return {
    identity: { id, kind, provider: 'temporal-cloud', ...given({ name: name === id ? undefined : name }) },
    ...(key !== undefined && { credential: { id: context.scrub(key), kind: 'other' } }),
  };
}

const GOVERNS =
  /user|service.?account|api.?key|permission|role|access|group|certificate|ca\b|filter|sink|connectivity|feature/i;

function accessOf(operation: string): Access {
  if (/log(?:in|out)/i.test(operation)) return 'authenticate';
  const access = accessOfName(operation);
  if (access === 'read') return 'read';
  return GOVERNS.test(operation) ? 'admin' : access === 'unknown' ? 'write' : access;
}

/** Statuses are those of gRPC, by name. */
function outcomeOf(status: string | undefined): Pick<Activity, 'outcome' | 'errorCode'> {
  if (status === undefined || /^(?:ok|success\w*|s)$/i.test(status)) return { outcome: 'success' };
  const isRefused = /^(?:permission.?denied|unauthenticated)$/i.test(status);
  return { outcome: isRefused ? 'denied' : 'failed', errorCode: status };
}

function changeOf(operation: string, target: string | undefined, roles: string[]): Activity['change'] {
  if (/^create.*api.?key/i.test(operation)) return { kind: 'credential', ...given({ identity: target }) };
  if (/^(?:create|invite).*(?:user|service.?account)/i.test(operation))
    return { kind: 'identity', ...given({ identity: target, rights: roles.length > 0 ? roles : undefined }) };
  if (!/^(?:set|update|add).*(?:permission|role|access)/i.test(operation)) return undefined;
  return { kind: 'right', ...given({ identity: target, rights: roles.length > 0 ? roles : undefined }) };
}

const textsOf = (value: unknown, context: ReadContext) =>
  listAt(value).flatMap((one) => (textAt(one) === undefined ? [] : [context.scrub(one as string)]));

export const format: Format = {
  id: 'temporal-cloud-audit',
  about: {
    title: 'Temporal Cloud audit log',
    source: 'Records of the audit log as it is streamed to Kinesis or Pub/Sub, one JSON object a record.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    return (
      emitted(record) !== undefined &&
      typeof record?.operation === 'string' &&
      firstText(record.log_id, record.logId) !== undefined
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const at = instantOf(emitted(record));
    if (at === undefined) return dead('emit_time: expected a time');
    const operation = context.scrub(textAt(record.operation) ?? '');
    if (operation === '') return dead('operation: expected a non-empty string');
    const who = whoOf(record, context);
    if (who === undefined) return skip('principal names nobody');
    const details = objectAt(record.details) ?? {};
    const users = textsOf(details.target_users ?? details.targetUsers, context);
    const namespace = textAt(context.scrub(textAt(details.namespace) ?? ''));
    const target = namespace ?? users[0] ?? textsOf(details.account_features ?? details.accountFeatures, context)[0];
    const type = namespace !== undefined ? 'namespace' : users.length > 0 ? 'user' : 'account-feature';
    // A list of hops ends with the one that Temporal itself saw.
    const ip = firstText(record.caller_ip_address, record.callerIpAddress)?.split(',').at(-1)?.trim();
    return {
      status: 'read',
      activities: [
        {
          id: `temporal-cloud:${context.scrub(firstText(record.log_id, record.logId) ?? context.hashOf(record))}`,
          at,
          tenant: context.tenant,
          ...who,
          action: { name: operation, service: 'temporal-cloud', access: accessOf(operation) },
          ...(target !== undefined && { resource: { id: target, type } }),
          source: given({ ip: ip === undefined || isNobody(ip) ? undefined : textAt(ip) }),
          ...outcomeOf(textAt(context.scrub(textAt(record.status) ?? ''))),
          ...given({ change: changeOf(operation, users[0], textsOf(details.roles, context)) }),
        },
      ],
    };
  },
};

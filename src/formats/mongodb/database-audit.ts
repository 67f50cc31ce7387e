/** Reads the audit log that MongoDB servers write, in Atlas as elsewhere: who asked which database for what. */
import type { Access, Activity } from '../../../schemas/activity.ts';
import {
  accessOfName,
  dead,
  given,
  instantOf,
  instantOfMs,
  isNobody,
  listAt,
  objectAt,
  type ReadContext,
  type Reading,
  skip,
  textAt,
} from '../../ingest/format.ts';

// Field map: "System Event Audit Messages" of MongoDB 8.0, in its own schema.

type Fields = Readonly<Record<string, unknown>>;

export const isDatabaseAudit = (record: Fields) =>
  typeof record.atype === 'string' && objectAt(record.ts)?.$date !== undefined && Array.isArray(record.users);

/** Extended JSON writes a date as text, as milliseconds, or as a number in a text. */
function timeOf(ts: unknown): string | undefined {
  const date = objectAt(ts)?.$date;
  const ms = typeof date === 'number' ? date : Number(objectAt(date)?.$numberLong ?? Number.NaN);
  return Number.isFinite(ms) ? instantOfMs(ms) : instantOf(date);
}

const AUTH = /^(?:authenticate|logout|clientMetadata|directAuthMutation)$/;
const ADMIN =
  /^(?:create|drop|update|grant|revoke)(?:All)?(?:User|Role|Privilege)|^(?:enable|shard|repl|rotate|setClusterParameter|shutdown|startup|auditConfigure|applicationMessage)/i;
const READS =
  /^(?:find|aggregate|count|distinct|getMore|mapReduce|dbStats|collStats|listCollections|listDatabases|listIndexes)$/;
const WRITES = /^(?:insert|update|delete|findAndModify|bulkWrite)$/;

function accessOf(name: string): Access {
  if (AUTH.test(name)) return 'authenticate';
  if (READS.test(name)) return 'read';
  if (WRITES.test(name)) return 'write';
  if (ADMIN.test(name)) return 'admin';
  return accessOfName(name);
}

/** Codes of the server: 13 not authorized, 18 sign-in refused, 334 a user that the provider does not know. */
function outcomeOf(result: unknown): Pick<Activity, 'outcome' | 'errorCode'> {
  const code = Number(objectAt(result)?.$numberInt ?? result ?? 0);
  if (!Number.isInteger(code) || code === 0) return { outcome: 'success' };
  return { outcome: code === 13 || code === 18 || code === 334 ? 'denied' : 'failed', errorCode: String(code) };
}

/** A collection before its database; of changes to users and roles whom they are about. */
function targetOf(param: Fields): Activity['resource'] {
  const namespace = textAt(param.ns);
  if (namespace !== undefined) return { id: namespace, type: namespace.includes('.') ? 'collection' : 'database' };
  const database = textAt(param.db);
  for (const type of ['user', 'role'] as const) {
    const name = textAt(param[type]);
    if (name !== undefined) return { id: database === undefined ? name : `${database}.${name}`, type };
  }
  const named = database ?? textAt(param.dbname);
  return named === undefined ? undefined : { id: named, type: 'database' };
}

export function readDatabaseAudit(record: Fields, context: ReadContext): Reading {
  const at = timeOf(record.ts);
  if (at === undefined) return dead('ts.$date: expected a time');
  const user = objectAt(listAt(record.users)[0]);
  const name = textAt(user?.user);
  // Whoever was refused is not signed in, and a name that anybody may give is nobody's.
  if (name === undefined || isNobody(name)) return skip('users names nobody');
  const database = textAt(user?.db);
  const param = objectAt(record.param) ?? {};
  const type = context.scrub(textAt(record.atype) ?? '');
  const command = type === 'authCheck' ? context.scrub(textAt(param.command) ?? '') : '';
  const what = command === '' ? type : command;
  if (what === '') return dead('atype: expected a non-empty string');
  const roles = listAt(record.roles).flatMap((item) => textAt(objectAt(item)?.role) ?? []);
  return {
    status: 'read',
    activities: [
      {
        id: `mongodb:${context.hashOf(record)}`,
        at,
        tenant: context.tenant,
        identity: {
          // As the server itself spells the id of a user.
          id: database === undefined ? name : `${database}.${name}`,
          kind: name === '__system' ? 'provider-service' : 'service-account',
          provider: 'mongodb',
          name,
          ...given({ account: textAt(record.cluster) }),
        },
        action: { name: what, service: 'mongodb', access: accessOf(what) },
        source: given({ ip: textAt(objectAt(record.remote)?.ip) }),
        ...outcomeOf(record.result),
        ...given({ resource: AUTH.test(what) ? undefined : targetOf(param) }),
        ...(roles.length > 0 && { scopes: [...new Set(roles)] }),
      },
    ],
  };
}

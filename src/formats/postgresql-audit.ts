/** Reads the log of PostgreSQL with pgaudit: which role read, changed or was given what, its sign-ins, and what it was refused. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
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
import { csvRecord, managedRecord } from './postgresql/log-lines.ts';
import { fieldsOfRow } from './postgresql/rows.ts';
import { statementTarget } from './postgresql/statement-target.ts';

// Field map: "Error Reporting and Logging" of the PostgreSQL 15 to 18 manual (jsonlog, csvlog), and the README of pgaudit 1.7 to 18.
// The samples follow what a PostgreSQL 15.18 with pgaudit 1.7.0 wrote (test/servers/postgresql.test.ts writes it again).

type Fields = Readonly<Record<string, unknown>>;

/** The columns of csvlog, by the names of the table in the manual, and what jsonlog calls them. */
const COLUMNS: Readonly<Record<string, string>> = {
  log_time: 'timestamp',
  user_name: 'user',
  database_name: 'dbname',
  process_id: 'pid',
  connection_from: 'remote_host',
  session_line_num: 'line_num',
  command_tag: 'ps',
  sql_state_code: 'state_code',
  query: 'statement',
};

/** What Cloud SQL and AlloyDB write into the audit log of Google Cloud, where no principal of Google's stands. */
function pgAuditEntry(record: Fields): Fields | undefined {
  const request = objectAt(objectAt(record.protoPayload)?.request);
  return /\.PgAuditEntry$/.test(textAt(request?.['@type']) ?? '') ? request : undefined;
}

/** The same as a line of the server's own log. */
function ofGoogle(record: Fields, request: Fields): Fields {
  const labels = objectAt(objectAt(record.resource)?.labels);
  const payload = objectAt(record.protoPayload);
  const text = (value: unknown) => (typeof value === 'number' ? String(value) : (textAt(value) ?? ''));
  const cells = [
    'auditType',
    'statementId',
    'substatementId',
    'auditClass',
    'command',
    'objectType',
    'object',
    'statement',
  ];
  return {
    timestamp: record.timestamp,
    user: request.user,
    dbname: request.database,
    row: cells.map((cell) => text(request[cell])),
    session_id: text(request.databaseSessionId),
    line_num: record.insertId,
    remote_host: objectAt(payload?.requestMetadata)?.callerIp,
    chunk: text(request.chunkIndex),
    cluster: firstText(labels?.database_id, labels?.instance_id, payload?.resourceName),
  };
}

function entryOf(record: Fields): Fields {
  const google = pgAuditEntry(record);
  if (google !== undefined) return ofGoogle(record, google);
  if (!('log_time' in record)) return record;
  const entry: Record<string, unknown> = { ...record };
  for (const [column, name] of Object.entries(COLUMNS)) if (record[column] !== undefined) entry[name] = record[column];
  return entry;
}

/** By the class of the statement, as pgaudit tells it. */
const ACCESSES: Readonly<Record<string, Access>> = {
  READ: 'read',
  WRITE: 'write',
  DDL: 'write',
  ROLE: 'admin',
  FUNCTION: 'execute',
};
/** Statements that steer a session or repeat what other lines tell: no acts. */
const STEERING =
  /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK|PREPARE|SAVEPOINT|RELEASE|DEALLOCATE|EXECUTE|DECLARE CURSOR|FETCH|CLOSE CURSOR|SHOW|DISCARD|LISTEN|UNLISTEN|SET CONSTRAINTS)/;
/** Becomes another role within the session: rights that the role itself does not have. */
const BECOMES = /^\s*set\s+(?:local\s+|session\s+)?(?:role|session\s+authorization)\b/i;
/** Changes who may do what, or what code the server runs. */
const GOVERNS = /^(?:CREATE|ALTER|DROP) (?:ROLE|USER|POLICY|EXTENSION|SYSTEM|EVENT TRIGGER)|^(?:GRANT|REVOKE|REASSIGN)/;

interface Act {
  readonly name: string;
  readonly access: Access;
  readonly resource?: Activity['resource'];
  readonly outcome: Pick<Activity, 'outcome' | 'errorCode'>;
  readonly rows?: number;
}

const SUCCESS = { outcome: 'success' } as const;

function thingOf(database: string | undefined, object: string, type: string): Activity['resource'] {
  return { id: database === undefined ? object : `${database}.${object}`, type };
}

/** What stands in the statement where the log names no object, else the database. */
function targetOf(entry: Fields, statement: string, context: ReadContext): Activity['resource'] {
  const database = textAt(entry.dbname);
  const named = statementTarget(context.scrub(statement));
  if (named !== undefined)
    return named.isGlobal ? { id: named.id, type: named.type } : thingOf(database, named.id, named.type);
  return database === undefined ? undefined : { id: database, type: 'database' };
}

/** What pgaudit would call the class of a statement that failed before it could: by the word it begins with. */
function classOf(tag: string, statement: string): string {
  if (tag === 'COPY') return /\sto\s/i.test(statement) ? 'READ' : 'WRITE';
  if (tag === 'SELECT') return 'READ';
  return /^(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE)/.test(tag) ? 'WRITE' : /^(?:CALL|DO)/.test(tag) ? 'FUNCTION' : 'DDL';
}

function accessOf(tag: string, group: string, becomes: boolean, resource: Activity['resource']): Access {
  if (becomes || GOVERNS.test(tag)) return 'admin';
  return resource?.type === 'program' ? 'execute' : (ACCESSES[group] ?? 'unknown');
}

/** `AUDIT: SESSION,1,1,READ,SELECT,TABLE,billing.accounts,"select ...",<not logged>,2` */
function ofAudit(entry: Fields, row: readonly string[], context: ReadContext): Act | string | undefined {
  const [, , , group, tag, type, object, statement = ''] = row;
  if (group === undefined || tag === undefined || tag === '') return undefined;
  const becomes = BECOMES.test(statement);
  if (group.startsWith('MISC') && !becomes && (group === 'MISC_SET' || tag === 'SET' || STEERING.test(tag)))
    return 'a statement that steers a session, such as BEGIN or SET';
  if (tag === 'PREPARE' || tag === 'DECLARE CURSOR')
    return 'a statement that is only prepared: it is read when it runs';
  const rows = Number(row[9] ?? Number.NaN);
  const name = context.scrub(tag);
  const resource =
    object !== undefined && object !== ''
      ? thingOf(textAt(entry.dbname), object, (textAt(type) ?? 'object').toLowerCase())
      : targetOf(entry, statement, context);
  return {
    name: becomes ? 'SET ROLE' : name,
    access: accessOf(tag, group, becomes, resource),
    resource,
    outcome: SUCCESS,
    ...((group === 'READ' || group === 'WRITE') && Number.isInteger(rows) && rows > 0 && { rows }),
  };
}

/** Class 28 refuses a sign-in, 42501 an act; every other error is an act that failed. */
function ofError(entry: Fields, code: string, context: ReadContext): Act | string {
  const isSignIn = code.startsWith('28') || /^(?:authentication|startup)$/.test(textAt(entry.ps) ?? '');
  const statement = textAt(entry.statement) ?? '';
  const detail = `${textAt(entry.message) ?? ''} ${textAt(entry.detail) ?? ''}`;
  if (isSignIn) {
    if (/\brole "[^"]*" does not exist/i.test(detail)) return 'a sign-in as a role that does not exist names nobody';
    const database = textAt(entry.dbname);
    return {
      name: 'CONNECT',
      access: 'authenticate',
      ...(database !== undefined && { resource: { id: database, type: 'database' } }),
      outcome: { outcome: code.startsWith('28') || code === '42501' ? 'denied' : 'failed', errorCode: code },
    };
  }
  const tag = context.scrub(textAt(entry.ps) ?? '');
  if (statement === '' || tag === '' || tag === 'idle') return 'an error that belongs to no statement';
  const becomes = BECOMES.test(statement);
  if (!becomes && (STEERING.test(tag) || tag === 'SET'))
    return 'a statement that steers a session, such as BEGIN or SET';
  const resource = targetOf(entry, statement, context);
  return {
    name: becomes ? 'SET ROLE' : tag,
    access: accessOf(tag, classOf(tag, statement), becomes, resource),
    resource,
    outcome: { outcome: code === '42501' ? 'denied' : 'failed', errorCode: code },
  };
}

function actOf(entry: Fields, context: ReadContext): Act | string | undefined {
  const message = textAt(entry.message) ?? '';
  if (/^(?:[2-9]|\d{2,})$/.test(textAt(entry.chunk) ?? ''))
    return 'the rest of a long statement: its beginning is read';
  if (Array.isArray(entry.row)) return ofAudit(entry, entry.row as readonly string[], context);
  if (message.startsWith('AUDIT: ')) return ofAudit(entry, fieldsOfRow(message.slice('AUDIT: '.length)), context);
  const severity = textAt(entry.error_severity) ?? '';
  const code = textAt(entry.state_code);
  if (/^(?:ERROR|FATAL|PANIC)$/.test(severity) && code !== undefined)
    return ofError(entry, context.scrub(code), context);
  if (message.startsWith('connection authorized:')) {
    const database = textAt(entry.dbname);
    return {
      name: 'CONNECT',
      access: 'authenticate',
      ...(database !== undefined && { resource: { id: database, type: 'database' } }),
      outcome: SUCCESS,
    };
  }
  return 'a line that is no audit entry, sign-in or error: statements are read from pgaudit';
}

/** The address, without the port that csvlog writes behind it; a socket of the machine itself has none. */
function sourceOf(entry: Fields): Activity['source'] {
  const from = textAt(entry.remote_host);
  const userAgent = textAt(entry.application_name);
  if (from === '[local]') return given({ workload: 'local socket', userAgent });
  const ip = from === undefined ? undefined : (/^([0-9.]+|[0-9a-f:]+(?=:\d+$)):\d+$/i.exec(from)?.[1] ?? from);
  return given({ ip, userAgent });
}

/** The server or cluster by what whoever ships the log adds: roles of two servers are two identities. */
const clusterOf = (entry: Fields) =>
  firstText(entry.cluster, entry.cluster_name, entry.instance, objectAt(entry.host)?.name, entry.host, entry.hostname);

export const format: Format = {
  id: 'postgresql-audit',
  about: {
    title: 'PostgreSQL with pgaudit',
    source:
      'Lines of jsonlog, rows of csvlog as they are or as objects with the names of the manual, the text that Amazon RDS writes, and the entries of Cloud SQL and AlloyDB in the audit log of Google Cloud. A field `cluster` or `host` says which server it is.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record !== undefined && pgAuditEntry(record) !== undefined) return true;
    return (
      record !== undefined &&
      typeof record.error_severity === 'string' &&
      'message' in record &&
      (typeof record.timestamp === 'string' || typeof record.log_time === 'string') &&
      ('session_id' in record || 'pid' in record)
    );
  },
  fromText: (text) => csvRecord(text) ?? managedRecord(text),
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const entry = entryOf(record);
    const at = instantOf(entry.timestamp);
    if (at === undefined) return dead("timestamp: expected a time in UTC (log_timezone = 'UTC')");
    const act = actOf(entry, context);
    if (act === undefined) return dead('message: expected the fields of an audit entry');
    if (typeof act === 'string') return skip(act);
    const role = textAt(entry.user);
    if (role === undefined || isNobody(role)) return skip('user names nobody');
    const account = clusterOf(entry);
    const session = textAt(entry.session_id);
    const line = entry.line_num;
    const hasId =
      account !== undefined && session !== undefined && (typeof line === 'number' || typeof line === 'string');
    return {
      status: 'read',
      activities: [
        {
          id: `postgresql:${hasId ? `${account}:${session}:${line}` : context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          // A role says nothing of whether a person is behind it, unless it is an address.
          identity: {
            id: role,
            kind: role.includes('@') && !role.endsWith('.iam') ? 'human' : 'service-account',
            provider: 'postgresql',
            ...given({ account }),
          },
          action: { name: act.name, service: 'postgresql', access: act.access },
          source: sourceOf(entry),
          ...act.outcome,
          ...given({ resource: act.resource }),
          ...(session !== undefined && { actor: { id: session, kind: 'session' } }),
          ...(act.rows !== undefined && { amount: { records: act.rows } }),
        },
      ],
    };
  },
};

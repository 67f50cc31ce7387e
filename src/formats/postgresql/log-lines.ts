/** Makes objects of lines that PostgreSQL writes as text: rows of csvlog, and the log of Amazon RDS and Aurora. */
import { fieldsOfRow } from './rows.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The columns of csvlog in their order; the last three came with versions 9.0, 13 and 14. */
const COLUMNS = [
  'log_time',
  'user_name',
  'database_name',
  'process_id',
  'connection_from',
  'session_id',
  'session_line_num',
  'command_tag',
  'session_start_time',
  'virtual_transaction_id',
  'transaction_id',
  'error_severity',
  'sql_state_code',
  'message',
  'detail',
  'hint',
  'internal_query',
  'internal_query_pos',
  'context',
  'query',
  'query_pos',
  'location',
  'application_name',
  'backend_type',
  'leader_pid',
  'query_id',
] as const;
const SINCE_9_0 = 23;

const CSV = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} [A-Za-z0-9+-]{1,6},/;

/** The object of one row of csvlog, whatever the version; undefined for any other text. */
export function csvRecord(text: string): Fields | undefined {
  if (!CSV.test(text)) return undefined;
  const fields = fieldsOfRow(text.trimEnd());
  if (fields.length < SINCE_9_0 || fields.length > COLUMNS.length) return undefined;
  const record: Record<string, unknown> = {};
  for (const [at, value] of fields.entries()) if (value !== '') record[COLUMNS[at]!] = value;
  return record.error_severity === undefined || record.message === undefined ? undefined : record;
}

/** `%t:%r:%u@%d:[%p]:`, the prefix that RDS sets and nobody can change, then severity and message. */
const MANAGED =
  /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [A-Z]{3,5}):([^()\s:]*|[0-9a-f:]+)(?:\((\d+)\))?:([^@\s]*)@([^:\s]*):\[(\d+)\]:([A-Z0-9]+): {1,2}([\s\S]+)$/;

/** The object of one line of the log of Amazon RDS or Aurora; undefined for any other text. */
export function managedRecord(text: string): Fields | undefined {
  const [, timestamp, host, , user, dbname, pid, severity, message] = MANAGED.exec(text) ?? [];
  if (timestamp === undefined || severity === undefined || message === undefined) return undefined;
  const record: Record<string, unknown> = { timestamp, pid: Number(pid), error_severity: severity, message };
  const fields = { remote_host: host, user, dbname };
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined && value !== '' && value !== '[unknown]') record[name] = value;
  return record;
}

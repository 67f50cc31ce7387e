/** Reads Snowflake's LOGIN_HISTORY, QUERY_HISTORY and ACCESS_HISTORY: who signed in, what was asked, and of which tables. */
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
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Snowflake Account Usage views LOGIN_HISTORY, QUERY_HISTORY and ACCESS_HISTORY, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** A column, in whichever case the export writes names. */
const at = (row: Fields, name: string) => row[name] ?? row[name.toLowerCase()];
const text = (row: Fields, name: string) => textAt(at(row, name));

/** Snowflake writes `2024-10-10 12:56:35.822 -0700`; times without an offset are UTC in exports. */
const timeOf = (value: unknown) => instantOf(typeof value === 'string' ? value.replace(' Z', 'Z') : value, true);

const number = (value: unknown) => {
  const found = typeof value === 'number' ? value : Number(textAt(value) ?? Number.NaN);
  return Number.isFinite(found) && found > 0 ? found : undefined;
};

function identityOf(row: Fields): Activity['identity'] | undefined {
  const user = text(row, 'USER_NAME');
  if (user === undefined || isNobody(user)) return undefined;
  const type = text(row, 'USER_TYPE') ?? '';
  const isService = /SERVICE/i.test(type) || /(?:^|_)(?:SVC|SERVICE|SA|APP|BOT|ETL)(?:_|$)/i.test(user);
  return {
    id: user,
    kind: /^(?:SNOWFLAKE|SYSTEM)$/i.test(user)
      ? 'provider-service'
      : isService
        ? 'service-account'
        : /PERSON/i.test(type) || user.includes('@')
          ? 'human'
          : 'unknown',
    provider: 'snowflake',
    ...given({ account: text(row, 'ACCOUNT_NAME') ?? text(row, 'ACCOUNT_LOCATOR') }),
  };
}

/** By the kind of statement: rights and users are `admin`, what leaves the warehouse is read. */
function accessOf(type: string): Access {
  if (/GRANT|REVOKE|USER|ROLE|POLICY|NETWORK|INTEGRATION|SHARE|ACCOUNT|ALTER_SESSION|PARAMETER/.test(type))
    return 'admin';
  if (/^(?:SELECT|SHOW|DESCRIBE|DESC|LIST|GET|UNLOAD|EXPLAIN|USE)/.test(type)) return 'read';
  if (/^(?:CALL|EXECUTE)/.test(type)) return 'execute';
  const access = accessOfName(type.replaceAll('_', ' '));
  return access === 'unknown' && /^(?:COPY|TRUNCATE|DROP|ALTER|UNDROP|BEGIN|COMMIT|ROLLBACK|RENAME)/.test(type)
    ? 'write'
    : access;
}

/** What is read of a statement at the most. */
const STATEMENT_MAX_CHARS = 8_192;
const NAMED =
  /\b(?:from|into|update|join|table|view|user|role|database|schema|stage|share|integration|warehouse|task|procedure|function|policy|call|get|put|list|on)\s+(?:if\s+(?:not\s+)?exists\s+)?((?:"[^"]{1,255}"|[\w$@~%/.-]{1,255})(?:\."[^"]{1,255}")*)/i;

/** The first thing that a statement names, with database and schema where it leaves them out. Its texts and comments count for nothing. */
function targetOf(row: Fields, context: ReadContext): Activity['resource'] {
  const scrubbed = (name: string) => textAt(context.scrub(text(row, name) ?? ''));
  const database = scrubbed('DATABASE_NAME');
  const schema = scrubbed('SCHEMA_NAME');
  const statement = (scrubbed('QUERY_TEXT') ?? '')
    .slice(0, STATEMENT_MAX_CHARS)
    .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')
    .replace(/'(@[^']*)'/g, '$1')
    .replace(/'[^']*'/g, ' ');
  const name = NAMED.exec(statement)?.[1]?.replaceAll('"', '').replace(/\.$/, '');
  if (name === undefined || /^(?:select|values|table|all)$/i.test(name)) {
    const place = [database, schema].filter((part) => part !== undefined).join('.');
    return place === '' ? undefined : { id: place, type: 'schema' };
  }
  const isTable = /^(?:SELECT|INSERT|UPDATE|DELETE|MERGE|COPY|CREATE_TABLE|DROP_TABLE|TRUNCATE)/.test(
    text(row, 'QUERY_TYPE') ?? '',
  );
  const parts = name.startsWith('@') ? 3 : name.split('.').length;
  const place = isTable && parts < 3 ? [database, schema].slice(0, 3 - parts) : [];
  return { id: [...place.filter((part) => part !== undefined), name].join('.').toUpperCase(), type: 'object' };
}

/** Objects by the access history, which knows them even where a view stands between. */
function objectsOf(row: Fields, name: string): string[] {
  const list = at(row, name);
  let items: unknown = list;
  if (typeof list === 'string' && list.startsWith('['))
    try {
      items = JSON.parse(list);
    } catch {
      items = [];
    }
  return listAt(items).flatMap((item) => textAt(objectAt(item)?.objectName) ?? []);
}

const isLogin = (row: Fields) => 'IS_SUCCESS' in row || 'is_success' in row;
const isAccess = (row: Fields) => 'DIRECT_OBJECTS_ACCESSED' in row || 'direct_objects_accessed' in row;
const isQuery = (row: Fields) => text(row, 'EXECUTION_STATUS') !== undefined && text(row, 'QUERY_TYPE') !== undefined;
/** Rows of DATA_TRANSFER_HISTORY: how much was moved in an hour, by nobody they name. */
const isTransfer = (row: Fields) => 'TRANSFER_TYPE' in row && 'BYTES_TRANSFERRED' in row;
const isGrant = (row: Fields) => 'GRANTEE_NAME' in row && 'GRANTED_TO' in row;

export const format: Format = {
  id: 'snowflake',
  about: {
    title: 'Snowflake history',
    source:
      'Rows of the Account Usage views LOGIN_HISTORY, QUERY_HISTORY and ACCESS_HISTORY as JSON, names in upper or lower case. Rows of grants and of DATA_TRANSFER_HISTORY are skipped.',
  },
  recognises(raw) {
    const row = objectAt(raw);
    if (row === undefined) return false;
    if (isGrant(row) || isTransfer(row)) return true;
    // A login that failed may name nobody: whoever knocks must not make dead letters.
    if (isLogin(row) && text(row, 'EVENT_TYPE') !== undefined && 'FIRST_AUTHENTICATION_FACTOR' in row) return true;
    return (
      text(row, 'USER_NAME') !== undefined &&
      (isAccess(row) || isQuery(row) || (isLogin(row) && !('CONNECTED_APP_ID' in row)))
    );
  },
  read(raw, context) {
    const row = objectAt(raw);
    if (row === undefined) return dead('record: expected an object');
    if (isGrant(row)) return skip('a grant as it stands, not an act: the query history tells who gave it');
    if (isTransfer(row)) return skip('what was moved between clouds, not who did it: the query history tells');
    const identity = identityOf(row);
    if (identity === undefined) return skip('USER_NAME names nobody');
    const shared = { tenant: context.tenant, identity };
    if (isLogin(row) && !isQuery(row)) {
      const when = timeOf(at(row, 'EVENT_TIMESTAMP'));
      if (when === undefined) return dead('EVENT_TIMESTAMP: expected a time');
      const isOk = /^(?:yes|true)$/i.test(String(at(row, 'IS_SUCCESS')));
      const client = [text(row, 'REPORTED_CLIENT_TYPE'), text(row, 'REPORTED_CLIENT_VERSION')]
        .filter(Boolean)
        .join('/');
      const id = at(row, 'EVENT_ID');
      const error = at(row, 'ERROR_CODE');
      return {
        status: 'read',
        activities: [
          {
            // The number of a login is unique within its account only.
            id: `snowflake:${context.hashOf([id, row])}`,
            at: when,
            ...shared,
            action: {
              name: context.scrub(text(row, 'EVENT_TYPE') ?? 'LOGIN'),
              service: 'snowflake',
              access: 'authenticate',
            },
            source: given({ ip: text(row, 'CLIENT_IP'), userAgent: client === '' ? undefined : client }),
            outcome: isOk ? 'success' : 'denied',
            ...(!isOk && error !== undefined && error !== null && { errorCode: String(error) }),
          },
        ],
      };
    }
    const when = timeOf(at(row, 'START_TIME') ?? at(row, 'QUERY_START_TIME'));
    if (when === undefined) return dead('START_TIME or QUERY_START_TIME: expected a time');
    const accessed = [...objectsOf(row, 'OBJECTS_MODIFIED'), ...objectsOf(row, 'DIRECT_OBJECTS_ACCESSED')];
    if (isAccess(row) && accessed.length === 0) return skip('a query that touched no object');
    const type = isQuery(row)
      ? context.scrub(text(row, 'QUERY_TYPE') ?? '').toUpperCase()
      : objectsOf(row, 'OBJECTS_MODIFIED').length > 0
        ? 'MODIFY'
        : 'ACCESS';
    const status = text(row, 'EXECUTION_STATUS') ?? 'SUCCESS';
    const error = at(row, 'ERROR_CODE');
    const code = error === undefined || error === null ? undefined : String(error);
    const isRefused =
      code === '3001' ||
      code === '003001' ||
      /insufficient privileges|not authorized/i.test(text(row, 'ERROR_MESSAGE') ?? '');
    const target = isAccess(row) ? { id: accessed[0]!, type: 'object' } : targetOf(row, context);
    const session = at(row, 'SESSION_ID');
    const query = text(row, 'QUERY_ID');
    const role = text(row, 'ROLE_NAME');
    return {
      status: 'read',
      activities: [
        {
          id:
            query === undefined
              ? `snowflake:${context.hashOf(row)}`
              : `snowflake:${isAccess(row) ? 'access:' : ''}${query}`,
          at: when,
          ...shared,
          action: {
            name: type,
            service: 'snowflake',
            access: type === 'MODIFY' ? 'write' : type === 'ACCESS' ? 'read' : accessOf(type),
          },
          source: given({ ip: text(row, 'CLIENT_IP'), userAgent: text(row, 'CLIENT_APPLICATION_ID') }),
          outcome: /^SUCCESS$/i.test(status) ? 'success' : isRefused ? 'denied' : 'failed',
          ...(!/^SUCCESS$/i.test(status) && given({ errorCode: code })),
          ...given({ resource: target }),
          ...((typeof session === 'number' || textAt(session) !== undefined) && {
            actor: { id: String(session), kind: 'session' },
          }),
          ...(role !== undefined && { scopes: [role] }),
          ...given({
            amount:
              number(at(row, 'ROWS_PRODUCED')) === undefined
                ? undefined
                : { records: number(at(row, 'ROWS_PRODUCED'))! },
          }),
        },
      ],
    };
  },
};

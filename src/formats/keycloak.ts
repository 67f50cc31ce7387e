/** Reads Keycloak's events: client-credential logins of machines, sign-ins of people, and changes by administrators. */
import type { Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  instantOfEpoch,
  isNobody,
  objectAt,
  type ReadContext,
  skip,
  textAt,
} from '../ingest/format.ts';

// Field map: Keycloak 26, the listener `jboss-logging` with JSON log output (plain or ECS) or in plain lines, which are in UTC as in its container, and the event representations of
// its REST API (EventRepresentation, AdminEventRepresentation).

type Fields = Readonly<Record<string, unknown>>;

/** Pairs read of one message at the most. */
const PAIRS_MAX = 64;
const PAIR = /([\w.]{1,64})=(?:"((?:[^"\\]|\\.)*)"|([^,]*))(?:, |$)/g;

/** `type="CLIENT_LOGIN", realmId="..."` as fields; older versions leave the quotes out. */
function pairsOf(message: string): Fields {
  const found: Record<string, unknown> = {};
  let count = 0;
  for (const [, key, quoted, bare] of message.matchAll(PAIR)) {
    if (count++ >= PAIRS_MAX) break;
    const value = quoted ?? bare ?? '';
    if (value !== 'null') found[key!] = value;
  }
  return found;
}

/** The default console and file format of Keycloak's Quarkus, `%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%c] (%t) %s%e%n`; the time has no offset. WildFly's, up to version 16, has no date either. */
const LINE =
  /^(?:(\d{4}-\d\d-\d\d) )?(\d\d:\d\d:\d\d),(\d{3}) +([A-Z]{4,5}) +\[(org\.keycloak\.[\w.$-]{1,200})\] \([^)]{0,200}\) ([\s\S]+)$/;

/** The object of a line of the server's plain log; undefined for any other text. */
function lineOf(text: string): Fields | undefined {
  const [, day, time, millis, level, loggerName, message] = LINE.exec(text.trimEnd()) ?? [];
  if (loggerName === undefined) return undefined;
  return { ...(day !== undefined && { timestamp: `${day}T${time}.${millis}Z` }), level, loggerName, message };
}

const loggerOf = (record: Fields) => firstText(record.loggerName, record['log.logger'], record.logger_name);

/** The event itself: of the API, of a listener that writes JSON, or out of a line of the server's log. */
function eventOf(record: Fields, context: ReadContext): Fields {
  if (!loggerOf(record)?.startsWith('org.keycloak.events')) return { ...record, ...(objectAt(record.details) ?? {}) };
  return {
    ...pairsOf(context.scrub(textAt(record.message) ?? '')),
    timestamp: record.timestamp ?? record['@timestamp'],
  };
}

/** The client's own name, which machines and people may share a realm with. */
const BUILT_IN =
  /^(?:admin-cli|security-admin-console|account|account-console)$|^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
/** What a client does by itself, without a person. */
const OF_CLIENTS =
  /^(?:CLIENT_LOGIN|CLIENT_REGISTER|CLIENT_UPDATE|CLIENT_DELETE|CLIENT_INFO|INTROSPECT_TOKEN|PERMISSION_TOKEN)$/;
/** Errors about a client or a user that does not exist: the name is whatever a stranger made up. */
const NO_SUCH = /^(?:client_not_found|invalid_client|user_not_found)$/;

type Who = Pick<Activity, 'identity' | 'actor' | 'onBehalfOf'>;

function whoOf(event: Fields, type: string, isAdmin: boolean, context: ReadContext): Who | string {
  const auth = objectAt(event.authDetails) ?? event;
  const client = textAt(auth.clientId);
  const user = textAt(auth.userId);
  const name = textAt(event.username);
  const account = given({ account: firstText(event.realmName, event.realmId) });
  const isClient = client !== undefined && !isNobody(client);
  const isUser = user !== undefined && !isNobody(user);
  if (NO_SUCH.test(textAt(event.error) ?? ''))
    return 'the client or user is unknown to Keycloak: its name says nothing';
  const service = /^service-account-(.+)$/.exec(context.scrub(name ?? ''))?.[1];
  const isMachine = service !== undefined || OF_CLIENTS.test(type) || (isAdmin && isClient && !BUILT_IN.test(client));
  if (isMachine && (isClient || service !== undefined))
    return {
      identity: { id: client ?? service!, kind: 'oauth-app', provider: 'keycloak', ...account },
      ...(isAdmin && isUser && { onBehalfOf: [{ id: user, kind: 'principal' }] }),
    };
  if (!isUser) return 'userId names nobody';
  return {
    identity: { id: user, kind: 'human', provider: 'keycloak', ...given({ name }), ...account },
    ...(isClient && { actor: { id: client, kind: 'app' } }),
  };
}

function timeOf(event: Fields): string | undefined {
  return instantOfEpoch(event.time) ?? instantOf(firstText(event.timestamp, event['@timestamp'], event.time), true);
}

export const format: Format = {
  id: 'keycloak',
  about: {
    title: 'Keycloak events',
    source:
      "Lines of the server's log, JSON or plain (`org.keycloak.events`; set the listener's success level to info), or user and admin events as the REST API gives them.",
  },
  recognises(raw) {
    const record = objectAt(raw);
    if (record === undefined) return false;
    if (loggerOf(record)?.startsWith('org.keycloak.')) return typeof record.message === 'string';
    if (typeof record.realmId !== 'string') return false;
    return typeof record.operationType === 'string'
      ? objectAt(record.authDetails) !== undefined
      : typeof record.type === 'string' && ('clientId' in record || 'userId' in record);
  },
  fromText: lineOf,
  read(raw, context) {
    const record = objectAt(raw);
    if (record === undefined) return dead('record: expected an object');
    const logger = loggerOf(record);
    if (logger !== undefined && !logger.startsWith('org.keycloak.events') && record.realmId === undefined)
      return skip("a line of the server's own log, not an event");
    const event = eventOf(record, context);
    const at = timeOf(event);
    if (at === undefined)
      return dead('time or timestamp: expected a time with its date, which the log format of WildFly leaves out');
    const operation = context.scrub(textAt(event.operationType) ?? '');
    const isAdmin = operation !== '';
    const given_ = context.scrub(textAt(event.type) ?? '');
    const type = given_.replace(/_ERROR$/, '');
    if (!isAdmin && type === '') return dead('type: expected a non-empty string');
    const who = whoOf(event, type, isAdmin, context);
    if (typeof who === 'string') return skip(who);
    const error = textAt(event.error);
    const hasFailed = error !== undefined || given_.endsWith('_ERROR');
    const path = textAt(event.resourcePath);
    const kind = context.scrub(textAt(event.resourceType) ?? '');
    // A person signs in to a client.
    const target =
      firstText(event.audience, event.requested_issuer) ?? (who.actor?.kind === 'app' ? who.actor.id : undefined);
    const scopes = context
      .scrub(textAt(event.scope) ?? '')
      .split(' ')
      .filter((scope) => scope !== '');
    const session = firstText(event.sessionId, event.code_id);
    const id = textAt(event.id);
    return {
      status: 'read',
      activities: [
        {
          id: `keycloak:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          ...(session !== undefined && who.actor === undefined && { actor: { id: session, kind: 'session' } }),
          ...who,
          action: isAdmin
            ? { name: `${kind}.${operation}`, service: 'keycloak-admin', access: 'admin' }
            : {
                name: type,
                service: 'keycloak',
                access: /^(?:UPDATE|REMOVE|RESET|REGISTER|DELETE|CLIENT_(?:REGISTER|UPDATE|DELETE))/.test(type)
                  ? 'write'
                  : 'authenticate',
              },
          source: given({ ip: firstText(objectAt(event.authDetails)?.ipAddress, event.ipAddress) }),
          outcome: hasFailed ? (isAdmin ? 'failed' : 'denied') : 'success',
          ...(hasFailed && given({ errorCode: error })),
          ...(path !== undefined
            ? { resource: { id: path, ...(kind !== '' && { type: kind }) } }
            : target !== undefined && { resource: { id: target, type: 'client' } }),
          ...(scopes.length > 0 && { scopes }),
        },
      ],
    };
  },
};

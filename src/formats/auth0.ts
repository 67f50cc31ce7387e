/** Reads the Auth0 tenant log: client-credential logins of machines, sign-ins of people and calls of the Management API. */
import type { Access, Activity } from '../../schemas/activity.ts';
import {
  dead,
  type Format,
  firstText,
  given,
  instantOf,
  isNobody,
  listAt,
  objectAt,
  objectIn,
  outcomeOfHttp,
  type ReadContext,
  skip,
  textAt,
  unpackedIn,
} from '../ingest/format.ts';

// Field map: Auth0 log event type codes and log schema, Management API v2, as of November 2026.

type Fields = Readonly<Record<string, unknown>>;

/** An event of a log stream wraps the entry that the API gives as it is. */
function entryOf(record: Fields | undefined): Fields | undefined {
  const entry = objectIn(record?.data) ?? record;
  // Warehouses keep objects as JSON in a text.
  return entry && unpackedIn(entry, ['details']);
}

/** Codes of exchanges of one grant for a token; the first letter says how it ended. */
const EXCHANGES: Readonly<Record<string, string>> = {
  eccft: 'client_credentials',
  eacft: 'authorization_code',
  epft: 'password',
  ertft: 'refresh_token',
  ede: 'device_code',
  ens: 'native_social',
  ecte: 'custom_token',
  eoobft: 'password_oob',
  eotpft: 'password_otp',
  ercft: 'password_recovery',
};
const MACHINE = new Set(['eccft']);
const API = new Set(['sapi', 'fapi', 'mgmt_api_read']);
/** Failed sign-ins and refusals whose code does not begin with an f. */
const REFUSED = new Set([
  'limit_wc',
  'limit_mu',
  'limit_sul',
  'limit_ui',
  'pwd_leak',
  'signup_pwd_leak',
  'ublkdu',
  'depnote',
]);

/** `/api/v2/clients/abc123` as `/api/v2/clients/{id}`: what a call does, apart from what it does it to. */
const templateOf = (path: string) =>
  path
    .split('?')[0]!
    .split('/')
    .map((part) => (part === '' || /^(?:v\d|[a-z]+(?:-[a-z]+)*)$/.test(part) ? part : '{id}'))
    .join('/');

interface Told {
  readonly who: Pick<Activity, 'identity' | 'actor' | 'credential' | 'onBehalfOf'>;
  readonly name: string;
  readonly access: Access;
  readonly resource?: Activity['resource'];
  readonly scopes?: string[];
}

const client = (id: string, name: string | undefined): Activity['identity'] => ({
  id,
  kind: 'oauth-app',
  provider: 'auth0',
  ...given({ name }),
});

function ofExchange(entry: Fields, grant: string, isMachine: boolean, context: ReadContext): Told | string {
  const app = textAt(entry.client_id);
  const user = textAt(entry.user_id);
  const audience = textAt(entry.audience);
  const scope = entry.scope;
  const scopes =
    typeof scope === 'string' ? context.scrub(scope).split(/\s+/) : listAt(scope).flatMap((one) => textAt(one) ?? []);
  const shared = {
    name: `exchange.${grant}`,
    access: 'authenticate' as const,
    ...(audience !== undefined && { resource: { id: audience, type: 'api' } }),
    ...(scopes.length > 0 && { scopes: scopes.filter((one) => one !== '') }),
  };
  if (isMachine || user === undefined) {
    if (app === undefined || isNobody(app)) return 'client_id names nobody';
    return { who: { identity: client(app, textAt(entry.client_name)) }, ...shared };
  }
  return { who: ofPerson(user, entry), ...given({ resource: clientOf(entry) }), ...shared };
}

/** A person is the identity of what they do through an app. */
function ofPerson(id: string, entry: Fields, name = textAt(entry.user_name)): Told['who'] {
  const app = textAt(entry.client_id);
  return {
    identity: { id, kind: 'human', provider: 'auth0', ...given({ name }) },
    ...(app !== undefined && !isNobody(app) && { actor: { id: app, kind: 'app' } }),
  };
}

function ofApi(entry: Fields, context: ReadContext): Told | string {
  const details = objectAt(entry.details);
  const request = objectAt(details?.request);
  const auth = objectAt(request?.auth);
  const credentials = objectAt(auth?.credentials);
  const user = objectAt(auth?.user);
  const person = firstText(user?.user_id, entry.user_id);
  const app = textAt(entry.client_id);
  const token = textAt(credentials?.jti);
  const path = context.scrub(textAt(request?.path) ?? '');
  const method = context.scrub(textAt(request?.method) ?? '').toUpperCase();
  const scopes = listAt(credentials?.scopes).flatMap((one) => textAt(one) ?? []);
  let who: Told['who'];
  if (person !== undefined && !isNobody(person)) who = ofPerson(person, entry, firstText(user?.email, user?.name));
  else if (app !== undefined && !isNobody(app)) who = { identity: client(app, textAt(entry.client_name)) };
  else return 'details.request.auth names nobody';
  const made = objectAt(objectAt(details?.response)?.body);
  const isRead = method === 'GET' || textAt(entry.type) === 'mgmt_api_read';
  // What was made is told by its id in the answer, for a POST goes to the collection.
  const id = method === 'POST' ? firstText(made?.id, made?.client_id, made?.user_id) : undefined;
  return {
    who: { ...who, ...(token !== undefined && { credential: { id: token, kind: 'jwt' } }) },
    name:
      path === '' ? context.scrub(firstText(entry.description, entry.type) ?? 'api') : `${method} ${templateOf(path)}`,
    access: isRead ? 'read' : /^(?:\/api)?\/v2\/users(?!.*\/(?:roles|permissions))/.test(path) ? 'write' : 'admin',
    ...(path !== '' && {
      resource: {
        id: id === undefined ? path.split('?')[0]! : `${path.split('?')[0]}/${id}`,
        ...given({ type: /^(?:\/api)?\/v2\/([a-z-]+)/.exec(path)?.[1] }),
      },
    }),
    ...(scopes.length > 0 && { scopes }),
  };
}

/** The app that a person signs in to. */
const clientOf = (entry: Fields): Activity['resource'] => {
  const app = textAt(entry.client_id);
  return app === undefined || isNobody(app) ? undefined : { id: app, type: 'client' };
};

function toldBy(entry: Fields, type: string, context: ReadContext): Told | string {
  if (API.has(type)) return ofApi(entry, context);
  const grant = EXCHANGES[type.slice(1)];
  if (grant !== undefined) return ofExchange(entry, grant, MACHINE.has(type.slice(1)), context);
  const user = textAt(entry.user_id);
  if (user === undefined || isNobody(user))
    return 'an event of a visitor, or of the tenant itself: user_id names nobody';
  return {
    who: ofPerson(user, entry),
    name: type,
    access: /^(?:gd_|scp|fcp|sce|fce)/.test(type) ? 'write' : 'authenticate',
    ...given({ resource: clientOf(entry) }),
  };
}

function outcomeOf(entry: Fields, type: string): Pick<Activity, 'outcome' | 'errorCode'> {
  const byStatus = outcomeOfHttp(objectAt(objectAt(entry.details)?.response)?.statusCode);
  if (byStatus.outcome !== 'success') return byStatus;
  if (!type.startsWith('f') && !REFUSED.has(type)) return { outcome: 'success' };
  return { outcome: API.has(type) ? 'failed' : 'denied', errorCode: type };
}

export const format: Format = {
  id: 'auth0',
  about: {
    title: 'Auth0 tenant log',
    source: 'Events of a log stream ({"log_id", "data"}) or entries of /api/v2/logs.',
  },
  recognises(raw) {
    const record = objectAt(raw);
    const entry = entryOf(record);
    return (
      entry !== undefined &&
      typeof entry.type === 'string' &&
      typeof entry.date === 'string' &&
      ('log_id' in entry || 'log_id' in (record ?? {})) &&
      ('client_id' in entry || 'user_id' in entry || 'description' in entry)
    );
  },
  read(raw, context) {
    const record = objectAt(raw);
    const entry = entryOf(record);
    if (record === undefined || entry === undefined) return dead('record: expected an object');
    const at = instantOf(entry.date, true);
    if (at === undefined) return dead('data.date: expected a time');
    const type = context.scrub(textAt(entry.type) ?? '');
    if (type === '') return dead('data.type: expected a non-empty string');
    const told = toldBy(entry, type, context);
    if (typeof told === 'string') return skip(told);
    const id = firstText(entry.log_id, record.log_id, entry._id);
    const account = textAt(entry.tenant_name);
    const { identity, ...rest } = told.who;
    return {
      status: 'read',
      activities: [
        {
          id: `auth0:${id ?? context.hashOf(record)}`,
          at,
          tenant: context.tenant,
          identity: { ...identity, ...given({ account }) },
          ...rest,
          action: { name: told.name, service: API.has(type) ? 'management-api' : 'auth0', access: told.access },
          source: given({
            ip: firstText(entry.ip, objectAt(objectAt(entry.details)?.request)?.ip),
            userAgent: firstText(objectAt(objectAt(entry.details)?.request)?.userAgent, entry.user_agent),
          }),
          ...outcomeOf(entry, type),
          ...given({ resource: told.resource, scopes: told.scopes }),
        },
      ],
    };
  },
};

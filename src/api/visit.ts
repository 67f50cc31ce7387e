/** One request from its headers to what a route is asked: who sends it, what it may take, and that it gives all of it back. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import { addressOf, type Connections } from '../bounds/connections.ts';
import type { Hold, Lease } from '../bounds/hold.ts';
import type { Clock } from '../ports/outside.ts';
import { bodyTooLarge, jsonOf, plainBody, sentBody } from './body.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { ConsoleParts } from './ports.ts';
import { busy, malformed, Problem } from './problem.ts';
import { type Asked, mayUse, type Route } from './route.ts';
import { readSigned, SIGNED_BODY_MAX_BYTES } from './signed.ts';

const ISSUES_SHOWN = 8;
const BUSY_MS = 1_000;
const NOBODY: Caller = { name: 'anyone', scope: 'viewer', tenant: '' };
/** Names under which clients of other APIs put a token into the address. */
const TOKEN_NAMES = /^(?:(?:access|auth|api|id|bearer|hec|splunk)?[-_]?(?:token|key|authorization))$/i;
const OUR_TOKEN = /(?:^|[^A-Za-z0-9])tdm_[A-Za-z0-9_-]{20,}/;

const FORGED = 'Load the console anew. A program bears a token (`authorization: Bearer TOKEN`), no cookie.';

/** What the requests of one server share. */
export interface Bounds {
  readonly requests: Limiter;
  readonly bytes: Limiter;
  /** Requests of callers without a token, by address: many addresses never make a token's share start anew. */
  readonly strangers: Limiter;
  readonly held: Hold;
  readonly connections: Connections;
}

export function createBounds(config: Config['http'], clock: Clock, held: Hold, connections: Connections): Bounds {
  return {
    requests: createLimiter(config.requestsPerSecond, clock),
    bytes: createLimiter(config.bytesPerSecond, clock),
    strangers: createLimiter(config.requestsPerSecond, clock),
    held,
    connections,
  };
}

/** What a request brought so far. */
export interface Visit {
  caller: Caller;
  readonly lease: Lease;
  /** Who it is will be known when the signature was found good. */
  readonly signed: boolean;
  /** Bytes its body may have. */
  readonly most: number;
}

export const keyOf = ({ tenant, name }: Caller) => `${tenant}\u0000${name}`;

/** Lets a request in before any of its body is read, or throws a Problem. */
export async function admit(
  { findToken, sessions, config }: Pick<ConsoleParts, 'findToken' | 'sessions' | 'config'>,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  bounds: Bounds,
): Promise<Visit> {
  if (namesToken(request.url))
    throw new Problem(
      400,
      'Bad request',
      'a token stands in the address, where proxies and logs keep it',
      'Send `authorization: Bearer TOKEN`, and withdraw the token if it was a real one.',
    );
  const { socket } = request.raw;
  const lease = bounds.held.lease(socket, reply.raw);
  const authorization = request.headers.authorization ?? bearerIn(request.headers, route.tokenHeader);
  const signed =
    route.signed !== undefined &&
    (route.scope === undefined || (authorization === undefined && 'webhook-signature' in request.headers));
  let caller = NOBODY;
  if (route.scope !== undefined && !signed) {
    const person =
      authorization === undefined && sessions !== undefined
        ? await personIn(sessions, request, reply, bounds)
        : undefined;
    caller = person ?? callerOf(authorization, findToken, route.basic ?? false);
    if (!mayUse(caller.scope, route.scope))
      throw new Problem(
        403,
        'Forbidden',
        `${person === undefined ? 'a token of scope' : 'the role'} ${caller.scope} may not do this`,
        `It takes the scope ${route.scope}.`,
      );
    bounds.connections.known(socket, keyOf(caller));
    bounds.connections.busy(socket, true);
    reply.raw.once('close', () => bounds.connections.busy(socket, false));
    lease.of(keyOf(caller));
    spend([bounds.requests, bounds.bytes], keyOf(caller), 'this token');
  } else if (route.limited || signed) spend([bounds.strangers], addressOf(request.ip), 'this address');
  const most = mostOf(route, signed, config);
  if (route.method !== 'GET') {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > most) throw bodyTooLarge(most);
    // What is full by now will not take this one either: told before it is sent.
    if (bounds.held.full) throw busy('too many requests are under way', BUSY_MS);
  }
  return { caller, lease, signed, most };
}

/** The person whose session a cookie names; undefined where there is no cookie of ours. */
async function personIn(
  sessions: NonNullable<ConsoleParts['sessions']>,
  { headers, method, ip }: FastifyRequest,
  reply: FastifyReply,
  { strangers }: Bounds,
): Promise<Caller | undefined> {
  // A cookie that nobody knows costs a question to the store.
  if (sessions.isStranger(headers)) spend([strangers], addressOf(ip), 'this address');
  const found = await sessions.enter(headers, method);
  switch (found.status) {
    case 'nobody':
      return undefined;
    case 'over':
      throw new Problem(401, 'Unauthorized', 'your session is over', 'Sign in again.', {
        headers: { 'set-cookie': found.setCookie },
      });
    case 'forged':
      throw new Problem(403, 'Forbidden', `the request is not from a page of this console: ${found.why}`, FORGED);
    case 'elsewhere':
      throw new Problem(403, 'Forbidden', found.why, 'GET /auth/session lists your tenants.');
    case 'in':
      if (found.setCookie !== undefined) reply.header('set-cookie', found.setCookie);
      return found.caller;
  }
}

/** The token that stands alone in a header of a sender's own protocol. */
function bearerIn(headers: FastifyRequest['headers'], name: string | undefined): string | undefined {
  const token = name === undefined ? undefined : headers[name];
  return typeof token === 'string' && token !== '' ? `Bearer ${token}` : undefined;
}

export function callerOf(
  authorization: string | undefined,
  findToken: ConsoleParts['findToken'],
  takesBasic: boolean,
): Caller {
  // OTEL_EXPORTER_OTLP_HEADERS has the blank as %20, and some SDKs send it as it stands there.
  const [, scheme = '', sent = ''] = /^([A-Za-z]+)(?: |%20)+(\S+)$/.exec(authorization ?? '') ?? [];
  const token =
    takesBasic && /^basic$/i.test(scheme) ? passwordOf(sent) : /^(bearer|splunk)$/i.test(scheme) ? sent : '';
  const found = token === '' ? undefined : findToken(token);
  if (found === undefined)
    throw new Problem(
      401,
      'Unauthorized',
      scheme === '' ? 'no token was sent' : 'the token is not known',
      'Send `authorization: Bearer TOKEN`; make one with `tidemark token new`.',
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  return found;
}

/** Of the credentials of Basic authentication (RFC 7617): what follows the first colon. */
function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.includes(':') ? text.slice(text.indexOf(':') + 1) : '';
}

/** Whether the query holds a token, or something that is named like one. */
function namesToken(url: string): boolean {
  const at = url.indexOf('?');
  if (at < 0) return false;
  for (const [name, value] of new URLSearchParams(url.slice(at + 1)))
    if (TOKEN_NAMES.test(name) || OUR_TOKEN.test(value) || OUR_TOKEN.test(name)) return true;
  return false;
}

/** Takes one request from the share of a key, or throws a Problem. */
export function spend(limiters: readonly [Limiter, ...Limiter[]], key: string, who: string): void {
  const waitMs = Math.max(...limiters.map((limiter) => limiter.wait(key)));
  if (waitMs > 0) throw busy(`${who} has used up its share of requests or bytes`, waitMs);
  limiters[0].take(key, 1);
}

/** Bytes a body may have: little before it is known who sends it, and no more than its kind needs. */
function mostOf(route: Route, signed: boolean, { bodyMaxBytes, jsonMaxBytes }: Config['http']): number {
  if (signed || route.limited) return Math.min(SIGNED_BODY_MAX_BYTES, bodyMaxBytes);
  return route.records ? bodyMaxBytes : Math.min(jsonMaxBytes, bodyMaxBytes);
}

/** Collects a body. Whoever is not known yet has little time for it. */
export async function collect(
  request: FastifyRequest,
  visit: Visit,
  { unknownTimeoutMs }: Config['http'],
): Promise<Buffer> {
  const { raw } = request;
  const late = visit.caller === NOBODY ? setTimeout(() => raw.socket.destroy(), unknownTimeoutMs) : undefined;
  try {
    return await sentBody(raw, visit.lease, visit.most);
  } finally {
    clearTimeout(late);
  }
}

/** What the route is asked, with everything in it checked. */
export async function read(
  route: Route,
  request: FastifyRequest,
  visit: Visit,
  bounds: Bounds,
  { signed }: Pick<ConsoleParts, 'signed'>,
): Promise<Asked<unknown, unknown>> {
  const query = route.query === undefined ? {} : checked(route.query, request.query, 'query');
  let body: unknown;
  if (route.method !== 'GET') {
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const plain = visit.signed
      ? sent
      : await plainBody(sent, request.headers['content-encoding'], visit.lease, visit.most);
    let value: unknown;
    if (visit.signed) {
      const params = request.params as Record<string, string>;
      ({ caller: visit.caller, body: value } = await readSigned(signed, route, params, request.headers, plain));
      if (visit.caller.tenant !== '') spend([bounds.requests, bounds.bytes], keyOf(visit.caller), 'this key');
    }
    if (visit.caller !== NOBODY) bounds.bytes.take(keyOf(visit.caller), plain.length);
    if (route.records || route.raw !== undefined) body = plain;
    else if (route.body !== undefined)
      body = checked(route.body, visit.signed ? value : plain.length === 0 ? {} : jsonOf(plain), 'body');
  }
  const { caller } = visit;
  return { caller, params: request.params as Record<string, string>, query, body, headers: request.headers };
}

function checked(schema: NonNullable<Route['body']>, value: unknown, where: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, ISSUES_SHOWN);
  const said = issues.map(({ path, message }) => `${[where, ...path].join('.')}: ${message}`).join('; ');
  throw malformed(said, 'See /openapi.json for what is taken here.');
}

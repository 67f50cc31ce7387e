/** The HTTP server of the API: every request is authenticated, bounded and answered in one way. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Caller } from '../../schemas/api.ts';
import { bodyTooLarge, jsonOf, plainBody } from './body.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { openapi } from './openapi.ts';
import type { ConsoleParts } from './ports.ts';
import { busy, malformed, Problem } from './problem.ts';
import { type Asked, mayUse, type Route } from './route.ts';
import { readSigned, SIGNED_BODY_MAX_BYTES } from './signed.ts';

/** The API cannot listen where it was told to. */
export class ConsoleError extends Error {
  override readonly name = 'ConsoleError';
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

export interface Console {
  /** Where it answers, such as http://127.0.0.1:8088. */
  readonly url: string;
  /** Takes no more requests, ends those under way. */
  close(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const LOOK_FOR_SLOW_MS = 1_000;
const KEEP_ALIVE_MS = 30_000;
const LINGER_MS = 2_000;
const HEADER_MAX_BYTES = 16_384;
const ISSUES_SHOWN = 8;

const SAFE = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** Listens; throws a ConsoleError when it cannot or may not. */
export async function startConsole(parts: ConsoleParts, routes: readonly Route[]): Promise<Console> {
  const { config } = parts;
  const tls = tlsOf(config);
  if (tls === undefined && !isLoopback(config.host) && !config.allowPlaintext)
    throw new ConsoleError(
      `http.host ${config.host} is not loopback: tokens and records would travel in the clear`,
      'Set http.certFile and http.keyFile, or http.allowPlaintext behind a proxy that speaks TLS.',
    );
  const server = createServer(parts, routes, tls);
  try {
    await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    await server.close();
    throw new ConsoleError(
      `cannot listen on ${config.host}:${config.port} (${(error as NodeJS.ErrnoException).code})`,
      'Set http.host and http.port to a free address.',
    );
  }
  const { address, port, family } = server.server.address() as AddressInfo;
  const url = `${tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return {
    url,
    async close() {
      // Who has not had the answer by then sends again.
      const cut = setTimeout(() => server.server.closeAllConnections(), LINGER_MS);
      await server.close();
      clearTimeout(cut);
    },
  };
}

function tlsOf({ certFile, keyFile }: ConsoleParts['config']): { cert: Buffer; key: Buffer } | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConsoleError('http.certFile and http.keyFile belong together', 'Set both or neither.');
  try {
    return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new ConsoleError(`cannot read ${path} (${code})`, 'Name PEM files this process may read.');
  }
}

interface Bounds {
  readonly requests: Limiter;
  readonly bytes: Limiter;
  /** Bytes of bodies held now. */
  held: number;
}

/** What is known of a request so far. */
interface Visit {
  caller: Caller;
  reserved: number;
  /** The signer is known once the signature was verified. */
  readonly signed: boolean;
}

const NOBODY: Caller = { name: 'anyone', scope: 'viewer', tenant: '' };

function createServer(
  parts: ConsoleParts,
  routes: readonly Route[],
  tls: { cert: Buffer; key: Buffer } | undefined,
): FastifyInstance {
  const { config, clock } = parts;
  const times = {
    requestTimeout: config.requestTimeoutMs,
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, config.requestTimeoutMs),
    connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, config.requestTimeoutMs),
    maxHeaderSize: HEADER_MAX_BYTES,
  };
  const server = fastify({
    logger: false,
    bodyLimit: config.bodyMaxBytes,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: config.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // A header that says it is another client's address, method or id is a claim, nothing more.
    trustProxy: false,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_048 },
    ...(tls === undefined ? { http: times } : { https: { ...times, ...tls, minVersion: 'TLSv1.2' as const } }),
  } as object) as unknown as FastifyInstance;
  server.server.maxConnections = config.connectionsMax;
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const bounds: Bounds = {
    requests: createLimiter(config.requestsPerSecond, clock),
    bytes: createLimiter(config.bytesPerSecond, clock),
    held: 0,
  };
  const visits = new WeakMap<FastifyRequest, Visit>();

  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFE);
    const route = routeOf(request);
    if (route !== undefined) visits.set(request, admit(parts, route, request, bounds));
  });
  server.addHook('onResponse', async (request, reply) => {
    bounds.held -= visits.get(request)?.reserved ?? 0;
    parts.onEvent({ type: 'answered', route: routeOf(request)?.path ?? 'none', status: reply.statusCode });
  });
  server.setNotFoundHandler((_request, reply) =>
    say(reply, undefined, new Problem(404, 'Not found', 'there is nothing here', 'See /openapi.json.')),
  );
  server.setErrorHandler((error, request, reply) => {
    const route = routeOf(request);
    const problem = problemOf(error, config.bodyMaxBytes);
    if (problem.status >= 500 && !(error instanceof Problem))
      parts.onEvent({ type: 'failed', route: route?.path ?? 'none', error });
    // The rest of a refused body is not read.
    if (problem.status === 401 || problem.status === 413) reply.header('connection', 'close');
    say(reply, route, problem);
  });

  for (const route of routes)
    server.route({
      method: route.method,
      url: route.path,
      config: { route },
      handler: async (request, reply) => {
        const visit = visits.get(request)!;
        const asked = await read(route, request, visit, bounds, parts);
        const { status, body, headers } = await route.run(asked as Asked<never, never>);
        return reply
          .code(status ?? route.status ?? 200)
          .headers(headers ?? {})
          .send(body);
      },
    });
  const description = openapi(routes, parts.version);
  server.get('/openapi.json', async (_request, reply) => reply.send(description));
  return server;
}

const routeOf = (request: FastifyRequest) => (request.routeOptions.config as { route?: Route } | undefined)?.route;

/** Lets a request in before any of its body is read, or throws a Problem. */
function admit(
  { findToken, queueBytes, config }: ConsoleParts,
  route: Route,
  request: FastifyRequest,
  bounds: Bounds,
): Visit {
  let caller = NOBODY;
  const { authorization } = request.headers;
  const signed =
    route.signed !== undefined &&
    (route.scope === undefined || (authorization === undefined && 'webhook-signature' in request.headers));
  if (route.scope !== undefined && !signed) {
    const [, scheme = '', token = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
    const found = /^(bearer|splunk)$/i.test(scheme) ? findToken(token) : undefined;
    if (found === undefined)
      throw new Problem(
        401,
        'Unauthorized',
        scheme === '' ? 'no token was sent' : 'the token is not known',
        'Send `authorization: Bearer TOKEN`; make one with `tidemark token new`.',
        { headers: { 'www-authenticate': 'Bearer' } },
      );
    if (!mayUse(found.scope, route.scope))
      throw new Problem(
        403,
        'Forbidden',
        `a token of scope ${found.scope} may not do this`,
        `It takes the scope ${route.scope}.`,
      );
    caller = found;
    spend(bounds, keyOf(found), 'this token');
  } else if (route.limited || signed) spend(bounds, `\u0000${request.ip}`, 'this address');
  const visit: Visit = { caller, reserved: 0, signed };
  if (route.method !== 'GET') {
    const most = mostOf(route, signed, config.bodyMaxBytes);
    const announced = Number(request.headers['content-length'] ?? most);
    if (announced > most) throw bodyTooLarge(most);
    reserve(visit, announced, bounds, queueBytes);
  }
  return visit;
}

const keyOf = ({ tenant, name }: Caller) => `${tenant}\u0000${name}`;

/** Takes one request from the share of a key, or throws a Problem. */
function spend(bounds: Bounds, key: string, who: string): void {
  const waitMs = Math.max(bounds.requests.wait(key), bounds.bytes.wait(key));
  if (waitMs > 0) throw busy(`${who} has used up its share of requests or bytes`, waitMs);
  bounds.requests.take(key, 1);
}

/** Bytes a body may have: little before it is known who sends it. */
const mostOf = (route: Route, signed: boolean, bodyMaxBytes: number) =>
  signed || route.limited ? Math.min(SIGNED_BODY_MAX_BYTES, bodyMaxBytes) : bodyMaxBytes;

/** Holds room for the bytes of a request; all requests together have a bound. */
function reserve(visit: Visit, bytes: number, bounds: Bounds, queueBytes: number): void {
  const more = bytes - visit.reserved;
  if (more <= 0) return;
  if (bounds.held > 0 && bounds.held + more > queueBytes) throw busy('too many requests are under way', 1_000);
  bounds.held += more;
  visit.reserved += more;
}

async function read(
  route: Route,
  request: FastifyRequest,
  visit: Visit,
  bounds: Bounds,
  { config, queueBytes, signed }: ConsoleParts,
): Promise<Asked<unknown, unknown>> {
  const query = route.query === undefined ? {} : checked(route.query, request.query, 'query');
  let body: unknown;
  if (route.method !== 'GET') {
    const most = mostOf(route, visit.signed, config.bodyMaxBytes);
    const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (sent.length > most) throw bodyTooLarge(most);
    const plain = visit.signed ? sent : await plainBody(sent, request.headers['content-encoding'], most);
    reserve(visit, plain.length, bounds, queueBytes);
    let value: unknown;
    if (visit.signed) {
      const params = request.params as Record<string, string>;
      ({ caller: visit.caller, body: value } = await readSigned(signed, route, params, request.headers, plain));
      if (visit.caller.tenant !== '') spend(bounds, keyOf(visit.caller), 'this key');
    }
    bounds.bytes.take(route.limited ? `\u0000${request.ip}` : keyOf(visit.caller), plain.length);
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

function problemOf(error: unknown, bodyMaxBytes: number): Problem {
  if (error instanceof Problem) return error;
  const { code, statusCode, remedy } = error as { code?: string; statusCode?: number; remedy?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(bodyMaxBytes);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return malformed('the request could not be read', 'See /openapi.json for what is taken here.');
  // A fault names files and addresses of ours: the sender is told that it passes, the operator reads the log.
  if (typeof remedy === 'string')
    return new Problem(503, 'Not available', 'the store or the broker does not answer', 'Send the same again later.', {
      headers: { 'retry-after': '5' },
    });
  return new Problem(500, 'Internal error', 'this should not have happened', 'The log of the server says more.');
}

function say(reply: FastifyReply, route: Route | undefined, problem: Problem): FastifyReply {
  reply.code(problem.status).headers(problem.headers);
  if (route?.phrase !== undefined) return reply.send(route.phrase(problem.status, problem.message));
  return reply.type('application/problem+json').send(JSON.stringify(problem.body()));
}

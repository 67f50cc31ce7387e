/** The HTTP server of the API: every request is authenticated, bounded and answered in one way. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Connections, watchConnections } from '../bounds/connections.ts';
import { visibleJson } from '../render/visible.ts';
import { openapi } from './openapi.ts';
import type { ConsoleParts } from './ports.ts';
import { malformed, Problem } from './problem.ts';
import type { Asked, Route } from './route.ts';
import { admit, collect, createBounds, read, type Visit } from './visit.ts';

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
  readonly connections: Pick<Connections, 'open'>;
  /** Takes no more requests, ends those under way. */
  close(): Promise<void>;
}

const LOOK_FOR_SLOW_MS = 500;
const LINGER_MS = 2_000;
const HEADER_MAX_BYTES = 16_384;

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
  refusePlaintext(config, tls);
  const { server, connections } = createServer(parts, routes, tls);
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
    connections,
    async close() {
      // Who has not had the answer by then sends again.
      // Also those whose handshake is not done, of which the server does not know yet.
      const cut = setTimeout(() => connections.destroy(), LINGER_MS);
      await server.close();
      clearTimeout(cut);
    },
  };
}

/** Throws a ConsoleError where tokens would travel in the clear. */
export function refusePlaintext({ host, allowPlaintext }: ConsoleParts['config'], tls: object | undefined): void {
  if (tls !== undefined || isLoopback(host) || allowPlaintext) return;
  throw new ConsoleError(
    `http.host ${host} is not loopback: tokens and records would travel in the clear`,
    'Set http.certFile and http.keyFile, or http.allowPlaintext behind a proxy that speaks TLS.',
  );
}

/** Certificate and key of the server; undefined where it speaks no TLS. Throws a ConsoleError where they are none. */
export function tlsOf({
  certFile,
  keyFile,
}: Pick<ConsoleParts['config'], 'certFile' | 'keyFile'>): { cert: Buffer; key: Buffer } | undefined {
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined)
    throw new ConsoleError('http.certFile and http.keyFile belong together', 'Set both or neither.');
  let pair: { cert: Buffer; key: Buffer };
  try {
    pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new ConsoleError(`cannot read ${path} (${code})`, 'Name PEM files this process may read.');
  }
  try {
    createSecureContext(pair);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConsoleError(
      `http.certFile and http.keyFile are no certificate with its key (${code ?? message})`,
      'Name the PEM file of the certificate, its own first, and that of its private key.',
    );
  }
  return pair;
}

function createServer(
  parts: ConsoleParts,
  routes: readonly Route[],
  tls: { cert: Buffer; key: Buffer } | undefined,
): { readonly server: FastifyInstance; readonly connections: Connections } {
  const { config, clock } = parts;
  const unknownMs = Math.min(config.unknownTimeoutMs, config.requestTimeoutMs);
  const times = {
    requestTimeout: config.requestTimeoutMs,
    headersTimeout: unknownMs,
    connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, unknownMs),
    maxHeaderSize: HEADER_MAX_BYTES,
  };
  const server = fastify({
    logger: false,
    bodyLimit: config.bodyMaxBytes,
    keepAliveTimeout: config.keepAliveMs,
    requestTimeout: config.requestTimeoutMs,
    forceCloseConnections: 'idle',
    // A header that says it is another client's address, method or id is a claim, nothing more.
    trustProxy: false,
    requestIdHeader: false,
    exposeHeadRoutes: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 2_048 },
    ...(tls === undefined
      ? { http: times }
      : { https: { ...times, ...tls, handshakeTimeout: unknownMs, minVersion: 'TLSv1.2' as const } }),
  } as object) as unknown as FastifyInstance;
  const connections = watchConnections(server.server, config);
  const bounds = createBounds(config, clock, parts.held, connections);
  const visits = new WeakMap<FastifyRequest, Visit>();
  // Whoever looks at an answer on a terminal sees what a log said; nothing in it acts there.
  server.setReplySerializer(visibleJson);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', async (request: FastifyRequest) => collect(request, visits.get(request)!, config));

  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SAFE);
    // A body that nobody takes is not read either.
    if (request.is404) throw new Problem(404, 'Not found', 'there is nothing here', 'See /openapi.json.');
    const route = routeOf(request);
    if (route !== undefined) visits.set(request, await admit(parts, route, request, reply, bounds));
  });
  server.addHook('onSend', async (request) => {
    // Whoever does not take its answer is not waited for.
    request.raw.socket.setTimeout(config.requestTimeoutMs);
  });
  server.addHook('onResponse', async (request, reply) => {
    parts.onEvent({ type: 'answered', route: routeOf(request)?.path ?? 'none', status: reply.statusCode });
  });
  server.setErrorHandler((error, request, reply) => {
    const route = routeOf(request);
    const problem = problemOf(error);
    // A sender that broke off is no failure of ours, and has nobody left to read the answer.
    if (problem.status >= 500 && request.raw.destroyed && !request.raw.complete) return reply.hijack();
    if (problem.status >= 500 && !(error instanceof Problem))
      parts.onEvent({ type: 'failed', route: route?.path ?? 'none', error });
    // What is left of a body that is refused is not worth reading.
    if (problem.status === 401 || hasBody(request)) reply.header('connection', 'close');
    say(reply, route, problem);
  });

  for (const route of routes)
    server.route({
      method: route.method,
      url: route.path,
      config: { route },
      handler: async (request, reply) => {
        const visit = visits.get(request)!;
        const { status, body, headers } = await visit.lease.during(async () => {
          const asked = await read(route, request, visit, bounds, parts);
          return await route.run(asked as Asked<never, never>);
        });
        return reply
          .code(status ?? route.status ?? 200)
          .headers(headers ?? {})
          .send(body);
      },
    });
  const description = openapi(routes, parts.version);
  server.get('/openapi.json', async (_request, reply) => reply.send(description));
  return { server, connections };
}

const hasBody = ({ headers }: FastifyRequest) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

const routeOf = (request: FastifyRequest) => (request.routeOptions.config as { route?: Route } | undefined)?.route;

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { statusCode, remedy } = error as { statusCode?: number; remedy?: string };
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
  if (route?.phrase !== undefined) {
    const { type = 'application/json', body } = route.phrase(problem.status, problem.message, reply.request.headers);
    return reply.type(type).send(body);
  }
  return reply.type('application/problem+json').send(visibleJson(problem.body()));
}

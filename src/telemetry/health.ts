/** Serves /metrics, /livez and /readyz, which an orchestrator asks for, and /recent to this machine alone. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../schemas/config.ts';
import { watchConnections } from '../bounds/connections.ts';
import { visibleJson } from '../render/visible.ts';
import type { Liveness } from './liveness.ts';
import type { Telemetry } from './telemetry.ts';

/** The address is taken or not ours. */
export class HealthError extends Error {
  override readonly name = 'HealthError';
  readonly remedy = 'Set telemetry.host and telemetry.port to a free address, or telemetry.enabled to false.';
}

export interface HealthOptions {
  readonly config: Pick<Config['telemetry'], 'host' | 'port' | 'stallMs'>;
  readonly telemetry: Telemetry;
  readonly pulse: Liveness;
  /** Why the process should get no work just now; empty when it is ready. */
  readonly notReady: () => readonly string[];
  /** What is wrong though the process does its work. */
  readonly notes?: () => readonly string[];
}

export interface Health {
  /** Port in use, which tells where port 0 ended up. */
  readonly port: number;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${visibleJson(body)}\n`);
}

type Told = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;
const isLocal = ({ socket }: IncomingMessage) => /^(127\.|::1$|::ffff:127\.)/.test(socket.remoteAddress ?? '');

/** Listens on `telemetry.host` and `telemetry.port`; throws a HealthError when it cannot. */
export async function startHealth({
  config,
  telemetry,
  pulse,
  notReady,
  notes = () => [],
}: HealthOptions): Promise<Health> {
  const routes: Readonly<Record<string, Told>> = {
    '/metrics': async (response) => {
      const text = await telemetry.metrics();
      response.writeHead(200, { 'content-type': telemetry.contentType, 'cache-control': 'no-store' });
      response.end(text);
    },
    '/livez': (response) => {
      const silentMs = pulse.silentMs();
      const live = silentMs <= config.stallMs;
      if (!live) telemetry.event('stalled', { seconds: silentMs / 1_000 });
      answer(response, live ? 200 : 503, live ? { live } : { live, reasons: [`no progress for ${silentMs} ms`] });
    },
    '/readyz': (response) => {
      const reasons = notReady();
      const ready = reasons.length === 0;
      const noted = notes();
      answer(response, ready ? 200 : 503, { ready, reasons, ...(noted.length > 0 && { notes: noted }) });
    },
    // What went wrong names files and hosts of the operator: it is for `tidemark doctor` beside this process.
    '/recent': (response, request) =>
      isLocal(request)
        ? answer(response, 200, { recent: telemetry.recent() })
        : answer(response, 403, { error: 'told to this machine alone' }),
  };

  const server = createServer({
    requestTimeout: 5_000,
    headersTimeout: 5_000,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: 8_192,
  });
  // An orchestrator connects anew each time: the newest gets in, whoever holds the others.
  watchConnections(server, { connectionsMax: MAX_CONNECTIONS, connectionsPerAddress: MAX_CONNECTIONS / 4 });
  server.on('request', async (request, response) => {
    request.resume();
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
    if (route === undefined) return answer(response, 404, { error: 'not found', paths: Object.keys(routes) });
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return answer(response, 405, { error: 'only GET and HEAD' });
    }
    try {
      await route(response, request);
    } catch {
      // A metric that cannot be read must not end the process that does the work.
      if (response.headersSent) response.destroy();
      else answer(response, 500, { error: 'could not be told' });
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new HealthError(`cannot listen on ${config.host}:${config.port} (${error.code})`)),
    );
    server.listen(config.port, config.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

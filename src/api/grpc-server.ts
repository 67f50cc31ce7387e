/** OTLP over gRPC: the unary calls of its two services over HTTP/2, with the token, the shares and the deadlines of the HTTP API. */
import {
  constants,
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type Connections, type Ends, watchConnections } from '../bounds/connections.ts';
import type { Lease } from '../bounds/hold.ts';
import { plainBody, sentBody } from './body.ts';
import { takeExport } from './otlp-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { busy, malformed, Problem, tooLarge } from './problem.ts';
import { mayUse } from './route.ts';
import { ConsoleError, refusePlaintext, tlsOf } from './server.ts';
import { type Bounds, callerOf, createBounds, keyOf, spend } from './visit.ts';

// Source: "gRPC over HTTP2" of grpc/grpc, and OTLP 1.10, "OTLP/gRPC".

type Parts = Pick<
  ConsoleParts,
  'config' | 'clock' | 'held' | 'findToken' | 'intake' | 'formats' | 'recordLimits' | 'onEvent'
>;

const SIGNALS = new Map([
  ['/opentelemetry.proto.collector.trace.v1.TraceService/Export', 'traces'],
  ['/opentelemetry.proto.collector.logs.v1.LogsService/Export', 'logs'],
] as const);

/** Calls of one connection at a time. */
const STREAMS_MAX = 32;
const HEADERS_MAX_BYTES = 16_384;
/** A flag that says whether it is compressed, and the length. */
const PREFIX_BYTES = 5;
const BUSY_MS = 1_000;
const MESSAGE_MAX_CHARS = 512;
const LINGER_MS = 2_000;

/** Codes of gRPC: what an exporter sends again is `unavailable` alone, with pauses of its own. */
const CODES = {
  ok: 0,
  invalid: 3,
  exhausted: 8,
  denied: 7,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unknown: 16,
};
const CODE_OF: Readonly<Record<number, number>> = {
  400: CODES.invalid,
  401: CODES.unknown,
  403: CODES.denied,
  413: CODES.exhausted,
  415: CODES.invalid,
  429: CODES.unavailable,
  503: CODES.unavailable,
};

export interface GrpcServer {
  /** Where it answers, such as http://127.0.0.1:4317. */
  readonly url: string;
  readonly connections: Pick<Connections, 'open'>;
  /** Takes no more calls, ends those under way. */
  close(): Promise<void>;
}

/** Listens; throws a ConsoleError when it cannot or may not. */
export async function startGrpc(parts: Parts, port: number): Promise<GrpcServer> {
  const { config, clock } = parts;
  const tls = tlsOf(config);
  refusePlaintext(config, tls);
  const settings = { settings: { maxConcurrentStreams: STREAMS_MAX, maxHeaderListSize: HEADERS_MAX_BYTES } };
  const server: Http2Server | Http2SecureServer =
    tls === undefined
      ? createServer(settings)
      : createSecureServer({
          ...settings,
          ...tls,
          allowHTTP1: false,
          minVersion: 'TLSv1.2',
          handshakeTimeout: config.unknownTimeoutMs,
          unknownProtocolTimeout: config.unknownTimeoutMs,
        });
  const connections = watchConnections(server, config);
  const bounds = createBounds(config, clock, parts.held, connections);
  const sessions = new Set<{ close(): void; destroy(): void }>();
  server.on('session', (session) => {
    sessions.add(session);
    const { remoteAddress, remotePort, localAddress, localPort } = session.socket;
    const ends = { remoteAddress, remotePort, localAddress, localPort };
    // The connection is entered after its session.
    let entered: (() => void) | undefined;
    process.nextTick(() => {
      entered = connections.cutter(ends);
    });
    const cut = () => entered?.();
    // Until a good token was named the time runs on, whatever else is sent.
    const unknown = setTimeout(cut, config.unknownTimeoutMs);
    visits.set(session, { calls: 0, spoilable: config.grpcSpoiledMax, ends, unknown, cut });
    session.once('close', () => {
      clearTimeout(unknown);
      sessions.delete(session);
      // A session may be over, after a flood, and leave its socket as it is.
      setTimeout(cut, LINGER_MS).unref();
    });
    // Whoever is silent is closed.
    session.setTimeout(config.keepAliveMs, cut);
    session.on('error', () => {});
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    serve(parts, bounds, stream, headers).catch((error: unknown) =>
      parts.onEvent({ type: 'failed', route: 'otlp-grpc', error }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, config.host, () => resolve());
  }).catch((error: NodeJS.ErrnoException) => {
    throw new ConsoleError(
      `cannot listen on ${config.host}:${port} (${error.code})`,
      'Set http.host and http.grpcPort to a free address.',
    );
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    connections,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const session of sessions) session.close();
      const cut = setTimeout(() => {
        for (const session of sessions) session.destroy();
        // Also those whose handshake is not done: they have no session.
        connections.destroy();
      }, LINGER_MS);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** What is known of a connection. */
interface Visit {
  /** Calls under way. */
  calls: number;
  /** Calls that may still come to nothing: HTTP/2 lets hundreds of them arrive in one packet. */
  spoilable: number;
  /** A session that is over has no socket to ask for them. */
  readonly ends: Ends;
  readonly unknown: NodeJS.Timeout;
  /** Ends the connection. */
  cut(): void;
}
const visits = new WeakMap<object, Visit>();

/** Counts a call that came to nothing. */
function spoil(session: Http2Session | undefined): void {
  if (session === undefined) return;
  const visit = visits.get(session)!;
  if (--visit.spoilable <= 0) visit.cut();
}

/** Whoever sent it broke off, or was too late: nobody is left to answer. */
const isOver = (stream: ServerHttp2Stream) => stream.destroyed || stream.closed || stream.aborted;

async function serve(
  parts: Parts,
  bounds: Bounds,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const { config } = parts;
  // It is gone from a stream that was closed.
  const { session } = stream;
  const path = String(headers[':path'] ?? '');
  const signal = SIGNALS.get(path as never);
  const late = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), config.requestTimeoutMs);
  stream.once('close', () => clearTimeout(late));
  try {
    if (!/^application\/grpc(?:\+proto)?(?:;|$)/.test(String(headers['content-type'] ?? ''))) {
      spoil(session);
      if (!isOver(stream)) stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    if (signal === undefined) {
      spoil(session);
      return end(stream, CODES.unimplemented, 'only spans and log records are taken here');
    }
    const { lease, caller } = admit(parts, bounds, stream, headers);
    await lease.during(async () => {
      const message = await messageIn(stream, headers, lease, config.bodyMaxBytes);
      bounds.bytes.take(keyOf(caller), message.length);
      const answer = await takeExport(parts, caller, signal, 'protobuf', message, 'auto');
      reply(stream, answer as Buffer);
    });
    parts.onEvent({ type: 'answered', route: path, status: 200 });
  } catch (error) {
    const problem = error instanceof Problem ? error : undefined;
    const passes = problem === undefined && typeof (error as { remedy?: unknown }).remedy === 'string';
    // That a store or a broker is away is not the sender's doing.
    if (!passes) spoil(session);
    // A sender that broke off is no failure of ours.
    if (isOver(stream)) return;
    const status = problem?.status ?? (passes ? 503 : 500);
    if (status === 500) parts.onEvent({ type: 'failed', route: path, error });
    parts.onEvent({ type: 'answered', route: path, status });
    end(
      stream,
      CODE_OF[status] ?? CODES.internal,
      problem?.message ?? (passes ? 'the store or the broker does not answer' : 'this should not have happened'),
    );
  }
}

/** Lets a call in before any of its message is read, or throws a Problem. */
function admit(parts: Parts, bounds: Bounds, stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
  const session = stream.session!;
  const visit = visits.get(session)!;
  const lease = bounds.held.lease(stream);
  const caller = callerOf(headers.authorization, parts.findToken, true);
  if (!mayUse(caller.scope, 'ingest'))
    throw new Problem(
      403,
      'Forbidden',
      `a token of scope ${caller.scope} may not do this`,
      'It takes the scope ingest.',
    );
  bounds.connections.known(visit.ends, keyOf(caller));
  visit.calls++;
  bounds.connections.busy(visit.ends, true);
  stream.once('close', () => {
    if (--visit.calls === 0) bounds.connections.busy(visit.ends, false);
  });
  clearTimeout(visit.unknown);
  lease.of(keyOf(caller));
  spend([bounds.requests, bounds.bytes], keyOf(caller), 'this token');
  // What is full by now will not take this one either.
  if (bounds.held.full) throw busy('too many requests are under way', BUSY_MS);
  return { lease, caller };
}

/** The one message of a unary call, without its coding. */
async function messageIn(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  lease: Lease,
  maxBytes: number,
): Promise<Buffer> {
  const sent = await sentBody(stream, lease, maxBytes + PREFIX_BYTES);
  const remedy = 'Send what an OTLP exporter sends.';
  if (sent.length < PREFIX_BYTES) throw malformed('the call holds no message', remedy);
  const length = sent.readUInt32BE(1);
  if (length !== sent.length - PREFIX_BYTES) throw malformed('the call holds not one message', remedy);
  if (length > maxBytes) throw tooLarge(`a message is larger than ${maxBytes} bytes`, 'Raise http.bodyMaxBytes.');
  const message = sent.subarray(PREFIX_BYTES);
  if (sent[0] === 0) return message;
  return plainBody(message, String(headers['grpc-encoding'] ?? 'none'), lease, maxBytes);
}

const HEAD = { ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': 'identity,gzip' };

function reply(stream: ServerHttp2Stream, message: Buffer): void {
  if (isOver(stream)) return;
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  stream.respond(HEAD, { waitForTrailers: true });
  stream.once('wantTrailers', () => {
    if (!isOver(stream)) stream.sendTrailers({ 'grpc-status': String(CODES.ok) });
  });
  stream.end(Buffer.concat([prefix, message]));
}

/** An answer without a message. What is left of a call that is refused is not worth reading. */
function end(stream: ServerHttp2Stream, code: number, message: string): void {
  if (isOver(stream) || stream.headersSent) return;
  const said = encodeURIComponent(message.slice(0, MESSAGE_MAX_CHARS)).replaceAll('%20', ' ');
  stream.respond({ ...HEAD, 'grpc-status': String(code), 'grpc-message': said }, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** Listens for RFC 5424 syslog over TCP or TLS; a sender that is faster than the store waits, since its socket is not read meanwhile. */
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import type { Caller } from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import { type Connections, watchConnections } from '../bounds/connections.ts';
import { createFramer, FrameError, readSyslog } from './syslog-frames.ts';

/** The listener cannot or may not listen. */
export class SyslogError extends Error {
  override readonly name = 'SyslogError';
  readonly remedy: string;
  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

type Taken =
  | { readonly status: 'taken' }
  | { readonly status: 'closed' }
  | { readonly status: 'too-many' }
  | { readonly status: 'busy'; readonly retryAfterMs: number };

export interface SyslogParts {
  readonly config: Config['syslog'];
  findToken(token: string): Caller | undefined;
  /** Resolves when they are durable; rejects on an outage. Of one message alone it never holds too many records: that one is dead. */
  take(messages: readonly Uint8Array[], caller: Caller): Promise<Taken>;
  /** A connection was ended; never says what was sent. */
  readonly onEvent: (event: { readonly error: unknown }) => void;
}

export interface SyslogListener {
  readonly port: number;
  readonly connections: Pick<Connections, 'open'>;
  close(): Promise<void>;
}

const PAUSE_MAX_MS = 60_000;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

export async function startSyslog(parts: SyslogParts): Promise<SyslogListener> {
  const { config } = parts;
  const { certFile, keyFile } = config;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new SyslogError('syslog.certFile and syslog.keyFile belong together', 'Set both or neither.');
  if (certFile === undefined && !isLoopback(config.host) && !config.allowPlaintext)
    throw new SyslogError(
      `syslog.host ${config.host} is not loopback: tokens and records would travel in the clear`,
      'Set syslog.certFile and syslog.keyFile, or syslog.allowPlaintext.',
    );
  const listen = (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    void converse(socket, parts, connections);
  };
  const server =
    certFile === undefined || keyFile === undefined
      ? createServer(listen)
      : createTlsServer(
          {
            cert: pem(certFile),
            key: pem(keyFile),
            minVersion: 'TLSv1.2',
            handshakeTimeout: config.unknownTimeoutMs,
          },
          listen,
        );
  // A handshake that fails is an event of the connection, not of ours.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  const connections = watchConnections(server, config);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new SyslogError(
          `cannot listen on ${config.host}:${config.port} (${error.code})`,
          'Set syslog.host and syslog.port to a free address.',
        ),
      ),
    );
    server.listen(config.port, config.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        connections.destroy();
      }),
  };
}

function pem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new SyslogError(
      `cannot read ${file} (${(error as NodeJS.ErrnoException).code})`,
      'Name a readable PEM file.',
    );
  }
}

/** Messages put together for one answer of the store. */
const BATCH_MAX = 1_000;

/**
 * One connection. The first good token counts for what follows without one; a message without any token ends it, and so does
 * time while nobody knows who sends.
 */
async function converse(
  socket: Socket,
  { config, findToken, take, onEvent }: SyslogParts,
  connections: Connections,
): Promise<void> {
  const late = setTimeout(() => socket.destroy(), config.unknownTimeoutMs);
  socket.once('close', () => clearTimeout(late));
  const cut = createFramer(config.messageMaxBytes);
  let known: { token: string; caller: Caller } | undefined;
  try {
    for await (const chunk of socket) {
      let batch: Uint8Array[] = [];
      let sender: Caller | undefined;
      const flush = async () => {
        if (sender !== undefined && batch.length > 0) {
          connections.busy(socket, true);
          await store(batch, sender, take);
          connections.busy(socket, false);
        }
        batch = [];
      };
      // A token that was withdrawn is good for nothing more, on a connection that has been open for long either.
      if (known !== undefined && findToken(known.token) === undefined)
        throw new FrameError('a token that was withdrawn');
      for (const bytes of cut(chunk as Buffer)) {
        const message = readSyslog(bytes);
        if (message === undefined && known === undefined) throw new FrameError('a message that is not RFC 5424');
        if (message?.token !== undefined && message.token !== known?.token) {
          const caller = findToken(message.token);
          if (caller === undefined || (caller.scope !== 'ingest' && caller.scope !== 'admin'))
            throw new FrameError('a token that is not known or may not send');
          if (known === undefined) {
            clearTimeout(late);
            socket.setTimeout(config.idleMs, () => socket.destroy());
          }
          known = { token: message.token, caller };
          connections.known(socket, `${caller.tenant}\u0000${caller.name}`);
        }
        if (known === undefined) throw new FrameError('a message without a token');
        if (sender !== known.caller || batch.length >= BATCH_MAX) await flush();
        sender = known.caller;
        // A line of a log must not end the connection of whoever passes it on, which would send it again for ever: it is a dead letter.
        batch.push(message?.msg ?? bytes);
      }
      await flush();
    }
  } catch (error) {
    // A sender that hangs up is no event; what it sent is told to nobody but the dead letters.
    if (!socket.destroyed || error instanceof FrameError) onEvent({ error });
  } finally {
    socket.destroy();
  }
}

/** Keeps the connection waiting, unread, until the messages are durable. Throws when they cannot be: the sender must send again. */
async function store(batch: readonly Uint8Array[], caller: Caller, take: SyslogParts['take']): Promise<void> {
  for (;;) {
    const outcome = await take(batch, caller);
    if (outcome.status === 'taken') return;
    if (outcome.status === 'too-many') {
      // Each by itself: one message is read or dead.
      for (const one of batch) await store([one], caller, take);
      return;
    }
    if (outcome.status === 'closed') throw new FrameError('the process is stopping');
    await sleep(Math.min(outcome.retryAfterMs, PAUSE_MAX_MS));
  }
}

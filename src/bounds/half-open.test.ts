/** TLS that is begun and not ended, at every listener that speaks it: whoever is known still gets in. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { request } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../schemas/config.ts';
import { selfSigned } from '../../test/unit/self-signed.ts';
import { startSyslog } from '../adapters/syslog-listener.ts';
import { startGrpc } from '../api/grpc-server.ts';
import type { ConsoleParts } from '../api/ports.ts';
import { route } from '../api/route.ts';
import { startConsole } from '../api/server.ts';
import { createHold } from './hold.ts';

const { key, cert, certFile } = selfSigned(['localhost'], ['127.0.0.1']);
const directory = mkdtempSync(join(tmpdir(), 'tidemark-half-open-'));
const keyFile = join(directory, 'key.pem');
writeFileSync(keyFile, key, { mode: 0o600 });
afterAll(() => rmSync(directory, { recursive: true }));

const open = new Set<() => Promise<void>>();
async function closeAll(): Promise<void> {
  for (const close of open) await close();
  open.clear();
}
afterEach(closeAll);

interface Door {
  readonly port: number;
  readonly connections: { readonly open: number };
  /** A known caller does its work; resolves when it was answered. */
  work(): Promise<unknown>;
}

const LIMITS = { connectionsMax: 24, connectionsPerAddress: 8, port: 0, certFile, keyFile };
/** Longer than a test may take, which is its bound. */
const NEVER_MS = 60_000;
const TEST_MS = 30_000;

const DOORS: Readonly<Record<string, (unknownTimeoutMs: number) => Promise<Door>>> = {
  async http(unknownTimeoutMs) {
    const { parts } = partsOf(unknownTimeoutMs);
    const server = await startConsole(parts, [
      route({
        method: 'GET',
        path: '/v1/mine',
        scope: 'viewer',
        summary: 'x',
        answer: z.object({}),
        run: async () => ({ body: {} }),
      }),
    ]);
    open.add(() => server.close());
    const port = Number(new URL(server.url).port);
    return {
      port,
      connections: server.connections,
      work: () =>
        new Promise((resolve, reject) =>
          request(
            {
              port,
              host: '127.0.0.1',
              path: '/v1/mine',
              ca: cert,
              agent: false,
              headers: { authorization: 'Bearer good' },
            },
            (answer) =>
              answer
                .resume()
                .once('end', () => resolve(answer.statusCode === 200 || reject(new Error(`${answer.statusCode}`)))),
          )
            .once('error', reject)
            .end(),
        ),
    };
  },
  async syslog(unknownTimeoutMs) {
    let taken = 0;
    const listener = await startSyslog({
      config: configSchema.parse({ syslog: { ...LIMITS, unknownTimeoutMs } }).syslog,
      findToken: (token) => (token === 'good' ? { name: 'forwarder', scope: 'ingest', tenant: 'acme' } : undefined),
      async take(messages) {
        taken += messages.length;
        return { status: 'taken' };
      },
      onEvent: () => {},
    });
    open.add(() => listener.close());
    return {
      ...listener,
      async work() {
        const before = taken;
        const socket = connectTls({ port: listener.port, host: '127.0.0.1', ca: cert });
        const broken = new Promise<never>((_, reject) =>
          socket.once('error', reject).once('close', () => reject(new Error('closed'))),
        );
        broken.catch(() => {});
        socket.write('<165>1 2026-03-01T10:00:00.003Z host app 8710 ID47 [tidemark@32473 token="good"] x\n');
        await Promise.race([until(() => taken > before), broken]);
        socket.destroy();
      },
    };
  },
  async grpc(unknownTimeoutMs) {
    const { parts } = partsOf(unknownTimeoutMs);
    const server = await startGrpc(parts, 0);
    open.add(() => server.close());
    const port = Number(new URL(server.url).port);
    return {
      port,
      connections: server.connections,
      async work() {
        const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: cert });
        try {
          const stream = session.request({
            ':method': 'POST',
            ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
            'content-type': 'application/grpc',
            authorization: 'Bearer good',
          });
          await new Promise((resolve, reject) => {
            session.once('error', reject);
            stream.once('error', reject).once('close', resolve).resume();
            stream.end(Buffer.alloc(5));
          });
        } finally {
          session.destroy();
        }
      },
    };
  },
};

function partsOf(unknownTimeoutMs: number): { parts: ConsoleParts } {
  const { http } = configSchema.parse({ http: { ...LIMITS, unknownTimeoutMs, requestTimeoutMs: NEVER_MS } });
  const parts = {
    config: http,
    held: createHold(1_000_000),
    version: '0',
    clock: { now: Date.now },
    findToken: (token: string) => (token === 'good' ? { name: 'known', scope: 'admin', tenant: 'acme' } : undefined),
    formats: ['activity'],
    onEvent: () => {},
  } as unknown as ConsoleParts;
  return { parts };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

/** What a client of TLS says first, as bytes. */
function hello(): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) =>
      socket
        .once('data', (bytes) => {
          resolve(bytes);
          socket.destroy();
          server.close();
        })
        .on('error', () => {}),
    );
    server.listen(0, '127.0.0.1', () => {
      connectTls({
        port: (server.address() as { port: number }).port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
      }).on('error', () => {});
    });
  });
}

function dial(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  socket.resume();
  return new Promise((resolve) => socket.once('connect', () => resolve(socket)).once('close', () => resolve(socket)));
}

const greeting = await hello();
const STAGES: Readonly<Record<string, (socket: Socket) => void>> = {
  'say nothing': () => {},
  'send half a greeting': (socket) => void socket.write(greeting.subarray(0, 100)),
  'send a greeting and no more': (socket) => void socket.write(greeting),
  'send a record that is announced as long': (socket) =>
    void socket.write(Buffer.from([0x16, 3, 1, 0x3f, 0xff, 1, 0xff, 0xff, 0xff])),
  'shake hands and say nothing': (socket) =>
    void connectTls({ socket, rejectUnauthorized: false }).on('error', () => {}),
};

describe.each(Object.keys(DOORS))('%s', { timeout: TEST_MS }, (name) => {
  test.each(Object.keys(STAGES))(
    'strangers that %s, from six addresses, shut out nobody who is known, and do not hold up the end',
    async (stage) => {
      const door = await DOORS[name]!(NEVER_MS);
      const sockets: Socket[] = [];
      for (let n = 0; n < 72; n++) {
        const socket = await dial(door.port, `127.0.0.${(n % 6) + 1}`);
        STAGES[stage]!(socket);
        sockets.push(socket);
        if (n % 24 === 23) await door.work();
      }
      expect(door.connections.open).toBeLessThanOrEqual(LIMITS.connectionsMax);
      await door.work();
      await closeAll();
      await until(() => door.connections.open === 0);
      for (const socket of sockets) socket.destroy();
    },
  );

  test.each(Object.keys(STAGES))(
    'a stranger that does nothing but %s is let go after a short time',
    { timeout: 8_000 },
    async (stage) => {
      const door = await DOORS[name]!(300);
      const socket = await dial(door.port, '127.0.0.1');
      STAGES[stage]!(socket);
      await until(() => door.connections.open === 0);
    },
  );

  test('a stranger that sends its greeting a byte at a time is let go after a short time', async () => {
    const door = await DOORS[name]!(300);
    const socket = await dial(door.port, '127.0.0.1');
    for (const byte of greeting) {
      if (socket.destroyed || door.connections.open === 0) break;
      socket.write(Buffer.from([byte]));
      await pause(5);
    }
    await until(() => door.connections.open === 0);
  });
});

/** The HTTP server over a real socket, with the real way in behind it and an array in place of the store. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Activity } from '../../schemas/activity.ts';
import { type Config, configSchema } from '../../schemas/config.ts';
import { createHold, type Hold } from '../bounds/hold.ts';
import { format as activityFormat } from '../formats/activity.ts';
import { createDeadLetterBuilder } from '../ingest/dead-letter.ts';
import { createPushIngest } from '../ingest/push-ingest.ts';
import { createReader } from '../ingest/reader.ts';
import { createFingerprinter } from '../secrets.ts';
import { hecRoutes } from './hec-routes.ts';
import { ingestRoutes } from './ingest-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import type { ConsoleParts } from './ports.ts';
import { Problem } from './problem.ts';
import { type Route, route } from './route.ts';
import { type Console, startConsole } from './server.ts';
import { newToken, openTokens } from './tokens.ts';

const activity = (id: string) => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  outcome: 'success',
  tenant: 'acme',
});

/** Escape, C1, bidirectional marks, zero width, a line separator, a tag, half a character, and wide ones that hide nothing. */
const HIDDEN = 'a\u001b[31m\u009b1A\u0085\u202e\u2066\u200b\ufeff\u2028\u{e0041}\ud800日本🙂';

interface Rig {
  readonly server: Console;
  readonly held: Hold;
  readonly written: Activity[];
  readonly port: number;
  readonly token: string;
  readonly failures: unknown[];
  slow: Promise<void> | undefined;
}

const open = new Set<() => Promise<void>>();
const directory = mkdtempSync(join(tmpdir(), 'tidemark-api-'));
let tokensFile: string;
let token: string;

beforeEach(() => {
  tokensFile = join(directory, 'tokens');
  const made = newToken({ name: 'forwarder', scope: 'admin', tenant: 'acme' });
  token = made.token;
  writeFileSync(tokensFile, `${made.line}\n`, { mode: 0o600 });
});
afterAll(() => rmSync(directory, { recursive: true }));
afterEach(async () => {
  for (const close of open) await close();
  open.clear();
});

async function start(given: Partial<Config['http']> = {}, queueBytes = 4 * 1024 * 1024): Promise<Rig> {
  const { http, ingest } = configSchema.parse({ http: { port: 0, ...given } });
  const held = createHold(queueBytes);
  const written: Activity[] = [];
  const failures: unknown[] = [];
  const clock = { now: Date.now };
  const formats = new Map([['activity', activityFormat]]);
  const tokens = openTokens(tokensFile, clock.now, (error) => failures.push(error));
  const recordLimits = {
    recordsMax: http.recordsMax,
    recordMaxBytes: ingest.recordMaxBytes,
    shape: { depth: ingest.recordMaxDepth, values: ingest.recordMaxValues, names: ingest.recordMaxNames },
  };
  const rig = { held, written, token, failures, slow: undefined } as unknown as Rig & { port: number };
  const parts = {
    config: http,
    held,
    recordLimits,
    version: '0.0.0-test',
    clock,
    findToken: tokens.find,
    formats: ['activity'],
    intake: createPushIngest({
      reader: (tenant, format) => createReader({ formats, format, tenant, limits: ingest }),
      async write(activities) {
        await rig.slow;
        written.push(...activities);
      },
      setAside: async () => {},
      deadLetter: createDeadLetterBuilder({
        fingerprinter: createFingerprinter('pepper'),
        limits: ingest,
        now: clock.now,
      }),
      recordsMax: http.recordsMax,
      unpackedMaxBytes: http.unpackedMaxBytes,
      queueBytes,
      clock,
    }),
    inventory: {
      async take(records) {
        let count = 0;
        for await (const _ of records) count++;
        return { status: 'taken', taken: { records: count, stored: count, refused: 0, faults: [] } };
      },
      find: async () => undefined,
    },
    notReady: () => (held.full ? ['full'] : []),
    signed: { read: async () => ({ ok: false, reason: 'signature' }) },
    onEvent: (event) => event.type === 'failed' && failures.push(event.error),
  } satisfies Partial<ConsoleParts> as unknown as ConsoleParts;
  const more: Route[] = [
    route({
      method: 'POST',
      path: '/v1/anyone',
      scope: undefined,
      limited: true,
      raw: 'text/plain',
      summary: 'Open to anybody.',
      answer: z.object({}),
      run: async () => ({ body: {} }),
    }),
    route({
      method: 'POST',
      path: '/v1/signed',
      scope: 'responder',
      signed: { by: 'signer', types: ['x'] },
      summary: 'Signed or with a token.',
      body: z.object({}),
      answer: z.object({}),
      run: async () => ({ body: {} }),
    }),
  ];
  more.push(
    route({
      method: 'GET',
      path: '/v1/told',
      scope: 'viewer',
      summary: 'What a log said.',
      answer: z.object({}),
      run: async () => ({ body: { [HIDDEN]: [HIDDEN] } }),
    }),
    route({
      method: 'GET',
      path: '/v1/refused',
      scope: 'viewer',
      summary: 'A refusal that names what a log said.',
      answer: z.object({}),
      run: async () => {
        throw new Problem(422, 'No', `no ${HIDDEN}`, `not ${HIDDEN}`);
      },
    }),
  );
  const server = await startConsole(parts, [
    ...ingestRoutes(parts),
    ...hecRoutes(parts),
    ...inventoryRoutes(parts),
    ...more,
  ]);
  open.add(() => server.close());
  return Object.assign(rig, { server, port: Number(new URL(server.url).port) });
}

/** Ends when the condition holds; the test's own time limit is the bound. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(5);
}

function dial(port: number, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('close', () => resolve(socket));
  });
}

const send = (rig: Rig, body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/activities') =>
  fetch(`${rig.server.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rig.token}`, ...headers },
    body: body as string,
  });
const good = (rig: Rig) => send(rig, JSON.stringify([activity('good')]));

const PATHS = [
  '/v1/activities',
  '/v1/inventory',
  '/services/collector',
  '/services/collector/raw',
  '/services/collector/ack',
  '/v1/anyone',
  '/v1/signed',
  '/no/such/place',
];
const half = gzipSync(JSON.stringify([activity('half')])).subarray(0, 40);
const STAGES: Readonly<Record<string, (path: string, authorization: string) => (string | Uint8Array)[]>> = {
  'before anything': () => [],
  'in the headers': (path) => [`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-le`],
  'after the headers': (path, auth) => [`POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}content-length: 15000\r\n\r\n`],
  'in the body': (path, auth) => [
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}content-length: 15000\r\n\r\n${'x'.repeat(5_000)}`,
  ],
  'in a chunk': (path, auth) => [
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}transfer-encoding: chunked\r\n\r\n1000\r\n${'y'.repeat(100)}`,
  ],
  'between chunks': (path, auth) => [
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n`,
  ],
  'in gzip': (path, auth) => [
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}content-encoding: gzip\r\ncontent-length: 9000\r\n\r\n`,
    half,
  ],
  'after a whole request, in the next': (path, auth) => [
    `POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}content-length: 2\r\n\r\n[]POST ${path} HTTP/1.1\r\nhost: x\r\n${auth}content-length: 9000\r\n\r\n[`,
  ],
};

describe('uploads that are broken off', () => {
  test.each(Object.keys(STAGES))('%s leave nothing held, on every route, with a token and without', async (stage) => {
    const rig = await start();
    for (let round = 0; round < 8; round++) {
      const sockets = await Promise.all(
        PATHS.flatMap((path) =>
          ['', `authorization: Bearer ${round % 2 ? rig.token : 'wrong'}\r\n`].map(async (authorization) => {
            const socket = await dial(rig.port);
            for (const part of STAGES[stage]!(path, authorization)) socket.write(part);
            return socket;
          }),
        ),
      );
      await pause(5);
      for (const [at, socket] of sockets.entries())
        if (at % 2) socket.resetAndDestroy();
        else socket.destroy();
    }
    await until(() => rig.server.connections.open === 0 && rig.held.leases === 0);
    expect(rig.held.bytes).toBe(0);
    expect((await fetch(`${rig.server.url}/v1/health`)).status).toBe(200);
    expect((await good(rig)).status).toBe(200);
    expect(rig.written.map(({ id }) => id)).toContain('good');
    expect(rig.failures).toEqual([]);
  });

  test('health says that nothing more is taken while the room is full, and takes again once it is free', async () => {
    const rig = await start({ bodyMaxBytes: 400_000 }, 512 * 1024);
    const sockets: Socket[] = [];
    for (const size of [300_000, 300_000]) {
      const socket = await dial(rig.port);
      sockets.push(socket);
      socket.write(
        `POST /v1/activities HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rig.token}\r\ncontent-length: 400000\r\n\r\n`,
      );
      socket.write('x'.repeat(size));
    }
    // One sender alone does not fill it: what is over its half is refused, and others are still taken.
    await until(() => rig.held.bytes >= 262_144);
    expect((await fetch(`${rig.server.url}/v1/health`)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await until(() => rig.held.leases === 0);
    expect(rig.held.bytes).toBe(0);
    expect((await good(rig)).status).toBe(200);
  });

  test('what is being written when its sender goes stays counted until it is durable', async () => {
    const rig = await start();
    let durable = () => {};
    rig.slow = new Promise((resolve) => (durable = resolve));
    const socket = await dial(rig.port);
    const body = JSON.stringify([activity('late')]);
    socket.write(
      `POST /v1/activities HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${rig.token}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => rig.held.bytes > 0);
    await pause(20);
    socket.destroy();
    await until(() => rig.server.connections.open === 0);
    expect(rig.held.bytes).toBe(body.length);
    durable();
    await until(() => rig.held.leases === 0);
    expect(rig.held.bytes).toBe(0);
    expect(rig.written.map(({ id }) => id)).toEqual(['late']);
  });
});

describe('strangers', () => {
  test.each([
    ['silent', ''],
    ['slow in their headers', 'POST /v1/activities HTTP/1.1\r\nhost: x\r\nx-a: '],
    ['slow in a body without a token', 'POST /v1/anyone HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx'],
    ['idle after an answer', 'GET /v1/health HTTP/1.1\r\nhost: x\r\n\r\n'],
  ])('330 of them that are %s, from six addresses, shut nobody out who is known', async (_, says) => {
    const rig = await start({ connectionsMax: 60, connectionsPerAddress: 20, unknownTimeoutMs: 60_000 });
    const sockets: Socket[] = [];
    for (let n = 0; n < 330; n++) {
      const socket = await dial(rig.port, `127.0.0.${(n % 6) + 1}`);
      socket.write(says);
      sockets.push(socket);
      if (n % 66 === 65) expect((await good(rig)).status).toBe(200);
    }
    expect(rig.server.connections.open).toBeLessThanOrEqual(60);
    expect((await good(rig)).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  test.each([
    ['say nothing', ''],
    ['do not end their headers', 'GET / HTTP/1.1\r\nx: '],
    ['do not send their body', 'POST /v1/anyone HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n'],
    ['do not sign', 'POST /v1/signed HTTP/1.1\r\nhost: x\r\nwebhook-signature: v1,x\r\ncontent-length: 9\r\n\r\n'],
  ])('are let go after a short time when they %s', async (_, says) => {
    const rig = await start({ unknownTimeoutMs: 300 });
    const socket = await dial(rig.port);
    socket.resume();
    socket.write(says);
    await once(socket, 'close');
    await until(() => rig.server.connections.open === 0);
    expect(rig.held.leases).toBe(0);
  });

  test('a storm of wrong tokens takes nothing from a known one', async () => {
    const rig = await start({ requestsPerSecond: 50 });
    const storm = Array.from({ length: 300 }, (_, n) => send(rig, '[]', { authorization: `Bearer wrong-${n}` }));
    expect((await good(rig)).status).toBe(200);
    for (const answer of await Promise.all(storm)) expect(answer.status).toBe(401);
    expect((await good(rig)).status).toBe(200);
  });

  test('are told the same whatever they guess, and nothing of what is inside', async () => {
    const rig = await start();
    const said = new Set<string>();
    for (const authorization of ['Bearer x', `Bearer ${rig.token}x`, `Bearer ${rig.token.slice(0, -1)}`, 'Splunk y']) {
      const answer = await send(rig, '[]', { authorization });
      expect(answer.status).toBe(401);
      said.add(await answer.text());
    }
    expect(said.size).toBe(1);
    expect([...said][0]).not.toMatch(/acme|forwarder|tokens$|node_modules|\/src\//);
    const nowhere = await send(rig, 'x'.repeat(100_000), { authorization: 'Bearer x' }, '/v1/nowhere');
    expect([nowhere.status, nowhere.headers.get('connection')]).toEqual([404, 'close']);
  });

  test.each(['token', 'access_token', 'api_key', 'Authorization', 'anything'])(
    'a token in the address is refused, though it is a good one: %s',
    async (name) => {
      const rig = await start();
      const answer = await send(rig, '[]', {}, `/v1/activities?${name}=${rig.token}`);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain(rig.token);
      expect(rig.written).toEqual([]);
    },
  );
});

describe('small requests that would cost much', () => {
  const zip = { 'content-encoding': 'gzip' };
  const MiB = 1024 * 1024;
  test.each<[string, string | Buffer, number, string]>([
    ['an array of numbers', `[${'0,'.repeat(4 * MiB)}0]`, 200, '/v1/activities'],
    ['Records', `{"Records":[${'{},'.repeat(MiB)}{}]}`, 413, '/v1/activities'],
    ['arrays in Records', `{"Records":[${'[0,0,0,0],'.repeat(MiB / 2)}0]}`, 413, '/v1/activities'],
    ['spans', `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(MiB)}{}]}]}]}`, 200, '/v1/activities'],
    ['blank lines', Buffer.alloc(15 * MiB, '\n'), 400, '/v1/activities'],
    ['lines of numbers', '0\n'.repeat(4 * MiB), 413, '/v1/activities'],
    ['deep arrays', `${'['.repeat(4 * MiB)}${']'.repeat(4 * MiB)}`, 200, '/v1/activities'],
    ['deep objects', '{"a":'.repeat(2 * MiB), 200, '/v1/activities'],
    ['many names', `{${Array.from({ length: 60_000 }, (_, n) => `"n${n}":0`).join()}}`, 200, '/v1/activities'],
    ['many events', '{"event":0}'.repeat(MiB), 413, '/services/collector'],
    ['empty events', '{}'.repeat(4 * MiB), 400, '/services/collector'],
    ['raw lines', '\n \r\n'.repeat(3 * MiB), 400, '/services/collector/raw'],
    [
      'an event of many names',
      `{"event":{${Array.from({ length: 60_000 }, (_, n) => `"n${n}":0`).join()}}}`,
      400,
      '/services/collector',
    ],
    ['an inventory of nothing', `[${'{},'.repeat(MiB)}{}]`, 413, '/v1/inventory'],
    ['acknowledgements', `{"acks":[${'0,'.repeat(MiB)}0]}`, 413, '/services/collector/ack'],
  ])('%s are refused or dead at the bound, and nothing stays held', async (_, body, status, path) => {
    const rig = await start({ bytesPerSecond: 1024 * MiB }, 64 * MiB);
    const channel = { 'x-splunk-request-channel': 'a' };
    const answer = await send(rig, gzipSync(body), { ...zip, ...channel }, path);
    expect(answer.status).toBe(status);
    const said = (await answer.json()) as { records?: number };
    if (status === 200 && said.records !== undefined) expect(said.records).toBeLessThanOrEqual(20_000);
    await until(() => rig.held.leases === 0 || rig.held.bytes === 0);
    expect(rig.held.bytes).toBe(0);
    expect(rig.failures).toEqual([]);
  });
});

describe('what an answer tells of a log', () => {
  test.each(['/v1/told', '/v1/refused'])('reads back exactly, and nothing in %s acts on a terminal', async (path) => {
    const rig = await start();
    const answer = await fetch(`${rig.server.url}${path}`, { headers: { authorization: `Bearer ${rig.token}` } });
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(text).toContain('日本🙂');
    if (path === '/v1/told') expect(JSON.parse(text)).toEqual({ [HIDDEN]: [HIDDEN] });
    else expect(JSON.parse(text)).toMatchObject({ detail: `no ${HIDDEN}`, remedy: `not ${HIDDEN}` });
  });
});

describe('a forwarder that speaks to Splunk', () => {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const event = () => JSON.stringify({ event: activity('forwarded') });

  test.each(['', '/event', '/event/1.0'])(
    'is heard at /services/collector%s by its token, or by Basic with it',
    async (end) => {
      const rig = await start();
      const path = `/services/collector${end}`;
      for (const authorization of [`Splunk ${rig.token}`, basic('splunk', rig.token), basic('', rig.token)])
        expect((await send(rig, event(), { authorization }, path)).status, authorization.slice(0, 6)).toBe(200);
      for (const authorization of [basic(rig.token, ''), basic('splunk', 'tdm_wrong'), 'Basic', 'Basic !'])
        expect((await send(rig, event(), { authorization }, path)).status).toBe(401);
    },
  );

  test.each(['/raw', '/raw/1.0'])('sends lines to /services/collector%s', async (end) => {
    const rig = await start();
    const line = JSON.stringify(activity('line'));
    expect((await send(rig, `${line}\n${line}\n`, {}, `/services/collector${end}`)).status).toBe(200);
  });

  test('is the only one that Basic lets in: a browser would send it by itself', async () => {
    const rig = await start();
    const answer = await send(rig, JSON.stringify([activity('good')]), { authorization: basic('splunk', rig.token) });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

/** OTLP over gRPC with the exporters of the Node SDK and with bare HTTP/2, the real way in behind it and arrays in place of the store. */
import { connect, constants } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { Metadata, status } from '@grpc/grpc-js';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../schemas/config.ts';
import { samplesOf } from '../../test/unit/format-rig.ts';
import { intakeParts } from '../../test/unit/intake-parts.ts';
import { format as kubernetes } from '../formats/kubernetes-audit.ts';
import { format as spansFormat } from '../formats/otel-genai.ts';
import { type GrpcServer, startGrpc } from './grpc-server.ts';

const TOKEN = 'tdm_a-token-of-this-test';
const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const open = new Set<GrpcServer>();
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});

async function start(http: Partial<Config['http']> = {}) {
  const rig = intakeParts([spansFormat, kubernetes], TOKEN, { http });
  const server = await startGrpc(rig.parts, 0);
  open.add(server);
  return { ...rig, url: server.url, connections: server.connections };
}

function metadata(authorization = `Bearer ${TOKEN}`): Metadata {
  const made = new Metadata();
  made.set('authorization', authorization);
  return made;
}

async function sendSpans(url: string, compression = CompressionAlgorithm.NONE): Promise<void> {
  const exporter = new OTLPTraceExporter({ url, metadata: metadata(), compression, timeoutMillis: 10_000 });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('test');
  tracer
    .startSpan('execute_tool search_tickets', {
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'search_tickets',
        'gen_ai.agent.name': 'desk',
      },
    })
    .end();
  tracer.startSpan('GET /', { kind: 2 }).end();
  await provider.forceFlush();
  await provider.shutdown();
}

describe('the exporters of the Node SDK', () => {
  test.each([
    ['none', CompressionAlgorithm.NONE],
    ['gzip', CompressionAlgorithm.GZIP],
  ])('send spans, compressed as %s', async (_, compression) => {
    const rig = await start();
    await sendSpans(rig.url, compression);
    expect(rig.written.map(({ action, identity, tenant }) => [action.name, identity.id, tenant])).toEqual([
      ['tools/call:search_tickets', 'desk', 'acme'],
    ]);
    expect([rig.held.bytes, rig.held.leases]).toEqual([0, 0]);
  });

  test('are told what may be sent again, where it could not be written', async () => {
    const rig = await start();
    rig.faults.push(Object.assign(new Error('the store is away'), { name: 'Fault', remedy: 'Start it.' }));
    const told = [await sendSpans(rig.url).catch((error: unknown) => error)].flat();
    expect(told).toMatchObject([{ code: status.UNAVAILABLE, details: 'the store or the broker does not answer' }]);
    await sendSpans(rig.url);
    expect(rig.written).toHaveLength(1);
  });

  test('send log records whose bodies are records, and are told of what cannot be read', async () => {
    const rig = await start();
    const exporter = new OTLPLogExporter({ url: rig.url, metadata: metadata() });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const [request] = samplesOf(kubernetes);
    const logger = provider.getLogger('audit');
    logger.emit({ body: JSON.stringify(request) });
    logger.emit({ body: '{"cut":' });
    await provider.forceFlush();
    await provider.shutdown();
    expect(rig.written.map(({ identity }) => identity.provider)).toEqual(['kubernetes']);
    expect(rig.letters.map(({ reason }) => reason)).toEqual(['OTLP log record: holds no valid JSON']);
  });
});

interface Told {
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly body: Buffer;
}

const framed = (message: Buffer, flag = 0) => {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
};

/** One call over bare HTTP/2. `bodies`: what is sent, each in a piece of its own; left open where it ends in undefined. */
function call(url: string, bodies: readonly (Buffer | undefined)[], headers: object = {}): Promise<Told> {
  return new Promise((resolve, reject) => {
    const session = connect(url);
    session.on('error', reject);
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: TRACES,
      'content-type': 'application/grpc',
      authorization: `Bearer ${TOKEN}`,
      te: 'trailers',
      ...headers,
    });
    let told: Omit<Told, 'body'> = { status: undefined, code: undefined, message: undefined };
    const pieces: Buffer[] = [];
    const note = (given: Record<string, unknown>) => {
      const code = given['grpc-status'] as string | undefined;
      const message = given['grpc-message'] as string | undefined;
      told = {
        status: told.status ?? (given[':status'] as number | undefined),
        code: code ?? told.code,
        message: message === undefined ? told.message : decodeURIComponent(message),
      };
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('error', () => {});
    stream.on('close', () => {
      session.destroy();
      resolve({ ...told, body: Buffer.concat(pieces) });
    });
    for (const body of bodies) if (body !== undefined) stream.write(body);
    if (bodies.at(-1) !== undefined || bodies.length === 0) stream.end();
  });
}

const EMPTY = framed(Buffer.alloc(0));

test('a call without spans is answered with an empty message and status 0', async () => {
  const rig = await start();
  expect(await call(rig.url, [EMPTY])).toEqual({ status: 200, code: '0', message: undefined, body: EMPTY });
});

test.each<[string, string, RegExp, readonly (Buffer | undefined)[], object]>([
  ['no token', '16', /no token was sent/, [EMPTY], { authorization: '' }],
  ['a token that nobody knows', '16', /not known/, [EMPTY], { authorization: 'Bearer tdm_wrong' }],
  ['a token that may not', '7', /scope viewer/, [EMPTY], { authorization: `Bearer viewer-${TOKEN}` }],
  [
    'metrics',
    '12',
    /only spans and log records/,
    [EMPTY],
    { ':path': '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export' },
  ],
  ['what is no OTLP', '3', /not valid protobuf/, [framed(Buffer.from('hello'))], {}],
  ['two messages', '3', /not one message/, [EMPTY, EMPTY], {}],
  ['half a message', '3', /not one message/, [framed(Buffer.alloc(9)).subarray(0, 8)], {}],
  ['nothing', '3', /no message/, [], {}],
  [
    'a coding that nobody knows',
    '3',
    /neither gzip nor identity/,
    [framed(Buffer.from('x'), 1)],
    { 'grpc-encoding': 'snappy' },
  ],
  ['broken gzip', '3', /not complete gzip/, [framed(Buffer.from('x'), 1)], { 'grpc-encoding': 'gzip' }],
])('%s is refused with status %s, and nothing stays held', async (_, code, message, bodies, headers) => {
  const rig = await start();
  const told = await call(rig.url, bodies, headers);
  expect(told).toMatchObject({ status: 200, code, message: expect.stringMatching(message) });
  expect(rig.written).toEqual([]);
  expect([rig.held.bytes, rig.held.leases]).toEqual([0, 0]);
});

test('a message is bounded as it comes and as it is unpacked, before all of it is there', async () => {
  const rig = await start({ bodyMaxBytes: 4_096 });
  const bomb = framed(gzipSync(Buffer.alloc(1 << 20)), 1);
  expect(bomb.length).toBeLessThan(4_096);
  expect((await call(rig.url, [bomb], { 'grpc-encoding': 'gzip' })).code).toBe('8');
  expect((await call(rig.url, [Buffer.alloc(64 * 1024), undefined])).code).toBe('8');
  expect([rig.held.bytes, rig.held.leases]).toEqual([0, 0]);
});

test('the share of a token in requests is that of the HTTP API', async () => {
  const rig = await start({ requestsPerSecond: 1 });
  const codes = [];
  for (let n = 0; n < 4; n++) codes.push((await call(rig.url, [EMPTY])).code);
  expect(codes[0]).toBe('0');
  expect(codes).toContain('14');
});

test('who names no token, or never ends a call, is closed', async () => {
  const rig = await start({ unknownTimeoutMs: 100, requestTimeoutMs: 500 });
  const silent = connect(rig.url);
  silent.on('error', () => {});
  await new Promise((closed) => silent.once('close', closed));
  const told = await call(rig.url, [EMPTY.subarray(0, 2), undefined]);
  expect(told.code).toBeUndefined();
  expect([rig.held.bytes, rig.held.leases]).toEqual([0, 0]);
});

test.each([
  ['with half a message', EMPTY.subarray(0, 3)],
  ['before the answer', EMPTY],
])('who breaks off %s, in many calls of many connections, ends nothing but those', async (_, sent) => {
  const rig = await start();
  for (let n = 0; n < 8; n++) {
    const session = connect(rig.url);
    session.on('error', () => {});
    await new Promise((done) => session.once('connect', done));
    for (let k = 0; k < 8; k++) {
      const stream = session.request({
        ':method': 'POST',
        ':path': TRACES,
        'content-type': 'application/grpc',
        authorization: `Bearer ${TOKEN}`,
      });
      stream.on('error', () => {});
      stream.write(sent);
      if (sent.length === EMPTY.length) stream.end();
      if (k % 2 === 0) stream.close(constants.NGHTTP2_CANCEL);
    }
    // Each connection goes at another moment of its calls.
    await new Promise((done) => setTimeout(done, n));
    session.destroy();
  }
  await expect.poll(() => [rig.held.bytes, rig.held.leases, rig.connections.open]).toEqual([0, 0, 0]);
  expect((await call(rig.url, [EMPTY])).code).toBe('0');
});

test('a connection on which calls are only begun and broken off is closed, whatever its token, and holds nothing', async () => {
  const rig = await start();
  for (const authorization of ['', 'Bearer tdm_wrong', `Bearer ${TOKEN}`]) {
    const session = connect(rig.url);
    session.on('error', () => {});
    const closed = new Promise((done) => session.once('close', done));
    await new Promise((done) => session.once('connect', done));
    const storm = () => {
      for (let n = 0; n < 32 && !session.closed && !session.destroyed; n++) {
        const stream = session.request({
          ':method': 'POST',
          ':path': TRACES,
          'content-type': 'application/grpc',
          authorization,
        });
        stream.on('error', () => {});
        stream.write(EMPTY.subarray(0, 3));
        setImmediate(() => stream.close(constants.NGHTTP2_CANCEL));
      }
    };
    const storming = setInterval(storm, 5);
    await closed;
    clearInterval(storming);
  }
  const left = () => [rig.held.bytes, rig.held.leases, rig.connections.open];
  await expect.poll(left, { timeout: 10_000 }).toEqual([0, 0, 0]);
  expect((await call(rig.url, [EMPTY])).code).toBe('0');
});

test('calls with a wrong token do not keep a connection; a good one does', async () => {
  const rig = await start({ unknownTimeoutMs: 300, keepAliveMs: 20_000 });
  async function keepCalling(authorization: string) {
    const session = connect(rig.url);
    session.on('error', () => {});
    let calls = 0;
    const ask = () => {
      const head = { ':method': 'POST', ':path': TRACES, 'content-type': 'application/grpc', authorization };
      const stream = session.request(head);
      stream.on('error', () => {});
      stream.on('close', () => {
        calls++;
      });
      stream.resume();
      stream.end(EMPTY);
    };
    ask();
    const asking = setInterval(() => !session.closed && !session.destroyed && ask(), 50);
    const closed = new Promise<'closed'>((done) => session.once('close', () => done('closed')));
    const enough = new Promise<'open'>((done) => {
      const looking = setInterval(() => {
        if (calls < 20) return;
        clearInterval(looking);
        done('open');
      }, 10);
      void closed.then(() => clearInterval(looking));
    });
    const became = await Promise.race([closed, enough]);
    clearInterval(asking);
    session.destroy();
    return became;
  }
  expect(await keepCalling('Bearer tdm_wrong')).toBe('closed');
  expect(await keepCalling(`Bearer ${TOKEN}`)).toBe('open');
});

test('one address holds its share of connections and no more', async () => {
  const rig = await start({ connectionsPerAddress: 2 });
  const sessions = Array.from({ length: 5 }, () => connect(rig.url));
  for (const session of sessions) session.on('error', () => {});
  await Promise.all(
    sessions.map((session) => new Promise((done) => session.once('connect', done).once('close', done))),
  );
  await expect.poll(() => rig.connections.open).toBeLessThanOrEqual(2);
  for (const session of sessions) session.destroy();
});

test('what is no gRPC is told so', async () => {
  const rig = await start();
  expect((await call(rig.url, [EMPTY], { 'content-type': 'application/json' })).status).toBe(415);
});

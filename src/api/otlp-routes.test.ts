/** OTLP over HTTP with the exporters of the Node SDK, over a real socket, the real way in behind it and an array in place of the store. */
import { gzipSync } from 'node:zlib';
import { OTLPLogExporter as LogsAsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsAsProtobuf } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as SpansAsJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as SpansAsProtobuf } from '@opentelemetry/exporter-trace-otlp-proto';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../schemas/config.ts';
import { type IntakeRig, intakeParts } from '../../test/unit/intake-parts.ts';
import { toProtobuf } from '../../test/unit/otlp-writer.ts';
import { format as kubernetes } from '../formats/kubernetes-audit.ts';
import { format as spansFormat } from '../formats/otel-genai.ts';
import { LocalSourceFull } from '../ports/stream.ts';
import { otlpRoutes } from './otlp-routes.ts';
import { type Console, startConsole } from './server.ts';

const TOKEN = 'tdm_a-token-of-this-test';

type Rig = Omit<IntakeRig, 'parts'> & { readonly url: string };

const open = new Set<Console>();
afterEach(async () => {
  for (const server of open) await server.close();
  open.clear();
});

async function start(given: Partial<Config['http']> = {}): Promise<Rig> {
  const { parts, ...rig } = intakeParts([spansFormat, kubernetes], TOKEN, { http: given });
  const server = await startConsole(parts, otlpRoutes(parts));
  open.add(server);
  return { ...rig, url: server.url };
}

/** Ends spans of an agent and of a program that is none, and sends them. */
async function send(exporter: SpanExporter): Promise<void> {
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('test');
  const tool = (name: string) =>
    tracer
      .startSpan(`execute_tool ${name}`, {
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': name,
          'gen_ai.agent.name': 'desk',
          'gen_ai.tool.call.arguments': '{"ticket":"T-1"}',
        },
      })
      .end();
  tool('search_tickets');
  tracer.startSpan('GET /', { kind: 2 }).end();
  await provider.forceFlush();
  await provider.shutdown();
}

const headers = { authorization: `Bearer ${TOKEN}` };

describe.each([
  ['JSON', SpansAsJson],
  ['protobuf', SpansAsProtobuf],
])('the exporter of spans as %s', (_, Exporter) => {
  test.each(['none', 'gzip'])('is understood, compressed as %s', async (compression) => {
    const rig = await start();
    await send(new Exporter({ url: `${rig.url}/v1/traces`, headers, compression: compression as never }));
    expect(rig.written.map(({ action, identity }) => [action.name, identity.id])).toEqual([
      ['tools/call:search_tickets', 'desk'],
    ]);
    expect(rig.letters).toEqual([]);
    expect([rig.held.bytes, rig.held.leases]).toEqual([0, 0]);
  });

  test('is configured by the environment alone, with the blank of its header as %20', async () => {
    const rig = await start();
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = rig.url;
    process.env.OTEL_EXPORTER_OTLP_HEADERS = `authorization=Bearer%20${TOKEN}`;
    try {
      await send(new Exporter());
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
      delete process.env.OTEL_EXPORTER_OTLP_HEADERS;
    }
    expect(rig.written).toHaveLength(1);
  });

  test('tries again after a 429 and sends the same', async () => {
    const rig = await start();
    rig.faults.push(new LocalSourceFull('full'));
    await send(new Exporter({ url: `${rig.url}/v1/traces`, headers }));
    expect(rig.faults).toEqual([]);
    expect(rig.written).toHaveLength(1);
  });
});

const AUDIT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'Metadata',
  auditID: '0b1c2d3e-0000-4000-8000-000000000001',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/secrets/db',
  verb: 'get',
  user: { username: 'system:serviceaccount:shop:web' },
  objectRef: { resource: 'secrets', namespace: 'shop', name: 'db', apiVersion: 'v1' },
  responseStatus: { code: 200 },
  requestReceivedTimestamp: '2026-03-01T00:00:00.000000Z',
  stageTimestamp: '2026-03-01T00:00:00.000000Z',
};

describe.each([
  ['JSON', LogsAsJson],
  ['protobuf', LogsAsProtobuf],
])('the exporter of log records as %s', (_, Exporter) => {
  test('brings audit records as text and as maps, and lines of text are skipped', async () => {
    const rig = await start();
    const exporter = new Exporter({ url: `${rig.url}/v1/logs`, headers });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('filelog');
    logger.emit({ body: JSON.stringify(AUDIT) });
    logger.emit({ body: { ...AUDIT, auditID: '0b1c2d3e-0000-4000-8000-000000000002' } });
    logger.emit({ body: 'server started' });
    await provider.forceFlush();
    await provider.shutdown();
    expect(rig.written.map(({ identity, resource }) => [identity.id, resource?.id])).toEqual(
      Array(2).fill(['system:serviceaccount:shop:web', expect.stringContaining('db')]),
    );
    expect(rig.letters).toEqual([]);
  });
});

describe('what is answered', () => {
  const span = (n: number, more: object = {}) => ({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: n.toString(16).padStart(16, '0'),
    name: 'execute_tool search',
    startTimeUnixNano: '1795960641343222173',
    attributes: [
      { key: 'gen_ai.tool.name', value: { stringValue: 'search' } },
      { key: 'gen_ai.agent.name', value: { stringValue: 'desk' } },
    ],
    ...more,
  });
  const request = (spans: readonly object[]) => ({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'desk-service' } }] },
        scopeSpans: [{ spans }],
      },
    ],
  });
  const post = (rig: Rig, body: Buffer | string, type: string, more: Record<string, string> = {}) =>
    fetch(`${rig.url}/v1/traces`, { method: 'POST', headers: { ...headers, 'content-type': type, ...more }, body });
  const [JSON_TYPE, PROTOBUF] = ['application/json', 'application/x-protobuf'];

  test('in JSON: nothing where all was taken, the rejected spans and the reason where some were not', async () => {
    const rig = await start();
    const good = await post(rig, JSON.stringify(request([span(1)])), JSON_TYPE);
    expect([good.status, await good.json()]).toEqual([200, {}]);
    const some = await post(rig, JSON.stringify(request([span(2), span(3, { startTimeUnixNano: 'x' })])), JSON_TYPE);
    expect(some.status).toBe(200);
    expect(await some.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('1 of 2 spans cannot be read') },
    });
    expect(rig.written).toHaveLength(2);
    expect(rig.letters).toHaveLength(1);
  });

  test('in protobuf the same, as the SDK reads it', async () => {
    const rig = await start();
    const good = await post(rig, Buffer.from(toProtobuf('traces', request([span(1)]))), PROTOBUF);
    expect([good.status, good.headers.get('content-type')]).toEqual([200, PROTOBUF]);
    expect((await good.arrayBuffer()).byteLength).toBe(0);
    const { startTimeUnixNano: _, ...timeless } = span(3);
    const some = await post(rig, Buffer.from(toProtobuf('traces', request([span(2), timeless]))), PROTOBUF);
    const bytes = new Uint8Array(await some.arrayBuffer());
    expect(ProtobufTraceSerializer.deserializeResponse(bytes)).toEqual({
      partialSuccess: { rejectedSpans: expect.anything(), errorMessage: expect.stringContaining('1 of 2 spans') },
    });
  });

  test.each([
    ['no token', { authorization: '' }, 401, 16],
    ['another token', { authorization: 'Bearer tdm_other' }, 401, 16],
    ['another type', { 'content-type': 'text/plain' }, 415, 3],
    ['another coding', { 'content-encoding': 'br' }, 415, 3],
  ])('%s is refused as google.rpc.Status', async (_, more, status, code) => {
    const rig = await start();
    const answer = await post(rig, '{"resourceSpans":[]}', JSON_TYPE, more as Record<string, string>);
    expect([answer.status, await answer.json()]).toEqual([status, { code, message: expect.any(String) }]);
  });

  test('what is no request, or too large a one, is refused for good, and nothing of it is kept', async () => {
    const rig = await start({ recordsMax: 10, bodyMaxBytes: 100_000 });
    const many = JSON.stringify(request(Array.from({ length: 20 }, (_, n) => span(n))));
    for (const [body, type, status] of [
      ['{"resourceSpans":[', JSON_TYPE, 400],
      ['\x0a\x7f', PROTOBUF, 400],
      [many, JSON_TYPE, 413],
      [gzipSync(' '.repeat(200_000)), JSON_TYPE, 413],
    ] as const) {
      const gzip = typeof body === 'string' ? {} : { 'content-encoding': 'gzip' };
      const answer = await post(rig, body, type, gzip);
      expect([answer.status, answer.headers.get('content-type')?.split(';')[0]]).toEqual([status, type]);
      expect(answer.headers.get('retry-after')).toBeNull();
    }
    expect([rig.written, rig.letters, rig.held.bytes]).toEqual([[], [], 0]);
  });

  test('what passes is answered with the time after which to send the same again', async () => {
    const rig = await start();
    rig.faults.push(Object.assign(new Error('down'), { remedy: 'wait' }));
    const answer = await post(rig, Buffer.from(toProtobuf('traces', request([span(1)]))), PROTOBUF);
    expect([answer.status, answer.headers.get('retry-after'), answer.headers.get('content-type')]).toEqual([
      503,
      '5',
      PROTOBUF,
    ]);
  });

  test('a header that an SDK did not decode, and Basic authentication, are good too', async () => {
    const rig = await start();
    const body = JSON.stringify(request([span(1)]));
    for (const authorization of [`Bearer%20${TOKEN}`, `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}`])
      expect((await post(rig, body, JSON_TYPE, { authorization })).status).toBe(200);
  });

  test('an export larger than a record is taken whole', async () => {
    const rig = await start();
    const long = { key: 'gen_ai.input.messages', value: { stringValue: 'x'.repeat(20_000) } };
    const spans = Array.from({ length: 200 }, (_, n) => span(n, { attributes: [...span(n).attributes, long] }));
    for (const [body, type] of [
      [gzipSync(JSON.stringify(request(spans))), JSON_TYPE],
      [gzipSync(toProtobuf('traces', request(spans))), PROTOBUF],
    ] as const) {
      const answer = await post(rig, body, type, { 'content-encoding': 'gzip' });
      expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, type === PROTOBUF ? 0 : 2]);
      expect(rig.written.splice(0)).toHaveLength(200);
    }
  });
});

/** The exporters of the Python SDK, configured by the environment as docs/agents.md prints it: each span arrives once, as the right agent's act. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { deadLettersSchema } from '../../schemas/api-records.ts';
import { sourcesSchema } from '../../schemas/console.ts';
import { build, embeddedMissing, type House, type Running } from '../engines/console-rig.ts';
import { Answer } from '../engines/harness/answer.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { skipped } from './harness/debian.ts';

const run = promisify(execFile);
const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8');
const environment = /^```sh\n(OTEL_[\s\S]*?)^```$/m.exec(page)?.[1] ?? '';

const PACKAGES = [
  'opentelemetry-sdk==1.45.2',
  'opentelemetry-exporter-otlp-proto-http==1.45.2',
  'opentelemetry-exporter-otlp-proto-grpc==1.45.2',
];
/** Longer takes only a registry that does not answer. */
const INSTALL_MS = 300_000;
const SPANS = 1_200;

const PROGRAM = `
import json, logging
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(spans)
tracer = trace.get_tracer("desk")
for n in range(${SPANS / 2}):
    with tracer.start_as_current_span("invoke_agent desk", attributes={
            "gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "desk-agent"}):
        with tracer.start_as_current_span("execute_tool search", attributes={
                "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search",
                "gen_ai.tool.call.arguments": json.dumps({"query": "wörk" * 100})}):
            pass
    if n % 200 == 0:
        spans.force_flush()
spans.shutdown()

logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
handler = LoggingHandler(logger_provider=logs)
audit = logging.getLogger("audit")
audit.addHandler(handler)
audit.setLevel(logging.INFO)
audit.info("server started")
audit.info(json.dumps({"id": "from-a-log", "at": "2026-03-01T00:00:00.000Z", "outcome": "success",
    "identity": {"id": "log-bot", "kind": "bot", "provider": "acme"},
    "action": {"name": "docs.read", "service": "docs", "access": "read"}}))
logs.shutdown()
`;

/** The same agent over gRPC, compressed, with a log record beside it. */
const OVER_GRPC = `
import json, logging
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

spans = TracerProvider()
spans.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
tracer = spans.get_tracer("desk")
for n in range(100):
    with tracer.start_as_current_span("execute_tool search", attributes={
            "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "gen_ai.agent.name": "desk-agent"}):
        pass
spans.shutdown()
logs = LoggerProvider()
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter()))
audit = logging.getLogger("audit")
audit.addHandler(LoggingHandler(logger_provider=logs))
audit.setLevel(logging.INFO)
audit.info(json.dumps({"id": "from-a-log", "at": "2026-03-01T00:00:00.000Z", "outcome": "success",
    "identity": {"id": "log-bot", "kind": "bot", "provider": "acme"},
    "action": {"name": "docs.read", "service": "docs", "access": "read"}}))
logs.shutdown()
`;

const noEmbedded = await embeddedMissing();

describe.skipIf(noEmbedded !== undefined)('the Python SDK', () => {
  let directory: string;
  let missing: string | undefined;
  let house: House;
  let running: Running;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'tidemark-otlp-'));
    try {
      await run('python3', ['-m', 'venv', join(directory, 'venv')], { timeout: INSTALL_MS });
      await run(join(directory, 'venv/bin/pip'), ['install', '-q', '--disable-pip-version-check', ...PACKAGES], {
        timeout: INSTALL_MS,
      });
    } catch (error) {
      const { stderr, message } = error as { stderr?: string; message: string };
      missing = skipped(`no ${PACKAGES[1]} from pip: ${(stderr || message).trim().split('\n').at(-1)}`);
    }
  }, 2 * INSTALL_MS);
  afterAll(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 }));
  beforeEach(() => {
    house = build();
  });
  afterEach(async () => {
    await running?.stop();
    house.remove();
  });

  test('sends spans and log records in protobuf, and none is lost or refused', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    const token = house.admit({ name: 'agents', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    running = await house.start({ ingest: { history: false } });
    expect(environment).toContain('tdm_...');
    const settings = environment
      .replace('tdm_...', token)
      .replace('http://127.0.0.1:8088', running.url)
      .split('\n')
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
    const program = join(directory, 'send.py');
    writeFileSync(program, PROGRAM);
    const { stderr } = await run(join(directory, 'venv/bin/python'), [program], {
      env: { PATH: process.env.PATH, ...Object.fromEntries(settings) },
      timeout: 120_000,
    });
    // The SDK says there what was not taken.
    expect(stderr).not.toMatch(/error|partial|fail/i);
    const get = async (path: string) =>
      Answer.of(await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
    const stored = async () => (await get('/v1/identities')).as(identityPageSchema).identities;
    // Spans wait for the rest of their trace first.
    await until(
      'all are stored',
      async () => {
        return (await stored()).reduce((sum, { activities }) => sum + activities, 0) === SPANS + 1;
      },
      120_000,
    );
    const identities = await stored();
    expect(identities.map(({ id, activities }) => [id, activities]).sort()).toEqual([
      ['desk-agent', SPANS],
      ['log-bot', 1],
    ]);
    expect((await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters).toEqual([]);
    const { sources } = (await get('/v1/sources')).as(sourcesSchema);
    expect(sources.map(({ kind, name, state }) => [kind, name, state])).toEqual(
      expect.arrayContaining([
        ['sender', 'otlp/agents', 'learning'],
        ['account', 'acme', 'learning'],
      ]),
    );
    expect(running.log()).not.toContain(token);
  });

  test('sends the same over gRPC, compressed', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    const token = house.admit({ name: 'agents', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    running = await house.start({ ingest: { history: false }, http: { grpcPort: 0 } });
    const listening = running
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { event?: string; what?: string; place?: string })
      .find(({ event, what }) => event === 'api-listening' && what === 'otlp-grpc');
    const program = join(directory, 'send-grpc.py');
    writeFileSync(program, OVER_GRPC);
    const { stderr } = await run(join(directory, 'venv/bin/python'), [program], {
      env: {
        PATH: process.env.PATH,
        OTEL_EXPORTER_OTLP_ENDPOINT: listening!.place!,
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${token}`,
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      },
      timeout: 120_000,
    });
    expect(stderr).not.toMatch(/error|partial|fail/i);
    const get = async (path: string) =>
      Answer.of(await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
    const told = async () =>
      (await get('/v1/identities'))
        .as(identityPageSchema)
        .identities.map(({ id, activities }) => [id, activities])
        .sort();
    const wanted = JSON.stringify([
      ['desk-agent', 100],
      ['log-bot', 1],
    ]);
    await until('all are stored', async () => JSON.stringify(await told()) === wanted, 120_000);
    expect((await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters).toEqual([]);
    expect(running.log()).not.toContain(token);
  });
});

/** A real OpenTelemetry Collector sends spans and log records on, over HTTP, gRPC and Kafka: each call of a tool arrives once, as the right agent's. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { deadLettersSchema, identityPageSchema } from '../../schemas/api.ts';
import { build, embeddedMissing, type House, type Running } from '../engines/console-rig.ts';
import { Answer } from '../engines/harness/answer.ts';
import { type Broker, kafkaMissing, sharedKafka } from '../engines/harness/kafka.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { install } from '../engines/harness/tidemark.ts';
import { freePort } from '../free-port.ts';
import { type Program, skipped, startProgram } from './harness/debian.ts';

const run = promisify(execFile);
const VERSION = 'v0.165.0';
const CONTRIB = 'v0.165.1';
/** A collector is compiled from some hundred modules. */
const BUILD_MS = 900_000;
const TRACES = 40;

const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8');
/** The configuration that docs/agents.md prints for a Collector before Tidemark. */
const printed = /^```yaml\n(exporters:\n {2}otlp_http\/tidemark:[\s\S]*?)^```$/m.exec(page)?.[1] ?? '';

/** A Collector of nothing but what the tests need. A text says why there is none here. */
async function buildCollector(directory: string): Promise<string | { readonly program: string }> {
  const given = process.env.OTELCOL;
  if (given !== undefined) return { program: given };
  const core = 'go.opentelemetry.io/collector';
  const file = join(directory, 'builder.yaml');
  writeFileSync(
    file,
    JSON.stringify({
      dist: { name: 'otelcol', output_path: join(directory, 'built') },
      receivers: [{ gomod: `${core}/receiver/otlpreceiver ${VERSION}` }],
      exporters: [
        { gomod: `${core}/exporter/otlpexporter ${VERSION}` },
        { gomod: `${core}/exporter/otlphttpexporter ${VERSION}` },
        { gomod: `github.com/open-telemetry/opentelemetry-collector-contrib/exporter/kafkaexporter ${CONTRIB}` },
      ],
    }),
  );
  try {
    await run('go', ['run', `${core}/cmd/builder@${VERSION}`, '--config', file], {
      timeout: BUILD_MS,
      maxBuffer: 64 << 20,
      env: { ...process.env, GOFLAGS: '-buildvcs=false -modcacherw' },
    });
    return { program: join(directory, 'built/otelcol') };
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    return `no OpenTelemetry Collector (Go and its module proxy make it; OTELCOL names one): ${(stderr || message).trim().split('\n').at(-1)}`;
  }
}

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** Of `desk`, which names itself on the span of its run alone: the calls of a tool come first and in an export of their own. */
function exportsOf(trace: number): object[] {
  const at = 1_772_323_200_000 + trace * 1_000;
  const span = (id: number, name: string, attributes: object[], parent?: number) => ({
    traceId: hex(trace + 1, 32),
    spanId: hex(id, 16),
    ...(parent !== undefined && { parentSpanId: hex(parent, 16) }),
    name,
    kind: 1,
    startTimeUnixNano: `${at + (parent === undefined ? 0 : 1)}000000`,
    endTimeUnixNano: `${at + 9}000000`,
    attributes,
  });
  const of = (spans: object[]) => ({
    resourceSpans: [{ resource: { attributes: [text('service.name', 'mailroom')] }, scopeSpans: [{ spans }] }],
  });
  return [
    of([
      span(
        2,
        'execute_tool post_letter',
        [
          text('gen_ai.operation.name', 'execute_tool'),
          text('gen_ai.tool.name', 'post_letter'),
          text('gen_ai.tool.call.arguments', `{"to":"bøx-${trace % 3}"}`),
        ],
        1,
      ),
    ]),
    of([
      span(1, 'invoke_agent desk', [text('gen_ai.operation.name', 'invoke_agent'), text('gen_ai.agent.name', 'desk')]),
    ]),
  ];
}

const LOG = {
  resourceLogs: [
    {
      resource: { attributes: [text('service.name', 'mailroom')] },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: '1772323200000000000',
              body: {
                stringValue: JSON.stringify({
                  id: 'from-a-log',
                  at: '2026-03-01T00:00:00.000Z',
                  outcome: 'success',
                  identity: { id: 'log-bot', kind: 'bot', provider: 'acme' },
                  action: { name: 'docs.read', service: 'docs', access: 'read' },
                }),
              },
            },
          ],
        },
      ],
    },
  ],
};

const noEmbedded = await embeddedMissing();
const noKafka = await kafkaMissing();

describe.skipIf(noEmbedded !== undefined)('an OpenTelemetry Collector', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-collector-'));
  let program = '';
  let missing: string | undefined;
  let house: House | undefined;
  let running: Running | undefined;
  let collector: Program | undefined;

  beforeAll(async () => {
    const built = await buildCollector(directory);
    if (typeof built === 'string') missing = skipped(built);
    else program = built.program;
  }, BUILD_MS);
  afterEach(async () => {
    await collector?.stop();
    await running?.stop();
    house?.remove();
    collector = undefined;
    running = undefined;
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  /** Starts it with these exporters, and sends it spans and a log record as an SDK would. */
  async function sends(exporters: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const port = await freePort();
    const folder = join(directory, `${port}`);
    mkdirSync(folder);
    const config = join(folder, 'config.yaml');
    writeFileSync(
      config,
      `receivers:\n  otlp:\n    protocols:\n      http:\n        endpoint: 127.0.0.1:${port}\n${exporters}  telemetry:\n    metrics:\n      level: none\n`,
    );
    collector = startProgram(program, ['--config', config], { PATH: process.env.PATH, ...env });
    const post = (path: string, body: object) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await until('the Collector listens', () =>
      post('/v1/logs', LOG).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
    for (let trace = 0; trace < TRACES; trace++)
      for (const one of exportsOf(trace)) expect((await post('/v1/traces', one)).status).toBe(200);
  }

  const WANTED = [
    ['desk', 2 * TRACES],
    ['log-bot', 1],
  ];

  async function arrives(token: string, viewer: string): Promise<void> {
    const get = async (path: string) =>
      Answer.of(await fetch(`${running!.url}${path}`, { headers: { authorization: `Bearer ${viewer}` } }));
    const told = async () =>
      (await get('/v1/identities'))
        .as(identityPageSchema)
        .identities.map(({ id, activities }) => [id, activities])
        .sort();
    try {
      await until('all are stored', async () => JSON.stringify(await told()) === JSON.stringify(WANTED), 120_000);
    } catch (error) {
      throw new Error(`${JSON.stringify(await told())}\n${collector!.output()}`, { cause: error });
    }
    expect((await get('/v1/dead-letters')).as(deadLettersSchema).deadLetters).toEqual([]);
    expect(running!.log()).not.toContain(token);
  }

  test('sends on over HTTP, as docs/agents.md prints it', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    house = build();
    const token = house.admit({ name: 'agents', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    running = await house.start({ ingest: { history: false, traces: { settleMs: 1_000 } } });
    expect(printed).toContain('http://tidemark:8088');
    await sends(printed.replace('http://tidemark:8088', running.url), { TIDEMARK_TOKEN: token });
    await arrives(token, viewer);
  });

  test('sends on over gRPC', async ({ skip }) => {
    if (missing !== undefined) return skip(missing);
    house = build();
    const token = house.admit({ name: 'agents', scope: 'ingest', tenant: 'acme' });
    const viewer = house.admit({ name: 'eye', scope: 'analyst', tenant: 'acme' });
    running = await house.start({ ingest: { history: false, traces: { settleMs: 1_000 } }, http: { grpcPort: 0 } });
    const listening = running
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { event?: string; what?: string; place?: string })
      .find(({ event, what }) => event === 'api-listening' && what === 'otlp-grpc');
    const exporters = `exporters:
  otlp_grpc:
    endpoint: ${listening!.place!}
    headers:
      authorization: Bearer \${env:TIDEMARK_TOKEN}
    tls:
      insecure: true
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [otlp_grpc]
    logs:
      receivers: [otlp]
      exporters: [otlp_grpc]
`;
    await sends(exporters, { TIDEMARK_TOKEN: token });
    await arrives(token, viewer);
  });

  test.for(['otlp_proto', 'otlp_json'])('writes %s to Kafka, and it is read there', async (encoding, { skip }) => {
    if (missing !== undefined) return skip(missing);
    if (noKafka !== undefined) return skip(noKafka);
    const broker: Broker = await sharedKafka();
    const topic = `collector-${encoding}`;
    await broker.createTopic(topic, 3);
    const exporters = `exporters:
  kafka:
    brokers: ${JSON.stringify(broker.brokers)}
    traces:
      topic: ${topic}
      encoding: ${encoding}
    logs:
      topic: ${topic}
      encoding: ${encoding}
    partition_traces_by_id: true
service:
  pipelines:
    traces:
      receivers: [otlp]
      exporters: [kafka]
    logs:
      receivers: [otlp]
      exporters: [kafka]
`;
    await sends(exporters);
    const installation = await install({
      kafka: {
        brokers: broker.brokers,
        inputs: [{ topic, ...(encoding === 'otlp_proto' && { encoding }) }],
      },
    });
    try {
      let told = '';
      await until(
        'all are there',
        async () => {
          const replay = installation.start('replay', 'kafka:', '--store', 'none', '--json');
          await replay.ended;
          told = replay.output();
          const { activities, identities, dead, unjoined } = JSON.parse(told.slice(told.indexOf('{')));
          return activities >= 2 * TRACES + 1 && identities === 2 && unjoined === 0 && Object.keys(dead).length === 0;
        },
        60_000,
      ).catch((error) => {
        throw new Error(`${told}\n${collector!.output()}`, { cause: error });
      });
    } finally {
      await installation.remove();
    }
  });
});

/** How long small hostile requests hold the process: event loop delay, time and memory of each, with everything behind the HTTP API but the store. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { configSchema } from '../schemas/config.ts';
import { firehoseRoutes } from '../src/api/firehose-routes.ts';
import { hecRoutes } from '../src/api/hec-routes.ts';
import { ingestRoutes } from '../src/api/ingest-routes.ts';
import { inventoryRoutes } from '../src/api/inventory-routes.ts';
import { otlpRoutes } from '../src/api/otlp-routes.ts';
import type { ConsoleParts } from '../src/api/ports.ts';
import { startConsole } from '../src/api/server.ts';
import { newToken, openTokens } from '../src/api/tokens.ts';
import { inventoryPort } from '../src/app/api/inventory.ts';
import { recordLimitsOf } from '../src/app/record-limits.ts';
import { createHold } from '../src/bounds/hold.ts';
import { shelves } from '../src/commands/settings.ts';
import { createDeadLetterBuilder } from '../src/ingest/dead-letter.ts';
import { createPushIngest } from '../src/ingest/push-ingest.ts';
import { createReader } from '../src/ingest/reader.ts';
import { createFingerprinter } from '../src/secrets.ts';
import { BOUND_MS, watchTurns } from './turns.ts';

const MiB = 1024 * 1024;
const names = (count: number) => Array.from({ length: count }, (_, n) => `"name-${n}":{"a${n % 90}":0}`).join();
const trail = (n: number) =>
  JSON.stringify({
    eventVersion: '1.08',
    eventID: `e-${n}`,
    eventTime: '2026-03-01T00:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    sourceIPAddress: '10.0.0.7',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDA',
      arn: 'arn:aws:iam::111122223333:user/ci',
      accountId: '111122223333',
    },
    requestParameters: { bucketName: 'b', key: `k/${n}` },
  });

/** A field of protobuf with these bytes. */
const field = (number: number, bytes: Uint8Array) =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
/** A message of Firehose whose records unpack to these texts. */
const firehose = (...texts: readonly string[]) => {
  const packed = new Map([...new Set(texts)].map((text) => [text, gzipSync(text).toString('base64')]));
  return JSON.stringify({ requestId: 'r', records: texts.map((text) => ({ data: packed.get(text) })) });
};
const spansInProtobuf = (...spans: readonly Uint8Array[]) =>
  Buffer.from(field(1, field(2, Buffer.concat(spans.map((span) => field(2, span))))));
const [JSON_TYPE, PROTOBUF] = ['application/json', 'application/x-protobuf'];
const pairs = (count: number) => Array(count).fill('{"key":"k"}').join();

const CASES: Readonly<
  Record<string, () => readonly [path: string, body: string | Buffer, contentType?: string | undefined]>
> = {
  'array of numbers': () => ['/v1/activities', `[${'0,'.repeat(4 * MiB)}0]`],
  'Records of nothing': () => ['/v1/activities', `{"Records":[${'{},'.repeat(4 * MiB)}{}]}`],
  'arrays in Records': () => ['/v1/activities', `{"Records":[${'[0,0,0,0],'.repeat(MiB)}0]}`],
  'lines of containers': () => ['/v1/activities', `[${'0,'.repeat(9_000)}0]\n`.repeat(500)],
  spans: () => ['/v1/activities', `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(300_000)}{}]}]}]}`],
  'OTLP: resources of nothing': () => ['/v1/traces', `{"resourceSpans":[${'{},'.repeat(4 * MiB)}{}]}`, JSON_TYPE],
  'OTLP: spans of nothing': () => [
    '/v1/traces',
    `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(19_000)}{}]}]}]}`,
    JSON_TYPE,
  ],
  'OTLP: spans of many values': () => [
    '/v1/traces',
    `{"resourceSpans":[{"scopeSpans":[{"spans":[${Array(180)
      .fill(`{"attributes":[${pairs(7_000)}]}`)
      .join()}]}]}]}`,
    JSON_TYPE,
  ],
  'OTLP: another log in JSON': () => ['/v1/logs', `{"resourceLogs":[{"a":"${'\\n'.repeat(7 * MiB)}"}]}`, JSON_TYPE],
  'OTLP: resources of nothing in protobuf': () => ['/v1/traces', Buffer.alloc(15 * MiB, '\x0a\x00'), PROTOBUF],
  'OTLP: fields nobody knows': () => ['/v1/traces', Buffer.alloc(15 * MiB, '\x78\x00'), PROTOBUF],
  'OTLP: spans of nothing in protobuf': () => [
    '/v1/traces',
    spansInProtobuf(...Array(19_000).fill(Buffer.alloc(0))),
    PROTOBUF,
  ],
  'OTLP: spans of many values in protobuf': () => [
    '/v1/traces',
    spansInProtobuf(...Array(40).fill(Buffer.alloc(400_000, '\x4a\x00'))),
    PROTOBUF,
  ],
  'OTLP: log records that are records of many names': () => [
    '/v1/logs',
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${Array(100)
      .fill(`{"body":{"stringValue":${JSON.stringify(`{${names(3_900)}}`)}}}`)
      .join()}]}]}]}`,
    JSON_TYPE,
  ],
  'envelope: objects of nothing in gzip': () => ['/v1/activities', firehose('{}'.repeat(3_900_000))],
  'envelope: names in gzip': () => ['/v1/activities', firehose(`{${names(350_000)}}`)],
  'envelope: one long text in gzip': () => ['/v1/activities', firehose(JSON.stringify({ a: 'x'.repeat(7 * MiB) }))],
  'envelopes: gzip that fails': () => [
    '/v1/activities',
    `${firehose(...Array<string>(90).fill(' '.repeat(9 * MiB)))}\n`.repeat(12),
  ],
  'Firehose: gzip that fails': () => ['/v1/firehose', firehose(...Array<string>(900).fill(' '.repeat(9 * MiB)))],
  'Firehose: objects of nothing in gzip': () => [
    '/v1/firehose',
    firehose(...Array<string>(900).fill('{}'.repeat(3_900_000))),
  ],
  'blank lines': () => ['/v1/activities', Buffer.alloc(15 * MiB, '\n')],
  'lines of numbers': () => ['/v1/activities', '0\n'.repeat(7 * MiB)],
  'deep arrays': () => ['/v1/activities', `${'['.repeat(7 * MiB)}${']'.repeat(7 * MiB)}`],
  'deep lines': () => ['/v1/activities', `${'[{"a":'.repeat(80)}0${'}]'.repeat(80)}\n`.repeat(20_000)],
  'many names': () => ['/v1/activities', `{${names(60_000)}}`],
  'as many names as a record may have': () => ['/v1/activities', `{${names(3_900)}}\n`.repeat(100)],
  'records as long as they may be': () => ['/v1/activities', `{"a":"${'\\n'.repeat(500_000)}"}\n`.repeat(15)],
  'dead records of escapes': () => [
    '/v1/activities',
    `{"a":"${'a%2F'.repeat(65_000)}","b":"${'a%2F'.repeat(180_000)}"}\n`.repeat(10),
  ],
  'many events': () => ['/services/collector', '{"event":0}'.repeat(MiB)],
  'events of many names': () => ['/services/collector', `{"event":{${names(3_900)}}}`.repeat(100)],
  'inventory of nothing': () => ['/v1/inventory', `[${'{},'.repeat(19_000)}{}]`],
  '20,000 honest records': () => ['/v1/activities', Array.from({ length: 20_000 }, (_, n) => trail(n)).join('\n')],
};

if (isMainThread) await main();
else {
  const { url, token } = workerData as { url: string; token: string };
  parentPort!.on('message', async (name: string) => {
    const [path, body, contentType] = CASES[name]!();
    const zip = gzipSync(body);
    parentPort!.postMessage({ sending: zip.length });
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-encoding': 'gzip',
        ...(path === '/v1/firehose' && { 'x-amz-firehose-request-id': 'r' }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      body: zip,
    });
    await answer.text();
    parentPort!.postMessage({ status: answer.status });
  });
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-doors-'));
  const { token, line } = newToken({ name: 'bench', scope: 'admin', tenant: 'acme' });
  writeFileSync(join(directory, 'tokens'), line, { mode: 0o600 });
  const config = configSchema.parse({
    http: { port: 0, bytesPerSecond: 1024 * MiB },
    ingest: { deadLettersPerMinute: 10_000_000 },
  });
  const { formats } = await shelves();
  const clock = { now: Date.now };
  const fingerprinter = createFingerprinter('bench');
  const held = createHold(config.detect.queueBytes);
  const parts = {
    config: config.http,
    held,
    recordLimits: recordLimitsOf(config),
    version: 'bench',
    clock,
    findToken: openTokens(join(directory, 'tokens'), clock.now, () => {}).find,
    formats: [...formats.keys()],
    intake: createPushIngest({
      reader: (tenant, format) => createReader({ formats, format, tenant, limits: config.ingest, fingerprinter }),
      write: async () => {},
      setAside: async () => {},
      deadLetter: createDeadLetterBuilder({ fingerprinter, limits: config.ingest, now: clock.now }),
      recordsMax: config.http.recordsMax,
      unpackedMaxBytes: config.http.unpackedMaxBytes,
      queueBytes: config.detect.queueBytes,
      clock,
    }),
    inventory: inventoryPort(
      async () => {},
      { inventoriesOf: async () => [] },
      fingerprinter,
      () => {},
    ),
    notReady: () => [],
    onEvent: () => {},
  } satisfies Partial<ConsoleParts> as unknown as ConsoleParts;
  const server = await startConsole(parts, [
    ...ingestRoutes(parts),
    ...hecRoutes(parts),
    ...firehoseRoutes(parts),
    ...otlpRoutes(parts),
    ...inventoryRoutes(parts),
  ]);
  const worker = new Worker(new URL(import.meta.url), { workerData: { url: server.url, token } });
  const said = <T>() => new Promise<T>((resolve) => worker.once('message', resolve));
  process.stdout.write('case | bytes sent | status | seconds | longest turn ms | longest delay ms | rss MiB\n');
  // `node dist/bench/doors.js OTLP` runs the cases whose names begin so.
  for (const name of Object.keys(CASES).filter((one) => one.startsWith(process.argv[2] ?? ''))) {
    const preparing = said<{ sending: number }>();
    worker.postMessage(name);
    const { sending } = await preparing;
    const over = watchTurns(BOUND_MS);
    const began = performance.now();
    const { status } = await said<{ status: number }>();
    const { longestMs, delayMs } = over();
    const row = [
      name,
      sending,
      status,
      ((performance.now() - began) / 1_000).toFixed(2),
      longestMs.toFixed(1),
      delayMs.toFixed(0),
      (process.memoryUsage.rss() / MiB).toFixed(0),
    ];
    process.stdout.write(`${row.join(' | ')}\n`);
  }
  await worker.terminate();
  await server.close();
  rmSync(directory, { recursive: true });
}

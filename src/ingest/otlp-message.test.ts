/** A topic that a Collector writes in protobuf: its spans and log records are what the same export in JSON would be. */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { toProtobuf } from '../../test/unit/otlp-writer.ts';
import { format as activity } from '../formats/activity.ts';
import { format as spansFormat } from '../formats/otel-genai.ts';
import { eachInProtobuf } from './otlp-message.ts';
import { createReader } from './reader.ts';

const { ingest } = configSchema.parse({});
const limits = {
  recordsMax: ingest.containerMaxRecords,
  recordMaxBytes: ingest.recordMaxBytes,
  shape: { depth: ingest.recordMaxDepth, values: ingest.recordMaxValues, names: ingest.recordMaxNames },
};
const reader = () =>
  createReader({
    formats: new Map([spansFormat, activity].map((format) => [format.id, format])),
    format: 'auto',
    tenant: 'acme',
    limits: ingest,
    pepper: 'pepper',
  });
const read = (bytes: Uint8Array) =>
  [...eachInProtobuf(bytes, reader(), limits, 'auto')].filter((outcome) => outcome !== undefined);

const record = (id: string) => ({
  id,
  at: '2026-03-01T00:00:00.000Z',
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  outcome: 'success',
});

const SPANS = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'desk' } }] },
      scopeSpans: [
        {
          scope: { name: 'agents' },
          spans: [
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
              name: 'execute_tool search',
              startTimeUnixNano: '1795960641343222173',
              attributes: [{ key: 'gen_ai.tool.name', value: { stringValue: 'search' } }],
            },
          ],
        },
      ],
    },
  ],
};
const LOGS = {
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            { timeUnixNano: '1795960641343222173', body: { stringValue: JSON.stringify(record('as-text')) } },
            { observedTimeUnixNano: '1795960641343222173', body: { stringValue: 'a line' } },
          ],
        },
      ],
    },
  ],
};

test('spans and log records are told apart, and read as their JSON is', () => {
  for (const [signal, message] of [
    ['traces', SPANS],
    ['logs', LOGS],
  ] as const) {
    const json = reader().read(JSON.stringify(message));
    expect(read(toProtobuf(signal, message))).toEqual(json);
    expect(json[0]).toMatchObject({ status: 'read' });
  }
});

test('what is none, or too much, is one dead record that names the remedy; nothing but containers is skipped', () => {
  expect(read(Buffer.from('{"resourceSpans":[]}'))).toEqual([
    expect.objectContaining({ status: 'dead', reason: expect.stringContaining('leave out the encoding') }),
  ]);
  expect(read(Buffer.from([0x0a, 0x7f]))).toEqual([expect.objectContaining({ status: 'dead' })]);
  expect(read(new Uint8Array(ingest.recordMaxBytes + 1))).toEqual([
    expect.objectContaining({ status: 'dead', reason: 'longer than ingest.recordMaxBytes' }),
  ]);
  const { resourceSpans } = SPANS;
  const many = { resourceSpans: Array.from({ length: ingest.containerMaxRecords / 4 + 1 }, () => resourceSpans[0]!) };
  expect([
    ...eachInProtobuf(toProtobuf('traces', many), reader(), { ...limits, recordMaxBytes: 64 << 20 }, 'auto'),
  ]).toEqual([expect.objectContaining({ status: 'dead', reason: expect.stringContaining('more than') })]);
  expect(read(toProtobuf('traces', { resourceSpans: [{}] }))).toEqual([
    expect.objectContaining({ status: 'skip', reason: 'an OTLP message without records' }),
  ]);
});

test('protobuf on a topic of JSON says so', () => {
  expect(reader().read(toProtobuf('traces', SPANS))).toEqual([
    expect.objectContaining({ reason: expect.stringContaining('otlp_proto') }),
  ]);
});

const folder = new URL('../../../shared/data/agent-spans/', import.meta.url);
const files = (() => {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz'));
  } catch {
    if (process.env.CI !== 'true') process.stderr.write('skipped: no ../shared/data/agent-spans\n');
    return [];
  }
})();

describe('exports of real libraries', () => {
  test.skipIf(files.length === 0 && process.env.CI !== 'true')('come out the same in protobuf', () => {
    let activities = 0;
    for (const file of files)
      for (const line of gunzipSync(readFileSync(new URL(file, folder)))
        .toString('utf8')
        .split('\n')
        .filter(Boolean)) {
        const json = reader().read(line);
        const protobuf = read(toProtobuf('traces', JSON.parse(line)));
        expect(protobuf, file).toEqual(json);
        activities += json.filter(({ status }) => status === 'read').length;
      }
    expect(activities).toBeGreaterThan(100);
  });
});

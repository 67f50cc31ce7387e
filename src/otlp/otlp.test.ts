/** What is cut out of OTLP requests: the same from both encodings, within the bounds of a record, whatever an outsider writes. */
import {
  JsonLogsSerializer,
  JsonTraceSerializer,
  ProtobufLogsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { field, toProtobuf } from '../../test/unit/otlp-writer.ts';
import { cutJson } from './json.ts';
import { type CutLimits, OtlpFault, type Piece, type Signal } from './piece.ts';
import { cutProtobuf, signalOf } from './protobuf.ts';

const LIMITS: CutLimits = {
  recordsMax: 2_000,
  recordMaxBytes: 64 * 1024,
  shape: { depth: 32, values: 4_000, names: 512 },
};

const ENCODINGS = [
  ['protobuf', cutProtobuf],
  ['json', cutJson],
] as const;

type Fields = Readonly<Record<string, unknown>>;

const encoded = (encoding: string, signal: Signal, request: Fields): Uint8Array =>
  encoding === 'json' ? Buffer.from(JSON.stringify(request)) : toProtobuf(signal, request);

function cut(
  cutter: typeof cutJson,
  bytes: Uint8Array,
  signal: Signal = 'traces',
  limits: CutLimits = LIMITS,
): readonly Piece[] {
  return [...cutter(bytes, signal, limits)].filter((piece) => piece !== undefined);
}

const spansIn = (pieces: readonly Piece[]): Fields[] =>
  pieces.flatMap((piece) =>
    'value' in piece
      ? (piece.value as { scopeSpans: { spans: Fields[] }[] }).scopeSpans.flatMap(({ spans }) => spans)
      : [],
  );
const reasonsIn = (pieces: readonly Piece[]) =>
  pieces.flatMap((piece) => ('unreadable' in piece ? [piece.unreadable] : []));

const span = (n: number, attributes: Fields[] = []) => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: n.toString(16).padStart(16, '0'),
  name: `span ${n}`,
  kind: 1,
  startTimeUnixNano: '1795960641343222173',
  ...(attributes.length > 0 && { attributes }),
});
const request = (spans: readonly unknown[], resource: Fields = { attributes: [] }) => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'test' }, spans }] }],
});

describe('what an SDK encodes', () => {
  /** Serialised JSON has what protobuf leaves out where it is the default. */
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name, one]) => one !== undefined && !/^dropped|^schemaUrl$|^flags$/.test(name) && !isEmpty(one))
        .map(([name, one]) => [name, name === 'intValue' ? String(one) : plain(one)]),
    );
  };
  const isEmpty = (value: unknown) =>
    value === 0 ||
    value === '' ||
    (typeof value === 'object' && value !== null && Object.keys(plain(value) as object).length === 0);

  test('spans are the same from protobuf and from JSON, with every kind of value', () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const tracer = provider.getTracer('test', '1.0');
    const outer = tracer.startSpan('invoke_agent desk', { kind: 2, attributes: { text: 'wörk', empty: '' } });
    outer.addEvent('asked', { of: ['a', 'b'], much: 1.5, big: 2 ** 40, less: -7, yes: true });
    outer.setStatus({ code: 2, message: 'no' });
    outer.end();
    const spans = exporter.getFinishedSpans();
    const json = cut(cutJson, JsonTraceSerializer.serializeRequest(spans)!);
    const protobuf = cut(cutProtobuf, ProtobufTraceSerializer.serializeRequest(spans)!);
    expect(spansIn(json)).toHaveLength(1);
    expect(plain(protobuf.map((piece) => 'value' in piece && piece.value))).toEqual(
      plain(json.map((piece) => 'value' in piece && piece.value)),
    );
    expect(signalOf(ProtobufTraceSerializer.serializeRequest(spans)!)).toBe('traces');
  });

  test('log records are the same, with texts, maps and lists in their bodies', () => {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('test');
    logger.emit({ body: '{"a":1}', severityNumber: 9, attributes: { 'log.file.name': 'audit.log' } });
    logger.emit({ body: { kind: 'Event', deep: { list: [1, 'two', null, { three: 3 }] } }, eventName: 'audit' });
    const records = exporter.getFinishedLogRecords();
    const values = (pieces: readonly Piece[]) => plain(pieces.map((piece) => 'value' in piece && piece.value));
    const json = cut(cutJson, JsonLogsSerializer.serializeRequest(records)!, 'logs');
    expect(JSON.stringify(json)).toContain('"three"');
    expect(values(cut(cutProtobuf, ProtobufLogsSerializer.serializeRequest(records)!, 'logs'))).toEqual(values(json));
    expect(signalOf(ProtobufLogsSerializer.serializeRequest(records)!)).toBe('logs');
  });
});

describe.each(ENCODINGS)('%s', (encoding, cutter) => {
  const cutOf = (value: Fields, limits?: CutLimits) =>
    cut(cutter, encoded(encoding, 'traces', value), 'traces', limits);

  test('a request larger than a record comes in groups, and no span is lost', () => {
    const spans = Array.from({ length: 300 }, (_, n) =>
      span(n, [{ key: 'text', value: { stringValue: 'x'.repeat(1_000) } }]),
    );
    const pieces = cutOf(request(spans));
    expect(pieces.length).toBeGreaterThan(4);
    expect(spansIn(pieces)).toEqual(spans);
    for (const piece of pieces) expect('value' in piece && piece.size).toBeLessThanOrEqual(LIMITS.recordMaxBytes);
  });

  test('a span that is too long, too deep or too manifold is unreadable by itself', () => {
    let deep: Fields = { stringValue: 'x' };
    for (let level = 0; level < 40; level++) deep = { arrayValue: { values: [deep] } };
    const many = Array.from({ length: 5_000 }, () => ({ key: 'k' }));
    const spans = [
      span(1),
      span(2, [{ key: 'long', value: { stringValue: 'x'.repeat(LIMITS.recordMaxBytes) } }]),
      span(3, [
        { key: 'deep', value: deep },
        { key: 'long', value: { stringValue: 'x'.repeat(5_000) } },
      ]),
      span(4, many),
      span(5),
    ];
    const pieces = cutOf(request(spans));
    expect(spansIn(pieces).map(({ spanId }) => spanId)).toEqual([spans[0]!.spanId, spans[4]!.spanId]);
    expect(reasonsIn(pieces)).toHaveLength(3);
  });

  test('an unreadable resource makes its spans unreadable, and no others', () => {
    const one = request([span(1), span(2)], {
      attributes: [{ key: 'long', value: { stringValue: 'x'.repeat(LIMITS.recordMaxBytes) } }],
    });
    const pieces = cutOf({ resourceSpans: [...one.resourceSpans, ...request([span(3)]).resourceSpans] });
    expect(reasonsIn(pieces)).toEqual(Array(2).fill('resource: longer than ingest.recordMaxBytes'));
    expect(spansIn(pieces)).toHaveLength(1);
  });

  test('containers of nothing count like records', () => {
    const nothing = { resourceSpans: Array.from({ length: LIMITS.recordsMax + 1 }, () => ({})) };
    expect(() => cutOf(nothing)).toThrow(OtlpFault);
    const scopes = { resourceSpans: [{ scopeSpans: Array.from({ length: LIMITS.recordsMax + 1 }, () => ({})) }] };
    expect(() => cutOf(scopes)).toThrow(OtlpFault);
    expect(() => cutOf(request(Array.from({ length: LIMITS.recordsMax }, (_, n) => span(n))))).toThrow(OtlpFault);
  });

  test('a request without records is taken', () => {
    expect(cutOf({})).toEqual([]);
    expect(cutOf({ resourceSpans: [] })).toEqual([]);
    expect(cutOf(request([]))).toEqual([]);
  });

  test('whatever bytes come, nothing but an OtlpFault is thrown', () => {
    const honest = encoded(
      encoding,
      'traces',
      request([span(1, [{ key: 'a', value: { stringValue: 'b' } }]), span(2)]),
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(honest.length),
        fc.nat(honest.length),
        (bytes, from, to) => {
          const broken = Buffer.concat([honest.subarray(0, from), bytes.subarray(0, 8), honest.subarray(to)]);
          for (const one of [bytes, broken])
            try {
              cut(cutter, one);
            } catch (error) {
              expect(error).toBeInstanceOf(OtlpFault);
            }
        },
      ),
      { numRuns: 500 },
    );
  });

  test('a large request is cut in steps', () => {
    const spans = Array.from({ length: 1_500 }, (_, n) =>
      span(n, [{ key: 'text', value: { stringValue: 'x'.repeat(2_000) } }]),
    );
    const steps = [...cutter(encoded(encoding, 'traces', request(spans)), 'traces', LIMITS)];
    // Between two pauses at most one group is handed over and the next one collected.
    expect(steps.filter((piece) => piece === undefined).length).toBeGreaterThan(60);
  });
});

test('JSON may have its members in any order and blanks anywhere', () => {
  const text = `{ "resourceSpans" : [ {"scopeSpans":[{"spans":[ {"spanId":"1","name":"a]}\\"{["} ,{"spanId":"2"}],"scope":{"name":"s"}}],
    "schemaUrl":"x","resource":{"attributes":[]}} ] , "more": {"resourceSpans": 1} }`;
  const pieces = cut(cutJson, Buffer.from(text));
  expect(pieces).toEqual([
    {
      size: expect.any(Number),
      value: {
        resource: { attributes: [] },
        scopeSpans: [{ scope: { name: 's' }, spans: [{ spanId: '1', name: 'a]}"{[' }, { spanId: '2' }] }],
      },
    },
  ]);
});

test.each(['', '[]', 'x', '{"resourceSpans":{}}', '{"resourceSpans":[', '{"resourceLogs":[]}', '{} {}', '{"a":1}'])(
  'as JSON spans %j is no request',
  (text) => {
    expect(() => cut(cutJson, Buffer.from(text))).toThrow(OtlpFault);
  },
);

test('one broken span does not cost the others beside it', () => {
  const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"spanId":"1"},{"spanId":},{"spanId":"3"}]}]}]}`;
  const json = cut(cutJson, Buffer.from(text));
  expect(spansIn(json).map(({ spanId }) => spanId)).toEqual(['1', '3']);
  expect(reasonsIn(json)).toEqual(['not valid JSON']);
  const good = toProtobuf('traces', request([span(1)]));
  const bad = field(1, field(2, field(2, Buffer.from([0x0a, 0x7f, 0x01]))));
  const protobuf = cut(cutProtobuf, Buffer.concat([good, bad, good]));
  expect(spansIn(protobuf)).toHaveLength(2);
  expect(reasonsIn(protobuf)).toEqual(['not valid protobuf']);
});

test('text that is no UTF-8 is read with replacement signs', () => {
  const name = field(5, Buffer.from([0x61, 0xff, 0x62]));
  const pieces = cut(cutProtobuf, field(1, field(2, field(2, name))));
  expect(spansIn(pieces)).toEqual([{ name: 'a\ufffdb' }]);
});

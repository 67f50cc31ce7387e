import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import type { Network } from '../../schemas/inventory.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import type { Format } from './format.ts';
import { createReader, type ReaderOptions, UnknownFormat } from './reader.ts';

const formats = await discover<Format>(SHELVES.formats, 'format');
const limits = configSchema.parse({}).ingest;
const SAMPLES = new URL('../../test/samples/', import.meta.url);

function reader(options: Partial<ReaderOptions> = {}) {
  return createReader({ formats, format: 'auto', tenant: 'default', limits, ...options });
}

const activity = {
  id: 'x:1',
  at: '2026-03-01T10:15:30.120Z',
  identity: { id: 'robot', kind: 'bot', provider: 'github' },
  action: { name: 'push', service: 'git', access: 'write' },
  outcome: 'success',
};

function admitted(change: object, options: Partial<ReaderOptions> = {}) {
  const outcome = reader(options).readParsed({ ...activity, ...change })[0]!;
  if (outcome.status !== 'read') throw new Error(outcome.reason);
  return outcome.activities[0]!;
}

it('asks no other format about a container whose names say whose it is, but a mapping about all', () => {
  const group = {
    resource: {},
    scopeSpans: [{ spans: [{ traceId: 'a', spanId: 'b', name: 'run', startTimeUnixNano: '1772359200000000000' }] }],
  };
  const asked = (more: Partial<Format>, container: object) => {
    let times = 0;
    const first: Format = {
      id: 'first',
      about: { title: 'First', source: 'the test' },
      recognises: () => {
        times++;
        return false;
      },
      read: () => ({ status: 'dead', reason: 'never' }),
      ...more,
    };
    const one = reader({ formats: new Map([['first', first], ...formats]) });
    one.readParsed(container);
    times = 0;
    const outcomes = one.readParsed(container);
    return { times, formats: outcomes.map(({ format }) => format) };
  };
  for (const container of [group, { resourceSpans: [group] }]) {
    expect(asked({}, container)).toEqual({ times: 0, formats: ['otel-genai'] });
    expect(asked({ isMapping: true }, container)).toEqual({ times: 1, formats: ['otel-genai'] });
  }
  expect(asked({}, { ...group, own: 1 })).toEqual({ times: 1, formats: ['otel-genai'] });
});

/** What becomes of the samples of a format: this one knows records that are nobody's act. */
const statusOf = (format: string) => (format === 'no-activity' ? 'skip' : 'read');

it.each(readdirSync(SAMPLES).filter((name) => name.endsWith('.ndjson')))(
  '%s is recognised without being told',
  (name) => {
    const one = reader();
    const format = name.replace('.ndjson', '');
    for (const line of readFileSync(new URL(name, SAMPLES), 'utf8').trim().split('\n'))
      for (const outcome of one.read(line))
        expect([outcome.status, outcome.format]).toEqual([statusOf(format), format]);
  },
);

it("an act is read though its record has the names of what is nobody's act, whatever came before it", () => {
  const first = (id: string) => JSON.parse(readFileSync(new URL(`${id}.ndjson`, SAMPLES), 'utf8').split('\n')[0]!);
  const traffic = first('no-activity');
  const act = { ...traffic, ...first('okta') };
  const statuses = (value: unknown) =>
    reader()
      .read(JSON.stringify(value))
      .map(({ status, format }) => [status, format]);
  expect(statuses(act)).toEqual([['read', 'okta']]);
  expect(statuses([traffic, act, traffic])).toEqual([
    ['skip', 'no-activity'],
    ['read', 'okta'],
    ['skip', 'no-activity'],
  ]);
});

it('formats may alternate from record to record', () => {
  const lines = readdirSync(SAMPLES).flatMap((name) => readFileSync(new URL(name, SAMPLES), 'utf8').trim().split('\n'));
  const one = reader();
  for (const line of [...lines, ...lines.reverse()])
    expect(one.read(line).every(({ status, format }) => status === statusOf(format ?? ''))).toBe(true);
});

describe('a record that its format fails on is dead, and the process goes on', () => {
  const UNEXPECTED = 'a value is of a type that nobody expects there, such as an object in place of a number';
  /** Neither a text nor a number can be made of it. */
  const textless = { toString: 1, valueOf: 1 };

  it('in a container, whose other records are read', () => {
    const [sample] = readFileSync(new URL('aws-cloudtrail.ndjson', SAMPLES), 'utf8').split('\n');
    const good = JSON.parse(sample!) as object;
    const bad = { ...good, additionalEventData: { bytesTransferredIn: textless } };
    const outcomes = reader().read(JSON.stringify({ Records: [bad, good] }));
    expect(outcomes).toMatchObject([
      { status: 'dead', format: 'aws-cloudtrail', reason: UNEXPECTED },
      { status: 'read', format: 'aws-cloudtrail' },
    ]);
    const [dead] = outcomes;
    expect(dead?.status === 'dead' && JSON.parse(Buffer.from(dead.bytes).toString())).toEqual(bad);
  });

  it('where a container is taken apart', () => {
    const span = { traceId: 'a', spanId: 'b', attributes: [{ key: 'gen_ai.system', value: { intValue: textless } }] };
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    expect(reader().read(text)).toMatchObject([{ status: 'dead', reason: UNEXPECTED, bytes: Buffer.from(text) }]);
  });

  it('where it waited for its trace', () => {
    const part = {
      trace: 't',
      id: 'i',
      at: '2026-03-01T10:15:30.120Z',
      bytes: 9,
      isTelling: true,
      json: () => '{"a":1}',
    };
    const fail = () => {
      throw new TypeError('on this record');
    };
    const failing: Format = {
      id: 'failing',
      about: { title: 'Failing', source: 'nowhere' },
      recognises: () => true,
      read: fail,
      traces: { partOf: () => part, view: () => ({ read: fail, toldBy: () => undefined, isWanting: () => false }) },
    };
    const [held] = reader({ formats: new Map([['failing', failing]]) }).eachHeld('{"a":1}', 'sender');
    if (held?.status !== 'held') throw new Error(JSON.stringify(held));
    const { reading } = held;
    expect(reading.read(reading.view([part]), part, true)).toEqual({
      status: 'dead',
      format: 'failing',
      reason: UNEXPECTED,
      bytes: Buffer.from('{"a":1}'),
    });
  });
});

it('a format that is not on the shelf is refused with the names of those that are', () => {
  expect(() => reader({ format: 'syslog' })).toThrow(UnknownFormat);
  try {
    reader({ format: 'syslog' });
  } catch (error) {
    expect((error as UnknownFormat).remedy).toMatch(/activity.*aws-cloudtrail/);
  }
});

describe('bytes that are no record are dead, with reason and bytes', () => {
  it.each([
    ['', 'not valid JSON'],
    [
      '{"a":',
      'not valid JSON: the record ends in the middle, so its file or its message was cut off; over syslog raise the size of a message at the sender (docs/syslog.md)',
    ],
    ['\u0000\u0001\u0002', 'not valid JSON'],
    ['"text"', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['5', 'not a JSON object'],
    ['{}', 'no format recognises this record: docs/reference/formats.md lists what is read'],
  ])('%j', (text, reason) => {
    expect(reader().read(Buffer.from(text))).toEqual([
      { status: 'dead', format: 'auto', reason, bytes: Buffer.from(text) },
    ]);
  });
  it('longer than the bound', () => {
    const one = reader({ limits: { ...limits, recordMaxBytes: 100 } });
    const outcome = one.read(`{"a":"${'x'.repeat(100)}"}`)[0];
    expect(outcome).toMatchObject({ status: 'dead', reason: 'longer than ingest.recordMaxBytes' });
  });
  it('nested without end', () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect(reader().read(deep)[0]?.status).toBe('dead');
    expect(reader().read(`[${deep}]`)[0]?.status).toBe('dead');
    expect(reader().read('['.repeat(100_000))[0]?.status).toBe('dead');
    expect(reader().read(`${'['.repeat(9_000)}${']'.repeat(9_000)}`)[0]?.status).toBe('dead');
    const record = { ...activity, unknown: JSON.parse(deep) };
    expect(reader().readParsed(record)[0]?.status).toBe('read');
  });
});

it('keys named __proto__ change nothing', () => {
  const text = `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},${JSON.stringify(activity).slice(1)}`;
  expect(reader().read(text)[0]).toMatchObject({ status: 'read', activities: [activity] });
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

it('a byte order mark is no part of the record', () => {
  expect(reader().read(Buffer.from(`\uFEFF${JSON.stringify(activity)}`))[0]?.status).toBe('read');
});

it('containers count as the records inside, however nested', () => {
  const cloudtrail = readFileSync(new URL('aws-cloudtrail.ndjson', SAMPLES), 'utf8')
    .trim()
    .split('\n')
    .map((l) => JSON.parse(l));
  const value = [{ Records: cloudtrail }, activity, [cloudtrail[0]], 'junk'];
  expect(
    reader()
      .readParsed(value)
      .map(({ status }) => status),
  ).toEqual([...cloudtrail.map(() => 'read'), 'read', 'read', 'dead']);
});

describe('dates', () => {
  const now = () => Date.parse('2026-03-01T10:00:00.000Z');
  it('ahead of the clock by more than the skew are dead where the input is live', () => {
    const at = (time: string) => reader({ now }).readParsed({ ...activity, at: time })[0]!;
    expect(at('2026-03-01T10:04:59.000Z').status).toBe('read');
    expect(at('2026-03-01T10:05:01.000Z')).toMatchObject({
      status: 'dead',
      reason: expect.stringMatching(/^at: further/),
    });
  });
  it('of history are not held against the clock', () => {
    expect(admitted({ at: '2099-12-31T00:00:00.000Z' }).at).toBe('2099-12-31T00:00:00.000Z');
  });
});

describe('bounds', () => {
  it('an id too long is refused', () => {
    const long = 'x'.repeat(1_000);
    for (const change of [
      { id: long },
      { identity: { ...activity.identity, id: long } },
      { credential: { id: long, kind: 'jwt' } },
    ])
      expect(reader().readParsed({ ...activity, ...change })[0]).toMatchObject({
        status: 'dead',
        reason: expect.stringMatching(/longer than/),
      });
  });
  it('free text is cut, and long names that differ stay different', () => {
    expect(admitted({ source: { userAgent: 'x '.repeat(5_000) } }).source.userAgent).toHaveLength(1_024);
    const [a, b] = ['a', 'b'].map((end) => admitted({ resource: { id: `${'x/'.repeat(5_000)}${end}` } }).resource!.id);
    expect(a).toHaveLength(2_048);
    expect(b).toHaveLength(2_048);
    expect(a).not.toBe(b);
  });
  it('of a long chain the nearest and the first remain', () => {
    const chain = Array.from({ length: 40 }, (_, n) => ({ id: `agent-${n}`, kind: 'agent' }));
    const kept = admitted({ onBehalfOf: chain }).onBehalfOf!.map(({ id }) => id);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([16, 'agent-0', 'agent-39']);
  });
  it('scopes and declared tools are bounded', () => {
    const many = Array.from({ length: 2_000 }, (_, n) => `s${n}`);
    const { scopes, run } = admitted({ scopes: many, run: { id: 'r', declared: many } });
    expect([scopes?.length, run?.declared?.length]).toEqual([256, 512]);
  });
});

describe('source', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:5555', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
  ])('%s is spelled %s', (ip, spelled) => {
    expect(admitted({ source: { ip } }).source.ip).toBe(spelled);
  });
  it.each(['private', 'gce-internal-ip', 'AWS Internal', '999.1.1.1', '1.2.3'])('%s is no address', (ip) => {
    expect(admitted({ source: { ip } }).source).toEqual({ workload: ip });
  });
  it('is filled in from the networks where the log says nothing', () => {
    const network: Network = {
      prefix: '192.0.2.0/24',
      asn: 64_500,
      org: 'net',
      country: 'NL',
      region: 'r',
      workload: 'w',
    };
    const networks = { lookup: (ip: string) => (ip === '192.0.2.1' ? network : undefined) };
    const source = (own: object) => admitted({ source: { ip: '192.0.2.1', ...own } }, { networks }).source;
    expect(source({})).toEqual({ ip: '192.0.2.1', asn: 64_500, org: 'net', country: 'NL', region: 'r', workload: 'w' });
    expect(source({ asn: 1, country: 'DE' })).toMatchObject({ asn: 1, country: 'DE', org: 'net' });
  });
});

describe('what one record may hold', () => {
  const bounds = {
    ...limits,
    containerMaxRecords: 50,
    recordMaxDepth: 20,
    recordMaxValues: 5_000,
    recordMaxNames: 100,
  };
  const reasons = (input: string) =>
    reader({ limits: bounds })
      .read(input)
      .map((outcome) => (outcome.status === 'dead' ? outcome.reason : outcome.status));

  it.each([
    ['an array', JSON.stringify(Array(51).fill(0))],
    ['Records', JSON.stringify({ Records: Array(51).fill({}) })],
    ['a container in containers', JSON.stringify({ Records: Array(6).fill(Array(10).fill({})) })],
    ['empty containers', JSON.stringify(Array(51).fill([]))],
    ['spans', JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: Array(51).fill({}) }] }] })],
  ])('too many records are one dead record, and none of them is read: %s', (_, input) => {
    expect(reasons(input)).toEqual(['holds more records than ingest.containerMaxRecords']);
  });

  it.each([
    ['deep', '['.repeat(3_000) + ']'.repeat(3_000), 'recordMaxDepth'],
    ['wide', JSON.stringify(Array(6_000).fill(0)), 'recordMaxValues'],
    [
      'of many names',
      JSON.stringify(Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`n${n}`, 0]))),
      'recordMaxNames',
    ],
  ])('what is too %s is dead before it is parsed', (_, input, option) => {
    expect(reasons(input)).toEqual([expect.stringContaining(`ingest.${option}`)]);
  });

  it('as many as the bound are read, and each counts by itself', () => {
    expect(reasons(JSON.stringify(Array(50).fill(0)))).toEqual(Array(50).fill('not a JSON object'));
  });
});

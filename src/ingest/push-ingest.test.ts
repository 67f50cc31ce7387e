import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import type { Turn } from '../bounds/pace.ts';
import { format as activityFormat } from '../formats/activity.ts';
import type { DeadLetter } from '../ports/store.ts';
import { LocalSourceClosed, LocalSourceFull } from '../ports/stream.ts';
import { createFingerprinter } from '../secrets.ts';
import { createDeadLetterBuilder, createDeadLetterWriter, type Shed } from './dead-letter.ts';
import { createPushIngest, type PushIngestParts, type RawRecord } from './push-ingest.ts';
import { createReader, UnknownFormat } from './reader.ts';

const { ingest } = configSchema.parse({});
const caller = { name: 'box', scope: 'ingest', tenant: 'acme' } as const;
const record = (id: string, more: object = {}) => ({
  value: {
    id,
    at: '2026-03-01T00:00:00.000Z',
    identity: { id: 'bot', kind: 'bot', provider: 'acme' },
    action: { name: 'read', service: 'docs', access: 'read' },
    source: {},
    outcome: 'success',
    ...more,
  },
});
const junk = (count: number) => Array.from({ length: count }, (_, index) => ({ bytes: `junk ${index}` }));

function build(parts: Partial<PushIngestParts> = {}) {
  const written: Activity[] = [];
  const letters: DeadLetter[] = [];
  const shed: Shed[] = [];
  const formats = new Map([['activity', activityFormat]]);
  const clock = { ms: 0, now: () => clock.ms };
  const intake = createPushIngest({
    reader: (tenant, format) => createReader({ formats, format, tenant, limits: ingest }),
    write: async (activities) => void written.push(...activities),
    setAside: createDeadLetterWriter(
      { setAside: async (buried) => void letters.push(...buried) },
      { perMinute: 10, perMessage: 100, sources: 8 },
      clock.now,
      (one) => void shed.push(one),
    ),
    deadLetter: createDeadLetterBuilder({ fingerprinter: createFingerprinter(), limits: ingest, now: clock.now }),
    queueBytes: 10_000,
    recordsMax: 1_000,
    unpackedMaxBytes: 256 << 20,
    clock,
    ...parts,
  });
  return { intake, written, letters, shed, clock };
}

describe('taking in records', () => {
  test('what many small records unpack to stops at a bound of the whole request, and of each request by itself', async () => {
    const { intake, written } = build({ unpackedMaxBytes: 1_000_000 });
    const data = gzipSync(' '.repeat(300_000)).toString('base64');
    const bombs = (count: number) =>
      Array.from({ length: count }, () => ({ value: { requestId: 'r', records: [{ data }] } }));
    let asked = 0;
    function* counted() {
      for (const bomb of bombs(900)) {
        asked++;
        yield bomb;
      }
    }
    expect(await intake.take(counted(), caller, 'firehose', 'auto')).toEqual({
      status: 'too-many',
      reason: 'unpacks to more than 1000000 bytes in one request',
    });
    expect(asked).toBe(4);
    const beside = await Promise.all([1, 2, 3, 4].map(() => intake.take(bombs(3), caller, 'firehose', 'auto')));
    expect(beside.map(({ status }) => status)).toEqual(['taken', 'taken', 'taken', 'taken']);
    expect(written).toEqual([]);
  });

  test('what a collector carries may name no other tenant, as text, as an object or in layers', async () => {
    const { intake, written, letters } = build();
    const forged = record('x', { tenant: 'other', receivedAt: '2020-01-01T00:00:00.000Z' }).value;
    const text = JSON.stringify(forged);
    const records = [
      { value: { message: text } },
      { value: { event: { original: text } } },
      { value: { payload: forged } },
      { value: { message: JSON.stringify({ log: text }) } },
      { value: { message: JSON.stringify([forged]), tenant: 'acme' } },
    ];
    await intake.take(records, caller, 'http', 'auto');
    expect(written).toEqual([]);
    expect(letters.map(({ reason }) => reason)).toEqual(records.map(() => 'tenant: not the one of the token'));
  });

  test('every record is counted under what became of it, and the tenant is that of the token', async () => {
    const { intake, written, letters } = build();
    const records = [record('a'), record('b', { tenant: 'acme' }), record('c', { tenant: 'other' }), ...junk(2)];
    expect(await intake.take(records, caller, 'http', 'auto')).toEqual({
      status: 'taken',
      taken: {
        records: 5,
        read: 2,
        activities: 2,
        skipped: {},
        dead: { 'tenant: not the one of the token': 1, 'not valid JSON': 2 },
      },
    });
    expect(written.map(({ id, tenant }) => [id, tenant])).toEqual([
      ['a', 'acme'],
      ['b', 'acme'],
    ]);
    expect(letters.map(({ origin }) => origin)).toEqual(
      [2, 3, 4].map((offset) => ({ from: 'http/acme/box', partition: 0, offset })),
    );
  });

  test('what was sent arrived now, whatever it says, and history has no arrival', async () => {
    const forged = record('a', { receivedAt: '2020-01-01T00:00:00.000Z' });
    for (const isHistory of [false, true]) {
      const { intake, written, clock } = build({ isHistory });
      clock.ms = Date.parse('2026-03-09T12:00:00.000Z');
      await intake.take([forged], caller, 'http', 'auto');
      expect(written.map(({ receivedAt }) => receivedAt)).toEqual([isHistory ? undefined : '2026-03-09T12:00:00.000Z']);
    }
  });

  test('the same request again gives the same dead letters', async () => {
    const { intake, letters } = build();
    for (let time = 0; time < 2; time++) await intake.take(junk(3), caller, 'http', 'auto');
    expect(new Set(letters.map(({ id }) => id)).size).toBe(3);
  });

  test('a sender of junk loses its junk, with an alarm, and none of the good records beside it; others lose nothing', async () => {
    const { intake, written, letters, shed, clock } = build();
    expect((await intake.take(junk(10), caller, 'http', 'auto')).status).toBe('taken');
    expect([letters.length, shed]).toEqual([10, []]);
    const mixed = await intake.take([...junk(1), record('a'), ...junk(1), record('b')], caller, 'http', 'auto');
    expect(mixed).toMatchObject({ status: 'taken', taken: { records: 4, read: 2, dead: { 'not valid JSON': 2 } } });
    expect(written.map(({ id }) => id)).toEqual(['a', 'b']);
    // One letter says that more were left behind, and every one of them is told.
    expect([letters.length, letters.at(-1)?.reason]).toEqual([11, expect.stringContaining('counted and not kept')]);
    expect(shed).toEqual(
      [1, 2].map(() => expect.objectContaining({ from: 'http/acme/box', records: 1, over: 'minute' })),
    );
    await intake.take(junk(3), { ...caller, name: 'other' }, 'http', 'auto');
    expect(letters).toHaveLength(14);
    clock.ms = 60_000;
    await intake.take(junk(1), caller, 'http', 'auto');
    expect(letters).toHaveLength(15);
  });

  test('one piece of many unreadable records counts once, and of it only so many are kept', async () => {
    const { intake, letters, shed } = build();
    const array = [{ bytes: JSON.stringify(Array.from({ length: 700 }, (_, n) => n)) }];
    for (let time = 0; time < 10; time++) await intake.take(array, caller, 'http', 'auto');
    expect(shed.map(({ over, records }) => [over, records])).toEqual(Array(10).fill(['message', 600]));
    expect(letters).toHaveLength(10 * 101);
  });

  test.each([
    [new LocalSourceFull('full'), 'busy'],
    [new LocalSourceClosed('stopping'), 'closed'],
  ])('%s is told as a value, and nothing is buried', async (error, status) => {
    const { intake, letters } = build({ write: () => Promise.reject(error) });
    expect(await intake.take([record('a'), ...junk(1)], caller, 'http', 'auto')).toMatchObject({ status });
    expect(letters).toEqual([]);
  });

  test('an outage is passed on, and what was under way no longer counts', async () => {
    let broken = true;
    const { intake } = build({
      write: async () => {
        if (broken) throw new Error('gone');
      },
    });
    await expect(intake.take([record('a')], caller, 'http', 'auto')).rejects.toThrow('gone');
    broken = false;
    expect((await intake.take([record('a')], caller, 'http', 'auto')).status).toBe('taken');
  });

  test('more under way than there is room for is refused until there is room again', async () => {
    const written: (() => void)[] = [];
    let entered = () => {};
    const writing = () => new Promise<void>((resolve) => (entered = resolve));
    const { intake } = build({
      write() {
        entered();
        return new Promise((resolve) => written.push(resolve));
      },
    });
    const big = Array.from({ length: 8 }, (_, index) => record(String(index)));
    for (const _ of [1, 2]) {
      const begun = writing();
      const first = intake.take(big, caller, 'http', 'auto');
      await begun;
      expect((await intake.take(big, caller, 'http', 'auto')).status).toBe('busy');
      written.pop()!();
      expect((await first).status).toBe('taken');
    }
  });

  test('others run after every few records, whether they came as such or inside one container', async () => {
    const pauses: Turn[] = [];
    const turn = { records: 8, bytes: 100_000 };
    const { intake, written } = build({ turn, onPause: (done) => pauses.push(done), queueBytes: 1_000_000 });
    const of = (count: number) => Array.from({ length: count }, (_, index) => record(`id-${index}`));
    await intake.take(of(100), caller, 'http', 'auto');
    expect(pauses.length).toBeGreaterThanOrEqual(Math.floor(100 / turn.records));
    pauses.length = 0;
    await intake.take([{ value: of(100).map(({ value }) => value) }], caller, 'http', 'auto');
    expect(pauses.length).toBeGreaterThanOrEqual(Math.floor(100 / turn.records));
    for (const { records } of pauses) expect(records).toBeLessThanOrEqual(turn.records);
    expect(written).toHaveLength(200);
  });

  test.each([
    ['records', (count: number) => Array.from({ length: count }, (_, index) => record(`id-${index}`))],
    ['records inside one container', (count: number) => [{ bytes: `[${Array(count).fill('0').join()}]` }]],
    [
      'records inside many containers',
      (count: number) => Array(count / 10).fill({ bytes: '[[1,2,3],[4,5],6,7,8,9,0]' }),
    ],
  ])('a request of too many %s stops at the bound and leaves nothing', async (_, of) => {
    const { intake, written, letters } = build({ recordsMax: 50 });
    expect((await intake.take(of(60), caller, 'http', 'auto')).status).toBe('too-many');
    expect([written, letters]).toEqual([[], []]);
  });

  test('one record that holds most of what a request may is dead by itself, wherever it stands; those beside it are taken, in order', async () => {
    let named = 0;
    const many = (count: number, name = `part-${named++}`): RawRecord => ({
      value: Array.from({ length: count }, (_, n) => record(`${name}-${n}`).value),
    });
    for (const at of [0, 1, 2]) {
      const { intake, written, letters } = build({ recordsMax: 20 });
      const pieces = [many(4, 'a'), many(5, 'b')];
      pieces.splice(at, 0, many(15));
      const outcome = await intake.take(pieces, caller, 'http', 'auto');
      expect(outcome).toMatchObject({ status: 'taken', taken: { records: 10, read: 9, activities: 9 } });
      expect(written.map(({ id }) => id.split('-')[0]).join('')).toBe('aaaabbbbb');
      expect(letters.map(({ reason }) => reason)).toEqual([expect.stringContaining('more than half')]);
    }
    const { intake, written, letters } = build({ recordsMax: 20 });
    for (const pieces of [[many(21)], [many(8), many(8), many(8)], Array.from({ length: 5 }, () => many(18))])
      expect(await intake.take(pieces, caller, 'http', 'auto')).toMatchObject({ status: 'too-many' });
    expect([written, letters]).toEqual([[], []]);
    const fitting = [many(3, 'a'), many(15, 'b'), many(2, 'c')];
    expect(await intake.take(fitting, caller, 'http', 'auto')).toMatchObject({ taken: { read: 20 } });
    expect(written.map(({ id }) => id.split('-')[0]).join('')).toBe(`aaa${'b'.repeat(15)}cc`);
  });

  test('a format nobody knows is refused', async () => {
    await expect(build().intake.take([record('a')], caller, 'http', 'none')).rejects.toBeInstanceOf(UnknownFormat);
  });
});

describe('who is heard', () => {
  test('is told with what was read, once it is durable, and not where no record came or times of arrival mean nothing', async () => {
    const heard: unknown[] = [];
    const onHeard: PushIngestParts['onHeard'] = ({ name }, via, activities, atMs) =>
      heard.push([via, name, activities.length, atMs]);
    await build({ onHeard }).intake.take([record('a'), ...junk(1)], caller, 'otlp', 'auto');
    await build({ onHeard }).intake.take([], caller, 'otlp', 'auto');
    await build({ onHeard, isHistory: true }).intake.take([record('a')], caller, 'otlp', 'auto');
    const failing = build({ onHeard, write: () => Promise.reject(new LocalSourceFull('full')) });
    await failing.intake.take([record('a')], caller, 'otlp', 'auto');
    expect(heard).toEqual([['otlp', 'box', 1, 0]]);
  });

  test('a record that nobody can read has its reason and its bytes', async () => {
    const { intake, letters } = build();
    const { taken } = (await intake.take(
      [{ unreadable: 'not valid protobuf', bytes: Buffer.from([8, 1]) }],
      caller,
      'otlp',
      'auto',
    )) as { taken: { dead: object } };
    expect(taken.dead).toEqual({ 'not valid protobuf': 1 });
    expect(letters).toHaveLength(1);
  });
});

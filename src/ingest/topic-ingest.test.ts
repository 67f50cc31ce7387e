import { describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format } from '../formats/activity.ts';
import { format as spans } from '../formats/otel-genai.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { createFingerprinter } from '../secrets.ts';
import { encoderMark } from './activity-message.ts';
import { createDeadLetterBuilder } from './dead-letter.ts';
import type { Format } from './format.ts';
import { PROVENANCE_HEADER } from './provenance.ts';
import { createReader } from './reader.ts';
import { createTopicIngest } from './topic-ingest.ts';

const NOW = Date.parse('2026-03-09T12:00:00.000Z');
const fingerprinter = createFingerprinter('pepper');
const { ingest } = configSchema.parse({});
const record = (tenant?: string) => ({
  id: `of-${tenant}`,
  at: '2026-03-01T00:00:00.000Z',
  ...(tenant !== undefined && { tenant }),
  identity: { id: 'bot', kind: 'bot', provider: 'acme' },
  action: { name: 'docs.read', service: 'docs', access: 'read' },
  outcome: 'success',
});

async function run(pinned: string | undefined, values: readonly object[], timestamps: readonly number[] = []) {
  const sent: OutgoingMessage[] = [];
  const letters: DeadLetter[] = [];
  const heard: (readonly [topic: string, activities: number])[] = [];
  const reader = createReader({
    formats: new Map([['activity', format]]),
    format: 'auto',
    tenant: 'acme',
    limits: ingest,
  });
  const { take } = createTopicIngest({
    read: (_, value, sender) => reader.eachHeld(value, sender),
    pinnedTo: () => pinned,
    onHeard: (topic, activities) => heard.push([topic, activities.length]),
    now: () => NOW,
    traces: ingest.traces,
    merge: { write: async (_, messages) => void sent.push(...messages.map(({ message }) => message)) },
    setAside: async (set) => void letters.push(...set),
    deadLetter: createDeadLetterBuilder({ fingerprinter, limits: ingest, now: () => 0 }),
    mark: encoderMark(fingerprinter),
    tenantOf: () => 'acme',
    cluster: 'main',
  });
  await take({
    topic: 'raw',
    partition: 0,
    first: 0,
    last: values.length - 1,
    messages: values.map((value, offset) => ({
      offset,
      key: null,
      value: Buffer.from(JSON.stringify(value)),
      headers: {},
      timestamp: timestamps[offset] ?? 0,
    })),
  });
  const activities = sent.map(({ value }) => JSON.parse(String(value)) as Activity);
  return {
    tenants: activities.map(({ tenant }) => tenant),
    arrivals: activities.map((a) => a.receivedAt),
    letters,
    heard,
  };
}

test('an input that is pinned to a tenant takes no record of another, not of one whose name begins the same', async () => {
  const values = [record(), record('acme'), record('acme/eu'), record('ac'), record('other')];
  const { tenants, letters } = await run('acme', values);
  expect(tenants).toEqual(['acme', 'acme']);
  expect(letters.map(({ reason }) => reason)).toEqual(Array(3).fill('tenant: not the one this input is pinned to'));
});

test('one that is not takes each for the tenant it names', async () => {
  const { tenants, letters } = await run(undefined, [record(), record('other')]);
  expect(tenants).toEqual(['acme', 'other']);
  expect(letters).toEqual([]);
});

test('a message is one bounded unit: what holds too many records is one dead letter', async () => {
  const { letters } = await run('acme', [Array(ingest.containerMaxRecords + 1).fill(0), record()]);
  expect(letters).toHaveLength(1);
});

test('a message arrived when the broker says, no earlier than one before it, and no later than now', async () => {
  const minute = 60_000;
  const values = Array.from({ length: 5 }, () => ({ ...record(), receivedAt: '2020-01-01T00:00:00.000Z' }));
  const { arrivals } = await run(undefined, values, [NOW - 9 * minute, NOW - 999 * minute, NOW - 3 * minute, 9e15, -1]);
  expect(arrivals.map((at) => (NOW - Date.parse(at ?? '')) / minute)).toEqual([9, 9, 3, 0, 0]);
});

test('every record tells that its topic is heard, those that nobody can read too', async () => {
  const { heard } = await run(undefined, [record(), { nobody: 'reads this' }]);
  expect(heard).toEqual([
    ['raw', 1],
    ['raw', 0],
  ]);
});

describe('spans', () => {
  const nanos = (ms: number) => `${ms}000000`;
  const exportOf = (...spans: readonly object[]) => ({
    resourceSpans: [
      {
        resource: { attributes: { 'service.name': 'desk' } },
        scopeSpans: [{ spans: spans.map((one) => ({ ...one })) }],
      },
    ],
  });
  const tool = (trace: string) => ({
    traceId: trace,
    spanId: 'b',
    parentSpanId: 'a',
    startTimeUnixNano: nanos(NOW - 1_000),
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'pay' },
  });
  const agent = (trace: string) => ({
    traceId: trace,
    spanId: 'a',
    startTimeUnixNano: nanos(NOW - 2_000),
    attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'clerk' },
  });
  const place = { topic: 'raw', partition: 0 };
  type Sent = readonly [atMs: number, value: object];

  function rig() {
    const sent: OutgoingMessage[] = [];
    const unjoined: string[] = [];
    let wallMs = NOW;
    let isDown = false;
    const reader = createReader({
      formats: new Map<string, Format>([
        ['otel-genai', spans],
        ['activity', format],
      ]),
      format: 'auto',
      tenant: 'acme',
      limits: ingest,
    });
    const { settleMs, waitMs } = ingest.traces;
    const topics = createTopicIngest({
      read: (_, value, sender) => reader.eachHeld(value, sender),
      now: () => wallMs,
      traces: ingest.traces,
      merge: {
        async write(_, messages) {
          if (messages.length === 0) return;
          if (isDown) throw new Error('broker away');
          sent.push(...messages.map(({ message }) => message));
        },
      },
      setAside: async () => {},
      deadLetter: createDeadLetterBuilder({ fingerprinter, limits: ingest, now: () => 0 }),
      mark: encoderMark(fingerprinter),
      tenantOf: () => 'acme',
      cluster: 'main',
      onTaken: (_, taken) => unjoined.push(...taken.unjoined.keys()),
    });
    const acts = () => sent.map(({ value }) => JSON.parse(String(value)) as Activity);
    return {
      topics,
      settleMs,
      waitMs,
      unjoined,
      who: () => acts().map(({ id, identity }) => `${id} ${identity.id}`),
      arrivals: () => acts().map(({ receivedAt }) => Date.parse(receivedAt ?? '') - NOW),
      headers: () => sent.map(({ headers }) => headers?.[PROVENANCE_HEADER]),
      setWall: (ms: number) => {
        wallMs = ms;
      },
      setDown: (value: boolean) => {
        isDown = value;
      },
      take: (first: number, ...records: readonly Sent[]) =>
        topics.take({
          ...place,
          first,
          last: first + records.length - 1,
          messages: records.map(([timestamp, value], n) => ({
            offset: first + n,
            key: null,
            value: Buffer.from(JSON.stringify(value)),
            headers: {},
            timestamp,
          })),
        }),
    };
  }

  test('what waits for its parent holds its offset until its act is written, and goes by the arrival of what follows', async () => {
    const { topics, take, who, settleMs, setWall, arrivals, headers } = rig();
    setWall(NOW + 3_600_000);
    await take(10, [NOW, exportOf(tool('t1'))], [NOW + 1, record()]);
    expect(who()).toEqual(['of-undefined bot']);
    expect(topics.heldFrom(place)).toBe(10);
    await take(12, [NOW + 5_000, exportOf(agent('t1'))], [NOW + 5_001, exportOf(tool('t2'))]);
    expect(topics.heldFrom(place)).toBe(10);
    await take(14, [NOW + 5_000 + settleMs, record('later')]);
    expect(who().slice(1)).toEqual(['otel:t1:b clerk', 'otel:t1:a clerk', 'of-later bot']);
    expect(arrivals().slice(1, 3)).toEqual([0, 5_000]);
    // It waited for others, so that where it stood says nothing about what was written before it.
    expect(headers().map((one) => one !== undefined)).toEqual([true, false, false, true]);
    expect(topics.heldFrom(place)).toBe(13);
  });

  test('one that begins where the last one had to stop comes to the same acts', async () => {
    const before = rig();
    await before.take(0, [NOW, exportOf(tool('t1'))], [NOW + 1, record()]);
    expect(before.topics.heldFrom(place)).toBe(0);
    for (const cut of [1, 2, 3]) {
      const after = rig();
      after.setWall(NOW + 3_600_000);
      const all: Sent[] = [
        [NOW, exportOf(tool('t1'))],
        [NOW + 1, record()],
        [NOW + 5_000, exportOf(agent('t1'))],
        [NOW + 600_000, record('later')],
      ];
      await after.take(0, ...all.slice(0, cut));
      await after.take(cut, ...all.slice(cut));
      expect(after.who()).toEqual(['of-undefined bot', 'otel:t1:b clerk', 'otel:t1:a clerk', 'of-later bot']);
    }
  });

  test('where nothing follows, time goes on all the same; what never finds its parent is counted', async () => {
    const { topics, take, who, setWall, waitMs, unjoined } = rig();
    await take(0, [NOW, exportOf(tool('t1'))]);
    setWall(NOW + waitMs - 1);
    await topics.rest(place);
    expect(topics.heldFrom(place)).toBe(0);
    setWall(NOW + waitMs);
    await topics.rest(place);
    expect(who()).toEqual(['otel:t1:b desk']);
    expect(unjoined).toEqual(['parent-missing']);
    expect(topics.heldFrom(place)).toBeUndefined();
  });

  test('nothing is let go that could not be written', async () => {
    const { topics, take, setWall, setDown, waitMs } = rig();
    await take(0, [NOW, exportOf(tool('t1'))]);
    setDown(true);
    setWall(NOW + waitMs);
    await expect(topics.rest(place)).rejects.toThrow('broker away');
    expect(topics.heldFrom(place)).toBe(0);
  });

  test('a partition that another took is forgotten', async () => {
    const { topics, take, who, setWall, waitMs } = rig();
    await take(0, [NOW, exportOf(tool('t1'))]);
    topics.forget(place);
    setWall(NOW + waitMs);
    await topics.rest(place);
    expect(topics.heldFrom(place)).toBeUndefined();
    expect(who()).toEqual([]);
  });
});

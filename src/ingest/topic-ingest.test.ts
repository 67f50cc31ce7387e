import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { format } from '../formats/activity.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import { createFingerprinter } from '../secrets.ts';
import { encoderMark } from './activity-message.ts';
import { createDeadLetterBuilder } from './dead-letter.ts';
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
  const reader = createReader({
    formats: new Map([['activity', format]]),
    format: 'auto',
    tenant: 'acme',
    limits: ingest,
  });
  const take = createTopicIngest({
    readerOf: () => reader,
    pinnedTo: () => pinned,
    now: () => NOW,
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
  return { tenants: activities.map(({ tenant }) => tenant), arrivals: activities.map((a) => a.receivedAt), letters };
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

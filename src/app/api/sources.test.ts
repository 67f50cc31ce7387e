/** How far each topic is behind, in one row for whoever looks, whichever process reads it. */
import { expect, test } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import type { PartitionLag } from '../../ports/sources.ts';
import { lagReader, lagsFor } from './sources.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const of = (role: PartitionLag['role'], topic: string, partition: number, records: number) => ({
  role,
  topic,
  partition,
  records,
});
const read = (own: readonly PartitionLag[], told: readonly (PartitionLag & { agoMs: number })[]) =>
  lagReader(
    { lags: async () => told },
    () => own,
    () => NOW,
  )();

test('partitions of a topic are added up for each role, with the one that is furthest behind', async () => {
  expect(
    await read(
      [of('ingest', 'main/raw', 0, 3), of('ingest', 'main/raw', 2, 40), of('ingest', 'main/raw', 1, 7)],
      [{ ...of('detect', 'main/raw', 0, 0), agoMs: 900 }],
    ),
  ).toEqual([
    { role: 'ingest', topic: 'main/raw', partitions: 3, records: 50, most: { partition: 2, records: 40 } },
    { role: 'detect', topic: 'main/raw', partitions: 1, records: 0 },
  ]);
});

test('what this process reads is as it stands now, what others read as they told it, and what nobody told of lately is read by nobody', async () => {
  const told = [
    { ...of('detect', 'main/acts', 0, 500), agoMs: 4_000 },
    { ...of('detect', 'main/acts', 1, 20), agoMs: 9_000 },
    { ...of('detect', 'main/acts', 2, 7), agoMs: 61_000 },
    { ...of('detect', 'main/acts', 3, 0), agoMs: 3_600_000 },
  ];
  const [row] = await read([of('detect', 'main/acts', 0, 1)], told);
  expect(row).toEqual({
    role: 'detect',
    topic: 'main/acts',
    partitions: 4,
    records: 28,
    most: { partition: 1, records: 20 },
    unread: { partitions: 2, toldAt: '2026-03-01T11:00:00.000Z' },
  });
});

test('a topic that is pinned to one tenant is told to no other, not to one whose name begins or continues it', async () => {
  const config = configSchema.parse({
    kafka: {
      brokers: ['127.0.0.1:9092'],
      inputs: [
        { topic: 'raw.acme', tenant: 'acme', pinned: true },
        { topic: 'raw.own', pinned: true },
        { topic: 'raw.shared', tenant: 'acme' },
      ],
      inventory: { topic: 'known.acme', tenant: 'acme', pinned: true },
    },
  });
  const topics = ['raw.acme', 'raw.own', 'raw.shared', 'known.acme', 'tidemark.activity'];
  const lags = await read(
    topics.map((topic) => of(topic === 'tidemark.activity' ? 'detect' : 'ingest', `main/${topic}`, 0, 1)),
    [],
  );
  const told = (tenant: string) => lagsFor(tenant, config, lags, []).map(({ topic }) => topic.slice('main/'.length));
  const shared = ['raw.shared', 'tidemark.activity'];
  expect(told('acme')).toEqual(['raw.acme', 'raw.shared', 'known.acme', 'tidemark.activity']);
  for (const other of ['acme/eu', 'acme2', 'ACME', 'acm', 'globex', '']) expect(told(other)).toEqual(shared);
  expect(told('default')).toEqual(['raw.own', ...shared]);
});

test('a process that lists no inputs, as one that serves the API alone, tells a tenant of the topics by which its records came, and of no other', async () => {
  const lags = await read(
    [],
    [
      { ...of('ingest', 'main/raw.acme', 0, 1), agoMs: 0 },
      { ...of('ingest', 'main/raw.globex', 0, 7), agoMs: 0 },
      { ...of('detect', 'main/tidemark.activity', 0, 2), agoMs: 0 },
    ],
  );
  const topic = (name: string) => ({ kind: 'topic', name }) as const;
  for (const config of [configSchema.parse({}), configSchema.parse({ kafka: { brokers: ['127.0.0.1:9092'] } })]) {
    const told = (...sources: { kind: 'topic' | 'sender'; name: string }[]) =>
      lagsFor('acme', config, lags, sources).map(({ topic: name }) => name);
    expect(told(topic('main/raw.acme'))).toEqual(['main/raw.acme', 'main/tidemark.activity']);
    expect(told(topic('other/raw.globex'))).toEqual(['main/tidemark.activity']);
    // Who sends may give itself any name.
    expect(told({ kind: 'sender', name: 'main/raw.globex' })).toEqual(['main/tidemark.activity']);
  }
});

test('a topic of another does not become ours because the configuration pins it to it and a record once named us', async () => {
  const config = configSchema.parse({
    kafka: { brokers: ['127.0.0.1:9092'], inputs: [{ topic: 'raw.globex', tenant: 'globex', pinned: true }] },
  });
  const lags = await read([of('ingest', 'kafka/raw.globex', 0, 1)], []);
  const cluster = config.kafka!.cluster;
  const named = lags.map((one) => ({ ...one, topic: `${cluster}/raw.globex` }));
  expect(lagsFor('acme', config, named, [{ kind: 'topic', name: `${cluster}/raw.globex` }])).toEqual([]);
  expect(lagsFor('globex', config, named, [])).toEqual(named);
});

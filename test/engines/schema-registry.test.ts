/** Topics that are written with a schema registry, read by the worker as an operator runs it, from a real broker. */
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import { type RegistryServer, registered, startRegistry } from '../unit/schema-registry-server.ts';
import { type Broker, kafkaMissing, kafkaSettings, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const RAW = 'registered-raw';
const ACTIVITIES = 'registered-activities';
const ACT = `syntax = "proto3";
message Activity {
  message Named { string id = 1; string kind = 2; string provider = 3; }
  message Done { string name = 1; string service = 2; string access = 3; }
  string id = 1; string at = 2; Named identity = 3; Done action = 4; string outcome = 5;
}`;
const limits = { batchRows: 1_000, batchBytes: 1 << 20, batchAgeMs: 50, queueBytes: 1 << 22 };

/** Fields of texts, and of messages of them, as protobuf writes them. */
const fields = (...parts: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(
    parts.map((part, at) => {
      const bytes = Buffer.from(part);
      return Buffer.concat([Buffer.of(((at + 1) << 3) | 2, bytes.length), bytes]);
    }),
  );
const act = (id: string) =>
  fields(
    id,
    '2026-03-01T10:15:30.120Z',
    fields('orders', 'service-account', 'acme'),
    fields('order.read', 'order', 'read'),
    'success',
  );
/** A text in Avro. */
const text = (value: string) => {
  const bytes = Buffer.from(value);
  const zigzag = bytes.length * 2;
  return Buffer.concat([zigzag < 128 ? Buffer.of(zigzag) : Buffer.of((zigzag & 127) | 128, zigzag >> 7), bytes]);
};
const json = (id: string) =>
  JSON.stringify({
    id,
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'orders', kind: 'service-account', provider: 'acme' },
    action: { name: 'order.read', service: 'order', access: 'read' },
    outcome: 'success',
  });

describe.skipIf(await kafkaMissing())('a topic that is written with a schema registry', () => {
  let broker: Broker;
  let registry: RegistryServer;
  let installation: Installation | undefined;
  let running: TidemarkProcess | undefined;
  beforeAll(async () => {
    registerCodecs();
    broker = await sharedKafka();
    registry = await startRegistry();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${running?.output().slice(-4_000)}\n`);
    running?.signal('SIGKILL');
    await running?.ended;
    await installation?.remove();
  });
  afterAll(async () => registry?.close());

  test('is read in whichever encoding, through a registry that fails at first, and what has no schema is set aside', async () => {
    registry.schemas.set(1, { schema: ACT, schemaType: 'PROTOBUF' });
    registry.schemas.set(2, { schema: '"string"' });
    registry.schemas.set(3, { schema: '{}', schemaType: 'JSON' });
    registry.faults.push(503, 500);
    await broker.createTopic(RAW, 1);
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const values = [
      registered(1, act('in-protobuf'), Buffer.of(0)),
      registered(2, text(json('in-avro'))),
      registered(3, Buffer.from(json('in-json'))),
      registered(99, Buffer.of(0)),
      Buffer.from(json('bare')),
      registered(1, act('last'), Buffer.of(0)),
    ];
    await producer.send({ topic: RAW, messages: values.map((value) => ({ key: 'k', value })) });
    await producer.disconnect();
    installation = await install({
      store: { path: 'store' },
      kafka: {
        brokers: broker.brokers,
        groupId: 'registered',
        activityTopic: ACTIVITIES,
        activityPartitions: 1,
        schemaRegistry: { url: registry.url },
        inputs: [{ topic: RAW, encoding: 'schema_registry' }],
      },
      telemetry: { enabled: false },
    });
    const started = installation.start('run', '--role', 'ingest');
    running = started;
    const ids: string[] = [];
    const enough = new AbortController();
    const source = openSource({
      kafka: kafkaSettings(broker.brokers, { createTopics: true }),
      topics: [ACTIVITIES],
      group: 'registered-check',
      limits,
    });
    await until(
      'the activity topic is there',
      async () => {
        const admin = broker.client.admin();
        await admin.connect();
        const topics = await admin.listTopics();
        await admin.disconnect();
        return topics.includes(ACTIVITIES);
      },
      60_000,
    );
    await source.run(async ({ messages }) => {
      for (const { value } of messages) ids.push((JSON.parse(Buffer.from(value!).toString()) as Activity).id);
      if (ids.includes('last')) enough.abort();
    }, enough.signal);
    expect(ids).toEqual(['in-protobuf', 'in-avro', 'in-json', 'last']);
    expect(registry.asked.filter(({ path }) => path === '/schemas/ids/2').length).toBeGreaterThan(0);
  });
});

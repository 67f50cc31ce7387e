import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import { openPublisher } from '../../src/adapters/kafka/open-publisher.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import { type Broker, kafkaMissing, kafkaSettings, sharedKafka } from './harness/kafka.ts';

const { CompressionTypes } = kafkajs;
const CODECS = [
  ['none', CompressionTypes.None],
  ['gzip', CompressionTypes.GZIP],
  ['snappy', CompressionTypes.Snappy],
  ['lz4', CompressionTypes.LZ4],
  ['zstd', CompressionTypes.ZSTD],
] as const;
const limits = { batchRows: 10_000, batchBytes: 32 << 20, batchAgeMs: 50, queueBytes: 64 << 20 };

/** Two messages that compress well and are larger than one block of any codec, and one that does not compress at all. */
const BODIES = [
  '{"a":"b"}'.repeat(300_000),
  `${'x'.repeat(99)}\n`.repeat(3_000),
  randomBytes(40_000).toString('base64'),
];

describe.skipIf(await kafkaMissing())('compressed topics', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await sharedKafka();
    registerCodecs();
  });

  async function send(topic: string, compression: number): Promise<void> {
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, compression, messages: BODIES.map((value) => ({ key: 'k', value })) });
    await producer.disconnect();
  }

  async function read(topic: string, wanted: readonly string[] = BODIES): Promise<string[]> {
    const bodies: string[] = [];
    const enough = new AbortController();
    const source = openSource({
      kafka: kafkaSettings(broker.brokers),
      topics: [topic],
      group: `read-${topic}`,
      limits,
    });
    await source.run(async ({ messages }) => {
      for (const { value } of messages) bodies.push(Buffer.from(value!).toString());
      if (bodies.length >= wanted.length) enough.abort();
    }, enough.signal);
    return bodies;
  }

  test.each(CODECS)('what we write as %s the broker takes and we read back', async (name, compression) => {
    const topic = `ours-${name}`;
    await broker.createTopic(topic, 1, { 'max.message.bytes': '16777216' });
    await send(topic, compression);
    expect(await read(topic)).toEqual(BODIES);
  });

  // The topic takes no batch as large as this one unpacked: only what is packed gets in.
  test.each(CODECS)('with kafka.compression %s a publisher packs what it writes', async (compression) => {
    const topic = `published-${compression}`;
    await broker.createTopic(topic, 1, { 'max.message.bytes': '30000', 'compression.type': 'producer' });
    const body = '{"a":"b"}'.repeat(20_000);
    const publisher = await openPublisher(kafkaSettings(broker.brokers, { compression, retryForMs: 5_000 }));
    const sent = publisher.send(topic, [{ key: 'k', value: body }]);
    if (compression === 'none') await expect(sent).rejects.toThrow();
    else {
      await sent;
      expect(await read(topic, [body])).toEqual([body]);
    }
    await publisher.close();
  });

  // The broker compresses again with the libraries of Java producers: xerial snappy, zstd frames without a size.
  test.each(CODECS.slice(1))('what Java writes as %s we read', async (name) => {
    const topic = `java-${name}`;
    await broker.createTopic(topic, 1, { 'compression.type': name, 'max.message.bytes': '16777216' });
    await send(topic, CompressionTypes.None);
    expect(await read(topic)).toEqual(BODIES);
  });
});

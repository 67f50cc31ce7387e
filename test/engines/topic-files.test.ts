import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { beforeAll, describe, expect, test } from 'vitest';
import { topicFiles } from '../../src/adapters/kafka/topic-files.ts';
import type { InputFile } from '../../src/ports/input.ts';
import { type Broker, kafkaMissing, kafkaSettings, sharedKafka, withAdmin } from './harness/kafka.ts';

const limits = { batchRows: 10, batchBytes: 1 << 20, batchAgeMs: 50, queueBytes: 8 << 20 };

describe.skipIf(await kafkaMissing())('topics as files of history', () => {
  let broker: Broker;
  const lost: string[] = [];
  beforeAll(async () => {
    broker = await sharedKafka();
  });

  const folderOf = (...topics: string[]) =>
    topicFiles<string>({
      kafka: kafkaSettings(broker.brokers, { groupId: `g-${topics[0]}` }),
      topics,
      limits,
      read: (_, { value }) => [value === null ? 'deleted' : Buffer.from(value).toString()],
      onLost: ({ topic, partition }, messages) => lost.push(`${topic}/${partition} ${messages}`),
    });

  async function files(topic: string): Promise<InputFile<string>[]> {
    const found: InputFile<string>[] = [];
    for await (const part of folderOf(topic).list()) if (part.kind === 'file') found.push(part);
    return found;
  }

  async function made(partitions: number): Promise<string> {
    const topic = `t-${randomUUID()}`;
    await broker.createTopic(topic, partitions);
    return topic;
  }

  async function send(topic: string, partition: number, values: readonly (string | null)[]): Promise<void> {
    const producer = broker.client.producer();
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ partition, key: 'k', value })) });
    await producer.disconnect();
  }

  async function contentsOf(file: InputFile<string>): Promise<string[]> {
    const seen: string[] = [];
    for await (const { records } of file.read())
      for (const { origin, read } of records) seen.push(`${origin.partition}:${origin.offset}=${read!.join()}`);
    return seen;
  }

  test('that are waited for are told of, as long as it takes', async () => {
    const topic = await made(1);
    await send(topic, 0, ['a']);
    const told: string[] = [];
    const folder = topicFiles<string>({
      kafka: kafkaSettings(broker.brokers, { groupId: `g-${topic}` }),
      topics: [topic],
      limits,
      read: () => ['read'],
      onLost: () => {},
      // To join a group takes far longer.
      waiting: { everyMs: 1, tell: (place, waitedMs) => told.push(`${place.topic} ${waitedMs > 0}`) },
    });
    for await (const part of folder.list())
      if (part.kind === 'file') expect(await contentsOf(part)).toEqual(['0:0=read']);
    expect(told).toContain(`${topic} true`);
    const count = told.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toHaveLength(count);
  });

  const groupsOf = (topic: string) =>
    withAdmin(broker.client, async (admin) =>
      (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => id.includes(topic)),
    );

  test('hold what the topic held when they were listed, partition by partition, and leave no group behind', async () => {
    const topic = await made(3);
    const first = Array.from({ length: 25 }, (_, n) => `a${n}`);
    await send(topic, 0, first);
    await send(topic, 2, ['c0', null, 'c2']);
    const [a, c, ...others] = await files(topic);
    expect(others).toEqual([]);
    await send(topic, 0, ['later']);
    await send(topic, 1, ['later']);
    expect(await Promise.all([contentsOf(a!), contentsOf(c!)])).toEqual([
      first.map((value, n) => `0:${n}=${value}`),
      ['2:0=c0', '2:1=deleted', '2:2=c2'],
    ]);
    expect(await groupsOf(topic)).toEqual([]);
  });

  test('end behind the markers of transactions, and without what was taken back', async () => {
    const topic = await made(1);
    const producer = broker.client.producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const end of ['commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: end }] });
      await transaction[end]();
    }
    await producer.disconnect();
    const [file] = await files(topic);
    expect(await contentsOf(file!)).toEqual(['0:0=commit']);
  });

  test('end all together when one of them is left half way', async () => {
    const topic = await made(2);
    await send(
      topic,
      0,
      Array.from({ length: 50 }, () => 'a'),
    );
    await send(
      topic,
      1,
      Array.from({ length: 50 }, () => 'b'),
    );
    const [a, b] = await files(topic);
    const reading = a!.read();
    expect((await reading.next()).done).toBe(false);
    await reading.return(undefined);
    expect(await contentsOf(b!)).toEqual([]);
    expect(await groupsOf(topic)).toEqual([]);
  });

  test('are read once, though the group loses its place half way', async () => {
    const topic = await made(1);
    const values = Array.from({ length: 60 }, (_, n) => `a${n}`);
    await send(topic, 0, values);
    const [file] = await files(topic);
    const seen: string[] = [];
    for await (const { records } of file!.read()) {
      if (seen.length === 0) {
        const [groupId] = await groupsOf(topic);
        const other = broker.client.consumer({ groupId: groupId!, sessionTimeout: 6_000 });
        await other.connect();
        await other.subscribe({ topic });
        const joined = new Promise((done) => other.on(other.events.GROUP_JOIN, done));
        await other.run({ autoCommit: false, eachMessage: async () => {} });
        await joined;
        await other.disconnect();
      }
      for (const { read } of records) seen.push(read!.join());
    }
    expect(seen).toEqual(values);
  });

  test('of which messages were deleted after they were listed say how many', async () => {
    const topic = await made(1);
    const values = Array.from({ length: 30 }, (_, n) => `a${n}`);
    await send(topic, 0, values);
    const [file] = await files(topic);
    await withAdmin(broker.client, async (admin) => {
      await admin.fetchTopicOffsets(topic); // the client knows a topic only after it was asked about it
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '20' }] });
    });
    expect(await contentsOf(file!)).toEqual(values.slice(20).map((value, n) => `0:${20 + n}=${value}`));
    expect(lost.filter((one) => one.startsWith(topic))).toEqual([`${topic}/0 20`]);
  });

  test('of a topic that is made anew while it is read are a fault, and nothing of the new one passes for the old', async () => {
    const topic = await made(1);
    await send(
      topic,
      0,
      Array.from({ length: 60 }, (_, n) => `old${n}`),
    );
    const [file] = await files(topic);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { records } of file!.read()) {
        if (seen.length === 0) {
          await withAdmin(broker.client, (admin) => admin.deleteTopics({ topics: [topic] }));
          await expect
            .poll(() =>
              broker.createTopic(topic).then(
                () => true,
                () => false,
              ),
            )
            .toBe(true);
          await send(
            topic,
            0,
            Array.from({ length: 60 }, (_, n) => `new${n}`),
          );
          // Whoever rejoins the group begins anew, which is when the other log is met.
          const [groupId] = await groupsOf(topic);
          const other = broker.client.consumer({ groupId: groupId!, sessionTimeout: 6_000 });
          await other.connect();
          await other.subscribe({ topic });
          const joined = new Promise((done) => other.on(other.events.GROUP_JOIN, done));
          await other.run({ autoCommit: false, eachMessage: async () => {} });
          await joined;
          await other.disconnect();
        }
        for (const { read } of records) seen.push(read!.join());
      }
    })();
    await expect(reading).rejects.toMatchObject({ message: `kafka: topic "${topic}" was made anew while it was read` });
    expect(seen.filter((value) => value.startsWith('new'))).toEqual([]);
  });

  test('of a topic that does not exist are a fault that names it', async () => {
    await expect(files('no-such-topic')).rejects.toMatchObject({
      message: 'kafka: topic "no-such-topic" does not exist',
      remedy: expect.stringContaining('name'),
    });
  });
});

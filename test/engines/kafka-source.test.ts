import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openPublisher } from '../../src/adapters/kafka/open-publisher.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import type { SourceEvent } from '../../src/adapters/kafka/source-event.ts';
import type { Chunk, ChunkSource, ChunkStep, PartitionHooks } from '../../src/ports/stream.ts';
import { type Broker, kafkaMissing, kafkaSettings, sharedKafka, withAdmin } from './harness/kafka.ts';
import type { WorkerOptions } from './harness/kafka-worker.ts';
import { startWorker, until, type WorkerProcess } from './harness/kafka-worker-process.ts';

const limits = { batchRows: 100, batchBytes: 1 << 20, batchAgeMs: 50, queueBytes: 8 << 20 };

describe.skipIf(await kafkaMissing())('a source of chunks', () => {
  let broker: Broker;
  const workers: WorkerProcess[] = [];
  beforeAll(async () => {
    broker = await sharedKafka();
  });
  afterEach(async () => {
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.splice(0).map(({ ended }) => ended));
  });

  /** A topic with `count` messages spread over its partitions by key, in a group nobody else uses. */
  async function topicWith(count: number, partitions = 1, bytes = 10): Promise<{ topic: string; group: string }> {
    const topic = `t-${randomUUID()}`;
    await broker.createTopic(topic, partitions);
    await add(topic, count, bytes);
    return { topic, group: `g-${topic}` };
  }
  async function add(topic: string, count: number, bytes = 10): Promise<void> {
    const publisher = await openPublisher(kafkaSettings(broker.brokers));
    await publisher.send(
      topic,
      Array.from({ length: count }, (_, number) => ({ key: `key-${number}`, value: randomBytes(bytes) })),
    );
    await publisher.close();
  }

  const committed = ({ topic, group }: { topic: string; group: string }) =>
    withAdmin(broker.client, async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return [...found!.partitions]
        .sort((a, b) => a.partition - b.partition)
        .map(({ offset, metadata }) => ({ offset: Number(offset), metadata }));
    });

  const source = (
    place: { topic: string; group: string },
    more: { limits?: typeof limits; hooks?: PartitionHooks } = {},
  ): ChunkSource =>
    openSource({ kafka: kafkaSettings(broker.brokers), topics: [place.topic], group: place.group, limits, ...more });

  async function worker(
    place: { topic: string; group: string },
    more: Partial<WorkerOptions> = {},
  ): Promise<WorkerProcess> {
    const kafka = kafkaSettings(broker.brokers, { sessionTimeoutMs: 2_000 });
    const started = await startWorker({ kafka, ...place, limits, epoch: 1, stepMs: 0, ...more });
    workers.push(started);
    return started;
  }

  /** Runs until `count` messages were processed, or for ever if a step rejects. */
  async function take(from: ChunkSource, count: number, step: ChunkStep = async () => {}): Promise<Chunk[]> {
    const chunks: Chunk[] = [];
    const enough = new AbortController();
    let seen = 0;
    await from.run(async (chunk, intend, taken) => {
      await step(chunk, intend, taken);
      chunks.push(chunk);
      seen += chunk.messages.length;
      if (seen >= count) enough.abort();
    }, enough.signal);
    return chunks;
  }

  test('hands out every message once, in order, in contiguous chunks within the limits, and commits what is done', async () => {
    const place = await topicWith(1_000, 3);
    const chunks = await take(source(place), 1_000);
    for (const partition of [0, 1, 2]) {
      const mine = chunks.filter((chunk) => chunk.partition === partition);
      const offsets = mine.flatMap(({ messages }) => messages.map(({ offset }) => offset));
      expect(offsets).toEqual(offsets.map((_, number) => number));
      for (const { first, last, messages } of mine) {
        expect(messages.length).toBeLessThanOrEqual(limits.batchRows);
        expect([messages[0]!.offset, messages.at(-1)!.offset]).toEqual([first, last]);
      }
    }
    const ends = [0, 1, 2].map(
      (partition) => Math.max(...chunks.filter((c) => c.partition === partition).map((c) => c.last)) + 1,
    );
    expect((await committed(place)).map(({ offset }) => offset)).toEqual(ends);
  });

  test('an intent stands beside the unchanged offset while the step works, and is gone when it is done', async () => {
    const place = await topicWith(100);
    let during: unknown;
    const [chunk] = await take(source(place), 100, async (_, intend) => {
      await intend(42);
      during = await committed(place);
    });
    const { generation } = chunk!;
    expect(generation).toMatch(/^[\w-]{22}$/);
    const note = { intent: [0, chunk!.last], epoch: 42, generation };
    expect(during).toEqual([{ offset: 0, metadata: JSON.stringify(note) }]);
    expect(await committed(place)).toEqual([{ offset: 100, metadata: JSON.stringify({ generation }) }]);
  });

  test('a worker killed after its intent: the next one gets exactly that chunk and epoch, though more has come and limits changed', async () => {
    const place = await topicWith(30);
    const first = await worker(place, { epoch: 7, dieAtIntent: 1 });
    expect(await first.ended).toBe('SIGKILL');
    const intended = first.intended()[0];
    await add(place.topic, 100);
    const second = await worker(place, { epoch: 8, limits: { ...limits, batchRows: 3 } });
    await until('the rest is done', () => second.done().reduce((sum, { offsets }) => sum + offsets.length, 0) === 130);
    const [again, fresh] = second.done();
    expect(again).toEqual({ ...intended, event: 'done', again: true });
    expect(fresh).toMatchObject({ first: 30, last: 32, epoch: 8, again: false });
  });

  test('when one of two members dies, the other repeats its intended chunk as it was and all is done', async () => {
    const small = { ...limits, batchRows: 20 };
    const place = await topicWith(1_600, 4);
    const survivor = await worker(place, { stepMs: 100, limits: small });
    const dying = await worker(place, { stepMs: 100, limits: small });
    await until('both work', () => survivor.done().length > 0 && dying.done().length > 0);
    dying.signal('SIGKILL');
    await dying.ended;
    await until(
      'all is committed',
      async () => (await committed(place)).reduce((sum, { offset }) => sum + offset, 0) === 1_600,
    );
    const done = [...survivor.done(), ...dying.done()];
    const seen = new Set(done.flatMap(({ partition, offsets }) => offsets.map((offset) => `${partition}/${offset}`)));
    expect(seen.size).toBe(1_600);
    // What the dead one had begun has the same bounds wherever it was repeated, and no other chunk overlaps it.
    const left = dying
      .intended()
      .filter((line) => !dying.done().some((d) => d.partition === line.partition && d.first === line.first));
    for (const { partition, first, last } of left) {
      const repeated = survivor.done().filter((c) => c.partition === partition && c.first <= last && c.last >= first);
      expect(repeated.map((chunk) => [chunk.first, chunk.last])).toEqual(repeated.map(() => [first, last]));
      expect(repeated.at(-1)).toMatchObject({ again: true });
    }
  });

  test('a partition taken in the middle of a step: the old owner commits nothing there, the new one repeats the chunk', async () => {
    const place = await topicWith(200, 2);
    const begun: Chunk[] = [];
    const revoked: number[] = [];
    const commits: string[] = [];
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const stop = new AbortController();
    const old = source(place, {
      hooks: { onRevoked: async ({ partition }, reason) => void (reason === 'taken' && revoked.push(partition)) },
    });
    const running = old.run(async (chunk, intend, taken) => {
      await intend(1);
      begun.push(chunk);
      await held;
      if (taken.aborted) await intend(2).catch((error) => commits.push(error.kind));
    }, stop.signal);
    await until('both partitions are begun', () => begun.length === 2);
    const other = await worker(place);
    await until('the other works', () => other.done().length > 0);
    const [theirs] = other.done();
    expect(theirs).toMatchObject({
      again: true,
      first: 0,
      last: begun.find((chunk) => chunk.partition === theirs!.partition)!.last,
    });
    expect(revoked).toEqual([]); // its step has not settled
    release();
    await until('the hook was called', () => revoked.length === 1);
    expect(revoked).toEqual([theirs!.partition]);
    expect(commits).toEqual(['revoked']);
    stop.abort();
    await running;
    await until(
      'all is committed',
      async () => (await committed(place)).reduce((sum, { offset }) => sum + offset, 0) === 200,
    );
  });

  test('a partition that stays through a rebalance keeps its state: nothing is handed out twice, nothing left out', async () => {
    const place = await topicWith(200, 2);
    const assigned: number[] = [];
    const offsets: string[] = [];
    const stop = new AbortController();
    const mine = source(place, {
      limits: { ...limits, batchRows: 10 },
      hooks: { onAssigned: async ({ partition }) => void assigned.push(partition) },
    });
    const running = mine.run(async (chunk) => {
      for (const { offset } of chunk.messages) offsets.push(`${chunk.partition}/${offset}`);
      await pause(10);
    }, stop.signal);
    await until('work began', () => offsets.length > 20);
    const other = await worker(place, { stepMs: 10, limits: { ...limits, batchRows: 10 } });
    let total = 200;
    await until('the other works', async () => {
      await add(place.topic, 50);
      total += 50;
      return other.done().length > 2;
    });
    const kept = [0, 1].find((partition) => other.done().every((chunk) => chunk.partition !== partition))!;
    await until(
      'all is committed',
      async () => (await committed(place)).reduce((sum, { offset }) => sum + offset, 0) === total,
    );
    stop.abort();
    await running;
    expect(assigned.filter((partition) => partition === kept)).toHaveLength(1);
    const ofKept = offsets.filter((place) => place.startsWith(`${kept}/`));
    expect(ofKept).toEqual(ofKept.map((_, number) => `${kept}/${number}`));
  });

  test('a member stopped so long that the group forgot it does not finish what is no longer its own', async () => {
    const place = await topicWith(50);
    const sleeper = await worker(place, { stepMs: 500, epoch: 1 });
    await until('it began', () => sleeper.intended().length > 0);
    sleeper.signal('SIGSTOP');
    const successor = await worker(place, { epoch: 2 });
    await until('the successor finished', async () => (await committed(place))[0]!.offset === 50);
    await add(place.topic, 50);
    await until('and went on', async () => (await committed(place))[0]!.offset === 100);
    sleeper.signal('SIGCONT');
    await until('the sleeper noticed', () => sleeper.lines.some(({ event }) => event === 'revoked'));
    expect((await committed(place))[0]!.offset).toBe(100);
    expect(successor.done()[0]).toMatchObject({ again: true, epoch: 1, first: 0 });
  });

  test('a step that rejects ends the run with its own error and commits nothing of the chunk', async () => {
    const place = await topicWith(50);
    const poison = new TypeError('poison');
    let calls = 0;
    const failing = take(source(place), 50, async () => {
      calls += 1;
      throw poison;
    });
    await expect(failing).rejects.toBe(poison);
    expect(calls).toBe(1);
    expect((await committed(place))[0]!.offset).toBe(-1);
    expect(await take(source(place), 50)).toHaveLength(1);
  });

  test('with a slow step no more than the queue is fetched, and nothing is lost by the pauses', async () => {
    const place = await topicWith(6_000, 3, 1_000);
    const tight = { batchRows: 10_000, batchBytes: 1 << 20, batchAgeMs: 10, queueBytes: 1 << 20 };
    const slow = source(place, { limits: tight });
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, slow.status().heldBytes);
    }, 1);
    const chunks = await take(slow, 6_000, async () => {
      most = Math.max(most, slow.status().heldBytes);
      await pause(30);
    });
    clearInterval(watching);
    // Each partition may exceed its share by one fetch, and a fetch has at least one batch of the producer: here 300 kB.
    expect(most).toBeGreaterThan(tight.queueBytes / 4);
    expect(most).toBeLessThan(tight.queueBytes + 3 * 350_000);
    expect(new Set(chunks.flatMap((c) => c.messages.map(({ offset }) => `${c.partition}/${offset}`))).size).toBe(6_000);
    expect(slow.status().heldBytes).toBe(0);
  });

  test('a step longer than the session keeps the membership', async () => {
    const place = await topicWith(10);
    const patient = await worker(place, { stepMs: 5_000 });
    await until('it is done', () => patient.done().length === 1);
    await until('and committed', async () => (await committed(place))[0]!.offset === 10);
    expect(patient.lines.map(({ event }) => event)).toEqual(['assigned', 'intended', 'done']);
  });

  test('SIGTERM: the chunk in process is finished and committed, no other is begun, and the process ends with 0', async () => {
    const place = await topicWith(1_000);
    const draining = await worker(place, { stepMs: 300 });
    await until('it works', () => draining.done().length === 1 && draining.lines.at(-1)!.event === 'intended');
    draining.signal('SIGTERM');
    expect(await draining.ended).toBe(0);
    expect(draining.lines.slice(-3).map(({ event }) => event)).toEqual(['intended', 'done', 'revoked']);
    expect(await committed(place)).toMatchObject([{ offset: draining.done().at(-1)!.last + 1 }]);
  });

  test('lag counts what is not yet committed', async () => {
    const place = await topicWith(100);
    const measured = source(place);
    let lag = 0;
    await take(measured, 100, async () => {
      lag = measured.status().lag;
    });
    expect(lag).toBe(100);
    expect(measured.status().lag).toBe(0);
  });

  test('control records of transactions move the offset without being handed out', async () => {
    const topic = `t-${randomUUID()}`;
    await broker.createTopic(topic);
    const producer = broker.client.producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    for (const end of ['commit', 'abort', 'commit'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: end }] });
      await transaction[end]();
    }
    await producer.disconnect();
    const chunks = await take(source({ topic, group: `g-${topic}` }), 2);
    expect(chunks.flatMap(({ messages }) => messages.map(({ value }) => Buffer.from(value!).toString()))).toEqual([
      'commit',
      'commit',
    ]);
  });

  test('headers and keys arrive as sent, a null value as null', async () => {
    const topic = `t-${randomUUID()}`;
    await broker.createTopic(topic);
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { key: 'tenant\u0000id', value: null, headers: { o: 'a|0|1|2', ['__proto__']: 'x', twice: ['1', '2'] } },
      ],
    });
    await producer.disconnect();
    const [chunk] = await take(source({ topic, group: `g-${topic}` }), 1);
    const [message] = chunk!.messages;
    expect(message!.value).toBeNull();
    expect(Buffer.from(message!.key!).toString()).toBe('tenant\u0000id');
    expect(Buffer.from(message!.headers.o!).toString()).toBe('a|0|1|2');
    expect(Buffer.from(message!.headers.twice!).toString()).toBe('2');
  });

  test('messages deleted before they were read are told as lost, with their number', async () => {
    const place = await topicWith(20);
    await take(source(place), 20);
    await add(place.topic, 20);
    await withAdmin(broker.client, async (admin) => {
      await admin.fetchTopicOffsets(place.topic); // the client knows a topic only after it was asked about it
      await admin.deleteTopicRecords({ topic: place.topic, partitions: [{ partition: 0, offset: '30' }] });
    });
    const told: SourceEvent[] = [];
    const reading = openSource({
      kafka: kafkaSettings(broker.brokers),
      topics: [place.topic],
      group: place.group,
      limits,
      onEvent: (event) => told.push(event),
    });
    const chunks = await take(reading, 10);
    expect(chunks[0]!.first).toBe(30);
    expect(told).toEqual([{ topic: place.topic, partition: 0, type: 'lost', records: 10 }]);
  });

  test('messages deleted under a reader that stops soon after are told as lost all the same', async () => {
    const place = await topicWith(20);
    const told: SourceEvent[] = [];
    const reading = openSource({
      kafka: kafkaSettings(broker.brokers),
      topics: [place.topic],
      group: place.group,
      // No more is fetched while anything waits.
      limits: { ...limits, queueBytes: 1 },
      onEvent: (event) => told.push(event),
    });
    let isFirst = true;
    await take(reading, 30, async () => {
      if (!isFirst) return;
      isFirst = false;
      await add(place.topic, 20);
      await withAdmin(broker.client, async (admin) => {
        await admin.fetchTopicOffsets(place.topic);
        await admin.deleteTopicRecords({ topic: place.topic, partitions: [{ partition: 0, offset: '30' }] });
      });
    });
    expect(told).toEqual([{ topic: place.topic, partition: 0, type: 'lost', records: 10 }]);
  });

  test('markers of transactions at the end of a topic are no lag, and an idle source has none', async () => {
    const topic = `t-${randomUUID()}`;
    await broker.createTopic(topic, 2);
    const producer = broker.client.producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    const transact = async (end: 'commit' | 'abort') => {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: end }] });
      await transaction[end]();
    };
    await transact('commit');
    const reading = source({ topic, group: `g-${topic}` });
    const stop = new AbortController();
    let seen = 0;
    const running = reading.run(async ({ messages }) => {
      seen += messages.length;
    }, stop.signal);
    await until('it is read', () => seen === 1);
    await transact('abort');
    await until('nothing is behind', () => reading.status().lag === 0);
    expect(reading.status()).toMatchObject({ opened: 2, joined: true, lag: 0, heldBytes: 0 });
    stop.abort();
    await running;
    await producer.disconnect();
  });

  test.each([
    ['that fetches meanwhile', limits],
    // It has no room for more, so its next fetch is of the new log, at the position it had in the old one.
    ['that waits for room meanwhile', { ...limits, queueBytes: 64 << 10 }],
  ])(
    'a topic deleted and made anew under a running source %s is read from its beginning, each message once, and told',
    async (_, limits) => {
      const place = await topicWith(600, 1, 100);
      const told: SourceEvent[] = [];
      const reading = openSource({
        kafka: kafkaSettings(broker.brokers),
        topics: [place.topic],
        group: place.group,
        limits,
        onEvent: (event) => told.push(event),
      });
      const stop = new AbortController();
      const seen: string[] = [];
      let goOn = () => {};
      const madeAnew = new Promise<void>((resolve) => {
        goOn = resolve;
      });
      const running = reading.run(async ({ messages, generation }) => {
        if (limits.queueBytes < 1 << 20) await madeAnew;
        for (const { offset } of messages) seen.push(`${generation} ${offset}`);
      }, stop.signal);
      await until('the first is fetched', () => seen.length === 600 || reading.status().heldBytes > limits.queueBytes);
      await withAdmin(broker.client, (admin) => admin.deleteTopics({ topics: [place.topic] }));
      await until('it can be made anew', () =>
        broker.createTopic(place.topic).then(
          () => true,
          () => false,
        ),
      );
      await add(place.topic, 1_000);
      goOn();
      await until('the second is read', () => seen.length >= 1_600, 60_000);
      stop.abort();
      await running;
      expect(new Set(seen).size).toBe(1_600);
      expect(seen.length).toBe(1_600);
      expect(new Set(seen.map((place) => place.split(' ')[0])).size).toBe(2);
      expect(told).toEqual([{ topic: place.topic, partition: 0, type: 'recreated', read: 600, from: 0 }]);
      // And at the next start it is this one's position that counts.
      await add(place.topic, 5);
      const [chunk] = await take(source(place), 5);
      expect(chunk!.first).toBe(1_000);
    },
  );

  test('partitions added to a topic are read within a minute', async () => {
    const place = await topicWith(10);
    const reading = source(place);
    const stop = new AbortController();
    const partitions = new Set<number>();
    const running = reading.run(async ({ partition }) => void partitions.add(partition), stop.signal);
    await until('the first is read', () => partitions.size === 1);
    await withAdmin(broker.client, (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic: place.topic, count: 3 }] }),
    );
    await add(place.topic, 60);
    await until('all three are read', () => partitions.size === 3, 60_000);
    stop.abort();
    await running;
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPublisher } from '../../src/adapters/kafka/open-publisher.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import { ensureTopics } from '../../src/adapters/kafka/topics.ts';
import type { Chunk } from '../../src/ports/stream.ts';
import { type Broker, kafkaMissing, kafkaSettings, startKafka } from './harness/kafka.ts';
import { startWorker, until } from './harness/kafka-worker-process.ts';

const limits = { batchRows: 100, batchBytes: 1 << 20, batchAgeMs: 50, queueBytes: 8 << 20 };
const NOBODY = ['127.0.0.1:1'];
const missing =
  (await kafkaMissing()) ?? (process.env.KAFKA_BROKERS ? 'an existing broker is not ours to kill' : undefined);

describe.skipIf(missing)('when the broker fails', () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await startKafka();
  });
  afterAll(() => broker?.stop());

  test('killed and started again: everything acknowledged is there once and in order, and reading goes on by itself', async () => {
    await broker.createTopic('stream', 2);
    const kafka = kafkaSettings(broker.brokers);
    const publisher = await openPublisher(kafka);
    const sent: string[] = [];
    const enough = new AbortController();
    const sending = (async () => {
      for (let number = 0; !enough.signal.aborted; number += 5) {
        const messages = [0, 1, 2, 3, 4].map((more) => ({ key: `key-${number % 7}`, value: `${number + more}` }));
        await publisher.send('stream', messages);
        sent.push(...messages.map(({ value }) => value));
        await pause(5);
      }
    })();
    const stop = new AbortController();
    const chunks: Chunk[] = [];
    const seen = new Set<string>();
    const reading = openSource({ kafka, topics: ['stream'], group: 'stream', limits }).run(async (chunk, intend) => {
      await intend(1);
      chunks.push(chunk);
      for (const { value } of chunk.messages) seen.add(Buffer.from(value!).toString());
    }, stop.signal);
    await until('both work', () => seen.size > 100);

    await broker.kill9();
    const before = sent.length;
    await pause(1_500);
    await broker.restart();
    await until('writing goes on', () => sent.length > before + 50, 15_000);
    enough.abort();
    await sending;
    await until('everything is read', () => sent.every((value) => seen.has(value)), 15_000);
    stop.abort();
    await reading;
    await publisher.close();

    // A chunk whose commit was cut off comes again with its bounds; what lies between them never changes.
    const byPlace = new Map<string, string>();
    for (const { partition, messages } of chunks)
      for (const { offset, value } of messages) {
        const text = Buffer.from(value!).toString();
        expect(byPlace.get(`${partition}/${offset}`) ?? text).toBe(text);
        byPlace.set(`${partition}/${offset}`, text);
      }
    expect([...byPlace.values()].sort()).toEqual([...sent].sort());
    for (const partition of [0, 1]) {
      const mine = [...byPlace]
        .filter(([place]) => place.startsWith(`${partition}/`))
        .map(([, value]) => Number(value));
      expect(mine).toEqual([...mine].sort((a, b) => a - b));
    }
  });

  test('a clock that is wrong by days: what we write to our own topics is taken, and to another as soon as the clock is right, each once', async () => {
    const kafka = { ...kafkaSettings(broker.brokers), activityTopic: 'own' };
    await ensureTopics({ ...kafka, inputs: [] }, 'own-alerts');
    await broker.createTopic('dated', 1);
    const publisher = await openPublisher(kafka);
    const right = Date.now;
    try {
      Date.now = () => right() + 4 * 86_400_000;
      await publisher.send('own', [{ key: 'a', value: 'of the future' }]);
      let isTaken = false;
      const sending = publisher.send('dated', [
        { key: 'a', value: 'one' },
        { key: 'b', value: 'two' },
      ]);
      void sending.then(() => {
        isTaken = true;
      });
      await pause(2_500);
      expect(isTaken).toBe(false);
      Date.now = right;
      await sending;
      await publisher.send('dated', [{ key: 'a', value: 'three' }]);
    } finally {
      Date.now = right;
    }
    const read: string[] = [];
    const stop = new AbortController();
    const reading = openSource({ kafka, topics: ['dated'], group: 'dated', limits }).run(async (chunk, intend) => {
      await intend(1);
      read.push(...chunk.messages.map(({ value }) => Buffer.from(value!).toString()));
    }, stop.signal);
    await until('all is read', () => read.length >= 3);
    stop.abort();
    await reading;
    await publisher.close();
    expect(read).toEqual(['one', 'two', 'three']);
  });

  test('a clock that stays wrong is told with what to do, and does not hold up the end', async () => {
    await broker.createTopic('dated-again', 1);
    const publisher = await openPublisher(kafkaSettings(broker.brokers));
    const right = Date.now;
    try {
      Date.now = () => right() + 4 * 86_400_000;
      const sending = publisher.send('dated-again', [{ key: 'a', value: 'one' }]);
      const told = expect(sending).rejects.toMatchObject({ kind: 'clock', remedy: /clock of this machine/ });
      await pause(500);
      await publisher.close();
      await told;
    } finally {
      Date.now = right;
    }
  });

  test('gone for longer than kafka.retryForMs: the run ends with an error that names the broker and what to do', async () => {
    await broker.createTopic('silent');
    const kafka = kafkaSettings(broker.brokers, { retryForMs: 4_000, sessionTimeoutMs: 1_000 });
    const publisher = await openPublisher(kafka);
    await publisher.send('silent', [{ key: 'k', value: 'v' }]);
    let began = false;
    const reading = openSource({ kafka, topics: ['silent'], group: 'silent', limits }).run(async () => {
      began = true;
    }, new AbortController().signal);
    const ended = reading.catch((error) => error);
    await until('it reads', () => began);
    await broker.kill9();
    const failed = publisher.send('silent', [{ key: 'k', value: 'w' }]).catch((error) => error);
    expect(await ended).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining(broker.brokers[0]!),
      remedy: expect.stringMatching(/broker/),
    });
    expect(await failed).toMatchObject({ kind: 'unreachable' });
    // Spent: a later message with the same sequence number could pass for a repetition and vanish.
    expect(await publisher.send('silent', [{ key: 'k', value: 'x' }]).catch((error) => error)).toBe(await failed);
    await publisher.close();
  });

  test('a process whose broker stays away ends by itself: nothing keeps knocking in the background', async () => {
    await broker.restart();
    await broker.createTopic('left');
    const kafka = kafkaSettings(broker.brokers, { retryForMs: 1_000, sessionTimeoutMs: 1_000, maxRetryMs: 500 });
    const worker = await startWorker({ kafka, topic: 'left', group: 'left', limits, epoch: 1, stepMs: 0 });
    await until('it has its partition', () => worker.lines.some(({ event }) => event === 'assigned'));
    await broker.kill9();
    expect(await worker.ended).toBe(1);
    expect(worker.lines.at(-1)).toEqual({ event: 'failed', kind: 'unreachable' });
  });

  test('an address where nobody answers is told at once, by every door', async () => {
    const kafka = kafkaSettings(NOBODY, { retryForMs: 1_000, sessionTimeoutMs: 1_000 });
    const told = { kind: 'unreachable', message: expect.stringContaining(NOBODY[0]!) };
    await expect(ensureTopics(kafka, 'alerts')).rejects.toMatchObject(told);
    await expect(openPublisher(kafka)).rejects.toMatchObject(told);
    const reading = openSource({ kafka, topics: ['t'], group: 'g', limits }).run(
      async () => {},
      new AbortController().signal,
    );
    await expect(reading).rejects.toMatchObject(told);
  });
});

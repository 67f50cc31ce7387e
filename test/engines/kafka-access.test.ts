import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPublisher } from '../../src/adapters/kafka/open-publisher.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import { checkKafka, ensureTopics } from '../../src/adapters/kafka/topics.ts';
import { type Broker, kafkaMissing, kafkaSettings, startKafka, withAdmin } from './harness/kafka.ts';

const limits = { batchRows: 100, batchBytes: 1 << 20, batchAgeMs: 20, queueBytes: 8 << 20 };

describe.skipIf(await kafkaMissing())('access to the broker', () => {
  let broker: Broker;
  let folder: string;
  beforeAll(async () => {
    broker = await startKafka();
    folder = mkdtempSync(join(tmpdir(), 'tidemark-access-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await broker?.stop();
  });

  const input = (topic: string) => ({ topic, format: 'auto' });
  const names = () => ({ activityTopic: `activity-${randomUUID()}`, alertTopic: `alerts-${randomUUID()}` });

  test("Tidemark's own topics are made as configured, also by two processes at once, and left alone when they are there", async () => {
    const { activityTopic, alertTopic } = names();
    const kafka = kafkaSettings(broker.brokers, { activityTopic, activityPartitions: 5 });
    await Promise.all([ensureTopics(kafka, alertTopic), ensureTopics(kafka, alertTopic)]);
    await ensureTopics({ ...kafka, activityPartitions: 9 }, alertTopic);
    const { topics } = await withAdmin(broker.client, (admin) =>
      admin.fetchTopicMetadata({ topics: [activityTopic, alertTopic] }),
    );
    expect(Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]))).toEqual({
      [activityTopic]: 5,
      [alertTopic]: 1,
    });
  });

  test('a raw topic that does not exist is never made: one error names it and what to do', async () => {
    const { activityTopic, alertTopic } = names();
    const kafka = kafkaSettings(broker.brokers, { activityTopic, inputs: [input('no-such-topic')] });
    const told = {
      kind: 'missing-topic',
      message: expect.stringContaining('"no-such-topic"'),
      remedy: expect.stringContaining('Create it'),
    };
    await expect(ensureTopics(kafka, alertTopic)).rejects.toMatchObject(told);
    expect(await checkKafka(kafka, alertTopic)).toMatchObject([told]);
    const reading = openSource({ kafka, topics: ['no-such-topic'], group: 'g', limits }).run(
      async () => {},
      new AbortController().signal,
    );
    await expect(reading).rejects.toMatchObject(told);
    expect(await withAdmin(broker.client, (admin) => admin.listTopics())).not.toContain('no-such-topic');
  });

  test('where topics may not be made, each that is missing is told', async () => {
    const { activityTopic, alertTopic } = names();
    const kafka = kafkaSettings(broker.brokers, { activityTopic, createTopics: false });
    const told = (await checkKafka(kafka, alertTopic)).map(({ kind, message }) => [kind, message]);
    expect(told).toEqual([
      ['missing-topic', expect.stringContaining(activityTopic)],
      ['missing-topic', expect.stringContaining(alertTopic)],
    ]);
  });

  test('too many replicas for the brokers there are is a setting to mend', async () => {
    const { activityTopic, alertTopic } = names();
    const kafka = kafkaSettings(broker.brokers, { activityTopic, replicationFactor: 3 });
    await expect(ensureTopics(kafka, alertTopic)).rejects.toMatchObject({
      kind: 'settings',
      remedy: expect.stringContaining('replicationFactor'),
    });
  });

  test('a message larger than the topic takes is told as such', async () => {
    const topic = `small-${randomUUID()}`;
    await broker.createTopic(topic, 1, { 'max.message.bytes': '1000' });
    const publisher = await openPublisher(kafkaSettings(broker.brokers));
    const value = Array.from({ length: 3_000 }, (_, number) => (number * 7_919).toString(36)).join('');
    await expect(publisher.send(topic, [{ key: 'k', value }])).rejects.toMatchObject({ kind: 'too-large' });
    await publisher.close();
  });

  describe('with SASL', () => {
    const said: string[] = [];
    const log = (...entry: unknown[]) => void said.push(JSON.stringify(entry));

    function settings(password: string) {
      const passwordFile = join(folder, `password-${randomUUID()}`);
      writeFileSync(passwordFile, `${password}\n`);
      return kafkaSettings([broker.saslBroker!], { sasl: { mechanism: 'plain', username: 'worker', passwordFile } });
    }

    test('the right password writes and reads', async ({ skip }) => {
      if (!broker.saslBroker) skip();
      const topic = `secured-${randomUUID()}`;
      await broker.createTopic(topic);
      const kafka = settings('worker-secret');
      const publisher = await openPublisher(kafka, log);
      await publisher.send(topic, [{ key: 'k', value: 'v', headers: { o: 'a' } }]);
      await publisher.close();
      const enough = new AbortController();
      let read = '';
      await openSource({ kafka, topics: [topic], group: topic, limits, log }).run(async ({ messages: [message] }) => {
        read = Buffer.from(message!.value!).toString();
        enough.abort();
      }, enough.signal);
      expect(read).toBe('v');
    });

    test('a wrong password is told at once, and stays out of every message and log', async ({ skip }) => {
      if (!broker.saslBroker) skip();
      const kafka = settings('wrong-secret-canary');
      const told = await openPublisher(kafka, log).catch((error) => error);
      expect(told).toMatchObject({ kind: 'authentication', remedy: expect.stringContaining('kafka.sasl') });
      const reading = openSource({ kafka, topics: ['t'], group: 'g', limits, log }).run(
        async () => {},
        new AbortController().signal,
      );
      await expect(reading).rejects.toMatchObject({ kind: 'authentication' });
      expect(await checkKafka(kafka, 'alerts')).toMatchObject([{ kind: 'authentication' }]);
      expect(`${said.join()}${told.message}${told.stack}${JSON.stringify(told)}`).not.toContain('wrong-secret');
    });
  });
});

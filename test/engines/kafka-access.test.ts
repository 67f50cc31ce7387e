import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KafkaSettings } from '../../src/adapters/kafka/open-client.ts';
import { openPublisher } from '../../src/adapters/kafka/open-publisher.ts';
import { openSource } from '../../src/adapters/kafka/open-source.ts';
import { checkKafka, ensureTopics } from '../../src/adapters/kafka/topics.ts';
import { type Broker, kafkaMissing, kafkaSettings, sharedKafka, withAdmin } from './harness/kafka.ts';

const limits = { batchRows: 100, batchBytes: 1 << 20, batchAgeMs: 20, queueBytes: 8 << 20 };

describe.skipIf(await kafkaMissing())('access to the broker', () => {
  let broker: Broker;
  let folder: string;
  beforeAll(async () => {
    broker = await sharedKafka();
    folder = mkdtempSync(join(tmpdir(), 'tidemark-access-'));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
  });

  const input = (topic: string) => ({ topic, format: 'auto', encoding: 'json' as const });
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

  describe('that must be earned', () => {
    const said: string[] = [];
    const log = (...entry: unknown[]) => void said.push(JSON.stringify(entry));

    function secretFile(secret: string): string {
      const file = join(folder, `secret-${randomUUID()}`);
      writeFileSync(file, `${secret}\n`);
      return file;
    }
    /** A token as the broker's unsigned mode takes it. */
    function token(lifetimeS: number): string {
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const now = Math.floor(Date.now() / 1_000);
      return `${encode({ alg: 'none' })}.${encode({ sub: 'worker', iat: now - 7_200, exp: now + lifetimeS })}.`;
    }
    const login = (mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512', password: string) => ({
      mechanism,
      username: 'worker',
      passwordFile: secretFile(password),
    });
    const withSasl = (sasl: NonNullable<KafkaSettings['sasl']>) => kafkaSettings([broker.secured!.sasl], { sasl });
    const withTls = (tls: Partial<KafkaSettings['tls']>) =>
      kafkaSettings([broker.secured!.tls], { tls: { enabled: true, caFile: broker.secured!.certificate, ...tls } });

    async function writesAndReads(kafka: KafkaSettings): Promise<void> {
      const topic = `secured-${randomUUID()}`;
      await broker.createTopic(topic);
      expect(await checkKafka({ ...kafka, inputs: [input(topic)] }, 'alerts')).toEqual([]);
      const publisher = await openPublisher(kafka, log);
      await publisher.send(topic, [{ key: 'k', value: 'v' }]);
      await publisher.close();
      const enough = new AbortController();
      let read = '';
      await openSource({ kafka, topics: [topic], group: topic, limits, log }).run(async ({ messages: [message] }) => {
        read = Buffer.from(message!.value!).toString();
        enough.abort();
      }, enough.signal);
      expect(read).toBe('v');
    }

    const ours = test.skipIf(process.env.KAFKA_BROKERS !== undefined);

    ours.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
      '%s: the right password writes and reads',
      async (mechanism) => {
        await writesAndReads(withSasl(login(mechanism, 'worker-secret')));
      },
    );

    ours.each(['plain', 'scram-sha-256'] as const)(
      '%s: a wrong password is told at once, by every door, and stays out of every message and log',
      async (mechanism) => {
        const kafka = withSasl(login(mechanism, 'wrong-secret'));
        const told = await openPublisher(kafka, log).catch((error) => error);
        expect(told).toMatchObject({ kind: 'authentication', remedy: expect.stringContaining('kafka.sasl') });
        const reading = openSource({ kafka, topics: ['t'], group: 'g', limits, log }).run(
          async () => {},
          new AbortController().signal,
        );
        await expect(reading).rejects.toMatchObject({ kind: 'authentication' });
        expect(await checkKafka(kafka, 'alerts')).toMatchObject([{ kind: 'authentication' }]);
        expect(said.length).toBeGreaterThan(0);
        expect(`${said.join()}${told.message}${told.stack}${JSON.stringify(told)}`).not.toContain('wrong-secret');
      },
    );

    ours('oauthbearer: a token is read again at every authentication, so a new one in the file is enough', async () => {
      const tokenFile = secretFile(token(-3_600));
      const kafka = withSasl({ mechanism: 'oauthbearer', tokenFile });
      expect(await checkKafka(kafka, 'alerts')).toMatchObject([
        { kind: 'authentication', remedy: expect.stringContaining('tokenFile') },
      ]);
      writeFileSync(tokenFile, token(3_600));
      await writesAndReads(kafka);
    });

    ours('TLS with the authority of the broker writes and reads', async () => {
      await writesAndReads(withTls({}));
    });

    ours('a certificate nobody vouches for, or for another name, is refused', async () => {
      const { caFile: _, ...unvouched } = withTls({}).tls;
      expect(await checkKafka({ ...withTls({}), tls: unvouched }, 'alerts')).toMatchObject([{ kind: 'tls' }]);
      expect(await checkKafka(withTls({ serverName: 'other.example.org' }), 'alerts')).toMatchObject([{ kind: 'tls' }]);
    });
  });
});

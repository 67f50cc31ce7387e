import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import type { Store } from '../../src/ports/store.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, startKafka, withAdmin } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { story, VICTIM } from './harness/story.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);
const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const RECORDS = story();

/** What one installation works with: topics, a database and a receiver of its own. */
interface World {
  readonly raw: string;
  readonly activityTopic: string;
  readonly alertTopic: string;
  readonly database: string;
  readonly receiver: Receiver;
  readonly installation: Installation;
  store(): Promise<Store>;
}

describe.skipIf(missing.length > 0)('tidemark run', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  const processes: TidemarkProcess[] = [];
  const worlds: World[] = [];

  beforeAll(async () => {
    registerCodecs();
    [broker, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
  });
  afterEach(async ({ task }) => {
    // What the workers said is the first thing asked for when one of these fails.
    if (task.result?.state === 'fail')
      for (const { output } of processes) process.stderr.write(`${output().slice(-4_000)}\n`);
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.splice(0).map(({ ended }) => ended));
    for (const { receiver, installation } of worlds.splice(0)) {
      await receiver.close();
      await installation.remove();
    }
  });
  afterAll(async () => {
    await broker?.stop();
    await clickhouse?.stop();
  });

  async function world(detect: object = {}, inputs = 1, ingest: object = {}, partitions = 2): Promise<World> {
    const name = randomUUID().slice(0, 8);
    const raw = `raw-${name}`;
    const database = `t_${name}`;
    if (inputs > 0) await broker.createTopic(raw, partitions);
    const receiver = await startReceiver(SECRET);
    const alertTopic = `alerts-${name}`;
    const activityTopic = `activity-${name}`;
    const installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          inputs: [{ topic: raw, format: 'auto' }],
          activityTopic,
          activityPartitions: 2,
          sessionTimeoutMs: 6_000,
          maxWaitMs: 50,
        },
        store: { url: clickhouse.url, database },
        ingest,
        detect: { batchRows: 200, batchAgeMs: 100, snapshotEveryMs: 1_000, ...detect },
        alerts: { topic: alertTopic },
        sinks: {
          soc: { type: 'webhook', url: receiver.url, secretFile: 'webhook.secret' },
          bus: { type: 'kafka' },
        },
        delivery: { allowPrivateTargets: true, pollMs: 100 },
        telemetry: { port: 0 },
      },
      { 'webhook.secret': SECRET },
    );
    const made = {
      raw,
      activityTopic,
      alertTopic,
      database,
      receiver,
      installation,
      store: () => openStore(configSchema.parse({ store: { url: clickhouse.url, database } }).store),
    };
    worlds.push(made);
    return made;
  }

  function start({ installation }: World, ...args: string[]): TidemarkProcess {
    const process = installation.start('run', ...args);
    processes.push(process);
    return process;
  }

  async function produce(topic: string, records: readonly string[], compression = kafkajs.CompressionTypes.None) {
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    for (let from = 0; from < records.length; from += 500)
      await producer.send({
        topic,
        compression,
        messages: records.slice(from, from + 500).map((value) => ({ key: 'one-partition-keeps-the-order', value })),
      });
    await producer.disconnect();
  }

  /** Ids of the stored activities; a row stored twice would be counted twice. */
  async function storedIds({ database }: World): Promise<string[]> {
    const answer = await fetch(
      `${clickhouse.url}/?query=${encodeURIComponent(`SELECT id FROM ${database}.activity FINAL ORDER BY id FORMAT TabSeparated`)}`,
    );
    const text = await answer.text();
    if (!answer.ok) return [];
    return text.split('\n').filter(Boolean);
  }

  /**
   * Alerts by whose they are and when they were raised. Ids are those of the store, whose key is its own; a score hangs a little on
   * how far the hours of the other partition had come.
   */
  async function alertsOf(world: World): Promise<string[]> {
    const store = await world.store();
    try {
      const alerts = await store.alerts({ limit: 1_000 });
      return alerts.map(({ identity, raisedAt }) => `${identity.id} ${raisedAt}`).sort();
    } finally {
      await store.close();
    }
  }

  const allStored = (world: World) =>
    until('every activity is stored', async () => (await storedIds(world)).length >= RECORDS.length, 60_000);

  /** Every delivery the store knows of is settled and was seen under one body. */
  async function allDelivered(world: World): Promise<void> {
    const store = await world.store();
    try {
      await until(
        'the outbox is empty',
        async () => (await store.due(Number.MAX_SAFE_INTEGER, 10)).length === 0,
        60_000,
      );
    } finally {
      await store.close();
    }
    expect(world.receiver.unverified).toEqual([]);
    expect(world.receiver.bodies.size).toBeGreaterThan(0);
    for (const [id, bodies] of world.receiver.bodies) expect(bodies.size, `bodies of ${id}`).toBe(1);
  }

  const expectedIds = RECORDS.map((record) => `aws:111122223333:${JSON.parse(record).eventID}`).sort();
  /** A run in which nothing goes wrong, once for all tests: what the others come to is held against its alerts. */
  async function runUndisturbed() {
    const place = await world();
    await produce(place.raw, RECORDS);
    const process = start(place);
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await until('an alert is stored', async () => (await alertsOf(place)).length > 0);
    await allDelivered(place);
    process.signal('SIGTERM');
    expect(await process.ended).toBe(0);
    return { place, alerts: await alertsOf(place) };
  }
  let running: ReturnType<typeof runUndisturbed> | undefined;
  const undisturbed = () => {
    running ??= runUndisturbed();
    return running;
  };
  /** Waits for as many alerts as an undisturbed run raises, and holds them against its own. */
  async function sameAlerts(place: World): Promise<void> {
    const { alerts } = await undisturbed();
    // An alert that is stored may still grow by what comes after it.
    let found: string[] = [];
    const same = async () => {
      found = await alertsOf(place);
      return isDeepStrictEqual(found, alerts);
    };
    await until('the alerts are stored', same).catch(() => {});
    expect(found).toEqual(alerts);
  }

  test('raw CloudTrail in Kafka becomes an alert in ClickHouse, at a verified webhook and on the alert topic', async () => {
    const { place } = await undisturbed();
    const store = await place.store();
    const [alert] = await store.alerts({ identity: VICTIM, limit: 10 });
    await store.close();
    expect(alert?.kinds).toContain('credential-reuse');
    // Ending the session would leave the user and the key that were made with it.
    expect(alert?.recommendation.action).toBe('suspend-identity');

    const bodies = [...place.receiver.bodies.values()].map(([body]) => JSON.parse(body!));
    expect(bodies.map(({ data }) => data.id)).toContain(alert?.id);
    const consumer = broker.client.consumer({ groupId: randomUUID() });
    const events: Record<string, unknown>[] = [];
    await consumer.connect();
    await consumer.subscribe({ topic: place.alertTopic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void events.push(JSON.parse(message.value!.toString())) });
    await until('the alert topic has it', () => events.length > 0);
    await consumer.disconnect();
    expect(events[0]).toMatchObject({ specversion: '1.0', data: { class_uid: 2004 } });
  });

  test('kill -9 in the middle, twice: every activity once, the same alerts, one body for each webhook id', async () => {
    const place = await world();
    await produce(place.raw, RECORDS);
    for (const share of [0.2, 0.6]) {
      const process = start(place);
      await until('part of it is stored', async () => (await storedIds(place)).length > RECORDS.length * share, 60_000);
      process.signal('SIGKILL');
      await process.ended;
    }
    start(place);
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await sameAlerts(place);
    await allDelivered(place);
  });

  test('history learned from files and from a topic, killed on the way, is what the last day is judged against, once each', async () => {
    const place = await world({}, 1, {}, 3);
    const { directory } = place.installation;
    const timeOf = (record: string) => String(JSON.parse(record).eventTime);
    const lastDay = timeOf(RECORDS.at(-1)!).slice(0, 10);
    const history = RECORDS.filter((record) => timeOf(record) < lastDay);
    const every = (n: number) => history.filter((_, at) => at % 3 === n);
    for (const [n, region] of ['eu-west-1', 'us-east-1'].entries()) {
      const folder = join(directory, 'AWSLogs', '111122223333', 'CloudTrail', region);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'all.ndjson'), every(n).join('\n'));
    }
    await produce(place.raw, every(2));
    const learn = () => {
      const process = place.installation.start('learn', join(directory, 'AWSLogs'), `kafka:${place.raw}`, '--json');
      processes.push(process);
      return process;
    };
    const killed = learn();
    // Its first rows are there, and what follows from them is not yet, or just.
    await until('it has begun', async () => (await storedIds(place)).length > 0, 60_000);
    killed.signal('SIGKILL');
    await killed.ended;
    const process = learn();
    expect(await process.ended).toBe(0);
    expect(JSON.parse(process.output())).toMatchObject({ records: history.length, late: 0, belated: 0, raised: 0 });
    expect((await storedIds(place)).length).toBe(history.length);
    // The topic still holds the end of what was learned.
    await produce(place.raw, RECORDS.slice(history.length - 200));
    start(place);
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await sameAlerts(place);
    await allDelivered(place);
  });

  test('the same records over three partitions raise the same alerts: caught up after a kill, and in order of time', async () => {
    const place = await world({}, 1, {}, 3);
    const producer = broker.client.producer();
    await producer.connect();
    // The partitions are hours apart in how they are filled, as after an outage.
    for (const partition of [2, 0, 1])
      await producer.send({
        topic: place.raw,
        messages: RECORDS.filter((_, n) => n % 3 === partition).map((value) => ({ partition, value })),
      });
    await producer.disconnect();
    const killed = start(place);
    await until('part of it is stored', async () => (await storedIds(place)).length > RECORDS.length * 0.2, 60_000);
    killed.signal('SIGKILL');
    await killed.ended;
    start(place);
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await sameAlerts(place);
  });

  test('kill -9 of ClickHouse during inserts: the worker waits for it, and nothing is lost or doubled', async () => {
    const place = await world();
    await produce(place.raw, RECORDS);
    const process = start(place);
    await until('part of it is stored', async () => (await storedIds(place)).length > RECORDS.length * 0.2, 60_000);
    await clickhouse.kill9();
    await clickhouse.restart();
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await sameAlerts(place);
    await allDelivered(place);
    process.signal('SIGTERM');
    expect(await process.ended).toBe(0);
  });

  test.skipIf(process.env.KAFKA_BROKERS !== undefined)(
    'a broker that dies and comes back: nothing is lost or doubled',
    async () => {
      const place = await world();
      await produce(place.raw, RECORDS);
      start(place);
      await until('part of it is stored', async () => (await storedIds(place)).length > RECORDS.length * 0.2, 60_000);
      await broker.kill9();
      await broker.restart();
      await allStored(place);
      expect(await storedIds(place)).toEqual(expectedIds);
      await sameAlerts(place);
      await allDelivered(place);
    },
  );

  test('two workers share the work, and one that dies loses nothing', async () => {
    const place = await world();
    const [one, two] = [start(place), start(place)];
    const assigned = ({ log }: TidemarkProcess) => log.some(({ event }) => event === 'partitions-assigned');
    await until('both have partitions', () => assigned(one) && assigned(two), 60_000);
    await produce(place.raw, RECORDS);
    await until('part of it is stored', async () => (await storedIds(place)).length > RECORDS.length * 0.2, 60_000);
    one.signal('SIGKILL');
    await allStored(place);
    expect(await storedIds(place)).toEqual(expectedIds);
    await until('the victim has its alert', async () => (await alertsOf(place)).length > 0);
    await allDelivered(place);
  });

  test('kill -9 while a span waits for its agent: the next process reads it again, and its act is that of the agent, once', async () => {
    const place = await world({}, 1, { traces: { settleMs: 100, waitMs: 3_600_000 } });
    const exported = (one: object) =>
      JSON.stringify({
        resourceSpans: [
          {
            resource: { attributes: { 'service.name': 'desk' } },
            scopeSpans: [{ spans: [{ traceId: 't1', ...one }] }],
          },
        ],
      });
    const tool = exported({
      spanId: 'b',
      parentSpanId: 'a',
      startTimeUnixNano: `${Date.now() - 2_000}000000`,
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'pay' },
    });
    const agent = exported({
      spanId: 'a',
      startTimeUnixNano: `${Date.now() - 3_000}000000`,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'clerk' },
    });
    await produce(place.raw, [tool, ...RECORDS.slice(0, 3)]);
    const first = start(place);
    await until('what follows the span is stored', async () => (await storedIds(place)).length >= 3, 60_000);
    first.signal('SIGKILL');
    await first.ended;
    expect(await storedIds(place)).toHaveLength(3);
    await produce(place.raw, [agent]);
    start(place);
    await until('the act of the span is stored', async () => (await storedIds(place)).length >= 5, 60_000);
    const store = await place.store();
    try {
      const acts = await store.activities({ tenant: 'default', identity: 'clerk', limit: 10 });
      expect(acts.map(({ id }) => id).sort()).toEqual(['otel:t1:a', 'otel:t1:b']);
    } finally {
      await store.close();
    }
    expect(await storedIds(place)).toHaveLength(5);
    await until('nothing is held back any more', () =>
      withAdmin(broker.client, async (admin) => {
        const [ingested] = await admin.fetchOffsets({
          groupId: `${place.raw.replace('raw', 'g')}-ingest`,
          topics: [place.raw],
        });
        return ingested!.partitions.some(({ offset }) => offset === '5');
      }),
    );
  });

  test('a zstd topic with a poison record: the record is a dead letter, its neighbours are judged', async () => {
    const place = await world();
    const poison = '{"eventVersion": "1.08", "userIdentity": 7, broken';
    await produce(
      place.raw,
      [...RECORDS.slice(0, 20), poison, ...RECORDS.slice(20, 40)],
      kafkajs.CompressionTypes.ZSTD,
    );
    start(place);
    await until('its neighbours are stored', async () => (await storedIds(place)).length === 40, 60_000);
    const store = await place.store();
    const letters = await store.deadLetters({ limit: 10 });
    await store.close();
    expect(letters).toHaveLength(1);
    expect(letters[0]?.origin).toMatchObject({ from: place.raw, offset: 20 });
    expect(letters[0]?.reason).toMatch(/^not valid JSON/);
    expect(Buffer.from(letters[0]!.bytes).toString()).toBe(poison);
  });

  test('a raw topic that does not exist ends the process with one line that names it and the remedy', async () => {
    const place = await world({}, 0);
    const process = start(place);
    expect(await process.ended).toBe(1);
    const failed = process.log.find(({ event }) => event === 'failed') as {
      error: { message: string; remedy: string };
    };
    expect(failed.error.message).toContain(place.raw);
    expect(failed.error.remedy).toMatch(/create|correct/i);
    expect(await withAdmin(broker.client, (admin) => admin.listTopics())).not.toContain(place.raw);
  });
});

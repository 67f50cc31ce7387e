/** One topic of several partitions, read by one worker, by two and by three of which some die on the way: the same alerts, byte for byte but for their ids. */
import { randomUUID } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { story } from './harness/story.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);
const PARTITIONS = 3;
const LONG_MS = 120_000;
/** Seven workloads in place of three, each on its partition, and the key of one of them in the hands of another. */
const RECORDS = story().flatMap((line, n) =>
  n % 2 === 0 ? [line] : [line, line.replaceAll('stock-worker', 'rent-worker').replace(/"eventID":"0/, '"eventID":"1')],
);
const IDS = new Set(RECORDS.map((record) => JSON.parse(record).eventID));

describe.skipIf(missing.length > 0)('many workers', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  const processes: TidemarkProcess[] = [];
  const installations: Installation[] = [];
  const name = randomUUID().slice(0, 8);

  beforeAll(async () => {
    registerCodecs();
    [broker, clickhouse] = await Promise.all([sharedKafka(), startClickHouse()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      for (const { output } of processes) process.stderr.write(`${output().slice(-3_000)}\n`);
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.splice(0).map(({ ended }) => ended));
  });
  afterAll(async () => {
    for (const installation of installations) await installation.remove();
    await clickhouse?.stop();
  });

  /** Another group that reads the same activity topic, with a database of its own. */
  async function group(database: string, detect: object = {}): Promise<{ start(...args: string[]): TidemarkProcess }> {
    const installation = await install({
      kafka: {
        brokers: broker.brokers,
        groupId: database,
        inputs: [{ topic: `raw-${name}`, format: 'auto' }],
        activityTopic: `activity-${name}`,
        activityPartitions: PARTITIONS,
        sessionTimeoutMs: 6_000,
        maxWaitMs: 50,
      },
      store: { url: clickhouse.url, database },
      detect: { batchRows: 150, batchAgeMs: 100, snapshotEveryMs: 1_000, ...detect },
      alerts: { topic: `alerts-${name}` },
      telemetry: { port: 0 },
    });
    installations.push(installation);
    return {
      start(...args) {
        const process = installation.start('run', ...args);
        processes.push(process);
        return process;
      },
    };
  }

  async function ask(query: string): Promise<string[]> {
    const answer = await fetch(`${clickhouse.url}/?query=${encodeURIComponent(query)}`);
    return answer.ok ? (await answer.text()).split('\n').filter(Boolean) : [];
  }
  const storedIn = async (database: string) =>
    Number((await ask(`SELECT uniqExact(id) FROM ${database}.activity FORMAT TabSeparated`))[0] ?? 0);
  const allStored = (database: string) =>
    until('every activity is stored', async () => (await storedIn(database)) >= IDS.size, LONG_MS);

  /** Every alert in its last version; ids are made with the key of the store. */
  async function alertsIn(database: string): Promise<unknown[]> {
    const rows = await ask(
      `SELECT base64Encode(argMax(body, version)) FROM ${database}.alert GROUP BY id FORMAT TabSeparated`,
    );
    const told = rows.map((row) => {
      const { id: _, incident, cause, ...alert } = JSON.parse(Buffer.from(row, 'base64').toString());
      return { ...alert, hasIncident: incident !== undefined, hasCause: cause !== undefined };
    });
    return told.sort((a, b) => (`${a.raisedAt}${a.identity.id}` < `${b.raisedAt}${b.identity.id}` ? -1 : 1));
  }

  const assigned = ({ log }: TidemarkProcess) => log.some(({ event }) => event === 'partitions-assigned');
  const stop = async (...all: TidemarkProcess[]) => {
    for (const process of all) process.signal('SIGTERM');
    for (const process of all) expect(await process.ended).toBe(0);
  };

  async function produce(): Promise<void> {
    await broker.createTopic(`raw-${name}`, 1);
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic: `raw-${name}`, messages: RECORDS.map((value) => ({ value })) });
    await producer.disconnect();
  }

  test('one, two, and three of which one dies and one leaves half-way, raise the same alerts', async () => {
    await produce();
    const one = `one_${name}`;
    const alone = (await group(one)).start();
    await allStored(one);
    await stop(alone);
    const expected = await alertsIn(one);
    expect(expected.length).toBeGreaterThan(1);

    const two = `two_${name}`;
    const pair = await group(two);
    const both = [pair.start('--role', 'detect'), pair.start('--role', 'detect')];
    await until('both have partitions', () => both.every(assigned), LONG_MS);
    await allStored(two);
    await stop(...both);
    expect(await alertsIn(two)).toEqual(expected);

    const three = `three_${name}`;
    const crew = await group(three);
    const [first, second] = [crew.start('--role', 'detect'), crew.start('--role', 'detect')];
    await until('a third is stored', async () => (await storedIn(three)) > IDS.size / 3, LONG_MS);
    const third = crew.start('--role', 'detect');
    first.signal('SIGKILL');
    await until('two thirds are stored', async () => (await storedIn(three)) > (IDS.size * 2) / 3, LONG_MS);
    await stop(second);
    await allStored(three);
    await stop(third);
    expect(await alertsIn(three)).toEqual(expected);
  });
});

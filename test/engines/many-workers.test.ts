/** One topic of several partitions, read by one worker, and by two and then three of which one dies and one leaves: the same alerts, byte for byte. */
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
const hourOf = (line: string) => new Date(JSON.parse(line).eventTime).getUTCHours();
/** Every third hour of the story, two more workloads, each on its partition; and the thief comes to another role two hours later. */
const RECORDS = story()
  .filter((line) => line.includes('curl') || hourOf(line) % 3 === 0)
  .flatMap((line, n) => {
    if (line.includes('curl')) {
      const later = (at: string) => new Date(Date.parse(at) + 2 * 3_600_000).toISOString().replace('.000', '');
      const again = line.replaceAll('orders-worker', 'stock-worker').replaceAll('i-00abc', 'i-01abc');
      return [line, again.replace(/"eventID":"0/, '"eventID":"2').replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, later)];
    }
    const other = line.replaceAll('stock-worker', 'rent-worker').replaceAll('mail-worker', 'post-worker');
    return n % 2 === 0 || other === line ? [line] : [line, other.replace(/"eventID":"0/, '"eventID":"1')];
  })
  .sort((a, b) => (JSON.parse(a).eventTime < JSON.parse(b).eventTime ? -1 : 1));
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
  async function group(
    database: string,
    { raw = `raw-${name}`, activityTopic = `activity-${name}`, activityPartitions = PARTITIONS } = {},
  ): Promise<{ start(...args: string[]): TidemarkProcess; command(...args: string[]): TidemarkProcess }> {
    const installation = await install({
      kafka: {
        brokers: broker.brokers,
        groupId: database,
        inputs: [{ topic: raw, format: 'auto' }],
        activityTopic,
        activityPartitions,
        sessionTimeoutMs: 6_000,
        maxWaitMs: 50,
      },
      store: { url: clickhouse.url, database },
      detect: { batchRows: 150, batchAgeMs: 100, snapshotEveryMs: 1_000 },
      alerts: { topic: `alerts-${name}` },
      telemetry: { port: 0 },
    });
    installations.push(installation);
    const command = (...args: string[]) => {
      const process = installation.start(...args);
      processes.push(process);
      return process;
    };
    return { command, start: (...args) => command('run', ...args) };
  }

  async function ask(query: string): Promise<string[]> {
    const answer = await fetch(`${clickhouse.url}/?query=${encodeURIComponent(query)}`);
    return answer.ok ? (await answer.text()).split('\n').filter(Boolean) : [];
  }
  const storedIn = async (database: string) =>
    Number((await ask(`SELECT uniqExact(id) FROM ${database}.activity FORMAT TabSeparated`))[0] ?? 0);
  const allStored = (database: string, count = IDS.size) =>
    until('every activity is stored', async () => (await storedIn(database)) >= count, LONG_MS);

  /** Every alert in its last version, as it is stored. */
  const alertsIn = (database: string) =>
    ask(`SELECT argMax(body, version) AS last FROM ${database}.alert GROUP BY id ORDER BY id FORMAT TabSeparatedRaw`);

  /** A store that has the key of another, with which values and ids are hashed: what is alike looks alike. */
  async function likeOf(database: string, of: string): Promise<string> {
    for (const query of [
      `CREATE DATABASE ${database}`,
      `CREATE TABLE ${database}.installation AS ${of}.installation`,
      `INSERT INTO ${database}.installation SELECT * FROM ${of}.installation`,
    ])
      await fetch(clickhouse.url, { method: 'POST', body: query });
    return database;
  }

  const assigned = ({ log }: TidemarkProcess) => log.some(({ event }) => event === 'partitions-assigned');
  const stop = async (...all: TidemarkProcess[]) => {
    for (const process of all) process.signal('SIGTERM');
    for (const process of all) expect(await process.ended).toBe(0);
  };

  async function produce(topic: string, records: readonly string[]): Promise<void> {
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    for (let from = 0; from < records.length; from += 500)
      await producer.send({ topic, messages: records.slice(from, from + 500).map((value) => ({ value })) });
    await producer.disconnect();
  }

  test('one, and two that become three of which one dies and one leaves, raise the same alerts', async () => {
    await broker.createTopic(`raw-${name}`, 1);
    await produce(`raw-${name}`, RECORDS);
    const one = `one_${name}`;
    const alone = (await group(one)).start();
    await allStored(one);
    await stop(alone);
    const expected = await alertsIn(one);
    expect(expected.length).toBeGreaterThan(1);

    const more = await likeOf(`more_${name}`, one);
    const crew = await group(more);
    const [first, second] = [crew.start('--role', 'detect'), crew.start('--role', 'detect')];
    await until('both have partitions', () => [first, second].every(assigned), LONG_MS);
    await until('a third is stored', async () => (await storedIn(more)) > IDS.size / 3, LONG_MS);
    const third = crew.start('--role', 'detect');
    first.signal('SIGKILL');
    await until('two thirds are stored', async () => (await storedIn(more)) > (IDS.size * 2) / 3, LONG_MS);
    await stop(second);
    await allStored(more);
    await stop(third);
    expect(await alertsIn(more)).toEqual(expected);
  });

  test('moved to a topic with twice as many partitions in the middle, killed twice on the way, habits go on: the same alerts', async () => {
    const database = await likeOf(`moved_${name}`, `one_${name}`);
    const raw = `raw-moved-${name}`;
    await broker.createTopic(raw, 1);
    const half = RECORDS.slice(0, RECORDS.length >> 1);
    await produce(raw, half);
    const before = await group(database, { raw, activityTopic: `few-${name}` });
    const after = await group(database, {
      raw,
      activityTopic: `many-${name}`,
      activityPartitions: 2 * PARTITIONS,
    });
    const move = ['repartition', '--to', `many-${name}`, '--partitions', String(2 * PARTITIONS)];
    const fails = async (process: TidemarkProcess, why: RegExp) => {
      expect(await process.ended).not.toBe(0);
      expect(process.output()).toMatch(why);
    };

    const worker = before.start();
    await allStored(database, new Set(half.map((record) => JSON.parse(record).eventID)).size);
    await fails(before.command(...move), /members of the groups of .* are running/);
    await stop(worker);
    await fails(before.command('repartition', '--to', 'x', '--partitions', '7'), /multiple.*--partitions 6, or 9/s);
    // As if no snapshot had been taken: every turn goes with the habits, and is judged again where it went.
    const forget = `ALTER TABLE ${database}.snapshot DELETE WHERE 1 SETTINGS mutations_sync = 2`;
    expect((await fetch(clickhouse.url, { method: 'POST', body: forget })).status).toBe(200);
    const dry = before.command(...move, '--dry-run', '--json');
    expect(await dry.ended).toBe(0);
    const { counts } = JSON.parse(dry.output());
    expect(counts.activities).toBeGreaterThan(100);
    const topicsOf = (table: string) =>
      ask(`SELECT DISTINCT topic, partition FROM ${database}.${table} ORDER BY ALL FORMAT TabSeparated`);
    expect((await topicsOf('memory')).join()).not.toContain('many');

    for (const step of ['Copying', 'Giving']) {
      const killed = before.command(...move);
      await killed.says(step);
      killed.signal('SIGKILL');
      expect(await killed.ended).toBe('SIGKILL');
      await fails(after.start('--role', 'detect'), /not all are there yet/);
    }
    const whole = before.command(...move);
    expect(await whole.ended).toBe(0);
    const again = after.command(...move, '--json');
    expect(await again.ended).toBe(0);
    expect(JSON.parse(again.output().slice(again.output().indexOf('{')))).toMatchObject({ isOld: true });
    await fails(before.start(), /were moved to main\/many/);
    for (const table of ['memory', 'activity', 'turn', 'reached'])
      expect((await topicsOf(table)).join(), table).not.toContain('few');
    const memories = `SELECT uniqExact(key), count() FROM ${database}.memory FINAL WHERE NOT startsWith(key, '\\x01') FORMAT TabSeparated`;
    expect(await ask(memories)).toEqual([`${counts.identities}\t${counts.identities}`]);

    const workers = [after.start(), after.start('--role', 'detect')];
    await until('both have partitions', () => workers.every(assigned), LONG_MS);
    await produce(raw, RECORDS.slice(half.length));
    await allStored(database);
    await stop(...workers);
    expect(await alertsIn(database)).toEqual(await alertsIn(`one_${name}`));
  });
});

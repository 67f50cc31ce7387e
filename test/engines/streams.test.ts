/** What befalls the streams and the store under a running process: told, outlived, and nothing lost or doubled. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { freePort } from '../free-port.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { startBreakingProxy } from './harness/clickhouse-proxy.ts';
import { type Broker, kafkaMissing, startKafka, withAdmin } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [
  await kafkaMissing(),
  await clickHouseMissing(),
  process.env.KAFKA_BROKERS ? 'an existing broker is not ours to kill' : undefined,
].filter((reason) => reason !== undefined);

/** Time in which an outage must show, with some room for a slow machine. */
const SHOWS_MS = 25_000;

interface World {
  readonly raw: string;
  readonly inventory: string;
  readonly activityTopic: string;
  readonly database: string;
  readonly healthPort: number;
  readonly installation: Installation;
}

describe.skipIf(missing.length > 0)('streams under a running process', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  const processes: TidemarkProcess[] = [];
  const installations: Installation[] = [];

  beforeAll(async () => {
    [broker, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      for (const { output } of processes) process.stderr.write(`${output().slice(-4_000)}\n`);
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.splice(0).map(({ ended }) => ended));
    for (const installation of installations.splice(0)) await installation.remove();
  });
  afterAll(async () => {
    await broker?.stop();
    await clickhouse?.stop();
  });

  async function world(config: { store?: object; ingest?: object } = {}): Promise<World> {
    const name = randomUUID().slice(0, 8);
    const made = {
      raw: `raw-${name}`,
      inventory: `inventory-${name}`,
      activityTopic: `activity-${name}`,
      database: `s_${name}`,
      healthPort: await freePort(),
    };
    await broker.createTopic(made.raw);
    await broker.createTopic(made.inventory);
    const installation = await install({
      kafka: {
        brokers: broker.brokers,
        groupId: `g-${name}`,
        inputs: [{ topic: made.raw, format: 'activity' }],
        inventory: { topic: made.inventory },
        activityTopic: made.activityTopic,
        activityPartitions: 1,
        sessionTimeoutMs: 6_000,
        maxWaitMs: 50,
      },
      store: { url: clickhouse.url, database: made.database, ...config.store },
      ingest: config.ingest ?? {},
      detect: { batchAgeMs: 100, snapshotEveryMs: 1_000 },
      alerts: { topic: `alerts-${name}` },
      telemetry: { port: made.healthPort },
    });
    installations.push(installation);
    return { ...made, installation };
  }

  function start({ installation }: World): TidemarkProcess {
    const process = installation.start('run');
    processes.push(process);
    return process;
  }

  const activity = (number: number) =>
    JSON.stringify({
      id: `a-${number}`,
      at: new Date(Date.parse('2026-03-01T00:00:00.000Z') + number * 1_000).toISOString(),
      tenant: 'default',
      identity: { id: `robot-${number % 40}`, kind: 'service-account', provider: 'test' },
      action: { name: 'Read', service: 'files', access: 'read' },
      source: {},
      outcome: 'success',
    });
  const activities = (from: number, count: number) => Array.from({ length: count }, (_, n) => activity(from + n));

  async function produce(topic: string, values: readonly string[]) {
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({ topic, messages: values.map((value) => ({ key: 'k', value })) });
    await producer.disconnect();
  }

  async function ask(query: string): Promise<string[]> {
    const answer = await fetch(`${clickhouse.url}/?query=${encodeURIComponent(`${query} FORMAT TabSeparated`)}`, {
      method: 'POST',
    });
    return answer.ok ? (await answer.text()).split('\n').filter(Boolean) : [];
  }
  /** Rows as they lie there: one stored twice would count twice. */
  const stored = async ({ database }: World) => {
    const [row] = await ask(`SELECT count(), uniqExact(id) FROM ${database}.activity`);
    const [rows = 0, ids = 0] = (row ?? '').split('\t').map(Number);
    return { rows, ids };
  };
  const allStored = (place: World, count: number) =>
    until(`${count} are stored`, async () => (await stored(place)).ids >= count, 90_000);

  const asked = async ({ healthPort }: World, path: string) => {
    const answer = await fetch(`http://127.0.0.1:${healthPort}${path}`).catch(() => undefined);
    return { status: answer?.status, said: (await answer?.json().catch(() => undefined)) as { reasons?: string[] } };
  };
  const ready = (place: World) =>
    until('it is ready', async () => (await asked(place, '/readyz')).status === 200, 90_000);
  const said = ({ log }: TidemarkProcess, event: string) => log.filter((line) => line.event === event);

  async function remake(topic: string, partitions = 1): Promise<void> {
    await withAdmin(broker.client, (admin) => admin.deleteTopics({ topics: [topic] }));
    await until('it can be made anew', () =>
      broker.createTopic(topic, partitions).then(
        () => true,
        () => false,
      ),
    );
  }

  test('a message of thousands of numbers, records, levels or lines stops nothing, now or at the next start: a few dead letters, and the good records beside it', async () => {
    const place = await world({ ingest: { deadLettersPerMinute: 5, deadLettersPerMessage: 3 } });
    const poison = [
      JSON.stringify(Array.from({ length: 7_000 }, (_, n) => n)),
      `${'['.repeat(7_000)}${']'.repeat(7_000)}`,
      `${'{"a":'.repeat(2_000)}0${'}'.repeat(2_000)}`,
      `{"Records":[${'{},'.repeat(4_000)}{}]}`,
      `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(4_000)}{}]}]}]}`,
      `{${Array.from({ length: 2_000 }, (_, n) => `"n${n}":0`).join()}}`,
      '{"a":0}\n'.repeat(2_000),
      JSON.stringify({ records: [gzipSync(`[${'0,'.repeat(500_000)}0]`).toString('base64')] }),
      `\u0000\u0000\u0000\u0000\u0001${'x'.repeat(14_000)}`,
      `"${'\\u0000'.repeat(2_000)}"`,
      ' '.repeat(100_000),
      '',
    ];
    await produce(place.raw, [...activities(0, 50), ...poison, ...activities(50, 50)]);
    await produce(place.inventory, poison);
    const first = start(place);
    await allStored(place, 100);
    expect(said(first, 'dead-letters-shed')).not.toEqual([]);
    // Whoever writes to the activity topic itself meets the same bounds.
    await produce(place.activityTopic, poison);
    first.signal('SIGKILL');
    await first.ended;
    // Far more of them than the budget of a minute: the source is shed, its good records are not.
    await produce(place.raw, [
      ...Array.from({ length: 30 }, (_, n) => poison[n % poison.length]!),
      ...activities(100, 100),
    ]);
    const second = start(place);
    await allStored(place, 200);
    expect((await stored(place)).ids).toBe(200);
    second.signal('SIGTERM');
    expect(await second.ended).toBe(0);
    const [letters] = await ask(
      `SELECT countIf(endsWith(topic, '${place.raw}')) FROM ${place.database}.dead_letter FINAL`,
    );
    expect(Number(letters)).toBeGreaterThan(0);
    // Each message four, with the note; six of a minute with the note, over two starts and at most three minutes.
    expect(Number(letters)).toBeLessThanOrEqual(4 * 6 * 3);
  });

  test('a raw topic and the inventory deleted and made anew, while it runs and while it does not: all is stored, each once, and it is told', async () => {
    const place = await world();
    await produce(place.raw, activities(0, 600));
    const owned = (identity: string) => JSON.stringify({ identity, owner: 'team-a' });
    await produce(place.inventory, [owned('robot-1')]);
    const first = start(place);
    const began = (process: TidemarkProcess) =>
      said(process, 'log-began-anew')
        .map(({ topic, role, cause }) => `${role} ${topic} ${cause}`)
        .sort();
    const both = [`ingest ${place.inventory} recreated`, `ingest ${place.raw} recreated`];
    await allStored(place, 600);
    await remake(place.raw);
    await remake(place.inventory);
    await produce(place.raw, activities(600, 1_000));
    await produce(place.inventory, [owned('robot-2')]);
    await allStored(place, 1_600);
    await until('both are told', () => began(first).length >= 2, 60_000);
    expect(began(first)).toEqual(both);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    await remake(place.raw);
    await produce(place.raw, activities(1_600, 700));
    start(place);
    await allStored(place, 2_300);
    expect(await stored(place)).toEqual({ rows: 2_300, ids: 2_300 });
  });

  test('the activity topic deleted and made anew: what comes after it is judged and stored, and habits are kept', async () => {
    const place = await world();
    await produce(place.raw, activities(0, 400));
    const first = start(place);
    await allStored(place, 400);
    await until('memories are saved', () => said(first, 'partition-recovered').length > 0);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    await remake(place.activityTopic);
    await produce(place.raw, activities(400, 300));
    const second = start(place);
    await allStored(place, 700);
    expect(await stored(place)).toEqual({ rows: 700, ids: 700 });
    expect(said(second, 'log-began-anew')).toMatchObject([{ topic: place.activityTopic, role: 'detect' }]);
    // And again under the running process.
    await remake(place.activityTopic);
    await produce(place.raw, activities(700, 200));
    await allStored(place, 900);
    second.signal('SIGKILL');
    await second.ended;
    start(place);
    await produce(place.raw, activities(900, 10));
    await allStored(place, 910);
    expect(await stored(place)).toEqual({ rows: 910, ids: 910 });
  });

  test('with the broker dead it is not ready and yet alive; back again it is ready, and SIGTERM ends it with 0', async () => {
    const place = await world();
    const process = start(place);
    await ready(place);
    await produce(place.raw, activities(0, 50));
    await allStored(place, 50);
    await broker.kill9();
    try {
      const why = async () => {
        const { status, said } = await asked(place, '/readyz');
        return status === 503 ? `${said.reasons}` : '';
      };
      await until('it shows', async () => (await why()).includes('broker has not answered'), SHOWS_MS);
      expect((await asked(place, '/livez')).status).toBe(200);
    } finally {
      await broker.restart();
    }
    await ready(place);
    await produce(place.raw, activities(50, 50));
    await allStored(place, 100);
    const began = Date.now();
    process.signal('SIGTERM');
    expect(await process.ended).toBe(0);
    // Draining, closing and the last bound together.
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(await stored(place)).toEqual({ rows: 100, ids: 100 });
  });

  test('SIGTERM while the broker is dead ends it too, in bounded time', async () => {
    const place = await world();
    const process = start(place);
    await ready(place);
    await broker.kill9();
    try {
      process.signal('SIGTERM');
      const ended = await Promise.race([process.ended, pause(30_000).then(() => 'still there')]);
      expect([0, 1]).toContain(ended);
    } finally {
      await broker.restart();
    }
  });

  test('with the database away it is not ready and yet alive, and says so', async () => {
    const proxy = await startBreakingProxy(clickhouse.url);
    const place = await world({ store: { url: proxy.url } });
    start(place);
    await ready(place);
    await proxy.close();
    await until('it shows', async () => (await asked(place, '/readyz')).status === 503, SHOWS_MS);
    expect((await asked(place, '/readyz')).said.reasons?.join()).toContain('store');
    expect((await asked(place, '/livez')).status).toBe(200);
  });

  test('memories that are gone are told by `check` and at the start, and learned again from what is stored', async () => {
    const place = await world();
    await produce(place.raw, activities(0, 400));
    const first = start(place);
    await allStored(place, 400);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    await ask(`TRUNCATE TABLE ${place.database}.memory SYNC`);
    const check = place.installation.start('check');
    expect(await check.ended).toBe(1);
    expect(check.output()).toMatch(/memories are missing: 0 of 40/);
    const second = start(place);
    await until('it is told', () => said(second, 'memories-learned-again').length > 0, 90_000);
    expect(said(second, 'memories-missing')).toMatchObject([{ identities: 40, of: 40 }]);
    expect(said(second, 'memories-learned-again')).toMatchObject([{ identities: 40, gone: 0 }]);
    await produce(place.raw, activities(400, 10));
    await allStored(place, 410);
    second.signal('SIGTERM');
    expect(await second.ended).toBe(0);
    const store = await openStore(
      configSchema.parse({ store: { url: clickhouse.url, database: place.database } }).store,
    );
    const { identities } = await store.recall(`main/${place.activityTopic}`, 0);
    await store.close();
    expect(identities).toBe(40);
  });
});

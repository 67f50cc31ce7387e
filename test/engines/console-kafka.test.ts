import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Sources } from '../../schemas/console.ts';
import { newToken } from '../../src/api/tokens.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { story, VICTIM } from './harness/story.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);
const RECORDS = story();

describe.skipIf(missing.length > 0)('HTTP in front of Kafka', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  let installation: Installation;
  let process: TidemarkProcess | undefined;

  beforeAll(async () => {
    [broker, clickhouse] = await Promise.all([sharedKafka(), startClickHouse()]);
  });
  afterEach(async () => {
    process?.signal('SIGKILL');
    await process?.ended;
    await installation?.remove();
  });
  afterAll(() => clickhouse?.stop());

  const urlOf = (of: TidemarkProcess) =>
    of.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place as string | undefined;

  async function start(...args: string[]): Promise<string> {
    const started = installation.start('run', ...args);
    process = started;
    await until('it listens', () => urlOf(started) !== undefined, 60_000);
    return urlOf(started)!;
  }

  test('what was answered is on the activity topic: a process killed right after the answer loses none of it', async () => {
    const name = randomUUID().slice(0, 8);
    const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
    installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          activityTopic: `activity-${name}`,
          activityPartitions: 2,
          sessionTimeoutMs: 6_000,
        },
        store: { url: clickhouse.url, database: `t_${name}` },
        alerts: { topic: `alerts-${name}` },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    const headers = { authorization: `Bearer ${token}` };
    const send = async (url: string, part: readonly string[]) => {
      const answer = await fetch(`${url}/v1/activities`, { method: 'POST', headers, body: part.join('\n') });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ activities: part.length, dead: {} });
    };
    // A process that serves and does nothing else stays until it is told to end.
    const first = await start('--role', 'api');
    await send(first, RECORDS.slice(0, 1_500));
    process?.signal('SIGKILL');
    await process?.ended;
    const second = await start();
    await send(second, RECORDS.slice(1_500));
    const get = async (path: string) => (await fetch(`${second}${path}`, { headers })).json() as Promise<unknown>;
    await until(
      'every activity is stored',
      async () => {
        const { identities } = (await get('/v1/identities')) as { identities: { activities: number }[] };
        return identities.reduce((sum, { activities }) => sum + activities, 0) === RECORDS.length;
      },
      120_000,
    );
    await until('the theft is alerted', async () => {
      const { alerts } = (await get(`/v1/alerts?identity=${encodeURIComponent(VICTIM)}`)) as { alerts: unknown[] };
      return alerts.length > 0;
    });
  });

  test('a process that reads nothing tells how far the others are behind', async () => {
    const name = randomUUID().slice(0, 8);
    const raw = `raw-${name}`;
    await broker.createTopic(raw, 3);
    const { token, line } = newToken({ name: 'box', scope: 'viewer', tenant: 'default' });
    installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          inputs: [{ topic: raw, format: 'aws-cloudtrail' }],
          activityTopic: `activity-${name}`,
          activityPartitions: 2,
          sessionTimeoutMs: 6_000,
        },
        store: { url: clickhouse.url, database: `t_${name}` },
        alerts: { topic: `alerts-${name}` },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    const url = await start('--role', 'api');
    const lags = async () => {
      const answer = await fetch(`${url}/v1/sources`, { headers: { authorization: `Bearer ${token}` } });
      return ((await answer.json()) as Sources).lags;
    };
    expect(await lags()).toEqual([]);
    const worker = installation.start('run');
    try {
      await until('the worker told', async () => (await lags()).length === 2, 90_000);
      expect(await lags()).toEqual([
        { role: 'ingest', topic: `main/${raw}`, partitions: 3, records: 0 },
        { role: 'detect', topic: `main/activity-${name}`, partitions: 2, records: 0 },
      ]);
    } finally {
      worker.signal('SIGKILL');
      await worker.ended;
    }
  });

  test('a compacted topic brings the inventory in, once, to the worker that owns the identity and to the next one', async () => {
    const name = randomUUID().slice(0, 8);
    const raw = `raw-${name}`;
    const topic = `inventory-${name}`;
    await broker.createTopic(raw, 2);
    await broker.createTopic(topic, 2, { 'cleanup.policy': 'compact' });
    const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
    installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          inputs: [{ topic: raw, format: 'aws-cloudtrail' }],
          inventory: { topic },
          activityTopic: `activity-${name}`,
          activityPartitions: 2,
          sessionTimeoutMs: 6_000,
        },
        store: { url: clickhouse.url, database: `t_${name}` },
        alerts: { topic: `alerts-${name}` },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    const producer = broker.client.producer();
    await producer.connect();
    const tell = (record: object) =>
      producer.send({
        topic,
        messages: [{ key: VICTIM, value: typeof record === 'string' ? record : JSON.stringify(record) }],
      });
    const theft = RECORDS.findIndex((record) => record.includes('curl'));
    const send = (part: readonly string[]) => producer.send({ topic: raw, messages: part.map((value) => ({ value })) });
    const get = async (url: string, path: string) =>
      (await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<never>;
    const first = await start();
    await tell({ identity: VICTIM, owner: 'team-early' });
    await producer.send({
      topic,
      messages: [
        { key: 'gone', value: null },
        { key: 'junk', value: 'junk' },
      ],
    });
    await send(RECORDS.slice(0, theft));
    const ownerIs = (url: string, owner: string) =>
      until(
        `the owner is ${owner}`,
        async () => {
          const found = (await get(url, `/v1/inventory/${encodeURIComponent(VICTIM)}`)) as { owner?: string };
          return found.owner === owner;
        },
        60_000,
      );
    await ownerIs(first, 'team-early');
    await tell({ identity: VICTIM, owner: 'team-shop', tier: 1 });
    await ownerIs(first, 'team-shop');
    process?.signal('SIGKILL');
    await process?.ended;
    const second = await start();
    await send(RECORDS.slice(theft));
    await producer.disconnect();
    let alerts: { owner?: string }[] = [];
    await until(
      'the theft is alerted',
      async () => {
        ({ alerts } = (await get(second, `/v1/alerts?identity=${encodeURIComponent(VICTIM)}`)) as { alerts: [] });
        return alerts.length > 0;
      },
      60_000,
    );
    expect(alerts.map(({ owner }) => owner)).toEqual(['team-shop']);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newToken } from '../../src/api-tokens.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, startKafka } from './harness/kafka.ts';
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
    [broker, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
  });
  afterAll(async () => {
    process?.signal('SIGKILL');
    await process?.ended;
    await installation?.remove();
    await broker?.stop();
    await clickhouse?.stop();
  });

  const urlOf = (of: TidemarkProcess) =>
    of.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place as string | undefined;

  async function start(): Promise<string> {
    const started = installation.start('run');
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
    const first = await start();
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
      60_000,
    );
    await until('the theft is alerted', async () => {
      const { alerts } = (await get(`/v1/alerts?identity=${encodeURIComponent(VICTIM)}`)) as { alerts: unknown[] };
      return alerts.length > 0;
    });
  });
});

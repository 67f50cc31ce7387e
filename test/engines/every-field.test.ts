import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import kafkajs from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { registerCodecs } from '../../src/adapters/kafka/codecs.ts';
import { newToken } from '../../src/api/tokens.ts';
import { ENCODER_HEADER } from '../../src/ingest/activity-message.ts';
import { everyField, everyLeaf } from '../unit/every-field.ts';
import { leftOf, SECRETS, SURROUNDINGS } from '../unit/planted-secrets.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);
const SPANS = readFileSync(new URL('../samples/otel-genai.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const TENANT = 'acme';

/** One whole activity, and for each leaf that holds text one with a secret planted there, each in other surroundings. */
function records(from: string): { readonly whole: Activity; readonly planted: readonly Activity[] } {
  const named = { id: `${from}:whole`, tenant: TENANT, 'identity.id': `${from}-bot` };
  const secrets = Object.values(SECRETS);
  const surroundings = Object.values(SURROUNDINGS);
  const planted = everyLeaf()
    .filter(({ isText }) => isText)
    .map(({ path }, index) => {
      const text = surroundings[index % surroundings.length]!(secrets[index % secrets.length]!, 'a name');
      return everyField({ ...named, id: `${from}:${path}`, [path]: text });
    });
  return { whole: everyField(named), planted };
}

/** Where the API tells of an identity; the planted ones have its id under other providers and accounts. */
const pageOf = ({ id, provider, account }: Activity['identity']) =>
  `/v1/identities/${encodeURIComponent(id)}?${new URLSearchParams({ provider, ...(account && { account }) })}`;

const secretIn = (text: string) =>
  Object.entries(SECRETS).flatMap(([kind, secret]) => {
    const left = leftOf(secret, text);
    return left === undefined ? [] : [`${kind}: ${left}`];
  });

describe.skipIf(missing.length > 0)('every field of an activity, from the way in to the API', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  let installation: Installation | undefined;
  let running: TidemarkProcess | undefined;

  beforeAll(async () => {
    registerCodecs();
    [broker, clickhouse] = await Promise.all([sharedKafka(), startClickHouse()]);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${running?.output().slice(-4_000)}\n`);
    running?.signal('SIGKILL');
    await running?.ended;
    await installation?.remove();
  });
  afterAll(async () => {
    await clickhouse?.stop();
  });

  async function start(more: object) {
    const database = `t_${randomUUID().slice(0, 8)}`;
    const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: TENANT });
    const store = { url: clickhouse.url, database };
    installation = await install(
      {
        store,
        ingest: { tenant: TENANT, history: false },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
        detect: { snapshotEveryMs: 1_000 },
        ...more,
      },
      { tokens: line },
    );
    const started = installation.start('run');
    running = started;
    const place = () =>
      started.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place as string | undefined;
    await until('it listens', () => place() !== undefined, 60_000);
    const headers = { authorization: `Bearer ${token}` };
    return {
      async send(values: readonly (object | string)[]) {
        const body = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
        const answer = await fetch(`${place()}/v1/activities`, { method: 'POST', headers, body });
        expect(answer.status).toBe(200);
      },
      get: async (path: string) => (await fetch(`${place()}${path}`, { headers })).text(),
      /** All that is stored, as the store gives it back, and the bytes of dead letters. */
      async stored() {
        const opened = await openStore(configSchema.parse({ store }).store);
        try {
          const query = `SELECT DISTINCT topic, partition FROM ${database}.activity FORMAT JSONCompactEachRow`;
          const rows = await (await fetch(`${clickhouse.url}/?query=${encodeURIComponent(query)}`)).text();
          const activities: Activity[] = [];
          for (const row of rows.split('\n').filter(Boolean)) {
            const [topic, partition] = JSON.parse(row) as [string, number];
            for await (const { activity } of opened.stored(topic, partition, -1, Number.MAX_SAFE_INTEGER))
              activities.push(activity);
          }
          const letters = await opened.deadLetters({ limit: 1_000 });
          return { activities, letters: letters.map(({ reason, bytes }) => `${reason} ${Buffer.from(bytes)}`) };
        } finally {
          await opened.close();
        }
      },
    };
  }

  type Started = Awaited<ReturnType<typeof start>>;

  /** Whatever was planted in whichever field of what came in by these ways: nothing is lost, and no secret is kept or shown. */
  async function verify({ stored, get, send }: Started, ways: readonly string[]): Promise<void> {
    /** The API shows what was saved; memories are saved with a turn, so the identity goes on working until they are. */
    const shown = (path: string, activity: Activity, parts: readonly (string | undefined)[]) =>
      until(
        `${path} shows ${parts.join(', ')}`,
        async () => {
          await send([{ ...activity, id: randomUUID() }]);
          const answer = await get(path);
          return parts.every((part) => part !== undefined && answer.includes(part));
        },
        60_000,
      );
    const count = everyLeaf().filter(({ isText }) => isText).length + 1;
    await until(
      'all of it is stored or set aside',
      async () => {
        const { activities, letters } = await stored();
        return (
          activities.length + letters.length >= ways.length * count &&
          activities.some(({ run }) => run?.task === 'refunds')
        );
      },
      120_000,
    );
    const { activities, letters } = await stored();
    for (const way of ways) {
      const { whole } = records(way);
      expect(activities.filter(({ id }) => id === whole.id)).toEqual([
        { ...whole, receivedAt: expect.stringMatching(INSTANT), receivedFrom: expect.stringMatching(/./) },
      ]);
      await shown(pageOf(whole.identity), whole, [
        whole.actor?.config,
        whole.actor?.model,
        whole.actor?.version,
        whole.run?.task,
      ]);
    }
    expect(secretIn(JSON.stringify(activities))).toEqual([]);
    expect(secretIn(letters.join('\n'))).toEqual([]);
    const { identities } = JSON.parse(await get('/v1/identities?limit=200')) as { identities: Activity['identity'][] };
    const pages = await Promise.all([
      ...identities.map((identity) => get(pageOf(identity))),
      get('/v1/alerts'),
      get('/v1/dead-letters'),
    ]);
    expect(secretIn(pages.join('\n'))).toEqual([]);
    expect(secretIn(running!.output())).toEqual([]);
    // The agent of the spans, as a replay of the same spans shows it.
    const [agent] = activities.filter(({ run }) => run?.task === 'refunds');
    await shown(pageOf(agent!.identity), agent!, ['2.1.0', 'p-7', 'refunds']);
  }

  test('in one process', async () => {
    const started = await start({});
    const { whole, planted } = records('http');
    await started.send([whole, ...planted]);
    await started.send(SPANS);
    await verify(started, ['http']);
  });

  test('through Kafka: by HTTP, by a raw topic, and written to the activity topic by somebody else', async () => {
    const name = randomUUID().slice(0, 8);
    const [raw, activityTopic] = [`raw-${name}`, `activity-${name}`];
    await broker.createTopic(raw, 1);
    const started = await start({
      kafka: {
        brokers: broker.brokers,
        groupId: `g-${name}`,
        inputs: [{ topic: raw, format: 'activity' }],
        activityTopic,
        activityPartitions: 2,
        sessionTimeoutMs: 6_000,
      },
      alerts: { topic: `alerts-${name}` },
    });
    const producer = broker.client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    for (const [topic, way] of [
      [raw, 'raw'],
      [activityTopic, 'stranger'],
    ] as const) {
      const { whole, planted } = records(way);
      // Somebody else may write any header but does not know what our own ingest writes into it.
      const headers = topic === raw ? {} : { [ENCODER_HEADER]: 'fp:000000000000000000000000' };
      await producer.send({
        topic,
        messages: [whole, ...planted].map((one) => ({ key: way, value: JSON.stringify(one), headers })),
      });
    }
    await producer.disconnect();
    const { whole, planted } = records('http');
    await started.send([whole, ...planted]);
    await started.send(SPANS);
    await verify(started, ['http', 'raw', 'stranger']);

    const seen: { text: string; mark: string }[] = [];
    const consumer = broker.client.consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic: activityTopic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { value, headers } }) =>
        void seen.push({ text: String(value), mark: String(headers?.[ENCODER_HEADER]) }),
    });
    await until('the topic is read', () => seen.filter(({ text }) => text.includes(':whole"')).length === 3, 60_000);
    await consumer.disconnect();
    const own = seen.filter(({ text }) => !text.includes('stranger'));
    expect(secretIn(own.map(({ text }) => text).join('\n'))).toEqual([]);
    expect(new Set(own.map(({ mark }) => mark))).toEqual(
      new Set([expect.stringMatching(/^fp:(?!0{24})[0-9a-f]{24}$/)]),
    );
  });
});

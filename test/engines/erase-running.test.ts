/** Somebody is forgotten while workers run: nothing of them is left, nothing is written again, and a worker killed in the middle changes nothing of that. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identityPageSchema } from '../../schemas/api-identities.ts';
import { configSchema } from '../../schemas/config.ts';
import { withoutNames } from '../../src/adapters/clickhouse/forget-text.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { newToken } from '../../src/api/tokens.ts';
import { Acme, activityOf, type By } from './console-acme.ts';
import { embeddedMissing, stopEverything } from './console-rig.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const ADA = 'ada.byron@example.com';
const START = Date.parse('2026-03-01T00:00:00Z');
const HOUR = 3_600_000;
const BOTS = 8;
const HOURS = 30;

/** Bots that act for her and for others, and what she does herself. */
function life(tenant: string, from = 0, to = HOURS): string[] {
  const acts = [];
  for (let hour = from; hour < to; hour++)
    for (let bot = 0; bot <= BOTS; bot++)
      acts.push({
        ...activityOf(`${tenant}-${hour}-${bot}`, {
          tenant,
          at: new Date(START + hour * HOUR + bot * 1_000).toISOString(),
          identity:
            bot === BOTS
              ? { id: ADA, kind: 'human', provider: 'acme' }
              : { id: `bot-${bot}`, kind: 'bot', provider: 'acme' },
          ...(bot < BOTS && { onBehalfOf: [{ id: hour % 2 === 0 ? ADA : `dev-${bot}@example.com`, kind: 'human' }] }),
        }),
      });
  return acts.map((act) => JSON.stringify(act));
}

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);

describe.skipIf(missing.length > 0)('with Kafka and a server', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  let installation: Installation;
  const processes = new Set<TidemarkProcess>();
  beforeAll(async () => {
    [broker, clickhouse] = await Promise.all([sharedKafka(), startClickHouse()]);
  });
  afterAll(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all([...processes].map(({ ended }) => ended));
    await installation?.remove();
    await clickhouse?.stop();
  });

  function start(...args: string[]): TidemarkProcess {
    const process = installation.start(...args);
    processes.add(process);
    return process;
  }
  const saw = (process: TidemarkProcess, event: string) => process.log.some((line) => line.event === event);

  test('a person is forgotten by every worker, though one is killed in the middle', async () => {
    const name = randomUUID().slice(0, 8);
    const database = `t_${name}`;
    const { token, line } = newToken({ name: 'box', scope: 'admin', tenant: 'default' });
    installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          activityTopic: `activity-${name}`,
          activityPartitions: 3,
          sessionTimeoutMs: 6_000,
        },
        store: { url: clickhouse.url, database },
        alerts: { topic: `alerts-${name}` },
        http: { serve: 'always', port: 0, tokensFile: 'tokens' },
        telemetry: { port: 0 },
      },
      { tokens: line },
    );
    const query = async (text: string) => {
      const answer = await fetch(
        `${clickhouse.url}/?query=${encodeURIComponent(text.replaceAll('DB.', `${database}.`))}`,
      );
      return (await answer.text()).trim();
    };
    const first = start('run');
    const place = () => first.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place;
    await until('it listens', () => place() !== undefined, 60_000);
    const second = start('run', '--role', 'detect');
    await until('both own partitions', () => saw(second, 'partitions-assigned'), 60_000);
    const send = async (lines: readonly string[]) => {
      const headers = { authorization: `Bearer ${token}` };
      const sent = await fetch(`${place()}/v1/activities`, { method: 'POST', headers, body: lines.join('\n') });
      expect(await sent.json()).toMatchObject({ activities: lines.length, dead: {} });
    };
    const stored = async () => Number(await query('SELECT count() FROM DB.activity'));
    await send(life('default'));
    await until('all is stored', async () => (await stored()) === HOURS * (BOTS + 1), 120_000);

    const erase = start('erase', '--tenant', 'default', '--person', ADA, '--because', 'request 7', '--yes');
    await until('the second worker is at it', () => saw(second, 'partition-erased'), 120_000);
    second.signal('SIGKILL');
    await second.ended;
    const third = start('run', '--role', 'detect');
    expect(await erase.ended, erase.output()).toBe(0);
    expect(erase.output()).toContain('renamed');

    // Who does not wait is told that it is not done.
    const hasty = start(
      ...['erase', '--tenant', 'default', '--identity', 'nobody', '--because', 'request 8', '--yes'],
      ...['--json', '--wait', '0'],
    );
    expect(await hasty.ended, hasty.output()).toBe(1);
    expect(hasty.output()).toMatch(/"state": ?"working"/);
    expect(hasty.output()).toContain('still erasing');

    // What remembers her is written once more now, were there anything left.
    for (const worker of [first, third]) {
      worker.signal('SIGTERM');
      expect(await worker.ended).toBe(0);
    }
    for (const table of [
      'activity',
      'alert',
      'observe',
      'outbox',
      'inventory',
      'triage',
      'erasure',
      'contribution',
      'dead_letter',
    ]) {
      const found = await query(
        `SELECT count() FROM DB.${table} WHERE positionCaseInsensitive(toString(tuple(*)), '${ADA}') > 0`,
      );
      expect(`${table} ${found}`).toBe(`${table} 0`);
    }
    const memories = await query('SELECT key, base64Encode(bytes) FROM DB.memory FORMAT TSV');
    expect(memories).not.toContain(ADA);
    const bots = new Set<string>();
    for (const row of memories.split('\n')) {
      const [key = '', bytes = ''] = row.split('\t');
      bots.add(key);
      expect(withoutNames(Buffer.from(bytes, 'base64'), [[ADA, 'x'.repeat(ADA.length)]])).toBeUndefined();
    }
    expect([...bots].filter((key) => key.includes('bot-'))).toHaveLength(BOTS);
    // The bots are known as well as before, and she is no identity any more.
    expect(await stored()).toBe(HOURS * BOTS);
    expect(
      await query(
        "SELECT event, kind, count() FROM DB.privacy WHERE kind = 'person' GROUP BY ALL ORDER BY event FORMAT CSV",
      ),
    ).toBe('"asked","person",1\n"erased","person",1');
    expect(await query('SELECT toString(tuple(*)) FROM DB.privacy')).not.toContain(ADA);
  }, 300_000);
});

describe.skipIf((await embeddedMissing()) !== undefined)('with an embedded store', () => {
  let acme: Acme;
  beforeAll(async () => {
    acme = await Acme.open({ story: false });
  });
  afterAll(async () => {
    await stopEverything();
    await acme?.close();
  });

  test('the process that holds it forgets an identity when it is asked over HTTP, and goes on', async () => {
    expect((await acme.send(life('acme').join('\n'))).status).toBe(200);
    const identities = async () =>
      (await acme.get('/v1/identities')).as(identityPageSchema).identities.map(({ id }) => id);
    const stateOf = async (id: string, by: By = 'admin') => (await acme.get(`/v1/erasures/${id}`, by)).json;
    expect(await identities()).toContain('bot-1');
    const wish = { identity: 'bot-1', because: 'request 8' };
    expect((await acme.post('/v1/erasures', wish, 'responder')).status).toBe(403);
    expect((await acme.post('/v1/erasures', { identity: 'bot-1' }, 'admin')).status).toBe(400);
    const asked = await acme.post('/v1/erasures', wish, 'admin');
    expect(asked.status).toBe(202);
    const { id } = asked.json as { id: string };
    expect(await stateOf(id, 'admin of another')).toMatchObject({ status: 404 });
    await until('it is finished', async () => ((await stateOf(id)) as { state: string }).state === 'finished', 60_000);
    expect(await stateOf(id, 'admin of another')).toMatchObject({ status: 404 });
    expect(await identities()).not.toContain('bot-1');
    expect(await identities()).toContain('bot-2');
    // What it does from now on is done by somebody who was never seen.
    expect((await acme.send(life('acme', HOURS, HOURS + 1).join('\n'))).status).toBe(200);
    await acme.stop();
    const store = await openStore(configSchema.parse({ store: { path: `${acme.house.directory}/store` } }).store);
    expect(await store.activities({ tenant: 'acme', identity: 'bot-1', limit: 100 })).toHaveLength(1);
    expect(await store.activities({ tenant: 'acme', identity: 'bot-2', limit: 100 })).toHaveLength(HOURS + 1);
    const memories = await store.memory('acme\u0000bot-1');
    expect(memories.filter(({ key }) => !key.startsWith('\u0001'))).toHaveLength(1);
    await store.close();
  });
});

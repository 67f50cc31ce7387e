/** Several processes of the API over one store, and people who signed in at one of them. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { openPrivacy, openSessions, openStore } from '../../src/adapters/clickhouse/open.ts';
import { createSessions, FRESH_MS } from '../../src/api/sign-in/sessions.ts';
import { newToken } from '../../src/api/tokens.ts';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  type OpenIdProvider,
  openIdProvider,
  type Walker,
  walker,
} from '../unit/openid-provider.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { type Broker, kafkaMissing, sharedKafka } from './harness/kafka.ts';
import { until } from './harness/kafka-worker-process.ts';
import { type Installation, install, type TidemarkProcess } from './harness/tidemark.ts';

const missing = [await kafkaMissing(), await clickHouseMissing()].filter((reason) => reason !== undefined);

describe.skipIf(missing.length > 0)('two processes behind one address', () => {
  let broker: Broker;
  let clickhouse: ClickHouseServer;
  let issuer: OpenIdProvider;
  let installation: Installation;
  const processes: TidemarkProcess[] = [];
  const urls: string[] = [];
  /** The one address, and which of the processes answers there now. */
  let front: string;
  let answering = 0;
  const balancer = createServer((asked, answer) => {
    const { method, url, headers } = asked;
    const way = request(`${urls[answering]}${url}`, { method: method!, headers }, (from) => {
      answer.writeHead(from.statusCode!, from.headers);
      from.pipe(answer);
    });
    way.on('error', () => answer.destroy());
    asked.pipe(way);
  });

  async function start(): Promise<{ url: string; process: TidemarkProcess }> {
    const process = installation.start('run', '--role', 'api');
    processes.push(process);
    const place = () =>
      process.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place as string | undefined;
    await until('it listens', () => place() !== undefined, 60_000);
    return { url: place()!, process };
  }

  beforeAll(async () => {
    [broker, clickhouse] = await Promise.all([sharedKafka(), startClickHouse()]);
    await new Promise<void>((done) => balancer.listen(0, '127.0.0.1', done));
    front = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
    issuer = await openIdProvider(front);
    issuer.accounts.set('ada', { groups: ['soc'] });
    issuer.accounts.set('boss', { groups: ['chiefs'] });
    const name = randomUUID().slice(0, 8);
    const { line } = newToken({ name: 'box', scope: 'viewer', tenant: 'default' });
    installation = await install(
      {
        kafka: {
          brokers: broker.brokers,
          groupId: `g-${name}`,
          activityTopic: `activity-${name}`,
          activityPartitions: 1,
        },
        store: { url: clickhouse.url, database: `t_${name}` },
        http: {
          serve: 'always',
          port: 0,
          tokensFile: 'tokens',
          signIn: {
            issuer: issuer.issuer,
            clientId: CLIENT_ID,
            clientSecretFile: 'client',
            url: front,
            roles: [
              { group: 'soc', role: 'analyst' },
              { group: 'chiefs', role: 'admin' },
            ],
          },
        },
        telemetry: { port: 0 },
      },
      { tokens: line, client: CLIENT_SECRET },
    );
    // One after the other: the first makes the tables.
    for (let of = 0; of < 2; of++) urls.push((await start()).url);
  });
  afterAll(async () => {
    for (const process of processes) process.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await installation?.remove();
    await new Promise((done) => {
      balancer.close(done);
      balancer.closeAllConnections();
    });
    await issuer?.close();
    await clickhouse?.stop();
  });

  const at = (process: number, browser: Walker, path: string, init = {}) => {
    answering = process;
    return browser.go(path.startsWith('http') ? path : `${front}${path}`, init);
  };

  /** Signs in; the browser leaves from one process and comes back to the other. */
  async function signedIn(login: string) {
    const browser = walker();
    answering = 0;
    const callback = await browser.signIn(`${front}/auth/sign-in`, login, `${front}/auth/callback`);
    expect((await at(1, browser, callback)).status).toBe(303);
    const { session } = (await (await at(0, browser, '/auth/session')).json()) as { session: { csrf: string } };
    const ask = (process: number, path: string, method = 'GET') =>
      at(process, browser, path, { method, headers: { 'x-tidemark-csrf': session.csrf } });
    return { browser, session, ask };
  }
  const statuses = async ({ ask }: Awaited<ReturnType<typeof signedIn>>) => [
    (await ask(0, '/v1/alerts')).status,
    (await ask(1, '/v1/alerts')).status,
  ];

  test('take one sign-in, and none of them takes what came back twice', async () => {
    const browser = walker();
    answering = 0;
    const callback = await browser.signIn(`${front}/auth/sign-in`, 'ada', `${front}/auth/callback`);
    const thief = walker();
    for (const [key, value] of browser.cookies) thief.cookies.set(key, value);
    expect((await at(1, browser, callback)).status).toBe(303);
    expect((await at(0, thief, callback)).status).toBe(400);
    for (const process of [0, 1]) expect((await at(process, browser, '/v1/alerts')).status).toBe(200);
  });

  test('end a session that was signed out of at one of them, and keep the others', async () => {
    const [ada, other] = [await signedIn('ada'), await signedIn('ada')];
    expect(await statuses(ada)).toEqual([200, 200]);
    const kept = new Map(ada.browser.cookies);
    expect((await ada.ask(0, '/auth/sign-out', 'POST')).status).toBe(200);
    for (const [key, value] of kept) ada.browser.cookies.set(key, value);
    expect((await ada.ask(0, '/v1/alerts')).status).toBe(401);
    await sleep(FRESH_MS);
    for (const [key, value] of kept) ada.browser.cookies.set(key, value);
    expect((await ada.ask(1, '/v1/alerts')).status).toBe(401);
    expect(await statuses(other)).toEqual([200, 200]);
  });

  test('end a session that an admin ends at one of them', async () => {
    const [ada, boss] = [await signedIn('ada'), await signedIn('boss')];
    expect(await statuses(ada)).toEqual([200, 200]);
    const { sessions } = (await (await boss.ask(0, '/auth/sessions')).json()) as {
      sessions: { id: string; name: string }[];
    };
    for (const { id } of sessions.filter(({ name }) => name === 'ada@example.com'))
      expect((await boss.ask(0, `/auth/sessions/${id}/end`, 'POST')).status).toBe(200);
    const kept = new Map(ada.browser.cookies);
    expect((await ada.ask(0, '/v1/alerts')).status).toBe(401);
    await sleep(FRESH_MS);
    for (const [key, value] of kept) ada.browser.cookies.set(key, value);
    expect((await ada.ask(1, '/v1/alerts')).status).toBe(401);
    expect(await statuses(boss)).toEqual([200, 200]);
  });

  test('keep a session through the end of the process that began it', async () => {
    const ada = await signedIn('ada');
    const [, second] = processes;
    second!.signal('SIGKILL');
    await second!.ended;
    urls[1] = (await start()).url;
    expect(await statuses(ada)).toEqual([200, 200]);
    // Nothing that was written could open a session, or tell what only its browser knows.
    const rows = await fetch(
      `${clickhouse.url}/?query=${encodeURIComponent(`SELECT * FROM ${await database()}.session FORMAT JSONEachRow`)}`,
    );
    const text = await rows.text();
    expect(text).toContain('ada@example.com');
    expect(text).not.toContain(ada.session.csrf);
    for (const value of ada.browser.cookies.values()) expect(text).not.toContain(value);
  });

  async function database(): Promise<string> {
    const found = await fetch(
      `${clickhouse.url}/?query=${encodeURIComponent("SELECT database FROM system.tables WHERE name = 'session' AND database LIKE 't\\\\_%'")}`,
    );
    return (await found.text()).trim();
  }
});

describe.skipIf((await clickHouseMissing()) !== undefined)('sessions in the embedded store', () => {
  const path = mkdtempSync(join(tmpdir(), 'tidemark-sessions-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));

  test('are renewed for every browser at once, and are there after the store was opened again', async () => {
    const config = configSchema.parse({ store: { path } }).store;
    const way = { url: 'http://127.0.0.1:1', idleMs: 30 * 60_000, maxMs: 8 * 3_600_000 };
    let now = Date.now();
    const clock = { now: () => now };
    let store = await openStore(config);
    // Two that remember nothing of each other, as two processes would.
    let [one, two] = [createSessions(way, openSessions(store), clock), createSessions(way, openSessions(store), clock)];
    const person = { subject: '1', name: 'ada', grants: new Map([['acme', 'viewer' as const]]) };
    const cookieOf = (line: string) => ({ cookie: line.split(';', 1)[0]! });
    const old = cookieOf(await one.begin(person, 'an ID token'));
    expect(await two.enter(old, 'GET')).toMatchObject({ status: 'in', caller: { name: 'ada' } });
    now += 16 * 60_000;
    const renewed = await one.enter(old, 'GET');
    const next = cookieOf(renewed.status === 'in' ? renewed.setCookie! : '');
    expect(await two.enter(next, 'GET')).toMatchObject({ status: 'in' });
    // The one before counts for a minute in each of them, and no longer.
    expect(await two.enter(old, 'GET')).toMatchObject({ status: 'in' });
    now += 61_000;
    expect(await two.enter(old, 'GET')).toMatchObject({ status: 'over' });
    expect(await one.enter(old, 'GET')).toMatchObject({ status: 'over' });
    await store.close();
    store = await openStore(config);
    [one, two] = [createSessions(way, openSessions(store), clock), createSessions(way, openSessions(store), clock)];
    expect(await one.enter(next, 'GET')).toMatchObject({ status: 'in' });
    expect(await one.end(next)).toMatchObject({ idToken: 'an ID token' });
    expect(await two.enter(next, 'GET')).toMatchObject({ status: 'over' });
    await store.close();
  });

  test('are gone with a person who is forgotten, and nobody else is signed out', async () => {
    const store = await openStore(configSchema.parse({ store: { path } }).store);
    let now = Date.now();
    const way = { url: 'http://127.0.0.1:1', idleMs: 30 * 60_000, maxMs: 8 * 3_600_000 };
    const sessions = createSessions(way, openSessions(store), { now: () => now });
    const begin = async (name: string, tenant: string) => {
      const person = { subject: `${name} ${tenant}`, name, grants: new Map([[tenant, 'viewer' as const]]) };
      return { cookie: (await sessions.begin(person, '')).split(';', 1)[0]! };
    };
    const [ada, bob, other] = [
      await begin('ada@example.com', 'acme'),
      await begin('bob@example.com', 'acme'),
      await begin('ada@example.com', 'globex'),
    ];
    const names = ['ada@example.com'];
    const done = await openPrivacy(store, () => 0).erase({ kind: 'person', tenant: 'acme', names });
    expect(done).toContainEqual({ table: 'session', how: 'deleted', rows: 1 });
    now += FRESH_MS;
    expect(await sessions.enter(ada, 'GET')).toMatchObject({ status: 'over' });
    for (const kept of [bob, other]) expect(await sessions.enter(kept, 'GET')).toMatchObject({ status: 'in' });
    await store.close();
  });
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Config } from '../../schemas/config.ts';
import { ask, run } from '../../src/adapters/clickhouse/ask.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import {
  checkStore,
  openClaims,
  openErasures,
  openStore,
  type Retry,
  StoreError,
} from '../../src/adapters/clickhouse/open.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { startBreakingProxy } from './harness/clickhouse-proxy.ts';
import { sampleAlert, sampleDelivery, sampleTurn, storeConfig, TOPIC } from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();
const ours = process.env.TIDEMARK_CLICKHOUSE_URL === undefined;

describe.skipIf(missing !== undefined)('a store in trouble', () => {
  let server: ClickHouseServer;
  let directory: string;
  const databases: string[] = [];
  /** A name nobody used before, for the server may not be ours. */
  const fresh = (name: string) => {
    const database = `${name}_${process.pid}_${Date.now()}`;
    databases.push(database);
    return database;
  };
  beforeAll(async () => {
    server = await startClickHouse();
    directory = mkdtempSync(join(tmpdir(), 'tidemark-outage-'));
  });
  afterAll(async () => {
    if (!ours) {
      const connection = await connect(storeConfig({ url: server.url }));
      for (const database of databases) await run(connection, `DROP DATABASE IF EXISTS ${database} SYNC`);
      await connection.close();
    }
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** Rows as they lie on disk, and how many different activities they are: equal when nothing was stored twice. */
  async function stored(config: Config['store']): Promise<{ rows: number; distinct: number }> {
    const connection = await connect(config);
    const [row] = await ask<[number, number]>(
      connection,
      `SELECT count(), uniqExact(id) FROM ${config.database}.activity`,
    );
    await connection.close();
    return { rows: Number(row?.[0]), distinct: Number(row?.[1]) };
  }

  test.skipIf(!ours)('a server killed during inserts has every acknowledged row once when it is back', async () => {
    const config = storeConfig({ url: server.url, database: fresh('killed'), retryForMs: 60_000 });
    const retries: Retry[] = [];
    const store = await openStore(config, { migrate: true, onRetry: (retry) => retries.push(retry) });
    const size = 400;
    let turns = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        const id = `msg-${turns}`;
        const deliveries = [sampleDelivery(id, { alertId: id })];
        await store.commit(sampleTurn(turns * size, size, { deliveries, alerts: [sampleAlert(id)] }));
        turns++;
      }
    })();
    for (let kill = 0; kill < 4; kill++) {
      const reached = turns + 3;
      while (turns < reached) await sleep(7 + kill);
      await server.kill9();
      await sleep(100);
      await server.restart();
    }
    isOver = true;
    await writing;
    expect(retries.length).toBeGreaterThan(0);
    expect(await stored(config)).toEqual({ rows: turns * size, distinct: turns * size });
    expect(await store.turnsAfter(TOPIC, 0, -1)).toHaveLength(turns);
    expect(await store.due(0, 10_000)).toHaveLength(turns);
    expect(await store.alerts({ limit: 10_000 })).toHaveLength(turns);
    await store.close();
  });

  test.each([
    ['activity', ['request', 'answer']],
    ['decision', ['answer', 'request', 'answer']],
    ['turn', ['answer', 'request', 'answer']],
  ] as const)('inserts into %s whose upload or answer is lost count once', async (table, cuts) => {
    const proxy = await startBreakingProxy(server.url);
    const database = fresh(`cut_${table}`);
    const store = await openStore(storeConfig({ url: proxy.url, database, retryForMs: 30_000 }), { migrate: true });
    const turn = sampleTurn(0, 300, {
      alerts: [sampleAlert('alert-1')],
      deliveries: [sampleDelivery('msg-1'), sampleDelivery('msg-2', { sink: 'siem' })],
    });
    proxy.cutNext(table, ...cuts);
    await store.commit(turn);
    expect(proxy.left()).toBe(0);
    const config = storeConfig({ url: server.url, database });
    expect(await stored(config)).toEqual({ rows: 300, distinct: 300 });
    const connection = await connect(config);
    for (const [name, rows] of [
      ['alert', 1],
      ['outbox', 2],
      ['turn', 1],
    ])
      expect(await ask(connection, `SELECT '${name}', count() FROM ${database}.${name} FINAL`)).toEqual([[name, rows]]);
    await connection.close();
    await store.close();
    await proxy.close();
  });

  test('rows that the engine lost and whose token it knows are written by whoever repeats the turn, and only those', async () => {
    const config = storeConfig({ url: server.url, database: fresh('lost') });
    const store = await openStore(config, { migrate: true });
    const turn = sampleTurn(0, 300, {
      contributions: [
        {
          tenant: 't',
          peers: 'p/k',
          dimension: 'action',
          value: 7,
          identity: 1,
          hour: 492_000,
          amount: 1,
          told: 492_000,
        },
      ],
      alerts: [sampleAlert('alert-1')],
      deliveries: [sampleDelivery('msg-1')],
    });
    const connection = await connect(config);
    const tables = ['activity', 'contribution', 'alert', 'outbox', 'turn'];
    const counts = async () => {
      const of = (table: string) =>
        ask<[string | number]>(connection, `SELECT count() FROM ${config.database}.${table}`);
      return (await Promise.all(tables.map(of))).map(([row]) => Number(row?.[0]));
    };
    await store.commit(turn);
    const whole = await counts();
    for (const [at, where] of ['offset % 3 = 0', '1', '1', '1', '1'].entries())
      await run(
        connection,
        `ALTER TABLE ${config.database}.${tables[at]} DELETE WHERE ${where} SETTINGS mutations_sync = 1`,
      );
    const left = await counts();
    expect(left).toEqual([200, 0, 0, 0, 0]);
    // So it is with an engine that died in the middle: by its token the insert passes for done.
    await store.commit(turn);
    expect(await counts()).toEqual(left);
    await store.commit({ ...turn, isRepeated: true });
    expect(await counts()).toEqual(whole);
    await connection.close();
    await store.close();
  });

  test('a place whose token the engine knows and whose row it lost can be claimed anew', async () => {
    const config = storeConfig({ url: server.url, database: fresh('claimed') });
    const store = await openStore(config, { migrate: true });
    const claims = openClaims(store);
    const connection = await connect(config);
    const until = Date.now() + 3_600_000;
    expect(await claims.isFirst('approval', 'link-1', until)).toBe(true);
    await run(connection, `ALTER TABLE ${config.database}.received DELETE WHERE 1 SETTINGS mutations_sync = 1`);
    expect(await claims.isFirst('approval', 'link-1', until)).toBe(true);
    expect(await claims.isFirst('approval', 'link-1', until)).toBe(false);
    await connection.close();
    await store.close();
  });

  test('a step of an erasure whose answer was lost is one step', async () => {
    const proxy = await startBreakingProxy(server.url);
    const store = await openStore(storeConfig({ url: proxy.url, database: fresh('erased'), retryForMs: 30_000 }), {
      migrate: true,
    });
    const erasures = openErasures(store);
    // What was asked long ago is forgotten.
    const at = new Date().toISOString();
    const subject = { kind: 'tenant', tenant: 'acme' } as const;
    await erasures.ask({ id: 'e1', at, subject, mark: 'm', by: 'ada', why: 'asked' });
    proxy.cutNext('erasure', 'answer');
    await erasures.note('e1', 'acme', { event: 'done', at, round: 1, place: 'c/activity/0', erased: [] });
    expect(proxy.left()).toBe(0);
    expect((await erasures.find('e1'))?.done).toEqual([{ round: 1, place: 'c/activity/0', erased: [] }]);
    await store.close();
    await proxy.close();
  });

  test('a wrong password or user is told as such, and never shown', async () => {
    const passwordFile = join(directory, 'password');
    writeFileSync(passwordFile, 'hunter2-canary\nsecond line\n');
    for (const login of [{ passwordFile }, { passwordFile, username: 'nobody' }]) {
      const error = await checkStore(storeConfig({ url: server.url, ...login })).catch((error: unknown) => error);
      expect(error).toMatchObject({ name: 'StoreError', kind: 'auth' });
      // 516, or 194 where the user has no password to compare with.
      expect([194, 516]).toContain((error as StoreError).code);
      expect((error as StoreError).message).not.toContain('\n');
      expect((error as StoreError).remedy).toContain('store.passwordFile');
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary');
    }
  });

  test('a missing database names the migration as the remedy', async () => {
    const config = storeConfig({ url: server.url, database: 'nowhere' });
    await expect(openStore(config)).rejects.toMatchObject({
      kind: 'schema',
      message: expect.stringContaining('nowhere'),
      remedy: expect.stringContaining('migrate'),
    });
  });

  test('a server that is not there is told after the time given to retries, with its address', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    probe.close();
    await once(probe, 'close');
    const error = await checkStore(storeConfig({ url })).catch((error: unknown) => error);
    expect(error).toMatchObject({ kind: 'unreachable' });
    expect((error as StoreError).message).toContain(url);
  });

  test('a commit gives up when its time is over, or at once when the store is closed', async () => {
    const proxy = await startBreakingProxy(server.url);
    const config = storeConfig({ url: proxy.url, database: fresh('patience'), retryForMs: 300 });
    const store = await openStore(config, { migrate: true });
    await proxy.close();
    await expect(store.commit(sampleTurn(0, 5))).rejects.toMatchObject({ kind: 'unreachable' });
    const patient = await openStore({ ...config, url: server.url, retryForMs: 3_600_000 });
    await patient.close();
    await expect(patient.commit(sampleTurn(0, 5))).rejects.toMatchObject({ kind: 'closed' });
    await store.close();
  });

  test.skipIf(!ours)('a full disk is told as such and loses nothing', async (context) => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('mounting a small disk needs root');
    }
    try {
      const small = await startClickHouse({ dir: join(disk, 'data') });
      try {
        const config = storeConfig({ url: small.url });
        const store = await openStore(config, { migrate: true });
        await store.commit(sampleTurn(0, 100));
        const filler = join(disk, 'filler');
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(filler, Buffer.alloc(Number(bavail) * Number(bsize) - 64 * 1024));
        await expect(store.commit(sampleTurn(100, 20_000))).rejects.toMatchObject({ kind: 'full' });
        truncateSync(filler, 0);
        await store.commit(sampleTurn(100, 20_000));
        expect(await stored(config)).toEqual({ rows: 20_100, distinct: 20_100 });
        await store.close();
      } finally {
        await small.stop();
      }
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  test('an embedded store held by another process is told as such', async () => {
    const path = join(directory, 'held');
    const script = `
      const { createChdbConnection } = await import('chdb/connection');
      const connection = createChdbConnection({ path: process.argv[1] });
      await connection.ping({ select: true });
      process.stdout.write('held');
      process.stdin.on('end', () => process.exit()).resume();`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script, path], {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const error = await openStore(storeConfig({ path })).catch((error: unknown) => error);
    const gone = once(holder, 'exit');
    holder.kill('SIGKILL');
    await gone;
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ kind: 'held', remedy: expect.stringContaining('One process') });
    const store = await openStore(storeConfig({ path }));
    await store.close();
  });
});

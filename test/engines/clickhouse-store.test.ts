import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { detector as where } from '../../detectors/where.ts';
import { detector as who } from '../../detectors/who.ts';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { type Config, configSchema } from '../../schemas/config.ts';
import { ask, run } from '../../src/adapters/clickhouse/ask.ts';
import { type Connection, connect } from '../../src/adapters/clickhouse/connect.ts';
import { withoutNames } from '../../src/adapters/clickhouse/forget-text.ts';
import { migrateThrough, readMigrations } from '../../src/adapters/clickhouse/migrate.ts';
import {
  checkStore,
  migrate,
  openHashKey,
  openPrivacy,
  openSources,
  openStore,
  openTriage,
  readHashKey,
  restoreTables,
  StoreError,
  savedFormats,
} from '../../src/adapters/clickhouse/open.ts';
import { PrivacyLogBroken, record, verifyRecord } from '../../src/app/privacy-log.ts';
import { examine } from '../../src/commands/check.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Contribution, LocatedRecord, MemoryRow } from '../../src/core/engine-contract.ts';
import { Hasher } from '../../src/core/hash.ts';
import { fitOf } from '../../src/core/population/class-fit.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import type { PrivacyRow } from '../../src/ports/privacy.ts';
import type { DeadLetter, Store } from '../../src/ports/store.ts';
import { act, DAY, START, weeks } from '../unit/detector-lives.ts';
import { type ClickHouseServer, clickHouseMissing, emptyTables, startClickHouse } from './harness/clickhouse.ts';
import {
  anyActivity,
  collect,
  sampleActivity,
  sampleAlert,
  sampleDelivery,
  sampleTurn,
  storeConfig,
  TOPIC,
} from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();

describe.skipIf(missing !== undefined).each(['server', 'embedded'] as const)('the store on the %s engine', (engine) => {
  let server: ClickHouseServer | undefined;
  let directory: string | undefined;
  let backups: string | undefined;
  let place: Record<string, unknown>;
  let databases = 0;

  beforeAll(async () => {
    if (engine === 'server') {
      backups = mkdtempSync(join(tmpdir(), 'tidemark-backups-'));
      server = await startClickHouse({ backups });
      place = { url: server.url };
    } else {
      directory = mkdtempSync(join(tmpdir(), 'tidemark-embedded-'));
      place = { path: directory };
    }
  });
  afterAll(async () => {
    await server?.stop();
    for (const made of [directory, backups]) if (made !== undefined) rmSync(made, { recursive: true, force: true });
  });

  const fresh = (options: Record<string, unknown> = {}) =>
    storeConfig({ ...place, database: `t${process.pid}_${engine}_${++databases}`, ...options });

  let shared: Config['store'] | undefined;
  /** Runs `work` on an empty store. Making tables takes seconds, so they are shared: who changes a table names a config of its own. */
  async function withStore(
    work: (store: Store, connection: Connection, config: Config['store']) => Promise<void>,
    own?: Config['store'],
  ): Promise<void> {
    shared ??= fresh();
    const config = own ?? shared;
    const store = await openStore(config, { migrate: true });
    const connection = await connect(config);
    try {
      await work(store, connection, config);
    } finally {
      await emptyTables(connection, config.database);
      await connection.close();
      await store.close();
    }
  }

  const count = async (connection: Connection, table: string) =>
    Number((await ask<[number]>(connection, `SELECT count() FROM ${table}`))[0]?.[0]);

  describe('migrations', () => {
    test('run once, and a dry run changes nothing', async () => {
      const config = fresh();
      const planned = await migrate(config, { dryRun: true });
      expect(await migrate(config, { dryRun: true })).toEqual(planned);
      const done = await migrate(config);
      expect(done).toEqual(planned);
      expect(done.files).toContain('001-activity.sql');
      expect((await migrate(config)).files).toEqual([]);
      expect(await checkStore(config)).toMatchObject({ embedded: engine === 'embedded', pending: [] });
    });

    test('started by several workers at once run once and leave no lock', async () => {
      const config = fresh();
      const connection = await connect(config);
      const runs = await Promise.all([1, 2, 3].map(() => migrateThrough(connection, config, false)));
      const numbered = readMigrations().length;
      expect(runs.map((done) => done.files.length).sort()).toEqual([0, 0, numbered]);
      expect(await count(connection, `${config.database}.migration`)).toBe(numbered);
      expect(await ask(connection, `EXISTS TABLE ${config.database}.migration_lock`)).toEqual([[0]]);
      await connection.close();
    });

    test('refuse an applied file that was changed, and a database from a newer version', async () => {
      await withStore(async (_store, connection, config) => {
        const changed = readMigrations().map((migration) =>
          migration.number === 2 ? { ...migration, text: `${migration.text}\nSELECT 1;` } : migration,
        );
        const tampered = migrateThrough(connection, config, false, changed);
        await expect(tampered).rejects.toBeInstanceOf(StoreError);
        await expect(tampered).rejects.toMatchObject({ kind: 'tampered' });
        await expect(tampered).rejects.toThrow('schemas/clickhouse/002-memory.sql');
        const older = migrateThrough(connection, config, false, readMigrations().slice(1));
        await expect(older).rejects.toThrow('001-activity.sql');
      });
    });

    test('follow a changed retention and dedup window', async () => {
      await withStore(async (_store, connection, config) => {
        const later = { ...config, activityTtlDays: 7, dedupWindow: 321 };
        const repeating = readMigrations().filter(({ number }) => number === undefined);
        expect((await migrate(later)).files).toEqual(repeating.map(({ file }) => file));
        expect(repeating.map(({ file }) => file)).toContain('repeat-retention.sql');
        const [row] = await ask<[string]>(
          connection,
          `SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = 'activity'`,
          { database: config.database },
        );
        expect(row?.[0]).toContain('toIntervalDay(7)');
        expect(row?.[0]).toContain('non_replicated_deduplication_window = 321');
      }, fresh());
    });

    test('of an earlier store are told where they are run, and only those after which earlier builds refuse it', async () => {
      const config = fresh();
      const told: string[] = [];
      const open = async (changes: Partial<Config['store']> = {}) => {
        const onUpdated = ({ files }: { readonly files: readonly string[] }) => void told.push(...files);
        await (await openStore({ ...config, ...changes }, { migrate: true, onUpdated })).close();
      };
      const connection = await connect(config);
      const earlier = readMigrations().filter(({ file }) => file !== '307-skipped.sql');
      expect(await migrateThrough(connection, config, false, earlier)).toMatchObject({ isOlder: false });
      await connection.close();
      expect(await migrate(config, { dryRun: true })).toMatchObject({ files: ['307-skipped.sql'], isOlder: true });
      expect(await checkStore(config)).toMatchObject({ pending: ['307-skipped.sql'], closesToEarlier: true });
      await open();
      expect(told).toEqual(['307-skipped.sql']);
      await open();
      await open({ activityTtlDays: 7 });
      expect(told).toEqual(['307-skipped.sql']);
    });

    test('that are missing are told by opening a server, and run by opening the embedded engine', async () => {
      const config = fresh();
      // A database that is not there yet is no fault of a check: `run` makes it.
      expect((await checkStore(config)).pending).toEqual(readMigrations().map(({ file }) => file));
      if (engine === 'embedded') {
        await (await openStore(config)).close();
        expect((await checkStore(config)).pending).toEqual([]);
      } else {
        await expect(openStore(config)).rejects.toMatchObject({ kind: 'schema' });
      }
    });
  });

  test('an activity is read back exactly as it was, whatever its fields hold', async () => {
    await withStore(async (store) => {
      let offset = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyActivity, { minLength: 1, maxLength: 40 }), async (drawn) => {
          const first = offset;
          const activities = drawn.map((activity, index) => ({
            activity: { ...activity, id: `${first + index}:${activity.id}`.slice(0, 256) },
            offset: offset++,
          }));
          await store.commit(sampleTurn(first, drawn.length, { activities }));
          const stored = await collect(store.stored(TOPIC, 0, first - 1, offset - 1));
          expect(stored).toStrictEqual(activities);
          const { activity } = activities[0]!;
          const query = { tenant: activity.tenant, limit: 10 };
          expect(await store.activities({ ...query, ids: [activity.id] })).toStrictEqual([activity]);
          expect(await store.activities({ ...query, identity: activity.identity.id })).toContainEqual(activity);
        }),
        { numRuns: 25 },
      );
    });
  });

  test('what was stored before is found again whatever its fields hold, and nothing else is taken for it', async () => {
    await withStore(async (store) => {
      let offset = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyActivity, { minLength: 1, maxLength: 40 }), async (drawn) => {
          const first = offset;
          const activities = drawn.map((activity, index) => ({
            ...activity,
            id: `${first + index}:${activity.id}`.slice(0, 256),
          }));
          const located = activities.map((activity) => ({ activity, offset: offset++ }));
          await store.commit(sampleTurn(first, drawn.length, { activities: located }));
          const all = new Set(activities.keys());
          const delivered = activities.map((activity) => ({ ...activity, receivedFrom: 'another forwarder' }));
          expect(await store.storedBefore(TOPIC, 0, offset, delivered)).toEqual(all);
          expect(await store.storedBefore(TOPIC, 0, first, activities)).toEqual(new Set());
          expect(await store.storedBefore(TOPIC, 1, offset, activities)).toEqual(new Set());
          const others: readonly ((one: Activity) => Activity)[] = [
            (one) => ({ ...one, id: `x${one.id}`.slice(0, 256) }),
            (one) => ({ ...one, tenant: `${one.tenant}x`.slice(-63) }),
            (one) => ({ ...one, identity: { ...one.identity, id: `x${one.identity.id}` } }),
            (one) => ({ ...one, identity: { ...one.identity, provider: `x${one.identity.provider}` } }),
            (one) => ({ ...one, identity: { ...one.identity, account: `x${one.identity.account ?? ''}` } }),
            (one) => ({ ...one, at: new Date(Date.parse(one.at) + 1).toISOString() }),
            (one) => ({ ...one, action: { ...one.action, name: `x${one.action.name}` } }),
            (one) => ({ ...one, resource: { ...one.resource, id: `x${one.resource?.id ?? ''}` } }),
            (one) => ({ ...one, outcome: one.outcome === 'denied' ? 'success' : 'denied' }),
            (one) => ({
              ...one,
              source: { ...one.source, ip: one.source.ip === '192.0.2.1' ? '192.0.2.2' : '192.0.2.1' },
            }),
          ];
          for (const another of others)
            expect(await store.storedBefore(TOPIC, 0, offset, activities.map(another))).toEqual(new Set());
        }),
        { numRuns: 10 },
      );
    });
  });

  test('activities are listed newest first, bounded, and of their tenant alone', async () => {
    await withStore(async (store) => {
      await store.commit(sampleTurn(0, 30));
      const identity = sampleActivity(0).identity.id;
      const expected = [28, 21, 14, 7, 0].map(sampleActivity);
      expect(await store.activities({ tenant: 'acme', identity, limit: 10 })).toEqual(expected);
      expect(await store.activities({ tenant: 'acme', identity, limit: 2 })).toEqual(expected.slice(0, 2));
      const since = expected[1]!.at;
      expect(await store.activities({ tenant: 'acme', identity, since, limit: 10 })).toEqual(expected.slice(0, 2));
      expect(await store.activities({ tenant: 'acme', limit: 1 })).toEqual([sampleActivity(29)]);
      expect(await store.activities({ tenant: 'other', identity, limit: 10 })).toEqual([]);
    });
  });

  test('the first activities of some days are told apart by one facet, earliest first, so many a day', async () => {
    await withStore(async (store) => {
      const base = sampleActivity(0);
      const { tenant, identity } = base;
      const at = (day: number, minute: number) => new Date(Date.UTC(2026, 2, day, 9, minute)).toISOString();
      const ip = (n: number) => ({ ...base.source, ip: `192.0.2.${n}` });
      const life = [
        { ...base, id: 'c', at: at(3, 9), source: ip(1) },
        { ...base, id: 'a', at: at(3, 1), source: ip(1) },
        { ...base, id: 'b', at: at(3, 2), source: ip(2) },
        { ...base, id: 'd', at: at(4, 1), source: ip(1) },
        { ...base, id: 'e', at: at(5, 1), source: ip(1), action: { ...base.action, name: 'other:Action' } },
        { ...base, id: 'f', at: at(5, 2), source: ip(1) },
        { ...base, id: 'g', at: at(3, 0), source: ip(3), identity: { ...identity, id: 'somebody-else' } },
      ];
      await store.commit(
        sampleTurn(0, life.length, { activities: life.map((activity, offset) => ({ activity, offset })) }),
      );
      const ask = async (facet: 'origin' | 'deed' | 'authority' | undefined, days: readonly string[], limit = 100) =>
        (await store.firstActivities({ tenant, identity: identity.id, facet, days, limit })).map(({ id }) => id);
      expect(await ask('origin', ['2026-03-03', '2026-03-05'])).toEqual(['a', 'b', 'e']);
      expect(await ask('deed', ['2026-03-03', '2026-03-05'])).toEqual(['a', 'e', 'f']);
      expect(await ask('authority', ['2026-03-03', '2026-03-05'])).toEqual(['a', 'e']);
      expect(await ask(undefined, ['2026-03-03'])).toEqual(['a', 'b', 'c']);
      expect(await ask('deed', ['2026-03-03', '2026-03-05'], 2)).toEqual(['a', 'e']);
      expect(await ask('deed', [])).toEqual([]);
    });
  });

  test('a turn committed twice, or by two workers at once, is stored once', async () => {
    await withStore(async (store, connection, config) => {
      const turn = sampleTurn(0, 500, {
        contributions: [contribution({ value: 1 }), contribution({ value: 1 })],
        alerts: [sampleAlert('alert-1')],
        observed: [sampleAlert('quiet-1')],
        deliveries: [sampleDelivery('msg-1')],
      });
      await Promise.all([store.commit(turn), store.commit(turn)]);
      await store.commit(turn);
      const tables = ['activity', 'contribution', 'alert', 'observe', 'outbox', 'turn'];
      const counts = await Promise.all(tables.map((table) => count(connection, `${config.database}.${table}`)));
      expect(Object.fromEntries(tables.map((table, index) => [table, counts[index]]))).toEqual({
        activity: 500,
        contribution: 2,
        alert: 1,
        observe: 1,
        outbox: 1,
        turn: 1,
      });
      expect(await store.turnsAfter(TOPIC, 0, -1)).toEqual([{ span: turn.span, epoch: turn.epoch, state: turn.state }]);
      expect(await store.turnsAfter(TOPIC, 0, 499)).toEqual([]);
    });
  });

  test('one activity delivered under two offsets is listed once', async () => {
    await withStore(async (store) => {
      await store.commit(sampleTurn(0, 3));
      await store.commit(sampleTurn(3, 3, { activities: [{ activity: sampleActivity(1), offset: 3 }] }));
      expect(await store.activities({ tenant: 'acme', limit: 10 })).toEqual([2, 1, 0].map(sampleActivity));
    });
  });

  test('two acts of one identity under one id and time are both kept, however often parts are merged', async () => {
    await withStore(async (store, connection, config) => {
      const theft = sampleActivity(1);
      const harmless: Activity = { ...theft, action: { name: 's3:ListBuckets', service: 's3', access: 'read' } };
      await store.commit(sampleTurn(0, 1, { activities: [{ activity: theft, offset: 0 }] }));
      await store.commit(sampleTurn(1, 1, { activities: [{ activity: harmless, offset: 1 }] }));
      await run(connection, `OPTIMIZE TABLE ${config.database}.activity FINAL`);
      const names = (found: readonly Activity[]) => found.map(({ action }) => action.name).sort();
      expect(names(await store.activities({ tenant: 'acme', limit: 10 }))).toEqual(['s3:GetObject', 's3:ListBuckets']);
      // Whoever takes the partition over judges both again.
      expect(await ask(connection, `SELECT offset FROM ${config.database}.activity ORDER BY offset`)).toEqual(
        [['0'], ['1']].map(([offset]) => [expect.toSatisfy((cell) => String(cell) === offset)]),
      );
    });
  });

  test('rows that cannot be stored go to the dead letters, and all others are stored', async () => {
    await withStore(async (store, connection, config) => {
      const table = `${config.database}.activity`;
      await run(connection, `ALTER TABLE ${table} ADD CONSTRAINT tame CHECK action_name != 'evil'`);
      const turn = sampleTurn(0, 100);
      const activities = turn.activities.map(({ activity, offset }) => ({
        offset,
        activity:
          offset === 17 || offset === 63
            ? { ...activity, action: { ...activity.action, name: 'evil' } }
            : offset === 40
              ? { ...activity, source: { asn: -1 } }
              : activity,
      }));
      await store.commit({ ...turn, activities });
      await store.commit({ ...turn, activities });
      expect(await count(connection, table)).toBe(97);
      const letters = await store.deadLetters({ limit: 10 });
      expect(letters.map((letter) => letter.origin.offset).sort()).toEqual([17, 40, 63]);
      for (const letter of letters)
        expect(JSON.parse(Buffer.from(letter.bytes).toString())).toEqual(activities[letter.origin.offset]!.activity);
      const [byEncoder] = letters.filter((letter) => letter.origin.offset === 40);
      expect(byEncoder?.reason).toContain('source_asn');
      expect(await store.turnsAfter(TOPIC, 0, -1)).toHaveLength(1);
    }, fresh());
  });

  test('when too many rows cannot be stored nothing is acknowledged and nothing is set aside', async () => {
    await withStore(async (store, connection, config) => {
      await run(connection, `ALTER TABLE ${config.database}.activity ADD CONSTRAINT none CHECK action_name = 'other'`);
      await expect(store.commit(sampleTurn(0, 100))).rejects.toMatchObject({ kind: 'refused' });
      await run(connection, `ALTER TABLE ${config.database}.activity DROP CONSTRAINT none`);
      expect(await store.deadLetters({ limit: 10 })).toEqual([]);
      expect(await store.turnsAfter(TOPIC, 0, -1)).toEqual([]);
      await run(connection, `DROP TABLE ${config.database}.contribution SYNC`);
      await expect(store.commit(sampleTurn(0, 1, { contributions: [contribution({})] }))).rejects.toMatchObject({
        kind: 'schema',
      });
    }, fresh());
  });

  test('the newest memory of every key comes back, also when the last snapshot was cut off', async () => {
    await withStore(async (store, _, config) => {
      expect(await store.recall(TOPIC, 0)).toMatchObject({ offset: -1 });
      const memory = (key: string, offset: number, ...bytes: number[]): MemoryRow => ({
        key,
        offset,
        bytes: Uint8Array.from(bytes),
      });
      const old = memory('acme\0role/a', 5, 1, 2, 255);
      const kept = memory('acme\0role/b', 6, 0, 10, 13);
      await store.saveMemories(TOPIC, 0, 10, [old, kept, memory('\u0001partition', 10)]);
      await store.saveMemories(TOPIC, 1, 99, [memory('acme\0role/z', 99, 9)]);
      const newer = memory('acme\0role/a', 15, 3);
      await store.saveMemories(TOPIC, 0, 20, [newer]);
      await store.saveMemories(TOPIC, 0, 20, [newer]);
      // An older worker that comes back late takes nothing away.
      await store.saveMemories(TOPIC, 0, 10, [old]);
      const { offset, rows } = await store.recall(TOPIC, 0);
      expect(offset).toBe(20);
      expect(await collect(rows)).toEqual([memory('\u0001partition', 10), newer, kept]);
      expect(await store.memory('acme\0role/z')).toEqual([memory('acme\0role/z', 99, 9)]);
      expect(await store.memory('acme\0role/a')).toEqual([memory('\u0001partition', 10), newer]);
      expect(await store.memory('acme\0role/none')).toEqual([]);
      expect(await savedFormats(config)).toEqual([0, 3, 9].map((format) => ({ format, identities: 1 })));
    });
  });

  test('memories of more than one page, with any bytes and keys, come back in order of key', async () => {
    await withStore(async (store) => {
      const rows = Array.from(
        { length: 12_345 },
        (_, index): MemoryRow => ({
          key: `acme\0${"é'\\\n".at(index % 4)}${String(index).padStart(6, '0')}`,
          offset: index,
          bytes: Uint8Array.from([index & 255, index >> 8, 0, 255]),
        }),
      );
      await store.saveMemories(TOPIC, 2, 20_000, rows);
      const back = await collect((await store.recall(TOPIC, 2)).rows);
      expect(back).toEqual(rows.toSorted((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))));
    });
  });

  test('contributions of closed hours come in one order, however they were batched', async () => {
    const anyContribution = fc.record({
      tenant: fc.constantFrom('acme', 'b'),
      peers: fc.constantFrom('aws/role', "it's"),
      dimension: fc.constantFrom('where.asn', 'what.action'),
      value: fc.nat({ max: 4_294_967_295 }),
      identity: fc.constantFrom(0, 1, 4_294_967_295),
      hour: fc.integer({ min: -3, max: 12 }),
      amount: fc.double({ noNaN: true, noDefaultInfinity: true }).map((amount) => amount + 0),
    });
    const [drawn] = fc.sample(fc.array(anyContribution, { minLength: 300, maxLength: 300 }), { numRuns: 1, seed: 7 });
    const orders: Contribution[][] = [];
    for (const size of [1_000, 37]) {
      await withStore(async (store, connection, config) => {
        for (let from = 0; from < drawn!.length; from += size) {
          const contributions = drawn!.slice(from, from + size);
          await store.commit(sampleTurn(from, 1, { id: `turn-${from}`, contributions }));
        }
        orders.push(await collect(store.population(-2, 9)));
        const [tenant] = await ask<[number]>(
          connection,
          `SELECT uniqCombinedMerge(identities) FROM ${config.database}.population_tenant`,
        );
        expect(Number(tenant?.[0])).toBe(3);
      });
    }
    expect(orders[0]).toEqual(orders[1]);
    const within = drawn!.filter(({ hour }) => hour > -2 && hour <= 9);
    const texts = (list: readonly Contribution[]) =>
      list.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
    expect(texts(orders[0]!)).toEqual(texts(within.map((one) => ({ ...one, told: one.hour }))));
    expect(orders[0]!.map(({ hour }) => hour)).toEqual(within.map(({ hour }) => hour).sort((a, b) => a - b));
  });

  test('what is told before its turn is committed is there once, by the hour it was told in, and so is how far partitions are', async () => {
    await withStore(async (store) => {
      const topic = 'c/activity';
      const told = (identity: number, hour: number, late = 0): Contribution => ({
        ...{ tenant: 'acme', peers: 'aws/role', dimension: 'action', value: 1, amount: 1 },
        ...{ identity, hour: hour - late, told: hour },
      });
      const part = (partition: number, before: number, ...contributions: Contribution[]) => ({
        turn: `${topic}/${partition}/0-9/v1`,
        before,
        contributions,
      });
      const first = part(0, 0, told(1, 10), told(2, 10, 3));
      await store.tell(topic, [first, part(1, 0, told(3, 10))], [{ partition: 0, offset: 4, hour: 11 }]);
      await store.tell(topic, [first], [{ partition: 1, offset: 3, hour: 11 }]);
      await store.tell(topic, [part(1, 1, told(4, 11))], [{ partition: 1, offset: 7, hour: 9 }]);
      const identities = async (...hours: Parameters<Store['population']>) =>
        (await collect(store.population(...hours))).map(({ identity }) => identity);
      expect(await identities(9, 10)).toEqual([2, 1, 3]);
      expect(await identities(9, 11)).toEqual([2, 1, 3, 4]);
      expect(await identities(-1, 400)).toEqual([2, 1, 3, 4]);
      expect(await identities(10, 11, [{ partition: 0, after: 9, upTo: 9 }])).toEqual([4]);
      expect(await identities(10, 11, [{ partition: 0, after: 5, upTo: 10 }])).toEqual([2, 1, 4]);
      // Whatever was said last of a later place counts: an hour may be taken back, where a clock was wrong.
      expect(await store.reached(topic)).toEqual([
        { partition: 0, offset: 4, hour: 11 },
        { partition: 1, offset: 7, hour: 9 },
      ]);
      expect(await store.reachedAt(topic, 1, 6)).toBe(11);
      expect(await store.reachedAt(topic, 1, 2)).toBeUndefined();
    });
  });

  test('what the inventory said comes back as it was at any offset, and last of all by identity', async () => {
    await withStore(async (store) => {
      const record = (identity: string, owner: string, tenant = 'acme') => ({ identity, tenant, owner });
      const turn = (first: number, ...inventory: LocatedRecord[]) => ({
        ...sampleTurn(first, 0),
        id: `turn-${first}`,
        span: { topic: TOPIC, partition: 3, first, last: first + 9 },
        inventory,
      });
      const one = turn(0, { record: record('a', 'x'), offset: 2 }, { record: record('b', 'x'), offset: 3 });
      const two = turn(10, { record: record('a', 'y'), offset: 11 }, { record: record('a', 'z'), offset: 12 });
      await store.commit(one);
      await store.commit(two);
      await store.commit(two);
      const read = async (after: number, upTo: number, which: 'all' | 'in-force', partition = 3) =>
        (await collect(store.inventory(TOPIC, partition, after, upTo, which))).map(
          ({ record, offset }) => `${record.identity}=${record.owner}@${offset}`,
        );
      expect(await read(-1, 9, 'in-force')).toEqual(['a=x@2', 'b=x@3']);
      expect(await read(-1, 11, 'in-force')).toEqual(['b=x@3', 'a=y@11']);
      expect(await read(-1, 99, 'in-force')).toEqual(['b=x@3', 'a=z@12']);
      expect(await read(9, 19, 'all')).toEqual(['a=y@11', 'a=z@12']);
      expect(await read(-1, 99, 'all', 4)).toEqual([]);
      expect(await store.inventoriesOf('acme', 'a')).toEqual([record('a', 'z')]);
      expect(await store.inventoriesOf('other', 'a')).toEqual([]);
    });
  });

  test('dead letters are listed until they are put back, and again when they die again', async () => {
    await withStore(async (store) => {
      const letter = (id: string, at: string, reason: string): DeadLetter => ({
        id,
        origin: { from: 'raw', partition: 3, offset: 12 },
        format: 'auto',
        reason,
        bytes: Uint8Array.from([0, 255, 39, 92, 10]),
        truncated: true,
        at,
      });
      const one = letter('one', '2026-03-01T00:00:00.000Z', 'not JSON: at 5');
      const two = letter('two', '2026-03-02T00:00:00.000Z', 'no identity');
      await store.setAside([one, two]);
      await store.setAside([one]);
      expect(await store.deadLetters({ limit: 10 })).toEqual([two, one]);
      expect(await store.deadLetters({ limit: 1 })).toEqual([two]);
      expect(await store.deadLetters({ reason: 'not JSON', limit: 10 })).toEqual([one]);
      expect(await store.deadLetters({ reason: 'JSON', limit: 10 })).toEqual([one]);
      expect(await store.deadLetters({ reason: 'JSON not', limit: 10 })).toEqual([]);
      expect(await store.deadLetters({ since: two.at, limit: 10 })).toEqual([two]);
      await store.redrive(['one', "none'\\"]);
      expect(await store.deadLetters({ limit: 10 })).toEqual([two]);
      const again = { ...one, at: new Date(Date.now() + 60_000).toISOString() };
      await store.setAside([again]);
      expect(await store.deadLetters({ limit: 10 })).toEqual([again, two]);
    });
  });

  test('a delivery stays due under one id and body until it is settled', async () => {
    await withStore(async (store) => {
      const delivery = sampleDelivery('msg-1');
      const turn = sampleTurn(0, 1, { alerts: [sampleAlert('alert-1')], deliveries: [delivery] });
      await store.commit(turn);
      expect(await store.due(1_000, 10)).toEqual([{ ...delivery, attempts: 0, notBefore: 0 }]);
      const retry = { delivery, status: 'pending', attempts: 1, notBefore: 5_000, reason: 'HTTP 503' } as const;
      await store.settle([retry]);
      await store.settle([retry]);
      expect(await store.due(4_999, 10)).toEqual([]);
      expect(await store.due(5_000, 10)).toEqual([{ ...delivery, attempts: 1, notBefore: 5_000 }]);
      // Put to rest under a clock that was five days ahead.
      const wrong = 5 * 86_400_000;
      await store.settle([{ delivery, status: 'pending', attempts: 2, notBefore: wrong }]);
      expect(await store.due(9_000, 10)).toEqual([{ ...delivery, attempts: 2, notBefore: wrong }]);
      await store.settle([{ delivery, status: 'delivered', attempts: 3, notBefore: 0 }]);
      // Neither a repeated commit nor a late word about an earlier attempt makes it due again.
      await store.commit(turn);
      await store.settle([retry]);
      expect(await store.due(9_000, 10)).toEqual([]);
    });
  });

  test('a flood of one tenant does not stand before what another one is owed, or has raised', async () => {
    await withStore(async (store) => {
      const at = (n: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, n)).toISOString();
      const flood = Array.from({ length: 30 }, (_, n) =>
        sampleAlert(`flood-${n}`, 1, { tenant: 'loud', severity: 'low', raisedAt: at(n) } as never),
      );
      const worst = sampleAlert('worst', 1, { tenant: 'loud', severity: 'critical', raisedAt: at(0) } as never);
      const other = sampleAlert('other', 1, { tenant: 'quiet', severity: 'high', raisedAt: at(1) } as never);
      const all = [...flood, worst, other];
      const deliveries = all.map(({ id, tenant, raisedAt }) => ({
        ...sampleDelivery(`msg-${id}`),
        alertId: id,
        tenant,
        createdAt: id === 'other' ? at(50) : raisedAt,
      }));
      await store.commit(sampleTurn(0, 1, { alerts: all, deliveries }));
      expect((await store.due(9e15, 4)).map(({ tenant }) => tenant)).toEqual(['loud', 'quiet', 'loud', 'loud']);
      const raised = await store.alerts({ order: 'shares', limit: 3 });
      expect(raised.map(({ id }) => id)).toEqual(['other', 'worst', 'flood-29']);
      expect((await store.alerts({ limit: 1 })).map(({ id }) => id)).toEqual(['flood-29']);
    });
  });

  test('versions of an alert are due one by one, for the partitions and the sink asked for', async () => {
    await withStore(async (store) => {
      const first = sampleDelivery('msg-1');
      const second = sampleDelivery('msg-2', { alertVersion: 2, createdAt: '2026-03-01T09:00:00.000Z' });
      const other = sampleDelivery('msg-3', { sink: 'siem', partition: 4, createdAt: '2026-03-01T11:00:00.000Z' });
      await store.commit(sampleTurn(0, 1, { deliveries: [second, first, other] }));
      const ids = async (...query: Parameters<Store['due']>) => (await store.due(...query)).map(({ id }) => id);
      expect(await ids(0, 10)).toEqual(['msg-1', 'msg-3']);
      expect(await ids(0, 1)).toEqual(['msg-1']);
      expect(await ids(0, 10, [4, 5])).toEqual(['msg-3']);
      expect(await ids(0, 10, [])).toEqual([]);
      expect(await ids(0, 10, undefined, 'soc')).toEqual(['msg-1']);
      // While an earlier version waits for its next attempt the later one waits too.
      await store.settle([{ delivery: first, status: 'pending', attempts: 1, notBefore: 500 }]);
      expect(await ids(100, 10)).toEqual(['msg-3']);
      await store.settle([{ delivery: first, status: 'refused', attempts: 2, notBefore: 0, reason: 'HTTP 400' }]);
      expect(await ids(100, 10)).toEqual(['msg-2', 'msg-3']);
    });
  });

  test('an alert is read in its last version, and observed ones are not alerts', async () => {
    await withStore(async (store) => {
      const first = sampleAlert('alert-1');
      const last = sampleAlert('alert-1', 2, { status: 'acknowledged', lastAt: '2026-03-03T00:00:00.000Z' });
      const other = sampleAlert('alert-2', 1, {
        tenant: 'b',
        raisedAt: '2026-03-01T10:06:00.000Z',
        title: '\ud800 \u2028 "{}',
      });
      await store.commit(sampleTurn(0, 1, { alerts: [first] }));
      await store.commit(sampleTurn(1, 1, { alerts: [last, other], observed: [sampleAlert('quiet')] }));
      expect(await store.alerts({ limit: 10 })).toEqual([other, last]);
      expect(await store.alerts({ id: 'alert-1', limit: 10 })).toEqual([last]);
      expect(await store.alerts({ tenant: 'b', limit: 10 })).toEqual([other]);
      expect(await store.alerts({ status: 'new', limit: 10 })).toEqual([other]);
      expect(await store.alerts({ identity: first.identity.id, limit: 1 })).toEqual([other]);
      expect(await store.alerts({ since: '2026-03-02T00:00:00.000Z', limit: 10 })).toEqual([last]);
    });
  });

  test('alerts of peer classes against their share are the same from the store as from the population', async () => {
    await withStore(async (store) => {
      const start = 24 * 20_000;
      const of = (
        day: number,
        identity: number,
        dimension: string,
        change: Partial<Contribution> = {},
      ): Contribution => ({
        tenant: 'fits',
        peers: identity < 3 ? 'aws/role#1' : 'aws/role#2',
        dimension,
        value: 0,
        identity,
        hour: start + 24 * day + identity,
        amount: 1,
        ...change,
      });
      const contributions = [0, 1, 2, 3].flatMap((day) => [
        ...Array.from({ length: 10 }, (_, identity) => of(day, identity, '~day')),
        of(day, 0, '~raised', { amount: 0.5 }),
        of(day, 1, '~raised', { value: 4_000_000_000 }),
        of(day, 2, '~raised', { value: 4_000_000_000 }),
        of(day, 7, '~raised'),
      ]);
      contributions.push(of(3, 7, '~true', { value: 20_001 }), of(3, 8, '~true', { value: 20_002 }));
      contributions.push(of(3, 0, '~true', { value: 20_002 }), of(3, 0, '~true', { value: 20_002, amount: -1 }));
      contributions.push(of(5, 4, '~day'), of(5, 4, '~raised'));
      const population = createPopulation();
      for (const one of contributions) population.merge(one);
      population.close(start + 24 * 5 + 9);
      await store.commit(sampleTurn(2, 2, { contributions }));
      const { today, rows } = await openTriage(store).ledger.classDays('fits', 7);
      expect(fitOf(rows, today, 1)).toEqual(population.fit('fits', 1));
      expect(fitOf(rows, today, 1)).toEqual([
        { peers: 'aws/role#1', observed: 8 / 7, expected: expect.closeTo(1.2 / 7), misfit: true },
        { peers: 'aws/role#2', observed: 3 / 7, expected: expect.closeTo(2.8 / 7), misfit: false },
      ]);
      expect(await openTriage(store).ledger.classDays('nobody', 7)).toEqual({ today: 0, rows: [] });
    });
  });

  test('of a version that only grew the state stored last is read, whatever the clock said', async () => {
    await withStore(async (store, connection, { database }) => {
      const grown = (count: number) => sampleAlert('alert-1', 3, { activityCount: count });
      await store.commit(sampleTurn(0, 1, { alerts: [grown(2)] }));
      const later = 'UPDATE stored_at = stored_at + 60 WHERE 1 SETTINGS mutations_sync = 2';
      await run(connection, `ALTER TABLE ${database}.alert ${later}`);
      await store.commit(sampleTurn(1, 1, { alerts: [grown(3)] }));
      expect(await store.alerts({ limit: 10 })).toEqual([grown(3)]);
      expect(await openTriage(store).triage.alertPage({ tenant: 'acme', limit: 10 })).toEqual([grown(3)]);
    });
  });

  test('what was stored is there after closing and opening again', async () => {
    const config = fresh();
    const store = await openStore(config, { migrate: true });
    await store.commit(sampleTurn(0, 10));
    await store.ping();
    await store.close();
    const again = await openStore(config);
    expect(await again.activities({ tenant: 'acme', limit: 100 })).toHaveLength(10);
    await again.close();
    await expect(again.commit(sampleTurn(10, 1))).rejects.toBeInstanceOf(StoreError);
  });

  // A server that is not ours may allow no backups; the embedded store is a directory that is copied.
  test.skipIf(engine === 'embedded' || process.env.TIDEMARK_CLICKHOUSE_URL !== undefined)(
    'a database that the server backed up, lost and restored goes on where it was',
    async () => {
      const config = fresh();
      const { database } = config;
      const file = `File('${backups}/${database}')`;
      const turn = {
        ...sampleTurn(0, 5),
        alerts: [sampleAlert('a'.repeat(32))],
        deliveries: [sampleDelivery('d-1', { alertId: 'a'.repeat(32) })],
      };
      await withStore(async (store, connection) => {
        await store.commit(turn);
        await run(connection, `BACKUP DATABASE ${database} TO ${file}`);
        // What comes after the backup is not in it.
        await store.commit(sampleTurn(5, 3));
        await run(connection, `DROP DATABASE ${database} SYNC`);
        await run(connection, `RESTORE DATABASE ${database} FROM ${file}`);
        expect(await checkStore(config)).toMatchObject({ pending: [], missing: [] });
        const activities = async () => (await store.activities({ tenant: 'acme', limit: 100 })).map(({ id }) => id);
        const restored = await activities();
        expect(restored).toHaveLength(5);
        expect((await store.alerts({ tenant: 'acme', limit: 10 })).map(({ id }) => id)).toEqual(['a'.repeat(32)]);
        // The turns that were lost come again, and what came before them counts once.
        await store.commit(turn);
        expect(await activities()).toEqual(restored);
        await store.commit({
          ...sampleTurn(5, 3),
          alerts: [sampleAlert('b'.repeat(32))],
        });
        expect(await activities()).toHaveLength(8);
        expect(await store.alerts({ tenant: 'acme', limit: 10 })).toHaveLength(2);
      }, config);
    },
  );

  test('sources keep the slots in which they were heard, once each, and one tenant reads no other', async () => {
    const config = fresh();
    const store = await openStore(config, { migrate: true });
    const sources = openSources(store);
    const slot = Math.floor(Date.now() / 300_000);
    const of = (tenant: string, kind: 'topic' | 'account' | 'listener', name: string) => ({ tenant, kind, name });
    const began = Date.now();
    await sources.heard([
      { ...of('acme', 'topic', 'main/raw'), slot },
      { ...of('acme', 'topic', 'main/raw'), slot: slot - 3 },
      { ...of('other', 'account', "aws/'1'"), slot },
      { ...of('', 'listener', 'kafka'), slot },
    ]);
    await sources.heard([{ ...of('acme', 'topic', 'main/raw'), slot }]);
    const all = { since: slot - 10, storedAfterMs: began - 60_000, limit: 10 };
    expect(await sources.slots(all)).toEqual([
      { ...of('', 'listener', 'kafka'), slots: [slot] },
      { ...of('acme', 'topic', 'main/raw'), slots: [slot - 3, slot] },
      { ...of('other', 'account', "aws/'1'"), slots: [slot] },
    ]);
    expect((await sources.slots({ ...all, tenant: 'other' })).map(({ tenant }) => tenant)).toEqual(['', 'other']);
    expect(await sources.slots({ ...all, storedAfterMs: Date.now() + 3_600_000 })).toEqual([]);
    expect((await sources.slots({ ...all, since: slot })).find(({ tenant }) => tenant === 'acme')?.slots).toEqual([
      slot,
    ]);
    await store.close();
  });

  test('what was skipped is added up by source and reason, once a token, and is there after a restart', async () => {
    const config = fresh();
    const store = await openStore(config, { migrate: true });
    const day = Math.floor(Date.now() / 86_400_000);
    const at = day * 86_400_000;
    const one = { tenant: 'acme', kind: 'topic', name: 'main/raw', format: 'okta', reason: 'a person' } as const;
    const first = { ...one, day: day - 1, records: 2, lastMs: at - 1, example: 'partition 0, offset 1' };
    const second = { ...one, day, records: 3, lastMs: at + 5, example: 'partition 0, offset 9' };
    const sender = { ...one, kind: 'sender', name: 'http/shipper', day, records: 1, lastMs: at, example: '' } as const;
    const sources = openSources(store);
    await sources.addSkipped([first, sender, { ...sender, tenant: 'other' }], 'skipped/1');
    await sources.addSkipped([second], 'skipped/2');
    await sources.addSkipped([second], 'skipped/2');
    await store.close();
    const again = await openStore(config);
    const read = (sinceDay: number, limit = 10) => openSources(again).skipped({ tenant: 'acme', sinceDay, limit });
    const { day: _, ...both } = { ...second, records: 5 };
    const { day: __, ...sent } = sender;
    expect(await read(day - 6)).toEqual([both, sent]);
    expect(await read(day - 6, 1)).toEqual([both]);
    expect(await read(day)).toEqual([{ ...both, records: 3 }, sent]);
    await again.close();
  });

  test('how far a partition is behind is what was told of it last', async () => {
    await withStore(async (store) => {
      const sources = openSources(store);
      const of = (role: 'ingest' | 'detect', partition: number, records: number) =>
        ({ role, topic: 'main/acts', partition, records }) as const;
      await sources.tellLags([of('detect', 1, 900), of('detect', 0, 3), of('ingest', 0, 1)], 'lag/1');
      await sources.tellLags([of('detect', 1, 12)], 'lag/2');
      const told = await sources.lags(10);
      expect(told.map(({ agoMs: _, ...one }) => one)).toEqual([
        of('ingest', 0, 1),
        of('detect', 0, 3),
        of('detect', 1, 12),
      ]);
      for (const { agoMs } of told) expect(agoMs).toBeLessThan(300_000);
      expect(await sources.lags(2)).toHaveLength(2);
    });
  });

  describe('a damaged store', () => {
    const drops = {
      'a table': ['DROP TABLE DB.decided SYNC', 'decided'],
      'a view': ['DROP VIEW DB.decision_to_alert SYNC', 'decision_to_alert'],
      'a column of the beginning': ['ALTER TABLE DB.activity DROP COLUMN source_country', 'activity.source_country'],
      'a column of later': ['ALTER TABLE DB.triage DROP COLUMN covers', 'triage.covers'],
    } as const;

    test('tells what is gone, opens nothing, and has it anew when asked', async () => {
      await withStore(async (_store, connection, config) => {
        for (const [what, [drop, name]] of Object.entries(drops)) {
          await run(connection, drop.replace('DB.', `${config.database}.`));
          for (const asked of [
            () => checkStore(config),
            () => openStore(config),
            () => openStore(config, { migrate: true }),
          ])
            await expect(asked(), what).rejects.toThrow(`was damaged: ${name} is gone`);
          expect(await restoreTables(config), what).toEqual([name]);
          expect((await checkStore(config)).pending, what).toEqual([]);
        }
        expect(await restoreTables(config)).toEqual([]);
      }, fresh());
    });

    test('does not take the published key for one that is gone', async () => {
      await withStore(async (store, connection, config) => {
        await openHashKey(store);
        await store.saveMemories(TOPIC, 0, 1, [{ key: 'acme\u0000job', offset: 1, bytes: new Uint8Array([9, 1]) }], 1);
        await run(connection, `TRUNCATE TABLE ${config.database}.installation SYNC`);
        const again = await openStore(config);
        for (const asked of [() => openHashKey(again), () => readHashKey(again), () => checkStore(config)])
          await expect(asked()).rejects.toThrow('the key of the value hashes is gone');
        await again.close();
      }, fresh());
    });

    test.runIf(engine === 'embedded')('fails a check where memories are of no format', async () => {
      const config = storeConfig({ path: mkdtempSync(join(tmpdir(), 'tidemark-garbled-')) });
      const store = await openStore(config);
      await openHashKey(store);
      await store.saveMemories(TOPIC, 0, 1, [{ key: 'acme\u0000job', offset: 1, bytes: new Uint8Array([99, 1]) }], 1);
      await store.close();
      const findings = await examine({ store: config.path as string });
      expect(findings.find(({ check }) => check === 'store')).toMatchObject({
        ok: false,
        says: expect.stringContaining('in format 99 cannot be read'),
      });
      rmSync(config.path as string, { recursive: true });
    });

    test('tells that what identities have in common is gone', async () => {
      await withStore(async (store, connection, config) => {
        await openHashKey(store);
        await store.commit(sampleTurn(0, 4, { contributions: [contribution({ value: 1 })] }));
        await store.saveMemories(TOPIC, 0, 4, [{ key: 'acme\u0000job', offset: 4, bytes: new Uint8Array([9, 1]) }], 1);
        expect((await checkStore(config)).missing).toEqual([]);
        await run(connection, `TRUNCATE TABLE ${config.database}.contribution SYNC`);
        await expect(checkStore(config)).rejects.toThrow('table contribution is empty');
      }, fresh());
    });
  });

  describe('forgetting', () => {
    const ADA = 'ada@example.com';
    const NADA = 'nada@example.com';
    const hasher = new Hasher('tidemark');
    const detectors = new Map([
      ['where', where],
      ['who', who],
    ]);
    const open = (store: Store) => openPrivacy(store, (key) => hasher.of(key));

    /** Two tenants with habits, an alert and all that hangs on it; ada stands behind acme's job, and acts herself. */
    async function lived(store: Store) {
      await openHashKey(store);
      const population = createPopulation();
      const engine = createEngine({
        detectors,
        settings: configSchema.parse({ alerts: { falsePerDay: 100 } }),
        population,
      });
      const links = (id: string) => ({ onBehalfOf: [{ id, kind: 'human' }] });
      const life = [
        ...weeks('job', 9, () => links(NADA)),
        act('job', START + 10 * DAY, {
          id: 'record-1',
          ...links(ADA),
          source: { ip: '203.0.113.9', asn: 64_999, country: 'RO', userAgent: 'curl/8.0' },
          credential: { id: 'AKIAOTHER', kind: 'access-key' },
          run: { id: 'r', task: `asked by ${ADA}.` },
        }),
        act(ADA, START + 10 * DAY + 1, {
          id: 'record-2',
          identity: { id: ADA, kind: 'human', provider: 'okta' },
        }),
        act('job', START + 10 * DAY + 2, {
          id: 'record-3',
          tenant: 'beta',
          ...links(ADA),
        }),
      ].map((activity, offset) => ({ activity, offset }));
      const outcome = engine.process(life);
      const raised = [...outcome.alerts, ...outcome.observed].find(({ identity }) => identity.id === 'job');
      expect(JSON.stringify(raised)).toContain(ADA);
      const alert = { ...(raised as Alert), tenant: 'acme' };
      const { alerts: _, observed: __, contributions, ...span } = { ...outcome, first: 0, last: life.length - 1 };
      await store.commit({
        ...sampleTurn(span.first, life.length),
        activities: life,
        contributions,
        alerts: [alert],
        deliveries: [sampleDelivery('d1', { alertId: alert.id, body: JSON.stringify(alert) })],
      });
      const rows = [...engine.changed()];
      const identities = rows.filter(({ key }) => !key.startsWith('\u0001')).length;
      await store.saveMemories(TOPIC, 0, span.last, rows, identities);
      await store.setAside([
        letter('l1', Buffer.from(`{"user":"${ADA}"`)),
        letter('l2', Buffer.from(`{"user":"${NADA}"`)),
      ]);
      return { population, alert };
    }

    const letter = (id: string, bytes: Buffer): DeadLetter => ({
      id,
      origin: { from: 'raw', partition: 0, offset: 1 },
      format: 'auto',
      reason: 'no format',
      bytes,
      truncated: false,
      at: '2026-03-01T00:00:00.000Z',
    });

    /** Tables in which a text stands, as it is. */
    async function tablesWith(connection: Connection, database: string, text: string, where = '1') {
      const tables = await ask<[string, string]>(
        connection,
        `SELECT table, arrayStringConcat(groupArray(concat('toString(\`', name, '\`)')), ',') FROM system.columns
         WHERE database = {database:String} AND type LIKE '%String%' AND table NOT IN ('migration', 'memory', 'decision') AND table IN
           (SELECT name FROM system.tables WHERE database = {database:String} AND engine LIKE '%MergeTree') GROUP BY table`,
        { database },
      );
      const found: string[] = [];
      for (const [table, cells] of tables) {
        const query = `SELECT count() FROM ${database}.${table} WHERE ${where === '1' || !cells.includes('`tenant`') ? '1' : where}
          AND match(concat(${cells}, ''), {pattern:String})`;
        const pattern = `(^|[^n])${text.replaceAll('.', '\\.')}`;
        if (Number((await ask<[number]>(connection, query, { pattern }))[0]?.[0]) > 0) found.push(table);
      }
      return found.sort();
    }

    test('a person is gone from every table and memory of the tenant, and what others remember still works', async () => {
      await withStore(async (store, connection, { database }) => {
        const { population } = await lived(store);
        const acme = "tenant = 'acme'";
        expect(await tablesWith(connection, database, ADA, acme)).toEqual(
          expect.arrayContaining(['activity', 'alert', 'dead_letter', 'outbox']),
        );
        const privacy = open(store);
        const subject = { kind: 'person' as const, tenant: 'acme', names: [ADA] };
        const done = await privacy.erase(subject);
        expect(done.map(({ table, how }) => `${how} ${table}`)).toEqual(
          expect.arrayContaining([
            'deleted activity',
            'renamed activity',
            'renamed alert',
            'renamed outbox',
            'renamed memory',
            'deleted dead_letter',
          ]),
        );
        expect(await tablesWith(connection, database, ADA, acme)).toEqual([]);
        expect(await tablesWith(connection, database, ADA)).toEqual(['activity']);
        expect(await privacy.plan(subject)).toEqual([]);
        // Somebody whose name has hers in it is another person.
        expect(
          (await collect(store.stored(TOPIC, 0, -1, 1_000))).filter(({ activity }) =>
            JSON.stringify(activity).includes(NADA),
          ).length,
        ).toBeGreaterThan(100);
        const [alert] = await store.alerts({ tenant: 'acme', limit: 10 });
        expect(JSON.stringify(alert)).toMatch(/[a-z2-7]{15}/);
        expect((await store.deadLetters({ limit: 10 })).map(({ id }) => id)).toEqual(['l2']);
        // The memories are read again by an engine, which goes on with them; nothing in them spells her name.
        const recalled = await store.recall(TOPIC, 0);
        const again = createEngine({
          detectors,
          settings: configSchema.parse({}),
          population,
        });
        for await (const row of recalled.rows) {
          if (!row.key.startsWith('beta'))
            expect(withoutNames(row.bytes, [[ADA, 'x'.repeat(ADA.length)]])).toBeUndefined();
          again.restore(row);
        }
        expect(again.profile('acme', 'job')?.activities).toBeGreaterThan(30);
        expect(again.profile('acme', ADA)).toBeUndefined();
        expect((await checkStore(shared as Config['store'])).missing).toEqual([]);
      });
    });

    test('an identity is gone with all it did, and a tenant with all it had; the others stay, and no memory is missed', async () => {
      await withStore(async (store, connection, config) => {
        const { alert } = await lived(store);
        const privacy = open(store);
        const before = await count(connection, `${config.database}.contribution`);
        const subject = { kind: 'identity', tenant: 'acme', identity: 'job' } as const;
        const planned = await privacy.plan(subject);
        const done = await privacy.erase(subject);
        expect(done).toEqual(planned);
        expect(done.map(({ table }) => table)).toEqual(
          expect.arrayContaining(['activity', 'alert', 'outbox', 'contribution', 'memory']),
        );
        expect(await store.activities({ tenant: 'acme', identity: 'job', limit: 10 })).toEqual([]);
        expect((await store.activities({ tenant: 'acme', limit: 1_000 })).length).toBeGreaterThan(100);
        expect(await store.alerts({ tenant: 'acme', id: alert.id, limit: 1 })).toEqual([]);
        expect(await count(connection, `${config.database}.contribution`)).toBeLessThan(before);
        expect((await checkStore(config)).missing).toEqual([]);
        await privacy.erase({ kind: 'tenant', tenant: 'acme' });
        for (const table of ['activity', 'alert', 'contribution', 'outbox'])
          expect(await ask(connection, `SELECT DISTINCT tenant FROM ${config.database}.${table}`)).toEqual(
            ['activity', 'contribution'].includes(table) ? [['beta']] : [],
          );
        const recalled = await collect((await store.recall(TOPIC, 0)).rows);
        expect(recalled.map(({ key }) => key).filter((key) => !key.startsWith('\u0001'))).toEqual(['beta\u0000job']);
        expect((await checkStore(config)).missing).toEqual([]);
      });
    });

    test('what was done is chained: a changed or removed row is found, and nothing is added to a broken chain', async () => {
      await withStore(async (store, connection, { database }) => {
        const privacy = open(store);
        const what = {
          tenant: 'acme',
          event: 'erased',
          kind: 'person',
          subject: 'fp:1',
          by: 'dpo',
          why: 'request 1',
          at: '2026-03-01T00:00:00.000Z',
          detail: '[]',
        } as const;
        await record(privacy, what);
        await record(privacy, { ...what, why: 'request 2' });
        const rows = await privacy.rows();
        expect(rows.map(({ seq, why }) => [seq, why])).toEqual([
          [1, 'request 1'],
          [2, 'request 2'],
        ]);
        expect(await verifyRecord(rows)).toMatchObject({ rows: 2, breaks: [] });
        expect(await privacy.rows(1)).toEqual(rows.slice(1));
        expect(await privacy.append(rows[0] as PrivacyRow)).toBe('appended');
        await run(
          connection,
          `ALTER TABLE ${database}.privacy UPDATE why = 'nothing' WHERE seq = 1 SETTINGS mutations_sync = 2`,
        );
        expect((await verifyRecord(await privacy.rows())).breaks).toEqual([
          { seq: 1, says: 'its content was changed after it was written' },
        ]);
        // Whoever has verified that place before goes on from there; whoever comes anew finds it.
        await expect(record(open(store), what)).rejects.toBeInstanceOf(PrivacyLogBroken);
      });
    });

    test('retention by table and by tenant is in the tables, and rows of the tenant end by it', async () => {
      const config = fresh({ retention: { dead_letter: 9 }, tenantRetention: { "o'hara": { activityDays: 3 } } });
      await withStore(async (store, connection) => {
        const days = async (table: string) =>
          (
            await ask<[string]>(
              connection,
              `SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = {table:String}`,
              { database: config.database, table },
            )
          )[0]?.[0];
        expect(await days('dead_letter')).toContain('toIntervalDay(9)');
        expect(await days('alert')).toContain('toIntervalDay(400)');
        await store.commit({
          ...sampleTurn(0, 2),
          activities: ["o'hara", 'acme'].map((tenant, offset) => ({
            activity: { ...sampleActivity(offset), tenant },
            offset,
          })),
        });
        const table = `${config.database}.activity`;
        await run(
          connection,
          `ALTER TABLE ${table} UPDATE stored_at = now() - toIntervalDay(5) WHERE 1 SETTINGS mutations_sync = 2`,
        );
        await run(connection, `ALTER TABLE ${table} MATERIALIZE TTL SETTINGS mutations_sync = 2`);
        await run(connection, `OPTIMIZE TABLE ${table} FINAL`);
        expect((await store.activities({ tenant: 'acme', limit: 10 })).length).toBe(1);
        expect(await store.activities({ tenant: "o'hara", limit: 10 })).toEqual([]);
      }, config);
    });
  });

  function contribution(change: Partial<Contribution>): Contribution {
    return {
      tenant: 'acme',
      peers: 'aws/role',
      dimension: 'where.asn',
      value: 1,
      identity: 2,
      hour: 3,
      amount: 1,
      ...change,
    };
  }
});

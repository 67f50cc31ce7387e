/** Each store has a secret of its own for its value hashes, the same for all who use it; one that was in use before keeps the key it had. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openHashKey, openStore, PUBLISHED_KEY } from '../../src/adapters/clickhouse/open.ts';
import { type ClickHouseServer, clickHouseMissing, startClickHouse } from './harness/clickhouse.ts';
import { storeConfig } from './harness/clickhouse-samples.ts';

const missing = await clickHouseMissing();

describe.skipIf(missing !== undefined).each(['server', 'embedded'] as const)(
  'the hash key on the %s engine',
  (engine) => {
    let server: ClickHouseServer | undefined;
    const directories: string[] = [];
    let count = 0;

    beforeAll(async () => {
      if (engine === 'server') server = await startClickHouse();
    });
    afterAll(async () => {
      await server?.stop();
      for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    });

    function fresh() {
      const database = `t${process.pid}_key_${count++}`;
      if (server !== undefined) return storeConfig({ url: server.url, database });
      const directory = mkdtempSync(join(tmpdir(), 'tidemark-key-'));
      directories.push(directory);
      return storeConfig({ path: directory, database });
    }

    test('of a new store is a secret, kept with it, another one for each', async () => {
      const [one, other] = [fresh(), fresh()];
      const first = await openStore(one, { migrate: true });
      const key = await openHashKey(first);
      await first.close();
      expect(key).toEqual({ version: 2, secret: expect.stringMatching(/^[0-9a-f]{64}$/) });
      const again = await openStore(one, { migrate: true });
      expect(await openHashKey(again)).toEqual(key);
      await again.close();
      const second = await openStore(other, { migrate: true });
      expect((await openHashKey(second)).secret).not.toBe(key.secret);
      await second.close();
    });

    test('of a store that holds memories from before keys were kept is the published one', async () => {
      const store = await openStore(fresh(), { migrate: true });
      await store.saveMemories('local/activity', 0, 1, [
        { key: 'acme\u0000bot', offset: 1, bytes: new Uint8Array([7, 0]) },
      ]);
      expect(await openHashKey(store)).toEqual(PUBLISHED_KEY);
      await store.close();
    });

    test.skipIf(engine === 'embedded')('is one for workers that start at once', async () => {
      const config = fresh();
      await (await openStore(config, { migrate: true })).close();
      const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(config)));
      const keys = await Promise.all(stores.map((store) => openHashKey(store)));
      expect(new Set(keys.map(({ secret }) => secret)).size).toBe(1);
      expect(keys[0]?.version).toBe(2);
      await Promise.all(stores.map((store) => store.close()));
    });
  },
);

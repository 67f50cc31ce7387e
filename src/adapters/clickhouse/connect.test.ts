import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { configSchema } from '../../../schemas/config.ts';
import { connect } from './connect.ts';
import type { StoreError } from './store-error.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-connect-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const open = (options: Record<string, unknown>) => connect(configSchema.parse({ store: options }).store);
const failure = (options: Record<string, unknown>) =>
  open(options).then(
    () => expect.unreachable('connect should have refused'),
    (error: StoreError) => error,
  );

describe('connect', () => {
  test.each([
    'http://127.0.0.1:8123',
    'http://127.9.9.9:8123',
    'http://localhost',
    'http://[::1]:8123',
    'https://clickhouse.example:8443',
  ])('opens %s without a word to it', async (url) => {
    const connection = await open({ url });
    expect(connection).toMatchObject({ embedded: false, place: new URL(url).origin });
    await connection.close();
  });

  test.each(['http://clickhouse.example:8123', 'http://10.0.0.5', 'http://127.0.0.1.example', 'http://[::2]'])(
    'refuses plaintext to %s unless told so',
    async (url) => {
      expect(await failure({ url })).toMatchObject({ name: 'StoreError', kind: 'plaintext' });
      await (await open({ url, allowPlaintext: true })).close();
    },
  );

  test.each(['clickhouse', 'tcp://127.0.0.1:9000', 'file:///etc', '\u0000'])(
    'refuses %j as an address',
    async (url) => {
      expect((await failure({ url })).remedy).toContain('http://127.0.0.1:8123');
    },
  );

  test('refuses credentials in the address without repeating them', async () => {
    const error = await failure({ url: 'http://user:canary@127.0.0.1:8123' });
    expect(error.kind).toBe('secret');
    expect(`${error.message} ${error.remedy}`).not.toContain('canary');
  });

  test('names the option whose file cannot be read', async () => {
    const url = 'http://127.0.0.1:8123';
    const absent = join(directory, 'absent');
    expect((await failure({ url, passwordFile: absent })).message).toContain(
      `store.passwordFile: cannot read ${absent}`,
    );
    expect((await failure({ url, caFile: directory })).message).toContain('store.caFile');
  });

  test('asks for a store when there is none', async () => {
    expect((await failure({})).remedy).toContain('name a place with --store');
  });

  test('refuses a directory that the engine would read as a pattern, and one that cannot be made', async () => {
    expect((await failure({ path: join(directory, 'a*b') })).message).toContain('pattern');
    writeFileSync(join(directory, 'file'), '');
    expect(await failure({ path: join(directory, 'file', 'store') })).toMatchObject({ kind: 'engine' });
  });

  test('names the ways out where the embedded engine is not installed', async () => {
    vi.doMock('chdb/connection', () => {
      throw new Error('no native binding for win32-x64');
    });
    const error = await failure({ path: join(directory, 'store') });
    vi.doUnmock('chdb/connection');
    expect(error.kind).toBe('engine');
    expect(error.remedy).toContain('store.url');
    expect(error.remedy).toContain('--store none');
  });
});

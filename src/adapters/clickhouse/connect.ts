/** Opens the one `@clickhouse/client` through which a server and the embedded engine are both spoken to. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Config } from '../../../schemas/config.ts';
import type { RetryPolicy } from './retry.ts';
import { StoreError, toStoreError } from './store-error.ts';

export type StoreConfig = Config['store'];

type ClientConnection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>;

/** A client with what the rest of the adapter must know of it. */
export interface Connection {
  readonly client: ReturnType<typeof createClient>;
  /** The URL or directory, for messages. */
  readonly place: string;
  readonly embedded: boolean;
  /** Set once the store is open: from then on questions outlast an outage too. */
  patience?: RetryPolicy;
  close(): Promise<void>;
}

/** Opens without talking to the server yet. Throws a `StoreError`: plaintext, secret or engine. */
export async function connect(config: StoreConfig): Promise<Connection> {
  if (config.url !== undefined) return server(config, config.url);
  if (config.path !== undefined) return embedded(config.path);
  throw new StoreError(
    'engine',
    'no store is configured',
    'Set store.url or store.path, or name a place with --store.',
  );
}

function server(config: StoreConfig, address: string): Connection {
  const url = parse(address);
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !config.allowPlaintext)
    throw new StoreError(
      'plaintext',
      `store.url is http to ${url.host}, which is not this machine: passwords and activities would travel in the clear`,
      'Use https, or set store.allowPlaintext.',
    );
  const client = createClient({
    url: url.href,
    username: config.username,
    password: config.passwordFile === undefined ? '' : firstLine(config.passwordFile, 'store.passwordFile'),
    application: 'tidemark',
    request_timeout: config.insertTimeoutMs,
    max_open_connections: 16,
    // Long lists of ids go into the body instead of an address that is too long.
    use_multipart_params_auto: true,
    // The client writes failed requests with their parameters to the console; ours are told by StoreError.
    log: { level: ClickHouseLogLevel.OFF },
    ...(config.caFile !== undefined && { tls: { ca_cert: secret(config.caFile, 'store.caFile') } }),
  });
  return { client, place: url.origin, embedded: false, close: () => client.close() };
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new StoreError(
      'unreachable',
      'store.url is not an http or https URL',
      'Write it like http://127.0.0.1:8123.',
    );
  if (url.username !== '' || url.password !== '')
    throw new StoreError(
      'secret',
      'store.url holds credentials, which would end up in logs',
      'Use store.username and store.passwordFile.',
    );
  // Query parameters of the URL would become client settings: the configuration says all there is.
  url.search = '';
  url.hash = '';
  return url;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function secret(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new StoreError('secret', `${option}: cannot read ${file} (${code})`, 'Name a file this process may read.');
  }
}

function firstLine(file: string, option: string): string {
  return secret(file, option).toString('utf8').split(/\r?\n/, 1)[0] ?? '';
}

const UNAVAILABLE =
  'Install it with `npm install chdb` (Linux with glibc and macOS), or use a ClickHouse server with store.url, or `--store none`.';

async function embedded(path: string): Promise<Connection> {
  const directory = resolve(path);
  if (/[*?{}]/.test(directory))
    throw new StoreError(
      'engine',
      `store.path ${directory} holds one of * ? { }, which the engine reads as a pattern`,
      'Choose another directory.',
    );
  const { createChdbConnection, drainPending } = await loadEngine();
  const inbox = join(directory, 'tidemark-inbox');
  try {
    // Files that a crash left half written were never acknowledged.
    rmSync(inbox, { recursive: true, force: true });
    mkdirSync(inbox, { recursive: true });
    const connection = createChdbConnection({ path: directory });
    const exec = connection.exec.bind(connection);
    // These files are written over again and again, one for each insert at a time, because a new file costs more than its content.
    const files: string[] = [];
    // The engine's own exec takes the values for text and would mangle binary blocks: they go by way of a file.
    connection.exec = async (params) => {
      if (params.values === undefined) return exec(params);
      const file = files.pop() ?? join(inbox, `${randomUUID()}.native`);
      try {
        await writeFile(file, params.values as Readable);
        const { values: _, ...rest } = params;
        return await exec({ ...rest, query: fromFile(params.query, file) });
      } finally {
        files.push(file);
      }
    };
    // Two packages declare the contract the client and the engine agree on; the types differ in name only.
    const client = createClient({
      connection: connection as unknown as ClientConnection,
      log: { level: ClickHouseLogLevel.OFF },
    });
    const close = async () => {
      await client.close();
      await drainPending();
      rmSync(inbox, { recursive: true, force: true });
    };
    return { client, place: directory, embedded: true, close };
  } catch (error) {
    throw inUse(error, directory);
  }
}

/** `INSERT INTO t (...) SETTINGS ... FORMAT F` reading its rows from a file; not mapped into memory, for it will be written again. */
function fromFile(insert: string, file: string): string {
  const place = file.replace(/[\\']/g, '\\$&');
  return insert.replace(' SETTINGS ', () => ` FROM INFILE '${place}' SETTINGS storage_file_read_method = 'pread', `);
}

function inUse(error: unknown, directory: string): StoreError {
  const message = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 300) : String(error);
  const full = toStoreError(error, directory);
  if (full.kind === 'full') return full;
  return new StoreError(
    'engine',
    `cannot open the embedded store ${directory}: ${message}`,
    'Only one process at a time may hold a store directory, and it must be writable. While `tidemark run` holds it, ask it over HTTP (docs/http-api.md); or end it, or name another directory.',
    { cause: error },
  );
}

async function loadEngine() {
  try {
    const [{ createChdbConnection }, { drainPending }] = await Promise.all([import('chdb/connection'), import('chdb')]);
    return { createChdbConnection, drainPending };
  } catch (error) {
    throw new StoreError('engine', 'the embedded engine is not available on this machine', UNAVAILABLE, {
      cause: error,
    });
  }
}

/** A real ClickHouse HTTP server for tests: the engine library in a child process, started, stopped and killed at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, run } from '../../../src/adapters/clickhouse/ask.ts';
import type { Connection } from '../../../src/adapters/clickhouse/connect.ts';
import { freePort } from '../../free-port.ts';

export interface ClickHouseServer {
  readonly url: string;
  /** Of the child now running; 0 where the server is not ours. */
  readonly pid: number;
  /** Ends the process as a crash would; the data stays. */
  kill9(): Promise<void>;
  /** Starts again on the same port and data. */
  restart(): Promise<void>;
  /** Ends the process and removes the data, unless the directory was given. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Where the data lies; default a fresh temporary directory. */
  readonly dir?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** A directory into which `BACKUP ... TO File(...)` may write; default none. */
  readonly backups?: string;
}

const READY_MS = 30_000;
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The engine listens while its last query sleeps on. The call runs beside Node's loop, so that the child sees its parent end
 * (the pipe on stdin closes) and never outlives it.
 */
const CHILD = `
import { open, load, DataType, arrayConstructor } from 'ffi-rs';
import { libchdbPath } from 'chdb/libchdb';
const [port, dir, ...more] = process.argv.slice(1);
const args = ['clickhouse', ...more, '--http_port', port, '--listen_host', '127.0.0.1', '--path', dir,
  '--query', 'SYSTEM START LISTEN HTTP',
  '--query', 'SELECT sleepEachRow(1) FROM system.numbers FORMAT Null SETTINGS max_block_size=1, function_sleep_max_microseconds_per_block=0, max_execution_time=0'];
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL')).resume();
open({ library: 'chdb', path: libchdbPath() });
await load({ library: 'chdb', funcName: 'chdb_query_cmdline', retType: DataType.External,
  paramsType: [DataType.I32, arrayConstructor({ type: DataType.StringArray, length: args.length })],
  paramsValue: [args.length, args], runInNewThread: true });
`;

/** Why there can be no server here, or undefined. Where CI=true that is a failure, never a skip. */
export async function clickHouseMissing(): Promise<string | undefined> {
  if (process.env.TIDEMARK_CLICKHOUSE_URL !== undefined) return undefined;
  try {
    const { libchdbPath } = await import('chdb/libchdb');
    await import('ffi-rs');
    if (existsSync(libchdbPath())) return undefined;
    throw new Error('libchdb is missing');
  } catch (error) {
    const reason = `no ClickHouse for tests: ${error instanceof Error ? error.message : error}. Install the optional dependency chdb, or set TIDEMARK_CLICKHOUSE_URL.`;
    if (process.env.CI === 'true') throw new Error(reason);
    process.stderr.write(`skipped: ${reason}\n`);
    return reason;
  }
}

export async function startClickHouse(options: ServerOptions = {}): Promise<ClickHouseServer> {
  const existing = process.env.TIDEMARK_CLICKHOUSE_URL;
  if (existing !== undefined) return foreign(existing);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'tidemark-clickhouse-'));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const { backups } = options;
  const more: string[] = [];
  if (backups !== undefined) {
    const file = join(backups, 'server.xml');
    writeFileSync(file, `<clickhouse><backups><allowed_path>${backups}</allowed_path></backups></clickhouse>`);
    more.push('--config-file', file);
  }
  let child = await start(url, port, dir, more);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return {
    url,
    get pid() {
      return child.pid ?? 0;
    },
    kill9: kill,
    async restart() {
      await kill();
      child = await start(url, port, dir, more);
    },
    async stop() {
      await kill();
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function start(url: string, port: number, dir: string, more: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, String(port), dir, ...more], {
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-2_000);
  });
  const deadline = Date.now() + READY_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const answer = await fetch(`${url}/ping`).catch(() => undefined);
    if (answer?.ok) return child;
    await sleep(50);
  }
  child.kill('SIGKILL');
  throw new Error(`the ClickHouse server did not start at ${url}: ${said}`);
}

function foreign(url: string): ClickHouseServer {
  const refuse = async () => {
    throw new Error('TIDEMARK_CLICKHOUSE_URL names a server that is not ours to kill');
  };
  return { url, pid: 0, kill9: refuse, restart: refuse, stop: async () => {} };
}

/** Empties every table of a database but the book of migrations: a store as it is after `migrate`, without making it again. */
export async function emptyTables(connection: Connection, database: string): Promise<void> {
  const filled = await ask<[string]>(
    connection,
    `SELECT name FROM system.tables WHERE database = {database:String} AND total_rows > 0 AND name != 'migration'`,
    { database },
  );
  for (const [table] of filled) await run(connection, `TRUNCATE TABLE ${database}.${table} SYNC`);
}

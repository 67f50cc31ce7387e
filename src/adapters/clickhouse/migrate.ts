/** Brings the tables to what this version needs: numbered files run once, in order, by one worker at a time. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ask, exists, run } from './ask.ts';
import { type Connection, connect, type StoreConfig } from './connect.ts';
import { kept } from './retention.ts';
import { StoreError } from './store-error.ts';
import { makeComplete, refuseIncomplete } from './wholeness.ts';

/** What `migrate` did, or would do. */
export interface Migrated {
  /** Files run now, or that would run, in order. */
  readonly files: readonly string[];
  /** The statements of these files as sent. */
  readonly statements: readonly string[];
  /** Whether the store had been made before, by this build or an earlier one. */
  readonly isOlder: boolean;
}

/** A file of `schemas/clickhouse/`. `number` is absent for one that runs again whenever its settings change. */
export interface Migration {
  readonly file: string;
  readonly number: number | undefined;
  readonly text: string;
}

const LOCK_STALE_SECONDS = 60;
const LOCK_POLL_MS = 250;
const LOCK_WAIT_MS = 2 * LOCK_STALE_SECONDS * 1_000;
const TABLE_ALREADY_EXISTS = 57;

/** Migrations in the order they run. Beside the source in a checkout, one level further up in the built package. */
export function readMigrations(directory = schemaDirectory()): Migration[] {
  return readdirSync(directory)
    .filter((file) => /^(\d{3}|repeat)-[a-z0-9-]+\.sql$/.test(file))
    .sort()
    .map((file) => ({
      file,
      number: file.startsWith('repeat') ? undefined : Number(file.slice(0, 3)),
      text: readFileSync(`${directory}/${file}`, 'utf8'),
    }));
}

function schemaDirectory(): string {
  const candidates = ['../../../schemas/clickhouse', '../../../../schemas/clickhouse'];
  const found = candidates
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error('schemas/clickhouse is missing from the package');
  return found;
}

/** The statements of a migration for this configuration. Throws on a placeholder that has no value. */
export function renderMigration(text: string, config: StoreConfig): string[] {
  const clustered = config.cluster !== undefined;
  const window = `${clustered ? 'replicated' : 'non_replicated'}_deduplication_window = ${config.dedupWindow}`;
  const values: Record<string, string> = {
    database: config.database,
    onCluster: clustered ? `ON CLUSTER '${config.cluster}'` : '',
    replicated: clustered ? 'Replicated' : '',
    activityTtlDays: String(config.activityTtlDays),
    alertTtlDays: String(config.alertTtlDays),
    ...kept(config),
    // A replicated table also forgets by time, after an hour by default: too short for a worker that was down overnight.
    dedupWindow: clustered ? `${window}, replicated_deduplication_window_seconds = 604800` : window,
  };
  return text
    .replace(/^\s*--.*$/gm, '')
    .replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`unknown placeholder {{${name}}}`);
      return value;
    })
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.replace(/[ \t]+\n/g, '\n').trim())
    .filter((statement) => statement !== '');
}

/**
 * Runs what is missing. With `dryRun` nothing is changed.
 * Throws a `StoreError`: tampered where an applied file was changed, schema where the database is newer than this version.
 */
export async function migrate(config: StoreConfig, options: { dryRun?: boolean } = {}): Promise<Migrated> {
  const connection = await connect(config);
  try {
    return await migrateThrough(connection, config, options.dryRun ?? false);
  } finally {
    await connection.close();
  }
}

/** Every statement of this version for a configuration, in the order in which they run. */
const allStatements = (config: StoreConfig, migrations: readonly Migration[]) =>
  migrations.flatMap(({ text }) => renderMigration(text, config));

/** Throws a `StoreError` where something of an up to date database is gone. */
export const refuseDamaged = (
  connection: Connection,
  config: StoreConfig,
  migrations: readonly Migration[] = readMigrations(),
): Promise<void> => refuseIncomplete(connection, config, allStatements(config, migrations));

/** Makes what is gone of an up to date database anew, empty, and names it. */
export async function restoreTables(config: StoreConfig): Promise<readonly string[]> {
  const connection = await connect(config);
  try {
    return await locked(connection, config, () =>
      makeComplete(connection, config, allStatements(config, readMigrations())),
    );
  } finally {
    await connection.close();
  }
}

/** The same through an open connection. */
export async function migrateThrough(
  connection: Connection,
  config: StoreConfig,
  dryRun: boolean,
  migrations: readonly Migration[] = readMigrations(),
): Promise<Migrated> {
  const before = await pending(connection, config, migrations);
  const isOlder = before.length < migrations.length;
  if (dryRun || before.length === 0) return { ...describe(before, config), isOlder };
  for (const statement of renderMigration(BOOK, config)) {
    // Creating a database needs a right that a careful administrator keeps: only where there is none.
    if (!(statement.startsWith('CREATE DATABASE') && (await exists(connection, config.database))))
      await run(connection, statement);
  }
  return await locked(connection, config, async () => {
    const missing = await pending(connection, config, migrations);
    for (const migration of missing) {
      for (const statement of renderMigration(migration.text, config)) await run(connection, statement);
      await run(connection, record(migration, config));
    }
    return { ...describe(missing, config), isOlder };
  });
}

const BOOK = `
CREATE DATABASE IF NOT EXISTS {{database}} {{onCluster}};
CREATE TABLE IF NOT EXISTS {{database}}.migration {{onCluster}}
(
    file String,
    checksum String,
    applied_at DateTime64(3) DEFAULT now64(3)
)
ENGINE = {{replicated}}ReplacingMergeTree(applied_at)
ORDER BY file;
`;

function record(migration: Migration, config: StoreConfig): string {
  return `INSERT INTO ${config.database}.migration (file, checksum) VALUES ('${migration.file}', '${checksum(migration, config)}')`;
}

/** Of a numbered file: of its text, so that other settings are no tampering. Of a repeated one: of what it says now. */
function checksum(migration: Migration, config: StoreConfig): string {
  const content = migration.number === undefined ? renderMigration(migration.text, config).join(';') : migration.text;
  return createHash('sha256').update(content.replace(/\r\n/g, '\n')).digest('hex');
}

function describe(migrations: readonly Migration[], config: StoreConfig): Omit<Migrated, 'isOlder'> {
  return {
    files: migrations.map((migration) => migration.file),
    statements: migrations.flatMap((migration) => renderMigration(migration.text, config)),
  };
}

/** Migrations that have not run against this database. */
export async function pending(
  connection: Connection,
  config: StoreConfig,
  migrations: readonly Migration[] = readMigrations(),
): Promise<Migration[]> {
  const applied = await appliedChecksums(connection, config);
  const known = new Set(migrations.map((migration) => migration.file));
  for (const file of applied.keys())
    if (!known.has(file))
      throw new StoreError(
        'schema',
        `database ${config.database} at ${connection.place} has migration ${file}, which this version does not know`,
        'Upgrade Tidemark to the version that made it.',
      );
  return migrations.filter((migration) => {
    const recorded = applied.get(migration.file);
    if (recorded === undefined || recorded === checksum(migration, config)) return recorded === undefined;
    if (migration.number === undefined) return true;
    throw new StoreError(
      'tampered',
      `schemas/clickhouse/${migration.file} was changed after it had been applied to ${config.database} at ${connection.place}`,
      'Restore the file and put the change into a new migration.',
    );
  });
}

async function appliedChecksums(connection: Connection, config: StoreConfig): Promise<Map<string, string>> {
  if (!(await exists(connection, config.database, 'migration'))) return new Map();
  const rows = await ask<[string, string]>(
    connection,
    `SELECT file, checksum FROM ${config.database}.migration FINAL ORDER BY file`,
  );
  return new Map(rows);
}

/**
 * Runs `work` while no other worker migrates. ClickHouse has no locks, but a table can be created only once;
 * one that a dead worker left behind is dropped after a minute. Should two workers still meet, every statement bears repetition.
 */
async function locked<T>(connection: Connection, config: StoreConfig, work: () => Promise<T>): Promise<T> {
  const lock = `${config.database}.migration_lock`;
  const holder = randomUUID();
  const began = Date.now();
  for (;;) {
    try {
      await run(connection, `CREATE TABLE ${lock} (holder String) ENGINE = Memory COMMENT '${holder}'`);
      break;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== TABLE_ALREADY_EXISTS) throw error;
      if (Date.now() - began > LOCK_WAIT_MS)
        throw new StoreError(
          'busy',
          `another process is migrating ${config.database}`,
          `Wait for it; if there is none, drop the table ${lock}.`,
        );
      if (await abandoned(connection, config)) await run(connection, `DROP TABLE IF EXISTS ${lock} SYNC`);
      else await sleep(LOCK_POLL_MS);
    }
  }
  try {
    return await work();
  } finally {
    // Where ours took so long that it passed for abandoned, the lock that stands now is another's.
    if (await isHeldBy(connection, config, holder)) await run(connection, `DROP TABLE IF EXISTS ${lock} SYNC`);
  }
}

async function isHeldBy(connection: Connection, config: StoreConfig, holder: string): Promise<boolean> {
  const rows = await ask<[string]>(
    connection,
    "SELECT name FROM system.tables WHERE database = {database:String} AND name = 'migration_lock' AND comment = {holder:String}",
    { database: config.database, holder },
  );
  return rows.length > 0;
}

async function abandoned(connection: Connection, config: StoreConfig): Promise<boolean> {
  const rows = await ask<[string]>(
    connection,
    `SELECT name FROM system.tables WHERE database = {database:String} AND name = 'migration_lock' AND metadata_modification_time < now() - ${LOCK_STALE_SECONDS}`,
    { database: config.database },
  );
  return rows.length > 0;
}

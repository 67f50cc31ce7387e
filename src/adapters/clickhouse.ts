/** Opens and examines the system of record in ClickHouse: a server over HTTP, or the embedded engine, through one client. */
import type { HistoryStore, LedgerStore, OnceStore, SignalStore, Store, TriageStore } from '../ports.ts';
import { ask, exists } from './clickhouse/ask.ts';
import { type Connection, connect, type StoreConfig } from './clickhouse/connect.ts';
import { ClickHouseHistory } from './clickhouse/history.ts';
import { migrateThrough, pending } from './clickhouse/migrate.ts';
import { ClickHouseOnce } from './clickhouse/once.ts';
import { ClickHouseSignals } from './clickhouse/signals.ts';
import { ClickHouseStore, type StoreContext } from './clickhouse/store.ts';
import { StoreError } from './clickhouse/store-error.ts';
import { ClickHouseLedger, ClickHouseTriage } from './clickhouse/triage.ts';

export { type Migrated, migrate } from './clickhouse/migrate.ts';
export type { StoreContext } from './clickhouse/store.ts';
export { StoreError, type StoreErrorKind } from './clickhouse/store-error.ts';
export type { Retry } from './clickhouse/writer.ts';

/**
 * Opens the store that `config` names and makes sure that its tables are as this version needs them.
 * Throws a `StoreError` whose message is one line with the remedy.
 */
export async function openStore(config: StoreConfig, context: StoreContext = {}): Promise<Store> {
  const connection = await connect(config);
  try {
    if (context.migrate ?? connection.embedded) await migrateThrough(connection, config, false);
    else if ((await inspect(connection, config)).pending.length > 0)
      throw new StoreError(
        'schema',
        `database ${config.database} at ${connection.place} is not up to date`,
        'Run `tidemark migrate`.',
      );
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new ClickHouseStore(connection, config, context);
}

/** The doors for people, through the connection of an open store; they end with it. */
export function openTriage(store: Store): { readonly triage: TriageStore; readonly ledger: LedgerStore } {
  if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store that openStore opened');
  return { triage: new ClickHouseTriage(store.shared), ledger: new ClickHouseLedger(store.shared) };
}

/** What may count only once, through the connection of an open store; it ends with it. */
export function openOnce(store: Pick<Store, 'close'>): OnceStore {
  if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store that openStore opened');
  return new ClickHouseOnce(store.shared);
}

/** Streams of security events, through the connection of an open store; they end with it. */
export function openSignals(store: Pick<Store, 'close'>): SignalStore {
  if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store that openStore opened');
  return new ClickHouseSignals(store.shared);
}

/** Stored history in order of event time, through the connection of an open store; it ends with it. */
export function openHistory(store: Store): HistoryStore {
  if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store that openStore opened');
  return new ClickHouseHistory(store.shared);
}

/** What `checkStore` found. */
export interface StoreCheck {
  /** Version of the engine. */
  readonly version: string;
  readonly embedded: boolean;
  /** Migrations still to run. */
  readonly pending: readonly string[];
}

/** Connects, logs in and looks at the tables. Throws a `StoreError` for the first thing that is wrong. */
export async function checkStore(config: StoreConfig): Promise<StoreCheck> {
  const connection = await connect(config);
  try {
    return await inspect(connection, config);
  } finally {
    await connection.close();
  }
}

async function inspect(connection: Connection, config: StoreConfig): Promise<StoreCheck> {
  const [version] = await ask<[string]>(connection, 'SELECT version()');
  // The embedded engine gets its tables when it is opened; a server gets them from whoever may create them.
  if (!connection.embedded && !(await exists(connection, config.database)))
    throw new StoreError(
      'schema',
      `ClickHouse at ${connection.place} has no database ${config.database} that ${config.username} may see`,
      'Run `tidemark migrate`, or correct store.database.',
    );
  const missing = await pending(connection, config);
  return {
    version: version?.[0] ?? 'unknown',
    embedded: connection.embedded,
    pending: missing.map((migration) => migration.file),
  };
}

/** Opens and examines the system of record in ClickHouse: a server over HTTP, or the embedded engine, through one client. */

import { randomBytes } from 'node:crypto';
import type { HashKey } from '../../core/engine-contract.ts';
import type { MoveStore } from '../../ports/moves.ts';
import type { ErasureStore, PrivacyStore } from '../../ports/privacy.ts';
import type { ClaimStore, SignalStore, SuspensionStore } from '../../ports/respond.ts';
import type { SessionStore } from '../../ports/sessions.ts';
import type { SourceStore } from '../../ports/sources.ts';
import type { HistoryStore, Store } from '../../ports/store.ts';
import type { FleetingIds, LookupStore, TriageStore } from '../../ports/triage.ts';
import type { ViewStore } from '../../ports/views.ts';
import type { WaitingStore } from '../../ports/waiting.ts';
import { ask, exists } from './ask.ts';
import { readBudget, writeBudget } from './budget-in-force.ts';
import { ClickHouseClaims } from './claims.ts';
import { type Connection, connect, type StoreConfig } from './connect.ts';
import { ClickHouseErasures } from './erasures.ts';
import { fleetingIds } from './fleeting.ts';
import { hashKeyOf, knownHashKey } from './hash-key.ts';
import { ClickHouseHistory } from './history.ts';
import { firstValue } from './installation.ts';
import { migrateThrough, pending as missingMigrations, readMigrations, refuseDamaged } from './migrate.ts';
import { ClickHouseMoves } from './moves.ts';
import { ClickHousePrivacy } from './privacy.ts';
import { LOST_POPULATION, MEMORY_FORMATS, MISSING_MEMORIES } from './questions.ts';
import { ClickHouseSessions } from './sessions.ts';
import { ClickHouseSignals } from './signals.ts';
import { ClickHouseSources } from './sources.ts';
import { ClickHouseStore, type StoreContext } from './store.ts';
import { StoreError } from './store-error.ts';
import { ClickHouseSuspensions } from './suspensions.ts';
import { ClickHouseLookups, ClickHouseTriage } from './triage.ts';
import { ClickHouseViews } from './views.ts';
import { ClickHouseWaiting } from './waiting.ts';

export { PUBLISHED_KEY } from './hash-key.ts';
export { type Migrated, migrate, restoreTables } from './migrate.ts';
export type { StoreContext } from './store.ts';
export { StoreError, type StoreErrorKind } from './store-error.ts';
export type { Retry } from './writer.ts';

/**
 * Opens the store that `config` names and makes sure that its tables are as this version needs them.
 * Throws a `StoreError` whose message is one line with the remedy.
 */
export async function openStore(config: StoreConfig, context: StoreContext = {}): Promise<Store> {
  const connection = await connect(config);
  try {
    if (context.migrate ?? connection.embedded) {
      const { files, isOlder } = await migrateThrough(connection, config, false);
      if (isOlder && closesToEarlier(files)) context.onUpdated?.({ place: connection.place, files });
    } else if ((await inspect(connection, config)).pending.length > 0)
      throw new StoreError(
        'schema',
        `database ${config.database} at ${connection.place} is not up to date`,
        'Run `tidemark migrate`.',
      );
    await refuseDamaged(connection, config);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return new ClickHouseStore(connection, config, context);
}

/** Whether earlier builds, which do not know one of these migrations, refuse a store that has them; those that repeat are known to all. */
export const closesToEarlier = (files: readonly string[]): boolean => files.some((file) => !file.startsWith('repeat-'));

/** The connection and what goes with it. Throws a TypeError for a store of another kind. */
function sharedOf(store: Pick<Store, 'close'>): ClickHouseStore['shared'] {
  if (!(store instanceof ClickHouseStore)) throw new TypeError('not a store that openStore opened');
  return store.shared;
}

/** Opens triage and lookups on the connection of an open store; they end with it. */
export function openTriage(store: Store): { readonly triage: TriageStore; readonly ledger: LookupStore } {
  return { triage: new ClickHouseTriage(sharedOf(store)), ledger: new ClickHouseLookups(sharedOf(store)) };
}

/** Opens what is stored of suspensions, to read, on the connection of an open store; it ends with it. */
export function openSuspensionRows(store: Pick<Store, 'close'>): Pick<SuspensionStore, 'list'> {
  return new ClickHouseSuspensions(sharedOf(store));
}

/** Opens the claims (what may count only once) on the connection of an open store; they end with it. */
export function openClaims(store: Pick<Store, 'close'>): ClaimStore {
  return new ClickHouseClaims(sharedOf(store));
}

/** Opens where records are written down that wait for their trace, on the connection of an open store; it ends with it. */
export function openWaiting(store: Pick<Store, 'close'>): WaitingStore {
  return new ClickHouseWaiting(sharedOf(store));
}

/** Opens what the pages of the console ask, on the connection of an open store; it ends with it. */
export function openViews(store: Pick<Store, 'close'>): ViewStore {
  return new ClickHouseViews(sharedOf(store));
}

/** Opens what forgets people, identities and tenants, on the connection of an open store; it ends with it. */
export function openPrivacy(store: Pick<Store, 'close'>, hashOf: (key: string) => number): PrivacyStore {
  return new ClickHousePrivacy(sharedOf(store), hashOf);
}

/** Opens the requests to forget while workers run, on the connection of an open store; they end with it. */
export function openErasures(store: Pick<Store, 'close'>): ErasureStore {
  return new ClickHouseErasures(sharedOf(store));
}

/** Opens the moves of habits to topics with more partitions, on the connection of an open store; they end with it. */
export function openMoves(store: Pick<Store, 'close'>): MoveStore {
  return new ClickHouseMoves(sharedOf(store));
}

/** Opens streams of security events on the connection of an open store; they end with it. */
export function openSignals(store: Pick<Store, 'close'>): SignalStore {
  return new ClickHouseSignals(sharedOf(store));
}

/** Opens what is kept of the sources of records, on the connection of an open store; it ends with it. */
export function openSources(store: Pick<Store, 'close'>): SourceStore {
  return new ClickHouseSources(sharedOf(store));
}

/** Opens the sessions of people who signed in, on the connection of an open store; they end with it. */
export function openSessions(store: Pick<Store, 'close'>): SessionStore {
  return new ClickHouseSessions(sharedOf(store));
}

/** Opens stored history, in order of event time, on the connection of an open store; it ends with it. */
export function openHistory(store: Store): HistoryStore {
  return new ClickHouseHistory(sharedOf(store));
}

/**
 * The secret key of the value hashes of an open store, made and kept there where there is none. `wanted`: what to keep instead of a
 * new secret while nothing is stored. Not for a log, a message or a screen.
 */
export async function openHashKey(store: Pick<Store, 'close'>, wanted?: HashKey): Promise<HashKey> {
  const known = hashKeys.get(store);
  if (known !== undefined) return known;
  const key = await hashKeyOf(sharedOf(store), wanted);
  hashKeys.set(store, key);
  return key;
}

/** The same for whoever only looks at a store, and writes nothing. */
export async function readHashKey(store: Pick<Store, 'close'>): Promise<HashKey> {
  return hashKeys.get(store) ?? (await knownHashKey(sharedOf(store)));
}

/** The secret of 32 bytes that all processes over an open store share for `purpose`; made where there is none. Not for a log or a message. */
export async function sharedSecret(store: Pick<Store, 'close'>, purpose: string): Promise<Buffer> {
  return Buffer.from(await firstValue(sharedOf(store), purpose, randomBytes(SECRET_BYTES).toString('hex')), 'hex');
}

/** Records the budget that the alerts of an open store are raised under from now on. */
export async function recordBudget(store: Pick<Store, 'close'>, falsePerDay: number): Promise<void> {
  await writeBudget(sharedOf(store), falsePerDay);
}

/** The budget that was recorded last; undefined where none was. */
export async function budgetInForce(store: Pick<Store, 'close'>): Promise<number | undefined> {
  return readBudget(sharedOf(store));
}

const SECRET_BYTES = 32;

/** It is asked for with every look at an identity, and never changes while a store is open. */
const hashKeys = new WeakMap<object, HashKey>();

/** What `checkStore` found. */
export interface StoreCheck {
  /** Version of the engine. */
  readonly version: string;
  readonly embedded: boolean;
  /** Migrations still to run. */
  readonly pending: readonly string[];
  /** Whether earlier builds, which use this store by now, refuse it after these. */
  readonly closesToEarlier: boolean;
  /** Partitions that have lost memories: fewer identities are stored than their last snapshot had. */
  readonly missing: readonly MissingMemories[];
  /** Homes whose ids hardly ever come back. */
  readonly fleeting: readonly FleetingIds[];
}

/** Habits that were saved in one format. */
export interface SavedFormat {
  /** Its number, which is the first byte of a saved memory. */
  readonly format: number;
  readonly identities: number;
}

/** In which formats the habits of a store are saved, the oldest first; none where there are no tables yet. Changes nothing. */
export async function savedFormats(config: StoreConfig): Promise<SavedFormat[]> {
  const connection = await connect(config);
  try {
    if (!(await exists(connection, config.database, 'memory'))) return [];
    const question = MEMORY_FORMATS.replaceAll('DB.', `${config.database}.`);
    const rows = await ask<[number, number | string]>(connection, question);
    return rows.map(([format, identities]) => ({ format: Number(format), identities: Number(identities) }));
  } finally {
    await connection.close();
  }
}

export interface MissingMemories {
  /** Cluster and topic. */
  readonly topic: string;
  readonly partition: number;
  readonly expected: number;
  readonly found: number;
}

/** Partitions named at the most; one is enough to know that the store is damaged. */
const MISSING_MAX = 100;
/** Homes named whose ids do not come back. */
const FLEETING_SHOWN = 20;

/** Connects, logs in and looks at the tables. Throws a `StoreError` for the first thing that is wrong. */
export async function checkStore(config: StoreConfig): Promise<StoreCheck> {
  const connection = await connect(config);
  try {
    // A database that is not there yet is no fault where it may be made: `tidemark run` makes it.
    if (!connection.embedded && !(await exists(connection, config.database)) && (await mayCreate(connection, config))) {
      const [version] = await ask<[string]>(connection, 'SELECT version()');
      const files = readMigrations().map(({ file }) => file);
      const nothing = { pending: files, closesToEarlier: false, missing: [], fleeting: [] };
      return { version: version?.[0] ?? 'unknown', embedded: false, ...nothing };
    }
    const found = await inspect(connection, config);
    // Tables that are not up to date cannot be asked.
    if (found.pending.length > 0) return { ...found, missing: [], fleeting: [] };
    await refuseDamaged(connection, config);
    await knownHashKey({ connection, database: config.database });
    await refuseLostPopulation(connection, config);
    const missing = await missingMemories(connection, config);
    return { ...found, missing, fleeting: await fleetingIds(connection, config.database, FLEETING_SHOWN) };
  } finally {
    await connection.close();
  }
}

/** Throws where activities were judged of late, identities are remembered, and nothing is of what they have in common. */
async function refuseLostPopulation(connection: Connection, { database }: StoreConfig): Promise<void> {
  const [row] = await ask<[number]>(connection, LOST_POPULATION.replaceAll('DB.', `${database}.`));
  if (Number(row?.[0] ?? 0) > 0)
    throw new StoreError(
      'schema',
      'table contribution is empty: what identities have in common is gone, and peers and the threshold begin anew',
      'Restore the table contribution from a backup.',
    );
}

/** Whether this user may make the database; servers before 24.10 cannot be asked, and are taken to allow it. */
async function mayCreate(connection: Connection, { database }: StoreConfig): Promise<boolean> {
  try {
    const rows = await ask<[number]>(connection, `CHECK GRANT CREATE DATABASE ON ${database}.*`);
    return Number(rows[0]?.[0] ?? 1) === 1;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'unreachable') throw error;
    return true;
  }
}

async function inspect(connection: Connection, config: StoreConfig): Promise<Omit<StoreCheck, 'missing' | 'fleeting'>> {
  const [version] = await ask<[string]>(connection, 'SELECT version()');
  // The embedded engine gets its tables when it is opened; a server gets them from whoever may create them.
  if (!connection.embedded && !(await exists(connection, config.database)))
    throw new StoreError(
      'schema',
      `ClickHouse at ${connection.place} has no database ${config.database} that ${config.username} may see`,
      'Run `tidemark migrate`, or correct store.database.',
    );
  const migrations = readMigrations();
  const pending = (await missingMigrations(connection, config, migrations)).map(({ file }) => file);
  return {
    version: version?.[0] ?? 'unknown',
    embedded: connection.embedded,
    pending,
    closesToEarlier: pending.length < migrations.length && closesToEarlier(pending),
  };
}

async function missingMemories(connection: Connection, { database }: StoreConfig): Promise<MissingMemories[]> {
  const question = MISSING_MEMORIES.replaceAll('DB.', `${database}.`);
  const rows = await ask<[string, number, number | string, number | string]>(connection, question, {
    limit: MISSING_MAX,
  });
  return rows.map(([topic, partition, expected, found]) => ({
    topic,
    partition,
    expected: Number(expected),
    found: Number(found),
  }));
}

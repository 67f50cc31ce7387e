/** Writes rows so that a repetition changes nothing, tried again until stored or told why not. */

// An insert has a token, by which the engine knows it again. But an engine that dies in the middle of an insert can know the token
// afterwards and have lost the rows (ClickHouse 26.7.2, tables without replicas: 1 of some 460 inserts that a kill cut off). So what is
// tried again bears another token.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, StoreConfig } from './connect.ts';
import { type Column, encodeNative } from './native.ts';
import { type Retry, RetryPolicy } from './retry.ts';
import { StoreError } from './store-error.ts';

export type { Retry } from './retry.ts';

/** When more rows than this share, and than this number, cannot be stored, the table or the vendor has changed, and the rows are not to blame. */
const POISON_SHARE = 0.1;
const POISON_MIN = 8;

/** A row the store cannot hold, and why. */
export interface Poison<Row> {
  readonly row: Row;
  readonly reason: string;
}

export interface Insert<Row> {
  readonly table: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Names exactly this content; absent: the engine goes by the content itself. */
  readonly token?: string;
  /** An earlier process may have begun it. */
  readonly isRepeated?: boolean;
  /**
   * Which of the rows are not stored: asked before an insert is repeated. Absent: all are written again, since the table replaces
   * equal rows, and questions count them once.
   */
  readonly missing?: () => Promise<readonly Row[]>;
}

/** One row whose token is a place: of all that claim it the engine keeps the first. */
export interface Claim<Row> extends Pick<Insert<Row>, 'table' | 'columns'> {
  readonly row: Row;
  readonly token: string;
  /** Whether anybody has the place now. */
  readonly isTaken: () => Promise<boolean>;
}

/** Looks at a place that its claim left empty, in ms after one another: whoever came first may not have finished. */
const LOOKS_MS = [100, 1_000, 3_000] as const;
/** Places with a token of which the engine lost the row, one after another, before it is given up. */
const LOST_PLACES_MAX = 5;

export class Writer {
  readonly #connection: Connection;
  readonly #config: StoreConfig;
  /** What an outage stops is tried again through it. */
  readonly patience: RetryPolicy;

  constructor(connection: Connection, config: StoreConfig, onRetry: (retry: Retry) => void) {
    this.#connection = connection;
    this.#config = config;
    this.patience = new RetryPolicy(connection.place, config.retryForMs, onRetry);
  }

  /** Ends waiting retries; they fail as closed. */
  close(): void {
    this.patience.close();
  }

  /** Stores all rows or throws a `StoreError`. */
  async insert<Row>(insert: Insert<Row>): Promise<void> {
    if (insert.rows.length === 0) return;
    await this.#send(insert, insert.rows, insert.token, await encodeNative(insert.columns, insert.rows));
  }

  /** Takes a place, unless somebody was there before. Who has it is for the caller to look. Throws a `StoreError`. */
  async claim<Row>({ table, columns, row, token, isTaken }: Claim<Row>): Promise<void> {
    const body = await encodeNative(columns, [row]);
    for (let lost = 0; lost < LOST_PLACES_MAX; lost++) {
      const named = insertStatement(this.#config.database, { table, columns }, lost === 0 ? token : `${token}/${lost}`);
      await this.patience.through(table, () => this.#sendOnce(named, body));
      if (await isTaken()) return;
      for (const ms of LOOKS_MS) {
        await sleep(ms);
        if (await isTaken()) return;
      }
    }
  }

  /** Stores every row that can be stored and returns the others. Throws when too many cannot. */
  async insertTolerant<Row>(insert: Insert<Row>): Promise<Poison<Row>[]> {
    if (insert.rows.length === 0) return [];
    const poison: Poison<Row>[] = [];
    let rows = insert.rows;
    let body: Buffer;
    try {
      body = await encodeNative(insert.columns, rows);
    } catch {
      rows = await encodable(insert, poison);
      this.#checkShare(insert, poison);
      if (rows.length === 0) return poison;
      body = await encodeNative(insert.columns, rows);
    }
    await this.#bisect(insert, rows, insert.token, body, poison);
    return poison;
  }

  /** Inserts `rows`; where the engine refuses them, halves them until only what it refuses is left. */
  async #bisect<Row>(
    insert: Insert<Row>,
    rows: readonly Row[],
    token: string | undefined,
    body: Buffer,
    poison: Poison<Row>[],
  ): Promise<void> {
    try {
      await this.#send(insert, rows, token, body);
    } catch (error) {
      if (!(error instanceof StoreError) || error.kind !== 'refused') throw error;
      if (rows.length === 1) {
        poison.push({ row: rows[0]!, reason: error.message });
        this.#checkShare(insert, poison);
        return;
      }
      const middle = rows.length >> 1;
      for (const [half, part] of [rows.slice(0, middle), rows.slice(middle)].entries()) {
        // The path of halves names the content as well as the whole token did.
        const named = token === undefined ? undefined : `${token}/${half}`;
        await this.#bisect(insert, part, named, await encodeNative(insert.columns, part), poison);
      }
    }
  }

  #checkShare<Row>(insert: Insert<Row>, poison: readonly Poison<Row>[]): void {
    if (poison.length <= Math.max(POISON_MIN, insert.rows.length * POISON_SHARE)) return;
    throw new StoreError(
      'refused',
      `${poison.length} of ${insert.rows.length} rows for ${insert.table} cannot be stored, the last because ${poison.at(-1)!.reason}`,
      'Nothing was acknowledged. The table or what feeds it changed: compare with `tidemark migrate --dry-run`.',
    );
  }

  async #send<Row>(insert: Insert<Row>, rows: readonly Row[], token: string | undefined, body: Buffer): Promise<void> {
    let isRepeated = insert.isRepeated === true;
    await this.patience.through(insert.table, async () => {
      const again = isRepeated;
      isRepeated = true;
      const left = again ? await notStored(insert, rows) : rows;
      if (left.length === 0) return;
      const named = again ? `${token ?? insert.table}/${randomUUID()}` : token;
      const bytes = left.length === rows.length ? body : await encodeNative(insert.columns, left);
      await this.#sendOnce(insertStatement(this.#config.database, insert, named), bytes);
    });
  }

  async #sendOnce(statement: string, body: Buffer): Promise<void> {
    const { client, place } = this.#connection;
    const answer = await client.exec({ query: statement, values: Readable.from([body]) });
    // An insert answers nothing; a server that fails late says so in the body.
    let said = '';
    for await (const chunk of answer.stream) said += said.length < 4096 ? String(chunk) : '';
    if (said.trim() !== '')
      throw new StoreError('busy', `ClickHouse at ${place} broke off an insert: ${said.trim()}`, 'Try again.');
  }
}

/**
 * Settings in the statement hold for it alone, on a server and in the embedded engine alike.
 * `async_insert` is on by default and would lose the token; `deduplicate_blocks_in_dependent_materialized_views` carries it to the views.
 * `optimize_on_insert` would look for rows to replace in the block alone: merges do that anyway, and no question relies on it.
 */
export function insertStatement<Row>(
  database: string,
  insert: Pick<Insert<Row>, 'table' | 'columns'>,
  token?: string,
): string {
  const columns = insert.columns.map((column) => `\`${column.name}\``).join(', ');
  const named = token === undefined ? '' : `, insert_deduplication_token = '${token.replace(/[\\']/g, '\\$&')}'`;
  return (
    `INSERT INTO ${database}.${insert.table} (${columns}) SETTINGS async_insert = 0, insert_deduplicate = 1, optimize_on_insert = 0, ` +
    `deduplicate_blocks_in_dependent_materialized_views = 1, max_partitions_per_insert_block = 400${named} FORMAT Native`
  );
}

/** Which rows of a part of an insert have to be written again. */
async function notStored<Row>(insert: Insert<Row>, rows: readonly Row[]): Promise<readonly Row[]> {
  if (insert.missing === undefined) return rows;
  const missing = new Set(await insert.missing());
  return rows.filter((row) => missing.has(row));
}

/** Rows that can be encoded; the others, found one by one, are poison. */
async function encodable<Row>(insert: Insert<Row>, poison: Poison<Row>[]): Promise<readonly Row[]> {
  const good: Row[] = [];
  for (const row of insert.rows)
    try {
      await encodeNative(insert.columns, [row]);
      good.push(row);
    } catch (error) {
      poison.push({ row, reason: error instanceof Error ? error.message : String(error) });
    }
  return good;
}

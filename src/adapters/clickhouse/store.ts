/** The `Store` port on ClickHouse: every write is idempotent, every question bounded. */

import { createHash, randomUUID } from 'node:crypto';
import type { Activity } from '../../../schemas/activity.ts';
import type { Alert } from '../../../schemas/alert.ts';
import type { HomeFilter } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import { createPace } from '../../bounds/pace.ts';
import type { Contribution, Located, LocatedDecision, LocatedRecord, MemoryRow } from '../../core/engine-contract.ts';
import { type PendingDelivery, REST_MAX_MS, type Settlement } from '../../ports/delivery.ts';
import type { Clock } from '../../ports/outside.ts';
import { type ActCells, actKey, keyOfAct } from '../../ports/same-act.ts';
import type {
  AlertQuery,
  DeadLetter,
  FirstActivitiesQuery,
  OwnHours,
  Reached,
  Store,
  ToldPart,
  Turn,
  TurnMark,
} from '../../ports/store.ts';
import { activityColumns, toActivity } from './activity-columns.ts';
import { ask, run } from './ask.ts';
import type { Connection, StoreConfig } from './connect.ts';
import { homeParameters } from './home-filter.ts';
import * as questions from './questions.ts';
import { type Asking, readContributions } from './read-contributions.ts';
import * as columns from './row-columns.ts';
import { StoreError, toStoreError } from './store-error.ts';
import { readStoredAlert } from './stored-alert.ts';
import { type Poison, type Retry, Writer } from './writer.ts';

/** What the store is given besides its configuration. */
export interface StoreContext {
  readonly clock?: Clock;
  /** A write was put off and will be tried again. */
  readonly onRetry?: (retry: Retry) => void;
  /** Rows that could not be stored are now among the dead letters. */
  readonly onPoison?: (letters: readonly DeadLetter[]) => void;
  /** Run missing migrations first. Default: only for the embedded engine, which has one user. */
  readonly migrate?: boolean;
  /** A store of an earlier build was brought up to date, so that earlier builds refuse it from now on. */
  readonly onUpdated?: (updated: { readonly place: string; readonly files: readonly string[] }) => void;
}

const MEMORIES_PER_INSERT = 5_000;
const MEMORIES_PER_PAGE = 5_000;
const ACTIVITIES_PER_PAGE = 10_000;
const RECORDS_PER_PAGE = 5_000;
/** Pairs of an alert and a sink that are read at once. */
const HEARD_MAX = 1_000_000;
const IDS_PER_QUESTION = 2_000;
/** Failing for so long is more than a hiccup. */
const TROUBLE_MS = 3_000;
const POISON_MAX_BYTES = 256 * 1024;
/** Before the year 0: any instant that can be written in RFC 3339 comes later. */
const BEGINNING_MS = -1e14;

export class ClickHouseStore implements Store {
  readonly #connection: Connection;
  readonly #database: string;
  readonly #clock: Clock;
  readonly #writer: Writer;
  readonly #freeBytesMin: number;
  readonly #onPoison: (letters: readonly DeadLetter[]) => void;
  readonly #asking: Asking = (question, parameters) => this.#ask(question, parameters);

  constructor(connection: Connection, config: StoreConfig, context: StoreContext) {
    this.#connection = connection;
    this.#database = config.database;
    this.#freeBytesMin = config.freeBytesMin;
    this.#clock = context.clock ?? { now: Date.now };
    this.#onPoison = context.onPoison ?? (() => undefined);
    this.#writer = new Writer(connection, config, context.onRetry ?? (() => undefined));
    connection.patience = this.#writer.patience;
  }

  /** The connection, for other ports on the same engine: an embedded engine allows only one. */
  get shared(): { readonly connection: Connection; readonly database: string; readonly writer: Writer } {
    return { connection: this.#connection, database: this.#database, writer: this.#writer };
  }

  /** Each step bears repetition; the mark comes last, so that a turn without one is simply done again. */
  async commit(turn: Turn): Promise<void> {
    const named = (table: string) => ({
      table,
      token: `${turn.id}/${table}`,
      isRepeated: turn.isRepeated === true,
    });
    const letters: DeadLetter[] = [];
    const activities = await this.#writer.insertTolerant({
      ...named('activity'),
      columns: activityColumns(turn.span),
      rows: turn.activities,
      missing: () => this.#missing(turn),
    });
    for (const { row, reason } of activities)
      letters.push(this.#poisonLetter(turn, 'activity', row.activity, row.offset, reason));
    const contributions = await this.#writer.insertTolerant({
      ...named('contribution'),
      columns: columns.contributionColumns,
      rows: await placed([{ turn: turn.id, before: turn.toldBefore ?? 0, contributions: turn.contributions }]),
    });
    this.#collect(turn, 'contribution', contributions, letters);
    const decisions = await this.#writer.insertTolerant({
      ...named('decision'),
      columns: columns.decisionColumns,
      rows: [
        ...turn.alerts.map((alert): columns.Decision => ({ row: 'alert', alert })),
        ...turn.observed.map((alert): columns.Decision => ({ row: 'observe', alert })),
        ...turn.deliveries.map((delivery): columns.Decision => ({ row: 'delivery', delivery })),
      ],
    });
    this.#collect(turn, 'decision', decisions, letters);
    await this.#writer.insert({
      ...named('inventory'),
      columns: columns.inventoryColumns(turn.span),
      rows: turn.inventory ?? [],
    });
    await this.#writer.insert({
      ...named('decided'),
      columns: columns.decidedColumns(turn.span),
      rows: turn.decisions ?? [],
    });
    if (letters.length > 0) {
      await this.setAside(letters);
      this.#onPoison(letters);
    }
    await this.#writer.insert({ ...named('turn'), columns: columns.turnColumns, rows: [turn] });
  }

  /** Activities of a turn that are not stored: one that is stored twice would be counted twice until the table is merged. */
  async #missing({ span, activities }: Turn): Promise<readonly Located[]> {
    const rows = await this.#ask<[number | string]>(questions.OFFSETS, { ...span });
    const stored = new Set(rows.map(([offset]) => Number(offset)));
    return activities.filter(({ offset }) => !stored.has(offset));
  }

  #collect<Row>(turn: Turn, table: string, poison: readonly Poison<Row>[], letters: DeadLetter[]): void {
    for (const { row, reason } of poison) letters.push(this.#poisonLetter(turn, table, row, turn.span.first, reason));
  }

  #poisonLetter(turn: Turn, table: string, content: unknown, offset: number, reason: string): DeadLetter {
    const bytes = Buffer.from(JSON.stringify(content) ?? '');
    return {
      id: createHash('sha256').update(`${turn.id}/${table}/${offset}/`).update(bytes).digest('hex').slice(0, 32),
      origin: { from: turn.span.topic, partition: turn.span.partition, offset },
      format: table,
      reason: `the store cannot hold it: ${reason}`,
      bytes: bytes.subarray(0, POISON_MAX_BYTES),
      truncated: bytes.length > POISON_MAX_BYTES,
      at: new Date(this.#clock.now()).toISOString(),
    };
  }

  /** Memories first, then the row that says they are complete; each memory carries its own offset, so half of them do no harm. */
  async saveMemories(
    topic: string,
    partition: number,
    offset: number,
    rows: readonly MemoryRow[],
    identities = -1,
  ): Promise<void> {
    const memory = columns.memoryColumns(topic, partition);
    for (let from = 0; from < rows.length; from += MEMORIES_PER_INSERT) {
      const part = rows.slice(from, from + MEMORIES_PER_INSERT);
      // By its content alone, what is saved again after it was lost would pass for a repetition of what was saved before.
      await this.#writer.insert({ table: 'memory', columns: memory, rows: part, token: randomUUID() });
    }
    await this.#writer.insert({
      table: 'snapshot',
      columns: columns.snapshotColumns,
      rows: [{ topic, partition, offset, memories: rows.length, identities }],
      token: randomUUID(),
    });
  }

  async recall(topic: string, partition: number) {
    const [last] = await this.#ask<[number | string, number | string]>(questions.LAST_SNAPSHOT, { topic, partition });
    const identities = Number(last?.[1] ?? -1);
    return {
      offset: last === undefined ? -1 : Number(last[0]),
      ...(identities >= 0 && { identities }),
      rows: this.#memories(topic, partition),
    };
  }

  async *#memories(topic: string, partition: number): AsyncGenerator<MemoryRow> {
    const pages = this.#pages<string, MemoryCells>(questions.MEMORIES_OF_PARTITION, '', MEMORIES_PER_PAGE, (after) => ({
      topic,
      partition,
      after,
    }));
    for await (const cells of pages) yield toMemory(cells);
  }

  /** All rows of a question, a page of `limit` after another. Rows come in order of their first column; each page begins after the last value there. */
  async *#pages<Place extends number | string, Cells extends readonly [Place, ...unknown[]]>(
    question: string,
    before: Place,
    limit: number,
    parametersOf: (after: Place) => Readonly<Record<string, unknown>>,
  ): AsyncGenerator<Cells> {
    for (let after = before; ; ) {
      const page = await this.#ask<Cells>(question, { ...parametersOf(after), limit });
      yield* page;
      if (page.length < limit) return;
      after = page.at(-1)![0];
    }
  }

  async turnsAfter(topic: string, partition: number, offset: number): Promise<readonly TurnMark[]> {
    const rows = await this.#ask<[number, number, number, string]>(questions.TURNS_AFTER, { topic, partition, offset });
    return rows.map(([first, last, epoch, state]) => ({
      span: { topic, partition, first: Number(first), last: Number(last) },
      epoch: Number(epoch),
      state,
    }));
  }

  async *stored(topic: string, partition: number, after: number, upTo: number): AsyncGenerator<Located> {
    const pages = this.#pages<number | string, ActivityCells>(questions.STORED, after, ACTIVITIES_PER_PAGE, (from) => ({
      topic,
      partition,
      after: Number(from),
      upTo,
    }));
    for await (const [offset, ...cells] of pages) yield { activity: toActivity(cells), offset: Number(offset) };
  }

  async *inventory(
    topic: string,
    partition: number,
    after: number,
    upTo: number,
    which: 'all' | 'in-force',
  ): AsyncGenerator<LocatedRecord> {
    const question = which === 'all' ? questions.INVENTORY : questions.INVENTORY_IN_FORCE;
    const pages = this.#pages<number | string, TextCells>(question, after, RECORDS_PER_PAGE, (from) => ({
      topic,
      partition,
      after,
      upTo,
      from: Number(from),
    }));
    for await (const [offset, record] of pages)
      yield { record: JSON.parse(record) as InventoryRecord, offset: Number(offset) };
  }

  async *decisions(topic: string, partition: number, after: number, upTo: number): AsyncGenerator<LocatedDecision> {
    const pages = this.#pages<number | string, TextCells>(questions.DECIDED, after, RECORDS_PER_PAGE, (from) => ({
      topic,
      partition,
      after: Number(from),
      upTo,
    }));
    for await (const [offset, decided] of pages) yield { decided: JSON.parse(decided), offset: Number(offset) };
  }

  async heard(alertIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map<string, Set<string>>();
    if (alertIds.length === 0) return found;
    const rows = await this.#ask<[string, string]>(questions.HEARD, { alertIds, limit: HEARD_MAX });
    for (const [id, sink] of rows) found.set(id, (found.get(id) ?? new Set()).add(sink));
    return found;
  }

  async inventoriesOf(tenant: string, identity: string): Promise<readonly InventoryRecord[]> {
    const rows = await this.#ask<[string]>(questions.INVENTORY_OF, { tenant, identity });
    return rows.map(([record]) => JSON.parse(record) as InventoryRecord);
  }

  async *population(after: number, upTo: number, own: readonly OwnHours[] = []): AsyncGenerator<Contribution> {
    for await (const { contribution } of this.contributions(after, upTo, own)) yield contribution;
  }

  contributions(after: number, upTo: number, own: readonly OwnHours[] = []) {
    return readContributions(this.#asking, after, upTo, own);
  }

  async lastTold(): Promise<number> {
    const [row] = await this.#ask<[number]>(questions.LAST_TOLD, {});
    return row?.[0] ?? -1;
  }

  /** What was told comes first: who reads how far a partition is must find it. */
  async tell(topic: string, parts: readonly ToldPart[], reached: readonly Reached[]): Promise<void> {
    await this.#writer.insert({
      table: 'contribution',
      columns: columns.contributionColumns,
      rows: await placed(parts),
    });
    await this.#writer.insert({ table: 'reached', columns: columns.reachedColumns(topic), rows: reached });
  }

  async reached(topic: string): Promise<readonly Reached[]> {
    const rows = await this.#ask<[number, number | string, number]>(questions.REACHED, { topic });
    return rows.map(([partition, offset, hour]) => ({ partition, offset: Number(offset), hour }));
  }

  async reachedAt(topic: string, partition: number, offset: number): Promise<number | undefined> {
    const [row] = await this.#ask<[number]>(questions.REACHED_AT, { topic, partition, offset });
    return row?.[0];
  }

  async storedBefore(topic: string, partition: number, before: number, activities: readonly Activity[]) {
    const stored = new Set<number>();
    const inOrder = activities
      .map((activity, at) => ({ activity, at, ms: Date.parse(activity.at) }))
      .sort((a, b) => a.ms - b.ms);
    const distinct = (of: readonly string[]) => [...new Set(of)];
    for (let from = 0; from < inOrder.length; from += IDS_PER_QUESTION) {
      // Neighbours in time are asked for together: so each question is about little of the table.
      const part = inOrder.slice(from, from + IDS_PER_QUESTION);
      const rows = await this.#ask<ActCells>(questions.STORED_BEFORE, {
        topic,
        partition,
        before,
        tenants: distinct(part.map(({ activity }) => activity.tenant)),
        identities: distinct(part.map(({ activity }) => activity.identity.id)),
        from: part[0]!.ms,
        to: part.at(-1)!.ms,
        ids: distinct(part.map(({ activity }) => activity.id)),
      });
      const known = new Set(rows.map(actKey));
      for (const { activity, at } of part) if (known.has(keyOfAct(activity))) stored.add(at);
    }
    return stored;
  }

  async setAside(letters: readonly DeadLetter[]): Promise<void> {
    await this.#writer.insert({ table: 'dead_letter', columns: columns.deadLetterColumns, rows: letters });
  }

  async deadLetters(query: { since?: string; reason?: string; limit: number }): Promise<readonly DeadLetter[]> {
    const rows = await this.#ask<[string, string, number, number, string, string, string, boolean, number]>(
      questions.DEAD_LETTERS,
      { reason: query.reason ?? '', since: sinceMs(query.since), limit: query.limit },
    );
    return rows.map(([id, from, partition, offset, format, reason, bytes, truncated, at]) => ({
      id,
      origin: { from, partition, offset: Number(offset) },
      format,
      reason,
      bytes: new Uint8Array(Buffer.from(bytes, 'base64')),
      truncated,
      at: new Date(Number(at)).toISOString(),
    }));
  }

  async redrive(ids: readonly string[]): Promise<void> {
    await run(this.#connection, this.#named(questions.EXHUME), { ids, now: this.#clock.now() });
  }

  async pending(partitions: readonly number[]) {
    const [row] = await this.#ask<[number | string, number | string]>(questions.WAITING, { partitions });
    const deliveries = Number(row?.[0] ?? 0);
    return { deliveries, ...(deliveries > 0 && { oldestMs: Number(row?.[1]) }) };
  }

  async due(
    now: number,
    limit: number,
    partitions?: readonly number[],
    sink?: string,
  ): Promise<readonly PendingDelivery[]> {
    const rows = await this.#ask<DeliveryCells>(questions.DUE, {
      now,
      latest: now + REST_MAX_MS,
      limit,
      everyPartition: partitions === undefined,
      partitions: partitions ?? [],
      sink: sink ?? '',
    });
    return rows.map(([id, tenant, sink, alertId, alertVersion, partition, body, createdAt, attempts, notBefore]) => ({
      id,
      tenant,
      sink,
      alertId,
      alertVersion,
      partition,
      body,
      createdAt: new Date(Number(createdAt)).toISOString(),
      attempts,
      notBefore: Number(notBefore),
    }));
  }

  async settle(settlements: readonly Settlement[]): Promise<void> {
    await this.#writer.insert({ table: 'outbox', columns: columns.settlementColumns, rows: settlements });
  }

  async alerts(query: AlertQuery): Promise<readonly Alert[]> {
    const rows = await this.#ask<[string]>(questions.ALERTS, {
      tenant: query.tenant ?? '',
      id: query.id ?? '',
      identity: query.identity ?? '',
      ...homeParameters(query.home),
      status: query.status ?? '',
      since: sinceMs(query.since),
      shares: query.order === 'shares',
      limit: query.limit,
    });
    return rows.map(([body]) => readStoredAlert(body));
  }

  async activities(query: {
    tenant: string;
    ids?: readonly string[];
    identity?: string;
    home?: HomeFilter;
    since?: string;
    limit: number;
  }): Promise<readonly Activity[]> {
    const { tenant, ids, identity, home, limit } = query;
    const bounds = { tenant, since: sinceMs(query.since), limit };
    const { byId, ofIdentity, ofTenant } = questions.ACTIVITIES;
    const rows =
      ids !== undefined
        ? await this.#ask(byId, { ...bounds, ids })
        : identity !== undefined
          ? await this.#ask(ofIdentity, { ...bounds, identity, ...homeParameters(home) })
          : await this.#ask(ofTenant, bounds);
    return rows.map(toActivity);
  }

  async firstActivities({ facet, home, ...bounds }: FirstActivitiesQuery): Promise<readonly Activity[]> {
    const perDay = Math.ceil(bounds.limit / Math.max(1, bounds.days.length));
    const question = questions.FIRST_ACTIVITIES[facet ?? 'all'];
    return (await this.#ask(question, { ...bounds, ...homeParameters(home), perDay })).map(toActivity);
  }

  async memory(key: string): Promise<readonly MemoryRow[]> {
    return (await this.#ask<MemoryCells>(questions.MEMORY_OF_KEY, { key })).map(toMemory);
  }

  async ping(): Promise<void> {
    const { client, place } = this.#connection;
    const answer = await client.ping({ select: true });
    if (!answer.success) throw toStoreError(answer.error, place);
    const trouble = this.#writer.patience.trouble(TROUBLE_MS);
    if (trouble !== undefined) throw trouble;
    const full = await fullDisk(this.#connection, this.#freeBytesMin);
    if (full !== undefined)
      throw new StoreError(
        'full',
        `a disk of ClickHouse at ${place} is full: ${full.free} bytes are left on ${full.name}`,
        'Free some space, or lower store.freeBytesMin.',
      );
  }

  async close(): Promise<void> {
    this.#writer.close();
    await this.#connection.close();
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>>) {
    return ask<Row>(this.#connection, this.#named(question), parameters);
  }

  #named(question: string): string {
    return question.replaceAll('DB.', `${this.#database}.`);
  }
}

/** The first disk with less room than that. A user who may not ask is told nothing. */
async function fullDisk({ client, place }: Connection, least: number) {
  try {
    const answer = await client.query({
      query:
        'SELECT name, toString(unreserved_space) FROM system.disks WHERE unreserved_space < {least:UInt64} LIMIT 1',
      query_params: { least },
      format: 'JSONCompactEachRow',
    });
    const [row] = await answer.json<[string, string]>();
    return row && { name: row[0], free: row[1] };
  } catch (error) {
    const known = toStoreError(error, place);
    if (known.transient) throw known;
    return undefined;
  }
}

type TextCells = [offset: number | string, text: string];
type ActivityCells = [offset: number | string, ...unknown[]];
type MemoryCells = [key: string, offset: number | string, bytes: string];
type DeliveryCells = [string, string, string, string, number, number, string, number, number, number];

/** Contributions that get their place between two pauses. */
const PLACED_AT_ONCE = 1_024;
const pace = createPace({ records: 32, bytes: Number.POSITIVE_INFINITY });

async function placed(parts: readonly ToldPart[]): Promise<columns.PlacedContribution[]> {
  const rows: columns.PlacedContribution[] = [];
  for (const { turn, before, contributions } of parts)
    for (const [at, contribution] of contributions.entries()) {
      rows.push({ contribution, turn, ordinal: before + at });
      if (rows.length % PLACED_AT_ONCE === 0) await pace(0);
    }
  return rows;
}

function toMemory([key, offset, bytes]: MemoryCells): MemoryRow {
  return { key, offset: Number(offset), bytes: new Uint8Array(Buffer.from(bytes, 'base64')) };
}

function sinceMs(since: string | undefined): number {
  return since === undefined ? BEGINNING_MS : Date.parse(since);
}

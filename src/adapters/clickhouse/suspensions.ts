/** The audit chain of suspensions in ClickHouse, and what stored activities say about their targets. */

import type { AuditRow } from '../../../schemas/suspension.ts';
import type { SuspensionQuery, SuspensionStore, TargetHistory, TargetQuery, TargetUsage } from '../../ports/respond.ts';
import { ask } from './ask.ts';
import { type Connection, connect, type StoreConfig } from './connect.ts';
import { homeParameters } from './home-filter.ts';
import { type Column, instant, number, text, word } from './native.ts';
import { StoreError } from './store-error.ts';
import * as questions from './suspension-questions.ts';
import { type Retry, Writer } from './writer.ts';

const rowColumns: readonly Column<AuditRow>[] = [
  word('tenant', (row) => row.tenant),
  number('seq', 'Int64', (row) => row.seq),
  text('suspension', (row) => row.suspension),
  word('event', (row) => row.event),
  word('state_before', (row) => row.from),
  word('state', (row) => row.to),
  word('by_kind', (row) => row.by.kind),
  text('by_id', (row) => row.by.id),
  text('why', (row) => row.why),
  instant('at', (row) => row.at),
  text('writer', (row) => row.writer),
  text('content', (row) => row.content),
  text('previous', (row) => row.previous),
  text('hash', (row) => row.hash),
];

type Cells = [
  tenant: string,
  seq: number | string,
  ...six: [string, string, string, string, string, string, string],
  at: number | string,
  writer: string,
  content: string,
  previous: string,
  hash: string,
];

/** Reads the rows as they stand, without a check: the audit chain decides whether they are sound. */
function toRow(cells: Cells): AuditRow {
  const [tenant, seq, suspension, event, from, to, kind, id, why, at, writer, content, previous, hash] = cells;
  return {
    tenant,
    seq: Number(seq),
    suspension,
    event,
    from,
    to,
    by: { kind, id },
    why,
    at: new Date(Number(at)).toISOString(),
    writer,
    content,
    previous,
    hash,
  } as AuditRow;
}

const isoOrNone = (ms: number | string) => (Number(ms) === 0 ? undefined : new Date(Number(ms)).toISOString());

interface Shared {
  readonly connection: Connection;
  readonly database: string;
  readonly writer: Writer;
}

export interface SuspensionStoreContext {
  readonly onRetry?: (retry: Retry) => void;
}

/** Opens the door beside the store of the same configuration, whose tables must be up to date. Throws a `StoreError`. */
export async function openSuspensionStore(
  config: StoreConfig,
  context: SuspensionStoreContext = {},
): Promise<SuspensionStore & TargetHistory & { close(): Promise<void> }> {
  const connection = await connect(config);
  const { onRetry = () => undefined } = context;
  const writer = new Writer(connection, config, onRetry);
  return new ClickHouseSuspensions({ connection, database: config.database, writer });
}

export class ClickHouseSuspensions implements SuspensionStore, TargetHistory {
  readonly #connection: Connection;
  readonly #database: string;
  readonly #writer: Writer;

  constructor({ connection, database, writer }: Shared) {
    this.#connection = connection;
    this.#database = database;
    this.#writer = writer;
  }

  /** The token names the place and not the content: the engine keeps the first row for a place and drops every later one. */
  async append(row: AuditRow): Promise<'appended' | 'taken'> {
    let hashes: readonly string[] = [];
    await this.#writer.claim({
      table: 'suspension',
      columns: rowColumns,
      row,
      token: `suspension/${row.tenant}/${row.seq}`,
      isTaken: async () => {
        const found = await this.#ask<[string]>(questions.HASHES_AT, { tenant: row.tenant, seq: row.seq });
        hashes = found.map(([hash]) => hash);
        return hashes.length > 0;
      },
    });
    if (hashes.length === 1) return hashes[0] === row.hash ? 'appended' : 'taken';
    const said = hashes.length === 0 ? 'a row just written is not there' : `${hashes.length} rows claim one place`;
    throw new StoreError(
      'tampered',
      `audit chain of tenant ${row.tenant} at ${row.seq}: ${said}`,
      'Nothing is dispatched until this is understood: see `tidemark audit verify`.',
    );
  }

  async chain(tenant: string, after: number, limit: number): Promise<readonly AuditRow[]> {
    return (await this.#ask<Cells>(questions.CHAIN, { tenant, after, limit })).map(toRow);
  }

  async tenants(): Promise<readonly string[]> {
    return (await this.#ask<[string]>(questions.TENANTS)).map(([tenant]) => tenant);
  }

  async last(tenant: string, id: string): Promise<AuditRow | undefined> {
    const [cells] = await this.#ask<Cells>(questions.LAST_OF, { tenant, id });
    return cells && toRow(cells);
  }

  async tenantOf(id: string): Promise<string | undefined> {
    return (await this.#ask<[string]>(questions.TENANT_OF, { id }))[0]?.[0];
  }

  async history(tenant: string, id: string): Promise<readonly AuditRow[]> {
    return (await this.#ask<Cells>(questions.STORY, { tenant, id })).map(toRow);
  }

  async list(query: SuspensionQuery): Promise<readonly AuditRow[]> {
    const rows = await this.#ask<Cells>(questions.LIST, {
      tenant: query.tenant ?? '',
      states: query.states ?? [],
      everyState: query.states === undefined,
      identity: query.identity ?? '',
      alert: query.alertId ?? '',
      reversible: query.reversible === undefined ? '' : query.reversible ? 'true' : 'false',
      since: query.since === undefined ? 0 : Date.parse(query.since),
      limit: query.limit,
    });
    return rows.map(toRow);
  }

  async usage(query: TargetQuery): Promise<TargetUsage> {
    const parameters = asked(query);
    const [[sum], services, resources, downstream] = await Promise.all([
      this.#ask<[number | string, number | string, number | string]>(questions.USAGE, parameters),
      this.#ask<[string, number | string]>(questions.SERVICES, parameters),
      this.#ask<[string, number | string]>(questions.RESOURCES, parameters),
      this.#ask<[string, number | string]>(questions.DOWNSTREAM, parameters),
    ]);
    const [activities = 0, first = 0, last = 0] = sum ?? [];
    const firstAt = isoOrNone(first);
    const lastAt = isoOrNone(last);
    const counted = (rows: readonly [string, number | string][]) =>
      rows.map(([name, count]) => ({ name, activities: Number(count) }));
    return {
      activities: Number(activities),
      ...(firstAt && { firstAt }),
      ...(lastAt && { lastAt }),
      services: counted(services),
      resources: counted(resources),
      downstream: counted(downstream),
    };
  }

  async successes(query: TargetQuery, limit: number) {
    const [rows, [upTo]] = await Promise.all([
      this.#ask<[number | string]>(questions.SUCCESSES, { ...asked(query), limit }),
      this.#ask<[number | string]>(questions.TENANT_UP_TO, { tenant: query.tenant }),
    ]);
    return { at: rows.map(([at]) => new Date(Number(at)).toISOString()), tenantUpTo: isoOrNone(upTo?.[0] ?? 0) };
  }

  async activeIdentities(tenant: string, after: string): Promise<number> {
    const [row] = await this.#ask<[number | string]>(questions.ACTIVE_IDENTITIES, { tenant, after: Date.parse(after) });
    return Number(row?.[0] ?? 0);
  }

  async close(): Promise<void> {
    this.#writer.close();
    await this.#connection.close();
  }

  #ask<Row extends readonly unknown[]>(question: string, parameters: Readonly<Record<string, unknown>> = {}) {
    return ask<Row>(this.#connection, question.replaceAll('DB.', `${this.#database}.`), parameters);
  }
}

const asked = ({ tenant, identity, home, credential, service, after }: TargetQuery) => ({
  tenant,
  identity,
  // Without an account it may be anyone's, and what may be a success of the target is told.
  ...homeParameters(home && { provider: home.provider, ...(home.account && { accounts: [home.account, ''] }) }),
  credential: credential ?? '',
  service: service ?? '',
  after: Date.parse(after),
});

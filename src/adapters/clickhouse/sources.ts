/** Keeps in ClickHouse when each source was heard, and how much of it was skipped. */
import type { PartitionLag, SkippedRecords, SourceKey, SourceStore } from '../../ports/sources.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, instant, number, text, word } from './native.ts';
import type { Writer } from './writer.ts';

type Row = SourceKey & { readonly slot: number };

const columns: readonly Column<Row>[] = [
  word('tenant', (row) => row.tenant),
  word('kind', (row) => row.kind),
  text('name', (row) => row.name),
  number('slot', 'UInt32', (row) => row.slot),
];

const SLOTS = `
SELECT tenant, kind, name, arraySort(groupUniqArray(slot))
FROM DB.source_slot
WHERE slot >= {since:UInt32} AND toUnixTimestamp64Milli(stored_at) > {after:Int64} AND ({tenant:String} = '' OR tenant IN ('', {tenant:String}))
GROUP BY tenant, kind, name
ORDER BY tenant, kind, name
LIMIT {limit:UInt32}`;

const skippedColumns: readonly Column<SkippedRecords>[] = [
  word('tenant', (row) => row.tenant),
  word('kind', (row) => row.kind),
  text('name', (row) => row.name),
  word('format', (row) => row.format),
  text('reason', (row) => row.reason),
  number('day', 'UInt32', (row) => row.day),
  number('records', 'Int64', (row) => row.records),
  instant('last_at', (row) => new Date(row.lastMs).toISOString()),
  text('example', (row) => row.example),
];

const SKIPPED = `
SELECT kind, name, format, reason, sum(records) AS most, toUnixTimestamp64Milli(max(last_at)), argMax(example, last_at)
FROM DB.skipped
WHERE tenant = {tenant:String} AND day >= {sinceDay:UInt32}
GROUP BY kind, name, format, reason
ORDER BY most DESC, kind, name, format, reason
LIMIT {limit:UInt32}`;

const lagColumns: readonly Column<PartitionLag>[] = [
  word('role', (row) => row.role),
  text('topic', (row) => row.topic),
  number('partition', 'UInt32', (row) => row.partition),
  number('records', 'Int64', (row) => row.records),
];

/** One clock for all workers: that of the store, which also wrote when each was told. */
const LAGS = `
SELECT role, topic, partition, argMax(records, told_at), toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(max(told_at)) AS ago
FROM DB.partition_lag
WHERE told_at > now() - toIntervalDay(1)
GROUP BY role, topic, partition
ORDER BY role DESC, topic, partition
LIMIT {limit:UInt32}`;

export class ClickHouseSources implements SourceStore {
  readonly #shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer };

  constructor(shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer }) {
    this.#shared = shared;
  }

  async heard(rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.#shared.writer.insert({ table: 'source_slot', columns, rows: [...rows] });
  }

  async slots({ since, storedAfterMs, tenant, limit }: Parameters<SourceStore['slots']>[0]) {
    const { connection, database } = this.#shared;
    const rows = await ask<[string, string, string, (number | string)[]]>(
      connection,
      SLOTS.replaceAll('DB.', `${database}.`),
      { since: Math.max(0, since), after: storedAfterMs, tenant: tenant ?? '', limit },
    );
    return rows.map(([of, kind, name, slots]) => ({
      tenant: of,
      kind: kind as SourceKey['kind'],
      name,
      slots: slots.map(Number),
    }));
  }

  async addSkipped(rows: readonly SkippedRecords[], token: string): Promise<void> {
    await this.#shared.writer.insert({ table: 'skipped', columns: skippedColumns, rows: [...rows], token });
  }

  async skipped({ tenant, sinceDay, limit }: Parameters<SourceStore['skipped']>[0]) {
    const { connection, database } = this.#shared;
    const rows = await ask<[SkippedRecords['kind'], string, string, string, number | string, number | string, string]>(
      connection,
      SKIPPED.replaceAll('DB.', `${database}.`),
      { tenant, sinceDay, limit },
    );
    return rows.map(([kind, name, format, reason, records, lastMs, example]) => ({
      tenant,
      kind,
      name,
      format,
      reason,
      records: Number(records),
      lastMs: Number(lastMs),
      example,
    }));
  }
  async tellLags(rows: readonly PartitionLag[], token: string): Promise<void> {
    await this.#shared.writer.insert({ table: 'partition_lag', columns: lagColumns, rows: [...rows], token });
  }

  async lags(limit: number) {
    const { connection, database } = this.#shared;
    const rows = await ask<[PartitionLag['role'], string, number, number | string, number | string]>(
      connection,
      LAGS.replaceAll('DB.', `${database}.`),
      { limit },
    );
    return rows.map(([role, topic, partition, records, ago]) => ({
      role,
      topic,
      partition,
      records: Number(records),
      agoMs: Math.max(0, Number(ago)),
    }));
  }
}

/** Keeps in ClickHouse when each source was heard. */
import type { SourceKey, SourceStore } from '../../ports/sources.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, number, text, word } from './native.ts';
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
}

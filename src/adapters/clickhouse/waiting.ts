/** Keeps in ClickHouse the records that wait in memory for the rest of their trace. */
import type { WaitingRecord, WaitingStore } from '../../ports/waiting.ts';
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, instant, number, text, word } from './native.ts';
import type { Writer } from './writer.ts';

type Row = WaitingRecord & { readonly isDone: boolean };

const columns: readonly Column<Row>[] = [
  text('id', (row) => row.id),
  word('tenant', (row) => row.tenant),
  word('sender', (row) => row.sender),
  word('format', (row) => row.format),
  instant('arrived', (row) => new Date(row.arrivedMs).toISOString()),
  text('body', (row) => row.body),
  number('done', 'UInt8', (row) => (row.isDone ? 1 : 0)),
];

const LEFT = `
SELECT id, tenant, sender, format, toUnixTimestamp64Milli(arrived), body
FROM DB.waiting_span FINAL
WHERE done = 0
ORDER BY arrived, id
LIMIT {limit:UInt32}`;

export class ClickHouseWaiting implements WaitingStore {
  readonly #shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer };

  constructor(shared: { readonly connection: Connection; readonly database: string; readonly writer: Writer }) {
    this.#shared = shared;
  }

  async keep(records: readonly WaitingRecord[]): Promise<void> {
    await this.#insert(records.map((record) => ({ ...record, isDone: false })));
  }

  async done(records: readonly Pick<WaitingRecord, 'id' | 'arrivedMs'>[]): Promise<void> {
    await this.#insert(
      records.map(({ id, arrivedMs }) => ({
        id,
        arrivedMs,
        tenant: '',
        sender: '',
        format: '',
        body: '',
        isDone: true,
      })),
    );
  }

  async left(limit: number): Promise<readonly WaitingRecord[]> {
    const { connection, database } = this.#shared;
    const rows = await ask<[string, string, string, string, string | number, string]>(
      connection,
      LEFT.replace('DB.', `${database}.`),
      { limit },
    );
    return rows.map(([id, tenant, sender, format, arrived, body]) => ({
      id,
      tenant,
      sender,
      format,
      arrivedMs: Number(arrived),
      body,
    }));
  }

  async #insert(rows: readonly Row[]): Promise<void> {
    if (rows.length > 0) await this.#shared.writer.insert({ table: 'waiting_span', columns, rows });
  }
}

/** What is true of one installation of a store, beside what it holds: rows of a name and a value that are added and never changed. */
import type { Connection } from './connect.ts';
import { type Column, instant, text, word } from './native.ts';
import type { Writer } from './writer.ts';

export interface Shared {
  readonly connection: Connection;
  readonly database: string;
  readonly writer: Writer;
}

interface Row {
  readonly name: string;
  readonly value: string;
  readonly at: string;
}

const columns: readonly Column<Row>[] = [
  word('name', (row) => row.name),
  text('value', (row) => row.value),
  instant('created_at', (row) => row.at),
];

/** Of several inserts under one token the store takes the first. */
export async function insertValue({ writer }: Shared, row: Row, token: string): Promise<void> {
  await writer.insert({ table: 'installation', columns, rows: [row], token });
}

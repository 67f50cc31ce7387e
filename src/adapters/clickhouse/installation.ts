/** What is true of one installation of a store, beside what it holds: rows of a name and a value that are added and never changed. */
import { ask } from './ask.ts';
import type { Connection } from './connect.ts';
import { type Column, instant, text, word } from './native.ts';
import { StoreError } from './store-error.ts';
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

/** Of several that write under one token the store takes the first. */
export async function insertValue(shared: Shared, row: Row, token: string): Promise<void> {
  const isTaken = async () => (await storedValue(shared, row.name)) !== undefined;
  await shared.writer.claim({ table: 'installation', columns, row, token, isTaken });
}

/** The value of a name that was written first, whoever asks; undefined where there is none. */
export async function storedValue(
  { connection, database }: Omit<Shared, 'writer'>,
  name: string,
): Promise<string | undefined> {
  const [row] = await ask<[string]>(
    connection,
    `SELECT value FROM ${database}.installation WHERE name = {name:String} ORDER BY created_at, value LIMIT 1`,
    { name },
  );
  return row?.[0];
}

/** The same, and `made` is written where there is none: of several that start at once all get what one of them made. */
export async function firstValue(shared: Shared, name: string, made: string): Promise<string> {
  const known = await storedValue(shared, name);
  if (known !== undefined) return known;
  await insertValue(shared, { name, value: made, at: new Date().toISOString() }, `installation/${name}`);
  const first = await storedValue(shared, name);
  if (first !== undefined) return first;
  throw new StoreError(
    'schema',
    `${name} was written and cannot be read`,
    'Check the rights on the table installation.',
  );
}

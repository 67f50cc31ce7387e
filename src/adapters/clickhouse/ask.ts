/** Asks ClickHouse one question and gives the rows. */
import type { Connection } from './connect.ts';
import { toStoreError } from './store-error.ts';

/** A kept-alive connection may have been closed by the other side meanwhile: one more try tells that from an outage. */
const TRIES = 3;

/** Rows of an answer as lists of cells. Parameters are bound by the engine, never pasted. Throws a `StoreError`. */
export function ask<Row extends readonly unknown[]>(
  connection: Connection,
  query: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<Row[]> {
  return outlast(connection, () => askOnce<Row>(connection, query, parameters));
}

async function askOnce<Row>(connection: Connection, query: string, parameters: Readonly<Record<string, unknown>>) {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = await connection.client.query({
        query,
        query_params: { ...parameters },
        format: 'JSONCompactEachRow',
      });
      return await answer.json<Row>();
    } catch (cause) {
      const error = toStoreError(cause, connection.place);
      if (error.kind !== 'unreachable' || attempt === TRIES) throw error;
    }
  }
}

/** Runs a statement that answers nothing and may run twice. Throws a `StoreError`. */
export function run(
  connection: Connection,
  query: string,
  parameters: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  return outlast(connection, async () => {
    try {
      await connection.client.command({ query, query_params: { ...parameters } });
    } catch (error) {
      throw toStoreError(error, connection.place);
    }
  });
}

const outlast = <T>({ patience }: Connection, work: () => Promise<T>) =>
  patience === undefined ? work() : patience.through('read', work);

/** Whether the database, or a table in it, is there. */
export async function exists(connection: Connection, database: string, table?: string): Promise<boolean> {
  const rows =
    table === undefined
      ? await ask(connection, 'SELECT name FROM system.databases WHERE name = {database:String}', { database })
      : await ask(
          connection,
          'SELECT name FROM system.tables WHERE database = {database:String} AND name = {table:String}',
          { database, table },
        );
  return rows.length > 0;
}

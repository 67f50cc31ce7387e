/** Whether all that the migrations made is still there: a table, a view or a column that somebody dropped is told, and made anew when asked. */
import { ask, run } from './ask.ts';
import type { Connection, StoreConfig } from './connect.ts';
import { StoreError } from './store-error.ts';

/** What the migrations make under one name. */
interface Part {
  /** The statement that makes it. */
  readonly made: string;
  /** Changes of it since, in order. */
  readonly changes: string[];
  /** By name; of a column that was there from the beginning how it is declared. */
  readonly columns: Map<string, string | undefined>;
}

/** Names of missing parts that a message tells. */
const NAMED_MAX = 5;

/** The name that a statement is about, of this database. */
const nameIn = (statement: string, database: string, verb: string) =>
  new RegExp(`^${verb} (?:IF (?:NOT )?EXISTS )?${database}\\.([a-z_]+)`).exec(statement)?.[1];

/** All tables and views that statements make, in the order in which they run, with their columns where they name them. */
export function partsOf(statements: readonly string[], database: string): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const statement of statements) {
    const dropped = nameIn(statement, database, 'DROP (?:TABLE|VIEW)');
    if (dropped !== undefined) parts.delete(dropped);
    const made = nameIn(statement, database, 'CREATE (?:TABLE|(?:MATERIALIZED )?VIEW)');
    if (made !== undefined && !parts.has(made)) {
      // The columns of a table stand one a line, between the first bracket and the engine.
      const body = /\n\(\n(.*?)\n\)\nENGINE/s.exec(statement)?.[1] ?? '';
      const lines = body.matchAll(/^ {4}(([a-z_]+) .*?),?$/gm);
      const columns = new Map([...lines].map(([, declared, name]) => [name as string, declared]));
      parts.set(made, { made: statement, changes: [], columns });
    }
    const changed = nameIn(statement, database, 'ALTER TABLE');
    const part = changed === undefined ? undefined : parts.get(changed);
    if (part === undefined) continue;
    part.changes.push(statement);
    for (const [, name] of statement.matchAll(/ADD COLUMN IF NOT EXISTS ([a-z_]+)/g))
      part.columns.set(name as string, undefined);
  }
  return parts;
}

/** Names of tables and views that are not there, and of columns as `table.column`. */
async function missingOf(connection: Connection, database: string, parts: ReadonlyMap<string, Part>) {
  const rows = await ask<[string, string]>(
    connection,
    'SELECT table, name FROM system.columns WHERE database = {database:String}',
    { database },
  );
  const there = new Map<string, Set<string>>();
  for (const [table, column] of rows) there.set(table, (there.get(table) ?? new Set()).add(column));
  return [...parts].flatMap(([name, { columns }]) => {
    const known = there.get(name);
    if (known === undefined) return [name];
    return [...columns.keys()].filter((column) => !known.has(column)).map((column) => `${name}.${column}`);
  });
}

/** Throws a `StoreError` where something is missing of what these statements, which all ran once, have made. */
export async function refuseIncomplete(
  connection: Connection,
  { database }: Pick<StoreConfig, 'database'>,
  statements: readonly string[],
): Promise<void> {
  const missing = await missingOf(connection, database, partsOf(statements, database));
  if (missing.length === 0) return;
  const named = missing.slice(0, NAMED_MAX).join(', ');
  const rest = missing.length > NAMED_MAX ? ` and ${missing.length - NAMED_MAX} more` : '';
  throw new StoreError(
    'schema',
    `database ${database} at ${connection.place} was damaged: ${named}${rest} is gone`,
    'Restore it from a backup. `tidemark migrate --restore-tables` makes again, empty, what is gone; `tidemark run` then learns again from the activities that are still stored.',
  );
}

/** Makes what is missing anew, empty. Returns what it was. */
export async function makeComplete(
  connection: Connection,
  { database, cluster }: Pick<StoreConfig, 'database' | 'cluster'>,
  statements: readonly string[],
): Promise<readonly string[]> {
  const parts = partsOf(statements, database);
  const missing = await missingOf(connection, database, parts);
  const everywhere = cluster === undefined ? '' : `ON CLUSTER '${cluster}' `;
  for (const one of missing) {
    const [name = '', column = ''] = one.split('.');
    const { made, changes, columns } = parts.get(name) as Part;
    const declared = columns.get(column);
    const added =
      declared === undefined
        ? []
        : [`ALTER TABLE ${database}.${name} ${everywhere}ADD COLUMN IF NOT EXISTS ${declared}`];
    // A key that a table has grown to must not be set back to what it was in between: of a table that is there, only what is about the column is said again.
    const about = column === '' ? changes : changes.filter((change) => new RegExp(`\\b${column}\\b`).test(change));
    for (const statement of [made, ...added, ...about]) await run(connection, statement);
  }
  return missing;
}

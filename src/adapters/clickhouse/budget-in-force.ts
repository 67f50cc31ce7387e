/** The budget of false alerts that a store is judged under, kept beside its alerts: whoever looks at them later need not be told it. */
import { ask, exists } from './ask.ts';
import { insertValue, type Shared } from './installation.ts';

const NAME = 'false-per-day';

/** The one that was recorded last; undefined for a store of a version that recorded none. */
export async function readBudget({ connection, database }: Omit<Shared, 'writer'>): Promise<number | undefined> {
  if (!(await exists(connection, database, 'installation'))) return undefined;
  const [row] = await ask<[string]>(
    connection,
    `SELECT value FROM ${database}.installation WHERE name = {name:String} ORDER BY created_at DESC, value LIMIT 1`,
    { name: NAME },
  );
  const value = Number(row?.[0]);
  return value > 0 ? value : undefined;
}

/** Records it where it is another than before, so that the table holds one row a change. */
export async function writeBudget(shared: Shared, falsePerDay: number): Promise<void> {
  if ((await readBudget(shared)) === falsePerDay) return;
  const at = new Date().toISOString();
  await insertValue(shared, { name: NAME, value: String(falsePerDay), at }, `installation/${NAME}/${at}`);
}

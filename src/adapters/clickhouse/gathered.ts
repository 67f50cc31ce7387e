/** Rows by the id that they are of, in their order. */
export function gathered<Row, One>(
  rows: readonly Row[],
  read: (row: Row) => readonly [string, One],
): Map<string, One[]> {
  const all = new Map<string, One[]>();
  for (const row of rows) {
    const [id, one] = read(row);
    const known = all.get(id);
    if (known === undefined) all.set(id, [one]);
    else known.push(one);
  }
  return all;
}

/** Pages of a list that is made anew from time to time: a page goes on behind the last row of the one before, wherever that stands now. */

export interface PageAsked {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** Undefined where the cursor is not one of ours. A row that left the list meanwhile is taken to have stood where it stood. */
export function pageFrom<T>(
  rows: readonly T[],
  keyOf: (row: T) => string,
  { cursor, limit }: PageAsked,
): { readonly shown: readonly T[]; readonly next?: string } | undefined {
  const after = cursor === undefined ? { end: 0, key: undefined } : read(cursor);
  if (after === undefined) return undefined;
  const { end, key } = after;
  const isThere = (index: number) => rows[index] !== undefined && keyOf(rows[index]) === key;
  const moved = key === undefined || isThere(end - 1) ? -1 : rows.findIndex((row) => keyOf(row) === key);
  const from = moved === -1 ? end : moved + 1;
  const shown = rows.slice(from, from + limit);
  const last = shown.at(-1);
  return {
    shown,
    ...(last !== undefined &&
      from + limit < rows.length && {
        next: Buffer.from(JSON.stringify([from + limit, keyOf(last)])).toString('base64url'),
      }),
  };
}

function read(cursor: string): { readonly end: number; readonly key: string } | undefined {
  try {
    const found: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (!Array.isArray(found)) return undefined;
    const [end, key] = found;
    return Number.isSafeInteger(end) && end > 0 && typeof key === 'string' ? { end, key } : undefined;
  } catch {
    return undefined;
  }
}

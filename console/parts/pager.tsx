/** One page back, one page on; a cursor leads only forward, so the pages before are remembered. */
import { useState } from 'preact/hooks';

export interface Pages<Cursor> {
  /** Of the page at hand. */
  readonly cursor: Cursor;
  readonly before: readonly Cursor[];
  readonly set: (pages: readonly Cursor[]) => void;
}

export function usePages<Cursor>(first: Cursor): Pages<Cursor> {
  const [pages, set] = useState<readonly Cursor[]>([first]);
  return { cursor: pages.at(-1)!, before: pages.slice(0, -1), set };
}

/** `next`: cursor of the page after this one, undefined where this is the last. */
export function Pager<Cursor>({ of, next }: { readonly of: Pages<Cursor>; readonly next: Cursor | undefined }) {
  const { cursor, before, set } = of;
  if (before.length === 0 && next === undefined) return null;
  return (
    <div class="acts">
      <button type="button" disabled={before.length === 0} onClick={() => set(before)}>
        Page before
      </button>
      <button
        type="button"
        disabled={next === undefined}
        onClick={() => next !== undefined && set([...before, cursor, next])}
      >
        Next page
      </button>
    </div>
  );
}

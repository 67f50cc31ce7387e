/** A long list shows its first rows, and all of them when asked. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

const ROWS_SHOWN = 8;

/** The rows to show, and the button for the others, undefined where there are none. */
export function useShown<Row>(rows: readonly Row[]): {
  readonly shown: readonly Row[];
  readonly more: ComponentChildren;
} {
  const [all, setAll] = useState(false);
  if (all || rows.length <= ROWS_SHOWN) return { shown: rows, more: undefined };
  return {
    shown: rows.slice(0, ROWS_SHOWN),
    more: (
      <button type="button" class="small" onClick={() => setAll(true)}>
        Show all {rows.length}
      </button>
    ),
  };
}

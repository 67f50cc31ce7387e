/** Takes doubted or forgotten habits out of the identity's own rates: an intruder must not have taught it to expect news. */

import type { Memory } from '../memory/memory.ts';
import { type CompiledDimension, cellKey, GRAVITY_TIERS, POPULARITIES } from '../novelty/compiled-dimension.ts';

/** Remembers on which days values were new, and takes each day out once. */
export class Uncount {
  /** Coarsest level that was new, by dimension index and day; the rates counted that one. */
  readonly #days = new Map<string, { readonly of: number; level: number }>();

  add(of: number, day: number, level: number): void {
    const known = this.#days.get(`${of} ${day}`);
    if (known === undefined) this.#days.set(`${of} ${day}`, { of, level });
    else known.level = Math.min(known.level, level);
  }

  /** Takes the days out, of acts of every gravity. How common a value was then is not on record, so the counter of values that nobody else had goes first. */
  from({ cells }: Memory, axes: readonly CompiledDimension[]): void {
    for (const { of, level } of this.#days.values()) {
      // Tables of detectors that are off have no rates of their own to correct: they are counted anew when they are on again.
      const axis = axes[of];
      if (axis === undefined) continue;
      for (let tier = 0; tier < GRAVITY_TIERS; tier++)
        for (let popularity = 0; popularity < POPULARITIES; popularity++) {
          const key = cellKey(axis.salt, level, popularity, tier);
          const days = cells.get(key) ?? 0;
          if (days === 0) continue;
          if (days === 1) cells.delete(key);
          else cells.set(key, days - 1);
          break;
        }
    }
  }
}

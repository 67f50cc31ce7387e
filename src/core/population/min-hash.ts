/** For each of many identities the smallest hashes of a set, ascending: enough to estimate how alike two sets are (bottom-k sketch, Broder 1997). */
import { larger } from './identity-index.ts';

/** Hashes kept of a set. */
export const SKETCH = 24;
/** Most sets are small and get by with this many places. */
const NARROW = 8;

export class MinHash {
  #narrow = new Int32Array(NARROW);
  #wide = new Int32Array(SKETCH);
  #wides = 0;
  /** By identity: how many hashes, and which wide row plus one where they are too many for a narrow one. */
  #counts = new Uint8Array(1);
  #rows = new Int32Array(1);

  /** Hashes of the identity with a number; a view, until the next `add`. */
  of(number: number): Int32Array {
    const row = this.#rows[number] as number;
    const count = this.#counts[number] as number;
    if (row === 0) return this.#narrow.subarray(number * NARROW, number * NARROW + count);
    return this.#wide.subarray((row - 1) * SKETCH, (row - 1) * SKETCH + count);
  }

  /** Adds a hash to a set. Returns whether that changed the sketch. */
  add(number: number, hash: number): boolean {
    this.#reach(number);
    const known = this.of(number);
    let at = known.length;
    while (at > 0 && (known[at - 1] as number) > hash) at--;
    if (known[at - 1] === hash || at >= SKETCH) return false;
    if (known.length === NARROW && this.#rows[number] === 0) this.#widen(number);
    const count = Math.min(SKETCH, known.length + 1);
    this.#counts[number] = count;
    const sketch = this.of(number);
    sketch.copyWithin(at + 1, at, count - 1);
    sketch[at] = hash;
    return true;
  }

  #reach(number: number): void {
    if (number < this.#counts.length) return;
    const room = (number + 1) * 2;
    this.#counts = larger(this.#counts, room);
    this.#rows = larger(this.#rows, room);
    this.#narrow = larger(this.#narrow, room * NARROW);
  }

  #widen(number: number): void {
    const narrow = this.of(number);
    if ((this.#wides + 1) * SKETCH > this.#wide.length) this.#wide = larger(this.#wide, this.#wide.length * 2);
    this.#wide.set(narrow, this.#wides * SKETCH);
    this.#rows[number] = ++this.#wides;
  }
}

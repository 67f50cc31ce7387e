/** A bounded keyed table of numbers of one identity; the least recently written key is dropped first. */
import type { Sketch } from './detector.ts';

/** Mostly one row or a few, so that looking through the keys beats hashing them. */
export class KeyedNumbers implements Sketch {
  readonly cap: number;
  readonly fields: number;
  /** The row found last: all there is of a table of one row. */
  #key = -1;
  #row: Float64Array | undefined;
  #keys: number[] | undefined;
  /** Behind the fields of a row stands when it was last written; the order outlives a restart, the numbers do not. */
  #rows: Float64Array[] | undefined;
  #writes = 0;

  constructor(cap: number, fields: number) {
    this.cap = cap;
    this.fields = fields;
  }

  get size(): number {
    if (this.#keys === undefined) return this.#row === undefined ? 0 : 1;
    return this.#keys.length;
  }

  get(key: number): Float64Array | undefined {
    if (key === this.#key) return this.#row;
    const keys = this.#keys;
    if (keys === undefined) return undefined;
    for (let at = 0; at < keys.length; at++)
      if (keys[at] === key) {
        this.#key = key;
        this.#row = (this.#rows as Float64Array[])[at];
        return this.#row;
      }
    return undefined;
  }

  touch(key: number): Float64Array {
    const row = this.get(key) ?? this.#add(key);
    if (this.cap > 1) row[this.fields] = ++this.#writes;
    return row;
  }

  #add(key: number): Float64Array {
    const row = new Float64Array(this.cap > 1 ? this.fields + 1 : this.fields);
    this.#key = key;
    this.#row = row;
    if (this.cap > 1) {
      this.#keys ??= [];
      this.#rows ??= [];
      const at = this.#keys.length < this.cap ? this.#keys.length : this.#oldest(this.#rows);
      this.#keys[at] = key;
      this.#rows[at] = row;
    }
    return row;
  }

  #oldest(rows: readonly Float64Array[]): number {
    const { fields } = this;
    let oldest = 0;
    for (let at = 1; at < rows.length; at++)
      if ((rows[at]?.[fields] as number) < (rows[oldest]?.[fields] as number)) oldest = at;
    return oldest;
  }

  entries(): IterableIterator<[number, Float64Array]> {
    if (this.#keys === undefined)
      return (this.#row === undefined ? [] : [[this.#key, this.#row] as [number, Float64Array]]).values();
    const rows = this.#rows as Float64Array[];
    return this.#keys.map((key, at): [number, Float64Array] => [key, rows[at] as Float64Array]).values();
  }

  /** Rows with their keys, longest unwritten first. */
  inOrder(): [number, Float64Array][] {
    const { fields } = this;
    const all = [...this.entries()];
    return all.length > 1 ? all.sort((a, b) => (a[1][fields] as number) - (b[1][fields] as number)) : all;
  }
}

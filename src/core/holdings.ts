/** Who holds which value: a bounded table with one row of integers a value; the longest unused rows go first. */
import { larger } from './identity-index.ts';

/** Key (31 and 20 bits), holders, the first three of them, first day, last day, adoptions on it and on the two days before. */
const CELLS = 11;
const HOLDERS = 2;
const FIRST = 3;
const NAMED = 3;
const FIRST_DAY = 6;
const LAST_DAY = 7;
const RECENT = 8;
const RECENTS = 3;
const LOAD = 0.7;

/** Rows (`row`) hold until the next `hold` or `forget`. */
export class Holdings {
  /** Open addressing: row number plus one, 0 = free. */
  #places = new Int32Array(1 << 10);
  #cells = new Int32Array(CELLS << 9);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Row of a value, or -1. */
  find(high: number, low: number): number {
    return this.#rowAt(this.#placeOf(high, low));
  }

  holders(row: number): number {
    return row < 0 ? 0 : (this.#cells[row + HOLDERS] as number);
  }
  firstDay(row: number): number {
    return this.#cells[row + FIRST_DAY] as number;
  }
  lastDay(row: number): number {
    return this.#cells[row + LAST_DAY] as number;
  }
  /** Adoptions so many days before the last day; of more than 2 nothing is known. */
  recent(row: number, before: number): number {
    return before < RECENTS ? (this.#cells[row + RECENT + before] as number) : 0;
  }
  /** Whether an identity is one of the first three holders. */
  names(row: number, identity: number): boolean {
    for (let i = 0; i < NAMED; i++) if (this.#cells[row + FIRST + i] === identity) return true;
    return false;
  }

  /** An identity takes up a value on a day. */
  hold(high: number, low: number, identity: number, day: number): void {
    let row = this.find(high, low);
    if (row < 0) row = this.#add(high, low, day);
    if (this.names(row, identity)) return;
    const cells = this.#cells;
    const shift = Math.max(0, day - this.lastDay(row));
    if (shift > 0) {
      const [latest, before] = [this.recent(row, 0), this.recent(row, 1)];
      cells[row + RECENT] = 0;
      cells[row + RECENT + 1] = shift === 1 ? latest : 0;
      cells[row + RECENT + 2] = shift === 1 ? before : shift === 2 ? latest : 0;
      cells[row + LAST_DAY] = day;
    }
    const named = this.holders(row);
    cells[row + HOLDERS] = named + 1;
    cells[row + RECENT] = this.recent(row, 0) + 1;
    if (named < NAMED) cells[row + FIRST + named] = identity;
  }

  /** Forgets rows until `kept` are left: those that nobody took up for longest, of one day the smallest keys. */
  forget(kept: number): void {
    let spare = this.#size - kept;
    if (spare <= 0) return;
    const days = new Map<number, number>();
    for (let n = 0; n < this.#size; n++) {
      const day = this.lastDay(n * CELLS);
      days.set(day, (days.get(day) ?? 0) + 1);
    }
    let last = 0;
    for (const [day, count] of [...days].sort((a, b) => a[0] - b[0])) {
      last = day;
      if (count >= spare) break;
      spare -= count;
    }
    const keys = new Float64Array(days.get(last) as number);
    let found = 0;
    for (let n = 0; n < this.#size; n++) if (this.lastDay(n * CELLS) === last) keys[found++] = this.#keyOf(n * CELLS);
    keys.sort();
    const bound = keys[spare - 1] as number;
    this.#keep((row) => this.lastDay(row) > last || (this.lastDay(row) === last && this.#keyOf(row) > bound));
  }

  #keep(wanted: (row: number) => boolean): void {
    let size = 0;
    for (let n = 0; n < this.#size; n++) {
      const row = n * CELLS;
      if (wanted(row)) this.#cells.copyWithin(size++ * CELLS, row, row + CELLS);
    }
    this.#size = size;
    this.#place();
  }

  #keyOf(row: number): number {
    return (this.#cells[row] as number) * 0x100000 + (this.#cells[row + 1] as number);
  }

  #rowAt(place: number): number {
    const number = this.#places[place] as number;
    return number === 0 ? -1 : (number - 1) * CELLS;
  }

  /** Where a key stands or would stand; it is a hash and spread already. */
  #placeOf(high: number, low: number): number {
    const mask = this.#places.length - 1;
    let place = (high ^ (low << 11)) & mask;
    for (;;) {
      const row = this.#rowAt(place);
      if (row < 0 || (this.#cells[row] === high && this.#cells[row + 1] === low)) return place;
      place = (place + 1) & mask;
    }
  }

  #add(high: number, low: number, day: number): number {
    if (this.#size + 1 > this.#places.length * LOAD) {
      this.#places = new Int32Array(this.#places.length * 2);
      this.#place();
    }
    const row = this.#size * CELLS;
    if (row + CELLS > this.#cells.length) this.#cells = larger(this.#cells, CELLS * Math.ceil((this.#size + 1) * 1.5));
    this.#places[this.#placeOf(high, low)] = ++this.#size;
    this.#cells.fill(0, row, row + CELLS);
    this.#cells[row] = high;
    this.#cells[row + 1] = low;
    this.#cells[row + FIRST_DAY] = day;
    this.#cells[row + LAST_DAY] = day;
    return row;
  }

  #place(): void {
    this.#places.fill(0);
    for (let n = 0; n < this.#size; n++) {
      const row = n * CELLS;
      this.#places[this.#placeOf(this.#cells[row] as number, this.#cells[row + 1] as number)] = n + 1;
    }
  }
}

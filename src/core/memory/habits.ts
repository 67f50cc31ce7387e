/** The values that one identity is known by, of all dimensions: bounded lists of small integers, side by side in one array. */
import { ALERTED_DAYS, FORGET_DAYS, STALE_DAYS, TRUST_DAYS } from '../constants.ts';

export const PENDING = 0;
export const TRUSTED = 1;
export const ALERTED = 2;
/** State of a value that a person called an attack: it is never trusted and always new. */
export const CONDEMNED = 3;
/** State of a value learned while an intruder may have taught: it is new and learned anew, but stays on record so that it can be restored. */
export const DOUBTED = 4;

/** Whether a value is one that the identity has, trusted or not yet. */
export const isHeld = (state: number) => state === TRUSTED || state === PENDING;

/** One remembered value. Days since 2020-01-01, 0 to 65,535; `days` of use at the most 255, `level` 7. */
export interface Value {
  days: number;
  first: number;
  last: number;
  state: number;
  level: number;
  /** Day it became trusted, 0 where it never did. */
  trusted: number;
}

/** How far one place lies from the next: of each value its hash, then days (8 bits), state (3), level (3) and day of trust (16), then first and last day (16 each). */
export const CELLS = 3;
const STATE = 8;
const LEVEL = 11;
const SINCE = 14;
/** Days by which an alerted value outlives one that was never alerted on. */
const KNOWN = 20;
/** Distance of two tiers of merit; use within a tier cannot make up for it. */
const TIER = 10_000;
/** Values there is room for at first. */
const ROOM = 20;

/** Stamps given so far to all identities together, so that no two habits ever have the same. */
let stamps = 0;

/** A table (`of`) is the list of one dimension, by index. Places (`at`) hold until the next `add`. */
export class Habits {
  /** Most values of each table. */
  readonly #caps: readonly number[];
  /** First where each table ends, then the values of the first table, of the second and so on. */
  #cells: Int32Array;
  /** Changes with every change but the use of a value. What was found under the same stamp still holds. */
  stamp = ++stamps;

  /** Takes over the array of habits that are `spent`, with the same caps: nobody may use those any more. */
  constructor(caps: readonly number[], spent?: Habits) {
    this.#caps = caps;
    this.#cells = spent === undefined ? new Int32Array(caps.length + ROOM * CELLS) : spent.#cells;
    for (let of = 0; of < caps.length; of++) this.#cells[of] = caps.length;
  }

  get tables(): number {
    return this.#caps.length;
  }
  /** Most values of each table. */
  get caps(): readonly number[] {
    return this.#caps;
  }

  /** The first place of a table, and where it ends. */
  begin(of: number): number {
    return of === 0 ? this.#caps.length : (this.#cells[of - 1] as number);
  }

  end(of: number): number {
    return this.#cells[of] as number;
  }

  size(of: number): number {
    return ((this.#cells[of] as number) - this.begin(of)) / CELLS;
  }

  cap(of: number): number {
    return this.#caps[of] as number;
  }

  /** Place of a value, or -1. */
  find(of: number, hash: number): number {
    const cells = this.#cells;
    const end = cells[of] as number;
    for (let at = this.begin(of); at < end; at += CELLS) if (cells[at] === hash) return at;
    return -1;
  }

  /** Place of a value that was at `likely` before. */
  findNear(of: number, hash: number, likely: number): number {
    const cells = this.#cells;
    return likely < (cells[of] as number) && likely >= this.begin(of) && cells[likely] === hash
      ? likely
      : this.find(of, hash);
  }

  hash(at: number): number {
    return this.#cells[at] as number;
  }
  days(at: number): number {
    return (this.#cells[at + 1] as number) & 0xff;
  }
  state(at: number): number {
    return ((this.#cells[at + 1] as number) >> STATE) & 7;
  }
  level(at: number): number {
    return ((this.#cells[at + 1] as number) >> LEVEL) & 7;
  }
  trusted(at: number): number {
    return (this.#cells[at + 1] as number) >> SINCE;
  }
  first(at: number): number {
    return (this.#cells[at + 2] as number) & 0xffff;
  }
  last(at: number): number {
    return (this.#cells[at + 2] as number) >>> 16;
  }
  setState(at: number, state: number): void {
    this.#cells[at + 1] = ((this.#cells[at + 1] as number) & ~(7 << STATE)) | (state << STATE);
    this.unsettle();
  }

  /** Makes a value trusted from `day` on. */
  trust(at: number, day: number): void {
    this.#cells[at + 1] = ((this.#cells[at + 1] as number) & ((1 << SINCE) - 1)) | (day << SINCE);
    this.setState(at, TRUSTED);
  }

  /** Makes a value pending, with all of its days of use still to come. */
  doubt(at: number): void {
    this.#cells[at + 1] = this.level(at) << LEVEL;
    this.setState(at, PENDING);
  }

  /** Forgets a value of which there is one. */
  forget(of: number, hash: number): void {
    const at = this.find(of, hash);
    if (at >= 0) this.#drop(of, at);
  }

  /** Makes a new stamp, because something changed or a day began; nothing counts as settled any more. */
  unsettle(): void {
    this.stamp = ++stamps;
  }

  /** Counts a use on `day`; a new day may make the value trusted. Returns true when it has just earned that. */
  use(at: number, day: number): boolean {
    if (day <= this.last(at)) return false;
    this.#cells[at + 2] = this.first(at) | (day << 16);
    if (this.days(at) < 255) this.#cells[at + 1] = (this.#cells[at + 1] as number) + 1;
    const state = this.state(at);
    if (this.days(at) < TRUST_DAYS) return false;
    return state === PENDING || (state === ALERTED && day - this.first(at) >= ALERTED_DAYS);
  }

  /** Adds a value, making room by forgetting the one that is least worth keeping, of equals that of the smallest hash. */
  add(of: number, hash: number, value: Value): void {
    const at = this.find(of, hash);
    if (at >= 0) this.#drop(of, at);
    else if (this.size(of) >= this.cap(of)) this.#drop(of, this.#weakest(of, value.last));
    this.recall(of, hash, value);
  }

  /** Puts back a value that was held when the memory was saved; in order of coming. */
  recall(of: number, hash: number, { days, first, last, state, level, trusted }: Value): void {
    const tables = this.#caps.length;
    const used = this.#cells[tables - 1] as number;
    if (used + CELLS > this.#cells.length) {
      const larger = new Int32Array(used + CELLS + (used >> 1));
      larger.set(this.#cells);
      this.#cells = larger;
    }
    const cells = this.#cells;
    const at = cells[of] as number;
    cells.copyWithin(at + CELLS, at, used);
    cells[at] = hash;
    cells[at + 1] = days | (state << STATE) | (level << LEVEL) | (trusted << SINCE);
    cells[at + 2] = first | (last << 16);
    for (let next = of; next < tables; next++) cells[next] = (cells[next] as number) + CELLS;
    this.unsettle();
  }

  /** Forgets what is least worth keeping of a table that holds more than it may, as one saved with larger bounds does. */
  trim(of: number, day: number): void {
    while (this.size(of) > this.cap(of)) this.#drop(of, this.#weakest(of, day));
  }

  #drop(of: number, at: number): void {
    const cells = this.#cells;
    const tables = this.#caps.length;
    cells.copyWithin(at, at + CELLS, cells[tables - 1] as number);
    for (let next = of; next < tables; next++) cells[next] = (cells[next] as number) - CELLS;
    this.unsettle();
  }

  #weakest(of: number, day: number): number {
    const begin = this.begin(of);
    const end = this.#cells[of] as number;
    let worst = begin;
    let rank = Number.POSITIVE_INFINITY;
    for (let at = begin; at < end; at += CELLS) {
      const merit = this.#merit(at, day);
      if (merit < rank || (merit === rank && this.hash(at) < this.hash(worst))) {
        rank = merit;
        worst = at;
      }
    }
    return worst;
  }

  /**
   * What a value is worth keeping for, in tiers. What comes once a quarter or a year outlives what came lately and may never come again:
   * a habit lives on for as long as it has lived, and of what came once the coarse is kept, since it would be the greater news.
   */
  #merit(at: number, day: number): number {
    const state = this.state(at);
    const unused = day - this.last(at);
    const use = Math.min(this.days(at), 30) * 2 - unused;
    if (unused > FORGET_DAYS) return -4 * TIER - unused;
    const isHabit = state === TRUSTED || state === CONDEMNED;
    const known = state === PENDING ? use : use + KNOWN;
    if (!isHabit) return unused > STALE_DAYS ? known - (2 + this.level(at) / 8) * TIER : known;
    const overdue = unused - Math.min(this.last(at) - this.first(at), FORGET_DAYS);
    return state === TRUSTED && overdue > STALE_DAYS ? use - TIER : 2 * TIER - overdue;
  }

  /** Places of a table, in order of coming. */
  places(of: number): number[] {
    const places: number[] = [];
    for (let at = this.begin(of); at < (this.#cells[of] as number); at += CELLS) places.push(at);
    return places;
  }

  /** A copy to read, in order of coming. */
  values(of: number): ReadonlyMap<number, Value> {
    const values = new Map<number, Value>();
    for (const at of this.places(of)) values.set(this.hash(at), this.#value(at));
    return values;
  }

  #value(at: number): Value {
    return {
      days: this.days(at),
      first: this.first(at),
      last: this.last(at),
      state: this.state(at),
      level: this.level(at),
      trusted: this.trusted(at),
    };
  }
}

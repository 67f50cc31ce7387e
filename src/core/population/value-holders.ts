/** Who holds which value: a bounded table with one row of integers a value; the longest unused rows go first. */
import { givenBy } from './fair-share.ts';
import { larger } from './identity-index.ts';
import { sortedInSteps } from './sorted-in-steps.ts';

/**
 * Cells of a row: key (31 and 20 bits), first holder, two days in 16 bits each (when that holder took the value up, and when it was first
 * seen itself), and its source and voice in 16 bits each. Most values belong to one identity.
 */
const CELLS = 5;
const LOW = 1;
const FIRST = 2;
const DAY = 3;
const FROM = 4;
/** Bit beside the low part of the key: it says that the value has more holders, and that the third cell is a row number in the list of such values. */
const MANY = 1 << 20;
/**
 * Cells of a value with more holders: how many there are, the first three, first day, last day, adoptions on the last day and the two
 * days before, the days on which the three oldest of different voices were first seen, in order, their voices, and which shared voices
 * were counted, as bits.
 */
const MORE_CELLS = 16;
const NAMED = 3;
const FIRST_DAY = 4;
const LAST_DAY = 5;
const RECENT = 6;
const RECENTS = 3;
const BORN = 9;
const VOICE = 12;
const COUNTED = 15;
/** Bit of a voice that several identities share: all of them count once. */
export const SHARED = 1 << 15;
/** How many of its oldest holders of different voices a value knows the age of. */
export const ELDERS = 3;
const NOBODY = 0xffff;
/** Beside the key and that bit: the number of the owner, of as many as there are bits for. */
const OWNER_AT = 21;
const OWNERS = 1 << 11;
const SOURCES = 1 << 16;
const LOAD = 0.7;
/** Factor by which lists are made longer than they need to be, so that they seldom grow. */
const ROOM = 1.25;

/** Rows that are brought over with each new one when a table was made larger. */
const PLACED_AT_ONCE = 8;

/** Rows that are looked at in one step of `forgetting`. */
const STEP_ROWS = 4_096;

/** How many rows have which last day. */
type Days = ReadonlyMap<number, number>;

/** What goes of rows of one kind: those of earlier days than `day`, and of that day those up to a key. */
interface Cut {
  readonly day: number;
  /** How many go of that day. */
  readonly spare: number;
  readonly keys: number[];
  bound: number;
}

/** Who takes a value up. */
export interface Holder {
  readonly identity: number;
  /** Day on which it was first seen itself. */
  readonly born: number;
  /** 15 bits of its own, or with `SHARED` those of whoever speaks for all of its kind. */
  readonly voice: number;
  /** Tenant whose share of the table the value counts in, and the source within it: 11 and 16 bits. */
  readonly owner?: number;
  readonly source?: number;
}

/** The row that stands at a place, or -1. */
function rowAt(places: Int32Array, place: number): number {
  const number = places[place] as number;
  return number === 0 ? -1 : (number - 1) * CELLS;
}

const bitOf = (voice: number) => 1 << (voice & 31);

const sumOf = (counts: Days) => [...counts.values()].reduce((sum, one) => sum + one, 0);

/** The day up to which rows go so that so many do. */
function cutOf(days: Days, count: number): Cut {
  let spare = count;
  for (const [day, rows] of [...days].sort((a, b) => a[0] - b[0])) {
    if (rows > spare) return { day, spare, keys: [], bound: -1 };
    spare -= rows;
  }
  return { day: Number.POSITIVE_INFINITY, spare: 0, keys: [], bound: -1 };
}

/** How many of each shelf go, when so many have to: first each owner gives its part, then the sources of an owner theirs. */
function givenInTurn(shelves: ReadonlyMap<number, number>, count: number): Map<number, number> {
  const owners = new Map<number, Map<number, number>>();
  for (const [shelf, rows] of shelves) {
    const owner = Math.floor(shelf / (SOURCES * 2));
    const own = owners.get(owner) ?? new Map<number, number>();
    owners.set(owner, own.set(shelf, rows));
  }
  const parts = givenBy(new Map([...owners].map(([owner, own]) => [owner, sumOf(own)])), count);
  return new Map([...owners].flatMap(([owner, own]) => [...givenBy(own, parts.get(owner) ?? 0)]));
}

/** Rows (`row`) hold until the next `hold` or `forget`. */
export class ValueHolders {
  /** Open addressing: row number plus one, 0 = free. */
  #places = new Int32Array(1 << 10);
  /** The smaller table that it had before, while rows are still on their way from there: all of them at once would take a tenth of a second. */
  #before: Int32Array | undefined;
  /** Rows that stand in the table at hand; those after them stand in the one before, but what was added since. */
  #placed = 0;
  /** Rows that there were when the table was made larger. */
  #toPlace = 0;
  #cells = new Int32Array(CELLS << 9);
  #size = 0;
  #more = new Int32Array(MORE_CELLS << 6);
  #mores = 0;

  get size(): number {
    return this.#size;
  }

  /** Row of a value, or -1. */
  find(high: number, low: number): number {
    const places = this.#places;
    const row = rowAt(places, this.#placeOf(places, high, low));
    const before = this.#before;
    return row >= 0 || before === undefined ? row : rowAt(before, this.#placeOf(before, high, low));
  }

  holders(row: number): number {
    if (row < 0) return 0;
    const more = this.#moreOf(row);
    return more < 0 ? 1 : (this.#more[more] as number);
  }
  firstDay(row: number): number {
    const more = this.#moreOf(row);
    return more < 0 ? this.#dayOf(row) : (this.#more[more + FIRST_DAY] as number);
  }
  lastDay(row: number): number {
    const more = this.#moreOf(row);
    return more < 0 ? this.#dayOf(row) : (this.#more[more + LAST_DAY] as number);
  }
  /** Adoptions so many days before the last day; of more than 2 nothing is known. */
  recent(row: number, before: number): number {
    const more = this.#moreOf(row);
    if (more < 0) return before === 0 ? 1 : 0;
    return before < RECENTS ? (this.#more[more + RECENT + before] as number) : 0;
  }
  /** How many of its three oldest holders of different voices were first seen on a day or before it. */
  elders(row: number, day: number): number {
    if (row < 0) return 0;
    const more = this.#moreOf(row);
    if (more < 0) return (this.#cells[row + DAY] as number) >>> 16 <= day ? 1 : 0;
    let elders = 0;
    while (elders < ELDERS && (this.#more[more + BORN + elders] as number) <= Math.min(day, NOBODY - 1)) elders++;
    return elders;
  }
  #dayOf(row: number): number {
    return (this.#cells[row + DAY] as number) & 0xffff;
  }
  /** Whether an identity is one of the first three holders. */
  names(row: number, identity: number): boolean {
    const more = this.#moreOf(row);
    if (more < 0) return this.#cells[row + FIRST] === identity;
    for (let i = 0; i < NAMED; i++) if (this.#more[more + 1 + i] === identity) return true;
    return false;
  }

  /** An identity takes up a value on a day. */
  hold(high: number, low: number, holder: Holder, day: number): void {
    const row = this.find(high, low);
    if (row < 0) this.#add(high, low, holder, day);
    else if (!this.names(row, holder.identity)) this.#join(row, holder, day);
  }

  /** Of those who share a voice only the first one counts as one more. */
  #join(row: number, { identity, born, voice }: Holder, day: number): void {
    const at = this.#isMany(row) ? this.#moreOf(row) : this.#widen(row);
    const more = this.#more;
    this.#heed(at, born, voice);
    if ((voice & SHARED) !== 0) {
      const counted = more[at + COUNTED] as number;
      if ((counted & bitOf(voice)) !== 0) return;
      more[at + COUNTED] = counted | bitOf(voice);
    }
    const shift = Math.max(0, day - (more[at + LAST_DAY] as number));
    if (shift > 0) {
      const [latest, before] = [more[at + RECENT] as number, more[at + RECENT + 1] as number];
      more[at + RECENT] = 0;
      more[at + RECENT + 1] = shift === 1 ? latest : 0;
      more[at + RECENT + 2] = shift === 1 ? before : shift === 2 ? latest : 0;
      more[at + LAST_DAY] = day;
    }
    const named = more[at] as number;
    more[at] = named + 1;
    more[at + RECENT] = (more[at + RECENT] as number) + 1;
    if (named < NAMED) more[at + 1 + named] = identity;
  }

  /** Puts a holder among the three oldest of different voices, where it is one of them. */
  #heed(at: number, born: number, voice: number): void {
    const more = this.#more;
    let last = ELDERS - 1;
    for (let n = 0; n < ELDERS; n++)
      if (more[at + BORN + n] !== NOBODY && more[at + VOICE + n] === voice) {
        last = n;
        break;
      }
    if ((more[at + BORN + last] as number) <= born) return;
    let n = last;
    for (; n > 0 && (more[at + BORN + n - 1] as number) > born; n--) {
      more[at + BORN + n] = more[at + BORN + n - 1] as number;
      more[at + VOICE + n] = more[at + VOICE + n - 1] as number;
    }
    more[at + BORN + n] = born;
    more[at + VOICE + n] = voice;
  }

  #isMany(row: number): boolean {
    return ((this.#cells[row + LOW] as number) & MANY) !== 0;
  }

  /** Where the holders of a value with many are told, or -1. */
  #moreOf(row: number): number {
    return this.#isMany(row) ? (this.#cells[row + FIRST] as number) * MORE_CELLS : -1;
  }

  /** Makes a value of one holder one that can have many. */
  #widen(row: number): number {
    const cells = this.#cells;
    const at = this.#mores * MORE_CELLS;
    if (at + MORE_CELLS > this.#more.length)
      this.#more = larger(this.#more, MORE_CELLS * Math.ceil((this.#mores + 1) * ROOM));
    const day = this.#dayOf(row);
    const born = (cells[row + DAY] as number) >>> 16;
    const voice = (cells[row + FROM] as number) & 0xffff;
    const counted = (voice & SHARED) === 0 ? 0 : bitOf(voice);
    this.#more.set(
      [1, cells[row + FIRST] as number, 0, 0, day, day, 1, 0, 0, born, NOBODY, NOBODY, voice, 0, 0, counted],
      at,
    );
    cells[row + LOW] = (cells[row + LOW] as number) | MANY;
    cells[row + FIRST] = this.#mores++;
    return at;
  }

  /**
   * Forgets rows until `kept` are left: first those that only newcomers hold, first seen after `bornAfter`. Of several owners those that
   * have most of them give, down to an equal share, and so do the sources of one owner; of one source what nobody took up for longest
   * goes, of one day the smallest keys.
   */
  forget(kept: number, bornAfter = Number.POSITIVE_INFINITY): void {
    for (const _ of this.forgetting(kept, bornAfter));
  }

  /** The same step by step: of a table of two million values it takes a second. Until the last step nobody may ask for a value. */
  *forgetting(kept: number, bornAfter = Number.POSITIVE_INFINITY): Generator<undefined, void> {
    const spare = this.#size - kept;
    if (spare <= 0) return;
    const isOld = (row: number) => this.elders(row, bornAfter) > 0;
    const shelfOf = (row: number) => (this.#ownerOf(row) * SOURCES + this.#sourceOf(row)) * 2 + (isOld(row) ? 1 : 0);
    const shelves = new Map<number, Map<number, number>>();
    for (let n = 0; n < this.#size; n++) {
      const shelf = shelfOf(n * CELLS);
      const days = shelves.get(shelf) ?? new Map<number, number>();
      shelves.set(shelf, days);
      const day = this.lastDay(n * CELLS);
      days.set(day, (days.get(day) ?? 0) + 1);
      if (n % STEP_ROWS === 0) yield;
    }
    const sizes = (old: 0 | 1) =>
      new Map([...shelves].filter(([shelf]) => (shelf & 1) === old).map(([shelf, days]) => [shelf, sumOf(days)]));
    const [young, old] = [sizes(0), sizes(1)];
    const first = Math.min(spare, sumOf(young));
    const given = new Map([...givenInTurn(young, first), ...givenInTurn(old, spare - first)]);
    const cuts = new Map([...given].map(([shelf, gives]) => [shelf, cutOf(shelves.get(shelf) as Days, gives)]));
    for (let n = 0; n < this.#size; n++) {
      const cut = cuts.get(shelfOf(n * CELLS)) as Cut;
      if (this.lastDay(n * CELLS) === cut.day && cut.spare > 0) cut.keys.push(this.#keyOf(n * CELLS));
      if (n % STEP_ROWS === 0) yield;
    }
    for (const cut of cuts.values())
      if (cut.spare > 0) cut.bound = (yield* sortedInSteps(cut.keys))[cut.spare - 1] as number;
    yield* this.#keep((row) => {
      const { day, bound } = cuts.get(shelfOf(row)) as Cut;
      const last = this.lastDay(row);
      return last > day || (last === day && this.#keyOf(row) > bound);
    });
  }

  *#keep(wanted: (row: number) => boolean): Generator<undefined, void> {
    const more = new Int32Array(this.#more.length);
    let size = 0;
    let mores = 0;
    for (let n = 0; n < this.#size; n++) {
      const row = n * CELLS;
      if (n % STEP_ROWS === 0) yield;
      if (!wanted(row)) continue;
      const at = this.#moreOf(row);
      if (at >= 0) {
        more.set(this.#more.subarray(at, at + MORE_CELLS), mores * MORE_CELLS);
        this.#cells[row + FIRST] = mores++;
      }
      this.#cells.copyWithin(size++ * CELLS, row, row + CELLS);
    }
    this.#size = size;
    this.#more = more;
    this.#mores = mores;
    this.#before = undefined;
    this.#places.fill(0);
    for (let n = 0; n < size; n++) {
      this.#placeRow(n);
      if (n % STEP_ROWS === 0) yield;
    }
  }

  #ownerOf(row: number): number {
    return (this.#cells[row + LOW] as number) >>> OWNER_AT;
  }

  #sourceOf(row: number): number {
    return (this.#cells[row + FROM] as number) >>> 16;
  }

  #lowOf(row: number): number {
    return (this.#cells[row + LOW] as number) & (MANY - 1);
  }

  #keyOf(row: number): number {
    return (this.#cells[row] as number) * MANY + this.#lowOf(row);
  }

  /** Where a key stands or would stand in a table; it is a hash and spread already. */
  #placeOf(places: Int32Array, high: number, low: number): number {
    const mask = places.length - 1;
    let place = (high ^ (low << 11)) & mask;
    for (;;) {
      const row = rowAt(places, place);
      if (row < 0 || (this.#cells[row] === high && this.#lowOf(row) === low)) return place;
      place = (place + 1) & mask;
    }
  }

  #add(high: number, low: number, { identity, born, voice, owner = 0, source = 0 }: Holder, day: number): void {
    if (this.#size + 1 > this.#places.length * LOAD) this.#grow();
    if (this.#before !== undefined) this.#placeMore();
    const row = this.#size * CELLS;
    if (row + CELLS > this.#cells.length) this.#cells = larger(this.#cells, CELLS * Math.ceil((this.#size + 1) * ROOM));
    this.#places[this.#placeOf(this.#places, high, low)] = ++this.#size;
    this.#cells[row] = high;
    this.#cells[row + LOW] = low | ((owner & (OWNERS - 1)) << OWNER_AT);
    this.#cells[row + FIRST] = identity;
    this.#cells[row + DAY] = (born << 16) | day;
    this.#cells[row + FROM] = (source << 16) | (voice & 0xffff);
  }

  #grow(): void {
    this.#before = this.#places;
    this.#places = new Int32Array(this.#places.length * 2);
    this.#placed = 0;
    this.#toPlace = this.#size;
  }

  /** Brings some rows over; they are all there long before the table is full again. */
  #placeMore(): void {
    const end = Math.min(this.#toPlace, this.#placed + PLACED_AT_ONCE);
    while (this.#placed < end) this.#placeRow(this.#placed++);
    if (end === this.#toPlace) this.#before = undefined;
  }

  #placeRow(n: number): void {
    const row = n * CELLS;
    this.#places[this.#placeOf(this.#places, this.#cells[row] as number, this.#lowOf(row))] = n + 1;
  }
}

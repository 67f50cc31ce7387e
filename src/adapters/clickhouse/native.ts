/** Writes rows as one block of ClickHouse's Native format: column by column, so that the engine parses nothing. */
import { createPace } from '../../bounds/pace.ts';
import { Bytes } from './bytes.ts';

/** One column of a block. `begin` makes ready for the values of so many rows. */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  begin(count: number): Cells<Row>;
}

/** The values of one column while a block is encoded. */
interface Cells<Row> {
  /** Takes the values of the rows in [from, to), which follow those before; throws on a value the column cannot hold. */
  add(rows: readonly Row[], from: number, to: number): void;
  /** Writes all values taken. */
  end(out: Bytes): void;
}

/** Rows that go through all columns before the next ones do: few enough to be still near the processor for the last column. */
const STRETCH_ROWS = 64;

/** After so many stretches, or when they took long, others run: what thousands of newcomers tell took half a second in one go. */
const pace = createPace({ records: 64, bytes: Number.POSITIVE_INFINITY });

/** Encodes rows, at least one, as one block. Rejects where a row does not fit its columns. */
export async function encodeNative<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<Buffer> {
  const begun = columns.map((column) => column.begin(rows.length));
  for (let from = 0; from < rows.length; from += STRETCH_ROWS) {
    const to = Math.min(from + STRETCH_ROWS, rows.length);
    for (const cells of begun) cells.add(rows, from, to);
    const paused = pace(0);
    if (paused !== undefined) await paused;
  }
  const out = new Bytes(4096 + rows.length * columns.length * 8);
  out.varint(columns.length);
  out.varint(rows.length);
  for (const [index, column] of columns.entries()) {
    out.text(column.name);
    out.text(column.type);
    begun[index]!.end(out);
    const paused = pace(rows.length);
    if (paused !== undefined) await paused;
  }
  return out.take();
}

/** Tells the text of a wrong value's kind without the value, which may be anything. */
function misfit(name: string, wanted: string, value: unknown): TypeError {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  return new TypeError(`${name} must be ${wanted}, not ${kind === 'number' ? `the number ${value}` : kind}`);
}

/** Text; undefined is stored as ''. */
export function text<Row>(name: string, get: (row: Row) => string | undefined): Column<Row> {
  return {
    name,
    type: 'String',
    begin(count) {
      const values = new Bytes(count * 16);
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) {
            const value = get(rows[index]!) ?? '';
            if (typeof value !== 'string') throw misfit(name, 'text', value);
            values.text(value);
          }
        },
        end: (out) => out.append(values),
      };
    },
  };
}

export function blob<Row>(name: string, get: (row: Row) => Uint8Array): Column<Row> {
  return {
    name,
    type: 'String',
    begin(count) {
      const values = new Bytes(count * 16);
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) values.blob(get(rows[index]!));
        },
        end: (out) => out.append(values),
      };
    },
  };
}

/** The dictionary of a LowCardinality column and the index of every value in it. */
class Dictionary {
  readonly #keys = new Map<string, number>();
  #indexes: Uint32Array;
  readonly #name: string;
  #count = 0;
  #last = '';
  #lastIndex = -1;

  constructor(name: string, capacity: number) {
    this.#name = name;
    this.#indexes = new Uint32Array(capacity);
  }

  add(value: string): void {
    // Neighbours are often alike: the comparison saves the hash.
    if (value !== this.#last || this.#lastIndex < 0) {
      if (typeof value !== 'string') throw misfit(this.#name, 'text', value);
      let index = this.#keys.get(value);
      if (index === undefined) {
        index = this.#keys.size;
        this.#keys.set(value, index);
      }
      this.#last = value;
      this.#lastIndex = index;
    }
    if (this.#count === this.#indexes.length) {
      const grown = new Uint32Array(2 * this.#count + 16);
      grown.set(this.#indexes);
      this.#indexes = grown;
    }
    this.#indexes[this.#count++] = this.#lastIndex;
  }

  write(out: Bytes): void {
    if (this.#count === 0) return;
    const size = this.#keys.size;
    const width = size <= 256 ? 1 : size <= 65_536 ? 2 : 4;
    // Keys come along (bit 9) and replace the dictionary (bit 10); the low bits say how wide an index is.
    out.i64(0x600 | (width >> 1));
    out.i64(size);
    for (const key of this.#keys.keys()) out.text(key);
    out.i64(this.#count);
    out.unsigned(this.#indexes, this.#count, width);
  }
}

const SHARED_DICTIONARY = 1;

/** Text of few distinct values; undefined is stored as ''. */
export function word<Row>(name: string, get: (row: Row) => string | undefined): Column<Row> {
  return {
    name,
    type: 'LowCardinality(String)',
    begin(count) {
      const dictionary = new Dictionary(name, count);
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) dictionary.add(get(rows[index]!) ?? '');
        },
        end(out) {
          out.i64(SHARED_DICTIONARY);
          dictionary.write(out);
        },
      };
    },
  };
}

/** Lists of words, one from each item; undefined is stored as []. */
export function words<Row, Item>(
  name: string,
  get: (row: Row) => readonly Item[] | undefined,
  wordOf: (item: Item) => string,
): Column<Row> {
  return {
    name,
    type: 'Array(LowCardinality(String))',
    begin(count) {
      const ends = new Bytes(count * 8);
      const dictionary = new Dictionary(name, 0);
      let total = 0;
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) {
            const list = get(rows[index]!);
            if (list !== undefined) {
              if (!Array.isArray(list)) throw misfit(name, 'a list', list);
              for (const item of list as readonly Item[]) dictionary.add(wordOf(item));
              total += list.length;
            }
            ends.i64(total);
          }
        },
        end(out) {
          out.i64(SHARED_DICTIONARY);
          out.append(ends);
          dictionary.write(out);
        },
      };
    },
  };
}

export const itself = (item: string) => item;

function whole(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max)
    throw misfit(name, `a whole number in [${min}, ${max}]`, value);
  return value;
}

function finite(name: string, value: number): number {
  if (!Number.isFinite(value)) throw misfit(name, 'a finite number', value);
  return value;
}

interface Scalar<Value> {
  readonly type: string;
  put(out: Bytes, value: Value, name: string): void;
  /** Bytes a value takes. */
  readonly bytes: number;
}

const scalars = {
  UInt8: { type: 'UInt8', bytes: 1, put: (out, value, name) => out.u8(whole(name, value, 0, 255)) },
  UInt32: { type: 'UInt32', bytes: 4, put: (out, value, name) => out.u32(whole(name, value, 0, 4_294_967_295)) },
  Int32: {
    type: 'Int32',
    bytes: 4,
    put: (out, value, name) => out.u32(whole(name, value, -2_147_483_648, 2_147_483_647) >>> 0),
  },
  Int64: {
    type: 'Int64',
    bytes: 8,
    put: (out, value, name) => out.i64(whole(name, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  },
  Float64: { type: 'Float64', bytes: 8, put: (out, value, name) => out.f64(finite(name, value)) },
} as const satisfies Record<string, Scalar<number>>;

const instantScalar: Scalar<string> = {
  type: "DateTime64(3, 'UTC')",
  bytes: 8,
  put: (out, value, name) => out.i64(instantMs(name, value)),
};

const flagScalar: Scalar<boolean> = {
  type: 'Bool',
  bytes: 1,
  put: (out, value, name) => {
    if (typeof value !== 'boolean') throw misfit(name, 'true or false', value);
    out.u8(value ? 1 : 0);
  },
};

function plain<Row, Value>(name: string, scalar: Scalar<Value>, get: (row: Row) => Value): Column<Row> {
  return {
    name,
    type: scalar.type,
    begin(count) {
      const values = new Bytes(count * scalar.bytes);
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) scalar.put(values, get(rows[index]!), name);
        },
        end: (out) => out.append(values),
      };
    },
  };
}

function nullable<Row, Value>(name: string, scalar: Scalar<Value>, get: (row: Row) => Value | undefined): Column<Row> {
  return {
    name,
    type: `Nullable(${scalar.type})`,
    begin(count) {
      const absent = new Bytes(count);
      const values = new Bytes(count * scalar.bytes);
      return {
        add(rows, from, to) {
          for (let index = from; index < to; index++) {
            const value = get(rows[index]!);
            absent.u8(value === undefined ? 1 : 0);
            if (value === undefined) values.zeros(scalar.bytes);
            else scalar.put(values, value, name);
          }
        },
        end(out) {
          out.append(absent);
          out.append(values);
        },
      };
    },
  };
}

export function number<Row>(name: string, kind: keyof typeof scalars, get: (row: Row) => number): Column<Row> {
  return plain(name, scalars[kind], get);
}

export function maybeNumber<Row>(
  name: string,
  kind: keyof typeof scalars,
  get: (row: Row) => number | undefined,
): Column<Row> {
  return nullable(name, scalars[kind], get);
}

/** An RFC 3339 instant in UTC, to the millisecond. */
export function instant<Row>(name: string, get: (row: Row) => string): Column<Row> {
  return plain(name, instantScalar, get);
}

export function maybeInstant<Row>(name: string, get: (row: Row) => string | undefined): Column<Row> {
  return nullable(name, instantScalar, get);
}

export function flag<Row>(name: string, get: (row: Row) => boolean): Column<Row> {
  return plain(name, flagScalar, get);
}

export function maybeFlag<Row>(name: string, get: (row: Row) => boolean | undefined): Column<Row> {
  return nullable(name, flagScalar, get);
}

let lastDay = -1;
let lastDayMs = 0;

/** Milliseconds since the epoch. Activities come day by day, so the day is computed once and the rest is digits. */
function instantMs(name: string, value: string): number {
  if (typeof value !== 'string') throw misfit(name, 'an RFC 3339 instant', value);
  if (value.length === 24 && value.charCodeAt(23) === 90) {
    const year = digits(value, 0, 4);
    const month = digits(value, 5, 2);
    const date = digits(value, 8, 2);
    const hour = digits(value, 11, 2);
    const minute = digits(value, 14, 2);
    const second = digits(value, 17, 2);
    const ms = digits(value, 20, 3);
    const day = (year * 100 + month) * 100 + date;
    if (hour < 24 && minute < 60 && second < 60 && ms >= 0 && day === lastDay)
      return lastDayMs + hour * 3_600_000 + minute * 60_000 + second * 1_000 + ms;
    const exact = Date.parse(value);
    if (Number.isNaN(exact)) throw misfit(name, 'an RFC 3339 instant', value);
    lastDay = day;
    lastDayMs = Math.floor(exact / 86_400_000) * 86_400_000;
    return exact;
  }
  const exact = Date.parse(value);
  if (Number.isNaN(exact)) throw misfit(name, 'an RFC 3339 instant', value);
  return exact;
}

/** A number of `count` digits; NaN, which fails every comparison, where something else stands there. */
function digits(value: string, from: number, count: number): number {
  let sum = 0;
  for (let index = from; index < from + count; index++) {
    const digit = value.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    sum = sum * 10 + digit;
  }
  return sum;
}

/** What is remembered of one identity: habits by dimension, rates, hours, sketches, the open window and episode; bounded and serialisable. */
import { ByteReader, ByteWriter } from './bytes.ts';
import { FORGET_DAYS, TRUST_DAYS } from './constants.ts';
import type { Sketch, SketchPlan } from './detector.ts';
import type { Episode } from './episode.ts';
import type { WindowItem } from './window.ts';

export const PENDING = 0;
export const TRUSTED = 1;
export const ALERTED = 2;
/** A person said it was an attack: never trusted, always news. */
export const CONDEMNED = 3;
/** Raised alerts whose values are kept for a later verdict. */
const JUDGEABLE = 4;

/** One remembered value. Days since 2020-01-01. */
export interface Value {
  count: number;
  days: number;
  first: number;
  last: number;
  state: number;
  level: number;
}

/** Bytes of a packed value: hash 4, count 2, days 1, first 2, last 2, state and level 1. */
const FORMAT = 2;
const HOURS = 168;

export class Table {
  readonly values = new Map<number, Value>();
  readonly cap: number;

  constructor(cap: number) {
    this.cap = cap;
  }

  /** Adds a value, making room by forgetting the least established one: fewest days, then longest unused, then smallest hash. */
  add(hash: number, value: Value): void {
    if (this.values.size >= this.cap) {
      let worst = -1;
      let rank = Number.POSITIVE_INFINITY;
      for (const [key, old] of this.values) {
        const stale = value.last - old.last > FORGET_DAYS ? -1000 : 0;
        const merit = stale + Math.min(old.days, 30) * 2 - (value.last - old.last) + (old.state === ALERTED ? 20 : 0);
        if (merit < rank || (merit === rank && key < worst)) {
          rank = merit;
          worst = key;
        }
      }
      const gone = this.values.get(worst);
      if (gone !== undefined) gone.last = -1;
      this.values.delete(worst);
    }
    this.values.set(hash, value);
  }
}

class KeyedNumbers implements Sketch {
  readonly rows = new Map<number, Float64Array>();
  /** Counts writes; the order of the last write of each row is kept behind its fields and starts again after a restore. */
  clock = 0;
  readonly cap: number;
  readonly fields: number;

  constructor(cap: number, fields: number) {
    this.cap = cap;
    this.fields = fields;
  }
  get size(): number {
    return this.rows.size;
  }
  get(key: number): Float64Array | undefined {
    return this.rows.get(key);
  }
  touch(key: number): Float64Array {
    let row = this.rows.get(key);
    if (row === undefined) {
      if (this.rows.size >= this.cap) this.#forget();
      row = new Float64Array(this.fields + 1);
      this.rows.set(key, row);
    }
    row[this.fields] = ++this.clock;
    return row;
  }
  #forget(): void {
    let oldest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const [key, row] of this.rows) {
      const stamp = row[this.fields] as number;
      if (stamp < least) {
        least = stamp;
        oldest = key;
      }
    }
    this.rows.delete(oldest);
  }
  entries(): IterableIterator<[number, Float64Array]> {
    return this.rows.entries();
  }
  /** Rows, longest unwritten first. */
  ordered(): [number, Float64Array][] {
    const at = this.fields;
    return [...this.rows].sort((a, b) => (a[1][at] as number) - (b[1][at] as number));
  }
}

/** Which tables and sketches a memory has, in a fixed order. */
export interface Layout {
  readonly dimensions: readonly { id: string; cap: number }[];
  readonly sketches: readonly SketchPlan[];
}

interface Recent {
  whole: string | undefined;
  also: string | undefined;
  context: string | number | undefined;
  hash: number;
  levels: readonly number[] | undefined;
  /** The value itself while it is trusted and was used today. */
  settled: Value | undefined;
}

export class Memory {
  offset = -1;
  firstMs = 0;
  lastMs = 0;
  day = 0;
  activeDays = 0;
  activities = 0;
  /** Active days since maturity: over these the own novelty rates are taken. */
  ratedDays = 0;
  /** Highest joint surprise of the current day, and the part of it already contributed. */
  dayMax = 0;
  dayTold = 0;
  peers = '';
  /** Values admitted to trust in the current week, per dimension index. */
  readonly admitted = new Map<number, number>();
  readonly tables: Table[];
  /** The last value of each dimension with its hashes: a short cut that changes nothing and is not saved. */
  readonly recent: Recent[];
  /** Latest credential and actor ids with their hashes; likewise. */
  readonly names = { credential: '', credentialHash: 0, actor: '', actorHash: 0 };
  /** Rates of its class as read in the current epoch; likewise. */
  rates: { readonly epoch: number; readonly cells: Float64Array; readonly named: Map<string, number> } | undefined;
  readonly sketches: KeyedNumbers[];
  /** Identity-days with a novelty, by cell. */
  readonly cells = new Map<number, number>();
  /** Cells and rates already counted today. */
  readonly today = new Set<number>();
  /** Values told to the population today, by dimension. */
  readonly told: Uint8Array;
  readonly hours = new Uint16Array(HOURS);
  window: WindowItem[] = [];
  episode: Episode | undefined;
  /** The raised episode before this one, for as long as hindsight looks at it. */
  former: Episode | undefined;
  /** Values behind the latest raised alerts, so that a verdict can reach them. */
  raised: { id: string; values: number[] }[] = [];

  constructor(layout: Layout) {
    this.tables = layout.dimensions.map((d) => new Table(d.cap));
    this.recent = layout.dimensions.map(() => ({
      whole: undefined,
      also: undefined,
      context: undefined,
      hash: 0,
      levels: undefined,
      settled: undefined,
    }));
    this.told = new Uint8Array(layout.dimensions.length);
    this.sketches = layout.sketches.map((plan) => new KeyedNumbers(plan.cap, plan.fields));
  }

  /** Counts a use of a value on `day`; a new day may make it trusted. Returns true when it has just become trusted. */
  static use(value: Value, day: number): boolean {
    if (value.count < 0xffff) value.count++;
    if (day <= value.last) return false;
    value.last = day;
    if (value.days < 255) value.days++;
    return value.state === PENDING && value.days >= TRUST_DAYS;
  }

  /** Remembers which values an alert was raised for. */
  blame(id: string, values: readonly number[]): void {
    const known = this.raised.find((r) => r.id === id);
    if (known === undefined) {
      this.raised.push({ id, values: [...values] });
      if (this.raised.length > JUDGEABLE) this.raised.shift();
    } else for (const v of values) if (!known.values.includes(v) && known.values.length < 64) known.values.push(v);
  }

  /** Counts an hour of the week; all are halved when one overflows, so that shares stay. */
  tick(hour: number): void {
    if (this.hours[hour] === 0xffff) for (let i = 0; i < HOURS; i++) this.hours[i] = (this.hours[i] as number) >> 1;
    this.hours[hour] = (this.hours[hour] as number) + 1;
  }
}

const writer = new ByteWriter();

export function pack(memory: Memory): Uint8Array {
  const w = writer;
  w.u8(FORMAT);
  w.f64(memory.offset);
  w.f64(memory.firstMs);
  w.f64(memory.lastMs);
  w.u16(memory.day);
  w.u16(memory.activeDays);
  w.f64(memory.activities);
  w.u16(memory.ratedDays);
  w.f64(memory.dayMax);
  w.f64(memory.dayTold);
  w.text(memory.peers);
  w.u8(memory.admitted.size);
  for (const [dimension, count] of memory.admitted) {
    w.u8(dimension);
    w.u16(count);
  }
  w.u8(memory.tables.length);
  for (const table of memory.tables) {
    w.u16(table.values.size);
    for (const [hash, value] of table.values) {
      w.u32(hash);
      w.u16(value.count);
      w.u8(value.days);
      w.u16(value.first);
      w.u16(value.last);
      w.u8(value.state | (value.level << 2));
    }
  }
  w.u16(memory.cells.size);
  for (const [cell, days] of memory.cells) {
    w.u32(cell);
    w.u16(days);
  }
  w.u16(memory.today.size);
  for (const cell of memory.today) w.u32(cell);
  for (const n of memory.told) w.u8(n);
  let filled = 0;
  for (const n of memory.hours) if (n > 0) filled++;
  w.u8(filled);
  memory.hours.forEach((n, hour) => {
    if (n === 0) return;
    w.u8(hour);
    w.u16(n);
  });
  for (const sketch of memory.sketches) {
    w.u16(sketch.rows.size);
    for (const [key, row] of sketch.ordered()) {
      w.u32(key);
      for (let i = 0; i < sketch.fields; i++) w.number(row[i] as number);
    }
  }
  const open =
    memory.window.length > 0 || memory.episode !== undefined || memory.former !== undefined || memory.raised.length > 0;
  w.text(
    open
      ? JSON.stringify({ window: memory.window, episode: memory.episode, former: memory.former, raised: memory.raised })
      : '',
  );
  return w.take();
}

/** Reads what `pack` wrote. Throws on another format: a memory must not be half understood. */
export function unpack(bytes: Uint8Array, layout: Layout): Memory {
  const r = new ByteReader(bytes);
  const format = r.u8();
  if (format !== FORMAT) throw new Error(`memory format ${format} is not ${FORMAT}`);
  const memory = new Memory(layout);
  memory.offset = r.f64();
  memory.firstMs = r.f64();
  memory.lastMs = r.f64();
  memory.day = r.u16();
  memory.activeDays = r.u16();
  memory.activities = r.f64();
  memory.ratedDays = r.u16();
  memory.dayMax = r.f64();
  memory.dayTold = r.f64();
  memory.peers = r.text();
  for (let n = r.u8(); n > 0; n--) {
    const dimension = r.u8();
    memory.admitted.set(dimension, r.u16());
  }
  const tables = r.u8();
  if (tables !== memory.tables.length)
    throw new Error(`memory of ${tables} dimensions, expected ${memory.tables.length}`);
  for (const table of memory.tables) {
    for (let n = r.u16(); n > 0; n--) {
      const hash = r.u32();
      const value = { count: r.u16(), days: r.u8(), first: r.u16(), last: r.u16(), state: 0, level: 0 };
      const flags = r.u8();
      value.state = flags & 3;
      value.level = flags >> 2;
      table.values.set(hash, value);
    }
  }
  for (let n = r.u16(); n > 0; n--) {
    const cell = r.u32();
    memory.cells.set(cell, r.u16());
  }
  for (let n = r.u16(); n > 0; n--) memory.today.add(r.u32());
  for (let i = 0; i < memory.told.length; i++) memory.told[i] = r.u8();
  for (let n = r.u8(); n > 0; n--) {
    const hour = r.u8();
    memory.hours[hour] = r.u16();
  }
  for (const sketch of memory.sketches) {
    for (let n = r.u16(); n > 0; n--) {
      const key = r.u32();
      const row = new Float64Array(sketch.fields + 1);
      for (let i = 0; i < sketch.fields; i++) row[i] = r.number();
      sketch.rows.set(key, row);
      row[sketch.fields] = ++sketch.clock;
    }
  }
  const tail = r.text();
  if (tail !== '') {
    const open = JSON.parse(tail) as {
      window: WindowItem[];
      episode?: Episode;
      former?: Episode;
      raised: Memory['raised'];
    };
    memory.window = open.window;
    memory.episode = open.episode;
    memory.former = open.former;
    memory.raised = open.raised;
  }
  return memory;
}

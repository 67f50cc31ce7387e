/** The saved form of a memory: as few bits as it takes without loss. */
import { ByteReader, ByteWriter } from './bytes.ts';
import { HOUR_MS } from './constants.ts';
import { type Episode, reopened } from './episode.ts';
import { DOUBTED, type Habits, TRUSTED } from './habits.ts';
import { packMakeup, unpackMakeup } from './makeup-codec.ts';
import { type Layout, Memory } from './memory.ts';

/** Raised whenever what is written changes; another one is refused. */
const FORMAT = 6;
/** How a number of a sketch is written: most are small counts, hashes, or times near the last activity. */
const ZERO = 0;
const SMALL = 1;
/** A hash that a table holds too: its place among all of them. */
const KNOWN = 2;
const HASH = 3;
const WHOLE = 4;
const SINGLE = 5;
const DOUBLE = 6;
/** Milliseconds before the last activity, or hours before its hour. */
const BEFORE = 7;
const SMALL_BELOW = 256;
const HASH_FROM = 0x10_0000;
/** A time longer ago is written as any other number. */
const LONGEST_BEFORE = 0x8000_0000;

/** What numbers are told from, in writing and in reading. */
class Frame {
  readonly #hashes: number[] = [];
  readonly #lastMs: number;
  readonly #lastHour: number;

  constructor(lastMs: number) {
    this.#lastMs = lastMs;
    this.#lastHour = Math.floor(lastMs / HOUR_MS);
  }

  know(hash: number): void {
    this.#hashes.push(hash);
  }

  get #width(): number {
    return 32 - Math.clz32(this.#hashes.length);
  }

  write(w: ByteWriter, value: number): void {
    if (Object.is(value, 0)) w.bits(ZERO, 3);
    else if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
      const single = Math.fround(value) === value;
      w.bits(single ? SINGLE : DOUBLE, 3);
      if (single) w.f32(value);
      else w.f64(value);
    } else if (value < SMALL_BELOW) {
      w.bits(SMALL, 3);
      w.small(value);
    } else this.#writeLarge(w, value);
  }

  #writeLarge(w: ByteWriter, value: number): void {
    const known = value < HASH_FROM ? -1 : this.#hashes.indexOf(value);
    const ms = this.#lastMs - value;
    const hours = this.#lastHour - value;
    if (known >= 0) {
      w.bits(KNOWN, 3);
      w.bits(known, this.#width);
    } else if ((ms >= 0 && ms < LONGEST_BEFORE) || (hours >= 0 && hours < SMALL_BELOW)) {
      const inHours = hours >= 0 && hours < SMALL_BELOW;
      w.bits(BEFORE, 3);
      w.bits(inHours ? 1 : 0, 1);
      if (inHours) w.small(hours);
      else w.whole(ms);
    } else if (value >= HASH_FROM && value <= 0x7fff_ffff) {
      w.bits(HASH, 3);
      w.bits(value, 31);
    } else {
      w.bits(WHOLE, 3);
      w.whole(value);
    }
  }

  read(r: ByteReader): number {
    switch (r.bits(3)) {
      case ZERO:
        return 0;
      case SMALL:
        return r.small();
      case KNOWN: {
        const hash = this.#hashes[r.bits(this.#width)];
        if (hash === undefined) throw new RangeError('a hash that no table holds');
        return hash;
      }
      case HASH:
        return r.bits(31);
      case WHOLE:
        return r.whole();
      case SINGLE:
        return r.f32();
      case DOUBLE:
        return r.f64();
      default:
        return r.bits(1) === 1 ? this.#lastHour - r.small() : this.#lastMs - r.whole();
    }
  }
}

/** Milliseconds since the epoch; a wrong clock may be before it. */
function writeInstant(w: ByteWriter, ms: number): void {
  w.bits(ms < 0 ? 1 : 0, 1);
  w.whole(Math.abs(ms));
}

function readInstant(r: ByteReader): number {
  return r.bits(1) === 1 ? -r.whole() : r.whole();
}

const writer = new ByteWriter();

export function pack(memory: Memory): Uint8Array {
  const w = writer;
  w.u8(FORMAT);
  w.u8(memory.habits.tables);
  w.whole(memory.offset + 1);
  writeInstant(w, memory.firstMs);
  writeInstant(w, memory.lastMs);
  const frame = new Frame(memory.lastMs);
  w.u16(memory.day);
  w.small(memory.activeDays);
  w.whole(memory.activities);
  w.small(memory.ratedDays);
  frame.write(w, memory.dayMax);
  frame.write(w, memory.dayTold);
  w.text(memory.peers);
  w.small(memory.admitted.size);
  for (const [dimension, count] of memory.admitted) {
    w.small(dimension);
    w.small(count);
  }
  packHabits(w, memory.habits, frame);
  w.small(memory.cells.size);
  for (const [cell, days] of memory.cells) {
    w.u32(cell);
    w.small(days);
  }
  w.small(memory.today.size);
  for (const cell of memory.today) w.u32(cell);
  for (const n of memory.told) w.small(n);
  for (const n of memory.hours) w.small(n);
  for (const table of memory.layout.tables) {
    const rows = table.of(memory.numbers).inOrder();
    w.small(rows.length);
    for (const { key, row } of rows) {
      frame.write(w, key);
      for (let i = 0; i < table.plan.fields; i++) frame.write(w, table.get(row, i));
    }
  }
  const { window, episode, former, raised, unlearned } = memory;
  const approvals = [...memory.approvals];
  const lists = [window, raised, approvals, unlearned];
  const open = episode !== undefined || former !== undefined || lists.some((list) => list.length > 0);
  w.bits(open ? 1 : 0, 1);
  if (open) w.text(JSON.stringify({ window, episode, former, raised, approvals, unlearned }));
  // Nothing marks where it begins: a memory that ends here, as most do, takes no bit for it.
  if (memory.makeup !== undefined) packMakeup(w, memory.makeup);
  return w.take();
}

/** Days are told from the first and the last day of all values, days of use from the days between. */
function packHabits(w: ByteWriter, habits: Habits, frame: Frame): void {
  let begin = 0xffff;
  let end = 0;
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of)) {
      begin = Math.min(begin, habits.first(at));
      end = Math.max(end, habits.last(at));
    }
  w.u16(begin);
  w.u16(end);
  for (let of = 0; of < habits.tables; of++) {
    w.small(habits.size(of));
    for (const at of habits.places(of)) {
      const state = habits.state(at);
      const days = habits.days(at);
      w.bits(habits.hash(at), 31);
      frame.know(habits.hash(at));
      w.small(habits.first(at) - begin);
      w.small(end - habits.last(at));
      w.small(habits.last(at) - habits.first(at) + 1 - days);
      w.bits(state === TRUSTED ? 1 : 0, 1);
      // Those that are not trusted take two bits: doubt has the place that trust does not need there.
      if (state !== TRUSTED) w.bits(state === DOUBTED ? TRUSTED : state, 2);
      packTrust(w, habits.first(at), habits.trusted(at), state === TRUSTED);
      w.small(habits.level(at));
    }
  }
}

/** Days from the first to that of trust: mostly one, so that none changes places with it. What is not trusted seldom ever was. */
const swapped = (days: number) => (days < 2 ? 1 - days : days);

function packTrust(w: ByteWriter, first: number, day: number, isTrusted: boolean): void {
  if (!isTrusted) w.bits(day > 0 ? 1 : 0, 1);
  if (isTrusted || day > 0) w.small(swapped(day - first));
}

const unpackTrust = (r: ByteReader, first: number, isTrusted: boolean): number =>
  isTrusted || r.bits(1) === 1 ? first + swapped(r.small()) : 0;

function unpackHabits(r: ByteReader, habits: Habits, frame: Frame): void {
  const begin = r.u16();
  const end = r.u16();
  for (let of = 0; of < habits.tables; of++)
    for (let n = r.small(); n > 0; n--) {
      const hash = r.bits(31);
      frame.know(hash);
      const first = begin + r.small();
      const last = end - r.small();
      const days = last - first + 1 - r.small();
      const isTrusted = r.bits(1) === 1;
      const code = isTrusted ? TRUSTED : r.bits(2);
      const state = !isTrusted && code === TRUSTED ? DOUBTED : code;
      const trusted = unpackTrust(r, first, isTrusted);
      habits.recall(of, hash, { days, first, last, state, level: r.small(), trusted });
    }
}

interface Head {
  readonly offset: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

function readHead(r: ByteReader, layout: Layout): Head {
  const format = r.u8();
  if (format !== FORMAT)
    throw new Error(
      `memory format ${format} is not ${FORMAT}: another version saved it; empty the tables memory and snapshot, and habits are learned again from the stored activities`,
    );
  const tables = r.u8();
  if (tables !== layout.caps.length) throw new Error(`memory of ${tables} dimensions, expected ${layout.caps.length}`);
  return { offset: r.whole() - 1, firstMs: readInstant(r), lastMs: readInstant(r) };
}

/** How a packed memory begins. Throws on another format. */
export const headOf = (bytes: Uint8Array, layout: Layout): Head => readHead(new ByteReader(bytes), layout);

/** Reads what `pack` wrote. Throws on another format: a memory must not be half understood. */
export function unpack(bytes: Uint8Array, layout: Layout): Memory {
  const r = new ByteReader(bytes);
  const memory = new Memory(layout);
  Object.assign(memory, readHead(r, layout));
  const frame = new Frame(memory.lastMs);
  memory.day = r.u16();
  memory.activeDays = r.small();
  memory.activities = r.whole();
  memory.ratedDays = r.small();
  memory.dayMax = frame.read(r);
  memory.dayTold = frame.read(r);
  memory.peers = r.text();
  for (let n = r.small(); n > 0; n--) {
    const dimension = r.small();
    memory.admitted.set(dimension, r.small());
  }
  unpackHabits(r, memory.habits, frame);
  for (let n = r.small(); n > 0; n--) {
    const cell = r.u32();
    memory.cells.set(cell, r.small());
  }
  for (let n = r.small(); n > 0; n--) memory.today.add(r.u32());
  for (let i = 0; i < memory.told.length; i++) memory.told[i] = r.small();
  for (let i = 0; i < memory.hours.length; i++) memory.hours[i] = r.small();
  for (const table of layout.tables) {
    table.of(memory.numbers);
    for (let n = r.small(); n > 0; n--) {
      const row = table.touch(frame.read(r));
      for (let i = 0; i < table.plan.fields; i++) table.set(row, i, frame.read(r));
    }
  }
  if (r.bits(1) === 1) {
    const open = JSON.parse(r.text()) as Pick<Memory, 'window' | 'raised' | 'unlearned'> & {
      episode?: Episode;
      former?: Episode;
      approvals: [number, number][];
    };
    memory.window = open.window;
    memory.episode = reopened(open.episode);
    memory.former = reopened(open.former);
    memory.raised = open.raised;
    memory.unlearned = open.unlearned;
    for (const [value, untilMs] of open.approvals) memory.approvals.set(value, untilMs);
  }
  if (!r.done) memory.makeup = unpackMakeup(r);
  return memory;
}

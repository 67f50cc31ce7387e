/** How a packed memory writes the values that an identity is known by: days are told by their place among all days that count. */
import type { ByteReader, ByteWriter } from './bit-stream.ts';
import { type Habits, PENDING, TRUSTED, type Value } from './habits.ts';
import type { NumberCodec } from './number-codec.ts';

/** By day: its place among the days of the memory at hand. Entries for other days mean nothing. */
const placeOf = new Uint16Array(1 << 16);

/** What holds for all values of a memory, so that each value takes fewer bits. */
interface Shape {
  /** True when the values of every dimension stand in the order in which they were first seen. */
  readonly isOrdered: boolean;
  /** True when the days that count include all days of use: then days of use are counted among them, otherwise by the calendar. */
  readonly isSparse: boolean;
}

export function packHabits(w: ByteWriter, habits: Habits, frame: NumberCodec): void {
  const days = daysOf(habits);
  const shape = shapeOf(habits);
  w.small(days.length);
  w.u16(days[0] ?? 0);
  for (let i = 1; i < days.length; i++) w.small((days[i] as number) - (days[i - 1] as number) - 1);
  w.bits(shape.isOrdered ? 1 : 0, 1);
  w.bits(shape.isSparse ? 1 : 0, 1);
  for (let of = 0; of < habits.tables; of++) {
    w.small(habits.size(of));
    let before = 0;
    let level = -1;
    for (const at of habits.places(of)) {
      const hash = habits.hash(at);
      const first = placeOf[habits.first(at)] as number;
      w.bits(hash, 31);
      frame.know(hash);
      w.small(shape.isOrdered ? first - before : zigzag(first - before));
      before = first;
      packUse(w, habits, at, days.length, shape);
      packState(w, habits, at);
      packLevel(w, habits.level(at), level);
      level = habits.level(at);
    }
  }
}

/** `places`: of each saved table the one it belongs to, or less than 0 where there is none; its values are let go then. */
export function unpackHabits(r: ByteReader, habits: Habits, frame: NumberCodec, places: readonly number[]): void {
  const days: number[] = [];
  const length = r.small();
  days.push(r.u16());
  while (days.length < length) days.push((days.at(-1) as number) + r.small() + 1);
  const shape = { isOrdered: r.bits(1) === 1, isSparse: r.bits(1) === 1 };
  const dayAt = (place: number) => {
    const day = days[place];
    if (day === undefined) throw new RangeError('a day that does not count');
    return day;
  };
  for (const of of places) {
    let place = 0;
    let level = -1;
    for (let n = r.small(); n > 0; n--) {
      const hash = r.bits(31);
      frame.know(hash);
      const step = r.small();
      place += shape.isOrdered ? step : zagzig(step);
      const first = dayAt(place);
      let last = first;
      let used = 1;
      if (r.bits(1) === 0) {
        const end = length - 1 - r.small();
        last = dayAt(end);
        used = (shape.isSparse ? end - place : last - first) + 1 - r.small();
      }
      const { state, trusted } = unpackState(r, (steps) => dayAt(place + steps));
      level = unpackLevel(r, level);
      if (of >= 0) habits.recall(of, hash, { days: used, first, last, state, level, trusted });
    }
  }
}

/** All days on which a value was first or last seen or became trusted, ascending. */
function daysOf(habits: Habits): number[] {
  const days = new Set<number>();
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of)) {
      days.add(habits.first(at));
      days.add(habits.last(at));
      if (habits.trusted(at) > 0) days.add(habits.trusted(at));
    }
  const inOrder = [...days].sort((a, b) => a - b);
  for (let i = 0; i < inOrder.length; i++) placeOf[inOrder[i] as number] = i;
  return inOrder;
}

function shapeOf(habits: Habits): Shape {
  let isOrdered = true;
  let isSparse = true;
  for (let of = 0; of < habits.tables; of++) {
    let before = 0;
    for (const at of habits.places(of)) {
      const first = habits.first(at);
      isOrdered &&= first >= before;
      isSparse &&= habits.days(at) <= span(first, habits.last(at));
      before = first;
    }
  }
  return { isOrdered, isSparse };
}

/** How many days that count lie from one day to another, both included. */
const span = (first: number, last: number) => (placeOf[last] as number) - (placeOf[first] as number) + 1;

/** Writes last day and days of use. Most values of most identities were seen on one day only, which takes one bit. */
function packUse(w: ByteWriter, habits: Habits, at: number, days: number, { isSparse }: Shape): void {
  const [first, last, used] = [habits.first(at), habits.last(at), habits.days(at)];
  const isOnce = first === last && used === 1;
  w.bits(isOnce ? 1 : 0, 1);
  if (isOnce) return;
  w.small(days - 1 - (placeOf[last] as number));
  w.small((isSparse ? span(first, last) : last - first + 1) - used);
}

/** Writes the state: one bit for trusted, few for pending and never trusted, the rest in full. */
function packState(w: ByteWriter, habits: Habits, at: number): void {
  const state = habits.state(at);
  const trusted = habits.trusted(at);
  const isPlain = state === PENDING && trusted === 0;
  if (state === TRUSTED) w.bits(1, 1);
  else if (isPlain) w.bits(2, 2);
  else {
    w.bits(0, 2);
    w.bits(state, 3);
    w.bits(trusted > 0 ? 1 : 0, 1);
  }
  if (state === TRUSTED || trusted > 0)
    w.small(swapped((placeOf[trusted] as number) - (placeOf[habits.first(at)] as number)));
}

function unpackState(r: ByteReader, dayOf: (steps: number) => number): Pick<Value, 'state' | 'trusted'> {
  if (r.bits(1) === 1) return { state: TRUSTED, trusted: dayOf(swapped(r.small())) };
  if (r.bits(1) === 1) return { state: PENDING, trusted: 0 };
  const state = r.bits(3);
  return { state, trusted: r.bits(1) === 1 ? dayOf(swapped(r.small())) : 0 };
}

/** Writes the level relative to that of the value before. It is mostly the same or the next one, since a new value comes with all of its levels and a known one with the exact level alone. */
function packLevel(w: ByteWriter, level: number, before: number): void {
  if (level === before) w.bits(0, 1);
  else if (level === before + 1) w.bits(1, 2);
  else {
    w.bits(3, 2);
    w.bits(level, 3);
  }
}

function unpackLevel(r: ByteReader, before: number): number {
  if (r.bits(1) === 0) return before;
  return r.bits(1) === 0 ? before + 1 : r.bits(3);
}

/** Writes the days from the first day to the day of trust. They are mostly more than none, so none and one change places. */
const swapped = (days: number) => (days < 2 ? 1 - days : days);

const zigzag = (step: number) => (step < 0 ? -2 * step - 1 : 2 * step);
const zagzig = (code: number) => ((code & 1) === 1 ? -(code + 1) / 2 : code / 2);

/** The saved form of a memory: as few bits as it takes without loss. */

import { DAY_MS, DAY_ZERO } from '../constants.ts';
import { packAgentParts, unpackAgentParts } from './agent-parts-codec.ts';
import { ByteReader, ByteWriter } from './bit-stream.ts';
import { refound, reopened } from './episode.ts';
import { EXPECTED_TEXTS } from './expected-texts.ts';
import { packHabits, unpackHabits } from './habits-codec.ts';
import { type Layout, NOWHERE, type Placement } from './layout.ts';
import { Memory } from './memory.ts';
import { MemoryFault, RELEARN } from './memory-fault.ts';
import { NumberCodec } from './number-codec.ts';
import { openText, readOpen } from './open-state.ts';
import { TextCodec } from './text-codec.ts';

/** Raised whenever what is written changes; the formats from `OLDEST` on are read, whatever comes after them. */
export const FORMAT = 10;
/** It tells how many tables there are, and not which. */
export const OLDEST = 7;
/** Formats before it do not tell the account: whose habits they are shows the first activity that comes. */
const FIRST_WITH_HOME = 9;
/** Formats before it do not tell the source: those identities share one that has no name. */
const FIRST_WITH_SOURCE = 10;
/** Up to this many hours of the week with activity it is cheaper to skip the empty ones than to write all. */
const SPARSE_HOURS = 20;

const texts = new Map([...EXPECTED_TEXTS].map(([format, expected]) => [format, new TextCodec(expected)]));
const squeeze = textsOf(FORMAT);

function textsOf(format: number): TextCodec {
  const codec = texts.get(format);
  if (codec === undefined)
    throw new MemoryFault(
      `memory format ${format} is not one of ${OLDEST} to ${FORMAT}`,
      format > FORMAT
        ? 'A newer Tidemark saved it: start that version, or restore the tables memory and snapshot from a backup made before.'
        : RELEARN,
    );
  return codec;
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

/** The saved form of a memory. */
export const pack = (memory: Memory): Uint8Array => packed(memory).slice();

/** Packs a memory into a view that the next call overwrites, for callers that read it at once. */
export function packed(memory: Memory): Uint8Array {
  const w = writer;
  w.u8(FORMAT);
  w.small(memory.layout.number);
  w.whole(memory.offset + 1);
  writeInstant(w, memory.firstMs);
  writeInstant(w, memory.lastMs - memory.firstMs);
  w.bits(memory.isOpen ? 1 : 0, 1);
  writeHome(w, memory);
  const frame = new NumberCodec(memory.lastMs);
  frame.write(w, memory.heard + 1);
  const isLastDay = memory.day === dayOf(memory.lastMs);
  w.bits(isLastDay ? 1 : 0, 1);
  if (!isLastDay) w.u16(memory.day);
  w.small(memory.activeDays);
  w.whole(memory.activities);
  w.small(memory.ratedDays);
  frame.write(w, memory.dayMax);
  frame.write(w, memory.dayContributed);
  squeeze.write(w, memory.peers);
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
  const isTold = memory.contributedToday.some((n) => n > 0);
  w.bits(isTold ? 1 : 0, 1);
  if (isTold) for (const n of memory.contributedToday) w.small(n);
  packHours(w, memory.hours);
  for (const table of memory.layout.tables) {
    const rows = table.of(memory.numbers).inOrder();
    w.small(rows.length);
    for (const { key, row } of rows) {
      frame.writeKey(w, key);
      for (let i = 0; i < table.plan.fields; i++) frame.write(w, table.get(row, i));
    }
  }
  const { window, episode, former, raised, unlearned } = memory;
  const approvals = [...memory.approvals];
  const lists = [window, raised, approvals, unlearned];
  const open = episode !== undefined || former !== undefined || lists.some((list) => list.length > 0);
  w.bits(open ? 1 : 0, 1);
  if (open) squeeze.write(w, openText({ window, episode, former, raised, approvals, unlearned }));
  // No mark says that agent parts follow, so a memory without them, as most are, takes no bit for it.
  if (memory.agentParts !== undefined) packAgentParts(w, memory.agentParts);
  return w.flush();
}

/** Packs only the window and an unraised episode, which silence will end. The next call overwrites the view. */
export function packedOpen({ window, episode }: Memory): Uint8Array {
  squeeze.write(writer, openText({ window, episode: episode?.raised === false ? episode : undefined }));
  return writer.flush();
}

/** Puts them back into a memory. */
export function unpackOpen(memory: Memory, bytes: Uint8Array): void {
  const open = readOpen(squeeze.read(new ByteReader(bytes)), FORMAT);
  memory.window = refound(open.window);
  if (open.episode !== undefined) memory.episode = reopened(open.episode);
}

/** The day that a memory is mostly on. */
const dayOf = (ms: number) => Math.floor(ms / DAY_MS) - DAY_ZERO;

/** Writes hours of the week: each with the number of empty hours before it, or all, where most are not empty. */
function packHours(w: ByteWriter, hours: Uint16Array): void {
  let filled = 0;
  for (const n of hours) if (n > 0) filled++;
  w.u8(filled);
  if (filled > SPARSE_HOURS) {
    for (const n of hours) w.small(n);
    return;
  }
  let empty = 0;
  for (const n of hours)
    if (n === 0) empty++;
    else {
      w.small(empty);
      w.small(n - 1);
      empty = 0;
    }
}

function unpackHours(r: ByteReader, hours: Uint16Array): void {
  const filled = r.u8();
  if (filled > SPARSE_HOURS) for (let i = 0; i < hours.length; i++) hours[i] = r.small();
  else
    for (let n = filled, hour = 0; n > 0; n--, hour++) {
      hour += r.small();
      if (hour >= hours.length) throw new RangeError('an hour that no week has');
      hours[hour] = r.small() + 1;
    }
}

interface Head {
  readonly format: number;
  /** Number of its layout; of format 7, how many tables it has. */
  readonly layout: number;
  readonly offset: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly isOpen: boolean;
}

function readHead(r: ByteReader): Head {
  const format = r.u8();
  textsOf(format);
  const layout = format === OLDEST ? r.u8() : r.small();
  const offset = r.whole() - 1;
  const firstMs = readInstant(r);
  return { format, layout, offset, firstMs, lastMs: firstMs + readInstant(r), isOpen: r.bits(1) === 1 };
}

/** How a packed memory begins. Throws a `MemoryFault` on a format that this build does not know. */
export const headOf = (bytes: Uint8Array): Head => readHead(new ByteReader(bytes));

/** Whether a memory tells no layout, so that which one it has must be found out. */
export const isNameless = ({ format }: Head): boolean => format === OLDEST;

/** By which input the identity came, since format 10, and where it is at home, since format 9; both behind the head. */
function writeHome(w: ByteWriter, { account, bornAt, source }: Memory): void {
  w.bits(source === 0 ? 0 : 1, 1);
  if (source !== 0) w.u16(source);
  w.bits(account === '' ? 0 : 1, 1);
  if (account !== '') squeeze.write(w, account);
  w.bits(bornAt === 0 ? 0 : 1, 1);
  if (bornAt !== 0) w.whole(bornAt);
}

type Home = Pick<Memory, 'account' | 'bornAt' | 'source'>;

const readSource = (r: ByteReader, { format }: Head) => (format >= FIRST_WITH_SOURCE && r.bits(1) === 1 ? r.u16() : 0);

function readHome(r: ByteReader, head: Head): Home {
  const { format } = head;
  if (format < FIRST_WITH_HOME) return { account: '', bornAt: 0, source: 0 };
  const source = readSource(r, head);
  const account = r.bits(1) === 1 ? textsOf(format).read(r) : '';
  return { account, bornAt: r.bits(1) === 1 ? r.whole() : 0, source };
}

/** When a packed memory was first and last active, ms, and by which input it came, see `Memory.source`. */
export function lifeOf(bytes: Uint8Array): Pick<Memory, 'firstMs' | 'lastMs' | 'source'> {
  const r = new ByteReader(bytes);
  const head = readHead(r);
  return { firstMs: head.firstMs, lastMs: head.lastMs, source: readSource(r, head) };
}

/** The account of a packed memory, '' where none was told, the offset at which it began, and by which input it came. */
export function homeOf(bytes: Uint8Array): Home {
  const r = new ByteReader(bytes);
  return readHome(r, readHead(r));
}

function placementOf({ format, layout: number }: Head, layout: Layout): Placement {
  if (format !== OLDEST) return layout.placementOf(number);
  const placement = layout.format7;
  if (placement.dimensions.length !== number)
    throw new RangeError(`a memory of ${number} tables, expected ${placement.dimensions.length}`);
  return placement;
}

/**
 * Reads what `pack` wrote, now or in an earlier version, into the arrays of a memory that is `spent`. Throws where it does not come
 * out even: a memory must not be half understood.
 */
export function unpack(bytes: Uint8Array, layout: Layout, spent?: Memory): Memory {
  const r = new ByteReader(bytes);
  const head = readHead(r);
  const { format, offset, firstMs, lastMs } = head;
  const placement = placementOf(head, layout);
  const squeezed = textsOf(format);
  const memory = new Memory(layout, spent);
  Object.assign(memory, { offset, firstMs, lastMs, ...readHome(r, head) });
  const frame = new NumberCodec(memory.lastMs);
  memory.heard = frame.read(r) - 1;
  memory.day = r.bits(1) === 1 ? dayOf(memory.lastMs) : r.u16();
  memory.activeDays = r.small();
  memory.activities = r.whole();
  memory.ratedDays = r.small();
  memory.dayMax = frame.read(r);
  memory.dayContributed = frame.read(r);
  memory.peers = squeezed.read(r);
  for (let n = r.small(); n > 0; n--) {
    const dimension = placement.dimensions[r.small()];
    const count = r.small();
    if (dimension === undefined) throw new RangeError('a count of a table that is not there');
    if (dimension !== NOWHERE) memory.admitted.set(dimension, count);
  }
  unpackHabits(r, memory.habits, frame, placement.dimensions);
  for (let n = r.small(); n > 0; n--) {
    const cell = r.u32();
    memory.cells.set(cell, r.small());
  }
  for (let n = r.small(); n > 0; n--) memory.today.add(r.u32());
  if (r.bits(1) === 1)
    for (const dimension of placement.dimensions) {
      const count = r.small();
      if (dimension !== NOWHERE) memory.contributedToday[dimension] = count;
    }
  unpackHours(r, memory.hours);
  unpackSketches(r, memory, placement, frame);
  if (r.bits(1) === 1) {
    const open = readOpen(squeezed.read(r), format);
    memory.window = refound(open.window);
    memory.episode = reopened(open.episode);
    memory.former = reopened(open.former);
    memory.raised = open.raised;
    memory.unlearned = open.unlearned;
    for (const [value, untilMs] of open.approvals) memory.approvals.set(value, untilMs);
  }
  if (!r.done) memory.agentParts = unpackAgentParts(r, placement.parts);
  if (!r.isEven) throw new RangeError('more bytes than the memory takes');
  if (!placement.isSame) for (let of = 0; of < layout.caps.length; of++) memory.habits.trim(of, dayOf(memory.lastMs));
  return memory;
}

function unpackSketches(r: ByteReader, memory: Memory, { sketches }: Placement, frame: NumberCodec): void {
  for (const { table, fields } of sketches) {
    table?.of(memory.numbers);
    for (let n = r.small(); n > 0; n--) {
      const key = frame.readKey(r);
      const row = table?.touch(key) ?? NOWHERE;
      for (let i = 0; i < fields; i++) {
        const value = frame.read(r);
        table?.set(row, i, value);
      }
    }
  }
}

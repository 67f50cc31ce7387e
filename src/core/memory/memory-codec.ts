/** The saved form of a memory: as few bits as it takes without loss. */

import { DAY_MS, DAY_ZERO } from '../constants.ts';
import { packAgentParts, unpackAgentParts } from './agent-parts-codec.ts';
import { ByteReader, ByteWriter } from './bit-stream.ts';
import { type Episode, reopened } from './episode.ts';
import { packHabits, unpackHabits } from './habits-codec.ts';
import { type Layout, Memory } from './memory.ts';
import { NumberCodec } from './number-codec.ts';
import { TextCodec } from './text-codec.ts';

/** Raised whenever what is written changes; another one is refused. */
const FORMAT = 7;
/** Up to this many hours of the week with activity it is cheaper to skip the empty ones than to write all. */
const SPARSE_HOURS = 20;
/** Texts of which class names, windows and open alerts mostly consist; they are part of the format. */
const squeeze = new TextCodec(
  [
    'okta/oauth-app#okta/unknown#github/oauth-app#github/bot#kubernetes/service-account#kubernetes/workload#gcp/service-account#gcp/workload#',
    'azure/workload#azure/oauth-app#azure/unknown#custom/agent#custom/api-key#aws/provider-service#aws/unknown#aws/workload#aws/role#',
    '"unexpected-destination"new-credential"credential-misuse"delegation"lifecycle"identity"session"unusual-pattern"access"',
    '"invariant","techniques":["T1078.004"T1530"T1528"T1552"],"says":"contain":"credential"scope"',
    '"raised":true,"score":"p":"firstMs":17"lastMs":17"raisedMs":17"activityCount":"sensitivity":0."items":[{',
    '"sinceMs":[17"cited":[["kinds":["credential":{"id":"kind":"session-token"access-key","issuedAt":"expiresAt":"longLived":false},',
    '"cause":"thread":"watches":[],"eased":0},"former":{"id":"version":1,"values":[["firstDay":20"raisedDay":20"lastDay":20"counted":0.',
    '"verdict":{"is":"benign"true"said":"days":[],"approvals":[],"unlearned":[]}',
    '{"window":[{"detector":"volume","field":"credential.id","group":"credential","seen":"an earlier value, an earlier value and more',
    '{"detector":"when"sequence"actor.id"action.name"source.userAgent"source.country","group":"network","action"time"',
    ' for the first time came from worked at touched did used by an hour it does not work, never seen before',
    '{"detector":"where","field":"source.ip","group":"network","seen":"10.","usual":"10.","nats":1.1729057674251688,',
    '"prevalence":{"identity":0,"peers":0,"tenant":0},"key":1"kind":"unexpected-source","lane":"statistical","techniques":[],',
    '"says":"came from 10., never seen before","value":1"novelty":{"dimension":"network","level":2,"popularity":0,"value":1},',
    '"weight":0.2857142857142857,"gravity":0.25,"service":".amazonaws.com","ms":17,"activityId":"aws:',
    '"},{"detector":"what","field":"resource.id","group":"work","seen":" \u2192 arn:aws:s3:eu-west-1:","usual":"an earlier value, an earlier value","nats":0.',
    '"prevalence":{"identity":0,"peers":0,"tenant":0},"key":1"kind":"scope-drift","lane":"statistical","techniques":[],',
    '"says":"did  \u2192 arn:aws: for the first time","value":1"novelty":{"dimension":"target","level":1,"popularity":1,"value":',
    '"dimension":"resource","level":2,"popularity":0,"value":},"weight":1,"gravity":0.05,"service":"googleapis.com","ms":17,"activityId":"',
    '"}],"raised":[],"approvals":[],"unlearned":[]}',
  ].join(''),
);

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
  w.u8(memory.habits.tables);
  w.whole(memory.offset + 1);
  writeInstant(w, memory.firstMs);
  writeInstant(w, memory.lastMs - memory.firstMs);
  w.bits(memory.isOpen ? 1 : 0, 1);
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
  if (open) squeeze.write(w, JSON.stringify({ window, episode, former, raised, approvals, unlearned }));
  // No mark says that agent parts follow, so a memory without them, as most are, takes no bit for it.
  if (memory.agentParts !== undefined) packAgentParts(w, memory.agentParts);
  return w.flush();
}

/** Packs only the window and an unraised episode, which silence will end. The next call overwrites the view. */
export function packedOpen({ window, episode }: Memory): Uint8Array {
  squeeze.write(writer, JSON.stringify({ window, episode: episode?.raised === false ? episode : undefined }));
  return writer.flush();
}

/** Puts them back into a memory. */
export function unpackOpen(memory: Memory, bytes: Uint8Array): void {
  const open = JSON.parse(squeeze.read(new ByteReader(bytes))) as Pick<Memory, 'window'> & { episode?: Episode };
  memory.window = open.window;
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
      hours[hour] = r.small() + 1;
    }
}

interface Head {
  readonly offset: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly isOpen: boolean;
}

function readHead(r: ByteReader, layout: Layout): Head {
  const format = r.u8();
  if (format !== FORMAT)
    throw new Error(
      `memory format ${format} is not ${FORMAT}: another version saved it; empty the tables memory and snapshot, and habits are learned again from the stored activities`,
    );
  const tables = r.u8();
  if (tables !== layout.caps.length) throw new Error(`memory of ${tables} dimensions, expected ${layout.caps.length}`);
  const offset = r.whole() - 1;
  const firstMs = readInstant(r);
  return { offset, firstMs, lastMs: firstMs + readInstant(r), isOpen: r.bits(1) === 1 };
}

/** How a packed memory begins. Throws on another format. */
export const headOf = (bytes: Uint8Array, layout: Layout): Head => readHead(new ByteReader(bytes), layout);

/** Reads what `pack` wrote, into the arrays of a memory that is `spent`. Throws on another format: a memory must not be half understood. */
export function unpack(bytes: Uint8Array, layout: Layout, spent?: Memory): Memory {
  const r = new ByteReader(bytes);
  const memory = new Memory(layout, spent);
  const { offset, firstMs, lastMs } = readHead(r, layout);
  Object.assign(memory, { offset, firstMs, lastMs });
  const frame = new NumberCodec(memory.lastMs);
  memory.heard = frame.read(r) - 1;
  memory.day = r.bits(1) === 1 ? dayOf(memory.lastMs) : r.u16();
  memory.activeDays = r.small();
  memory.activities = r.whole();
  memory.ratedDays = r.small();
  memory.dayMax = frame.read(r);
  memory.dayContributed = frame.read(r);
  memory.peers = squeeze.read(r);
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
  if (r.bits(1) === 1) for (let i = 0; i < memory.contributedToday.length; i++) memory.contributedToday[i] = r.small();
  unpackHours(r, memory.hours);
  for (const table of layout.tables) {
    table.of(memory.numbers);
    for (let n = r.small(); n > 0; n--) {
      const row = table.touch(frame.readKey(r));
      for (let i = 0; i < table.plan.fields; i++) table.set(row, i, frame.read(r));
    }
  }
  if (r.bits(1) === 1) {
    const open = JSON.parse(squeeze.read(r)) as Pick<Memory, 'window' | 'raised' | 'unlearned'> & {
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
  if (!r.done) memory.agentParts = unpackAgentParts(r);
  return memory;
}

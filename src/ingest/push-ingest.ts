/** Takes records that were sent to this process and passes their activities on to where they are durable; only then does the sender get its answer. */
import { LRUCache } from 'lru-cache';
import type { Activity } from '../../schemas/activity.ts';
import type { Caller } from '../../schemas/api.ts';
import type { Taken } from '../../schemas/api-records.ts';
import { createPace, TURN, type Turn } from '../bounds/pace.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter, Origin } from '../ports/store.ts';
import { LocalSourceClosed, LocalSourceFull } from '../ports/stream.ts';
import type { DeadLetterBuilder } from './dead-letter.ts';
import type { PushedRecord, PushedTraces } from './pushed-traces.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';

/** One record as it came: bytes of one JSON value, the value itself with its size in bytes where that is known, or what nobody can read. */
export type RawRecord =
  | { readonly bytes: Uint8Array | string }
  | { readonly value: unknown; readonly size?: number }
  | { readonly unreadable: string; readonly bytes: Uint8Array };

/** What became of a request. Nothing of it was kept unless it was `taken`. */
export type PushOutcome =
  | { readonly status: 'taken'; readonly taken: Taken }
  | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs: number }
  /** More records than a request may hold, or more unpacked from envelopes; nothing after the bound was looked at. */
  | { readonly status: 'too-many'; readonly reason: string }
  | { readonly status: 'closed'; readonly reason: string };

export interface PushIngest {
  /**
   * Resolves when every activity and every span that waits is durable and every unreadable record is a dead letter. Rejects with the fault of the store
   * or broker: some may be stored then, and sending the same again is right, for activities are told apart by their ids.
   */
  take(
    records: Iterable<RawRecord> | AsyncIterable<RawRecord>,
    caller: Caller,
    via: string,
    format: string,
  ): Promise<PushOutcome>;
}

export interface PushIngestParts {
  /** A reader for records of this tenant; throws UnknownFormat. */
  reader(tenant: string, format: string): Reader;
  /** Resolves when they are durable. */
  write(activities: readonly Activity[]): Promise<void>;
  /** Keeps unreadable records within the budget of their source; those beyond are counted and told there, never refused here. */
  setAside(letters: readonly DeadLetter[]): Promise<void>;
  /** Records of a request at the most, however deep in containers. One piece of several that holds more than half of them is dead beyond it. */
  readonly recordsMax: number;
  /**
   * Bytes unpacked from envelopes in one request at the most. Each record may unpack to several megabytes, and a request may hold
   * thousands: 13 kB kept a core busy for half a minute.
   */
  readonly unpackedMaxBytes: number;
  /** Done between two pauses that let others run. */
  readonly turn?: Turn;
  readonly onPause?: (done: Turn) => void;
  readonly deadLetter: DeadLetterBuilder;
  /** Bytes under way to the broker at the most. */
  readonly queueBytes: number;
  readonly clock: Clock;
  /** See `ingest.history`: activities are given no time of arrival. */
  readonly isHistory?: boolean;
  readonly onTaken?: (taken: Taken, format: string, caller: Caller, via: string) => void;
  /** A sender's records arrived, whether they could be read or not, with what was read of them. */
  readonly onHeard?: (caller: Caller, via: string, activities: readonly Activity[], atMs: number) => void;
  /** Where spans wait for their trace. Absent: each is read beside those of its export alone. */
  readonly traces?: Pick<PushedTraces, 'keep' | 'isFull'>;
}

const BUSY_MS = 1_000;
const TOO_LARGE_A_PART = 'holds more than half of the records that a request may, and with those beside it too many';
const FULL = 'spans that were taken before could not be written yet';
/** What a record that came as a value counts for while it is under way. */
const VALUE_BYTES = 1_024;
/** Distinct reasons counted by name in an answer; hostile records must not make it grow. */
const REASONS_MAX = 50;
const READERS_MAX = 1_024;

/** Pieces of a request that may be set aside because they hold most of it; each may have cost as much as a whole request. */
const HOGS_MAX = 3;

interface Batch {
  readonly activities: Activity[];
  readonly letters: DeadLetter[];
  readonly skipped: Map<string, number>;
  readonly dead: Map<string, number>;
  readonly held: PushedRecord[];
  records: number;
  read: number;
  waiting: number;
}

/** A piece that holds more than half of what a request may: there can be one. */
interface Hog {
  readonly own: Batch;
  readonly record: RawRecord;
  readonly origin: Origin;
}

const emptyBatch = (): Batch => ({
  activities: [],
  letters: [],
  skipped: new Map(),
  dead: new Map(),
  held: [],
  records: 0,
  read: 0,
  waiting: 0,
});

function addTo(batch: Batch, other: Batch): void {
  for (const activity of other.activities) batch.activities.push(activity);
  for (const letter of other.letters) batch.letters.push(letter);
  for (const record of other.held) batch.held.push(record);
  for (const [reason, count] of other.skipped) tally(batch.skipped, reason, count);
  for (const [reason, count] of other.dead) tally(batch.dead, reason, count);
  batch.records += other.records;
  batch.read += other.read;
  batch.waiting += other.waiting;
}

export function createPushIngest(parts: PushIngestParts): PushIngest {
  const { clock, unpackedMaxBytes } = parts;
  const readers = new LRUCache<string, Reader>({ max: READERS_MAX });
  let bytesUnderWay = 0;

  function readerOf(tenant: string, format: string): Reader {
    const key = `${tenant}\u0000${format}`;
    const reader = readers.get(key) ?? parts.reader(tenant, format);
    readers.set(key, reader);
    return reader;
  }

  /** A piece that most of its request would be refused for is dead by itself, so that those beside it are taken. */
  function setAside(batch: Batch, { record, origin }: Hog, caller: Caller, format: string): void {
    const bytes = Buffer.from('bytes' in record ? record.bytes : JSON.stringify(record.value));
    note(batch, { status: 'dead', format, reason: TOO_LARGE_A_PART, bytes }, caller, origin);
  }

  /** `origin`: the piece as it came, which may hold many records. */
  function note(batch: Batch, outcome: ReadOutcome, caller: Caller, origin: Origin): void {
    batch.records++;
    const addLetter = (format: string, reason: string, bytes: Uint8Array) => {
      tally(batch.dead, reason);
      batch.letters.push(parts.deadLetter(origin, caller.tenant, { format, reason, bytes }));
    };
    if (outcome.status === 'skip') tally(batch.skipped, outcome.reason);
    else if (outcome.status === 'dead') addLetter(outcome.format, outcome.reason, outcome.bytes);
    else if (outcome.activities.some(({ tenant }) => tenant !== caller.tenant))
      addLetter(outcome.format, 'tenant: not the one of the token', Buffer.from(JSON.stringify(outcome.activities)));
    else {
      batch.read++;
      for (const activity of outcome.activities) batch.activities.push(activity);
    }
  }

  return {
    async take(records, caller, via, format) {
      const reader = readerOf(caller.tenant, format);
      const { traces, recordsMax } = parts;
      const tooMany = { status: 'too-many', reason: `more than ${recordsMax} records in one request` } as const;
      let batch = emptyBatch();
      /** What came before the hog. */
      const earlier = emptyBatch();
      let hog: Hog | undefined;
      let hogs = 0;
      const taken = () => earlier.records + (hog?.own.records ?? 0) + batch.records;
      if (traces?.isFull) return { status: 'busy', reason: FULL, retryAfterMs: BUSY_MS };
      const arrivedMs = clock.now();
      const receivedAt = parts.isHistory === true ? undefined : new Date(arrivedMs).toISOString();
      const from = `${via}/${caller.tenant}/${caller.name}`;
      const pace = createPace(parts.turn ?? TURN, parts.onPause);
      let bytes = 0;
      let piece = 0;
      let unpacked = 0;
      for await (const record of records) {
        const size = 'bytes' in record ? record.bytes.length : (record.size ?? VALUE_BYTES);
        const origin = { from, partition: 0, offset: piece };
        let own = emptyBatch();
        bytes += size;
        await pace(size);
        // Others unpack with the same reader while this one waits.
        let before = reader.unpacked;
        for (const outcome of outcomesOf(reader, record, traces && from, format)) {
          unpacked += reader.unpacked - before;
          if (unpacked > unpackedMaxBytes)
            return { status: 'too-many', reason: `unpacks to more than ${unpackedMaxBytes} bytes in one request` };
          const paused = pace(0);
          if (paused !== undefined) await paused;
          before = reader.unpacked;
          if (outcome === undefined) continue;
          if (taken() + own.records >= recordsMax) {
            const isOwn = own.records * 2 > recordsMax;
            if ((!isOwn && hog === undefined) || ++hogs > HOGS_MAX) return tooMany;
            if (isOwn) {
              own = emptyBatch();
              setAside(own, { own, record, origin }, caller, format);
              break;
            }
            setAside(batch, hog as Hog, caller, format);
            hog = undefined;
          }
          if (receivedAt !== undefined && outcome.status === 'read')
            for (const activity of outcome.activities) {
              activity.receivedAt = receivedAt;
              activity.receivedFrom = from;
            }
          if (outcome.status === 'held')
            own.held.push({ record: outcome, tenant: caller.tenant, sender: from, format, arrivedMs });
          const now = outcome.status === 'held' ? knownOf(outcome) : outcome;
          if (now === undefined) {
            own.records++;
            own.waiting++;
          } else note(own, now, caller, origin);
        }
        if (own.records * 2 > recordsMax) {
          addTo(earlier, batch);
          batch = emptyBatch();
          hog = { own, record, origin };
        } else addTo(batch, own);
        piece++;
      }
      // Who sent one document alone can send it in parts.
      if (hogs > 0 && piece === 1) return tooMany;
      if (hog !== undefined) addTo(earlier, hog.own);
      addTo(earlier, batch);
      batch = earlier;
      if (bytesUnderWay > 0 && bytesUnderWay + bytes > parts.queueBytes)
        return { status: 'busy', reason: 'too much is under way already', retryAfterMs: BUSY_MS };
      bytesUnderWay += bytes;
      try {
        await parts.write(batch.activities);
        await parts.setAside(batch.letters);
        await traces?.keep(batch.held);
      } catch (error) {
        if (error instanceof LocalSourceFull) return { status: 'busy', reason: error.message, retryAfterMs: BUSY_MS };
        if (error instanceof LocalSourceClosed) return { status: 'closed', reason: error.message };
        throw error;
      } finally {
        bytesUnderWay -= bytes;
      }
      const told: Taken = {
        records: batch.records,
        read: batch.read,
        activities: batch.activities.length,
        ...(batch.waiting > 0 && { waiting: batch.waiting }),
        skipped: Object.fromEntries(batch.skipped),
        dead: Object.fromEntries(batch.dead),
      };
      parts.onTaken?.(told, format, caller, via);
      if (batch.records > 0 && receivedAt !== undefined)
        parts.onHeard?.(caller, via, batch.activities, Date.parse(receivedAt));
      return { status: 'taken', taken: told };
    },
  };
}

/** Spans are held where a sender is named. */
function outcomesOf(
  reader: Reader,
  record: RawRecord,
  sender: string | undefined,
  format: string,
): Iterable<ReadOutcome | HeldRecord | undefined> {
  if ('unreadable' in record) return [{ status: 'dead', format, reason: record.unreadable, bytes: record.bytes }];
  if (sender === undefined) return 'bytes' in record ? reader.each(record.bytes) : reader.eachParsed(record.value);
  return 'bytes' in record ? reader.eachHeld(record.bytes, sender) : reader.eachParsedHeld(record.value, sender);
}

/** What becomes of a record that is held, where that is certain. */
function knownOf({ format, part }: HeldRecord): ReadOutcome | undefined {
  return part.skipped === undefined ? undefined : { status: 'skip', format, reason: part.skipped };
}

function tally(counts: Map<string, number>, reason: string, by = 1): void {
  const name = counts.has(reason) || counts.size < REASONS_MAX ? reason : 'other reasons';
  counts.set(name, (counts.get(name) ?? 0) + by);
}

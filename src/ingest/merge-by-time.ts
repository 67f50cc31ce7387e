/** Reads many files as one, in order of event time, with a bounded number of them open and bounded memory. */
import TinyQueue from 'tinyqueue';
import { msOf } from '../core/instant.ts';
import type { InputError } from '../fault.ts';
import type { InputBatch, InputFile, InputFolder, InputPart, RawRecord } from '../ports/input.ts';
import { readOfFiles } from './history.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';

/** Records in the order in which they are to be judged, each with what it was read as; with `fault`, a file ended before its time. */
export type ReadBatch = InputBatch<ReadOutcome | HeldRecord> & { readonly readBytes: number };

export interface MergeLimits {
  /** Files open at a time, at least 1. */
  readonly openFiles: number;
  /** Bytes of records that were read and wait for their time. */
  readonly mergeBytes: number;
}

/** Outcomes handed over in one batch. */
const BATCH_MAX = 1_000;
/** Where one of the bounds is reached, files are closed down to this share of it, so that it is not reached again at once. */
const KEPT_SHARE = 0.75;

const NEVER = Number.NEGATIVE_INFINITY;

type Read = ReadOutcome | HeldRecord;
type Outcomes = RawRecord<Read>[];

/** The earliest event time in ms among outcomes; undefined where none has one. */
function earliestOf(reads: readonly (ReadOutcome | HeldRecord)[]): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  for (const read of reads)
    if (read.status === 'held') earliest = Math.min(earliest, msOf(read.part.at));
    else if (read.status === 'read') for (const { at } of read.activities) earliest = Math.min(earliest, msOf(at));
  return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
}

/** A file that was looked into: the time of its next record is known. */
class OpenFile {
  readonly #file: InputFile<Read>;
  readonly #reader: Reader;
  #batches: AsyncGenerator<InputBatch<Read>> | undefined;
  #records: readonly RawRecord<Read>[] = [];
  #at = 0;
  /** Records that were handed over, and those of the file that were read; a file that is opened again passes over the former. */
  #done = 0;
  #seen = 0;
  /** The record that comes next, as it was read. */
  #next: Outcomes = [];
  /** Bytes of the file that were read, and those that were told before it was closed. */
  #readBytes = 0;
  #toldBytes = 0;
  heldBytes = 0;
  /** Event time in ms of the next record. */
  ms = NEVER;

  constructor(file: InputFile<Read>, reader: Reader) {
    this.#file = file;
    this.#reader = reader;
  }

  get isOpen(): boolean {
    return this.#batches !== undefined;
  }

  get canClose(): boolean {
    return this.#file.canRepeat && this.isOpen;
  }

  /** Forgets what was read ahead; it is read again when its time has come. */
  async close(): Promise<void> {
    const batches = this.#batches;
    this.#batches = undefined;
    this.#records = [];
    this.#at = 0;
    this.#seen = 0;
    this.#next = [];
    this.#readBytes = 0;
    this.heldBytes = 0;
    await batches?.return(undefined);
  }

  /** Moves to the next record that has a time without waiting; those without one go out at once. False when more has to be read first. */
  #step(out: Outcomes): boolean {
    while (this.#at < this.#records.length) {
      const { origin, bytes, read: already } = this.#records[this.#at++]!;
      this.heldBytes -= bytes.length;
      const found = already ?? readOfFiles(this.#reader, bytes);
      const read = Array.isArray(found) ? (found as readonly Read[]) : [...found];
      const ms = earliestOf(read);
      const row = { origin, bytes, read };
      if (ms === undefined) {
        this.#done++;
        out.push(row);
        continue;
      }
      this.#next = [row];
      this.ms = ms;
      return true;
    }
    return false;
  }

  /** Hands over the record at hand and steps on as long as the next is not later than `untilMs`. False when more has to be read first. */
  take(out: Outcomes, untilMs: number): boolean {
    while (out.length < BATCH_MAX) {
      for (const one of this.#next) out.push(one);
      this.#next = [];
      this.#done++;
      if (!this.#step(out)) return false;
      if (this.ms > untilMs) return true;
    }
    return true;
  }

  get hasNext(): boolean {
    return this.#next.length > 0;
  }

  /** Reads on to the next record that has a time. What is told of the file goes to `tell`; false at its end. */
  async advance(out: Outcomes, tell: (readBytes: number, fault?: InputError) => void): Promise<boolean> {
    this.#batches ??= this.#file.read();
    while (!this.#step(out)) {
      const { value, done } = await this.#batches.next();
      if (done) {
        this.#batches = undefined;
        return false;
      }
      const { records, fault, readBytes = 0 } = value;
      this.#readBytes += readBytes;
      const known = Math.max(0, this.#done - this.#seen);
      this.#seen += records.length;
      this.#records = known === 0 ? records : records.slice(known);
      this.#at = 0;
      for (const { bytes } of this.#records) this.heldBytes += bytes.length;
      tell(Math.max(0, this.#readBytes - this.#toldBytes), fault);
      this.#toldBytes = Math.max(this.#toldBytes, this.#readBytes);
    }
    return true;
  }
}

/** What waits for its time: a folder that is not listed, a file that was not looked into, or one that was. */
interface Waiting {
  ms: number;
  /** In order of the input, which decides where times do not. */
  readonly seq: number;
  readonly part: OpenFile | InputFile<Read> | InputFolder<Read>;
}

const isEarlier = (a: Waiting, b: Waiting) => a.ms < b.ms || (a.ms === b.ms && a.seq < b.seq);

/**
 * Merges the parts by event time. The first record of a file decides when its turn comes, and from then on its next one. Where
 * names tell a date, a file or folder is looked into no earlier than that date comes near; should the names prove wrong, everything is
 * looked into at once. Within a file, records keep their order. Where a bound is reached, the files whose next record is latest are closed
 * and read again later, so that the order never depends on the bounds.
 */
export async function* mergeByTime(
  parts: readonly InputPart<Read>[],
  reader: Reader,
  limits: MergeLimits,
): AsyncGenerator<ReadBatch> {
  let waiting = new TinyQueue<Waiting>([], (a, b) => (isEarlier(a, b) ? -1 : 1));
  /** Those of the waiting that are open. */
  const open = new Set<OpenFile>();
  let out: Outcomes = [];
  let readBytes = 0;
  let faults: InputError[] = [];
  let seq = 0;
  let heldBytes = 0;
  let areNamesTrusted = true;
  const tell = (bytes: number, fault?: InputError) => {
    readBytes += bytes;
    if (fault !== undefined) faults.push(fault);
  };
  const add = (part: InputPart<Read>) => {
    if (part.kind === 'fault') faults.push(part.fault);
    else waiting.push({ ms: areNamesTrusted ? part.notBeforeMs : NEVER, seq: seq++, part });
  };
  function* emit(): Generator<ReadBatch> {
    if (out.length === 0 && faults.length === 0 && readBytes === 0) return;
    const [first, ...rest] = faults;
    yield { records: out, readBytes, ...(first !== undefined && { fault: first }) };
    for (const fault of rest) yield { records: [], readBytes: 0, fault };
    out = [];
    readBytes = 0;
    faults = [];
  }
  /** A name told a later date than the records have: nothing that names say is believed from here on. */
  const distrust = () => {
    areNamesTrusted = false;
    const all = waiting.data.map((one) => (one.part instanceof OpenFile ? one : { ...one, ms: NEVER }));
    waiting = new TinyQueue<Waiting>(all, (a, b) => (isEarlier(a, b) ? -1 : 1));
  };
  async function makeRoom(keep: OpenFile): Promise<void> {
    if (open.size <= limits.openFiles && heldBytes <= limits.mergeBytes) return;
    const latestFirst = [...open].filter((file) => file !== keep && file.canClose).sort((a, b) => b.ms - a.ms);
    for (const file of latestFirst) {
      if (open.size <= limits.openFiles * KEPT_SHARE && heldBytes <= limits.mergeBytes * KEPT_SHARE) return;
      heldBytes -= file.heldBytes;
      open.delete(file);
      await file.close();
    }
  }
  /** Reads a file on to its next record and puts it back in line; at its end it is gone. */
  async function lookInto(file: OpenFile, at: number, notBeforeMs: number): Promise<void> {
    const before = file.heldBytes;
    const hasMore = await file.advance(out, tell);
    heldBytes += file.heldBytes - before;
    if (!hasMore) {
      open.delete(file);
      return;
    }
    open.add(file);
    if (areNamesTrusted && file.ms < notBeforeMs) distrust();
    waiting.push({ ms: file.ms, seq: at, part: file });
    await makeRoom(file);
  }

  for (const part of parts) add(part);
  try {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { part, seq: at } = next;
      if (!(part instanceof OpenFile)) {
        if (part.kind === 'folder') for await (const inner of part.list()) add(inner);
        else await lookInto(new OpenFile(part, reader), at, part.notBeforeMs);
      } else if (part.hasNext) {
        const untilMs = waiting.peek()?.ms ?? Number.POSITIVE_INFINITY;
        const before = part.heldBytes;
        const hasMore = part.take(out, untilMs);
        heldBytes += part.heldBytes - before;
        if (hasMore) waiting.push({ ms: part.ms, seq: at, part });
        else await lookInto(part, at, NEVER);
      } else await lookInto(part, at, NEVER);
      if (out.length >= BATCH_MAX || faults.length > 0) yield* emit();
    }
    yield* emit();
  } finally {
    for (const file of open) await file.close();
  }
}

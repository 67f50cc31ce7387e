/** Reads history to its end: activities in the order in which they are to be judged, in batches that also say what became of the records. */
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import type { InputError } from '../fault.ts';
import type { InputBatch } from '../ports/input.ts';
import type { DeadLetter, Origin } from '../ports/store.ts';
import type { Unreadable } from './dead-letter.ts';
import { createHistory } from './history.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';

/** Records that share what became of them. */
export interface Counted {
  readonly format: string;
  readonly reason: string;
  readonly times: number;
  /** Where the first of them stands. */
  readonly first: Origin;
}

/** What one stretch of history came to. */
export interface HistoryBatch {
  readonly activities: readonly Activity[];
  /** Records that were read. */
  readonly read: number;
  /** Those that were not, in order of the first of each. */
  readonly skipped: readonly Counted[];
  readonly dead: readonly Counted[];
  /** The dead ones as they are kept; none where nobody keeps them. */
  readonly letters: readonly DeadLetter[];
  /** Acts read without the record that would have told more. */
  readonly unjoined: number;
  /** Activities up to here that came too late to be put in order. */
  readonly late: number;
  readonly readBytes: number;
  readonly faults: readonly InputError[];
  /** Tenant of the first of these records that has one, in order of the input. */
  readonly tenant: string | undefined;
}

export interface HistoryParts {
  readonly input: AsyncIterable<InputBatch<ReadOutcome | HeldRecord>>;
  readonly reader: Reader;
  /** How much is held to put activities in order, and spans beside those of their trace. */
  readonly limits: Pick<Config['ingest'], 'reorderRows' | 'traces'>;
  /** Absent: what cannot be read is counted and not kept. */
  readonly deadLetter?: (origin: Origin, unreadable: Unreadable) => DeadLetter;
}

/** Activities or letters of one batch, and bytes of its letters, at the most. */
const BATCH_MAX = 1_000;
const LETTER_BYTES_MAX = 4 * 1024 * 1024;

class Counts {
  readonly #counted = new Map<string, { -readonly [K in keyof Counted]: Counted[K] }>();

  add({ format, reason }: Pick<Counted, 'format' | 'reason'>, first: Origin): void {
    const key = `${format}\u0000${reason}`;
    const known = this.#counted.get(key);
    if (known === undefined) this.#counted.set(key, { format, reason, times: 1, first });
    else known.times++;
  }

  take(): Counted[] {
    const counted = [...this.#counted.values()];
    this.#counted.clear();
    return counted;
  }
}

/** The outcome, batches apart, depends on the input and the limits alone. */
export async function* readHistory({ input, reader, limits, deadLetter }: HistoryParts): AsyncGenerator<HistoryBatch> {
  const skipped = new Counts();
  const dead = new Counts();
  let activities: Activity[] = [];
  let letters: DeadLetter[] = [];
  let letterBytes = 0;
  let read = 0;
  let unjoined = 0;
  let readBytes = 0;
  let faults: InputError[] = [];
  let tenant: string | undefined;

  const history = createHistory<Origin>({
    reader,
    reorder: { windowMs: Number.POSITIVE_INFINITY, rows: limits.reorderRows },
    traces: limits.traces,
    onOutcome(outcome, origin) {
      if (outcome.status === 'read') {
        read++;
        tenant ??= outcome.activities[0]?.tenant;
      } else if (outcome.status === 'skip') skipped.add(outcome, origin);
      else {
        dead.add(outcome, origin);
        if (deadLetter === undefined) return;
        const letter = deadLetter(origin, outcome);
        letters.push(letter);
        letterBytes += letter.bytes.length;
      }
    },
    onUnjoined: () => unjoined++,
  });

  const isFull = () => activities.length >= BATCH_MAX || letters.length >= BATCH_MAX || letterBytes >= LETTER_BYTES_MAX;

  function take(): HistoryBatch {
    const batch: HistoryBatch = {
      activities,
      read,
      skipped: skipped.take(),
      dead: dead.take(),
      letters,
      unjoined,
      late: history.late,
      readBytes,
      faults,
      tenant,
    };
    activities = [];
    letters = [];
    letterBytes = 0;
    read = 0;
    unjoined = 0;
    readBytes = 0;
    faults = [];
    tenant = undefined;
    return batch;
  }

  function* add(ready: Iterable<Activity>): Generator<HistoryBatch> {
    for (const activity of ready) {
      activities.push(activity);
      if (isFull()) yield take();
    }
  }

  for await (const { records, fault, readBytes: more = 0 } of input) {
    for (const { origin, bytes, read: already } of records) {
      if (tenant === undefined && already !== undefined)
        for (const one of already) if (one.status === 'held') tenant ??= one.reading.tenant;
      const ready = history.take(bytes, origin, already);
      // Not by `add`: most records bring one activity or none, and a generator for each costs more than they do.
      for (const activity of ready) {
        activities.push(activity);
        if (isFull()) yield take();
      }
      if (ready.length === 0 && isFull()) yield take();
    }
    readBytes += more;
    if (fault !== undefined) faults.push(fault);
    yield take();
  }
  yield* add(history.flush());
  yield take();
}

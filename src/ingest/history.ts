/** Reads records of the past: those of one trace together, wherever in the input they stand, and all activities in order of event time. */
import type { Activity } from '../../schemas/activity.ts';
import type { HeldRecord, Reader, ReadOutcome } from './reader.ts';
import { createReorder, type ReorderLimits } from './reorder.ts';
import { createTraces, type Settled, type TraceLimits } from './traces.ts';

export interface HistoryOptions<O> {
  readonly reader: Pick<Reader, 'eachHeld'>;
  /** Absent: nobody wants the activities in order, and none are handed back. */
  readonly reorder?: ReorderLimits;
  readonly traces: Pick<TraceLimits, 'bytes' | 'traceBytes'>;
  /** Told once what became of each record, with where it stood. */
  onOutcome(outcome: ReadOutcome, origin: O): void;
  /** What is to be kept of where a record stood while it waits. */
  whileHeld?(origin: O): O;
  /** Told of each act that was read without the record that would have told more, with the reason. */
  onUnjoined?(format: string, ending: 'parent-missing' | 'no-room'): void;
}

export interface History<O> {
  /** Takes one record, and hands back the activities whose turn it is. `read`: what it was read as already, by `readOfFiles`. */
  take(bytes: Uint8Array, origin: O, read?: Iterable<ReadOutcome | HeldRecord>): readonly Activity[];
  /** Hands back all others, one by one as they are asked for: together they would take many times the room of what waits for them. */
  flush(): Iterable<Activity>;
  /** Activities that came too late to be put in order. */
  readonly late: number;
}

/** The one lane and sender: in files nobody tells who sent what. */
export const FILES = '';

/** Reads one record of a file: what belongs to a trace is held. */
export const readOfFiles = (reader: Pick<Reader, 'eachHeld'>, bytes: Uint8Array) =>
  [...reader.eachHeld(bytes, FILES)].filter((read) => read !== undefined);

/** A record whose turn comes at its time, when its trace is as complete as it will be. */
class Waiting<O> {
  readonly at: string;
  readonly record: HeldRecord;
  readonly origin: O;
  outcome: ReadOutcome | undefined;
  constructor(record: HeldRecord, origin: O) {
    this.at = record.part.at;
    this.record = record;
    this.origin = origin;
  }

  /** Rarely asked for. */
  get id(): string {
    return this.record.part.id;
  }
}

const NONE: readonly Activity[] = [];

/** What waits for its time waits for its trace as well, so that a trace is as wide as there is room to put activities in order. */
export function createHistory<O>(options: HistoryOptions<O>): History<O> {
  const { reader, onOutcome, onUnjoined = () => {}, whileHeld = (origin) => origin } = options;
  const reorder = options.reorder && createReorder<Activity | Waiting<O>>(options.reorder);
  const traces = createTraces<Waiting<O> | undefined>({
    ...options.traces,
    settleMs: Number.POSITIVE_INFINITY,
    waitMs: Number.POSITIVE_INFINITY,
  });

  /** Acts that wait for their turn and that a record of a trace may tell of too. */
  const told = new Set<string>();

  function note(settled: readonly Settled<Waiting<O> | undefined>[]): void {
    for (const { token, outcome, ending } of settled) {
      if (token === undefined || outcome === undefined) continue;
      token.outcome = outcome;
      onOutcome(outcome, token.origin);
      if (ending !== 'whole' && outcome.status === 'read') onUnjoined(token.record.format, ending);
    }
  }

  /** The activities of which the turn has come with this one. */
  function passed(one: Activity | Waiting<O>): readonly Activity[] {
    if (!(one instanceof Waiting)) {
      if (told.size > 0) told.delete(one.id);
      return [one];
    }
    if (one.outcome === undefined) note(traces.settle(one.record));
    const { outcome } = one;
    one.outcome = undefined;
    // A span begins before the event that tells more of the same call, which waits for its own turn.
    return outcome?.status !== 'read' || (told.size > 0 && told.has(one.id)) ? NONE : outcome.activities;
  }

  function pass(ready: readonly (Activity | Waiting<O>)[], out: Activity[]): void {
    for (const one of ready) for (const activity of passed(one)) out.push(activity);
  }

  return {
    take(bytes, origin, already) {
      const out: Activity[] = [];
      for (const read of already ?? readOfFiles(reader, bytes)) {
        if (read.status !== 'held') {
          onOutcome(read, origin);
          if (read.status === 'read' && reorder !== undefined)
            for (const activity of read.activities) {
              if (read.isInTrace) told.add(activity.id);
              pass(reorder.push(activity), out);
            }
          continue;
        }
        const { skipped } = read.part;
        const waiting = skipped === undefined ? new Waiting(read, whileHeld(origin)) : undefined;
        note(traces.take(read, FILES, FILES, waiting, 0));
        if (skipped !== undefined) onOutcome({ status: 'skip', format: read.format, reason: skipped }, origin);
        if (waiting !== undefined && reorder !== undefined) pass(reorder.push(waiting), out);
      }
      return out;
    },
    *flush() {
      if (reorder !== undefined) for (const one of reorder.flush()) yield* passed(one);
      note(traces.flush());
    },
    get late() {
      return reorder?.late ?? 0;
    },
  };
}

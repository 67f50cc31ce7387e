/** Lets records of a trace wait for one another, within bounds of time and room, and remembers traces for records that come late. */

import type { TracePart, TraceView } from './format.ts';
import type { HeldReading, HeldRecord, ReadOutcome } from './reader.ts';
import { createRoom, type Room } from './trace-room.ts';

export interface TraceLimits {
  /** A trace in which nothing is missing is read so long after its latest record. */
  readonly settleMs: number;
  /** Longest a record waits for one that is missing. */
  readonly waitMs: number;
  /** What may wait, of all senders together; half as much more is remembered of traces that were read. */
  readonly bytes: number;
  /** What one sender may have in one trace. */
  readonly traceBytes: number;
}

/** Why a record waits no longer: nothing was missing; what it waited for never came; more waited than there is room for. */
export type Ending = 'whole' | 'parent-missing' | 'no-room';

/** A record that waits no longer. */
export interface Settled<T> {
  readonly token: T;
  /** What it came to; absent where that was certain when it came (`skipped` of its part). */
  readonly outcome?: ReadOutcome;
  readonly ending: Ending;
}

/**
 * Traces by tenant and id. A lane is a stream with a clock of its own, such as a partition: a trace goes by the clock of the lane that
 * it began in. Times are those of arrival, in ms; the outcome depends on them and on the records alone.
 */
export interface Traces<T> {
  /** Takes a record that waits; hands back what had to make room for it. */
  take(record: HeldRecord, sender: string, lane: string, token: T, nowMs: number): Settled<T>[];
  /** Moves the clock of a lane, and hands back what has waited long enough by it. */
  due(lane: string, nowMs: number): Settled<T>[];
  /** Reads the trace of this record now, with what is known of it. */
  settle(record: HeldRecord): Settled<T>[];
  /** Reads everything that waits. */
  flush(): Settled<T>[];
  /** Leaves out what waits of a lane: somebody else reads it again. */
  forget(lane: string): void;
  /** True while records of this lane wait. */
  waits(lane: string): boolean;
  readonly waitingBytes: number;
  readonly rememberedBytes: number;
}

interface Entry<T> {
  readonly part: TracePart;
  readonly reading: HeldReading;
  readonly sender: string;
  readonly lane: string;
  readonly token: T;
  waits: boolean;
  /** It was read and became an activity. */
  isAct: boolean;
}

interface Trace<T> {
  readonly key: string;
  lane: Lane<T>;
  entries: Entry<T>[];
  /** How many of them wait. */
  held: number;
  /** By the clock of its lane: when the first act began to wait, and when the latest record came. */
  firstMs: number;
  lastMs: number;
}

interface Lane<T> {
  clockMs: number;
  /** Traces in order of their latest record; without those that are known to wait for something missing. */
  readonly quiet: Set<Trace<T>>;
  /** The last that was put there. */
  latest: Trace<T> | undefined;
  /** Traces in order of the time since which they wait. */
  readonly waiting: Set<Trace<T>>;
}

/** Names of lanes and senders come from the configuration, so that they are few. */
export function createTraces<T>(limits: TraceLimits): Traces<T> {
  const traces = new Map<string, Trace<T>>();
  const lanes = new Map<string, Lane<T>>();
  /** What waits, and what is remembered, by sender. */
  const waiting: Room<Trace<T>> = createRoom();
  const remembered: Room<Trace<T>> = createRoom();

  function laneOf(name: string): Lane<T> {
    let lane = lanes.get(name);
    if (lane === undefined) {
      lane = { clockMs: Number.NEGATIVE_INFINITY, quiet: new Set(), latest: undefined, waiting: new Set() };
      lanes.set(name, lane);
    }
    return lane;
  }

  /** The trace that a record belonged to last: one span comes after another of its trace, and a key is long. */
  let last:
    | { readonly reading: HeldReading; readonly format: string; readonly id: string; readonly of: Trace<T> }
    | undefined;
  const keyOf = ({ format, part, reading }: HeldRecord) => `${reading.tenant}\u0000${format}\u0000${part.trace}`;
  const isWaiting = (entry: Entry<T>) => entry.waits;
  const isActing = (entry: Entry<T>) => entry.waits && entry.part.skipped === undefined;
  const viewOf = ({ entries }: Trace<T>) => entries[0]!.reading.view(entries.map(({ part }) => part));

  function leaveLane(trace: Trace<T>): void {
    trace.lane.quiet.delete(trace);
    trace.lane.waiting.delete(trace);
  }

  /** The trace of a record, whether it was met or not. */
  function traceOf(record: HeldRecord, lane: Lane<T>): Trace<T> {
    const { format, part, reading } = record;
    if (last !== undefined && last.id === part.trace && last.reading === reading && last.format === format)
      return last.of;
    const key = keyOf(record);
    let trace = traces.get(key);
    if (trace === undefined) {
      trace = { key, lane, entries: [], held: 0, firstMs: 0, lastMs: 0 };
      traces.set(key, trace);
    }
    last = { reading, format, id: part.trace, of: trace };
    return trace;
  }

  function drop(trace: Trace<T>, entries: ReadonlySet<Entry<T>>): void {
    for (const entry of entries) {
      waiting.take(entry.sender, trace, entry.part.bytes);
      remembered.take(entry.sender, trace, entry.part.bytes);
      if (isWaiting(entry)) trace.held--;
    }
    trace.entries = trace.entries.filter((entry) => !entries.has(entry));
    if (trace.entries.length > 0) return;
    leaveLane(trace);
    traces.delete(trace.key);
    if (last?.of === trace) last = undefined;
  }

  /** Keeps a trace in which nothing waits for records that come late, if it tells anything. */
  function remember(trace: Trace<T>): void {
    leaveLane(trace);
    if (!trace.entries.some(({ part }) => part.isTelling)) {
      drop(trace, new Set(trace.entries));
      return;
    }
    for (const { sender, part } of trace.entries) {
      waiting.take(sender, trace, part.bytes);
      remembered.put(sender, trace, part.bytes);
    }
    while (remembered.bytes > limits.bytes / 2) {
      const { sender, oldest } = remembered.largest()!;
      drop(oldest, new Set(oldest.entries.filter((entry) => entry.sender === sender)));
    }
  }

  /** Brings a trace back among those that wait. */
  function revive(trace: Trace<T>): void {
    for (const { sender, part } of trace.entries)
      if (remembered.take(sender, trace, part.bytes)) waiting.put(sender, trace, part.bytes);
  }

  function read(trace: Trace<T>, which: readonly Entry<T>[], view: TraceView, ending: Ending): Settled<T>[] {
    /** Made when the first record is told by another. */
    let byPart: Map<TracePart, Entry<T>> | undefined;
    const outcomes = new Map<Entry<T>, ReadOutcome>();
    const outcomeOf = (entry: Entry<T>) => {
      const known = outcomes.get(entry);
      if (known !== undefined) return known;
      const outcome = entry.reading.read(view, entry.part);
      outcomes.set(entry, outcome);
      return outcome;
    };
    /** True where another record counts in the place of this one. One that nobody is named in, or that is refused, does not. */
    const isTold = (entry: Entry<T>) => {
      const part = view.toldBy(entry.part);
      if (part === undefined) return true;
      byPart ??= new Map(trace.entries.map((one) => [one.part, one]));
      const teller = byPart.get(part);
      return teller === undefined || teller.isAct || (isActing(teller) && outcomeOf(teller).status === 'read');
    };
    const settled = which.map((entry): Settled<T> => {
      const { token } = entry;
      if (entry.part.skipped !== undefined) return { token, ending };
      const outcome = isTold(entry) ? outcomeOf(entry) : entry.reading.read(view, entry.part, true);
      const isMissing = ending === 'whole' && view.isWanting(entry.part);
      entry.isAct = outcome.status === 'read';
      return { token, outcome, ending: isMissing ? 'parent-missing' : ending };
    });
    for (const entry of which) entry.waits = false;
    trace.held -= which.length;
    return settled;
  }

  function readAll(trace: Trace<T>, view = viewOf(trace)): Settled<T>[] {
    const settled = read(trace, trace.entries.filter(isWaiting), view, 'whole');
    remember(trace);
    return settled;
  }

  /** After some of what waits is gone: a trace goes by the clock of a lane in which it waits, or the clock would never be moved for it. */
  function rehome(trace: Trace<T>): void {
    if (trace.held === 0) {
      remember(trace);
      return;
    }
    const waits = trace.entries.filter(isWaiting);
    if (waits.some(({ lane }) => lanes.get(lane) === trace.lane)) return;
    leaveLane(trace);
    trace.lane = laneOf(waits[0]!.lane);
    trace.firstMs = trace.lane.clockMs;
    trace.lastMs = trace.lane.clockMs;
    trace.lane.quiet.add(trace);
    trace.lane.latest = trace;
    trace.lane.waiting.add(trace);
  }

  /** Reads what one sender has in a trace, and forgets it. */
  function shed(trace: Trace<T>, sender: string): Settled<T>[] {
    const own = trace.entries.filter((entry) => entry.sender === sender);
    const settled = read(trace, own.filter(isWaiting), viewOf(trace), 'no-room');
    drop(trace, new Set(own));
    if (trace.entries.length > 0) rehome(trace);
    return settled;
  }

  return {
    take(record, sender, laneName, token, nowMs) {
      const lane = laneOf(laneName);
      lane.clockMs = Math.max(lane.clockMs, nowMs);
      const trace = traceOf(record, lane);
      if (trace.held === 0) {
        trace.lane = lane;
        revive(trace);
      }
      const { part, reading } = record;
      const entry: Entry<T> = { part, reading, sender, lane: laneName, token, waits: true, isAct: false };
      trace.entries.push(entry);
      trace.held++;
      const has = waiting.put(sender, trace, part.bytes);
      trace.lastMs = trace.lane.clockMs;
      // The spans of an export come one after the other, so that the trace is mostly the latest already.
      if (trace.lane.latest !== trace || !trace.lane.quiet.has(trace)) {
        trace.lane.quiet.delete(trace);
        trace.lane.quiet.add(trace);
        trace.lane.latest = trace;
      }
      if (!trace.lane.waiting.has(trace)) {
        trace.firstMs = trace.lastMs;
        trace.lane.waiting.add(trace);
      }
      const settled: Settled<T>[] = [];
      if (has > limits.traceBytes) settled.push(...shed(trace, sender));
      while (waiting.bytes > limits.bytes) {
        const largest = waiting.largest()!;
        settled.push(...shed(largest.oldest, largest.sender));
      }
      return settled;
    },
    due(laneName, nowMs) {
      const lane = lanes.get(laneName);
      if (lane === undefined) return [];
      lane.clockMs = Math.max(lane.clockMs, nowMs);
      const settled: Settled<T>[] = [];
      for (const trace of lane.quiet) {
        if (trace.lastMs + limits.settleMs > lane.clockMs) break;
        const view = viewOf(trace);
        // What misses something is looked at again when more of it comes, or when it has waited for long enough.
        if (trace.entries.some((entry) => isActing(entry) && view.isWanting(entry.part))) lane.quiet.delete(trace);
        else settled.push(...readAll(trace, view));
      }
      for (const trace of lane.waiting) {
        if (trace.firstMs + limits.waitMs > lane.clockMs) break;
        settled.push(...readAll(trace));
      }
      return settled;
    },
    settle(record) {
      const trace = traces.get(keyOf(record));
      return trace !== undefined && trace.held > 0 ? readAll(trace) : [];
    },
    flush() {
      const settled: Settled<T>[] = [];
      for (const trace of [...traces.values()]) if (trace.held > 0) settled.push(...readAll(trace));
      return settled;
    },
    forget(laneName) {
      for (const trace of [...traces.values()]) {
        const gone = trace.entries.filter((entry) => entry.lane === laneName && isWaiting(entry));
        if (gone.length === 0) continue;
        drop(trace, new Set(gone));
        if (trace.entries.length > 0) rehome(trace);
      }
      lanes.delete(laneName);
    },
    waits(laneName) {
      return (lanes.get(laneName)?.waiting.size ?? 0) > 0;
    },
    get waitingBytes() {
      return waiting.bytes;
    },
    get rememberedBytes() {
      return remembered.bytes;
    },
  };
}

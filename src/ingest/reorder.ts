/** Puts activities that arrive out of order into order of event time, alike whatever the batches. */
import TinyQueue from 'tinyqueue';
import type { Activity } from '../../schemas/activity.ts';
import { msOf } from '../core/instant.ts';

export interface ReorderLimits {
  /** Event time an activity waits for earlier ones; infinite = as long as there is room. */
  readonly windowMs: number;
  /** Activities that wait at the most; beyond it the earliest goes on before its time. */
  readonly rows: number;
}

/** Five minutes is how far the events of one log file lie apart from their order. */
export const REORDER_DEFAULTS: ReorderLimits = { windowMs: 300_000, rows: 100_000 };

/** An activity, or a record that becomes one. */
export type Dated = Pick<Activity, 'at' | 'id'>;

export interface Reorder<T extends Dated = Activity> {
  /** Takes one activity; hands back what has waited long enough, in order of (at, id). Decided by the activities alone. */
  push(activity: T): readonly T[];
  /** Hands back all that still waits, in order. */
  flush(): T[];
  /** Activities that came after a later one had been handed on: they go on at once, out of order. */
  readonly late: number;
  /** Activities that came earlier in time than one before them: 0 means that the input is in order of time. */
  readonly disordered: number;
}

/** Of two at the same moment with the same id (the same record twice) either may go first. */
function before(a: Dated, b: Dated): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}

/** A heap for the few activities that do not come in order. */
const earliestFirst = <T extends Dated>() => new TinyQueue<T>([], (a, b) => (before(a, b) ? -1 : 1));

const NONE: readonly never[] = [];

/** So far ahead of everything before it, a record is a clock gone wrong or the end of a long silence. */
const LEAP_MS = 30 * 86_400_000;
/** So many of them are a silence that ended; fewer wait until the others get there, or to the end. */
const LEAPERS_MAX = 100;

export function createReorder<T extends Dated = Activity>(limits: ReorderLimits = REORDER_DEFAULTS): Reorder<T> {
  /** What came in order, a queue that begins at `head`; most input is only ever this. */
  let queue: T[] = [];
  let head = 0;
  /** Far ahead of everything else: were one of them believed, all that follow would count as late. */
  const leapers = earliestFirst<T>();
  let newestMs = Number.POSITIVE_INFINITY;
  /** The few that came out of order, earliest first. */
  const strays = earliestFirst<T>();
  /** Everything before this time in ms has waited long enough. */
  let ripe = Number.NEGATIVE_INFINITY;
  /** Of whom the time was computed last, which is asked again until it goes on. */
  let timed: T | undefined;
  let timedMs = 0;
  let newest = '';
  let passed = '';
  let late = 0;
  let disordered = 0;

  function earliest(): T | undefined {
    const queued = queue[head];
    const stray = strays.peek();
    if (queued === undefined || stray === undefined) return queued ?? stray;
    return before(stray, queued) ? stray : queued;
  }

  function take(next: T): T {
    passed = next.at;
    if (next === strays.peek()) return strays.pop()!;
    head++;
    // Room is made rarely, so that handing on costs the same however many wait.
    if (head > 1_024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return next;
  }

  function timeOf(activity: T): number {
    if (activity !== timed) {
      timed = activity;
      timedMs = msOf(activity.at);
    }
    return timedMs;
  }

  function accept(activity: T, out: T[]): void {
    if (activity.at < newest) disordered++;
    else if (activity.at > newest) {
      newest = activity.at;
      newestMs = msOf(newest);
      ripe = newestMs - limits.windowMs;
    }
    if (activity.at < passed) {
      late++;
      out.push(activity);
      return;
    }
    const last = queue.length > head ? queue[queue.length - 1] : undefined;
    if (last === undefined || !before(activity, last)) queue.push(activity);
    else strays.push(activity);
    for (let next = earliest(); next !== undefined; next = earliest()) {
      if (timeOf(next) >= ripe && queue.length - head + strays.length <= limits.rows) break;
      out.push(take(next));
    }
  }

  const leaps = ({ at }: Dated) => at > newest && limits.rows > LEAPERS_MAX && msOf(at) - newestMs > LEAP_MS;

  return {
    push(activity) {
      if (leaps(activity)) {
        leapers.push(activity);
        if (leapers.length <= LEAPERS_MAX) return NONE;
        const out: T[] = [];
        while (leapers.length > 0) accept(leapers.pop()!, out);
        return out;
      }
      const out: T[] = [];
      accept(activity, out);
      while (leapers.length > 0 && !leaps(leapers.peek()!)) accept(leapers.pop()!, out);
      return out.length === 0 ? NONE : out;
    },
    flush() {
      const out: T[] = [];
      while (leapers.length > 0) accept(leapers.pop()!, out);
      for (let next = earliest(); next !== undefined; next = earliest()) out.push(take(next));
      return out;
    },
    get late() {
      return late;
    },
    get disordered() {
      return disordered;
    },
  };
}

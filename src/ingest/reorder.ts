/** Puts activities that arrive out of order into order of event time, alike whatever the batches. */
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

export interface Reorder {
  /** Takes one activity; hands back what has waited long enough, in order of (at, id). Decided by the activities alone. */
  push(activity: Activity): readonly Activity[];
  /** Hands back all that still waits, in order. */
  flush(): Activity[];
  /** Activities that came after a later one had been handed on: they go on at once, out of order. */
  readonly late: number;
  /** Activities that came earlier in time than one before them: 0 means that the input is in order of time. */
  readonly disordered: number;
}

/** Of two at the same moment with the same id (the same record twice) either may go first. */
function before(a: Activity, b: Activity): boolean {
  return a.at < b.at || (a.at === b.at && a.id < b.id);
}

/** A binary heap, earliest first, for the few activities that come out of order. */
class Heap {
  readonly #items: Activity[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): Activity | undefined {
    return this.#items[0];
  }

  add(item: Activity): void {
    const items = this.#items;
    let i = items.length;
    items.push(item);
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if (!before(item, items[parent]!)) break;
      items[i] = items[parent]!;
      i = parent;
    }
    items[i] = item;
  }

  take(): Activity {
    const items = this.#items;
    const first = items[0]!;
    const item = items.pop()!;
    if (items.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && before(items[child + 1]!, items[child]!)) child++;
      if (!before(items[child]!, item)) break;
      items[i] = items[child]!;
      i = child;
    }
    items[i] = item;
    return first;
  }
}

const NONE: readonly Activity[] = [];

export function createReorder(limits: ReorderLimits = REORDER_DEFAULTS): Reorder {
  /** What came in order, a queue that begins at `head`; most input is only ever this. */
  let queue: Activity[] = [];
  let head = 0;
  const strays = new Heap();
  /** Everything before this time in ms has waited long enough. */
  let ripe = Number.NEGATIVE_INFINITY;
  /** Of whom the time was computed last, which is asked again until it goes on. */
  let timed: Activity | undefined;
  let timedMs = 0;
  let newest = '';
  let passed = '';
  let late = 0;
  let disordered = 0;

  function earliest(): Activity | undefined {
    const queued = queue[head];
    const stray = strays.first;
    if (queued === undefined || stray === undefined) return queued ?? stray;
    return before(stray, queued) ? stray : queued;
  }

  function take(next: Activity): Activity {
    passed = next.at;
    if (next === strays.first) return strays.take();
    head++;
    // Room is made rarely, so that handing on costs the same however many wait.
    if (head > 1_024 && head * 2 > queue.length) {
      queue = queue.slice(head);
      head = 0;
    }
    return next;
  }

  function timeOf(activity: Activity): number {
    if (activity !== timed) {
      timed = activity;
      timedMs = msOf(activity.at);
    }
    return timedMs;
  }

  return {
    push(activity) {
      if (activity.at < newest) disordered++;
      else if (activity.at > newest) {
        newest = activity.at;
        ripe = msOf(newest) - limits.windowMs;
      }
      if (activity.at < passed) {
        late++;
        return [activity];
      }
      const last = queue.length > head ? queue[queue.length - 1] : undefined;
      if (last === undefined || !before(activity, last)) queue.push(activity);
      else strays.add(activity);
      let out: Activity[] | undefined;
      for (let next = earliest(); next !== undefined; next = earliest()) {
        if (timeOf(next) >= ripe && queue.length - head + strays.size <= limits.rows) break;
        out ??= [];
        out.push(take(next));
      }
      return out ?? NONE;
    },
    flush() {
      const out: Activity[] = [];
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

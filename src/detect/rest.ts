/** A partition that has nothing to read: when it goes on into the hour in which the others are. */
import { elapsed } from '../bounds/elapsed.ts';

/** A partition rests when nothing was to be read for so long: what was written before others went ahead is here by then. */
const REST_MS = 1_000;

/** Messages that a partition is behind, and the offset after its last one. */
export interface Lag {
  readonly lag: number;
  readonly end: number;
}

export interface Resting {
  /** Event hour reached. */
  readonly hour: number;
  /** A chunk of it is judged. */
  readonly busy: boolean;
  /** Offset after the last chunk, in the log; undefined before the first. */
  readonly position: number | undefined;
}

export class Rest {
  #since: number | undefined;
  /** Others are in that hour: so are we, when all that the log held up to `end` is judged. `isTold`: that we are is being stored. */
  #ahead: { readonly hour: number; readonly since: number; end: number | undefined; isTold: boolean } | undefined;

  /** It is being stored that the partition is in a further hour. */
  get isTold(): boolean {
    return this.#ahead?.isTold === true;
  }

  /** A chunk begins. */
  end(): void {
    this.#since = undefined;
  }

  /**
   * A look at the partition. Gives the hour to go on into, once: it is to be stored now. `furthest`: the hour of whoever is furthest;
   * `lag`: undefined where nobody knows; `now` in ms.
   */
  look({ hour, busy, position }: Resting, lag: Lag | undefined, furthest: number, now: number): number | undefined {
    if (busy || lag === undefined || lag.lag > 0) this.#since = undefined;
    else this.#since ??= now;
    if (furthest <= hour) this.#ahead = undefined;
    else if (this.#ahead?.hour !== furthest)
      this.#ahead = { hour: furthest, since: now, end: undefined, isTold: false };
    const ahead = this.#ahead;
    if (ahead === undefined || ahead.isTold || lag === undefined) return undefined;
    if (ahead.end === undefined && elapsed(now, ahead.since) >= REST_MS) ahead.end = lag.end;
    const rests = this.#since !== undefined && elapsed(now, this.#since) >= REST_MS;
    const isPast = position !== undefined && ahead.end !== undefined && position >= ahead.end;
    if (busy || !(rests || isPast)) return undefined;
    ahead.isTold = true;
    return ahead.hour;
  }

  /** It could not be stored: it is told again at the next look. */
  refused(hour: number): void {
    if (this.#ahead?.hour === hour) this.#ahead.isTold = false;
  }
}

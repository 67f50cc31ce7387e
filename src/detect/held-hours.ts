/** What was told in hours that are not closed yet, kept here while all partitions are ours, so that the store need not be asked. */
import type { Contribution } from '../core/engine-contract.ts';
import { toldIn } from './event-hours.ts';

const NOT_YET = Number.POSITIVE_INFINITY;

/**
 * Complete for hours from one on, and for none before it is known which. Bounded by what is told in the hours that are open, as the
 * population itself is.
 */
export class HeldHours {
  #hours = new Map<number, Contribution[]>();
  #from = NOT_YET;
  /** The furthest hour that partitions had reached when they came together. */
  #reached: number;

  /** `reached`: the furthest hour that partitions have reached. */
  constructor(reached: number) {
    this.#reached = reached;
  }

  /** Partitions have come or gone: where one is not ours, the store alone knows all that is told. */
  startAnew(reached: number): void {
    this.#hours = new Map();
    this.#from = NOT_YET;
    this.#reached = reached;
  }

  /**
   * All partitions are ours: all that is told in later hours than they had reached then comes by here. What others told before may be in such
   * hours too: `lastTold` gives the last hour of which the store has anything.
   */
  async complete(lastTold: () => Promise<number>): Promise<void> {
    if (this.#from !== NOT_YET) return;
    const hours = this.#hours;
    const stored = await lastTold();
    if (this.#hours === hours) this.#from = Math.max(this.#reached, stored) + 1;
  }

  /** One at a time: a turn may tell more than a call takes arguments. */
  add(contributions: readonly Contribution[]): void {
    for (const one of contributions) {
      const told = this.#hours.get(toldIn(one));
      if (told === undefined) this.#hours.set(toldIn(one), [one]);
      else told.push(one);
    }
  }

  /** Everything that was told in the hours after `after` is here. */
  isCompleteAfter(after: number): boolean {
    return after + 1 >= this.#from;
  }

  /** What was told up to an hour. */
  upTo(hour: number): Contribution[] {
    return [...this.#hours].flatMap(([told, contributions]) => (told <= hour ? contributions : []));
  }

  /** The hours up to this one are closed. */
  drop(hour: number): void {
    for (const told of this.#hours.keys()) if (told <= hour) this.#hours.delete(told);
  }
}

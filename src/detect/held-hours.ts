/** What was told in hours that are not closed yet, kept here while all partitions are ours, so that the store need not be asked. */
import { createPace } from '../bounds/pace.ts';
import type { Contribution } from '../core/engine-contract.ts';
import { toldIn } from './event-hours.ts';

const NOT_YET = Number.POSITIVE_INFINITY;
/** Contributions that are put to their hours, or taken from one, between two pauses. */
const RUN = 1_024;
const pace = createPace({ records: 32, bytes: Number.POSITIVE_INFINITY });

/**
 * Complete for hours from one on, and for none before it is known which. Bounded by what is told in the hours that are open, as the
 * population itself is. Thousands of newcomers tell a million contributions in one turn, so they are put to their hours only when they are
 * asked for, with pauses.
 */
export class HeldHours {
  #hours = new Map<number, Contribution[]>();
  /** Told in one turn each, and not put to their hours yet. */
  #untouched: (readonly Contribution[])[] = [];
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
    this.#untouched = [];
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

  /** Takes what one turn told, in one step however much it is. */
  add(contributions: readonly Contribution[]): void {
    if (contributions.length > 0) this.#untouched.push(contributions);
  }

  /** Everything that was told in the hours after `after` is here. */
  isCompleteAfter(after: number): boolean {
    return after + 1 >= this.#from;
  }

  /** What was told up to an hour, in no order. Others run in between. */
  async upTo(hour: number): Promise<readonly Contribution[]> {
    const hours = await this.#sorted(Number.NEGATIVE_INFINITY);
    const all: Contribution[] = [];
    for (const [told, contributions] of hours) {
      if (told > hour) continue;
      for (let from = 0; from < contributions.length; from += RUN) {
        for (const one of contributions.slice(from, from + RUN)) all.push(one);
        await pace(0);
      }
    }
    return all;
  }

  /** The hours up to this one are closed. Nothing of them is kept, also where they were closed with what the store told. Others run in between. */
  async drop(hour: number): Promise<void> {
    const hours = await this.#sorted(hour);
    for (const told of hours.keys()) if (told <= hour) hours.delete(told);
  }

  /** Puts what was told by now in hours after `after` to those. */
  async #sorted(after: number): Promise<Map<number, Contribution[]>> {
    const hours = this.#hours;
    const fresh = this.#untouched;
    this.#untouched = [];
    for (const contributions of fresh)
      for (let from = 0; from < contributions.length; from += RUN) {
        for (const one of contributions.slice(from, from + RUN)) if (toldIn(one) > after) putIn(hours, one);
        await pace(0);
      }
    return hours;
  }
}

function putIn(hours: Map<number, Contribution[]>, one: Contribution): void {
  const told = hours.get(toldIn(one));
  if (told === undefined) hours.set(toldIn(one), [one]);
  else told.push(one);
}

/** The latest facets of one kind with the hashes of their dimensions' values, so many for all identities together: a short cut that changes nothing. */
import type { Activity } from '../../../schemas/activity.ts';
import { mix } from '../hash.ts';
import type { FacetPlan } from './facets.ts';

/** Hash of a value that is not there; no keyed hash is negative. */
export const NONE = -1;

/** A reading (`at`) holds until the next call of `of`. */
export class FacetCache<Kept = unknown> {
  readonly #plan: FacetPlan<Kept>;
  readonly #hash: (activity: Activity, dimension: number) => number;
  readonly #mask: number;
  /** A facet has two places; the one not used last is given up first. */
  readonly #kept: (Kept | undefined)[];
  readonly #usedLast: Uint8Array;
  /** For each dimension: the place of its value in the habits of the identity that had it last, and its hashes from coarse to exact. */
  readonly #cells: Int32Array;
  /** Cells of a reading, and where in them each dimension begins and its exact hash stands. */
  readonly #stride: number;
  readonly #begin: Int32Array;
  readonly #exact: Int32Array;
  /** For each reading: the stamp of the habits that held all of its values. */
  readonly #settled: Float64Array;

  /** `depths` are the levels of each dimension; `size` is a power of two from 2; `hash` tells the exact value of one of them, or `NONE`. */
  constructor(
    plan: FacetPlan<Kept>,
    depths: readonly number[],
    size: number,
    hash: (activity: Activity, dimension: number) => number,
  ) {
    this.#plan = plan;
    this.#hash = hash;
    this.#begin = new Int32Array(depths.length);
    this.#exact = new Int32Array(depths.length);
    let cells = 0;
    depths.forEach((depth, dimension) => {
      this.#begin[dimension] = cells;
      cells += depth + 1;
      this.#exact[dimension] = cells - 1;
    });
    this.#stride = cells;
    this.#mask = size - 1;
    this.#kept = new Array<undefined>(size).fill(undefined);
    this.#usedLast = new Uint8Array(size / 2);
    this.#cells = new Int32Array(size * cells);
    this.#settled = new Float64Array(size);
  }

  /** The reading of an activity, taken anew where its facet is not kept. */
  of(activity: Activity, identity: number): number {
    const plan = this.#plan;
    const kept = this.#kept;
    let at = mix(plan.sample(activity), identity) & this.#mask;
    const first = kept[at];
    if (first === undefined || !plan.same(first, activity)) {
      at ^= 1;
      const second = kept[at];
      if (second === undefined || !plan.same(second, activity)) {
        at = (at & ~1) | ((this.#usedLast[at >> 1] as number) ^ 1);
        this.#take(at, activity);
      }
    }
    this.#usedLast[at >> 1] = at & 1;
    return at;
  }

  #take(at: number, activity: Activity): void {
    this.#kept[at] = this.#plan.keep(activity);
    this.#settled[at] = 0;
    const from = at * this.#stride;
    for (let dimension = 0; dimension < this.#begin.length; dimension++) {
      const exact = from + (this.#exact[dimension] as number);
      for (let cell = from + (this.#begin[dimension] as number) + 1; cell < exact; cell++) this.#cells[cell] = NONE;
      this.#cells[exact] = this.#hash(activity, dimension);
    }
  }

  /** Stamp of the habits that this reading was last found settled with. */
  settled(at: number): number {
    return this.#settled[at] as number;
  }

  settle(at: number, stamp: number): void {
    this.#settled[at] = stamp;
  }

  kept(at: number): Kept {
    return this.#kept[at] as Kept;
  }

  exact(at: number, dimension: number): number {
    return this.#cells[at * this.#stride + (this.#exact[dimension] as number)] as number;
  }

  near(at: number, dimension: number): number {
    return this.#cells[at * this.#stride + (this.#begin[dimension] as number)] as number;
  }

  setNear(at: number, dimension: number, place: number): void {
    this.#cells[at * this.#stride + (this.#begin[dimension] as number)] = place;
  }

  /** Hash of a value at a level from 0, `NONE` while it was not set. */
  level(at: number, dimension: number, level: number): number {
    return this.#cells[at * this.#stride + (this.#begin[dimension] as number) + 1 + level] as number;
  }

  setLevel(at: number, dimension: number, level: number, hash: number): void {
    this.#cells[at * this.#stride + (this.#begin[dimension] as number) + 1 + level] = hash;
  }
}

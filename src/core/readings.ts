/** The latest facets of one kind with the hashes of their dimensions' values, so many for all identities together: a short cut that changes nothing. */
import type { Activity } from '../../schemas/activity.ts';
import type { FacetPlan } from './facets.ts';
import { mix } from './hash.ts';

/** Hash of a value that is not there; no keyed hash is negative. */
export const NONE = -1;

/** A reading (`at`) holds until the next call of `of`. */
export class Readings<Kept = unknown> {
  readonly #plan: FacetPlan<Kept>;
  readonly #hash: (activity: Activity, dimension: number) => number;
  readonly #dimensions: number;
  readonly #mask: number;
  /** A facet has two places; the one not used last is given up first. */
  readonly #kept: (Kept | undefined)[];
  readonly #usedLast: Uint8Array;
  /** Of each dimension its exact hash, and its place in the habits of the identity that had it last. */
  readonly #cells: Int32Array;
  readonly #levels: (readonly number[] | undefined)[];
  /** Of each reading the stamp of the habits that held all of it. */
  readonly #settled: Float64Array;

  /** `size` is a power of two from 2; `hash` tells the exact value of one of the `dimensions`, or `NONE`. */
  constructor(
    plan: FacetPlan<Kept>,
    dimensions: number,
    size: number,
    hash: (activity: Activity, dimension: number) => number,
  ) {
    this.#plan = plan;
    this.#hash = hash;
    this.#dimensions = dimensions;
    this.#mask = size - 1;
    this.#kept = new Array<undefined>(size).fill(undefined);
    this.#usedLast = new Uint8Array(size / 2);
    this.#cells = new Int32Array(size * dimensions * 2);
    this.#levels = new Array<undefined>(size * dimensions).fill(undefined);
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
    const from = at * this.#dimensions;
    for (let dimension = 0; dimension < this.#dimensions; dimension++) {
      this.#cells[(from + dimension) * 2] = this.#hash(activity, dimension);
      this.#levels[from + dimension] = undefined;
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
    return this.#cells[(at * this.#dimensions + dimension) * 2] as number;
  }

  near(at: number, dimension: number): number {
    return this.#cells[(at * this.#dimensions + dimension) * 2 + 1] as number;
  }

  setNear(at: number, dimension: number, place: number): void {
    this.#cells[(at * this.#dimensions + dimension) * 2 + 1] = place;
  }

  levels(at: number, dimension: number): readonly number[] | undefined {
    return this.#levels[at * this.#dimensions + dimension];
  }

  setLevels(at: number, dimension: number, hashes: readonly number[]): void {
    this.#levels[at * this.#dimensions + dimension] = hashes;
  }
}

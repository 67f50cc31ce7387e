/** Which activities were met lately, by a hash of each, and of which it cannot be told from memory whether they were. Of fixed size. */
import { MemoryFault, RELEARN } from './memory-fault.ts';

/** Buckets of four hashes. What is delivered twice mostly comes near each other, so the oldest of a bucket may go. */
const BUCKETS = 1 << 13;
const WAYS = 4;
/** Hashes that have one time; what is above it chooses the bucket. */
const TIMES = 0x100000;
const LAST_SECOND = 0xffffffff;

/**
 * Whether an activity was met before: `new`, it was not; `known`, it was; `unsure`, it may have been, so long ago that its hash is gone.
 */
export type Met = 'new' | 'known' | 'unsure';

/** Seconds since 1970, rounded up and cut to 32 bits: an earlier time never has the larger number. 0 is left for no time. */
const secondOf = (ms: number): number => Math.min(LAST_SECOND, Math.max(1, Math.ceil(ms / 1_000)));

/** The hash of an activity and its event time, for one of these memories; `hash` has 31 bits. Never 0. */
export const seenId = (hash: number, atMs: number): number => hash * TIMES + ((atMs / 7) & (TIMES - 1)) + 1;

const bucketOf = (id: number): number => (Math.floor((id - 1) / TIMES) & (BUCKETS - 1)) * WAYS;

export class SeenIds {
  #ids = new Float64Array(BUCKETS * WAYS);
  /** Event time of each, as `secondOf` gives it; after them of each bucket the latest of those it let go, 0 where it let none go. */
  #seconds = new Uint32Array(BUCKETS * WAYS + BUCKETS);
  /** The latest of all of them. */
  #newest = 0;

  /** True when it is later than all that was ever met: nobody has to look for it. */
  isLatest(atMs: number): boolean {
    return secondOf(atMs) > this.#newest;
  }

  /** Whether an activity was met, as far as these hashes tell. */
  met(id: number, atMs: number): Met {
    const from = bucketOf(id);
    if (this.#has(id, from)) return 'known';
    return secondOf(atMs) <= this.#goneOf(from) ? 'unsure' : 'new';
  }

  /** Remembers an activity. Gives false where it was known. */
  add(id: number, atMs: number): boolean {
    const from = bucketOf(id);
    if (this.#has(id, from)) return false;
    const ids = this.#ids;
    const seconds = this.#seconds;
    const oldest = from + WAYS - 1;
    const gone = BUCKETS * WAYS + from / WAYS;
    if ((seconds[oldest] as number) > (seconds[gone] as number)) seconds[gone] = seconds[oldest] as number;
    for (let at = oldest; at > from; at--) {
      ids[at] = ids[at - 1] as number;
      seconds[at] = seconds[at - 1] as number;
    }
    const second = secondOf(atMs);
    ids[from] = id;
    seconds[from] = second;
    if (second > this.#newest) this.#newest = second;
    return true;
  }

  #has(id: number, from: number): boolean {
    for (let at = from; at < from + WAYS; at++) if (this.#ids[at] === id) return true;
    return false;
  }

  #goneOf(from: number): number {
    return this.#seconds[BUCKETS * WAYS + from / WAYS] as number;
  }

  /** The hashes and their times, for a snapshot. */
  saved(): { readonly ids: Uint8Array; readonly times: Uint8Array } {
    return { ids: new Uint8Array(this.#ids.slice().buffer), times: new Uint8Array(this.#seconds.slice().buffer) };
  }

  /** Takes hashes whose times nobody told: all that they are and that is gone may be as late as `latestMs`. */
  restoreIds(bytes: Uint8Array, latestMs: number): void {
    demand(bytes, this.#ids.byteLength);
    this.#ids = new Float64Array(bytes.slice().buffer);
    this.#newest = secondOf(latestMs);
    for (let at = 0; at < BUCKETS * WAYS; at++) this.#seconds[at] = this.#ids[at] === 0 ? 0 : this.#newest;
    // What a bucket let go is known to be nothing where it was never full.
    for (let bucket = 0; bucket < BUCKETS; bucket++)
      this.#seconds[BUCKETS * WAYS + bucket] = this.#seconds[bucket * WAYS + WAYS - 1] as number;
  }

  /** Takes the times of the hashes that were restored. */
  restoreTimes(bytes: Uint8Array): void {
    demand(bytes, this.#seconds.byteLength);
    this.#seconds = new Uint32Array(bytes.slice().buffer);
    this.#newest = this.#seconds.reduce((newest, one) => Math.max(newest, one), 0);
  }
}

function demand(bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) throw new MemoryFault(`${bytes.length} bytes, expected ${length}`, RELEARN);
}

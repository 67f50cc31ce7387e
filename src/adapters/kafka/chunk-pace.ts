/** How soon one chunk that is neither full nor old follows another, in all partitions of a source together. */

/**
 * One such chunk is closed in the time that a chunk takes, its inserts and commits included. So a message that comes alone is taken at once; under
 * load more of them share a chunk, and where the store or the broker is slow there are fewer and larger ones. All times are in ms of a clock that
 * nobody can set.
 */
export class ChunkPace {
  #from = 0;
  #tookMs = 0;

  /** When the next may be closed. */
  get from(): number {
    return this.#from;
  }

  /** One is closed now. */
  begun(): void {
    this.#from = performance.now() + this.#tookMs;
  }

  /** A chunk, of whatever size, took so long. */
  ended(ms: number): void {
    this.#tookMs = ms;
  }
}

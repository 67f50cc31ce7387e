/** Keeps what verdicts tell the population until an activity comes: a contribution needs an hour that is still open. Bounded. */

import type { Contribution } from '../engine-contract.ts';
import { ByteReader, ByteWriter } from '../memory/bit-stream.ts';

export type Pending = Omit<Contribution, 'hour'>;

/** Verdicts kept for a silent partition; beyond it the oldest are dropped, and the threshold is a little off for a month. */
const VERDICTS_MAX = 1_000;

export class PendingContributions {
  /** By the verdict that gave rise to them, so that a verdict that comes twice is told once. */
  #owed = new Map<string, readonly Pending[]>();
  #changed = false;

  get isEmpty(): boolean {
    return this.#owed.size === 0;
  }

  put(cause: string, pending: readonly Pending[]): void {
    if (pending.length === 0) return;
    this.#owed.set(cause, pending);
    if (this.#owed.size > VERDICTS_MAX) this.#owed.delete(this.#owed.keys().next().value as string);
    this.#changed = true;
  }

  /** Returns all of them in the order in which they came, and keeps none. */
  settle(hour: number): Contribution[] {
    const told = [...this.#owed.values()].flat().map((pending) => ({ ...pending, hour }));
    this.#owed = new Map();
    this.#changed = true;
    return told;
  }

  /** The saved form when it changed since the last call. */
  changed(): Uint8Array | undefined {
    if (!this.#changed) return undefined;
    this.#changed = false;
    const w = new ByteWriter();
    w.whole(this.#owed.size);
    for (const [cause, pending] of this.#owed) {
      w.text(cause);
      w.text(JSON.stringify(pending));
    }
    return w.take();
  }

  restore(bytes: Uint8Array): void {
    const r = new ByteReader(bytes);
    this.#owed = new Map();
    for (let n = r.whole(); n > 0; n--) this.#owed.set(r.text(), JSON.parse(r.text()) as Pending[]);
    this.#changed = false;
  }
}

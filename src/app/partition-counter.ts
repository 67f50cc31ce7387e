/** How many partitions the activity topic has, asked of the broker now and then. */
import { setTimeout as sleep } from 'node:timers/promises';
import { elapsed } from '../bounds/elapsed.ts';
import { isFault } from '../fault.ts';

/** How often they are counted. */
const COUNT_EVERY_MS = 60_000;
/** Pause between two attempts where none was heard yet. */
const AGAIN_MS = 500;

export interface PartitionCounterParts {
  /** Asks the broker; rejects with a fault where it does not answer. */
  count(): Promise<number>;
  /** How long a broker is waited for that has never answered, in ms. */
  readonly retryForMs: number;
  /** Wall clock in ms. */
  readonly now: () => number;
}

/**
 * What was heard last counts where the broker does not say. Where nothing was heard yet it is asked again until it answers: a broker that
 * is away for a moment must not end a worker that just came. Rejects with the broker's fault after `retryForMs`.
 */
export function createPartitionCounter({ count, retryForMs, now }: PartitionCounterParts): () => Promise<number> {
  let known: number | undefined;
  let counting: Promise<number> | undefined;
  let countedAt = 0;

  async function first(): Promise<number> {
    const began = performance.now();
    for (;;)
      try {
        return await count();
      } catch (error) {
        if (!isFault(error) || performance.now() - began >= retryForMs) throw error;
        await sleep(AGAIN_MS);
      }
  }

  async function look(): Promise<number> {
    const before = known;
    known = await (before === undefined ? first() : count().catch(() => before));
    countedAt = now();
    return known;
  }

  return async () => {
    if (known !== undefined && elapsed(now(), countedAt) < COUNT_EVERY_MS) return known;
    counting ??= look().finally(() => {
      counting = undefined;
    });
    return counting;
  };
}

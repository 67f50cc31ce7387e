/** Keeps each token to its share: a bucket that fills by the second and may be overdrawn once. */
import type { Clock } from '../ports/outside.ts';

/**
 * More than there can be tokens and sessions used within the seconds in which a bucket is full again: what is forgotten was full. Of addresses there can
 * be more; who has so many has a burst for each anyway, and shares of known callers stand in buckets of their own.
 */
const BUCKETS_MAX = 8_192;
/** Seconds of the rate that a token may use at once. */
const BURST_SECONDS = 2;

export interface Limiter {
  /** Milliseconds to wait; 0 when there is something left. */
  wait(key: string): number;
  /** Takes from the bucket, below zero if need be: the size of a request is known only when it has come. */
  take(key: string, amount: number): void;
}

export function createLimiter(perSecond: number, clock: Clock): Limiter {
  const buckets = new Map<string, { left: number; at: number }>();
  const most = perSecond * BURST_SECONDS;
  function filled(key: string) {
    const now = clock.now();
    let bucket = buckets.get(key);
    // The one not asked for longest goes first, so that many new keys never make a known one start anew.
    buckets.delete(key);
    if (bucket === undefined) {
      if (buckets.size >= BUCKETS_MAX)
        for (const oldest of buckets.keys()) {
          buckets.delete(oldest);
          break;
        }
      bucket = { left: most, at: now };
    }
    buckets.set(key, bucket);
    bucket.left = Math.min(most, bucket.left + (Math.max(0, now - bucket.at) * perSecond) / 1_000);
    bucket.at = now;
    return bucket;
  }
  return {
    wait(key) {
      const { left } = filled(key);
      return left > 0 ? 0 : Math.ceil(((1 - left) * 1_000) / perSecond);
    },
    take(key, amount) {
      filled(key).left -= amount;
    },
  };
}

/** How long a delivery rests between two attempts. */
import { createHash } from 'node:crypto';
import type { Delivery } from '../ports/delivery.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pause after the n-th attempt (Standard Webhooks 1.0.0, "Deliverability and reliability"); the last one repeats. */
const SCHEDULE_MS = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
] as const;
const RETRY_AFTER_MAX_MS = 24 * HOUR;
/** A pause is lengthened by up to this share, so that what failed together does not come back together. */
const JITTER = 0.2;
/** A retry-after may shorten a pause to this share of it: an impatient receiver must not use up all attempts at once. */
const HASTE = 0.1;

/** Pause in ms when `attempts` were made, at most 28.8 h. The jitter hangs on the delivery, not on dice, so a test can foretell it. */
export function pauseMs(delivery: Pick<Delivery, 'id'>, attempts: number, retryAfterMs?: number): number {
  const scheduled = SCHEDULE_MS[Math.min(attempts, SCHEDULE_MS.length - 1)] as number;
  const base =
    retryAfterMs === undefined ? scheduled : Math.min(RETRY_AFTER_MAX_MS, Math.max(retryAfterMs, scheduled * HASTE));
  const spread = createHash('sha256').update(`${delivery.id}\u0000${attempts}`).digest().readUInt32LE() / 2 ** 32;
  return Math.ceil(base * (1 + JITTER * spread));
}

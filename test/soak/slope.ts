/** Whether a measured quantity grows: a straight line through its readings, and how sure its slope is. */

export interface Reading {
  /** ms since 1970. */
  readonly at: number;
  readonly value: number;
}

export interface Slope {
  /** Share of the mean by which the quantity grows in an hour; negative where it shrinks. */
  readonly perHour: number;
  /** Bounds within which that share lies with 95 % confidence. */
  readonly low: number;
  readonly high: number;
}

/** Two-sided 95 % of a normal distribution; readings are dozens, where Student's differs little. */
const Z = 1.96;
const HOUR_MS = 3_600_000;

/**
 * Least squares. Readings that follow one another are alike, so their number counts as that of independent ones with the same correlation
 * of neighbours would (Bayley and Hammersley). Needs ten readings.
 */
export function slopeOf(readings: readonly Reading[]): Slope {
  const n = readings.length;
  if (n < 10) throw new RangeError(`a slope needs ten readings, not ${n}`);
  const mean = (of: (one: Reading) => number) => readings.reduce((sum, one) => sum + of(one), 0) / n;
  const at = mean((one) => one.at);
  const level = mean((one) => one.value);
  const spread = readings.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  const slope = readings.reduce((sum, one) => sum + (one.at - at) * (one.value - level), 0) / spread;
  const rest = readings.map((one) => one.value - level - slope * (one.at - at));
  const squares = rest.reduce((sum, one) => sum + one * one, 0);
  const neighbours = rest.slice(1).reduce((sum, one, before) => sum + one * (rest[before] as number), 0);
  const likeness = squares === 0 ? 0 : Math.min(0.95, Math.max(0, neighbours / squares));
  const independent = Math.max(4, (n * (1 - likeness)) / (1 + likeness));
  const error = Math.sqrt(((squares / n) * independent) / Math.max(1, independent - 2) / ((spread / n) * independent));
  const share = (perMs: number) => (level === 0 ? 0 : (perMs * HOUR_MS) / level);
  return { perHour: share(slope), low: share(slope - Z * error), high: share(slope + Z * error) };
}

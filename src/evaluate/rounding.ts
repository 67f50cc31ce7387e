/** Rounding and ranks as the published judge takes them, so that figures agree to the last digit. */

/** `value` to `digits` places; an exact tie goes to the even digit. */
export function half(value: number, digits: number): number {
  const scaled = value * 10 ** digits;
  // A tie is a multiple of 1/2^(digits+1); nothing else that prints as ...5 is one.
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && Math.abs(scaled % 1) === 0.5;
  return tie ? (2 * Math.round(scaled / 2)) / 10 ** digits : Number(value.toFixed(digits));
}

/** `part / whole` to three places; of nothing it is 0. */
export const share = (part: number, whole: number) => half(part / Math.max(1, whole), 3);

/** The value at rank `floor(p * n)`, or null of nothing. */
export function quantile(values: readonly number[], p: number): number | null {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.min(ordered.length - 1, Math.floor(p * ordered.length))] ?? null;
}

/** RFC 3339 text as seconds since the epoch, to the microsecond. */

const FRACTION = /\.(\d{1,9})(?=[Z+-])/i;

/** Throws a `RangeError` when `text` is not a time. */
export function seconds(text: string): number {
  const fraction = FRACTION.exec(text)?.[1];
  const whole = Date.parse(text.replace(FRACTION, ''));
  if (Number.isNaN(whole)) throw new RangeError(`not a time: ${text.slice(0, 40)}`);
  const micros = fraction ? Number(fraction.padEnd(6, '0').slice(0, 6)) : 0;
  return (whole * 1000 + micros) / 1_000_000;
}

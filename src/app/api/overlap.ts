/** Which credentials of one identity were in use at the same time: after a rotation it is short, otherwise two keys are in hands. */

interface Used {
  readonly firstAt: string;
  readonly lastAt: string;
}

interface Overlap {
  /** How many others were in use while this one was. */
  readonly others: number;
  /** The longest time that one of them shared with it, in ms. */
  readonly longestMs: number;
}

/** For each, in the same order, the others whose time of use it shares. A time of use is from the first to the last act under it. */
export function overlapsOf(all: readonly Used[]): Overlap[] {
  const spans = all.map(({ firstAt, lastAt }) => [Date.parse(firstAt), Date.parse(lastAt)] as const);
  return spans.map(([from, until], self) => {
    const shared = spans
      .filter((_, index) => index !== self)
      .map(([otherFrom, otherUntil]) => Math.min(until, otherUntil) - Math.max(from, otherFrom))
      .filter((ms) => ms > 0);
    return { others: shared.length, longestMs: Math.max(0, ...shared) };
  });
}

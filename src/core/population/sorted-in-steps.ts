/** Sorts many numbers step by step, for whoever lets others run in between. */

/** Numbers that are sorted, or merged, in one step. */
const STEP = 4_096;

/** The numbers in ascending order: sorted in runs that are merged. */
export function* sortedInSteps(numbers: readonly number[]): Generator<undefined, Float64Array> {
  // Filled in steps too: an array of a million numbers takes a tenth of a second to be copied.
  let from = new Float64Array(numbers.length);
  for (let at = 0; at < from.length; at++) {
    from[at] = numbers[at] as number;
    if (at % STEP === 0) yield;
  }
  for (let at = 0; at < from.length; at += STEP) {
    from.subarray(at, at + STEP).sort();
    yield;
  }
  let to = new Float64Array(from.length);
  for (let run = STEP; run < from.length; run *= 2) {
    for (let at = 0; at < from.length; at += 2 * run) {
      const [middle, end] = [Math.min(at + run, from.length), Math.min(at + 2 * run, from.length)];
      let [i, j] = [at, middle];
      for (let n = at; n < end; n++) {
        const isFirst = j === end || (i < middle && (from[i] as number) <= (from[j] as number));
        to[n] = from[isFirst ? i++ : j++] as number;
        if (n % STEP === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

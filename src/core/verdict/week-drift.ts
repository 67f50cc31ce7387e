/** Tells from an identity's weeks whether it acts at other hours, on other days or much more or less than before, and since which week. */

import { median } from 'simple-statistics';
import type { DriftChange, DriftPart } from '../../../schemas/drift.ts';
import { DAY_MS } from '../constants.ts';
import type { Week } from '../memory/week-record.ts';
import { dayText, listed, still, untold } from './drift-part.ts';

/** Days of a week, in ms. */
const WEEK_MS = 7 * DAY_MS;
const HOURS = 24;
const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** Weeks on record before the day, below which nothing is said of what is usual. It moves no alert. */
const LEAST_BEFORE = 2;
/** Times more or less a day from which the amount has moved. It moves no alert. */
const FACTOR = 2;

/** Ends of what is known of an identity, event times in ms. */
interface Known {
  readonly firstMs: number;
  readonly lastMs: number;
}

const TOO_FEW = 'there are too few weeks on record to tell';

/** Hours and days of the week that came or fell away. */
export function timeDrift(weeks: readonly Week[], sinceMs: number, { lastMs }: Known): DriftPart {
  const before = weeks.filter(({ startMs }) => startMs < sinceMs);
  const after = weeks.filter(({ startMs }) => startMs >= sinceMs);
  if (before.length < LEAST_BEFORE || after.length === 0) return untold('time', `when it acts: ${TOO_FEW}`);
  // A week that is not over yet lacks hours that are still to come.
  const isWhole = lastMs - sinceMs >= WEEK_MS;
  const came = new Map<number, number>();
  const went = new Map<number, number>();
  for (let bit = 0; bit < HOURS + DAYS.length; bit++) {
    const has = ({ mask }: Week) => ((mask >> bit) & 1) === 1;
    const earlier = before.filter(has);
    const first = after.find(has);
    if (earlier.length === 0 && first !== undefined) came.set(bit, first.startMs);
    else if (isWhole && first === undefined && earlier.length * 2 >= before.length)
      went.set(bit, earlier.at(-1)!.startMs);
  }
  const changes = [
    ...spans(came).map(([what, value, ms]): DriftChange => ({ what, value, cameOn: dayText(ms) })),
    ...spans(went).map(
      ([what, value, ms]): DriftChange => ({ what, value, wentOn: dayText(Math.min(ms + WEEK_MS - DAY_MS, lastMs)) }),
    ),
  ];
  if (changes.length === 0) return still('time', 'it acts at the same hours and days as before');
  const first = changes.map(({ cameOn, wentOn }) => cameOn ?? wentOn ?? '').sort()[0] ?? '';
  const told = [
    ...(came.size > 0
      ? [
          `acts at times it never did (${spans(came)
            .map(([, value]) => value)
            .join(', ')})`,
        ]
      : []),
    ...(went.size > 0
      ? [
          `no longer acts at ${spans(went)
            .map(([, value]) => value)
            .join(', ')}`,
        ]
      : []),
  ];
  return listed('time', `it ${told.join(' and ')}`, changes, first);
}

/** Hours that follow one another and moved in the same week are one span; days of the week stand alone. */
function spans(bits: ReadonlyMap<number, number>): (readonly [what: string, value: string, ms: number])[] {
  const found: (readonly [string, string, number])[] = [];
  for (let hour = 0; hour < HOURS; hour++) {
    const ms = bits.get(hour);
    if (ms === undefined) continue;
    let end = hour + 1;
    while (end < HOURS && bits.get(end) === ms) end++;
    found.push(['hours (UTC)', `${two(hour)}:00-${two(end)}:00`, ms]);
    hour = end - 1;
  }
  DAYS.forEach((name, day) => {
    const ms = bits.get(HOURS + day);
    if (ms !== undefined) found.push(['day of the week', name, ms]);
  });
  return found;
}

const two = (n: number) => String(n).padStart(2, '0');

/** Days of a week of which something can be known: it begins with the first activity, and is not over before the last. */
const exposure = (startMs: number, { firstMs, lastMs }: Known) =>
  Math.max(DAY_MS, Math.min(startMs + WEEK_MS, lastMs) - Math.max(startMs, firstMs)) / DAY_MS;

interface Rate {
  readonly startMs: number;
  readonly count: number;
  readonly days: number;
}

/** Every week from the first on record to the last, those without activity too. */
function rates(weeks: readonly Week[], known: Known): Rate[] {
  const counts = new Map(weeks.map(({ startMs, activities }) => [startMs, activities]));
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: Math.round((last.startMs - first.startMs) / WEEK_MS) + 1 }, (_, n) => {
    const startMs = first.startMs + n * WEEK_MS;
    return { startMs, count: counts.get(startMs) ?? 0, days: exposure(startMs, known) };
  });
}

/** Weeks that lack less than a day, where there are any: in a part of one, days of rest or of work weigh too much. */
function wholeOf(some: readonly Rate[]): readonly Rate[] {
  const whole = some.filter(({ days }) => days > DAYS.length - 1);
  return whole.length > 0 ? whole : some;
}

/** How much it does a day, and since which week it is so much. */
export function volumeDrift(weeks: readonly Week[], sinceMs: number, known: Known): DriftPart {
  const every = rates(weeks, known);
  const [earlier, later] = [
    every.filter(({ startMs }) => startMs < sinceMs),
    every.filter(({ startMs }) => startMs >= sinceMs),
  ];
  if (earlier.length < LEAST_BEFORE || later.length === 0) return untold('volume', `how much it does: ${TOO_FEW}`);
  const [before, after] = [wholeOf(earlier), wholeOf(later)];
  const all = [...before, ...after];
  const since = changePoint(all, before.length);
  const aDay = (some: readonly Rate[]) => median(some.map(({ count, days }) => count / days));
  const [usual, now] = [aDay(before), aDay(all.filter(({ startMs }) => startMs >= since))];
  if (now < usual * FACTOR && now * FACTOR > usual)
    return still('volume', `it does about ${rounded(aDay(after))} activities a day, as before`);
  const change = {
    what: 'activities a day',
    value: `${rounded(now)}, before ${rounded(usual)}`,
    cameOn: dayText(since),
  };
  return listed(
    'volume',
    `it does about ${rounded(now)} activities a day instead of ${rounded(usual)}`,
    [change],
    dayText(since),
  );
}

const rounded = (n: number) => (n >= 10 ? Math.round(n).toLocaleString('en') : String(Math.round(n * 10) / 10));

/**
 * The week from the chosen one on that divides the weeks best into two steady amounts: that of the largest likelihood ratio of two Poisson
 * rates against one (Worsley, Confidence regions and tests for a change-point in a sequence of exponential family random variables, 1986).
 */
function changePoint(all: readonly Rate[], from: number): number {
  let [best, most] = [from, Number.NEGATIVE_INFINITY];
  for (let at = from; at < all.length; at++) {
    const ratio = likelihood(all.slice(0, at)) + likelihood(all.slice(at));
    if (ratio > most) [best, most] = [at, ratio];
  }
  return all[best]!.startMs;
}

/** Log likelihood of one steady rate, less what no rate changes. */
function likelihood(some: readonly Rate[]): number {
  const count = some.reduce((sum, one) => sum + one.count, 0);
  const days = some.reduce((sum, one) => sum + one.days, 0);
  return count === 0 ? 0 : count * Math.log(count / days) - count;
}

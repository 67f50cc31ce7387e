/** Whether an identity has begun to bring news every other day: each harmless by itself, all of it a way to blind us. */
import { TAUGHT_DAYS, TAUGHT_FACTOR, TAUGHT_PAST_DAYS, TAUGHT_WITHIN_DAYS } from '../constants.ts';

/** Fortnights before the last one that say what is usual. */
const PAST_FORTNIGHTS = 2;

/** First day, of those before `day`, whose news `taughtDays` looks at: each day of the fortnight before looks back as far as `day` does. */
export const newsFrom = (day: number): number => day - (2 + PAST_FORTNIGHTS) * TAUGHT_WITHIN_DAYS;

/**
 * Days with news of the last fortnight, where they are many more than before and were not on any day of that fortnight: it is told once
 * on the way up, even where a day brings more than one step, and not again while it goes to and fro. 0: nothing to tell.
 * `came`: days on which something new came. `matureDay`: first whole day on which the identity was no longer young.
 */
export function taughtDays(came: ReadonlySet<number>, day: number, matureDay: number): number {
  const days = manyBefore(came, day, matureDay);
  if (days === 0) return 0;
  for (let before = 1; before <= TAUGHT_WITHIN_DAYS; before++)
    if (manyBefore(came, day - before, matureDay) > 0) return 0;
  return days;
}

/** Days before the last fortnight that there are to compare with. */
const pastDays = (day: number, matureDay: number): number =>
  Math.min(PAST_FORTNIGHTS * TAUGHT_WITHIN_DAYS, day - TAUGHT_WITHIN_DAYS - matureDay);

/** Whether there are enough days to compare with: where not, `taughtDays` has nothing to tell, whatever came. */
export const mayTell = (day: number, matureDay: number): boolean => pastDays(day, matureDay) >= TAUGHT_PAST_DAYS;

/** Days with news in the fortnight before a day, where they are that many; 0 where they are not. */
function manyBefore(came: ReadonlySet<number>, day: number, matureDay: number): number {
  if (!mayTell(day, matureDay)) return 0;
  const past = pastDays(day, matureDay);
  let days = 0;
  let usual = 0;
  for (const one of came) {
    if (one >= day || one < Math.max(matureDay, day - TAUGHT_WITHIN_DAYS - past)) continue;
    if (one >= day - TAUGHT_WITHIN_DAYS) days++;
    else usual++;
  }
  return days >= TAUGHT_DAYS && days * past >= TAUGHT_FACTOR * usual * TAUGHT_WITHIN_DAYS ? days : 0;
}

/** Reads event times fast, and says at what time an activity counts. */
import type { Activity } from '../../schemas/activity.ts';
import { DAY_MS, DAY_ZERO, HOUR_MS } from './constants.ts';

const digit = (text: string, at: number) => text.charCodeAt(at) - 48;
const two = (text: string, at: number) => digit(text, at) * 10 + digit(text, at + 1);

/** The date read last, as a number of eight digits, and its days since the epoch: times come in order. */
let lastDate = 0;
let lastDays = 0;

/** Milliseconds since the epoch of `YYYY-MM-DDTHH:MM:SS.mmmZ`; anything else goes to `Date.parse`. */
export function msOf(text: string): number {
  if (text.length !== 24 || text.charCodeAt(23) !== 90) return Date.parse(text);
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  const date = year * 10_000 + month * 100 + day;
  if (date !== lastDate) {
    lastDays = daysOf(year, month, day);
    lastDate = date;
  }
  const ms = two(text, 20) * 10 + digit(text, 22);
  return lastDays * DAY_MS + two(text, 11) * HOUR_MS + two(text, 14) * 60_000 + two(text, 17) * 1000 + ms;
}

/** Days since the epoch of a date of the Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

/** Whole hours since the epoch, an integer of 32 bits for every year up to 9999. */
export const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) | 0;

/** Days since 2020-01-01, from 0 to 65,535: what is before or after that counts as the first or the last. */
export const dayOf = (ms: number): number => Math.min(0xffff, Math.max(0, Math.floor(ms / DAY_MS) - DAY_ZERO));

/** From 0 to `of - 1`, before the epoch too. */
export function remainder(n: number, of: number): number {
  const rest = n % of;
  return rest < 0 ? rest + of : rest;
}

/**
 * The time at which an activity is judged, in ms since the epoch: its own, and no earlier than `lateAfterMs` before it arrived. Its own
 * time is what its sender says, so that who may send could otherwise write habits into the past. History has no arrival: it is believed.
 */
export function judgedMs({ at, receivedAt }: Pick<Activity, 'at' | 'receivedAt'>, lateAfterMs: number): number {
  const ms = msOf(at);
  return receivedAt === undefined ? ms : Math.max(ms, msOf(receivedAt) - lateAfterMs);
}

/**
 * The time that has come by an activity, in ms: the one at which it is judged, and no later than it arrived. A sender whose clock is
 * ahead must not move all others into the next hour.
 */
export function reachedMs(activity: Pick<Activity, 'at' | 'receivedAt'>, lateAfterMs: number): number {
  const ms = judgedMs(activity, lateAfterMs);
  return activity.receivedAt === undefined ? ms : Math.min(ms, msOf(activity.receivedAt));
}

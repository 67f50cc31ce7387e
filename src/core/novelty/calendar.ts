/** Whether something comes back as a job of the calendar does: once a month, a quarter, half a year or a year. */
import { RETURN_RUN_SHARE, RETURN_SLACK_DAYS, RETURNS } from '../constants.ts';

const isPeriod = (days: number) => RETURNS.some((period) => Math.abs(days - period) <= RETURN_SLACK_DAYS);

/**
 * Whether what was last seen `unused` days ago, and first `since` days ago, is due by the calendar: what comes back then mostly belongs
 * to a job. A job that takes some days is due a period after it began, and was last seen later than that; what went on for long was
 * no job. What the log began with (`isCut`) may have begun before, by as much as a run may last.
 */
export function isReturn(unused: number, since: number, isCut = false): boolean {
  if (isPeriod(unused)) return true;
  const longest = RETURN_RUN_SHARE * unused;
  if (since - unused > longest) return false;
  return isPeriod(since) || (isCut && RETURNS.some((period) => since <= period && period <= unused + longest));
}

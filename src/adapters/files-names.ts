/** What the names of folders and files tell of the time of what is in them. */

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * How long before the date in a name the records below it may begin. Records are delivered up to a day late, and dates are those
 * of any time zone.
 */
const SLACK_MS = 26 * HOUR_MS;

/** A date as far as the folders on the way have told it. */
export interface NamedDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
}

/** `year=2026` of Hive and `dt=2026-07-10` say what they are; only the value counts. */
const bareName = (name: string) => name.replace(/^[A-Za-z_]+=/, '');

const DATE = /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T_-]?(\d{2}))?)?)?$/;
/** As AWS names what it delivers: `123456789012_CloudTrail_eu-west-1_20260710T0005Z_AbC.json.gz`. */
const DELIVERED = /_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})Z[_.]/;

function isDate({ year, month = 1, day = 1, hour = 0 }: NamedDate): boolean {
  return year >= 1990 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23;
}

/** The date that a folder of this name below one of that date stands for; that of the folder above where its name is none. */
export function dateOfFolder(name: string, above: NamedDate | undefined): NamedDate | undefined {
  const value = bareName(name);
  const whole = DATE.exec(value);
  if (whole !== null) {
    const [year, month, day, hour] = whole.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
    const date = {
      year: year!,
      ...(month !== undefined && { month }),
      ...(day !== undefined && { day }),
      ...(hour !== undefined && { hour }),
    };
    if (isDate(date)) return date;
  }
  if (above === undefined || !/^\d{1,2}$/.test(value)) return above;
  const part = Number(value);
  const next =
    above.month === undefined
      ? { ...above, month: part }
      : above.day === undefined
        ? { ...above, day: part }
        : above.hour === undefined
          ? { ...above, hour: part }
          : above;
  return isDate(next) ? next : above;
}

/** The event time in ms before which nothing is dated in a folder of this date; -Infinity without a date. */
export function notBefore(date: NamedDate | undefined): number {
  if (date === undefined) return Number.NEGATIVE_INFINITY;
  return Date.UTC(date.year, (date.month ?? 1) - 1, date.day ?? 1, date.hour ?? 0) - SLACK_MS;
}

/**
 * The same for a file. A date in the name of a file is mostly that of its end, which may be weeks after its beginning; only
 * the form of the deliveries of AWS is known to be another thing.
 */
export function notBeforeOfFile(name: string, date: NamedDate | undefined): number {
  const delivered = DELIVERED.exec(name);
  if (delivered === null) return notBefore(date);
  const [year, month, day, hour, minute] = delivered.slice(1).map(Number) as [number, number, number, number, number];
  if (!isDate({ year, month, day, hour }) || minute > 59) return notBefore(date);
  return Math.max(notBefore(date), Date.UTC(year, month - 1, day, hour, minute) - DAY_MS);
}

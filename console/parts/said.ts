/** An instant as people read it, in UTC or local time; where the clock shows a time twice, with which of the two it was. */

const HOUR_MS = 3_600_000;
const pad = (n: number) => String(n).padStart(2, '0');

/** `+02:00`: how far the local clock is ahead of UTC. */
function offset(time: Date): string {
  const minutes = -time.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/** Whether the local clock shows this time once more an hour before or after, as it does when it is put back. */
const isTwice = (time: Date) =>
  [-HOUR_MS, HOUR_MS].some((ms) => {
    const other = new Date(time.getTime() + ms);
    return other.getHours() === time.getHours() && other.getDate() === time.getDate();
  });

/** `2026-03-25 14:00`, in UTC or local time. */
export function said(at: string, zone: 'utc' | 'local', withSeconds = false): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return at;
  const [year, month, day, hour, minute, second] =
    zone === 'utc'
      ? [
          time.getUTCFullYear(),
          time.getUTCMonth(),
          time.getUTCDate(),
          time.getUTCHours(),
          time.getUTCMinutes(),
          time.getUTCSeconds(),
        ]
      : [time.getFullYear(), time.getMonth(), time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()];
  const text = `${year}-${pad(month! + 1)}-${pad(day!)} ${pad(hour!)}:${pad(minute!)}`;
  const whole = withSeconds ? `${text}:${pad(second!)}` : text;
  return zone === 'local' && isTwice(time) ? `${whole} ${offset(time)}` : whole;
}

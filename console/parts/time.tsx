/** Times as people read them: in UTC or local time, with their age, and the exact instant at hand. */
import { Fragment } from 'preact';
import { said } from './said.ts';
import { clock } from './settings.ts';

const UNITS: readonly (readonly [number, string])[] = [
  [86_400_000 * 365, 'year'],
  [86_400_000 * 30, 'month'],
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
];

/** A length of time in its largest unit, such as `3 days`. */
export function lasting(ms: number): string {
  const [unit, name] = UNITS.find(([unit]) => Math.abs(ms) >= unit) ?? [60_000, 'minute'];
  const n = Math.max(1, Math.round(Math.abs(ms) / unit));
  return `${n} ${name}${n === 1 ? '' : 's'}`;
}

export function age(at: string, now = Date.now()): string {
  const ms = now - Date.parse(at);
  if (Math.abs(ms) < 60_000) return 'just now';
  return ms < 0 ? `in ${lasting(ms)}` : `${lasting(ms)} ago`;
}

interface TimeProps {
  readonly at: string;
  readonly withAge?: boolean;
  readonly withSeconds?: boolean;
}

export function Time({ at, withAge = false, withSeconds = false }: TimeProps) {
  return (
    <time dateTime={at} title={`${at}, ${age(at)}`} class="time">
      {said(at, clock.value, withSeconds)
        .split(' ')
        .map((part, index) => (
          <Fragment key={part}>
            {index > 0 && ' '}
            <span class="whole">{part}</span>
          </Fragment>
        ))}
      {withAge && <span class="soft"> · {age(at)}</span>}
    </time>
  );
}

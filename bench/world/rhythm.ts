/** When things happen: clocks, crowds and people. All times are milliseconds since the epoch. */
import type { Dice } from './dice.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export type Rhythm = (from: number, to: number, dice: Dice) => number[];

/** A timer with jitter; `offset` is where in its period it fires. */
export function every(periodMs: number, jitterMs: number, offsetMs = 0): Rhythm {
  return (from, to, dice) => {
    const times: number[] = [];
    for (let at = Math.ceil((from - offsetMs) / periodMs) * periodMs + offsetMs; at < to; at += periodMs)
      times.push(at + Math.abs(dice.normal()) * jitterMs);
    return times;
  };
}

/** Crowd-driven: a Poisson process thinned by `shape(local hour, weekday 0 = Sunday)` in [0, 1]. */
export function crowd(
  perHour: number,
  shape: (hour: number, weekday: number) => number,
  zone: (at: number) => number,
): Rhythm {
  return (from, to, dice) => {
    const times: number[] = [];
    for (let at = from + dice.exponential(HOUR / perHour); at < to; at += dice.exponential(HOUR / perHour)) {
      const local = at + zone(at) * HOUR;
      const weekday = (Math.floor(local / DAY) + 4) % 7;
      if (dice.chance(shape((local % DAY) / HOUR, weekday))) times.push(at);
    }
    return times;
  };
}

/** Two peaks on working days, flat and low at the weekend. */
export const commuters = (hour: number, weekday: number) => {
  const peak = Math.exp(-((hour - 7.8) ** 2) / 3) + 0.9 * Math.exp(-((hour - 17.3) ** 2) / 5);
  return weekday === 0 || weekday === 6 ? 0.18 + 0.2 * Math.exp(-((hour - 14) ** 2) / 20) : Math.min(1, 0.06 + peak);
};

/** Working hours of an office; `friday` closes early. */
export const office = (hour: number, weekday: number) => {
  if (weekday === 0 || weekday === 6) return 0.004;
  const close = weekday === 5 ? 15.5 : 18;
  return hour < 7.5 || hour > close ? 0.006 : hour > 12 && hour < 13 ? 0.4 : 1;
};

/** Sunday to Thursday, as offices further east keep it. */
export const officeEast = (hour: number, weekday: number) => (weekday === 5 || weekday === 6 ? 0.004 : office(hour, 2));

export const flat = () => 1;

/** Fires on given days of the month at about the same hour. */
export function monthly(days: readonly number[], hour: number): Rhythm {
  return (from, to, dice) => {
    const times: number[] = [];
    for (let at = Math.floor(from / DAY) * DAY; at < to; at += DAY)
      if (days.includes(new Date(at).getUTCDate()))
        times.push(at + hour * HOUR + Math.abs(dice.normal()) * 10 * MINUTE);
    return times.filter((at) => at >= from && at < to);
  };
}

/** Quiet for long, then a heap at once: heavy-tailed pauses (Pareto, shape 1.2). */
export function heaps(perDay: number, inHeap: readonly [number, number]): Rhythm {
  return (from, to, dice) => {
    const times: number[] = [];
    const least = DAY / perDay / 6;
    for (let at = from + dice.exponential(DAY / perDay); at < to; ) {
      let inner = at;
      for (let i = dice.int(...inHeap); i > 0; i--) {
        times.push(inner);
        inner += dice.exponential(8 * MINUTE);
      }
      at = inner + least * Math.min(60, (1 - dice.next()) ** (-1 / 1.2));
    }
    return times.filter((at) => at < to).sort((a, b) => a - b);
  };
}

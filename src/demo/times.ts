/** When somebody works: at random, so often an hour, in office hours or around the clock. */
import { HOUR_MS } from './company.ts';
import type { Dice } from './dice.ts';

/** Moments in [from, to), in order, in milliseconds. */
export function* times(dice: Dice, from: number, to: number, perHour: number, office = false): Generator<number> {
  for (let at = from; ; ) {
    at += (-Math.log(1 - dice.next()) / perHour) * HOUR_MS;
    if (at >= to) return;
    const date = new Date(at);
    const working = date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 7 && date.getUTCHours() < 18;
    if (!office || working) yield Math.floor(at);
  }
}

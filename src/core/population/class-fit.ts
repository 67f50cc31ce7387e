/** Says whether peer classes alert as often as their share of the budget. A class that alerts over twice its share for days behaves otherwise than the model assumes. */

import { FIT_DAYS, MISFIT_DAYS, MISFIT_RATIO } from '../constants.ts';
import type { ClassDay } from './class-days.ts';

export interface ClassFit {
  readonly peers: string;
  /** Alerts a day over the last `FIT_DAYS` closed days, those for one cause counted once and without what people called an attack. */
  readonly observed: number;
  /** Share of the budget that its identity-days have. */
  readonly expected: number;
  /** True when each of the last `MISFIT_DAYS` closed days brought more than `MISFIT_RATIO` times what was expected of it. */
  readonly misfit: boolean;
}

/** How well each class fits as of the closed days before `today` (days since 1970), in order of name; a class without an identity-day of the time has no row. */
export function fitOf(rows: readonly ClassDay[], today: number, falsePerDay: number): ClassFit[] {
  const recent = rows.filter(({ day }) => day < today && day >= today - FIT_DAYS);
  const all = new Map<number, number>();
  for (const { day, identityDays } of recent) all.set(day, (all.get(day) ?? 0) + identityDays);
  const expectedOf = ({ day, identityDays }: ClassDay) =>
    identityDays === 0 ? 0 : (falsePerDay * identityDays) / (all.get(day) as number);
  return [...new Set(recent.filter(({ identityDays }) => identityDays > 0).map(({ peers }) => peers))]
    .sort()
    .map((peers) => {
      const days = recent.filter((row) => row.peers === peers);
      const isOver = (day: number) =>
        days.some((row) => row.day === day && row.identityDays > 0 && row.alerts > MISFIT_RATIO * expectedOf(row));
      return {
        peers,
        observed: days.reduce((sum, { alerts }) => sum + alerts, 0) / FIT_DAYS,
        expected: days.reduce((sum, row) => sum + expectedOf(row), 0) / FIT_DAYS,
        misfit: Array.from({ length: MISFIT_DAYS }, (_, n) => today - 1 - n).every(isOver),
      };
    });
}

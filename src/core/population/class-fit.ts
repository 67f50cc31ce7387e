/** Says whether peer classes alert as often as their share of the budget. A class that alerts more often than chance explains behaves otherwise than the model assumes. */
import { poissonDistribution } from 'simple-statistics';
import { FIT_DAYS, MISFIT_P } from '../constants.ts';
import type { ClassDay } from './class-days.ts';

export interface ClassFit {
  readonly peers: string;
  /** Alerts a day over the last `FIT_DAYS` closed days, those for one cause counted once and without what people called an attack. */
  readonly observed: number;
  /** Share of the budget that its identity-days have. */
  readonly expected: number;
  /** True when chance brings so many alerts in so many days with a probability below `MISFIT_P`. */
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
      const alerts = days.reduce((sum, row) => sum + row.alerts, 0);
      const expected = days.reduce((sum, row) => sum + expectedOf(row), 0);
      return {
        peers,
        observed: alerts / FIT_DAYS,
        expected: expected / FIT_DAYS,
        misfit: atLeast(alerts, expected) < MISFIT_P,
      };
    });
}

/** Probability that chance alone brings `count` or more where `expected` are to be expected. Below a ten-thousandth it may be up to that much too low. */
export function atLeast(count: number, expected: number): number {
  const fewer = (poissonDistribution(expected) ?? []).slice(0, count);
  return 1 - fewer.reduce((sum, probability) => sum + probability, 0);
}

/** Reads the budget of false alerts out of a population: what was asked for, what each day spent, and the threshold that follows. */
import type { Budget } from '../../../schemas/console.ts';
import { COLD_DAYS, THRESHOLD_DAYS } from '../../core/constants.ts';
import type { Population } from '../../core/population/population.ts';
import { brake, floorOf, thresholdOf } from '../../core/population/threshold.ts';

const DAY_MS = 86_400_000;
export const BUDGET_DAYS = 30;
const dayOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

export interface BudgetParts {
  readonly tenant: string;
  readonly falsePerDay: number;
  /** Newest event hour there is. */
  readonly newestHour: number;
  /** Alerts raised on each day. */
  readonly raised: ReadonlyMap<string, number>;
}

/** Closes the open hour of the population: what was spent in it is spent. */
export function budgetOf(population: Population, { tenant, falsePerDay, newestHour, raised }: BudgetParts): Budget {
  population.close(newestHour + 1);
  const today = Math.floor(newestHour / 24);
  const spent = population.spent(tenant, BUDGET_DAYS);
  const spentToday = population.spentToday(tenant);
  const { nats } = thresholdOf(population, tenant, falsePerDay);
  const scores = population.scores(tenant, THRESHOLD_DAYS);
  const known = 1 + scores.findLastIndex((of) => of.length > 0);
  const ahead = brake(spentToday, falsePerDay);
  return {
    falsePerDay,
    today: dayOf(today),
    spentToday,
    days: Array.from({ length: BUDGET_DAYS }, (_, index) => {
      const day = today - BUDGET_DAYS + 1 + index;
      const back = today - day;
      return {
        day: dayOf(day),
        spent: back === 0 ? spentToday : (spent[back - 1] ?? 0),
        alerts: raised.get(dayOf(day)) ?? 0,
      };
    }),
    historyDays: known,
    threshold: nats,
    ...(ahead > 0 && { brake: ahead }),
    why: known < COLD_DAYS ? 'learning' : nats <= floorOf(falsePerDay) ? 'floor' : 'history',
  };
}

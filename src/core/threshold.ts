/** The joint surprise above which an alert leaves, so that the SOC's budget of false alerts a day holds. */
import { COLD_THRESHOLD, MISUSE_PRIOR, RAISE_FLOOR, THRESHOLD_DAYS } from './constants.ts';
import type { Population } from './population.ts';

/** Probability that joint surprise `nats` is misuse rather than benign change. */
export function posterior(nats: number, shrink = 0.9): number {
  const odds = MISUSE_PRIOR * Math.exp(Math.min(40, nats * shrink));
  return odds / (1 + odds);
}

/** The level that identity-days crossed `falsePerDay` times a day of late; identity-days that look like attacks count in part. */
export function thresholdOf(population: Population, tenant: string, falsePerDay: number): number {
  const days = population.scores(tenant, THRESHOLD_DAYS);
  let history = days.length;
  while (history > 0 && (days[history - 1] as number[]).length === 0) history--;
  if (history < 3) return COLD_THRESHOLD;
  const all: { score: number; weight: number }[] = [];
  for (const day of days) for (const score of day) all.push({ score, weight: 1 - posterior(score) });
  all.sort((a, b) => b.score - a.score);
  const allowed = falsePerDay * history;
  let spent = 0;
  for (const { score, weight } of all) {
    spent += weight;
    if (spent > allowed) return Math.max(RAISE_FLOOR, score);
  }
  return RAISE_FLOOR;
}

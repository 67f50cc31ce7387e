/** One evaluation: the judge's figures, and what the judge does not print. */

import type { Activity } from '../../schemas/activity.ts';
import type { Engine } from '../core/engine-contract.ts';
import { judgedAlert } from './judged-alert.ts';
import { reliability, type Stated } from './reliability.ts';
import { type Replayed, type ReplaySettings, replayForEvaluation } from './replay.ts';
import { half, share } from './rounding.ts';
import { foundAt, type Ruling, rank, type Score, score } from './score.ts';
import type { Truth } from './truth.ts';
import { type Uniformity, uniformityByClass } from './uniformity.ts';

/** False alerts a day at which the budget itself is put to the test, one replay each. */
export const TESTED_BUDGETS = [1, 5, 20] as const;

/** How well one budget was kept in the judged month. */
export interface BudgetKept {
  readonly falsePerDay: number;
  /** False alerts a day for each that was allowed; goal: at most 1.2. */
  readonly ratio: number;
  /** Most false alerts of one day; goal: at most three times the budget. */
  readonly worstDay: number;
  /** Recall of what was alerted under the budget. */
  readonly recall: number;
  /** Recall of the same alerts ranked and cut at the budget; where it is far above `recall`, the threshold is too strict. */
  readonly ranked: number;
}

export interface Evaluation {
  readonly score: Score;
  readonly minutesToDetect: { readonly median: number | null; readonly p90: number | null };
  /** False alerts an identity-month by kind of drift claimed; one alert may claim several. */
  readonly falsePerIdentityMonthByDrift: Readonly<Record<string, number>>;
  readonly budgets: Readonly<Record<string, BudgetKept>>;
  /** What alerts state of misuse, against what happened. */
  readonly reliability: readonly Stated[];
  readonly uniformity: Readonly<Record<string, Uniformity>>;
  readonly observed: number;
  readonly verdicts: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly bytesPerIdentity: number;
}

export interface EvaluationSettings {
  readonly verdicts: ReplaySettings['verdicts'];
  /** Budget of the main replay, whose alerts are ranked: recall at more than this cannot be seen. */
  readonly falsePerDay: number;
  /** Budgets to put to the test besides. */
  readonly budgets: readonly number[];
}

/** A new engine under a budget; each replay gets its own. */
export type EngineFactory = (falsePerDay: number) => Engine;

function kept(replayed: Replayed, truth: Truth, budget: number, ranking: readonly Ruling[]): BudgetKept {
  const mine = score(replayed.alerts.map(judgedAlert), truth);
  const falsePerDay = mine.falseAlerts / truth.days;
  return {
    falsePerDay: half(falsePerDay, 2),
    ratio: half(falsePerDay / budget, 2),
    worstDay: mine.worstDay,
    recall: mine.recall,
    ranked: share(foundAt(ranking, truth, budget).size, truth.scenarios.size),
  };
}

function attackedDays(truth: Truth): Set<string> {
  const days = new Set<string>();
  for (const { timesS, whose } of truth.scenarios.values())
    for (const time of timesS) for (const identity of whose) days.add(`${Math.floor(time / 86_400)} ${identity}`);
  return days;
}

function byDrift(replayed: Replayed, truth: Truth): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { alert, found } of rank(replayed.alerts.map(judgedAlert), truth))
    if (found.size === 0) for (const kind of alert.kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const months = (Object.keys(truth.people).length * truth.days) / 30;
  return Object.fromEntries([...counts].sort().map(([kind, n]) => [kind, half(n / Math.max(1, months), 4)]));
}

/** Replays once under `settings.falsePerDay`, once more for each tested budget, and judges. `events` is called for each replay. */
export async function evaluate(
  createEngine: EngineFactory,
  events: () => AsyncIterable<Activity>,
  truth: Truth,
  settings: EvaluationSettings,
): Promise<{ evaluation: Evaluation; replayed: Replayed }> {
  const play = (falsePerDay: number) =>
    replayForEvaluation(() => createEngine(falsePerDay), events(), truth, { verdicts: settings.verdicts });
  const replayed = await play(settings.falsePerDay);
  const judged = replayed.alerts.map(judgedAlert);
  const figures = score(judged, truth);
  const ranking = rank(judged, truth);
  const budgets: Record<string, BudgetKept> = {};
  for (const budget of settings.budgets) {
    const run = budget === settings.falsePerDay ? replayed : await play(budget);
    budgets[String(budget)] = kept(run, truth, budget, ranking);
  }
  const { median, p90 } = figures.secondsToDetect;
  const minutes = (value: number | null) => (value === null ? null : half(value / 60, 1));
  return {
    replayed,
    evaluation: {
      score: figures,
      minutesToDetect: { median: minutes(median), p90: minutes(p90) },
      falsePerIdentityMonthByDrift: byDrift(replayed, truth),
      budgets,
      reliability: reliability(ranking),
      uniformity: uniformityByClass(replayed.days, replayed.peersOf, attackedDays(truth)),
      observed: replayed.observed,
      verdicts: replayed.verdicts,
      events: replayed.events,
      eventsPerSecond: Math.round((replayed.events / Math.max(1, replayed.engineMs)) * 1000),
      bytesPerIdentity: Math.round(replayed.bytes / Math.max(1, replayed.identities)),
    },
  };
}

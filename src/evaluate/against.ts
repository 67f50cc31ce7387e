/** Whether one set of alerts finds more attacks than another, and how likely chance alone makes such a difference. */
import { binomialDistribution } from 'simple-statistics';
import type { JudgedAlert } from './judged-alert.ts';
import { foundAt, rank } from './score.ts';
import type { Truth } from './truth.ts';

/** False alerts a day at which two sets are compared. */
export const COMPARED_BUDGETS = [0.2, 1, 5] as const;

export interface Against {
  /** False alerts a day. */
  readonly budget: number;
  /** Scenarios found at that budget by the first set and by the second. */
  readonly found: readonly [number, number];
  /** Scenarios that only the first found, and only the second. */
  readonly only: readonly [number, number];
  /** Probability, in (0, 1], of a difference at least as large when neither is better. */
  readonly p: number;
}

/**
 * Two-sided p of a permutation test over scenarios: where two sets differ, either might as well have been the one that found it. All
 * permutations are counted, for they follow the binomial distribution, so that no dice are thrown.
 */
export function permutationP(onlyFirst: number, onlySecond: number): number {
  const differ = onlyFirst + onlySecond;
  if (differ === 0) return 1;
  const chances = binomialDistribution(differ, 0.5) ?? [];
  const least = Math.min(onlyFirst, onlySecond);
  const tail = chances.slice(0, least + 1).reduce((sum, chance) => sum + chance, 0);
  return Math.min(1, 2 * tail);
}

/** Compares what two sets of alerts find in one labelled set. */
export function against(first: readonly JudgedAlert[], second: readonly JudgedAlert[], truth: Truth): Against[] {
  const [ours, theirs] = [rank(first, truth), rank(second, truth)];
  return COMPARED_BUDGETS.map((budget) => {
    const [a, b] = [foundAt(ours, truth, budget), foundAt(theirs, truth, budget)];
    const only = [[...a].filter((id) => !b.has(id)).length, [...b].filter((id) => !a.has(id)).length] as const;
    return { budget, found: [a.size, b.size], only, p: permutationP(...only) };
  });
}

/** Lines for people: one a budget. */
export function* againstInWords(rows: readonly Against[], other: string): Generator<string> {
  yield `  found here and in ${other}, by false alerts a day (only here, only there; p that chance makes such a difference)`;
  for (const { budget, found, only, p } of rows)
    yield `    at ${budget}: ${found[0]} and ${found[1]} (${only[0]}, ${only[1]}; p ${p.toFixed(3)})`;
}

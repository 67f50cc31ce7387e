/** Whether what alerts state is so: of those that state a probability of misuse, how many were attacks. */
import { half } from './rounding.ts';
import type { Ruling } from './score.ts';

/** Bounds of the groups; the outer ones are those that a reader acts on. */
const BOUNDS = [0.05, 0.25, 0.5, 0.75, 0.9] as const;

/** Alerts that state about the same. */
export interface Stated {
  /** What they state, from and below. */
  readonly from: number;
  readonly to: number;
  readonly alerts: number;
  readonly attacks: number;
  /** Mean of what they state, and share of attacks among them. */
  readonly stated: number;
  readonly share: number;
}

/** One group after another; groups without alerts are left out. Alerts that state nothing do not count. */
export function reliability(rulings: readonly Pick<Ruling, 'alert' | 'found'>[]): Stated[] {
  const edges = [0, ...BOUNDS, 1];
  return edges.slice(1).flatMap((to, n) => {
    const from = edges[n] as number;
    const group = rulings.filter(
      ({ alert: { misuse } }) => misuse !== undefined && misuse >= from && (misuse < to || (to === 1 && misuse === 1)),
    );
    if (group.length === 0) return [];
    const attacks = group.filter(({ found }) => found.size > 0).length;
    const stated = group.reduce((sum, { alert }) => sum + (alert.misuse ?? 0), 0) / group.length;
    return { from, to, alerts: group.length, attacks, stated: half(stated, 3), share: half(attacks / group.length, 3) };
  });
}

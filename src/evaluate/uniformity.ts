/** Whether the p-values on the alerts mean what they say: of benign identity-days, a share x should have p at most x. */
import type { IdentityDay } from './replay.ts';

/** Only the tail is judged: a day without a finding has no p, and nobody acts on a p of a half. */
const TAIL = 0.1;
/** Fewer days than this say nothing about a class. */
const LEAST_DAYS = 100;

export interface Uniformity {
  readonly days: number;
  /** Kolmogorov-Smirnov distance over p <= 0.1: the greatest gap between the share of days with p at most x, and x. */
  readonly distance: number;
  /** Distance that chance alone exceeds once in twenty, 1.36 / sqrt(n) (Smirnov 1948). */
  readonly critical: number;
  /** Days with p <= 0.01 for each that there should be; above 1 the p-values promise too much. */
  readonly atOnePercent: number;
}

/** Kolmogorov-Smirnov on the tail of the given p-values; days without a finding count with p = 1. */
export function uniformity(ps: readonly number[]): Uniformity {
  const n = ps.length;
  const ordered = ps.filter((p) => p <= TAIL).sort((a, b) => a - b);
  let distance = n > 0 ? Math.abs(ordered.length / n - TAIL) : 0;
  for (const [i, p] of ordered.entries()) distance = Math.max(distance, Math.abs((i + 1) / n - p), Math.abs(i / n - p));
  return {
    days: n,
    distance,
    critical: 1.36 / Math.sqrt(Math.max(1, n)),
    atOnePercent: n > 0 ? ordered.filter((p) => p <= 0.01).length / n / 0.01 : 0,
  };
}

/** Uniformity of benign identity-days by peer class; thin classes together under `other`. `attacked` holds `day identity`. */
export function uniformityByClass(
  days: readonly IdentityDay[],
  peersOf: ReadonlyMap<string, string>,
  attacked: ReadonlySet<string>,
): Record<string, Uniformity> {
  const classes = new Map<string, number[]>([['all', []]]);
  for (const { identity, day, p } of days) {
    if (attacked.has(`${day} ${identity}`)) continue;
    const name = peersOf.get(identity) ?? 'unknown';
    classes.get('all')!.push(p);
    const known = classes.get(name);
    if (known) known.push(p);
    else classes.set(name, [p]);
  }
  const other: number[] = [];
  const out: Record<string, Uniformity> = {};
  for (const [name, ps] of classes) {
    if (name === 'all' || ps.length >= LEAST_DAYS) out[name] = uniformity(ps);
    else other.push(...ps);
  }
  if (other.length > 0) out.other = uniformity(other);
  return out;
}

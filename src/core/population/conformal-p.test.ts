/** A p-value must mean what it says, in the middle, in the tail and with nothing to compare with. */
import { describe, expect, it } from 'vitest';
import { SCORE_FROM } from '../constants.ts';
import { pOf, type References } from './conformal-p.ts';

/** Days whose scores fall off exponentially, by `slope` nats; those under `SCORE_FROM` are not told. */
function falling(days: number, slope = 1): References {
  const all = Array.from({ length: days }, (_, n) => -slope * Math.log((n + 0.5) / days));
  return { days, scores: all.filter((score) => score >= SCORE_FROM).map((score) => [score, 1] as const) };
}

describe('p', () => {
  it.each([1, 1.5, 2])(
    'is the share of days at least as surprising, counted below and drawn out above, slope %d',
    (slope) => {
      const references = falling(10_000, slope);
      for (const score of [2.6, 3, 4, 6, 8, 10, 14])
        expect(Math.log(pOf(score, references)) / (-score / slope)).toBeCloseTo(1, 1);
    },
  );

  it('never rises with the score, nor leaves (0, 1]', () => {
    for (const references of [
      falling(5_000),
      falling(120),
      { days: 0, scores: [] },
      { days: 3, scores: [[30, 1]] as const },
    ]) {
      const ps = Array.from({ length: 200 }, (_, n) => pOf(n / 5, references));
      for (const [n, p] of ps.entries()) {
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(n === 0 ? 1 : (ps[n - 1] as number));
      }
    }
  });

  it('promises nothing where there is nothing to compare with', () => {
    expect(pOf(3, { days: 0, scores: [] })).toBeGreaterThan(0.5);
    expect(pOf(3, { days: 10_000, scores: [] })).toBeLessThan(1e-3);
  });

  it('counts a day by its probability of being benign', () => {
    const { days, scores } = falling(1_000);
    const attacks = Array.from({ length: 30 }, () => [20, 0] as const);
    const benign = Array.from({ length: 30 }, () => [20, 1] as const);
    expect(pOf(5, { days, scores: [...attacks, ...scores] })).toBeCloseTo(pOf(5, { days, scores }), 9);
    expect(pOf(5, { days, scores: [...benign, ...scores] })).toBeGreaterThan(3 * pOf(5, { days, scores }));
  });
});

/** A class that keeps to its share of the budget fits; one that alerts more often than chance explains does not. */
import { describe, expect, it } from 'vitest';
import type { ClassDay } from './class-days.ts';
import { atLeast, fitOf } from './class-fit.ts';

const TODAY = 20_000;
/** A week of two classes, three identities of ten in the first; `alerts` of it, newest day first. */
const week = (alerts: readonly number[], active = 3): ClassDay[] =>
  Array.from({ length: 7 }, (_, n) => [
    { peers: 'example/role#1', day: TODAY - 1 - n, identityDays: active, alerts: alerts[n] ?? 0 },
    { peers: 'example/agent', day: TODAY - 1 - n, identityDays: 7, alerts: 1 },
  ]).flat();
const role = (rows: readonly ClassDay[], falsePerDay = 5) =>
  fitOf(rows, TODAY, falsePerDay).find(({ peers }) => peers === 'example/role#1');

describe('the fit of a class', () => {
  it('holds what it alerted against its share of the budget', () => {
    expect(role(week([2, 0, 3, 1, 0, 1, 0]))).toEqual({
      peers: 'example/role#1',
      observed: 1,
      expected: 1.5,
      misfit: false,
    });
    expect(fitOf(week([]), TODAY, 5).map(({ peers, expected }) => [peers, expected])).toEqual([
      ['example/agent', 3.5],
      ['example/role#1', 1.5],
    ]);
  });

  it('is a misfit when chance hardly ever brings so many in a week, however they lie in it', () => {
    // 10.5 are expected in seven days: 21 or more are chance once in 360 weeks, 23 or more once in 1,750.
    expect(role(week([3, 3, 3, 3, 3, 3, 3]))?.misfit).toBe(false);
    expect(role(week([4, 4, 3, 3, 3, 3, 3]))?.misfit).toBe(true);
    expect(role(week([0, 0, 0, 0, 0, 11, 12]))?.misfit).toBe(true);
    expect(role(week([4, 4, 4]))?.misfit).toBe(false);
    expect(role(week([4, 4, 4]), 1.5)?.misfit).toBe(true);
  });

  it.each([
    { expected: 1.4, count: 3, p: 0.167, misfit: false },
    { expected: 1.4, count: 7, p: 0.00062, misfit: true },
    { expected: 14, count: 22, p: 0.0288, misfit: false },
    { expected: 14, count: 29, p: 0.00031, misfit: true },
  ])('$count alerts where $expected are expected have p $p: small classes do not cry, large ones are heard', (one) => {
    expect(atLeast(one.count, one.expected)).toBeCloseTo(one.p, 3);
    const each = (n: number) => Math.floor(one.count / 7) + (n < one.count % 7 ? 1 : 0);
    const alerts = Array.from({ length: 7 }, (_, n) => each(n));
    // Three identities of ten have three tenths of the budget.
    expect(role(week(alerts), one.expected / 7 / 0.3)?.misfit).toBe(one.misfit);
  });

  it('is never the more surprising the fewer they are, and 1 for none', () => {
    for (const expected of [0.01, 1.4, 14, 300, 70_000]) {
      expect(atLeast(0, expected)).toBe(1);
      for (let count = 1; count < 40; count++)
        expect(atLeast(count, expected)).toBeLessThanOrEqual(atLeast(count - 1, expected));
    }
  });

  it('leaves out the day that is open, what is older than a week, and classes of which nobody was active', () => {
    const open = { peers: 'example/role#1', day: TODAY, identityDays: 3, alerts: 90 };
    const old = { peers: 'example/role#1', day: TODAY - 8, identityDays: 3, alerts: 90 };
    expect(role([...week([1]), open, old])?.observed).toBeCloseTo(1 / 7);
    expect(role(week([4, 4, 4], 0))).toBeUndefined();
    expect(fitOf([], TODAY, 5)).toEqual([]);
  });
});

/** A class that keeps to its share of the budget fits; one that alerts more than twice of it three days in a row does not. */
import { describe, expect, it } from 'vitest';
import type { ClassDay } from './class-days.ts';
import { fitOf } from './class-fit.ts';

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

  it('is a misfit over twice the share on each of three days in a row, the last three', () => {
    expect(role(week([4, 4, 4]))?.misfit).toBe(true);
    expect(role(week([4, 4, 3]))?.misfit).toBe(false);
    expect(role(week([0, 4, 4, 4]))?.misfit).toBe(false);
    expect(role(week([3, 3, 3]))?.misfit).toBe(false);
    expect(role(week([3, 3, 3]), 4)?.misfit).toBe(true);
  });

  it('leaves out the day that is open, what is older than a week, and classes of which nobody was active', () => {
    const open = { peers: 'example/role#1', day: TODAY, identityDays: 3, alerts: 90 };
    const old = { peers: 'example/role#1', day: TODAY - 8, identityDays: 3, alerts: 90 };
    expect(role([...week([1]), open, old])?.observed).toBeCloseTo(1 / 7);
    expect(role(week([4, 4, 4], 0))).toBeUndefined();
    expect(fitOf([], TODAY, 5)).toEqual([]);
  });
});

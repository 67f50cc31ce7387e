/** Honest p-values must pass, boastful and timid ones must not. */
import { describe, expect, it } from 'vitest';
import { uniformity, uniformityByClass } from './uniformity.ts';

const spread = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000);

describe('uniformity of p-values', () => {
  it('is near nothing for honest ones, also when only the tail is known', () => {
    expect(uniformity(spread).distance).toBeLessThan(uniformity(spread).critical);
    const tail = spread.map((p) => (p > 0.1 ? 1 : p));
    expect(uniformity(tail).distance).toBeLessThan(uniformity(tail).critical);
    expect(uniformity(tail).atOnePercent).toBeCloseTo(1, 1);
  });

  it('is far off for boastful and for timid ones', () => {
    const boastful = uniformity(spread.map((p) => p ** 2));
    expect(boastful.distance).toBeGreaterThan(boastful.critical);
    expect(boastful.atOnePercent).toBeGreaterThan(5);
    const timid = uniformity(spread.map((p) => Math.min(1, p * 5)));
    expect(timid.distance).toBeGreaterThan(timid.critical);
    expect(timid.atOnePercent).toBeLessThan(0.5);
  });

  it('leaves attacked days out and puts thin classes together', () => {
    const day = (identity: string, n: number, p: number) =>
      Array.from({ length: n }, (_, i) => ({ identity, day: i, p }));
    const fit = uniformityByClass(
      [...day('a', 150, 0.5), ...day('b', 40, 0.5), { identity: 'a', day: 999, p: 1e-9 }],
      new Map([
        ['a', 'class-a'],
        ['b', 'class-b'],
      ]),
      new Set(['999 a']),
    );
    expect(Object.keys(fit)).toEqual(['all', 'class-a', 'other']);
    expect([fit.all!.days, fit['class-a']!.days, fit.other!.days]).toEqual([190, 150, 40]);
    expect(fit.all!.atOnePercent).toBe(0);
  });

  it('makes nothing of nothing', () => {
    expect(uniformity([])).toEqual({ days: 0, distance: 0, critical: 1.36, atOnePercent: 0 });
  });
});

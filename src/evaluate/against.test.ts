import { describe, expect, it } from 'vitest';
import { permutationP } from './against.ts';

describe('the permutation test over scenarios', () => {
  it.each([
    [0, 0, 1],
    [3, 3, 1],
    [1, 0, 1],
    [5, 0, 2 / 32],
    [6, 0, 2 / 64],
    [8, 1, 20 / 512],
    [2, 10, 2 * ((1 + 12 + 66) / 4096)],
  ])('%i found only here and %i only there have p %f', (here, there, p) => {
    expect(permutationP(here, there)).toBeCloseTo(p, 10);
    expect(permutationP(there, here)).toBeCloseTo(p, 10);
  });
});

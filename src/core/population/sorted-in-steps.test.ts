import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedInSteps } from './sorted-in-steps.ts';

function sorted(numbers: readonly number[]) {
  const steps = sortedInSteps(numbers);
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count++;
  return { count, all: [...step.value] };
}

test('numbers come out in ascending order, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000)), (numbers) => {
      expect(sorted(numbers).all).toEqual([...numbers].sort((a, b) => a - b));
    }),
  );
  for (const length of [4_095, 4_096, 4_097, 12_300, 50_000]) {
    const numbers = Array.from({ length }, (_, n) => Math.imul(n, 2_654_435_761) >>> 0);
    expect(sorted(numbers).all).toEqual([...numbers].sort((a, b) => a - b));
  }
});

test('many are sorted in many steps', () => {
  expect(sorted(Array.from({ length: 100_000 }, (_, n) => -n)).count).toBeGreaterThan(100);
});

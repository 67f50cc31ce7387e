/** The bounds of a record hold to the very name, also in the shortest text that can hold too many. */
import { expect, it } from 'vitest';
import { excessOf } from './shape.ts';

const NAMES = 4_096;
const limits = { depth: 8, values: 1_000_000, names: NAMES };

/** Names of one unit where it goes, and as little as possible around them. */
function withNames(count: number): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const names = [''];
  for (const one of letters) names.push(one);
  for (const one of letters) for (const two of letters) names.push(one + two);
  for (const one of letters) for (const two of letters) names.push(`-${one}${two}`);
  return `{${names
    .slice(0, count)
    .map((name) => `"${name}":0`)
    .join(',')}}`;
}

it('as many names as allowed are not too many, and one more is', () => {
  expect(excessOf(withNames(NAMES), limits)).toBeUndefined();
  expect(excessOf(withNames(NAMES + 1), limits)).toBe('names');
});

it('a lower bound holds in a short text too', () => {
  expect(excessOf(withNames(1_000), { ...limits, names: 1_000 })).toBeUndefined();
  expect(excessOf(withNames(1_001), { ...limits, names: 1_000 })).toBe('names');
});

it('the same name again is not another one', () => {
  const members = Array.from({ length: NAMES * 2 }, () => '{"a":0}');
  expect(excessOf(`[${members.join(',')}]`, limits)).toBeUndefined();
});

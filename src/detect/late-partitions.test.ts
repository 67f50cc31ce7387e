/** How long a partition is waited for, by a clock that somebody sets. */
import { expect, test } from 'vitest';
import { createLatePartitions } from './late-partitions.ts';
import { Rest } from './rest.ts';

const HOUR_MS = 3_600_000;

test.each([5, -5])('a clock that is set %d hours off while an hour waits does not make it wait for ever', (hours) => {
  let now = 1_000 * HOUR_MS;
  const late = createLatePartitions({ now: () => now }, 30_000, () => {});
  const known = () => ({ offset: 7, hour: 900 });
  expect(late.givenUp([1], 1_001, known)).toEqual([]);
  now += hours * HOUR_MS;
  expect(late.givenUp([1], 1_001, known)).toEqual([1]);
});

test('nor does it keep a partition that rests from going on', () => {
  const rest = new Rest();
  const at = { hour: 5, busy: false, position: undefined };
  const lag = { lag: 0, end: 9 };
  expect(rest.look(at, lag, 6, 1_000 * HOUR_MS)).toBeUndefined();
  expect(rest.look(at, lag, 6, 995 * HOUR_MS)).toBe(6);
});

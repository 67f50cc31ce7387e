import { expect, test } from 'vitest';
import { overlapsOf } from './overlap.ts';

const used = (from: string, until: string) => ({
  firstAt: `2026-03-${from}T00:00:00.000Z`,
  lastAt: `2026-03-${until}T00:00:00.000Z`,
});
const DAY = 86_400_000;

test('a key that was renewed shares the days of the change, and one that follows at once shares nothing', () => {
  expect(overlapsOf([used('01', '10'), used('08', '20'), used('20', '25')])).toEqual([
    { others: 1, longestMs: 2 * DAY },
    { others: 1, longestMs: 2 * DAY },
    { others: 0, longestMs: 0 },
  ]);
});

test('of several at once the longest time counts', () => {
  expect(overlapsOf([used('01', '30'), used('02', '05'), used('04', '20')])[0]).toEqual({
    others: 2,
    longestMs: 16 * DAY,
  });
});

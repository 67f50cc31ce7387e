import { afterEach, beforeEach, expect, test } from 'vitest';
import { said } from '../../console/parts/said.ts';

const before = process.env.TZ;
beforeEach(() => {
  process.env.TZ = 'Europe/Berlin';
});
afterEach(() => {
  if (before === undefined) delete process.env.TZ;
  else process.env.TZ = before;
});

test('local time is told as the clock shows it, and of two that look alike which it was', () => {
  expect(said('2026-03-25T14:00:00Z', 'utc')).toBe('2026-03-25 14:00');
  expect(said('2026-03-25T14:00:09Z', 'local', true)).toBe('2026-03-25 15:00:09');
  // The clock goes from 02:00 to 03:00 on that day, and back from 03:00 to 02:00 on the other.
  expect([said('2026-03-29T00:59:00Z', 'local'), said('2026-03-29T01:00:00Z', 'local')]).toEqual([
    '2026-03-29 01:59',
    '2026-03-29 03:00',
  ]);
  expect(
    ['2026-10-24T23:59:00Z', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z'].map((at) =>
      said(at, 'local'),
    ),
  ).toEqual(['2026-10-25 01:59', '2026-10-25 02:30 +02:00', '2026-10-25 02:30 +01:00', '2026-10-25 03:00']);
  expect(said('2026-10-25T01:30:00Z', 'utc')).toBe('2026-10-25 01:30');
  expect(said('no time', 'local')).toBe('no time');
});

import { expect, it } from 'vitest';
import { isReturn } from './calendar.ts';

it('knows a month, a quarter, half a year and a year since the last day, some days early or late', () => {
  for (const days of [28, 31, 34, 89, 95, 182, 365]) expect([days, isReturn(days, 400)]).toEqual([days, true]);
  for (const days of [7, 20, 45, 60, 83, 120, 300]) expect([days, isReturn(days, 400)]).toEqual([days, false]);
});

it('counts from the first day of a job that took some days', () => {
  expect(isReturn(83, 88)).toBe(true);
  expect(isReturn(25, 30)).toBe(true);
});

it('takes what the log began with for a job that may have begun before it, by as much as a run may last', () => {
  expect(isReturn(83, 85)).toBe(false);
  expect(isReturn(83, 85, true)).toBe(true);
  expect(isReturn(58, 60, true)).toBe(false);
  expect(isReturn(83, 110, true)).toBe(false);
});

it('knows no job in what went on for long before it fell silent', () => {
  expect(isReturn(60, 91)).toBe(false);
  expect(isReturn(20, 30)).toBe(false);
});

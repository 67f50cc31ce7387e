/** News on every other day is told when it begins, however fast the number grows, and not again while it lasts. */
import { expect, test } from 'vitest';
import { mayTell, newsFrom, taughtDays } from './taught-days.ts';

const MATURE = 100;
/** What is told on each day of a life with news on these days. */
const told = (came: readonly number[], to: number) =>
  Array.from({ length: to - MATURE }, (_, n) => MATURE + n).flatMap((day) => {
    const days = taughtDays(new Set(came.filter((one) => one < day && one >= newsFrom(day))), day, MATURE);
    return days > 0 ? [[day, days]] : [];
  });
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, n) => from + n * step);

test('a new thing a day is told once, on the day after the seventh', () => {
  expect(told(range(140, 170), 170)).toEqual([[147, 7]]);
});

test('where it came now and then before, it is told as soon as it is three times as often', () => {
  // Three of four weeks: seven days are not three times as many, nine are.
  const came = [...range(112, 140, 4), ...range(140, 154)];
  const [[day, days] = []] = told(came, 160);
  expect(days).toBeGreaterThan(7);
  expect(day).toBeLessThan(156);
});

test('to and fro around the number is one beginning', () => {
  const came = [...range(140, 147), 148, 150, 152, 154, 156, 158, 160];
  expect(told(came, 161)).toHaveLength(1);
});

test('a calm or an always restless identity is not told of, nor one that is hardly known', () => {
  expect(told(range(110, 160, 5), 160)).toEqual([]);
  expect(told(range(100, 160, 2), 160)).toEqual([]);
  expect(told(range(100, 118), 118)).toEqual([]);
});

test('where there is too little to compare with, nothing can be told of any news', () => {
  const days = range(MATURE, MATURE + 60);
  const always = (day: number) => new Set(range(0, day));
  for (const day of days) if (!mayTell(day, MATURE)) expect(taughtDays(always(day), day, MATURE)).toBe(0);
  expect(days.find((day) => mayTell(day, MATURE))).toBe(MATURE + 21);
});

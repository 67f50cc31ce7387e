/** The weeks of an identity: as many as are kept, each with its amount and its hours, whatever is left out because it repeats. */
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../constants.ts';
import { tablesOf } from './sketch-tables.ts';
import { countWeek, weekSketch, weekStart, weeksOf } from './week-record.ts';

/** A Monday midnight. */
const MONDAY = Date.UTC(2026, 0, 5);
const hourAt = (week: number, day: number, hour: number) => MONDAY / HOUR_MS + (week * 7 + day) * 24 + hour;

function kept(weeks: number) {
  const [table] = tablesOf([weekSketch(weeks)]);
  table!.of(new Float64Array(table!.end));
  return table!;
}

const bits = (mask: number) => Array.from({ length: 31 }, (_, bit) => bit).filter((bit) => (mask >> bit) & 1);

describe('the weeks of an identity', () => {
  it('tell amount, hours of the day and days of the week', () => {
    const table = kept(4);
    for (const [week, day, hour] of [
      [0, 0, 9],
      [0, 0, 9],
      [0, 2, 23],
      [1, 6, 0],
    ] as const)
      countWeek(table, hourAt(week, day, hour));
    expect(weeksOf(table).map((one) => ({ ...one, mask: bits(one.mask) }))).toEqual([
      { startMs: MONDAY, activities: 3, mask: [9, 23, 24, 26] },
      { startMs: MONDAY + 7 * 24 * HOUR_MS, activities: 1, mask: [0, 30] },
    ]);
  });

  it('are the newest so many, and the same for weeks whose hours repeat', () => {
    const table = kept(3);
    for (let week = 0; week < 6; week++)
      for (const hour of week === 4 ? [3] : [9, 10]) countWeek(table, hourAt(week, 1, hour));
    const weeks = weeksOf(table);
    expect(weeks.map(({ mask }) => bits(mask))).toEqual([
      [9, 10, 25],
      [3, 25],
      [9, 10, 25],
    ]);
    expect(weeks.map(({ activities }) => activities)).toEqual([2, 1, 2]);
    expect(weeks[0]?.startMs).toBe(weekStart(hourAt(3, 5, 5) * HOUR_MS));
  });

  it('take what comes late into its own week, where that is kept, and leave its hours as they are', () => {
    const table = kept(2);
    for (const week of [1, 2]) countWeek(table, hourAt(week, 0, 9));
    countWeek(table, hourAt(1, 3, 4));
    countWeek(table, hourAt(0, 3, 4));
    expect(weeksOf(table).map(({ activities, mask }) => [activities, bits(mask)])).toEqual([
      [2, [9, 24]],
      [1, [9, 24]],
    ]);
  });

  it('begin on Mondays before the epoch too', () => {
    expect(new Date(weekStart(-1)).toISOString()).toBe('1969-12-29T00:00:00.000Z');
    expect(new Date(weekStart(0)).toISOString()).toBe('1969-12-29T00:00:00.000Z');
  });
});

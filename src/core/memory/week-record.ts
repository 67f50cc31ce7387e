/** How much an identity did in each of its last weeks, and in which hours: a few numbers a week, so that a move in time or volume can be told later. */
import { HOUR_MS } from '../constants.ts';
import { defineSketch, type SketchPlan } from '../detector.ts';
import { remainder } from '../instant.ts';
import type { SketchTable } from './sketch-tables.ts';

const DAY_HOURS = 24;
const WEEK_HOURS = 168;
/** Hours from a Monday midnight to the epoch, which was a Thursday. */
const MONDAY = 72;

const COUNT = 0;
const MASK = 1;

/** One week with activity. */
export interface Week {
  /** Event time in ms of the Monday midnight (UTC) at which it begins. */
  readonly startMs: number;
  readonly activities: number;
  /** Hours of the day (UTC) with activity as bits 0 to 23, days of the week from Monday as bits 24 to 30. */
  readonly mask: number;
}

/** The table for so many weeks; a key counts weeks since the Monday before the epoch. */
export const weekSketch = (weeks: number): SketchPlan => defineSketch({ name: 'weeks', cap: weeks, fields: 2 });

const weekOf = (hour: number) => Math.floor((hour + MONDAY) / WEEK_HOURS);

/** Event time in ms at which the week of an event time begins. */
export const weekStart = (ms: number) => (weekOf(Math.floor(ms / HOUR_MS)) * WEEK_HOURS - MONDAY) * HOUR_MS;

/** Hour of the day and day of the week of an hour since the epoch, as bits. */
const bitsOf = (hour: number) =>
  (1 << remainder(hour, DAY_HOURS)) | (1 << (DAY_HOURS + Math.floor(remainder(hour + MONDAY, WEEK_HOURS) / DAY_HOURS)));

/** Counts an activity of an hour since the epoch. What comes after a later week has begun leaves the hours of its own week as they are. */
export function countWeek(table: SketchTable, hour: number): void {
  const week = weekOf(hour);
  const known = table.find(week);
  if (known >= 0) {
    table.set(known, COUNT, table.get(known, COUNT) + 1);
    if (table.isNewest(known)) table.set(known, MASK, table.get(known, MASK) | bitsOf(hour));
    return;
  }
  const rows = table.inOrder();
  const newest = rows.at(-1);
  if (newest !== undefined && newest.key > week) return;
  // A week with the same hours as the one after it is written as none, which takes one bit: of a machine around the clock most are.
  const before = rows.at(-2);
  if (newest !== undefined && before !== undefined && table.get(before.row, MASK) === table.get(newest.row, MASK))
    table.set(before.row, MASK, 0);
  const row = table.touch(week);
  table.set(row, COUNT, 1);
  table.set(row, MASK, bitsOf(hour));
}

/** The weeks on record, oldest first. */
export function weeksOf(table: SketchTable): Week[] {
  const weeks: Week[] = [];
  let mask = 0;
  for (const { key, row } of table.inOrder().reverse()) {
    mask = table.get(row, MASK) || mask;
    weeks.push({ startMs: (key * WEEK_HOURS - MONDAY) * HOUR_MS, activities: table.get(row, COUNT), mask });
  }
  return weeks.reverse();
}

/** Isolation forest over novelty features of each identity's hour: how a data scientist would start, with features as good as ours. */
import type { Activity } from '../../../schemas/activity.ts';
import type { JudgedAlert } from '../../../src/evaluate/judged-alert.ts';
import type { ReferenceDetector } from '../../../src/evaluate/reference.ts';
import { FIELDS, fieldsOf, LEVELS, levelsOf, peersOf } from '../fields.ts';
import { IdentityDays, secondsOf } from '../identity-days.ts';
import { isolationForest } from '../isolation-forest.ts';

/** For each field: values new to the identity, to its peers, to the tenant; then count, actions, refusals, admin acts, bytes, an hour never worked, silence before. */
const DIMENSIONS = [...FIELDS, ...LEVELS] as const;
const WIDTH = DIMENSIONS.length * 3 + 7;

/** The paper's 256 rows a tree never see a rare novelty, so they cannot split on it: half the recall at 5 a day. */
const TREES = 100;
const SAMPLE = 16_384;

interface Hour {
  readonly who: string;
  readonly hour: number;
  readonly ids: string[];
  readonly row: Float32Array;
  readonly actions: Set<string>;
}

/** Trained on the hours of the learning period, without its first week; every later hour is scored. */
export function noveltyForest(learnS: number): ReferenceDetector {
  const id = 'isolation-forest';
  const seen = new Set<string>();
  const open = new Map<string, Hour>();
  const worked = new Set<string>();
  const lastHour = new Map<string, number>();
  const training: Float32Array[] = [];
  const later: Hour[] = [];
  let startHour: number | undefined;

  const close = (hour: Hour) => {
    const { row } = hour;
    const at = DIMENSIONS.length * 3;
    row[at] = Math.log1p(hour.ids.length);
    row[at + 1] = Math.log1p(hour.actions.size);
    row[at + 2]! /= hour.ids.length;
    row[at + 4] = Math.log1p(row[at + 4]!);
    if (hour.hour * 3600 >= learnS) later.push(hour);
    else if (hour.hour - startHour! >= 168) training.push(row);
  };
  const begin = (activity: Activity, hour: number): Hour => {
    const who = activity.identity.id;
    const row = new Float32Array(WIDTH);
    const slot = `${who}|${hour % 24}|${(Math.floor(hour / 24) + 4) % 7 < 2}`;
    row[WIDTH - 2] = worked.has(slot) ? 0 : 1;
    worked.add(slot);
    row[WIDTH - 1] = Math.log1p(hour - (lastHour.get(who) ?? hour));
    lastHour.set(who, hour);
    return { who, hour, ids: [], row, actions: new Set() };
  };
  return {
    id,
    about: `isolation forest (${TREES} trees of ${SAMPLE} rows) over ${WIDTH} novelty features an identity-hour`,
    observe(activity) {
      const who = activity.identity.id;
      const hour = Math.floor(secondsOf(activity) / 3600);
      startHour ??= hour;
      let now = open.get(who);
      if (now?.hour !== hour) {
        if (now) close(now);
        now = begin(activity, hour);
        open.set(who, now);
      }
      now.ids.push(activity.id);
      now.actions.add(activity.action.name);
      const { row } = now;
      const at = DIMENSIONS.length * 3;
      if (activity.outcome === 'denied') row[at + 2]! += 1;
      if (activity.action.access === 'admin') row[at + 3]! += 1;
      row[at + 4]! += activity.amount?.bytes ?? 0;
      const values = { ...fieldsOf(activity), ...levelsOf(activity) };
      for (const [i, field] of DIMENSIONS.entries()) {
        const value = values[field];
        if (value === undefined) continue;
        for (const [level, owner] of [who, peersOf(activity), ''].entries()) {
          const key = `${i}|${level}|${owner}|${value}`;
          if (!seen.has(key)) row[i * 3 + level]! += 1;
          seen.add(key);
        }
      }
    },
    finish(): readonly JudgedAlert[] {
      for (const hour of open.values()) close(hour);
      open.clear();
      const days = new IdentityDays(id);
      if (training.length === 0) return [];
      const anomaly = isolationForest(training, 1, TREES, SAMPLE);
      for (const hour of later) days.add(hour.who, hour.hour * 3600 + 3599, hour.ids, anomaly(hour.row));
      return days.alerts();
    },
  };
}

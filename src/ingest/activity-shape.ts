/** Looks at what should be an activity without changing it: whether it has the shape of one, and how much room it takes. */
import type { Activity } from '../../schemas/activity.ts';
import { FIELD_GROUPS, type Field, type FieldList } from './activity-fields.ts';
import { isInstant } from './format.ts';

type Fields = Readonly<Record<string, unknown>>;

const CONTROL = /\p{Cc}/u;

/** True for what no activity can be without breaking a type or a bound: whoever built it, it fits the engine and the store. */
function fits({ kind, max, words }: Field, value: unknown): boolean {
  switch (kind) {
    case 'word':
      return words.has(value);
    case 'instant':
      return typeof value === 'string' && isInstant(value);
    case 'integer':
      return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
    case 'number':
      return Number.isFinite(value) && (value as number) >= 0 && (value as number) <= max;
    case 'flag':
      return typeof value === 'boolean';
    default:
      return (
        typeof value === 'string' && value !== '' && value.length <= max && (kind !== 'label' || !CONTROL.test(value))
      );
  }
}

function keysOf(value: object): number {
  let keys = 0;
  for (const _ in value) keys++;
  return keys;
}

function listFits({ fields, max }: FieldList, list: unknown): boolean {
  if (!Array.isArray(list) || list.length > max) return false;
  for (const item of list) {
    if (fields[0]!.key === '') {
      if (!fits(fields[0]!, item)) return false;
      continue;
    }
    if (typeof item !== 'object' || item === null) return false;
    for (const field of fields) if (!fits(field, (item as Fields)[field.key])) return false;
    if (keysOf(item) !== fields.length) return false;
  }
  return true;
}

/**
 * True when the value is an activity as normalisation leaves one: every field of its type and within its bound, nothing that is
 * required missing, nothing unknown. Says nothing about secrets. Never throws for parsed JSON.
 */
export function isActivity(value: unknown): value is Activity {
  if (typeof value !== 'object' || value === null) return false;
  const activity = value as Fields;
  let known = 0;
  for (const { key, isRequired, fields, lists } of FIELD_GROUPS) {
    const holder = key === '' ? activity : activity[key];
    if (holder === undefined && !isRequired && key !== 'source') continue;
    if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return false;
    let inside = 0;
    for (const field of fields) {
      const found = field.get(activity as Activity);
      if (found !== undefined) {
        if (!fits(field, found)) return false;
        inside++;
      } else if (field.isRequired || field.kind === 'label') return false;
    }
    for (const list of lists) {
      const found = list.get(activity as Activity);
      if (found === undefined) continue;
      if (!listFits(list, found)) return false;
      inside++;
    }
    if (key === '') known += inside;
    else {
      known++;
      if (keysOf(holder) !== inside) return false;
    }
  }
  return keysOf(value) === known;
}

/** What an object and a list take beside their texts, in bytes, roughly. */
const OBJECT_BYTES = 64;

/** Roughly the bytes an activity takes while it waits: of its texts, two for each character. */
export function bytesOf(activity: Activity): number {
  let bytes = 0;
  for (const { key, fields, lists } of FIELD_GROUPS) {
    if (key !== '' && (activity as Fields)[key] === undefined) continue;
    bytes += OBJECT_BYTES;
    for (const { get } of fields) {
      const value = get(activity);
      if (value !== undefined) bytes += typeof value === 'string' ? 2 * value.length : 8;
    }
    for (const list of lists)
      for (const item of (list.get(activity) as readonly unknown[] | undefined) ?? []) bytes += textBytes(item);
  }
  return bytes;
}

function textBytes(item: unknown): number {
  if (typeof item === 'string') return 2 * item.length;
  let bytes = OBJECT_BYTES;
  for (const text of Object.values(item as Fields)) bytes += 2 * String(text).length;
  return bytes;
}

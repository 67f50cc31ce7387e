/** Reads canonical activities as anything that can write JSON would write them. */
import type { Activity } from '../../schemas/activity.ts';
import { FIELD_GROUPS, type Field, type FieldGroup, type FieldList } from '../ingest/activity-fields.ts';
import { type Format, instantOf, isNobody, type ReadContext, type Reading, skip } from '../ingest/format.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a record: the field and what was expected there; never the value. */
class Wrong {
  readonly reason: string;
  constructor(field: string, expected: string) {
    this.reason = `${field}: expected ${expected}`;
  }
}

const isBlank = (value: unknown) => value === undefined || value === null || value === '';

/** The value of a field in the one spelling there is inside. What its bounds are is seen to after every format alike. */
function fieldValue(value: unknown, { kind, name, words }: Field): unknown {
  switch (kind) {
    case 'word':
      if (!words.has(value)) throw new Wrong(name, `one of ${[...words].join(', ')}`);
      return value;
    case 'instant':
      return instant(value, name);
    case 'integer':
    case 'number':
      if (typeof value !== 'number' || !(value >= 0)) throw new Wrong(name, 'a number of at least 0');
      return value;
    case 'flag':
      if (typeof value !== 'boolean') throw new Wrong(name, 'true or false');
      return value;
    default:
      if (typeof value !== 'string') throw new Wrong(name, 'a string');
      return value;
  }
}

function required(value: unknown, field: Field): unknown {
  if (field.kind !== 'word' && field.kind !== 'instant' && (typeof value !== 'string' || value === ''))
    throw new Wrong(field.name, 'a non-empty string');
  return fieldValue(value, field);
}

function instant(value: unknown, name: string): string {
  const text = instantOf(value);
  if (text === undefined) throw new Wrong(name, 'a time as RFC 3339 with an offset, such as 2026-03-01T10:15:30.120Z');
  return text;
}

/** An object, or undefined where nothing is said: absent, null, or all of its fields empty. */
function mayObject(value: unknown, field: string): Fields | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Wrong(field, 'an object');
  const fields = value as Fields;
  for (const key in fields) if (fields[key] !== '' && fields[key] !== null) return fields;
  return undefined;
}

function mustObject(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Wrong(field, 'an object');
  return value as Fields;
}

function mayList(value: unknown, field: string): readonly unknown[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (!Array.isArray(value)) throw new Wrong(field, 'an array');
  return value.length === 0 ? undefined : value;
}

function itemsOf(value: unknown, { name, fields }: FieldList): unknown[] | undefined {
  const list = mayList(value, name);
  if (list === undefined) return undefined;
  const [first] = fields;
  if (first!.key === '') {
    const texts = list.filter((item) => item !== '');
    return texts.length === 0 ? undefined : texts.map((item) => required(item, first!));
  }
  return list.map((item) => {
    const raw = mustObject(item, name);
    const into: Record<string, unknown> = {};
    for (const field of fields) into[field.key] = required(raw[field.key], field);
    return into;
  });
}

type Known = NonNullable<ReadContext['known']>;

/** Reads the fields of one object into another; what is empty is absent. */
function fill(raw: Fields, { key, fields, lists }: FieldGroup, into: Record<string, unknown>, known: Known): void {
  for (const field of fields) {
    const value = raw[field.key];
    if (field.isRequired) into[field.key] = required(value, field);
    else if (!isBlank(value)) into[field.key] = fieldValue(value, field);
  }
  for (const list of lists) {
    const items = (key === '' && known(list.key, raw[list.key])) || itemsOf(raw[list.key], list);
    if (items !== undefined) into[list.key] = items;
  }
}

const knowsNothing: Known = () => undefined;

function activityOf(raw: Fields, { tenant, known = knowsNothing }: ReadContext): Activity {
  const activity: Record<string, unknown> = { tenant };
  for (const group of FIELD_GROUPS) {
    const { key } = group;
    if (key === '') {
      fill(raw, group, activity, known);
      continue;
    }
    const same = known(key, raw[key]);
    if (same !== undefined) {
      activity[key] = same;
      continue;
    }
    const inside = group.isRequired ? mustObject(raw[key], key) : mayObject(raw[key], key);
    // An object with an empty id is how flat exporters write that there is none. Where an activity came from is always an object.
    if (inside === undefined ? key !== 'source' : !group.isRequired && inside.id === '') continue;
    const into: Record<string, unknown> = {};
    if (inside !== undefined) fill(inside, group, into, known);
    activity[key] = into;
  }
  return activity as Activity;
}

export const format: Format = {
  id: 'activity',
  about: { title: 'Canonical activity', source: 'One JSON object an act, as described in docs/reference/activity.md.' },
  recognises(raw) {
    if (typeof raw !== 'object' || raw === null) return false;
    const { at, identity, action, outcome } = raw as Fields;
    return (
      typeof at === 'string' &&
      typeof outcome === 'string' &&
      typeof identity === 'object' &&
      identity !== null &&
      typeof action === 'object' &&
      action !== null
    );
  },
  read(raw, context): Reading {
    try {
      const activity = activityOf(mustObject(raw, 'record'), context);
      if (isNobody(activity.identity.id)) return skip('identity.id names nobody');
      return { status: 'read', activities: [activity] };
    } catch (error) {
      if (error instanceof Wrong) return { status: 'dead', reason: error.reason };
      throw error;
    }
  },
};

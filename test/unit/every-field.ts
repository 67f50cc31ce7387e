/** An activity with a value in every leaf of the schema, derived from the schema: a field that is added is in it at once. */
import type { z } from 'zod';
import { type Activity, activitySchema } from '../../schemas/activity.ts';

export interface Leaf {
  /** `actor.config`, `scopes[]`, `onBehalfOf[].id`. */
  readonly path: string;
  readonly isText: boolean;
}

type Made = Readonly<Record<string, unknown>> | readonly unknown[] | string | number | boolean;

interface Shape {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly entries?: Readonly<Record<string, string>>;
  readonly format?: string;
}

const shapeOf = (schema: z.ZodType) => schema._zod.def as unknown as Shape;

function bare(schema: z.ZodType): z.ZodType {
  const { type, innerType } = shapeOf(schema);
  return innerType !== undefined && (type === 'optional' || type === 'default') ? bare(innerType) : schema;
}

/** Walks the schema and builds a value; `text` says what stands in each leaf that holds free text. */
function make(schema: z.ZodType, path: string, text: (path: string) => string, leaves: Leaf[]): Made {
  const inner = bare(schema);
  const { type, shape, element, entries, format } = shapeOf(inner);
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(shape!).map(([key, part]) => [
        key,
        make(part, path === '' ? key : `${path}.${key}`, text, leaves),
      ]),
    );
  if (type === 'array') return [make(element!, `${path}[]`, text, leaves)];
  const isTime = (inner as z.ZodString).format === 'datetime' || format === 'datetime';
  const isText = type === 'string' && !isTime;
  leaves.push({ path, isText });
  if (isTime) return '2026-03-01T10:15:30.120Z';
  if (isText) return text(path);
  if (type === 'enum') return Object.values(entries!)[1]!;
  if (type === 'boolean') return true;
  if (type === 'number') return 64_500;
  throw new Error(`${path}: a ${type} is new in activities: say here what a value of it is`);
}

/** Only an address is an address. */
const textOf = (path: string) => (path === 'source.ip' ? '192.0.2.7' : `a ${path.replace('[]', '')}`);

/** The activity, with `change` in the place of single texts. */
export function everyField(change: Readonly<Record<string, string>> = {}): Activity {
  return make(activitySchema, '', (path) => change[path] ?? textOf(path), []) as Activity;
}

/** Every leaf of the schema. */
export function everyLeaf(): readonly Leaf[] {
  const leaves: Leaf[] = [];
  make(activitySchema, '', textOf, leaves);
  return leaves;
}

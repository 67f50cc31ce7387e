/** The fields of an activity, each once: what its value is, what happens to a value too long, how it is stored and where it lies. */
import type { z } from 'zod';
import { type Activity, activitySchema } from '../../schemas/activity.ts';

/**
 * What a field holds. Text of every kind is scrubbed of secrets before anything is cut off it; the other kinds have no room for a secret.
 * - `label`: text of printable characters; a longer one is refused.
 * - `id`: text; a longer one is refused, since two ids cut alike would be one.
 * - `name`: text; a longer one is cut and ends in a fingerprint of the whole, so that different names stay different.
 * - `text`: text; a longer one is cut.
 * - `address`: an IP address in one spelling; what is none names a workload.
 * - `instant`: RFC 3339 in UTC with milliseconds.
 * - `word`: one of the words of the schema.
 * - `integer`, `number`, `flag`: as in JSON; numbers are never below 0.
 */
export type FieldKind =
  | 'label'
  | 'id'
  | 'name'
  | 'text'
  | 'address'
  | 'instant'
  | 'word'
  | 'integer'
  | 'number'
  | 'flag';

/** Whether few distinct values are usual (they share a dictionary in the store) or every activity may have another. */
type Spread = 'few' | 'many';

type Plan = readonly [kind: FieldKind, spread: Spread, get: (activity: Activity) => unknown];

/** Paths of all leaves of a value: `identity.id`, `scopes[]`, `onBehalfOf[].kind`. */
type LeafPath<Value, Path extends string = ''> =
  NonNullable<Value> extends infer Known
    ? Known extends readonly (infer Item)[]
      ? LeafPath<Item, `${Path}[]`>
      : Known extends object
        ? {
            [Key in keyof Known & string]: LeafPath<Known[Key], Path extends '' ? Key : `${Path}.${Key}`>;
          }[keyof Known & string]
        : Path
    : never;

/**
 * The table. A new field is one line here, its bound in `schemas/activity.ts`, and its column in a migration: the compiler and
 * `test/unit/activity-fields.test.ts` say which of them is missing. A list is taken whole: its path ends in `[]` or goes on behind it.
 * Each field has a getter of its own, because one getter for all paths would be several times slower.
 */
const TABLE: { readonly [Path in LeafPath<Required<Activity>>]: Plan } = {
  tenant: ['label', 'few', (a) => a.tenant],
  id: ['id', 'many', (a) => a.id],
  at: ['instant', 'many', (a) => a.at],
  receivedAt: ['instant', 'many', (a) => a.receivedAt],
  receivedFrom: ['name', 'few', (a) => a.receivedFrom],
  'identity.id': ['id', 'few', (a) => a.identity.id],
  'identity.kind': ['word', 'few', (a) => a.identity.kind],
  'identity.provider': ['text', 'few', (a) => a.identity.provider],
  'identity.name': ['text', 'few', (a) => a.identity.name],
  'identity.account': ['name', 'few', (a) => a.identity.account],
  'identity.environment': ['text', 'few', (a) => a.identity.environment],
  'credential.id': ['id', 'few', (a) => a.credential?.id],
  'credential.kind': ['word', 'few', (a) => a.credential?.kind],
  'credential.issuedAt': ['instant', 'many', (a) => a.credential?.issuedAt],
  'credential.expiresAt': ['instant', 'many', (a) => a.credential?.expiresAt],
  'credential.longLived': ['flag', 'few', (a) => a.credential?.longLived],
  'actor.id': ['name', 'many', (a) => a.actor?.id],
  'actor.kind': ['text', 'few', (a) => a.actor?.kind],
  'actor.version': ['text', 'few', (a) => a.actor?.version],
  'actor.model': ['text', 'few', (a) => a.actor?.model],
  'actor.config': ['name', 'few', (a) => a.actor?.config],
  'onBehalfOf[].id': ['name', 'few', (a) => a.onBehalfOf],
  'onBehalfOf[].kind': ['text', 'few', (a) => a.onBehalfOf],
  'action.name': ['name', 'few', (a) => a.action.name],
  'action.service': ['name', 'few', (a) => a.action.service],
  'action.access': ['word', 'few', (a) => a.action.access],
  'resource.id': ['name', 'many', (a) => a.resource?.id],
  'resource.type': ['text', 'few', (a) => a.resource?.type],
  'resource.account': ['name', 'few', (a) => a.resource?.account],
  'change.kind': ['word', 'few', (a) => a.change?.kind],
  'change.identity': ['name', 'few', (a) => a.change?.identity],
  'change.credential': ['id', 'few', (a) => a.change?.credential],
  'change.rights[]': ['name', 'few', (a) => a.change?.rights],
  'recipients[].id': ['name', 'few', (a) => a.recipients],
  'recipients[].kind': ['word', 'few', (a) => a.recipients],
  'source.ip': ['address', 'few', (a) => a.source.ip],
  'source.asn': ['integer', 'many', (a) => a.source.asn],
  'source.org': ['text', 'few', (a) => a.source.org],
  'source.country': ['text', 'few', (a) => a.source.country],
  'source.region': ['text', 'few', (a) => a.source.region],
  'source.userAgent': ['text', 'few', (a) => a.source.userAgent],
  'source.workload': ['name', 'few', (a) => a.source.workload],
  'source.vpcEndpoint': ['name', 'few', (a) => a.source.vpcEndpoint],
  'source.vpcEndpointAccount': ['name', 'few', (a) => a.source.vpcEndpointAccount],
  outcome: ['word', 'few', (a) => a.outcome],
  errorCode: ['text', 'few', (a) => a.errorCode],
  'scopes[]': ['name', 'few', (a) => a.scopes],
  'run.id': ['name', 'many', (a) => a.run?.id],
  'run.declared[]': ['name', 'few', (a) => a.run?.declared],
  'run.task': ['name', 'few', (a) => a.run?.task],
  'amount.bytes': ['number', 'many', (a) => a.amount?.bytes],
  'amount.records': ['number', 'many', (a) => a.amount?.records],
};

/** One field, with what the schema says of it. */
export interface Field {
  /** As reasons name it: `credential.issuedAt`, `onBehalfOf.id`, `scopes`. */
  readonly name: string;
  readonly kind: FieldKind;
  readonly spread: Spread;
  /** Key in the object that holds it; '' where the items of a list are the values themselves. */
  readonly key: string;
  readonly isRequired: boolean;
  /** UTF-16 code units of a text, or the highest number. */
  readonly max: number;
  /** The words of kind `word`. */
  readonly words: ReadonlySet<unknown>;
  /** The value; of a field in a list, the list. Undefined where the object that holds it is absent. */
  readonly get: (activity: Activity) => unknown;
}

/** The fields that lie in one object: the activity itself (`key` ''), an object in it, or the items of a list. */
export interface FieldGroup {
  readonly key: string;
  readonly isRequired: boolean;
  readonly fields: readonly Field[];
  /** Lists in it. */
  readonly lists: readonly FieldList[];
}

/** A list of texts (one field with key ''), or of objects. */
export interface FieldList {
  /** As reasons name it: `run.declared`. */
  readonly name: string;
  readonly key: string;
  /** Items kept at the most. */
  readonly max: number;
  readonly fields: readonly Field[];
  readonly get: (activity: Activity) => unknown;
}

interface Place {
  readonly schema: z.core.$ZodType;
  readonly isRequired: boolean;
}

/** A schema without `optional` and `default` around it. */
function bare(schema: z.core.$ZodType, isRequired = true): Place {
  const { def } = (schema as z.ZodType)._zod;
  if (def.type !== 'optional' && def.type !== 'default') return { schema, isRequired };
  return bare((def as unknown as { innerType: z.core.$ZodType }).innerType, false);
}

/** What the schema says of the value at a path such as `run` `declared`. */
function placeOf(path: readonly string[]): Place {
  let place: Place = { schema: activitySchema, isRequired: true };
  for (const key of path) {
    const { schema } = place;
    const inside = key === '[]' ? (schema as z.ZodArray).element : (schema as z.ZodObject).shape[key];
    if (inside === undefined) throw new Error(`activitySchema has no field ${path.join('.')}`);
    place = bare(inside);
  }
  return place;
}

function itemsMax(schema: z.core.$ZodType): number {
  const checks = ((schema as z.ZodArray)._zod.def.checks ?? []) as z.core.$ZodCheck[];
  for (const { _zod } of checks)
    if (_zod.def.check === 'max_length') return (_zod.def as unknown as { maximum: number }).maximum;
  throw new Error('every list of an activity has a bound in activitySchema');
}

function boundOf(kind: FieldKind, schema: z.core.$ZodType): number {
  const max =
    kind === 'integer' || kind === 'number' ? (schema as z.ZodNumber).maxValue : (schema as z.ZodString).maxLength;
  return typeof max === 'number' ? max : Number.POSITIVE_INFINITY;
}

function fieldOf(path: string, [kind, spread, get]: Plan): Field {
  const steps = path.replace('[]', '.[]').split('.');
  const { schema, isRequired } = placeOf(steps);
  return {
    name: steps.filter((step) => step !== '[]').join('.'),
    kind,
    spread,
    key: steps.at(-1) === '[]' ? '' : steps.at(-1)!,
    isRequired,
    max: boundOf(kind, schema),
    words: new Set(kind === 'word' ? (schema as z.ZodEnum).options : []),
    get,
  };
}

/** Every field by its path in the table, in the order of the table. */
export const ACTIVITY_FIELDS: ReadonlyMap<string, Field> = new Map(
  Object.entries(TABLE).map(([path, plan]) => [path, fieldOf(path, plan)]),
);

function listOf(path: string, get: Field['get']): FieldList {
  const steps = path.split('.');
  return {
    name: path,
    key: steps.at(-1)!,
    max: itemsMax(placeOf(steps).schema),
    fields: [...ACTIVITY_FIELDS].filter(([of]) => of.startsWith(`${path}[]`)).map(([, field]) => field),
    get,
  };
}

/** The groups in the order of the table, the activity itself first. */
export const FIELD_GROUPS: readonly FieldGroup[] = groups();

function groups(): FieldGroup[] {
  interface Found {
    readonly fields: Field[];
    readonly lists: Map<string, FieldList>;
  }
  const found = new Map<string, Found>([['', { fields: [], lists: new Map() }]]);
  for (const [path, field] of ACTIVITY_FIELDS) {
    const [outer = '', inside] = path.split('[]')[0]!.split('.');
    const key = inside === undefined ? '' : outer;
    const group: Found = found.get(key) ?? { fields: [], lists: new Map() };
    found.set(key, group);
    const list = path.includes('[]') ? path.slice(0, path.indexOf('[]')) : undefined;
    if (list === undefined) group.fields.push(field);
    else if (!group.lists.has(list)) group.lists.set(list, listOf(list, field.get));
  }
  return [...found].map(([key, { fields, lists }]) => ({
    key,
    isRequired: key === '' || placeOf([key]).isRequired,
    fields,
    lists: [...lists.values()],
  }));
}

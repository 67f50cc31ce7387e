/** Makes a log format of a mapping file: JMESPath expressions say where a record tells what an activity needs. */
import { compile } from '@jmespath-community/jmespath';
import { type Activity, RECIPIENT_KINDS } from '../../schemas/activity.ts';
import { FIELD_GROUPS, type Field } from './activity-fields.ts';
import { createBoundedSearch, TooManySteps } from './bounded-search.ts';
import {
  accessOfName,
  dead,
  type Format,
  instantOf,
  instantOfMs,
  isNobody,
  objectAt,
  outcomeOfHttp,
  type ReadContext,
  type Reading,
  recipientsOf,
  skip,
  textAt,
} from './format.ts';

/** What is wrong with a mapping: where in it, what, and what to do about it. */
export interface MappingProblem {
  readonly path: readonly (string | number)[];
  readonly wrong: string;
  readonly remedy: string;
}

export type Mapping = { readonly format: Format } | { readonly problems: readonly MappingProblem[] };

const EXPRESSION_MAX_CHARS = 2_000;
const SKIPS_MAX = 32;
const MAP_MAX = 1_000;
const ID = /^[a-z][a-z0-9-]{0,62}$/;
const KEYS = ['id', 'title', 'recognise', 'records', 'skip', 'activity'];
const LEAF_KEYS = ['from', 'map', 'else', 'httpStatus', 'value'];

type Expression = (record: unknown) => unknown;
type Fields = Readonly<Record<string, unknown>>;

/** One field of the activity, as the mapping tells it. */
interface Leaf {
  readonly field: Field;
  readonly find: Expression;
  readonly map: ReadonlyMap<string, unknown> | undefined;
  readonly otherwise: unknown;
  /** The value is an HTTP status: the outcome follows from it. */
  readonly isHttp: boolean;
}

/** The record could not be looked at by an expression: a function was given a value that it does not take. */
class Unfit extends Error {
  override readonly name = 'Unfit';
}

/** Every field by its place below `activity:`, and the lists. */
const PLACES: ReadonlyMap<string, Field> = new Map(
  FIELD_GROUPS.flatMap(({ key, fields }) =>
    fields.map((field) => [key === '' ? field.key : `${key}.${field.key}`, field] as const),
  ),
);
const SECTIONS = new Set(FIELD_GROUPS.map(({ key }) => key).filter((key) => key !== ''));
const LISTS = new Set(['scopes', 'onBehalfOf', 'recipients']);
const REQUIRED = ['at', 'identity.id', 'action.name'];

/** Checks a mapping and makes the format of it. Nothing is read from anywhere; every problem is told at once. */
export function createMapping(value: unknown, source = 'A mapping file.'): Mapping {
  const problems: MappingProblem[] = [];
  const refuse = (path: MappingProblem['path'], wrong: string, remedy: string) => {
    problems.push({ path, wrong, remedy });
  };
  const mapping = objectAt(value) ?? {};
  let usesFunctions = false;
  const bounded = createBoundedSearch();

  function expression(path: MappingProblem['path'], given: unknown): Expression {
    const text = textAt(given);
    const none: Expression = () => undefined;
    if (text === undefined || text.length > EXPRESSION_MAX_CHARS) {
      refuse(path, `is no expression of 1 to ${EXPRESSION_MAX_CHARS} characters`, 'write a JMESPath, such as actor.id');
      return none;
    }
    try {
      const compiled = compile(text);
      // A function may cut a text apart or change its case, which would hide a secret from whoever looks for it afterwards.
      usesFunctions ||= text.includes('(');
      return (record) => {
        try {
          return bounded.search(compiled, record);
        } catch (error) {
          throw error instanceof TooManySteps ? error : new Unfit();
        }
      };
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 160) : '';
      refuse(path, `is no JMESPath: ${why}`, 'see https://jmespath.site; a literal text is written {value: text}');
      return none;
    }
  }

  function leaf(path: MappingProblem['path'], field: Field, given: unknown): Leaf {
    const plain = { field, map: undefined, otherwise: undefined, isHttp: false };
    const object = objectAt(given);
    if (object === undefined) return { ...plain, find: expression(path, given) };
    for (const key of Object.keys(object))
      if (!LEAF_KEYS.includes(key)) refuse([...path, key], 'is not a known key', `use one of ${LEAF_KEYS.join(', ')}`);
    if ('value' in object) return { ...plain, find: () => object.value };
    const pairs = objectAt(object.map);
    if (object.map !== undefined && (pairs === undefined || Object.keys(pairs).length > MAP_MAX))
      refuse([...path, 'map'], `is no table of at most ${MAP_MAX} values`, 'write {what the log says: what it means}');
    if (field.kind === 'word')
      for (const word of [...Object.values(pairs ?? {}), ...('else' in object ? [object.else] : [])])
        if (!field.words.has(word)) refuse(path, 'is mapped to an unknown word', `use ${[...field.words].join(', ')}`);
    if (object.httpStatus !== undefined && (field.name !== 'outcome' || object.httpStatus !== true))
      refuse([...path, 'httpStatus'], 'says nothing here', 'write httpStatus: true below outcome only');
    return {
      field,
      find: expression([...path, 'from'], object.from),
      map: pairs === undefined ? undefined : new Map(Object.entries(pairs)),
      otherwise: object.else,
      isHttp: object.httpStatus === true,
    };
  }

  for (const key of Object.keys(mapping))
    if (!KEYS.includes(key)) refuse([key], 'is not a known key', `use one of ${KEYS.join(', ')}`);
  const id = textAt(mapping.id) ?? '';
  if (!ID.test(id)) refuse(['id'], 'is no id of a format', 'use small letters, digits and -, such as acme-payments');
  const recognise = mapping.recognise === undefined ? undefined : expression(['recognise'], mapping.recognise);
  const records = mapping.records === undefined ? undefined : expression(['records'], mapping.records);
  const rules = Array.isArray(mapping.skip) ? mapping.skip : [];
  if (mapping.skip !== undefined && (!Array.isArray(mapping.skip) || rules.length > SKIPS_MAX))
    refuse(['skip'], `is no list of at most ${SKIPS_MAX} rules`, 'write - {when: expression, reason: text}');
  const skips = rules.slice(0, SKIPS_MAX).map((rule: unknown, at) => {
    const reason = textAt(objectAt(rule)?.reason);
    if (reason === undefined) refuse(['skip', at, 'reason'], 'is missing', 'say why such a record is no act');
    return { when: expression(['skip', at, 'when'], objectAt(rule)?.when), reason: (reason ?? '').slice(0, 200) };
  });

  const leaves = new Map<string, Leaf>();
  const lists = new Map<string, Expression>();
  const known = [...PLACES.keys(), ...LISTS].join(', ');
  const walk = (section: string, fields: Fields) => {
    for (const [key, given] of Object.entries(fields)) {
      const place = section === '' ? key : `${section}.${key}`;
      const path = ['activity', ...place.split('.')];
      const field = PLACES.get(place);
      if (field !== undefined) leaves.set(place, leaf(path, field, given));
      else if (LISTS.has(place)) lists.set(place, expression(path, given));
      else if (section === '' && SECTIONS.has(key) && objectAt(given) !== undefined) walk(key, objectAt(given)!);
      else refuse(path, 'is no field of an activity', `use one of ${known}`);
    }
  };
  const activity = objectAt(mapping.activity);
  if (activity === undefined) refuse(['activity'], 'is missing', `say at least ${REQUIRED.join(', ')}`);
  else {
    walk('', activity);
    for (const place of REQUIRED)
      if (!leaves.has(place)) refuse(['activity', ...place.split('.')], 'is missing', 'every activity needs it');
  }
  if (problems.length > 0) return { problems };

  const safely = (find: Expression | undefined, raw: unknown): unknown => {
    try {
      bounded.renew();
      return find?.(raw);
    } catch {
      return undefined;
    }
  };
  return {
    format: {
      id,
      about: { title: textAt(mapping.title) ?? id, source },
      isMapping: true,
      recognises: (raw) => objectAt(raw) !== undefined && isTrue(safely(recognise, raw)),
      ...(records !== undefined && {
        split: (raw: unknown) => {
          const found = objectAt(raw) === undefined ? undefined : safely(records, raw);
          return Array.isArray(found) ? found : undefined;
        },
      }),
      read(raw, context) {
        if (objectAt(raw) === undefined) return dead('record: expected an object');
        try {
          bounded.renew();
          const record = usesFunctions ? scrubbed(raw, context) : raw;
          const rule = skips.find(({ when }) => isTrue(when(record)));
          return rule === undefined ? readMapped(id, leaves, lists, record, raw, context) : skip(rule.reason);
        } catch (error) {
          if (error instanceof TooManySteps)
            return dead(
              'the expressions of the mapping file take too many steps on this record: docs/mapping-files.md',
            );
          if (!(error instanceof Unfit)) throw error;
          return dead(
            'an expression of the mapping file does not fit this record: a function was given a value it does not take',
          );
        }
      },
    },
  };
}

/** As JMESPath has it: nothing, an empty text, list or object is false. */
function isTrue(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

const DEPTH_MAX = 256;

/** The record with every text scrubbed, keys left alone. */
function scrubbed(value: unknown, context: ReadContext, depth = 0): unknown {
  if (typeof value === 'string') return context.scrub(value);
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return value;
  if (Array.isArray(value)) return value.map((item) => scrubbed(item, context, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, scrubbed(inner, context, depth + 1)]));
}

const plainText = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : textAt(value);

/** RFC 3339, or a number since 1970: of seconds, milliseconds, microseconds or nanoseconds, told by its size. */
function timeOf(value: unknown): string | undefined {
  const number =
    typeof value === 'number' ? value : /^\d{9,19}(?:\.\d+)?$/.test(textAt(value) ?? '') ? Number(value) : undefined;
  if (number === undefined) return instantOf(value, true);
  if (number < 1e11) return instantOfMs(number * 1_000);
  if (number < 1e14) return instantOfMs(number);
  return instantOfMs(number < 1e17 ? number / 1e3 : number / 1e6);
}

/** The value as the field wants it; undefined where the record says nothing, an error text where it says what cannot be. */
function told(leaf: Leaf, record: unknown): { readonly value: unknown } | { readonly wrong: string } {
  const { field, map, otherwise } = leaf;
  let found = leaf.find(record);
  if (map !== undefined)
    found = map.get(plainText(found) ?? '') ?? otherwise ?? (field.kind === 'word' ? found : undefined);
  else if (found === undefined || found === null) found = otherwise;
  if (found === undefined || found === null || found === '') return { value: undefined };
  switch (field.kind) {
    case 'instant': {
      const at = timeOf(found);
      return at === undefined ? { wrong: 'expected a time' } : { value: at };
    }
    case 'word':
      return field.words.has(found)
        ? { value: found }
        : { wrong: `expected one of ${[...field.words].join(', ')}: give the field a map, or an else` };
    case 'integer':
    case 'number': {
      const number = Number(found);
      return Number.isFinite(number) ? { value: number } : { wrong: 'expected a number' };
    }
    case 'flag':
      return { value: found === true || found === 'true' };
    default: {
      const text = plainText(found);
      return text === undefined ? { wrong: 'expected a text' } : { value: text };
    }
  }
}

function readMapped(
  format: string,
  leaves: ReadonlyMap<string, Leaf>,
  lists: ReadonlyMap<string, Expression>,
  record: unknown,
  raw: unknown,
  context: ReadContext,
): Reading {
  const found: Record<string, Record<string, unknown>> = { '': {} };
  for (const [place, leaf] of leaves) {
    const [section, key] = place.includes('.') ? (place.split('.') as [string, string]) : ['', place];
    if (leaf.isHttp) {
      const status = plainText(leaf.find(record));
      if (status === undefined) return dead(`activity.${place}: the record has no status`);
      Object.assign(found['']!, outcomeOfHttp(status));
      continue;
    }
    const result = told(leaf, record);
    if ('wrong' in result) return dead(`activity.${place}: ${result.wrong}`);
    if (result.value === undefined) continue;
    found[section] ??= {};
    found[section][key] = result.value;
  }
  const { identity = {}, action = {}, ...sections } = found;
  const own = sections['']!;
  const who = textAt(identity.id);
  if (who === undefined || isNobody(who)) return skip('activity.identity.id names nobody');
  if (own.at === undefined) return dead('activity.at: expected a time');
  if (action.name === undefined) return dead('activity.action.name: the record says nothing there');
  if (leaves.has('outcome') && own.outcome === undefined)
    return dead('activity.outcome: the record says nothing there: give it an else');
  const event = textAt(own.id);
  // An object of which only a side is told is none: who holds a credential must be told by its id.
  const parts = Object.entries(sections).filter(
    ([key, part]) => key !== '' && (!NEEDS_ID.has(key) || part.id !== undefined),
  );
  return {
    status: 'read',
    activities: [
      {
        ...own,
        ...Object.fromEntries(parts.map(([key, part]) => [key, { ...DEFAULTS[key], ...part }])),
        id: event === undefined ? `${format}:${context.hashOf(raw)}` : `${format}:${event}`,
        at: own.at as string,
        tenant: textAt(own.tenant) ?? context.tenant,
        identity: { kind: 'unknown', provider: format, ...identity } as Activity['identity'],
        action: { service: format, access: accessOfName(String(action.name)), ...action } as Activity['action'],
        source: sections.source ?? {},
        outcome: (own.outcome as Activity['outcome'] | undefined) ?? 'success',
        ...listsOf(lists, record),
      } as Activity,
    ],
  };
}

const NEEDS_ID = new Set(['credential', 'actor', 'resource', 'run']);
const DEFAULTS: Readonly<Record<string, object>> = { credential: { kind: 'other' }, actor: { kind: 'process' } };

/** Scopes as a list or a text with blanks; delegators and recipients as texts or as `{id, kind}`. */
function listsOf(
  lists: ReadonlyMap<string, Expression>,
  record: unknown,
): Pick<Activity, 'scopes' | 'onBehalfOf' | 'recipients'> {
  const itemsOf = (name: string): readonly unknown[] => {
    const value = lists.get(name)?.(record);
    if (name === 'scopes' && typeof value === 'string') return value.split(/[\s,]+/);
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  };
  const scopes = itemsOf('scopes').flatMap((item) => plainText(item) ?? []);
  const chain = itemsOf('onBehalfOf').flatMap((item) => {
    const id = plainText(item) ?? plainText(objectAt(item)?.id);
    return id === undefined || isNobody(id) ? [] : [{ id, kind: textAt(objectAt(item)?.kind) ?? 'human' }];
  });
  const recipients = recipientsOf(
    itemsOf('recipients').map((item) => ({
      id: plainText(item) ?? plainText(objectAt(item)?.id),
      kind: RECIPIENT_KINDS.find((kind) => kind === objectAt(item)?.kind) ?? 'unknown',
    })),
  );
  return {
    ...(scopes.length > 0 && { scopes }),
    ...(chain.length > 0 && { onBehalfOf: chain }),
    ...(recipients && { recipients }),
  };
}

/** Reads attributes as OTLP/JSON writes them, and finds one among the names that libraries give it. */
import { listAt, objectAt, textAt } from '../../ingest/format.ts';
import { emptyShape, Names, type Shape, type Step } from './names.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Longest JSON text that is looked into, in characters. */
const JSON_MAX = 65_536;

/** Attributes by name, in their order; those that no rule reads are left out, as are those without a value. */
export class Attributes {
  readonly shape: Shape;
  /** In the order of the names of the shape. */
  readonly values: readonly unknown[];
  constructor(shape: Shape, values: readonly unknown[]) {
    this.shape = shape;
    this.values = values;
  }

  get(name: string): unknown {
    const place = this.shape.placeOf(name);
    return place === undefined ? undefined : this.values[place];
  }

  has(name: string): boolean {
    return this.shape.placeOf(name) !== undefined;
  }

  /** True where it has at least one of them. */
  hasAny(names: Names): boolean {
    return this.shape.placesOf(names).length > 0;
  }

  *entries(): Generator<readonly [string, unknown]> {
    for (let place = 0; place < this.values.length; place++) yield [this.shape.names[place]!, this.values[place]];
  }

  /** The same with other values for some of them. */
  with(changed: ReadonlyMap<string, unknown>): Attributes {
    return new Attributes(
      this.shape,
      this.values.map((value, place) => {
        const name = this.shape.names[place]!;
        return changed.has(name) ? changed.get(name) : value;
      }),
    );
  }
}

/** Texts that are kept once for all spans, and the longest of them in characters. */
const TEXTS_MAX = 256;
const TEXT_CHARS = 16_384;
let texts = new Map<unknown, string>();

/** The same text as the very same one, where it was met not long ago. */
function sameText(value: unknown): unknown {
  if (typeof value !== 'string' || value.length > TEXT_CHARS) return value;
  const found = texts.get(value);
  if (found !== undefined) return found;
  if (texts.size >= TEXTS_MAX) texts = new Map();
  texts.set(value, value);
  return value;
}

/** The plain value of an OTLP AnyValue; anything else as it is. */
function plain(value: unknown): unknown {
  const any = objectAt(value);
  if (any === undefined) return value;
  if (any.stringValue !== undefined) return any.stringValue;
  if ('stringValue' in any) return any.stringValue;
  if ('intValue' in any) return Number(any.intValue);
  if ('boolValue' in any) return any.boolValue;
  if ('doubleValue' in any) return any.doubleValue;
  const list = objectAt(any.arrayValue);
  if (list !== undefined) return listAt(list.values).map(plain);
  const pairs = objectAt(any.kvlistValue);
  if (pairs === undefined) return value;
  const inside = listAt(pairs.values).map(objectAt);
  return Object.fromEntries(inside.map((pair) => [textAt(pair?.key) ?? '', plain(pair?.value)]));
}

/** Attributes as OTLP writes them (a list of key and value) or as a plain object, without those that no rule reads. */
export function attributesOf(raw: unknown): Attributes {
  const from = emptyShape();
  const values: unknown[] = [];
  let shape = from;
  let before: Step | undefined;
  const add = (name: string, given: unknown) => {
    let step = before?.next;
    if (step === undefined || step.name !== name) {
      step = shape.step(name);
      if (before !== undefined) before.next = step;
    }
    const value = step.place < 0 ? undefined : plain(given);
    // An attribute without a value is none.
    if (value === undefined || value === null) {
      if (step.to !== shape) before = undefined;
      else before = step;
      return;
    }
    values[step.place] = step.isShared ? sameText(value) : value;
    shape = step.to;
    before = step;
  };
  if (Array.isArray(raw)) {
    for (const item of raw) {
      const pair = objectAt(item);
      if (typeof pair?.key === 'string') add(pair.key, pair.value);
    }
  } else for (const [key, value] of Object.entries(objectAt(raw) ?? {})) add(key, value);
  return new Attributes(shape, values);
}

/** The first of these attributes that is a text or a number, as text. */
export function first(attributes: Attributes, names: Names | readonly string[]): string | undefined {
  if (names instanceof Names) {
    for (const place of attributes.shape.placesOf(names)) {
      const text = wordOf(attributes.values[place]);
      if (text !== undefined) return text;
    }
    return undefined;
  }
  for (const name of names) {
    const text = wordOf(attributes.get(name));
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A text, or a number as text. */
export const wordOf = (value: unknown) => (typeof value === 'number' ? String(value) : textAt(value));

/** Texts, names and numbers of a Python literal: what of it JSON writes otherwise. */
const PYTHON = /'((?:[^'\\]|\\.)*)'|("(?:[^"\\]|\\.)*")|\b(True|False|None)\b/g;
const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** An object as Python prints it, which libraries write where they have the arguments as such; undefined for anything else. */
function pythonOf(text: string): unknown {
  try {
    return JSON.parse(
      text.replace(
        PYTHON,
        (whole, single: string | undefined, double: string | undefined, word: string | undefined) => {
          if (word !== undefined) return WORDS[word] as string;
          return double === undefined && single !== undefined
            ? JSON.stringify(single.replace(/\\(['\\])/g, '$1'))
            : whole;
        },
      ),
    );
  } catch {
    return undefined;
  }
}

/** What a JSON text holds, or an object as Python prints it; a value that is no text as it is; undefined for a text that is no JSON or too long to look into. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (value.length > JSON_MAX) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value.startsWith("{'") ? pythonOf(value) : undefined;
  }
}

/** A text under one of these names in the attribute `metadata`, which OpenInference fills with a JSON object. */
export function metadataAt(attributes: Attributes, names: readonly string[]): string | undefined {
  const metadata = attributes.get('metadata');
  const held = metadata === undefined ? undefined : objectAt(jsonOf(metadata));
  if (held === undefined) return undefined;
  for (const name of names) {
    const text = textAt(held[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** A text that fits where a short one is kept; undefined otherwise. */
export function short(text: string | undefined): string | undefined {
  return text === undefined || text.length > 128 ? undefined : text;
}

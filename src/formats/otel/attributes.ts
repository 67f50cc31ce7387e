/** Reads attributes as OTLP/JSON writes them, and finds one among the names that libraries give it. */
import { listAt, objectAt, textAt } from '../../ingest/format.ts';

export type Fields = Readonly<Record<string, unknown>>;
export type Attributes = ReadonlyMap<string, unknown>;

/** Longest JSON text that is looked into, in characters. */
const JSON_MAX = 65_536;

/** Names of attributes that are kept once for all spans, at the most; longer ones are not. Libraries know some hundred. */
const NAMES_MAX = 4_096;
const NAME_CHARS = 128;
const known = new Map<string, Known>();

/** What is to be done with an attribute of some name. */
interface Known {
  readonly name: string;
  readonly isRead: boolean;
  /** Its text is mostly that of another span. */
  readonly isShared: boolean;
}

/**
 * What libraries write in great number and no rule reads: what was said, what it cost, where in the source it happened. It is a
 * third of all attributes, and a trace that waits would be that much larger.
 */
const UNREAD =
  /^(?:llm\.(?:(?:input|output)_messages|token_count|usage|invocation_parameters|prompts|completions|finish_reason|cost)|gen_ai\.(?:usage|cost|(?:input|output)\.messages|response\.(?:id|finish_reasons)|prompt\.\d+|completion|token)|output\.|input\.mime_type|code\.|logfire\.(?!msg_template$)|thread\.(?!id$)|telemetry\.|ai\.(?:usage|response|settings)|server\.port$|jsonrpc\.request)/;
/** The tools of an agent stand in each of its calls of a model. */
const SHARED =
  /^(?:llm\.tools\.\d+\.tool\.json_schema|gen_ai\.tool\.definitions|gen_ai\.agent\.tools|ai\.prompt\.tools|tools)$/;

/** The same name as the very same text: every span brings its own, which would wait with it and be compared in full when asked for. */
function knownOf(name: string): Known {
  let found = known.get(name);
  if (found !== undefined) return found;
  found = { name, isRead: !UNREAD.test(name), isShared: SHARED.test(name) };
  if (known.size < NAMES_MAX && name.length <= NAME_CHARS) known.set(name, found);
  return found;
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
export function attributesOf(raw: unknown): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const add = (key: string, value: unknown) => {
    const { name, isRead, isShared } = knownOf(key);
    if (isRead) found.set(name, isShared ? sameText(plain(value)) : plain(value));
  };
  if (Array.isArray(raw)) {
    for (const item of raw) {
      const pair = objectAt(item);
      if (typeof pair?.key === 'string') add(pair.key, pair.value);
    }
  } else for (const [key, value] of Object.entries(objectAt(raw) ?? {})) add(key, value);
  return found;
}

/** The first of these attributes that is a text or a number, as text. */
export function first(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes.get(name);
    const text = typeof value === 'number' ? String(value) : textAt(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

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

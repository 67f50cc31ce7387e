/** Finds the records in a value: opens envelopes, takes containers apart, and says of each record which format knows it. */
import { excessOf, type ShapeLimits } from '../bounds/shape.ts';
import { carriedIn, clusterBeside } from './carried.ts';
import { type Allowance, inCluster, openEnvelope, type Part, type Parts } from './envelopes.ts';
import type { Format } from './format.ts';
import type { ReadOutcome } from './read-outcome.ts';

/** Containers inside containers: a subscription's data in a stream's record in a message is six. */
const MAX_NESTING = 8;
/** Milliseconds for which parts of envelopes are opened before others may run. */
const STEP_MS = 5;
/** Documents of collectors that carry one another: a shipper before a queue before a shipper. */
const MAX_CARRIED = 3;
/** Values that are looked at for the record that one document carries: documents within documents would come to thousands. */
const MAX_LOOKS = 256;
/** All that the envelopes of one message may unpack to, in longest records. */
const UNPACKED_RECORDS = 8;
/** A JSON object behind what a line begins with: time, host and program, a priority, `@cee:`. */
const HEADED = /^[^{]{1,512}(\{.*\})\s*$/s;
const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record that waits to be read by its format. */
export interface Recognised {
  readonly raw: unknown;
  readonly format: Format | undefined;
  readonly isObject: boolean;
}

/** Records of one container and the format that knows each of them. */
export interface Alike {
  readonly records: readonly unknown[];
  readonly format: Format;
}

/** What is inside a container: a value, or what is no record and what became of it. */
type Inside = { readonly value: unknown } | { readonly outcome: ReadOutcome };

/** What a message comes to: records, and parts of envelopes that hold none. */
export type Found = Recognised | { readonly outcome: ReadOutcome };

export interface OpeningOptions {
  /** Those that may know a record, in the order in which they are asked. */
  readonly shelf: readonly Format[];
  /** The one format that there is, where it was named. */
  readonly fixed: Format | undefined;
  /** What the format is called where none is known: its id, or `auto`. */
  readonly name: string;
  readonly recordMaxBytes: number;
  readonly containerMaxRecords: number;
  readonly shape: ShapeLimits;
  /** Makes the outcome of a part that is no record. */
  dead(reason: string, of: unknown, text: string | undefined): ReadOutcome;
}

export interface Opening {
  /** The format that matched last, where it knows this value too. */
  same(value: unknown): Format | undefined;
  /** The records of a container that are all of one format; undefined where it holds others too, or is none. */
  alike(value: unknown): Alike | undefined;
  /** The record in a line of text that is no JSON, by the formats that read text; undefined when it is of none of them. */
  fromText(text: string, beside?: Readonly<Record<string, unknown>>): unknown;
  /** The records that a value comes to and the format of each, found without reading them; undefined when they are too many. */
  flat(value: unknown): Generator<undefined, readonly Found[] | undefined>;
  /** Bytes that were unpacked so far, of values whose records were all found. */
  readonly unpacked: number;
}

export function createOpening(options: OpeningOptions): Opening {
  const { shelf, fixed, name, recordMaxBytes, containerMaxRecords: records, shape, dead } = options;
  const inTurn = [...shelf.filter(({ isFallback }) => !isFallback), ...shelf.filter(({ isFallback }) => isFallback)];
  /** The format that matched last: logs come in runs, so it is asked first. */
  let last: Format | undefined = fixed;
  /** By the names that its containers have; null for those that only stand beside. A mapping may mean any value, so it is asked about all. */
  const holders = new Map<string, Format | null>();
  if (!shelf.some(({ isMapping }) => isMapping))
    for (const format of fixed === undefined ? shelf : [fixed]) {
      for (const name of format.holds?.beside ?? []) if (!holders.has(name)) holders.set(name, null);
      for (const name of format.holds?.under ?? []) holders.set(name, format);
    }

  let unpacked = 0;

  function recognise(raw: unknown): Format | undefined {
    if (last?.recognises(raw)) return last;
    if (fixed !== undefined) return undefined;
    const found = inTurn.find((format) => format.recognises(raw));
    if (found !== undefined && !found.isFallback) last = found;
    return found;
  }

  /** The records inside `raw`, or undefined when it is one record. */
  function split(raw: unknown): readonly unknown[] | undefined {
    if (Array.isArray(raw)) return raw;
    if (fixed !== undefined) return fixed.split?.(raw);
    for (const format of shelf) {
      const parts = format.split?.(raw);
      if (parts !== undefined) return parts;
    }
    return undefined;
  }

  /** The records of a container whose names say whose it is: asking forty formats takes longer than reading one span. */
  function heldIn(value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
    let holder: Format | undefined;
    for (const name in value) {
      const format = holders.get(name);
      if (format === undefined || (format !== null && holder !== undefined)) return undefined;
      holder ??= format ?? undefined;
    }
    return holder?.split?.(value);
  }

  // Most containers are such, and large. An object for each of their records would keep the whole container alive for longer than it is read.
  function alike(value: unknown): Alike | undefined {
    let inside = isFields(value) ? heldIn(value) : undefined;
    if (inside === undefined) {
      if (isFields(value)) {
        const allowance = { bytes: 0, records, shape };
        if (recognise(value) !== undefined || openEnvelope(value, allowance) !== undefined) return undefined;
      }
      inside = split(value);
    }
    if (inside === undefined || inside.length === 0 || inside.length > records || !isFields(inside[0]))
      return undefined;
    const format = recognise(inside[0]);
    if (format === undefined || format.isFallback || !inside.every((one) => isFields(one) && format.recognises(one)))
      return undefined;
    return { records: inside, format };
  }

  /** The records that `raw` comes to and the format of each, found without reading them; undefined when they are too many. */
  function* flat(raw: unknown): Generator<undefined, readonly Found[] | undefined> {
    const found: Found[] = [];
    let seen = 0;
    const allowance: Allowance = { bytes: recordMaxBytes * UNPACKED_RECORDS, records, shape };
    let began = performance.now();
    /** True where the value is a record like the last one, as most parts of a container are: a generator for each costs more than they do. */
    function opened(value: unknown): boolean {
      if (!isFields(value) || !last?.recognises(value)) return false;
      found.push({ raw: value, format: last, isObject: true });
      return true;
    }
    function* open(value: unknown, nesting: number): Generator<undefined, boolean> {
      const isObject = isFields(value);
      // What a format recognises is a record. Only what none does may be an envelope or a container.
      const format = isObject ? recognise(value) : undefined;
      if (format !== undefined || nesting <= 0) {
        found.push({ raw: value, format, isObject });
        return true;
      }
      const parts = partsOf(value, allowance);
      if (parts === undefined) {
        found.push({ raw: value, format: isObject ? fixed : undefined, isObject });
        return true;
      }
      for (const part of parts) {
        if (part === undefined || performance.now() - began > STEP_MS) {
          yield undefined;
          began = performance.now();
        }
        if (part === undefined) continue;
        // Every part counts, an empty container too: else containers of nothing would have no end.
        if (++seen > records) return false;
        if ('outcome' in part) found.push(part);
        else if (!opened(part.value) && !(yield* open(part.value, nesting - 1))) return false;
      }
      return true;
    }
    const before = allowance.bytes;
    try {
      return (yield* open(raw, MAX_NESTING)) ? found : undefined;
    } finally {
      unpacked += before - allowance.bytes;
    }
  }

  /** The record in a line of text that is no JSON, by the formats that read text; undefined when it is of none of them. */
  function fromText(text: string, beside?: Readonly<Record<string, unknown>>): unknown {
    for (const format of fixed === undefined ? shelf : [fixed]) {
      const record = format.fromText?.(text);
      if (record !== undefined) return { ...record, ...beside };
    }
    return behindHeader(text);
  }

  /** The record that a line holds behind words of its own, as syslog and consoles write it, if a format knows it. */
  function behindHeader(text: string): unknown {
    const inside = HEADED.exec(text)?.[1];
    if (inside === undefined || excessOf(inside, shape) !== undefined) return undefined;
    try {
      const value: unknown = JSON.parse(inside);
      return isKnown(value, { bytes: 0, records, shape }, 0, { left: MAX_LOOKS }) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  /** What is inside an envelope or a container, found as it is asked for; undefined when `value` is neither. */
  function partsOf(value: unknown, allowance: Allowance): Iterable<Inside | undefined> | undefined {
    const opened =
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? openEnvelope(value as Readonly<Record<string, unknown>>, allowance)
        : undefined;
    if (opened !== undefined) return insideOf(opened);
    return split(value)?.map((part) => ({ value: part })) ?? (isFields(value) ? carried(value, allowance) : undefined);
  }

  function* insideOf(opened: Parts): Generator<Inside | undefined> {
    for (const part of opened) yield part && insideOfOne(part);
  }

  function insideOfOne(part: Part): Inside {
    if ('value' in part) return part;
    if ('event' in part && recognise(part.event) !== undefined) return { value: part.event };
    // A text that is longer than a record is none.
    const isLine = 'text' in part && part.text.length <= recordMaxBytes;
    const record = isLine ? fromText(part.text, part.beside) : undefined;
    if (record !== undefined) return { value: record };
    if ('skip' in part) return { outcome: { status: 'skip', format: name, reason: part.skip } };
    const text = typeof part.of === 'string' ? part.of : undefined;
    return { outcome: dead(part.dead, part.of, text) };
  }

  /** True for a record that a format knows, and for what holds such records. `levels`: how often one may carry another. */
  function isKnown(value: unknown, allowance: Allowance, levels: number, looks: { left: number }): boolean {
    if (Array.isArray(value)) return value.some((item) => isKnown(item, allowance, levels, looks));
    if (!isFields(value) || --looks.left < 0) return false;
    return (
      recognise(value) !== undefined ||
      // Nothing of it is unpacked before somebody asks for its parts.
      openEnvelope(value, allowance) !== undefined ||
      split(value) !== undefined ||
      (levels > 0 && carried(value, allowance, levels - 1, looks) !== undefined)
    );
  }

  /** The record that a collector's document carries, if a format knows it: the fields that carry one mean other things elsewhere. */
  function carried(
    raw: Readonly<Record<string, unknown>>,
    allowance: Allowance,
    levels = MAX_CARRIED,
    looks = { left: MAX_LOOKS },
  ): readonly { readonly value: unknown }[] | undefined {
    const cluster = clusterBeside(raw);
    for (const inside of carriedIn(raw, shape)) {
      const value = 'text' in inside ? fromText(inside.text, cluster === undefined ? {} : { cluster }) : inside.value;
      if (value === undefined || !isKnown(value, allowance, levels, looks)) continue;
      return inCluster([{ value }], cluster) as { readonly value: unknown }[];
    }
    return undefined;
  }

  return {
    same: (value) => (last?.recognises(value) ? last : undefined),
    alike,
    fromText,
    flat,
    get unpacked() {
      return unpacked;
    },
  };
}

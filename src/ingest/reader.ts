/** Turns raw bytes into outcomes: it parses, recognises the format, splits containers, reads and normalises. Replay, Kafka and HTTP all use it. */
import { createHash } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import { type Excess, excessOf } from '../bounds/shape.ts';
import { signalOf } from '../otlp/protobuf.ts';
import { createFingerprinter, type Fingerprinter, scrubbedBeginning } from '../secrets.ts';
import { carriedIn, clusterBeside } from './carried.ts';
import { isCutOff } from './cut-off.ts';
import { type Allowance, inCluster, openEnvelope, type Part, type Parts } from './envelopes.ts';
import type { Format, ReadContext, Reading, TracePart, TraceReading, TraceView } from './format.ts';
import { looksLike } from './looks-like.ts';
import { createNormalizer, type NetworkLookup } from './normalize.ts';

/** What became of one raw record. A container counts as the records inside it. */
export type ReadOutcome =
  | {
      readonly status: 'read';
      readonly format: string;
      readonly activities: readonly Activity[];
      readonly isInTrace?: true;
    }
  | { readonly status: 'skip'; readonly format: string; readonly reason: string }
  | { readonly status: 'dead'; readonly format: string; readonly reason: string; readonly bytes: Uint8Array };

/** A record that waits for the rest of its trace. `skipped` of the part is what becomes of it where that is certain. */
export interface HeldRecord {
  readonly status: 'held';
  readonly format: string;
  readonly part: TracePart;
  readonly reading: HeldReading;
}

/** How records of one format and tenant are read once their trace is known. */
export interface HeldReading {
  readonly tenant: string;
  readonly view: TraceReading['view'];
  read(view: TraceView, part: TracePart, isAlone?: boolean): ReadOutcome;
}

export interface ReaderOptions {
  /** The shelf of formats by id. */
  readonly formats: ReadonlyMap<string, Format>;
  /** Id of a format, or `auto` to recognise it record by record. */
  readonly format: string;
  /** Tenant for records that name none. */
  readonly tenant: string;
  readonly limits: Pick<
    Config['ingest'],
    'recordMaxBytes' | 'recordMaxDepth' | 'recordMaxValues' | 'recordMaxNames' | 'containerMaxRecords' | 'futureSkewMs'
  >;
  readonly networks?: NetworkLookup;
  /** Key of fingerprints, or a fingerprinter shared with others that must give the same names. */
  readonly pepper?: string;
  readonly fingerprinter?: Fingerprinter;
  /** Wall clock in ms: live input only. With it, what is dated further ahead than `futureSkewMs` is dead. */
  readonly now?: () => number;
}

export interface Reader {
  /**
   * Reads one message, line or document: one JSON value. Never throws; same bytes, same outcomes. What holds more than
   * `ingest.containerMaxRecords` records, or more than a record may hold, is one dead record as a whole.
   */
  read(input: Uint8Array | string): readonly ReadOutcome[];
  /** The same one by one, so that whoever reads can let others run in between; undefined: nothing new yet, let others run. */
  each(input: Uint8Array | string): Iterable<ReadOutcome | undefined>;
  /**
   * The same for who joins traces (see `Traces`): a record of a trace is not read but held. `sender` is who sent it. `each` reads such
   * a record beside those of its container alone.
   */
  eachHeld(input: Uint8Array | string, sender: string): Iterable<ReadOutcome | HeldRecord | undefined>;
  eachParsedHeld(value: unknown, sender: string): Iterable<ReadOutcome | HeldRecord | undefined>;
  /** Reads a value that was parsed already, under bounds of its own. */
  readParsed(value: unknown): readonly ReadOutcome[];
  eachParsed(value: unknown): Iterable<ReadOutcome | undefined>;
  /**
   * Reads an activity that a reader with the same fingerprinter admitted and nobody changed since: parsed and held against types and
   * bounds, but not searched for secrets again. Undefined for anything that is not what a reader leaves: `read` says what it is.
   */
  readAdmitted(input: Uint8Array): Activity | undefined;
}

/** A format was asked for that is not on the shelf. */
export class UnknownFormat extends Error {
  override readonly name = 'UnknownFormat';
  readonly remedy: string;
  constructor(format: string, known: Iterable<string>) {
    super(`there is no format "${format.slice(0, 64)}"`);
    this.remedy = `Use auto or one of: ${[...known].join(', ')}.`;
  }
}

/** A value that was parsed elsewhere may be deeper than a record may; hashing and storing it would overflow the stack. */
const MAX_DEPTH = 1_000;
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
const BOM = 0xfeff;
/** Every OTLP message in protobuf begins with this byte: its first field, of a length that follows. */
const FIRST_FIELD = 0x0a;
const TOO_MUCH: Readonly<Record<Excess, string>> = {
  depth: 'nested deeper than ingest.recordMaxDepth',
  values: 'holds more values than ingest.recordMaxValues',
  names: 'holds more names than ingest.recordMaxNames',
};
const IN_PROTOBUF = 'not valid JSON but OTLP in protobuf: set the encoding of this input to otlp_proto';
const TOO_MANY = 'holds more records than ingest.containerMaxRecords';
const TOO_FAR_AHEAD = 'at: further in the future than ingest.futureSkewMs';
const CUT_OFF =
  'not valid JSON: it ends in the middle, so its sender cut it; raise the size of a message there (docs/syslog.md)';
const UNRECOGNISED = 'no format recognises this record: docs/reference/formats.md lists what is read';

/** Why a text is no JSON. */
function notJson(input: Uint8Array | string, text: string): string {
  if (isCutOff(text)) return CUT_OFF;
  const signal = typeof input !== 'string' && input[0] === FIRST_FIELD ? signalOf(input) : undefined;
  return signal === 'traces' || signal === 'logs' ? IN_PROTOBUF : 'not valid JSON';
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const part of Object.values(value)) if (deeperThan(part, levels - 1)) return true;
  return false;
}

/** A record as it was written. A format that takes a container apart may hand over objects of its own that write themselves out. */
const plainOf = (raw: unknown): unknown =>
  typeof (raw as { toJSON?: unknown } | null | undefined)?.toJSON === 'function'
    ? (raw as { toJSON(): unknown }).toJSON()
    : raw;

/** Objects with their names in one order: JSON has none, and what passes a record on may write it in another. */
function inOrder(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A record that waits to be read by its format. */
interface Recognised {
  readonly raw: unknown;
  readonly format: Format | undefined;
  readonly isObject: boolean;
}

/** A record as it was written, where that is known. */
type Written = Uint8Array | string | undefined | (() => string);

/** What is inside a container: a value, or what is no record and what became of it. */
type Inside = { readonly value: unknown } | { readonly outcome: ReadOutcome };

/** What a message comes to: records, and parts of envelopes that hold none. */
type Found = Recognised | { readonly outcome: ReadOutcome };

const withoutPauses = (outcomes: Iterable<ReadOutcome | undefined>) =>
  [...outcomes].filter((outcome) => outcome !== undefined);

/** Throws UnknownFormat when the named format is not on the shelf. */
export function createReader(options: ReaderOptions): Reader {
  const { formats, limits, now } = options;
  const fixed = options.format === 'auto' ? undefined : formats.get(options.format);
  if (options.format !== 'auto' && fixed === undefined) throw new UnknownFormat(options.format, formats.keys());
  const shelf = [...formats.values()];
  const shape = { depth: limits.recordMaxDepth, values: limits.recordMaxValues, names: limits.recordMaxNames };
  const fingerprinter = options.fingerprinter ?? createFingerprinter(options.pepper);
  const admission = createNormalizer({
    fingerprinter,
    ...(options.networks === undefined ? {} : { networks: options.networks }),
  });
  const context: ReadContext = {
    tenant: options.tenant,
    fingerprint: fingerprinter.fingerprint,
    scrub: (text) => scrubbedBeginning(fingerprinter, options.tenant, text),
    known: admission.known,
    hashOf(record) {
      const text = deeperThan(record, MAX_DEPTH) ? 'too deep' : (JSON.stringify(record, inOrder) ?? 'undefined');
      return createHash('sha256').update(text).digest('hex').slice(0, 32);
    },
  };
  /** The format that matched last: logs come in runs, so it is asked first. */
  let last: Format | undefined = fixed;

  function recognise(raw: unknown): Format | undefined {
    if (last?.recognises(raw)) return last;
    if (fixed !== undefined) return undefined;
    const found = shelf.find((format) => format.recognises(raw));
    if (found !== undefined) last = found;
    return found;
  }

  function dead(format: string, reason: string, raw: unknown, input: Written): ReadOutcome {
    let bytes: Uint8Array;
    if (typeof input === 'function') bytes = Buffer.from(input());
    else if (input !== undefined) bytes = typeof input === 'string' ? Buffer.from(input) : input;
    else {
      const plain = plainOf(raw);
      bytes = deeperThan(plain, MAX_DEPTH) ? new Uint8Array(0) : Buffer.from(JSON.stringify(plain) ?? '');
    }
    return { status: 'dead', format, reason, bytes };
  }

  let horizonAt = 0;
  let horizonText = '';
  /** The latest time accepted, as text; made anew every second. */
  function horizon(wallMs: number): string {
    if (Math.abs(wallMs - horizonAt) >= 1_000) {
      horizonAt = wallMs;
      horizonText = new Date(wallMs + limits.futureSkewMs).toISOString();
    }
    return horizonText;
  }

  function refusal(activities: readonly Activity[]): string | undefined {
    for (const activity of activities) {
      const reason = admission.admit(activity);
      if (reason !== undefined) return reason;
      if (now !== undefined && activity.at > horizon(now())) return TOO_FAR_AHEAD;
    }
    return undefined;
  }

  const heldReadings = new Map<TraceReading, HeldReading>();
  function heldReadingOf(format: Format, traces: TraceReading): HeldReading {
    let found = heldReadings.get(traces);
    if (found === undefined) {
      found = {
        tenant: options.tenant,
        view: traces.view,
        read: (view, part, isAlone) =>
          outcomeOfReading(format, view.read(part, context, isAlone), undefined, () => part.json()),
      };
      heldReadings.set(traces, found);
    }
    return found;
  }

  /** The record as one that waits, or what it comes to at once. */
  function held(
    format: Format,
    traces: TraceReading,
    raw: unknown,
    input: Uint8Array | string | undefined,
    sender: string,
  ): ReadOutcome | HeldRecord {
    const part = traces.partOf(raw, context, sender);
    if ('status' in part) return outcomeOfReading(format, part, raw, input);
    // A record that will not be admitted must not stand for another one that tells of the same act.
    if (part.skipped === undefined && now !== undefined && part.at > horizon(now()))
      return dead(format.id, TOO_FAR_AHEAD, raw, input);
    return { status: 'held', format: format.id, part, reading: heldReadingOf(format, traces) };
  }

  function outcomeOfReading(format: Format, reading: Reading, raw: unknown, input: Written): ReadOutcome {
    if (reading.status === 'read') {
      const reason = refusal(reading.activities);
      return reason === undefined
        ? {
            status: 'read',
            format: format.id,
            activities: reading.activities,
            ...(reading.isInTrace && { isInTrace: true }),
          }
        : dead(format.id, reason, raw, input);
    }
    return reading.status === 'skip'
      ? { status: 'skip', format: format.id, reason: reading.reason }
      : dead(
          format.id,
          fixed === undefined ? reading.reason : reading.reason + looksLike(raw, shelf, fixed),
          raw,
          input,
        );
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

  /** The records that `raw` comes to and the format of each, found without reading them; undefined when they are too many. */
  function* flat(raw: unknown): Generator<undefined, readonly Found[] | undefined> {
    const found: Found[] = [];
    let seen = 0;
    const { recordMaxBytes, containerMaxRecords: records } = limits;
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
    return (yield* open(raw, MAX_NESTING)) ? found : undefined;
  }

  /** The record in a line of text that is no JSON, by the formats that read text; undefined when it is of none of them. */
  function fromText(text: string, beside?: Readonly<Record<string, unknown>>): unknown {
    for (const format of fixed === undefined ? shelf : [fixed]) {
      const record = format.fromText?.(text);
      if (record !== undefined) return { ...record, ...beside };
    }
    return undefined;
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
    const isLine = 'text' in part && part.text.length <= limits.recordMaxBytes;
    const record = isLine ? fromText(part.text, part.beside) : undefined;
    if (record !== undefined) return { value: record };
    if ('skip' in part) return { outcome: { status: 'skip', format: options.format, reason: part.skip } };
    const text = typeof part.of === 'string' ? part.of : undefined;
    return { outcome: dead(options.format, part.dead, part.of, text) };
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

  function outcomeOf(
    { raw, format, isObject }: Recognised,
    input: Uint8Array | string | undefined,
    sender: string | undefined,
  ): ReadOutcome | HeldRecord {
    if (format !== undefined)
      return sender === undefined || format.traces === undefined
        ? outcomeOfReading(format, format.read(raw, context), raw, input)
        : held(format, format.traces, raw, input, sender);
    return isObject
      ? dead('auto', UNRECOGNISED + looksLike(raw, shelf, undefined), raw, input)
      : dead(options.format, 'not a JSON object', raw, input);
  }

  type Read = Iterable<ReadOutcome | HeldRecord | undefined>;

  /** Of one record, as most values are, a list; of a container one by one. Holds records of traces where a sender is named. */
  function allParsed(value: unknown, input?: Uint8Array | string, sender?: string): Read {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && last?.recognises(value)) return [outcomeOf({ raw: value, format: last, isObject }, input, sender)];
    return outcomesOf(value, input, sender);
  }

  function* outcomesOf(
    value: unknown,
    input: Uint8Array | string | undefined,
    sender: string | undefined,
  ): Generator<ReadOutcome | HeldRecord | undefined> {
    const found = yield* flat(value);
    if (found === undefined) return yield dead(options.format, TOO_MANY, value, input);
    for (const part of found)
      yield 'outcome' in part ? part.outcome : outcomeOf(part, part.raw === value ? input : undefined, sender);
  }

  function all(input: Uint8Array | string, sender?: string): Read {
    if (input.length > limits.recordMaxBytes)
      return [dead(options.format, 'longer than ingest.recordMaxBytes', undefined, input)];
    const excess = excessOf(input, shape);
    if (excess !== undefined) return [dead(options.format, TOO_MUCH[excess], undefined, input)];
    let text: string;
    if (typeof input === 'string') text = input;
    else text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text.charCodeAt(0) === BOM ? text.slice(1) : text);
    } catch {
      const record = fromText(text);
      return record === undefined
        ? [dead(options.format, notJson(input, text), undefined, input)]
        : allParsed(record, input, sender);
    }
    return allParsed(value, input, sender);
  }

  return {
    // Without a sender nothing is held.
    readParsed: (value) => withoutPauses(allParsed(value) as Iterable<ReadOutcome | undefined>),
    eachParsed: (value) => allParsed(value) as Iterable<ReadOutcome | undefined>,
    read: (input) => withoutPauses(all(input) as Iterable<ReadOutcome | undefined>),
    each: (input) => all(input) as Iterable<ReadOutcome | undefined>,
    eachHeld: all,
    eachParsedHeld: (value, sender) => allParsed(value, undefined, sender),
    readAdmitted(input) {
      if (input.length > limits.recordMaxBytes || excessOf(input, shape) !== undefined) return undefined;
      let value: unknown;
      try {
        value = JSON.parse(Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8'));
      } catch {
        return undefined;
      }
      return admission.trust(value);
    },
  };
}

/** Turns raw bytes into outcomes: it parses, recognises the format, splits containers, reads and normalises. Replay, Kafka and HTTP all use it. */
import { createHash } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import { type Excess, excessOf } from '../bounds/shape.ts';
import { signalOf } from '../otlp/protobuf.ts';
import { createFingerprinter, type Fingerprinter, scrubbedBeginning } from '../secrets.ts';
import { isCutOff } from './cut-off.ts';
import type { Format, ReadContext, Reading, TraceReading } from './format.ts';
import { looksLike } from './looks-like.ts';
import { createNormalizer, type NetworkLookup } from './normalize.ts';
import { type Alike, createOpening, type Found } from './opening.ts';
import type { HeldReading, HeldRecord, ReadOutcome } from './read-outcome.ts';

export type { HeldReading, HeldRecord, ReadOutcome } from './read-outcome.ts';

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
  /** Bytes that were unpacked from envelopes so far: what it grew by is what was unpacked meanwhile. */
  readonly unpacked: number;
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
/**
 * A format that fails on a record must not end the process, which would meet the same record again. What was thrown is not told, since it
 * may hold parts of the record.
 */
const UNEXPECTED = 'a value is of a type that nobody expects there, such as an object in place of a number';
const TOO_FAR_AHEAD = 'at: further in the future than ingest.futureSkewMs';
const CUT_OFF =
  'not valid JSON: the record ends in the middle, so its file or its message was cut off; over syslog raise the size of a message at the sender (docs/syslog.md)';
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

/** A record as it was written, where that is known. */
type Written = Uint8Array | string | undefined | (() => string);

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

  const opening = createOpening({
    shelf,
    fixed,
    name: options.format,
    recordMaxBytes: limits.recordMaxBytes,
    containerMaxRecords: limits.containerMaxRecords,
    shape,
    dead: (reason, of, text) => dead(options.format, reason, of, text),
  });

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
        read(view, part, isAlone) {
          const written = () => part.json();
          try {
            return outcomeOfReading(format, view.read(part, context, isAlone), undefined, written);
          } catch {
            return dead(format.id, UNEXPECTED, undefined, written);
          }
        },
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

  function outcomeOf(
    raw: unknown,
    format: Format | undefined,
    isObject: boolean,
    input: Uint8Array | string | undefined,
    sender: string | undefined,
  ): ReadOutcome | HeldRecord {
    if (format === undefined)
      return isObject
        ? dead('auto', UNRECOGNISED + looksLike(raw, shelf, undefined), raw, input)
        : dead(options.format, 'not a JSON object', raw, input);
    try {
      return sender === undefined || format.traces === undefined
        ? outcomeOfReading(format, format.read(raw, context), raw, input)
        : held(format, format.traces, raw, input, sender);
    } catch {
      return dead(format.id, UNEXPECTED, raw, input);
    }
  }

  type Read = Iterable<ReadOutcome | HeldRecord | undefined>;

  /** Of one record, as most values are, a list; of a container one by one. Holds records of traces where a sender is named. */
  function allParsed(value: unknown, input?: Uint8Array | string, sender?: string): Read {
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    const format = isObject ? opening.same(value) : undefined;
    if (format !== undefined) return [outcomeOf(value, format, isObject, input, sender)];
    let alike: Alike | undefined;
    try {
      alike = opening.alike(value);
    } catch {
      return [dead(options.format, UNEXPECTED, value, input)];
    }
    return alike === undefined ? outcomesOf(value, input, sender) : outcomesOfAlike(alike, sender);
  }

  function* outcomesOfAlike(
    { records, format }: Alike,
    sender: string | undefined,
  ): Generator<ReadOutcome | HeldRecord> {
    for (const raw of records) yield outcomeOf(raw, format, true, undefined, sender);
  }

  function* outcomesOf(
    value: unknown,
    input: Uint8Array | string | undefined,
    sender: string | undefined,
  ): Generator<ReadOutcome | HeldRecord | undefined> {
    let found: readonly Found[] | undefined;
    try {
      found = yield* opening.flat(value);
    } catch {
      return yield dead(options.format, UNEXPECTED, value, input);
    }
    if (found === undefined) return yield dead(options.format, TOO_MANY, value, input);
    for (const part of found)
      yield 'outcome' in part
        ? part.outcome
        : outcomeOf(part.raw, part.format, part.isObject, part.raw === value ? input : undefined, sender);
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
      const record = opening.fromText(text);
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
    get unpacked() {
      return opening.unpacked;
    },
  };
}

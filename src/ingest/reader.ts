/** Turns raw bytes into outcomes: it parses, recognises the format, splits containers, reads and normalises. Replay, Kafka and HTTP all use it. */
import { createHash } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';
import type { Format, ReadContext, Reading } from './format.ts';
import { looksLike } from './looks-like.ts';
import { createNormalizer, type NetworkLookup } from './normalize.ts';

/** What became of one raw record. A container counts as the records inside it. */
export type ReadOutcome =
  | { readonly status: 'read'; readonly format: string; readonly activities: readonly Activity[] }
  | { readonly status: 'skip'; readonly format: string; readonly reason: string }
  | { readonly status: 'dead'; readonly format: string; readonly reason: string; readonly bytes: Uint8Array };

export interface ReaderOptions {
  /** The shelf of formats by id. */
  readonly formats: ReadonlyMap<string, Format>;
  /** Id of a format, or `auto` to recognise it record by record. */
  readonly format: string;
  /** Tenant for records that name none. */
  readonly tenant: string;
  readonly limits: Pick<Config['ingest'], 'recordMaxBytes' | 'futureSkewMs'>;
  readonly networks?: NetworkLookup;
  /** Key of fingerprints, or a fingerprinter shared with others that must give the same names. */
  readonly pepper?: string;
  readonly fingerprinter?: Fingerprinter;
  /** Wall clock in ms: live input only. With it, what is dated further ahead than `futureSkewMs` is dead. */
  readonly now?: () => number;
}

export interface Reader {
  /** Reads one message, line or document: one JSON value. Never throws; same bytes, same outcomes. */
  read(input: Uint8Array | string): readonly ReadOutcome[];
  /** Reads a value that was parsed already. */
  readParsed(value: unknown): readonly ReadOutcome[];
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

/** Deeper JSON is no log record; hashing and storing it would overflow the stack. */
const MAX_DEPTH = 200;
/** Containers inside containers: an array of `{"Records": [...]}` is three. */
const MAX_NESTING = 4;
const BOM = 0xfeff;
const UNRECOGNISED = 'no format recognises this record: docs/reference/formats.md lists what is read';

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const part of Object.values(value)) if (deeperThan(part, levels - 1)) return true;
  return false;
}

/** Throws UnknownFormat when the named format is not on the shelf. */
export function createReader(options: ReaderOptions): Reader {
  const { formats, limits, now } = options;
  const fixed = options.format === 'auto' ? undefined : formats.get(options.format);
  if (options.format !== 'auto' && fixed === undefined) throw new UnknownFormat(options.format, formats.keys());
  const shelf = [...formats.values()];
  const fingerprinter = options.fingerprinter ?? createFingerprinter(options.pepper);
  const admission = createNormalizer({
    fingerprinter,
    ...(options.networks === undefined ? {} : { networks: options.networks }),
  });
  const context: ReadContext = {
    tenant: options.tenant,
    fingerprint: fingerprinter.fingerprint,
    scrub: (text) => fingerprinter.scrub(options.tenant, text),
    hashOf(record) {
      const text = deeperThan(record, MAX_DEPTH) ? 'too deep' : (JSON.stringify(record) ?? 'undefined');
      return createHash('sha256').update(text).digest('hex').slice(0, 32);
    },
  };
  /** The format that matched last: logs come in runs, so it is asked first. */
  let last: Format | undefined = fixed;

  function recognise(raw: unknown): Format | undefined {
    if (fixed !== undefined) return fixed;
    if (last?.recognises(raw)) return last;
    const found = shelf.find((format) => format.recognises(raw));
    if (found !== undefined) last = found;
    return found;
  }

  function dead(format: string, reason: string, raw: unknown, input: Uint8Array | string | undefined): ReadOutcome {
    let bytes: Uint8Array;
    if (input !== undefined) bytes = typeof input === 'string' ? Buffer.from(input) : input;
    else if (deeperThan(raw, MAX_DEPTH)) bytes = new Uint8Array(0);
    else bytes = Buffer.from(JSON.stringify(raw) ?? '');
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
      if (now !== undefined && activity.at > horizon(now()))
        return 'at: further in the future than ingest.futureSkewMs';
    }
    return undefined;
  }

  function one(format: Format, raw: unknown, input: Uint8Array | string | undefined): ReadOutcome {
    const reading: Reading = format.read(raw, context);
    if (reading.status === 'read') {
      const reason = refusal(reading.activities);
      return reason === undefined
        ? { status: 'read', format: format.id, activities: reading.activities }
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

  function spread(raw: unknown, input: Uint8Array | string | undefined, nesting: number, into: ReadOutcome[]): void {
    if (!Array.isArray(raw)) {
      // In a run of one format no container is looked for: what the format recognises is a record.
      const format = last?.recognises(raw) ? last : undefined;
      if (format !== undefined) {
        into.push(one(format, raw, input));
        return;
      }
    }
    const parts = nesting > 0 ? split(raw) : undefined;
    if (parts !== undefined) {
      for (const part of parts) spread(part, undefined, nesting - 1, into);
      return;
    }
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
      into.push(dead(options.format, 'not a JSON object', raw, input));
      return;
    }
    const format = recognise(raw);
    into.push(
      format === undefined
        ? dead('auto', UNRECOGNISED + looksLike(raw, shelf, undefined), raw, input)
        : one(format, raw, input),
    );
  }

  function readParsed(value: unknown, input?: Uint8Array | string): readonly ReadOutcome[] {
    const outcomes: ReadOutcome[] = [];
    spread(value, input, MAX_NESTING, outcomes);
    return outcomes;
  }

  return {
    readParsed: (value) => readParsed(value),
    read(input) {
      if (input.length > limits.recordMaxBytes)
        return [dead(options.format, 'longer than ingest.recordMaxBytes', undefined, input)];
      let text: string;
      if (typeof input === 'string') text = input;
      else text = Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8');
      let value: unknown;
      try {
        value = JSON.parse(text.charCodeAt(0) === BOM ? text.slice(1) : text);
      } catch {
        return [dead(options.format, 'not valid JSON', undefined, input)];
      }
      return readParsed(value, input);
    },
  };
}

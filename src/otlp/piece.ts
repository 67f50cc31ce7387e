/** What an OTLP request is cut into: groups of spans or log records of one resource, each small enough to be read in one go. */
import type { ShapeLimits } from '../bounds/shape.ts';

/** `traces`: spans; `logs`: log records. */
export type Signal = 'traces' | 'logs';

/** What one record and one group of records may be. */
export interface CutLimits {
  /** Records of a request at the most; empty containers count like records. */
  readonly recordsMax: number;
  /** Bytes of one record, and of the records of one group with their resource. */
  readonly recordMaxBytes: number;
  /** What one record, and one group, may hold. */
  readonly shape: ShapeLimits;
}

/**
 * A group as OTLP/JSON writes a resource with its records (`{resource, scopeSpans}` or `{resource, scopeLogs}`), or one record that
 * cannot be read, with the reason and its bytes.
 */
export type Piece =
  | { readonly value: unknown; readonly size: number }
  | { readonly unreadable: string; readonly bytes: Uint8Array };

/** The work of cutting, in steps: `undefined` is a moment at which others may run. */
export type Cut = Generator<Piece | undefined, void>;

/** The request as a whole cannot be taken. `malformed`: it is not OTLP; `too-many`: it holds more records than the bound. */
export class OtlpFault extends Error {
  override readonly name = 'OtlpFault';
  readonly kind: 'malformed' | 'too-many';
  constructor(kind: OtlpFault['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Names of the containers, as OTLP/JSON spells them. */
export const CONTAINERS = {
  traces: { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' },
  logs: { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' },
} as const satisfies Readonly<Record<Signal, object>>;

export const TOO_LONG = 'longer than ingest.recordMaxBytes';
export const TOO_MUCH = 'holds more than ingest.recordMaxDepth, recordMaxValues or recordMaxNames allow';

/** Bytes of a group: spans are linked with one another, but the texts in log records are parsed one after the other in one go. */
const GROUP_MAX_BYTES: Readonly<Record<Signal, number>> = { traces: Number.POSITIVE_INFINITY, logs: 64 * 1024 };

/** Bytes of a group by its signal; one record may be longer. */
export const groupBytesOf = (signal: Signal, { recordMaxBytes }: CutLimits) =>
  Math.min(GROUP_MAX_BYTES[signal], recordMaxBytes);

/** Records of a group: twice what SDKs send at a time, and few enough to be linked with one another in one go. */
export const GROUP_MAX_RECORDS = 1_024;

/** Bytes kept of a record that cannot be read: enough to see what it was, and few enough to be searched for secrets in one go. */
const KEPT_BYTES = 64 * 1024;

/** A record that cannot be read. */
export const unreadable = (reason: string, bytes: Uint8Array): Piece =>
  bytes.length <= KEPT_BYTES
    ? { unreadable: reason, bytes }
    : { unreadable: `${reason} (its first 64 KiB are kept)`, bytes: bytes.subarray(0, KEPT_BYTES) };

/** Counts records and containers; throws an OtlpFault beyond the bound. */
export function createCount({ recordsMax }: CutLimits): () => void {
  let seen = 0;
  return () => {
    if (++seen > recordsMax)
      throw new OtlpFault('too-many', `the request holds more than ${recordsMax} records and containers`);
  };
}

/** Collects the records of one resource until one more would be too much. */
export class Group {
  readonly #signal: Signal;
  readonly #resource: unknown;
  readonly #own: number;
  /** Records by scope, in order. */
  #scopes: { scope: unknown; records: unknown[] }[] = [];
  bytes: number;
  values = 0;
  records = 0;

  /** `bytes`: of the resource. */
  constructor(signal: Signal, resource: unknown, bytes: number) {
    this.#signal = signal;
    this.#resource = resource;
    this.#own = bytes;
    this.bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#scopes.length === 0;
  }

  add(scope: unknown, record: unknown, bytes: number, values: number): void {
    const last = this.#scopes.at(-1);
    if (last !== undefined && last.scope === scope) last.records.push(record);
    else this.#scopes.push({ scope, records: [record] });
    this.bytes += bytes;
    this.values += values;
    this.records++;
  }

  /** The records so far, as one value; the next one begins empty. */
  take(): Piece {
    const { scopes, records: name } = CONTAINERS[this.#signal];
    const taken = this.#scopes.map(({ scope, records }) => ({
      ...(scope !== undefined && { scope }),
      [name]: records,
    }));
    const size = this.bytes;
    this.#scopes = [];
    this.bytes = this.#own;
    this.values = 0;
    this.records = 0;
    return {
      size,
      value: { ...(this.#resource !== undefined && { resource: this.#resource }), [scopes]: taken },
    };
  }
}

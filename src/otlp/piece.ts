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

/** Records of a group: twice what SDKs send at a time, and few enough to be linked with one another in one go. */
export const GROUP_MAX_RECORDS = 1_024;

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

/** Cuts OTLP requests in JSON into groups of records: the containers are walked byte by byte, and only what is in bounds is parsed. */
import { excessOf } from '../bounds/shape.ts';
import {
  CONTAINERS,
  type Cut,
  type CutLimits,
  createCount,
  GROUP_MAX_RECORDS,
  Group,
  groupBytesOf,
  OtlpFault,
  type Signal,
  TOO_LONG,
  TOO_MUCH,
  unreadable,
} from './piece.ts';

/** Bytes looked at between two moments at which others may run. */
const STEP_BYTES = 32 * 1024;
/** Longest name of a container. */
const NAME_MAX_BYTES = 16;
const SCOPE_MAX_BYTES = 64 * 1024;

const [QUOTE, BACKSLASH, COMMA, COLON] = [34, 92, 44, 58];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

const malformed = (what: string) => new OtlpFault('malformed', `the request is not OTLP/JSON: ${what}`);

type Pause = Generator<undefined, void>;

/** Walks over JSON that is not parsed. What stands between brackets is only passed over: a parser looks at it later. */
class Scan {
  at = 0;
  readonly bytes: Uint8Array;
  #pauseAt = STEP_BYTES;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  *#rest(): Pause {
    if (this.at < this.#pauseAt) return;
    this.#pauseAt = this.at + STEP_BYTES;
    yield undefined;
  }

  *blank(): Pause {
    for (;;) {
      const c = this.bytes[this.at];
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      if (++this.at >= this.#pauseAt) yield* this.#rest();
    }
  }

  /** Over the next byte that is not blank, which must be this one. */
  *take(byte: number, what: string): Pause {
    yield* this.blank();
    if (this.bytes[this.at++] !== byte) throw malformed(`expected ${what}`);
  }

  *isNext(byte: number): Generator<undefined, boolean> {
    yield* this.blank();
    return this.bytes[this.at] === byte;
  }

  *string(): Pause {
    const { bytes } = this;
    this.at++;
    for (;;) {
      const c = bytes[this.at++];
      if (c === undefined) throw malformed('it ends in the middle');
      if (c === QUOTE) return;
      if (c === BACKSLASH) this.at++;
      if (this.at >= this.#pauseAt) yield* this.#rest();
    }
  }

  /** Over one value, whatever it is. */
  *value(): Pause {
    yield* this.blank();
    const { bytes } = this;
    let depth = 0;
    for (;;) {
      const c = bytes[this.at];
      if (c === undefined) throw malformed('it ends in the middle');
      if (c === QUOTE) {
        yield* this.string();
        if (depth === 0) return;
        continue;
      }
      if (c === OPEN_BRACE || c === OPEN_BRACKET) depth++;
      else if (c === CLOSE_BRACE || c === CLOSE_BRACKET) {
        // A bare word ends where the container around it does.
        if (depth === 0) return;
        if (--depth === 0) {
          this.at++;
          return;
        }
      } else if (c === COMMA && depth === 0) return;
      this.at++;
      if (this.at >= this.#pauseAt) yield* this.#rest();
    }
  }

  /** The members of an object; `on` takes the value of each, or leaves it to be passed over. */
  *object(on: (name: string) => Pause | undefined): Pause {
    yield* this.take(OPEN_BRACE, 'an object');
    if (yield* this.isNext(CLOSE_BRACE)) {
      this.at++;
      return;
    }
    for (;;) {
      if (!(yield* this.isNext(QUOTE))) throw malformed('expected a name');
      const from = this.at + 1;
      yield* this.string();
      const to = this.at - 1;
      yield* this.take(COLON, 'a colon');
      const name = to - from > NAME_MAX_BYTES ? '' : Buffer.from(this.bytes.subarray(from, to)).toString('latin1');
      yield* on(name) ?? this.value();
      if (yield* this.isNext(CLOSE_BRACE)) {
        this.at++;
        return;
      }
      yield* this.take(COMMA, 'a comma');
    }
  }

  /** The elements of an array. */
  *array(each: () => Pause): Pause {
    yield* this.take(OPEN_BRACKET, 'a list');
    if (yield* this.isNext(CLOSE_BRACKET)) {
      this.at++;
      return;
    }
    for (;;) {
      yield* each();
      if (yield* this.isNext(CLOSE_BRACKET)) {
        this.at++;
        return;
      }
      yield* this.take(COMMA, 'a comma');
    }
  }

  /** Where the next value begins and ends. */
  *range(): Generator<undefined, Uint8Array> {
    yield* this.blank();
    const from = this.at;
    yield* this.value();
    return this.bytes.subarray(from, this.at);
  }
}

interface Found {
  readonly bytes: Uint8Array;
  readonly scope: { bytes: Uint8Array | undefined };
}

type Parsed = { readonly value: unknown } | { readonly unreadable: string };

function parse(bytes: Uint8Array, { recordMaxBytes, shape }: CutLimits): Parsed {
  if (bytes.length > recordMaxBytes) return { unreadable: TOO_LONG };
  if (excessOf(bytes, shape) !== undefined) return { unreadable: TOO_MUCH };
  try {
    return { value: JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) };
  } catch {
    return { unreadable: 'not valid JSON' };
  }
}

/** Records that fit together into one group, which are parsed at once where nothing is wrong with any of them. */
function* batches(records: readonly Found[], resourceBytes: number, most: number): Generator<Found[]> {
  let batch: Found[] = [];
  let bytes = resourceBytes;
  for (const record of records) {
    const size = record.bytes.length + 1;
    if (batch.length > 0 && (batch.length >= GROUP_MAX_RECORDS || bytes + size > most)) {
      yield batch;
      batch = [];
      bytes = resourceBytes;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Its values, or undefined where they are to be looked at one by one. */
function parseTogether(batch: readonly Found[], limits: CutLimits): readonly unknown[] | undefined {
  if (batch.some(({ bytes }) => bytes.length > limits.recordMaxBytes)) return undefined;
  const parts: Uint8Array[] = [];
  for (const { bytes } of batch) parts.push(parts.length === 0 ? Buffer.from('[') : Buffer.from(','), bytes);
  parts.push(Buffer.from(']'));
  const all = parse(Buffer.concat(parts), { ...limits, recordMaxBytes: Number.POSITIVE_INFINITY });
  return 'value' in all && Array.isArray(all.value) && all.value.length === batch.length ? all.value : undefined;
}

function* groupsOf(
  records: readonly Found[],
  resource: Uint8Array | undefined,
  signal: Signal,
  limits: CutLimits,
): Cut {
  const head = resource === undefined ? { value: undefined } : parse(resource, limits);
  if ('unreadable' in head) {
    for (const { bytes } of records) yield unreadable(`resource: ${head.unreadable}`, bytes);
    return;
  }
  const scopes = new Map<Uint8Array, unknown>();
  const scopeOf = ({ scope: { bytes } }: Found) => {
    if (bytes === undefined || bytes.length > SCOPE_MAX_BYTES) return undefined;
    if (!scopes.has(bytes)) {
      const parsed = parse(bytes, limits);
      scopes.set(bytes, 'value' in parsed ? parsed.value : undefined);
    }
    return scopes.get(bytes);
  };
  const group = new Group(signal, head.value, resource?.length ?? 0);
  for (const batch of batches(records, resource?.length ?? 0, groupBytesOf(signal, limits))) {
    yield undefined;
    const together = parseTogether(batch, limits);
    yield undefined;
    for (const [at, record] of batch.entries()) {
      if (together !== undefined) group.add(scopeOf(record), together[at], record.bytes.length, 0);
      else {
        const parsed = parse(record.bytes, limits);
        if ('unreadable' in parsed) yield unreadable(parsed.unreadable, record.bytes);
        else {
          // Together they hold too much, or one of them is broken: each comes by itself.
          group.add(scopeOf(record), parsed.value, record.bytes.length, 0);
          yield group.take();
        }
      }
    }
    if (!group.isEmpty) yield group.take();
  }
}

/**
 * Cuts a request such as `{"resourceSpans": [...]}`. Throws an OtlpFault where the request as a whole cannot be taken. A record that is
 * broken in itself is one unreadable piece.
 */
export function* cutJson(bytes: Uint8Array, signal: Signal, limits: CutLimits): Cut {
  const names = CONTAINERS[signal];
  const count = createCount(limits);
  const scan = new Scan(bytes);
  const ready: { readonly records: Found[]; readonly resource: Uint8Array | undefined }[] = [];

  function* container(): Pause {
    count();
    const records: Found[] = [];
    let resource: Uint8Array | undefined;
    function* scopeOf(): Pause {
      count();
      const scope: Found['scope'] = { bytes: undefined };
      function* record(): Pause {
        count();
        records.push({ bytes: yield* scan.range(), scope });
      }
      function* own(): Pause {
        scope.bytes = yield* scan.range();
      }
      yield* scan.object((name) => {
        if (name === 'scope') return own();
        return name === names.records ? scan.array(record) : undefined;
      });
    }
    function* own(): Pause {
      resource = yield* scan.range();
    }
    yield* scan.object((name) => {
      if (name === 'resource') return own();
      return name === names.scopes ? scan.array(scopeOf) : undefined;
    });
    ready.push({ records, resource });
  }

  let isOtlp = false;
  let members = 0;
  yield* scan.object((name) => {
    members++;
    if (name !== names.resources) return undefined;
    isOtlp = true;
    return scan.array(container);
  });
  yield* scan.blank();
  if (scan.at < bytes.length) throw malformed('something follows it');
  // `{}` is a request without records; any other object without them is something else.
  if (!isOtlp && members > 0) throw malformed(`it has no ${names.resources}`);
  for (const { records, resource } of ready) yield* groupsOf(records, resource, signal, limits);
}

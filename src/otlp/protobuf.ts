/** Cuts OTLP requests in protobuf into groups of records, off the wire, with every record held against its bounds as it is decoded. */
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { ShapeLimits } from '../bounds/shape.ts';
import { type Field, LOG_RECORD, type Message, RESOURCE, SCOPE, SPAN } from './messages.ts';
import {
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

/** Fields and bytes looked at between two moments at which others may run. */
const STEP_FIELDS = 2_048;
const STEP_BYTES = 32 * 1024;
/** Values that are decoded of one record in one go; SDKs stop at 128 attributes. Twice as many hold others up for longer than 50 ms. */
const DECODED_MAX = 50_000;
/** Scopes of this size and more are left out: nothing that is read of one is so long. */
const SCOPE_MAX_BYTES = 64 * 1024;

const RECORDS: Readonly<Record<Signal, Message>> = { traces: SPAN, logs: LOG_RECORD };

const WIRE: Readonly<Record<Exclude<Field['kind'], () => Message>, WireType>> = {
  string: WireType.LengthDelimited,
  hex: WireType.LengthDelimited,
  base64: WireType.LengthDelimited,
  bool: WireType.Varint,
  int64: WireType.Varint,
  enum: WireType.Varint,
  double: WireType.Bit64,
  fixed64: WireType.Bit64,
  fixed32: WireType.Bit32,
};

/** Something is not as protobuf writes it. */
class Malformed extends Error {}
/** A message holds more than it may. */
class TooMuch extends Error {}

/** Bytes that were held against the end of what is around them. */
function bytesOf(reader: BinaryReader, bytes: Uint8Array, end: number): Uint8Array {
  const length = reader.uint32();
  const start = reader.pos;
  if (length > end - start) throw new Malformed('a field is longer than what holds it');
  reader.pos = start + length;
  return bytes.subarray(start, reader.pos);
}

const textOf = (bytes: Uint8Array, as: 'utf8' | 'hex' | 'base64') =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(as);

/** Decodes one message; what it does not know is passed over. Text that is no UTF-8 is read with replacement signs. */
class Decoder {
  values = 0;
  readonly #reader: BinaryReader;
  readonly #bytes: Uint8Array;
  readonly #limits: ShapeLimits;

  constructor(bytes: Uint8Array, limits: ShapeLimits) {
    this.#bytes = bytes;
    this.#reader = new BinaryReader(bytes);
    this.#limits = limits;
  }

  message(fields: Message, end: number, depth = 1): Record<string, unknown> {
    if (depth > this.#limits.depth) throw new TooMuch();
    const reader = this.#reader;
    const found: Record<string, unknown> = {};
    while (reader.pos < end) {
      const [number, wire] = reader.tag();
      const field = fields.get(number);
      // Counted as JSON is: a comma, and a brace for a message. Unknown fields count as well: they take time too.
      this.values += typeof field?.kind === 'function' ? 2 : 1;
      if (this.values > Math.min(this.#limits.values, DECODED_MAX)) throw new TooMuch();
      const wanted = field && (typeof field.kind === 'string' ? WIRE[field.kind] : WireType.LengthDelimited);
      if (field === undefined || wire !== wanted) {
        if (wire === WireType.LengthDelimited) bytesOf(reader, this.#bytes, end);
        else if (wire === WireType.StartGroup || wire === WireType.EndGroup) throw new Malformed('OTLP has no groups');
        else reader.skip(wire, number);
        continue;
      }
      const value = this.#value(field.kind, end, depth);
      if (field.isList) {
        const list = found[field.name] as unknown[] | undefined;
        if (list === undefined) found[field.name] = [value];
        else list.push(value);
      } else found[field.name] = value;
    }
    if (reader.pos > end) throw new Malformed('a field is longer than what holds it');
    return found;
  }

  #value(kind: Field['kind'], end: number, depth: number): unknown {
    const reader = this.#reader;
    if (typeof kind === 'function') {
      const length = reader.uint32();
      const inner = reader.pos + length;
      if (inner > end) throw new Malformed('a field is longer than what holds it');
      return this.message(kind(), inner, depth + 1);
    }
    switch (kind) {
      case 'string':
        return textOf(bytesOf(reader, this.#bytes, end), 'utf8');
      case 'hex':
        return textOf(bytesOf(reader, this.#bytes, end), 'hex');
      case 'base64':
        return textOf(bytesOf(reader, this.#bytes, end), 'base64');
      case 'bool':
        return reader.bool();
      case 'int64':
        return String(reader.int64());
      case 'enum':
        return reader.int32();
      case 'double':
        return reader.double();
      case 'fixed64':
        return String(reader.fixed64());
      case 'fixed32':
        return reader.fixed32();
    }
  }
}

type Decoded = { readonly value: Record<string, unknown>; readonly values: number } | { readonly unreadable: string };

function decode(bytes: Uint8Array, fields: Message, { recordMaxBytes, shape }: CutLimits): Decoded {
  if (bytes.length > recordMaxBytes) return { unreadable: TOO_LONG };
  const decoder = new Decoder(bytes, shape);
  try {
    return { value: decoder.message(fields, bytes.length), values: decoder.values };
  } catch (error) {
    // Whatever the reader of the wire throws, the bytes were not what it expects.
    return { unreadable: error instanceof TooMuch ? TOO_MUCH : 'not valid protobuf' };
  }
}

const isSubmessage = (wire: WireType) => wire === WireType.LengthDelimited;

/** The submessages of one message by field number, in order, without looking into them. */
function* submessages(bytes: Uint8Array, what: string): Generator<readonly [number, Uint8Array] | undefined, void> {
  const reader = new BinaryReader(bytes);
  let fields = 0;
  try {
    while (reader.pos < bytes.length) {
      if (++fields % STEP_FIELDS === 0) yield undefined;
      const [number, wire] = reader.tag();
      if (isSubmessage(wire)) yield [number, bytesOf(reader, bytes, bytes.length)];
      else if (wire === WireType.StartGroup || wire === WireType.EndGroup) throw new Malformed('OTLP has no groups');
      else reader.skip(wire, number);
    }
  } catch {
    throw new OtlpFault('malformed', `${what} is not valid protobuf`);
  }
}

/** The containers of both signals have the same numbers. */
const [RESOURCES, HEAD, MEMBERS] = [1, 1, 2];

interface Found {
  readonly scope: unknown;
  readonly bytes: Uint8Array;
}

/** The resource of a container and its records, not decoded yet. */
function* foundIn(
  container: Uint8Array,
  limits: CutLimits,
  count: () => void,
): Generator<undefined, { resource: Uint8Array; records: Found[] }> {
  const records: Found[] = [];
  const resources: Uint8Array[] = [];
  for (const part of submessages(container, 'a resource of the request')) {
    if (part === undefined) yield undefined;
    else if (part[0] === HEAD) {
      count();
      resources.push(part[1]);
    } else if (part[0] === MEMBERS) {
      count();
      let scope: unknown;
      // A scope stands before its records in everything that writes OTLP; one that does not is left out.
      for (const inner of submessages(part[1], 'a scope of the request')) {
        if (inner === undefined) yield undefined;
        else if (inner[0] === HEAD && inner[1].length < SCOPE_MAX_BYTES) {
          const decoded = decode(inner[1], SCOPE, limits);
          scope = 'value' in decoded ? decoded.value : undefined;
        } else if (inner[0] === MEMBERS) {
          count();
          records.push({ scope, bytes: inner[1] });
        }
      }
    }
  }
  // A resource that is given in parts is the parts in a row, as protobuf merges them.
  const [first = new Uint8Array(0), ...more] = resources;
  return { resource: more.length === 0 ? first : Buffer.concat(resources), records };
}

function* cutContainer(container: Uint8Array, signal: Signal, limits: CutLimits, count: () => void): Cut {
  const { resource, records } = yield* foundIn(container, limits, count);
  const head = decode(resource, RESOURCE, limits);
  if ('unreadable' in head) {
    for (const { bytes } of records) yield unreadable(`resource: ${head.unreadable}`, bytes);
    return;
  }
  const group = new Group(signal, head.value, resource.length);
  const most = groupBytesOf(signal, limits);
  let stepped = 0;
  for (const { scope, bytes } of records) {
    const decoded = decode(bytes, RECORDS[signal], limits);
    if ('unreadable' in decoded) yield unreadable(decoded.unreadable, bytes);
    else {
      const isFull =
        group.records >= GROUP_MAX_RECORDS ||
        group.bytes + bytes.length > most ||
        group.values + decoded.values > limits.shape.values;
      if (isFull && !group.isEmpty) yield group.take();
      group.add(scope, decoded.value, bytes.length, decoded.values);
    }
    stepped += bytes.length;
    if (stepped < STEP_BYTES) continue;
    stepped = 0;
    yield undefined;
  }
  if (!group.isEmpty) yield group.take();
}

/**
 * Cuts `ExportTraceServiceRequest` or `ExportLogsServiceRequest`, which look like `TracesData` and `LogsData`. Throws an OtlpFault
 * where the request as a whole cannot be taken. A record that is broken in itself is one unreadable piece.
 */
export function* cutProtobuf(bytes: Uint8Array, signal: Signal, limits: CutLimits): Cut {
  const count = createCount(limits);
  for (const part of submessages(bytes, 'the request')) {
    if (part === undefined) yield undefined;
    else if (part[0] === RESOURCES) {
      count();
      yield* cutContainer(part[1], signal, limits, count);
    }
  }
}

/**
 * Whether a message holds spans or log records, told by how the fields of its first record are written. `none`: it holds no record.
 * Undefined for anything else.
 */
export function signalOf(bytes: Uint8Array): Signal | 'none' | undefined {
  let records = 0;
  try {
    for (const container of submessages(bytes, 'the message')) {
      if (container?.[0] !== RESOURCES) continue;
      for (const scope of submessages(container[1], 'a resource')) {
        if (scope?.[0] !== MEMBERS) continue;
        for (const record of submessages(scope[1], 'a scope')) {
          if (record?.[0] !== MEMBERS) continue;
          records++;
          const signal = signalOfRecord(record[1]);
          if (signal !== undefined) return signal;
        }
      }
    }
  } catch (error) {
    if (!(error instanceof OtlpFault)) throw error;
    return undefined;
  }
  return records === 0 ? 'none' : undefined;
}

/** Field numbers and wire types that only a span has, or only a log record. */
function signalOfRecord(bytes: Uint8Array): Signal | undefined {
  const reader = new BinaryReader(bytes);
  try {
    while (reader.pos < bytes.length) {
      const [number, wire] = reader.tag();
      if (wire === WireType.Bit64 && (number === 7 || number === 8)) return 'traces';
      if (wire === WireType.Bit64 && (number === 1 || number === 11)) return 'logs';
      if (wire === WireType.Varint && number === 2) return 'logs';
      if (wire === WireType.LengthDelimited) {
        const length = bytesOf(reader, bytes, bytes.length).length;
        // Ids of trace and span: 16 and 8 bytes, in other places in the two.
        if (number === 1 && length === 16) return 'traces';
        if ((number === 9 && length === 16) || (number === 10 && length === 8)) return 'logs';
      } else reader.skip(wire, number);
    }
  } catch {
    return undefined;
  }
  return undefined;
}

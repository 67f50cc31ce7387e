/** Avro as JSON: numbers, texts and objects as a vendor's log would have them. */
import type { Schema as AvroSchema, ForSchemaOptions, Type } from 'avsc';
import avsc from 'avsc';
import { textOfBytes } from './schema-registry-bytes.ts';
import type { Decoder, Schema } from './schema-registry-schema.ts';

// A CommonJS package: only its default is seen from outside.
const { types } = avsc;

/** Beyond 2^53 the last digits are lost, as in any JSON. */
const long = types.LongType.__with({
  fromBuffer: (bytes: Buffer) => Number(bytes.readBigInt64LE()),
  toBuffer: (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: Number,
  toJSON: (value: number) => value,
  isValid: Number.isFinite,
  compare: (a: number, b: number) => a - b,
});

/** A moment as a text, as logs write it. */
const momentIn = (unitsInMs: number) =>
  class extends types.LogicalType {
    override _fromValue(value: number): string | number {
      const date = new Date(value / unitsInMs);
      return Number.isNaN(date.getTime()) ? value : date.toISOString();
    }
    override _toValue(value: string): number {
      return Date.parse(value) * unitsInMs;
    }
    override _resolve(): undefined {
      return undefined;
    }
  };

const logicalTypes = {
  'timestamp-millis': momentIn(1),
  'timestamp-micros': momentIn(1_000),
  'timestamp-nanos': momentIn(1_000_000),
  'local-timestamp-millis': momentIn(1),
  'local-timestamp-micros': momentIn(1_000),
};

/** The message that is being read, as the library hands it to its types. */
interface Tap {
  readonly buf: Buffer;
  readLong(): number;
  readString(): string;
  skipLong(): void;
}
type Reads = { _read(tap: Tap): unknown };

/** Elements that lists and maps of a message may still have. Each takes a byte at least: what announces more is no message, and would fill the memory. */
const elementsLeft = new WeakMap<Tap, number>();

/** Number of elements in the block that begins here; 0 where the list or map ends. Throws where the message cannot hold as many. */
function blockOf(tap: Tap): number {
  let count = tap.readLong();
  if (count < 0) {
    count = -count;
    // Its size in bytes, which nobody needs.
    tap.skipLong();
  }
  const left = (elementsLeft.get(tap) ?? tap.buf.length) - count;
  if (!(left >= 0)) throw new RangeError('a list announces more elements than the message has bytes');
  elementsLeft.set(tap, left);
  return count;
}

class BoundedArray extends types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as Reads;
    const found: unknown[] = [];
    for (let count = blockOf(tap); count > 0; count = blockOf(tap))
      for (let n = 0; n < count; n++) found.push(items._read(tap));
    return found;
  }
}

class BoundedMap extends types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const values = this.valuesType as unknown as Reads;
    const found: Record<string, unknown> = {};
    for (let count = blockOf(tap); count > 0; count = blockOf(tap))
      for (let n = 0; n < count; n++) {
        const key = tap.readString();
        found[key] = values._read(tap);
      }
    return found;
  }
}

/** Lists and maps with a bound, instead of those of the library. */
function bounded(schema: unknown, options: unknown): Type | undefined {
  const { type } = (typeof schema === 'object' && schema !== null ? schema : {}) as { readonly type?: unknown };
  if (type === 'array') return new BoundedArray(schema as never, options as never);
  return type === 'map' ? new BoundedMap(schema as never, options as never) : undefined;
}

/**
 * Values of a record that take no byte of the message: nulls, and records of such alone. Records may hold one another twice each, so that nothing
 * unfolds to millions. Half: schemas with some fields that are always null are refused; double: a message may unfold to twice as much.
 */
const FREE_MAX = 16;

/** Counts them. Lists, maps and unions take a byte at least. Throws beyond FREE_MAX, and where a record holds itself. */
function freeIn(type: Type, counted = new Map<Type, number>()): number {
  if (type instanceof types.NullType) return 1;
  if (!(type instanceof types.RecordType)) return 0;
  const before = counted.get(type);
  if (before !== undefined) return before;
  // Until it is known: who comes here again holds itself.
  counted.set(type, Number.POSITIVE_INFINITY);
  const parts = type.fields.map((field) => freeIn(field.type, counted));
  const free = parts.reduce((sum, part) => sum + part, parts.every((part) => part > 0) ? 1 : 0);
  if (free > FREE_MAX) throw new RangeError('records hold one another, or nothing, too often');
  counted.set(type, free);
  return free;
}

/** Every record of a schema, also those within lists, maps and unions, is bounded. */
function checkRecords(type: Type, seen = new Set<Type>()): void {
  if (seen.has(type)) return;
  seen.add(type);
  if (type instanceof types.RecordType) {
    freeIn(type);
    for (const field of type.fields) checkRecords(field.type, seen);
  } else if (type instanceof types.ArrayType) checkRecords(type.itemsType, seen);
  else if (type instanceof types.MapType) checkRecords(type.valuesType, seen);
  else if (type instanceof types.UnwrappedUnionType) for (const one of type.types) checkRecords(one, seen);
}

/** Throws when the schema is no Avro schema. */
export function avroDecoder(schema: Schema): Decoder {
  const registry: Record<string, Type> = { long };
  const options = {
    registry,
    logicalTypes,
    wrapUnions: 'never',
    typeHook: bounded,
  } as unknown as Partial<ForSchemaOptions>;
  // Several may refer to the same one.
  const made = new Set<string>();
  const make = ({ text, references }: Schema): Type => {
    for (const { name, schema: other } of references) {
      if (made.has(name)) continue;
      made.add(name);
      make(other);
    }
    return avsc.Type.forSchema(JSON.parse(text) as AvroSchema, options);
  };
  const type = make(schema);
  checkRecords(type);
  return (payload) => {
    const value: unknown = type.fromBuffer(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength));
    // A schema of one text: what it holds is the record.
    if (typeof value === 'string') return value;
    if (Buffer.isBuffer(value)) return textOfBytes(value);
    return JSON.stringify(value, function (this: Record<string, unknown>, key, given) {
      const own = this[key];
      return Buffer.isBuffer(own) ? textOfBytes(own) : given;
    });
  };
}

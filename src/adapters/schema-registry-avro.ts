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

/** Throws when the schema is no Avro schema. */
export function avroDecoder(schema: Schema): Decoder {
  const registry: Record<string, Type> = { long };
  const options = { registry, logicalTypes, wrapUnions: 'never' } as unknown as Partial<ForSchemaOptions>;
  const make = ({ text, references }: Schema): Type => {
    for (const { schema: other } of references) make(other);
    return avsc.Type.forSchema(JSON.parse(text) as AvroSchema, options);
  };
  const type = make(schema);
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

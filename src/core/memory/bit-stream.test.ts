/** What is written is read back. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bit-stream.ts';

it('numbers and texts of any length come back as they were, in order, from a writer that is used again', () => {
  const item = fc.oneof(
    fc.record({ kind: fc.constant('u8' as const), value: fc.integer({ min: 0, max: 0xff }) }),
    fc.record({ kind: fc.constant('u16' as const), value: fc.integer({ min: 0, max: 0xffff }) }),
    fc.record({ kind: fc.constant('u32' as const), value: fc.integer({ min: 0, max: 0xffffffff }) }),
    fc.record({ kind: fc.constant('f64' as const), value: fc.double({ noNaN: true }) }),
    fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary', maxLength: 3_000 }) }),
  );
  const writer = new ByteWriter();
  fc.assert(
    fc.property(fc.array(item, { maxLength: 60 }), (items) => {
      for (const { kind, value } of items) (writer[kind] as (v: unknown) => void).call(writer, value);
      const reader = new ByteReader(writer.take());
      for (const { kind, value } of items) expect(reader[kind]()).toBe(value);
      expect(reader.done).toBe(true);
    }),
  );
});

it('a text longer than 65,535 units is not cut: what is cut cannot be parsed again', () => {
  const writer = new ByteWriter();
  const long = 'é'.repeat(100_000);
  writer.text(long);
  writer.u8(7);
  const reader = new ByteReader(writer.take());
  expect(reader.text()).toBe(long);
  expect(reader.u8()).toBe(7);
});

it('bytes taken are a copy that later writing does not touch, and may lie anywhere in a larger buffer', () => {
  const writer = new ByteWriter();
  writer.u32(1);
  const first = writer.take();
  writer.u32(2);
  writer.take();
  const larger = new Uint8Array(16);
  larger.set(first, 5);
  expect(new ByteReader(larger.subarray(5, 9)).u32()).toBe(1);
});

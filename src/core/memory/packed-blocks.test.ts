/** Whatever is put in, taken out and moved about, each memory is found under its own key, whole. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PackedBlocks } from './packed-blocks.ts';

const bytesOf = (length: number, first: number) => new Uint8Array(length).fill(first & 0xff);
/** So few hashes that many keys share one. */
const hashOf = (key: string) => key.length % 3;
const key = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.tuple(fc.constantFrom('a/', 'a/b:', '\u2192/'), fc.string({ maxLength: 2 })).map((parts) => parts.join('')),
);
/** Some of them so long that blocks fill up, and a few longer than a block. */
const length = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 10, arbitrary: fc.integer({ min: 100_000, max: 400_000 }) },
  { weight: 1, arbitrary: fc.constant(1_300_000) },
);
const step = fc.record({ key, length, first: fc.nat(255), changed: fc.boolean() });

it('holds what a map would hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const cold = new PackedBlocks();
      const model = new Map<string, { bytes: Uint8Array; changed: boolean; lastMs: number }>();
      for (const { key: name, length: size, first, changed } of steps) {
        const known = model.get(name);
        expect(cold.peek(hashOf(name), name)?.bytes.length).toBe(known?.bytes.length);
        const taken = cold.take(hashOf(name), name);
        expect(cold.peek(hashOf(name), name)).toBeUndefined();
        expect(taken === undefined).toBe(known === undefined);
        if (taken !== undefined && known !== undefined) {
          expect(taken.changed).toBe(known.changed);
          expect(Buffer.compare(taken.bytes, known.bytes)).toBe(0);
        }
        model.delete(name);
        if (first < 80) continue;
        const bytes = bytesOf(size, first);
        cold.put(hashOf(name), name, first, bytes, changed);
        model.set(name, { bytes, changed, lastMs: first });
      }
      expect(cold.size).toBe(model.size);
      expect(cold.bytes).toBe([...model.values()].reduce((sum, { bytes }) => sum + bytes.length, 0));
      const silences = [...cold.silences()].map((s) => `${s.key()} ${s.lastMs}`).sort();
      expect(silences).toEqual([...model].map(([name, { lastMs }]) => `${name} ${lastMs}`).sort());
      const unsaved = [...cold.unsaved()].map((m) => m.key).sort();
      expect(unsaved).toEqual([...model].flatMap(([name, { changed }]) => (changed ? [name] : [])).sort());
      expect([...cold.unsaved()]).toEqual([]);
      for (const [name, { bytes }] of model)
        expect(Buffer.compare(cold.peek(hashOf(name), name)?.bytes ?? new Uint8Array(1), bytes)).toBe(0);
    }),
    { numRuns: 60 },
  );
});

it('does not grow while memories are taken out and put back a little longer', () => {
  const cold = new PackedBlocks();
  for (let n = 0; n < 3_000; n++) cold.put(n, `key ${n}`, 0, bytesOf(1_000, n), false);
  for (let round = 0; round < 20; round++)
    for (let n = 0; n < 3_000; n++) {
      const taken = cold.take(n, `key ${n}`);
      expect(taken?.bytes[0]).toBe(n & 0xff);
      cold.put(n, `key ${n}`, 0, bytesOf(1_000 + round, n), false);
    }
  expect(cold.reserved).toBeLessThan(1.5 * cold.bytes + 3 * 2 ** 20);
});

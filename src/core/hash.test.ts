/** Hashes that cannot be crafted and spread well. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hasher, keyedHash, mix } from './hash.ts';

describe('keyed hashes', () => {
  it('are unsigned 32-bit numbers and the same every time', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), fc.integer(), (text, k0, k1) => {
        const hash = keyedHash(text, k0, k1);
        expect(hash).toBe(keyedHash(text, k0, k1));
        expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
      }),
    );
  });

  it('depend on the key, so that values which collide under one do not under another', () => {
    const texts = Array.from({ length: 200_000 }, (_, i) => `value ${i}`);
    const [one, other] = [new Hasher('one'), new Hasher('other')];
    const first = new Map<number, string>();
    const pairs: [string, string][] = [];
    for (const text of texts) {
      const twin = first.get(one.once(text));
      if (twin !== undefined) pairs.push([twin, text]);
      first.set(one.once(text), text);
    }
    expect(pairs.length).toBeGreaterThan(0);
    for (const [a, b] of pairs) expect(other.once(a)).not.toBe(other.once(b));
  });

  it('collide no more often than chance: under forty of 200,000 texts that count up', () => {
    const hasher = new Hasher('key');
    const seen = new Set(Array.from({ length: 200_000 }, (_, i) => hasher.once(`10.0.${i >> 8}.${i & 255}`)));
    expect(200_000 - seen.size).toBeLessThan(40);
  });

  it('tell texts apart that differ by a trailing zero unit or by length alone', () => {
    const hasher = new Hasher('key');
    const near = [
      '',
      '\u0000',
      'abcd',
      'abcd\u0000',
      '\u6261\u6463',
      '\u00ff',
      '\u00ff\u00ff',
      '\u0000\u0000',
      'a',
      'a\u0000',
      'a\u0000\u0000',
      'aa',
      '\uffff',
      '\uffff\uffff',
    ];
    expect(new Set(near.map((text) => hasher.once(text))).size).toBe(near.length);
  });

  it('are the same out of the cache, in it, and after it began anew', () => {
    const hasher = new Hasher('key');
    const want = hasher.of('kept');
    expect(hasher.of('kept')).toBe(want);
    for (let i = 0; i < 140_000; i++) hasher.of(`${i}`);
    expect(hasher.of('kept')).toBe(want);
  });
});

it('mixing with another salt gives another place for nearly every hash', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (hash, salt) => {
      const mixed = mix(hash, salt);
      expect(Number.isInteger(mixed) && mixed >= 0 && mixed < 2 ** 32).toBe(true);
    }),
  );
  const mixed = new Set(Array.from({ length: 100_000 }, (_, salt) => mix(12_345, salt)));
  expect(mixed.size).toBeGreaterThan(99_980);
});

it('ids that go out have 128 bits and do not repeat', () => {
  const hasher = new Hasher('key');
  const ids = Array.from({ length: 20_000 }, (_, i) => hasher.id(`tenant\u0000identity ${i}`));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 100)) expect(id).toMatch(/^[0-9a-f]{32}$/);
});

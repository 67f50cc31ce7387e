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
    for (const hash of [(text: string) => hasher.once(text), (text: string) => hasher.ofId(text)]) {
      const seen = new Set(Array.from({ length: 200_000 }, (_, i) => hash(`10.0.${i >> 8}.${i & 255}`)));
      expect(200_000 - seen.size).toBeLessThan(40);
    }
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
    expect(new Set(near.map((text) => hasher.ofId(text))).size).toBe(near.length);
  });

  it('are the same out of the cache, in it, and after it began anew', () => {
    const hasher = new Hasher('key');
    const want = hasher.once('kept');
    expect(hasher.of('kept')).toBe(want);
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

describe('a key of version 2', () => {
  const secret = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
  const hasher = new Hasher({ version: 2, secret });

  it('gives values, ids that go out and ids of activities hashes of their own', () => {
    const changed = (at: number) =>
      new Hasher({ version: 2, secret: `${secret.slice(0, 8 * at)}ffffffff${secret.slice(8 * at + 8)}` });
    const of = (one: Hasher) => [one.of('text'), one.id('text'), one.ofId('text')];
    const [value, out, id] = of(hasher);
    for (const at of [0, 1]) expect(of(changed(at)).slice(1)).toEqual([out, id]);
    for (const at of [2, 3]) expect([of(changed(at))[0], of(changed(at))[2]]).toEqual([value, id]);
    for (const at of [4, 5]) expect(of(changed(at)).slice(0, 2)).toEqual([value, out]);
    for (const [at, part] of [0, 0, 1, 1, 2, 2].entries()) expect(of(changed(at))[part]).not.toBe(of(hasher)[part]);
  });

  it('is HalfSipHash-1-3 under the first eight bytes of the secret', () => {
    expect(hasher.of('a value')).toBe(keyedHash('a value', 0x00010203, 0x04050607));
  });

  it('is refused where it is not 32 bytes, and told to nobody', () => {
    expect(() => new Hasher({ version: 2, secret: 'tidemark-secret' })).toThrow(/32 bytes/);
    expect(() => new Hasher({ version: 2, secret: 'tidemark-secret' })).not.toThrow(/tidemark-secret/);
  });

  it('a key of version 1 hashes as it always did', () => {
    const old = new Hasher({ version: 1, secret: 'tidemark' });
    const same = new Hasher('tidemark');
    expect([old.of('x'), old.id('x'), old.ofId('x'), old.ofId('\u4e2d')]).toEqual([
      same.of('x'),
      same.id('x'),
      same.ofId('x'),
      same.ofId('\u4e2d'),
    ]);
    expect(old.of('arn:aws:s3:::bucket')).toBe(1490778068);
  });
});

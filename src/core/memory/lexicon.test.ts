/** Readable texts, bounded. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lexicon } from './lexicon.ts';

it('gives a text back by its hash, cut to a length that fits evidence', () => {
  const lexicon = new Lexicon();
  lexicon.put(7, 'orders:GetOrder');
  lexicon.put(8, 'x'.repeat(5_000));
  expect(lexicon.get(7)).toBe('orders:GetOrder');
  expect(lexicon.get(8)?.length).toBeLessThanOrEqual(96);
  expect(lexicon.get(9)).toBeUndefined();
});

it('never holds more than 65,536 texts, however many values an attacker makes up', () => {
  const lexicon = new Lexicon();
  const many = 300_000;
  for (let hash = 0; hash < many; hash++) lexicon.put(hash, `value ${hash}`);
  let held = 0;
  for (let hash = 0; hash < many; hash++) if (lexicon.get(hash) !== undefined) held++;
  expect(held).toBe(65_536);
  expect(lexicon.get(many - 1)).toBe(`value ${many - 1}`);
});

it('comes back from its changed shelves as it was, and goes on alike', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(5_000), fc.string()), { maxLength: 600 }), (entries) => {
      const [one, other] = [new Lexicon(), new Lexicon()];
      for (const [hash, text] of entries) one.put(hash, text);
      for (const [shelf, bytes] of one.changed()) other.restore(shelf, bytes);
      expect([...one.changed()]).toEqual([]);
      for (const [hash] of entries) expect(other.get(hash)).toBe(one.get(hash));
      for (let hash = 6_000; hash < 6_400; hash++) {
        one.put(hash << 8, 'later');
        other.put(hash << 8, 'later');
      }
      const of = (lexicon: Lexicon) => [...lexicon.changed()].map(([shelf, bytes]) => `${shelf} ${bytes.join()}`);
      expect(of(other)).toEqual(of(one));
    }),
    { numRuns: 30 },
  );
});

/** Odds are stated only where somebody knows how often attacks come, and follow that rate and the rarity of what was seen. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { statedMisuse } from './stated-odds.ts';

const of = (p: number, attacksPerDay: number, identitiesPerDay = 400) =>
  statedMisuse(p, { attacksPerDay, identitiesPerDay }, 0) ?? Number.NaN;

it('nothing is stated where nobody knows how often attacks come', () => {
  expect(statedMisuse(1e-6, { attacksPerDay: undefined, identitiesPerDay: 400 }, 0)).toBeUndefined();
  expect(statedMisuse(1e-6, { attacksPerDay: 0, identitiesPerDay: 400 }, 0)).toBeUndefined();
  expect(statedMisuse(1e-6, { attacksPerDay: 1, identitiesPerDay: 0 }, 0)).toBeUndefined();
});

it('nothing is stated of what goes on for days with the new place alone: it may be a move', () => {
  const rate = { attacksPerDay: 0.2, identitiesPerDay: 400 };
  expect(statedMisuse(1e-9, rate, 1)).toBeGreaterThan(0.9);
  expect(statedMisuse(1e-9, rate, 2)).toBeUndefined();
});

it('what one benign identity in a hundred shows each day is unlikely, and what none shows in years is likely', () => {
  expect(of(0.05, 0.2)).toBeLessThan(0.05);
  expect(of(1e-9, 0.2)).toBeGreaterThan(0.9);
});

it('more attacks, rarer evidence and fewer identities to be odd make misuse no less likely, and a share it stays', () => {
  const share = fc.double({ min: 1e-12, max: 1, noNaN: true });
  const rate = fc.double({ min: 0.001, max: 100, noNaN: true });
  fc.assert(
    fc.property(share, rate, fc.integer({ min: 1, max: 1_000_000 }), (p, attacks, identities) => {
      const stated = of(p, attacks, identities);
      expect(stated).toBeGreaterThanOrEqual(0);
      expect(stated).toBeLessThanOrEqual(1);
      expect(of(p / 2, attacks, identities)).toBeGreaterThanOrEqual(stated);
      expect(of(p, attacks * 2, identities)).toBeGreaterThanOrEqual(stated);
      expect(of(p, attacks, identities * 2)).toBeLessThanOrEqual(stated);
    }),
  );
});

/** A day of decoys moves the rate of settled peers by no more than a few times what was expected of it. */
import { expect, it } from 'vitest';
import { SettledRates } from './settled-rates.ts';

/** Sixty days of forty identities, of which one in ten days has a novelty; then a day on which so many have. */
function rateAfter(decoys: number): number {
  const rates = new SettledRates();
  for (let day = 0; day < 60; day++) {
    rates.active(40);
    rates.saw('what:0:0', 4);
    rates.nextDay(2 ** (-1 / 45));
  }
  rates.active(40);
  rates.saw('what:0:0', decoys);
  return rates.rate(['what:0:0'], 0.01, 100);
}

it('is the share of identity-days, leaning on what is given while there are few', () => {
  expect(new SettledRates().rate(['what:0:0'], 0.25, 100)).toBe(0.25);
  expect(rateAfter(4)).toBeGreaterThan(0.09);
  expect(rateAfter(4)).toBeLessThan(0.1);
});

it('counts a day at its worth, and one that stands out at four times what is usual', () => {
  expect(rateAfter(8)).toBeGreaterThan(rateAfter(4));
  expect(rateAfter(40)).toBe(rateAfter(20));
  expect(rateAfter(40) / rateAfter(4)).toBeLessThan(1.1);
});

it('counts the first few of a kind that nobody had', () => {
  const rates = new SettledRates();
  rates.active(40);
  rates.saw('what:0:0', 2);
  expect(rates.rate(['what:0:0'], 0, 100)).toBeCloseTo(2 / 140);
});

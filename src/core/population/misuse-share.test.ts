import { expect, test } from 'vitest';
import { FAR_SPREAD_NATS, MISUSE_SHARE_MAX } from '../constants.ts';
import { misuseShare as shareOf } from './misuse-share.ts';
import { EVEN_NATS, posterior } from './posterior.ts';

const misuseShare = (scores: readonly number[]) => shareOf([...scores].sort((a, b) => b - a));
const calm = Array.from({ length: 80 }, (_, n) => 2.5 + n * 0.06);
const attacks = Array.from({ length: 40 }, (_, n) => EVEN_NATS + 0.5 + (n % 20) * 0.5);

test('Where nothing is beyond even odds, a score says what it says by itself', () => {
  const share = misuseShare(calm);
  for (const nats of [3, 6, 9, 12]) expect(share(nats)).toBe(posterior(nats));
});

test('Where much is far too high to be benign, more of what lies below is misuse too, to a bound', () => {
  const share = misuseShare([...calm, ...attacks]);
  expect(share(8)).toBe(MISUSE_SHARE_MAX);
  expect(share(8)).toBeGreaterThan(posterior(8));
});

test('A crowd of like scores stays benign whatever lies far above', () => {
  const crowd = Array.from({ length: 2_000 }, () => 5);
  expect(misuseShare([...crowd, ...attacks])(5)).toBeLessThan(0.02);
});

test('The share is what is expected of misuse among the scores alike: thickness far above, spread at least so wide', () => {
  const far = Array.from({ length: 10 }, () => 40);
  const excess = 40 - EVEN_NATS;
  expect(excess).toBeGreaterThan(FAR_SPREAD_NATS);
  const like = Array.from({ length: 8 }, () => 6);
  expect(misuseShare([...far, ...like])(6)).toBeCloseTo(((10 / excess) * 2) / 8, 6);
});

test('What speaks for itself is never made less of', () => {
  const share = misuseShare([...calm, ...attacks]);
  expect(share(20)).toBe(posterior(20));
});

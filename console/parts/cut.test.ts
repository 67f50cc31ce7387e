import { expect, test } from 'vitest';
import { cut, cutProse } from './cut.ts';

test('a name loses its middle, and nothing where it is short', () => {
  expect(cut('arn:aws:iam::111122223333:role/orders-api', 20)).toBe('arn:aws:iam:…ers-api');
  expect(cut('orders-api', 20)).toBe('orders-api');
});

test('a sentence loses its end, after a whole word', () => {
  const text = 'orders-api did secretsmanager:ListSecrets, new to it; also came from 203.0.113.77';
  expect(cutProse(text, 48)).toBe('orders-api did secretsmanager:ListSecrets, new …');
  expect(cutProse(text, 52)).toBe('orders-api did secretsmanager:ListSecrets, new to …');
  expect(cutProse(text, 200)).toBe(text);
});

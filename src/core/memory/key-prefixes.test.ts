/** A beginning is numbered once, and beyond the bound none is. */
import { expect, it } from 'vitest';
import { KeyPrefixes } from './key-prefixes.ts';

it('numbers what keys begin with, up to the name of their own', () => {
  const stems = new KeyPrefixes();
  const keys = ['acme\u0000arn:aws:iam::111122223333:role/etl-1', 'acme\u0000arn:aws:iam::111122223333:role/etl-2'];
  expect(stems.of(keys[0] as string)).toBe(stems.of(keys[1] as string));
  expect(stems.text(stems.of(keys[0] as string))).toBe('acme\u0000arn:aws:iam::111122223333:role/');
  expect(stems.text(stems.of('acme\u0000bot'))).toBe('acme\u0000');
  expect(stems.of('bot')).toBe(0);
});

it('keeps no more beginnings than it may, and those it has', () => {
  const stems = new KeyPrefixes();
  const first = stems.of('t\u0000a/1');
  for (let n = 0; n < 10_000; n++) expect(stems.of(`t\u0000${n}/x`)).toBeLessThan(4_096);
  expect(stems.of('t\u0000never/x')).toBe(0);
  expect(stems.of('t\u0000a/2')).toBe(first);
  expect(stems.text(0)).toBe('');
});

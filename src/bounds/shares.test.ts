import { expect, test } from 'vitest';
import { createShares } from './shares.ts';

test('a flood of one holder pushes out its own, the oldest first', () => {
  const shares = createShares<string>(10);
  for (const key of ['x', 'y']) shares.set('acme', key, `acme ${key}`);
  for (let n = 0; n < 1_000; n++) shares.set('flood', `${n}`, `flood ${n}`);
  expect(shares.size).toBe(10);
  expect(shares.get('acme', 'x')).toBe('acme x');
  expect(shares.get('flood', '991')).toBeUndefined();
  expect(shares.get('flood', '992')).toBe('flood 992');
});

test('many holders have one each where there is room for no more', () => {
  const shares = createShares<number>(4);
  for (let n = 0; n < 4; n++) shares.set('first', `${n}`, n);
  for (const holder of ['a', 'b', 'c', 'd']) shares.set(holder, 'k', 9);
  expect(shares.size).toBe(4);
  expect([shares.get('first', '3'), shares.get('d', 'k')]).toEqual([undefined, 9]);
});

test('all are served in turn; what is put in again stands last of its own', () => {
  const shares = createShares<string>(100);
  for (let n = 0; n < 50; n++) shares.set('flood', `${n}`, `flood ${n}`);
  shares.set('acme', 'x', 'acme x');
  shares.set('acme', 'y', 'acme y');
  shares.set('acme', 'x', 'acme x');
  expect([...shares.inTurn()].slice(0, 5)).toEqual(['flood 0', 'acme y', 'flood 1', 'acme x', 'flood 2']);
  shares.delete('acme', 'y');
  shares.delete('acme', 'nothing');
  expect([...shares.inTurn()]).toHaveLength(51);
});

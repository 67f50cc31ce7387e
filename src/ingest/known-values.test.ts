/** What is taken for a value that came before must be the same in everything. */
import { expect, test } from 'vitest';
import { KnownValues } from './known-values.ts';

function kept(value: object): (other: object) => object | undefined {
  const known = new KnownValues();
  const place = known.placeOf(value);
  known.keep(place, value);
  return (other) => known.at(place, other);
}

test('the same value again is the one that was kept', () => {
  const value = { id: 'key', kind: 'access-key', scopes: ['a', 'b'], of: { longLived: true, used: 3 } };
  const at = kept(value);
  expect(at(structuredClone(value))).toBe(value);
  expect(new KnownValues().placeOf(structuredClone(value))).toBe(new KnownValues().placeOf(value));
});

test.each([
  ['another text', { id: 'other', n: [1, 'a'] }],
  ['another number', { id: 'key', n: [2, 'a'] }],
  ['a number as a text', { id: 'key', n: ['1', 'a'] }],
  ['a longer list', { id: 'key', n: [1, 'a', 'b'] }],
  ['another order of a list', { id: 'key', n: ['a', 1] }],
  ['one key more', { id: 'key', n: [1, 'a'], more: true }],
  ['one key less', { id: 'key' }],
  ['another order of keys', { n: [1, 'a'], id: 'key' }],
  ['a list instead of an object', ['key', [1, 'a']]],
])('%s is another value', (_, other) => {
  expect(kept({ id: 'key', n: [1, 'a'] })(other)).toBeUndefined();
});

test('what is kept cannot be changed any more', () => {
  const value = { id: 'key', of: { names: ['a'] } };
  kept(value);
  expect(() => value.of.names.push('b')).toThrow(TypeError);
});

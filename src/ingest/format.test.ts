import { expect, it } from 'vitest';
import { accessOfName, instantOfEpoch, listAt, objectAt, unpackedIn } from './format.ts';

it.each([
  ['git.push', 'write'],
  ['repo_clone', 'read'],
  ['pullImage', 'read'],
  ['user.account.lock', 'write'],
  ['rotate_key', 'write'],
  ['sendMoney', 'write'],
  ['DescribeInstances', 'read'],
  ['git.hop', 'unknown'],
])('%s: %s, by its first known verb', (name, access) => {
  expect(accessOfName(name)).toBe(access);
});

it('a list of one object is that object, and an object where a list belongs is a list of one', () => {
  expect(objectAt([{ a: 1 }])).toEqual({ a: 1 });
  expect([objectAt([{ a: 1 }, { b: 2 }]), objectAt([[{ a: 1 }]]), objectAt([]), objectAt('a')]).toEqual(
    Array(4).fill(undefined),
  );
  expect([listAt({ a: 1 }), listAt([1]), listAt(null), listAt('a')]).toEqual([[{ a: 1 }], [1], [], []]);
});

it('what an export wrote as JSON in a text is what it was', () => {
  const packed = { a: '{"b":[1]}', c: '[{"d":2}]', e: 'plain', f: '{broken', g: 7 };
  expect(unpackedIn(packed, ['a', 'c', 'e', 'f', 'g', 'h'])).toEqual({ ...packed, a: { b: [1] }, c: [{ d: 2 }] });
  expect(unpackedIn(packed, ['e', 'g'])).toBe(packed);
});

it.each([
  [1_772_360_130, '2026-03-01T10:15:30.000Z'],
  ['1772360130', '2026-03-01T10:15:30.000Z'],
  ['1772360130.12', '2026-03-01T10:15:30.120Z'],
  ['1772360130120', '2026-03-01T10:15:30.120Z'],
  ['20260301', undefined],
])('a count since the epoch, as a number or as text: %s', (value, at) => {
  expect(instantOfEpoch(value)).toBe(at);
});

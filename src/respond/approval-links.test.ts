import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ApprovalClaims, createApprovalLinks } from './approval-links.ts';

const KEY = 'a key of more than twenty-four bytes';
const NOW = Date.parse('2026-11-02T04:00:00.000Z');
const claims: ApprovalClaims = {
  tenant: 'acme',
  suspension: `sus_${'5f'.repeat(16)}`,
  binding: 'ab'.repeat(32),
  recipient: 'ada@example.com',
  expiresAt: '2026-11-02T05:00:00.000Z',
};
const links = createApprovalLinks(KEY);

test('a link says who may approve what, until it expires', () => {
  const token = links.make(claims);
  expect(token).toMatch(/^[\w-]+\.[\w-]+$/);
  expect(links.read(token, NOW)).toEqual(claims);
  expect(links.read(token, Date.parse(claims.expiresAt))).toBeUndefined();
  expect(createApprovalLinks(`${KEY}!`).read(token, NOW)).toBeUndefined();
});

test('no other text is a link: not one byte of one can be changed', () => {
  const token = links.make(claims);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom('A', 'b', '_', '.', '0'), (at, other) => {
      const changed = `${token.slice(0, at)}${other}${token.slice(at + 1)}`;
      const read = links.read(changed, NOW);
      expect(read === undefined).toBe(changed !== token);
    }),
    { numRuns: 2_000 },
  );
  // The last character of base64 carries bits that do not count, and a decoder takes padding and the other alphabet.
  const last = token.at(-1)!;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (const other of alphabet.replace(last, ''))
    expect(links.read(`${token.slice(0, -1)}${other}`, NOW)).toBeUndefined();
  for (const other of [`${token}=`, `${token} `, `${token}%3D`, token.replace('.', '=.')])
    expect(links.read(other, NOW)).toBeUndefined();
  for (const junk of ['', '.', 'a.b', `${token}.x`, token.split('.')[0]!, 'x'.repeat(100_000)])
    expect(links.read(junk, NOW)).toBeUndefined();
});

test('a guessable key is refused', () => {
  expect(() => createApprovalLinks('short')).toThrow(RangeError);
});

/** Finding keys of random characters by one look at each place comes to what a search by patterns comes to, whatever the text. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutForties } from './secret-keys.ts';

const BEGIN = '(?<![A-Za-z0-9])';
const BEGIN_ENCODED = `(?:${BEGIN}|(?<=%[0-9A-Fa-f]{2})|(?<=\\\\(?:[nrtbf]|u[0-9A-Fa-f]{4})))`;
const UNIT = '(?:[A-Za-z0-9+/]|%(?:25){0,2}2[FfBb]|\\\\{1,3}/|\\\\{1,3}u002[FfBb])';
const SIGN = /%(?:25){0,2}2[FfBb]|\\{1,3}\/|\\{1,3}u002[FfBb]|[+/]/;
/** Keys of other lengths than 40 stand at the end of all that may belong to one. */
const plain = (length: number) =>
  new RegExp(`${BEGIN}(?=([A-Za-z0-9+/]{${length}})(?!${length === 40 ? '[A-Za-z0-9]' : '[A-Za-z0-9+/]'}))`, 'g');
const encoded = (length: number) =>
  new RegExp(`(?:${BEGIN_ENCODED}|(?<=\\\\/))(?=(${UNIT}{${length}})(?!${length === 40 ? '[A-Za-z0-9]' : UNIT}))`, 'g');
/** Lengths of keys: 40, and 48 and 64 bytes. */
const LENGTHS = [40, 64, 86];
const LETTERS = [
  35, 56, 42, 46, 32, 56, 54, 54, 37, 80, 62, 45, 49, 38, 38, 49, 83, 37, 37, 35, 50, 60, 62, 72, 59, 80,
];
const CHANGES = [2.5, 37, 45, 10, 16, 40, 30, 30, 6];
const caseOf = (c: string) => (c >= 'a' ? 0 : c >= 'A' ? 1 : 2);

function wordBits(word: string): number {
  if (word === '') return 0;
  let bits = 0;
  [...word].forEach((c, i) => {
    const kind = caseOf(c);
    bits += i === 0 ? [10, 18, 20][kind]! : CHANGES[caseOf(word[i - 1]!) * 3 + kind]!;
    bits += kind === 2 ? 33 : LETTERS[c.toLowerCase().charCodeAt(0) - 97]!;
  });
  if (/^(?:[a-z0-9]+|[A-Z0-9]+)$/.test(word)) {
    bits = Math.min(bits, 52 * word.length + 30);
    if (/^[0-9a-fA-F]+$/.test(word)) bits = Math.min(bits, 40 * word.length + 30);
  }
  return bits + 10;
}

/** The same by patterns, at a cost of some forty steps a character. */
function byPatterns(text: string, isEncoded: boolean, name: (secret: string) => string): string {
  const taken: [number, number][] = [];
  const found = LENGTHS.flatMap((length) => [...text.matchAll((isEncoded ? encoded : plain)(length))]);
  for (const match of found.sort((a, b) => a.index - b.index || a[1]!.length - b[1]!.length)) {
    const words = match[1]!.split(SIGN);
    const bits = 26 * (words.length - 1) + words.reduce((sum, word) => sum + wordBits(word), 0);
    const length = words.length - 1 + words.join('').length;
    if (bits - 60 * length < -180) continue;
    const [from, to] = [match.index, match.index + match[1]!.length];
    const last = taken.at(-1);
    if (last !== undefined && from < last[1]) last[1] = Math.max(last[1], to);
    else taken.push([from, to]);
  }
  let out = '';
  let at = 0;
  for (const [from, to] of taken) {
    out += text.slice(at, from) + name(text.slice(from, to));
    at = to;
  }
  return out + text.slice(at);
}

const name = (secret: string) => `<${secret}>`;
const piece = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abzQX09'), minLength: 0, maxLength: 30 }),
  fc.constantFrom(
    '/',
    '+',
    '%2F',
    '%252b',
    '%25252F',
    '\\/',
    '\\\\/',
    '\\\\\\\\/',
    '\\u002F',
    '\\\\u002b',
    '%22',
    '\\n',
  ),
  fc.constantFrom('\\u0022', ' ', '=', '"', '%', '\\', '%2', '%25', 'ee', '-'),
  fc.constantFrom(30, 32, 48, 64).map((bytes) => randomBytes(bytes).toString('base64')),
  fc.integer({ min: 0, max: 1e6 }).map(() => encodeURIComponent(randomBytes(30).toString('base64'))),
);

test.each([true, false])('finds what patterns find (escapes: %s)', (isEncoded) => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const text = pieces.join('');
      expect(withoutForties(text, isEncoded, name)).toBe(byPatterns(text, isEncoded, name));
    }),
    { numRuns: 4_000 },
  );
});

test('a key is found behind every escape and beside every sign', () => {
  const key = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzA9kQ2vTs1';
  for (const before of ['', '/', '"', '%22', '\\n', '\\u0022', 'a/', '+'])
    expect(withoutForties(`${before}${key} `, true, () => '<key>')).not.toContain(key.slice(0, 20));
});

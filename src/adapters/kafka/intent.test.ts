import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeNote, encodeNote } from './intent.ts';

test('a note is read back as written and stays far below what a broker takes', () => {
  const generation = fc.option(fc.stringMatching(/^[\w-]{22}(~[1-9])?$/), { nil: undefined });
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeInteger(), generation, (a, b, epoch, log) => {
      const intent = { first: Math.min(a, b), last: Math.max(a, b), epoch };
      const note = { intent, ...(log !== undefined && { generation: log }) };
      expect(decodeNote(encodeNote(note))).toEqual(note);
      expect(encodeNote(note).length).toBeLessThan(200);
    }),
  );
  expect(encodeNote({})).toBe('');
  expect(decodeNote(encodeNote({ generation: 'a' }))).toEqual({ generation: 'a' });
});

test('what is not a note is not taken for one, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(decodeNote(text)).toEqual({});
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (intent) => {
      fc.pre(
        !(
          Array.isArray(intent) &&
          intent.length === 2 &&
          intent.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)
        ),
      );
      expect(decodeNote(JSON.stringify({ intent, epoch: 1 }))).toEqual({});
    }),
  );
  for (const junk of [
    null,
    '',
    'null',
    '[]',
    '7',
    '{"intent":[9,2],"epoch":1}',
    '{"intent":[1,2]}',
    '{"intent":[1,2],"epoch":1.5}',
    '{"intent":[-1,2],"epoch":1}',
    '{"generation":"a|b"}',
    `{"generation":"${'a'.repeat(65)}"}`,
  ])
    expect(decodeNote(junk)).toEqual({});
});

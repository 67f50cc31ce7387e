import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeIntent, encodeIntent } from './intent.ts';

test('an intent is read back as written and stays far below what a broker takes', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.maxSafeInteger(), (a, b, epoch) => {
      const intent = { first: Math.min(a, b), last: Math.max(a, b), epoch };
      expect(decodeIntent(encodeIntent(intent))).toEqual(intent);
      expect(encodeIntent(intent).length).toBeLessThan(100);
    }),
  );
});

test('what is not an intent is not taken for one, whatever it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(decodeIntent(text)).toBeUndefined();
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
      expect(decodeIntent(JSON.stringify({ intent, epoch: 1 }))).toBeUndefined();
    }),
  );
  for (const junk of [
    null,
    '',
    'null',
    '[]',
    '{"intent":[9,2],"epoch":1}',
    '{"intent":[1,2]}',
    '{"intent":[1,2],"epoch":1.5}',
    '{"intent":[-1,2],"epoch":1}',
  ])
    expect(decodeIntent(junk)).toBeUndefined();
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCutOff } from './cut-off.ts';

describe('a record that was cut', () => {
  it('is told as cut wherever the cut is', () => {
    const record = JSON.stringify({ a: [1, { 'b"\\': 'ü]}' }], c: 'x{"y' });
    for (let at = 1; at < record.length; at++) expect(isCutOff(record.slice(0, at)), record.slice(0, at)).toBe(true);
  });

  it.each([['once upon a time'], ['{not json}'], ['{"a":1}}'], ['{"a":}'], ['{ what is this'], [''], ['"text'], ['}']])(
    'is not what is wrong with %j',
    (text) => {
      expect(isCutOff(text)).toBe(false);
    },
  );

  it('is never said of a whole object', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => !isCutOff(JSON.stringify(value))));
  });
});

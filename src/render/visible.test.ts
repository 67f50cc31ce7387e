/** No character of a log is hidden from the reader, and none acts on what stands beside it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible, visibleJson } from './visible.ts';

test.each([
  ['\u001b[31mred', '\\u001b[31mred'],
  ['\u001b]0;title\u0007', '\\u001b]0;title\\u0007'],
  ['a\r\nb\tc', 'a\\u000d\\u000ab\\u0009c'],
  ['\u007f\u0085\u009b31m', '\\u007f\\u0085\\u009b31m'],
  ['\u200b\u200e\u202e\u2066\ufeff\u00ad', '\\u200b\\u200e\\u202e\\u2066\\ufeff\\u00ad'],
  ['\u2028\u2029', '\\u2028\\u2029'],
  ['\u{e0041}\u{e0100}\ufe0f\u3164', '\\u{e0041}\\u{e0100}\\ufe0f\\u3164'],
  ['\ud800x', '\\ud800x'],
])('%j is shown as %s', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('what can be seen is left alone', () => {
  for (const text of ['arn:aws:iam::1:role/ci', 'naïve Größe', '日本語', '🙂', 'שלום', 'C:\\Users'])
    expect(visible(text)).toBe(text);
});

test('JSON reads back as the same value, and nothing in it is hidden', () => {
  expect(visibleJson({ name: '\u009b\u202e\u{e0041}x' })).toBe('{"name":"\\u009b\\u202e\\udb40\\udc41x"}');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = visibleJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(visible(text)).toBe(text);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFramer, FrameError, readSyslog } from './syslog-frames.ts';

/** Cuts bytes at the given places. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((to, index) => bytes.subarray(index === 0 ? 0 : at[index - 1], to));
}

const word = fc.string({ minLength: 1, maxLength: 200 }).map((text) => `<1>${text.replaceAll(/[\n\r\0]/g, ' ')}`);

describe('framing', () => {
  test('whatever the pieces a stream comes in, the messages are the same', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 20 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (messages, counted, max, cuts) => {
          const stream = messages.map((text) => (counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`));
          const cut = createFramer(max);
          const found = pieces(Buffer.from(stream.join('')), cuts).flatMap((piece) => [...cut(piece)].map(String));
          expect(found).toEqual(messages.map((text) => Buffer.from(text).subarray(0, max).toString()));
        },
      ),
    );
  });

  test('junk gives messages or a FrameError, and never holds more than the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }), (chunks) => {
        const cut = createFramer(300);
        try {
          for (const chunk of chunks)
            for (const message of cut(Buffer.from(chunk))) expect(message.length).toBeLessThanOrEqual(300);
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
    );
  });

  test('of a message that is too long the beginning is given, and those behind it are whole, counted or not', () => {
    const long = `<1>${'x'.repeat(5_000)}`;
    for (const stream of [`5003 ${long}4 <2>y`, `${long}\n<2>y\n`])
      for (const size of [1, 99, 7_000]) {
        const cut = createFramer(100);
        const chunks = Array.from({ length: Math.ceil(stream.length / size) }, (_, n) =>
          Buffer.from(stream.slice(n * size, (n + 1) * size)),
        );
        expect(chunks.flatMap((chunk) => [...cut(chunk)].map(String))).toEqual([long.slice(0, 100), '<2>y']);
      }
  });

  test('a line that begins like a length swallows nothing, and one that is no length ends a stream of counted ones', () => {
    const lines = '<1>a\n99999999 b\n<2>c\n';
    expect([...createFramer(100)(Buffer.from(lines))].map(String)).toEqual(['<1>a', '99999999 b', '<2>c']);
    expect(() => [...createFramer(100)(Buffer.from('4 <1>a\n<2>bcdefghi\n'))]).toThrow(FrameError);
    expect([...createFramer(100)(Buffer.from('4 <1>a\n4 <2>b\n'))].map(String)).toEqual(['<1>a', '<2>b']);
  });
});

describe('reading', () => {
  const header = '<165>1 2026-03-01T10:00:00.003Z host app 8710 ID47';

  test.each([
    [`${header} - {"a":1}`, undefined, '{"a":1}'],
    [`${header} [tidemark@32473 token="abc"] {}`, 'abc', '{}'],
    [`${header} [a@1 x="y"][tidemark@1 env="p" token="abc"][b] {}`, 'abc', '{}'],
    [`${header} [other@1 token="abc"] {}`, undefined, '{}'],
    [`${header} [a@1 x="\\"\\]\\\\"][tidemark@1 token="t"] \uFEFF{}`, 't', '{}'],
    ['<13>1 - - - - - - x', undefined, 'x'],
    [`${header} -`, undefined, ''],
  ])('%s', (text, token, msg) => {
    const message = readSyslog(Buffer.from(text));
    expect(message?.token).toBe(token);
    expect(message?.msg.toString()).toBe(msg);
  });

  test.each([
    '',
    '{"a":1}',
    '<165>Mar  1 10:00:00 host app: old style',
    '<1>1 a b',
    `${header} [a x=y] m`,
    `${header} [a "`,
    `${header} x y`,
  ])('is not RFC 5424: %s', (text) => {
    expect(readSyslog(Buffer.from(text))).toBeUndefined();
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        readSyslog(Buffer.from(bytes));
        readSyslog(Buffer.concat([Buffer.from(`${header} [`), Buffer.from(bytes)]));
      }),
    );
  });
});

/** Whatever text is squeezed comes back, in few bits where it repeats itself or is what was expected. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from './bit-stream.ts';
import { TextCodec } from './text-codec.ts';

const writer = new ByteWriter();
const squeeze = new TextCodec('{"window":[{"detector":"where","field":"source.ip"');
const squeezed = (text: string) => {
  squeeze.write(writer, text);
  return writer.take();
};
/** Texts of few characters repeat themselves; those of any unit hold half characters too. */
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '"', '\u2192'), maxLength: 400 }),
  fc
    .array(fc.constantFrom('"detector":"where"', 'source', '.ip', '0.25', '\ud83d'), { maxLength: 60 })
    .map((t) => t.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
);

describe('a squeezed text', () => {
  it('comes back as it was, one after the other', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), (texts) => {
        for (const one of texts) squeeze.write(writer, one);
        const reader = new ByteReader(writer.take());
        for (const one of texts) expect(squeeze.read(reader)).toBe(one);
      }),
    );
  });

  it('comes back however long it is', () => {
    const long = Array.from({ length: 30_000 }, (_, n) => `${n % 977} \u2192 `).join('');
    const bytes = squeezed(long);
    expect(squeeze.read(new ByteReader(bytes))).toBe(long);
    expect(bytes.length).toBeLessThan(long.length / 4);
  });

  it('takes little where it is what was expected', () => {
    expect(squeezed('{"window":[{"detector":"where","field":"source.ip"').length).toBeLessThan(8);
  });

  it('is refused where it is cut, or refers to what is not there', () => {
    const bytes = squeezed('"detector":"where" and \u2192 more of it, more of it');
    for (let length = 0; length < bytes.length; length++)
      expect(() => squeeze.read(new ByteReader(bytes.subarray(0, length)))).toThrow();
    writer.whole(4);
    writer.small(0);
    writer.bits(0x3f, 6);
    writer.small(0);
    expect(() => squeeze.read(new ByteReader(writer.take()))).toThrow(/not there/);
  });
});

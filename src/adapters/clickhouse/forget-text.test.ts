/** A name is taken out of packed memories whatever lies before it, and they read as before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from '../../core/memory/bit-stream.ts';
import { blank, patternOf, withoutNames } from './forget-text.ts';

const key = Buffer.alloc(32, 7);

test('a name at any bit of a packed memory is replaced, in one byte or two a character, and all else is as it was', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 31 }),
      fc.array(fc.constantFrom('ada@example.com', 'for ada@example.com.', 'ada@example.com 漢', 'nobody', 'Åse')),
      (bits, texts) => {
        const writer = new ByteWriter();
        writer.bits(5, bits);
        for (const text of texts) writer.text(text);
        writer.u32(4_711);
        const name = 'ada@example.com';
        const instead = blank(name, key);
        const packed = writer.take();
        const next = withoutNames(packed, [[name, instead]]);
        expect(next === undefined).toBe(!texts.some((text) => text.includes(name)));
        const reader = new ByteReader(next ?? packed);
        reader.bits(bits);
        expect(texts.map(() => reader.text())).toEqual(texts.map((text) => text.replace(name, instead)));
        expect(reader.u32()).toBe(4_711);
      },
    ),
  );
});

test('what takes the place of a name is as long, says nothing of it, and is another one for another name', () => {
  for (const name of ['ada', 'ada@example.com', 'a-very-long-name-of-a-person@an.organisation.example.org']) {
    expect(blank(name, key)).toHaveLength(name.length);
    expect(blank(name, key)).not.toBe(blank(`b${name.slice(1)}`, key));
    expect(blank(name, key)).not.toBe(blank(name, Buffer.alloc(32, 8)));
  }
});

test('the pattern takes special characters as they are', () => {
  expect(patternOf('a.b*(c)')).toContain('a\\.b\\*\\(c\\)');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainedObjects, recordsOf } from './body.ts';
import { Problem } from './problem.ts';

const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 });
const texts = (body: string) =>
  recordsOf(Buffer.from(body), 100).map((record) =>
    'bytes' in record ? String(record.bytes) : JSON.stringify(record.value),
  );

describe('records of a body', () => {
  test('lines, an array and a document are told apart, however they are laid out', () => {
    expect(texts('{"a":1}\n\n{"a":2}\r\n')).toEqual(['{"a":1}', '{"a":2}\r']);
    expect(texts('[{"a":1},\n {"a":2}]\n')).toEqual(['{"a":1}', '{"a":2}']);
    expect(texts('[{"a":1},{"a":2}]')).toEqual(['{"a":1}', '{"a":2}']);
    expect(texts('{\n "Records": []\n}')).toEqual(['{\n "Records": []\n}']);
    expect(texts('\uFEFF{"a":1}')).toEqual(['\uFEFF{"a":1}']);
    expect(texts('junk\n{"a":1}')).toEqual(['junk', '{"a":1}']);
  });

  test('as many as were written come back', () => {
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 50 }), (objects) => {
        const lines = objects.map((one) => JSON.stringify(one));
        expect(texts(lines.join('\n'))).toEqual(lines);
        expect(texts(JSON.stringify(objects))).toEqual(lines);
        expect(texts(JSON.stringify(objects, null, 2))).toEqual(lines);
      }),
    );
  });

  test('more than the bound is refused', () => {
    expect(() => texts('{}\n'.repeat(101))).toThrow(Problem);
    expect(() => texts(JSON.stringify(Array(101).fill(0)))).toThrow(Problem);
    expect(() => chainedObjects(Buffer.from('{}'.repeat(101)), 100)).toThrow(Problem);
  });
});

describe('objects one after the other', () => {
  test('come back whatever stands between them', () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 20 }), fc.constantFrom('', ' ', '\n', '\r\n\t'), (objects, between) => {
        const text = objects.map((one) => JSON.stringify(one)).join(between);
        expect(JSON.stringify(chainedObjects(Buffer.from(text), 100))).toBe(JSON.stringify(objects));
      }),
    );
  });

  test('anything else is not that, and nothing makes it throw', () => {
    for (const text of ['[1]', '{"a":1}x', '{', '}', '{"a', '{"a":1}}', '1', '{a}'])
      expect(chainedObjects(Buffer.from(text), 9)).toBeUndefined();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        chainedObjects(Buffer.from(bytes), 1_000);
      }),
    );
  });
});

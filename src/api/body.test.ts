import { EventEmitter } from 'node:events';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHold } from '../bounds/hold.ts';
import { chainedObjects, jsonOf, plainBody, recordsOf } from './body.ts';
import { Problem } from './problem.ts';

const limits = {
  recordsMax: 100,
  recordMaxBytes: 10_000,
  shape: { depth: 20, values: 2_000, names: 200 },
};
const object = fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 });

async function texts(body: string): Promise<string[]> {
  const found: string[] = [];
  for await (const record of recordsOf(Buffer.from(body), limits))
    found.push('bytes' in record ? String(record.bytes) : JSON.stringify(record.value));
  return found;
}

async function chained(body: string | Uint8Array): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const value of chainedObjects(Buffer.from(body as string), limits)) found.push(value);
  return found;
}

describe('records of a body', () => {
  test('lines, an array and a document are told apart, however they are laid out', async () => {
    expect(await texts('{"a":1}\n\n{"a":2}\r\n')).toEqual(['{"a":1}', '{"a":2}']);
    expect(await texts('[{"a":1},\n {"a":2}]\n')).toEqual(['{"a":1}', '{"a":2}']);
    expect(await texts('[{"a":1},{"a":2}]')).toEqual(['{"a":1}', '{"a":2}']);
    expect(await texts('{\n "Records": [{"a":1},{"a":2}]\n}')).toEqual(['{"a":1}', '{"a":2}']);
    expect(await texts('{"a":[\n{"x":1}]}')).toEqual(['{"a":[\n{"x":1}]}']);
    expect(await texts('\uFEFF{"a":1}')).toEqual(['{"a":1}']);
    expect(await texts('junk\n{"a":1}')).toEqual(['junk', '{"a":1}']);
    expect(await texts('[]')).toEqual([]);
  });

  test('as many as were written come back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(object, { minLength: 1, maxLength: 50 }), async (objects) => {
        const lines = objects.map((one) => JSON.stringify(one));
        expect(await texts(lines.join('\n'))).toEqual(lines);
        expect(await texts(JSON.stringify(objects))).toEqual(lines);
        const spread = await texts(JSON.stringify(objects, null, 2));
        expect(spread.map((text) => JSON.stringify(JSON.parse(text)))).toEqual(lines);
      }),
    );
  });

  test.each([
    ['lines', '{}\n'.repeat(101)],
    ['an array', `[${Array(101).fill('{}').join()}]`],
    ['a container', `{"Records":[${Array(101).fill('{}').join()}]}`],
    ['a container over lines', `{\n"records":\n[${Array(101).fill('{}').join('\n,')}]}`],
  ])('more than the bound is refused: %s', async (_, body) => {
    await expect(texts(body)).rejects.toThrow(/more than 100 records/);
    await expect(chained('{}'.repeat(101))).rejects.toThrow(Problem);
  });

  test.each([' ', '\n', ' \r\n\t'])('a body of nothing but blanks is empty', async (blank) => {
    await expect(texts(blank.repeat(100_000))).rejects.toThrow('the body is empty');
    await expect(chained(blank.repeat(100_000))).rejects.toThrow('the body is empty');
  });
});

describe('objects one after the other', () => {
  test('come back whatever stands between them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('', ' ', '\n', '\r\n\t'),
        async (objects, between) => {
          const text = objects.map((one) => JSON.stringify(one)).join(between);
          expect(JSON.stringify(await chained(text))).toBe(JSON.stringify(objects));
        },
      ),
    );
  });

  test('a container is one of them, not what it holds', async () => {
    expect(await chained('{"records":[{"event":1}]}{"Records":[2]}')).toEqual([
      { records: [{ event: 1 }] },
      { Records: [2] },
    ]);
  });

  test('anything else is refused with a reason, and nothing makes it fail otherwise', async () => {
    for (const text of ['[1]', '{"a":1}x', '{', '}', '{"a', '{"a":1}}', '1', '{a}'])
      await expect(chained(text)).rejects.toThrow(Problem);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        await chained(bytes).catch((error) => expect(error).toBeInstanceOf(Problem));
      }),
    );
  });
});

describe('what a body may cost', () => {
  test('gzip is taken up to the bound and not beyond, and what it took is on its lease', async () => {
    const socket = new EventEmitter();
    const hold = createHold(1_000_000);
    const lease = hold.lease(socket);
    expect(String(await plainBody(gzipSync('x'.repeat(5_000)), 'gzip', lease, 5_000))).toHaveLength(5_000);
    expect(hold.bytes).toBe(5_000);
    await expect(plainBody(gzipSync('x'.repeat(5_001)), 'gzip', lease, 5_000)).rejects.toThrow(/larger than 5000/);
    await expect(plainBody(gzipSync('x').subarray(0, 8), 'gzip', lease, 5_000)).rejects.toThrow(/not complete/);
    socket.emit('close');
    expect(hold.bytes).toBe(0);
  });

  test('a JSON document of many names or levels is refused before it is parsed', () => {
    const names = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`name-${at}`, 0]));
    expect(() => jsonOf(Buffer.from(JSON.stringify(names)))).toThrow('holds too much');
    expect(() => jsonOf(Buffer.from('['.repeat(5_000)))).toThrow('holds too much');
    expect(jsonOf(Buffer.from('{"ids":["a"]}'))).toEqual({ ids: ['a'] });
  });
});

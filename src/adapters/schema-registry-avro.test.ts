/** A message of Avro takes no more than its bytes can hold, whatever it announces. */
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { avroDecoder } from './schema-registry-avro.ts';

const list = (items: unknown) => ({
  type: 'record',
  name: 'A',
  fields: [{ name: 'x', type: { type: 'array', items } }],
});
const decoderOf = (schema: unknown) => avroDecoder({ text: JSON.stringify(schema), references: [] });

/** A whole number as Avro writes it. */
function long(value: number): number[] {
  const bytes: number[] = [];
  let left = BigInt(value) * 2n;
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
  return [...bytes, Number(left)];
}

describe('a list that announces more than there is', () => {
  const entry = { type: 'record', name: 'B', fields: [{ name: 'k', type: 'string' }] };
  it.each<[string, unknown]>([
    ['nothing', 'null'],
    ['texts', 'string'],
    ['records', entry],
    ['lists of nothing', { type: 'array', items: 'null' }],
    ['maps', { type: 'map', values: 'string' }],
  ])('is refused before it takes room: of %s', (_, items) => {
    for (const count of [1_000, 2 ** 31, 2 ** 40])
      expect(() => decoderOf(list(items))(Uint8Array.from([...long(count), 0, 0]))).toThrow('more elements');
  });

  it('is refused within lists too, all of them together', () => {
    const inner = [...long(90), 0];
    const message = [...long(50), ...Array(50).fill(inner).flat(), 0];
    expect(() => decoderOf(list({ type: 'array', items: 'null' }))(Uint8Array.from(message))).toThrow('more elements');
  });

  it('of what a map announces is refused', () => {
    const schema = { type: 'map', values: 'long' };
    expect(() => decoderOf(schema)(Uint8Array.from([...long(2 ** 31), 0]))).toThrow('more elements');
  });
});

/** Records that each hold the next twice, the last of them nothing. */
function nested(depth: number): object {
  let inner: object = { type: 'record', name: 'R0', fields: [{ name: 'z', type: 'null' }] };
  for (let n = 1; n < depth; n++)
    inner = {
      type: 'record',
      name: `R${n}`,
      fields: [
        { name: 'a', type: inner },
        { name: 'b', type: `R${n - 1}` },
      ],
    };
  return inner;
}

it.each<[string, unknown]>([
  ['as such', nested(40)],
  ['in a list', list(nested(40))],
  ['in a union', list(['null', nested(40)])],
  ['within itself', { type: 'record', name: 'A', fields: [{ name: 'a', type: 'A' }] }],
])('a schema whose records hold one another without end, %s, is none', (_, schema) => {
  expect(() => decoderOf(schema)).toThrow(/hold one another/);
});

it('records that hold one another now and then, or end in a union, are read', () => {
  expect(JSON.parse(decoderOf(nested(3))(new Uint8Array(0)))).toEqual({
    a: { a: { z: null }, b: { z: null } },
    b: { a: { z: null }, b: { z: null } },
  });
  const chain = { type: 'record', name: 'A', fields: [{ name: 'next', type: ['null', 'A'] }] };
  expect(JSON.parse(decoderOf(chain)(Uint8Array.of(2, 2, 0)))).toEqual({ next: { next: { next: null } } });
});

it('lists and maps come out as the library writes them, in blocks with and without their size', () => {
  const schema = list({ type: 'map', values: { type: 'array', items: ['null', 'long'] } });
  const value = { x: [{ a: [1, null, 3], b: [] }, {}, { c: [2 ** 40] }] };
  const written = avsc.Type.forSchema(schema as never, { wrapUnions: false }).toBuffer(value);
  expect(JSON.parse(decoderOf(schema)(written))).toEqual(value);
  // Two blocks, the first with its size in bytes (a negative count).
  const texts = decoderOf(list('string'));
  expect(JSON.parse(texts(Uint8Array.from([1, 4, 2, 97, 2, 2, 98, 0])))).toEqual({ x: ['a', 'b'] });
});

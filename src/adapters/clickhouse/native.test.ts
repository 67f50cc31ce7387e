import { describe, expect, test } from 'vitest';
import { othersDuring } from '../../../test/unit/others-during.ts';
import type { Located } from '../../core/engine-contract.ts';
import { activityColumns } from './activity-columns.ts';
import { encodeNative, flag, instant, itself, maybeNumber, number, text, word, words } from './native.ts';

const hex = (...bytes: number[]) => Buffer.from(bytes).toString('hex');

describe('encodeNative', () => {
  test('writes the block the engine itself writes for the same rows', async () => {
    const rows = [{ v: 'ab' }, { v: 'ab' }];
    const block = await encodeNative([word('a', (row: { v: string }) => row.v)], rows);
    const name = [1, 0x61, 22, ...Buffer.from('LowCardinality(String)')];
    const u64 = (value: number, high = 0) => [value, high, 0, 0, 0, 0, 0, 0];
    expect(block.toString('hex')).toBe(
      hex(1, 2, ...name, ...u64(1), ...u64(0, 6), ...u64(1), 2, 0x61, 0x62, ...u64(2), 0, 0),
    );
  });

  test('keeps the rows of a long block in order, column after column', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => index);
    const columns = [number('n', 'UInt32', (row: number) => row), text('t', (row: number) => String(row % 10))];
    const block = await encodeNative(columns, rows);
    const texts = block.subarray(block.length - 600);
    expect(rows.map((index) => texts.toString('latin1', 2 * index, 2 * index + 2))).toEqual(
      rows.map((index) => `\u0001${index % 10}`),
    );
    const numbers = block.subarray(block.indexOf('UInt32') + 6);
    expect(rows.map((index) => numbers.readUInt32LE(4 * index))).toEqual(rows);
  });

  test('lets others run in between', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => index);
    const column = number('n', 'UInt32', (row: number) => row);
    expect(await othersDuring(() => encodeNative([column], rows))).toBeGreaterThanOrEqual(20);
  });

  test('writes instants of any year as milliseconds, to the last one', async () => {
    const instants = [
      '0000-01-01T00:00:00.000Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.001Z',
      '2024-02-29T23:59:59.999Z',
      '2024-02-29T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
    ];
    const block = await encodeNative([instant('at', (value: string) => value)], instants);
    const values = block.subarray(block.length - 8 * instants.length);
    expect(instants.map((_, index) => Number(values.readBigInt64LE(index * 8)))).toEqual(instants.map(Date.parse));
  });

  test.each([
    ['text', text('c', (row: unknown) => row as string), [1, {}, true, Symbol('x')]],
    ['a word', word('c', (row: unknown) => row as string), [1, [], 1n]],
    ['a list', words('c', (row: unknown) => row as string[], itself), ['text', [1], [undefined], {}]],
    ['an instant', instant('c', (row: unknown) => row as string), ['', 'today', '2026-02-30T99:00:00.000Z', 5, null]],
    ['a flag', flag('c', (row: unknown) => row as boolean), [0, 'true', null]],
    ['an asn', maybeNumber('c', 'UInt32', (row: unknown) => row as number), [-1, 2 ** 32, 1.5, Number.NaN, '7', null]],
    ['an amount', number('c', 'Float64', (row: unknown) => row as number), [Number.NaN, Number.POSITIVE_INFINITY, '1']],
    ['a version', number('c', 'Int64', (row: unknown) => row as number), [2 ** 53, 0.1, undefined]],
  ])('refuses what is not %s, naming the column', async (_, column, junk) => {
    for (const value of junk) await expect(encodeNative([column], [value])).rejects.toThrow(/^c must be /);
  });

  test('tells a wrong value by its kind alone, for it may be a secret', async () => {
    const column = word('c', (row: unknown) => row as string);
    await expect(encodeNative([column], [{ token: 'canary' }])).rejects.toThrow('c must be text, not object');
  });

  test('refuses an activity that is none', async () => {
    const columns = activityColumns({ topic: 't', partition: 0 });
    for (const junk of [{}, { activity: null }, { activity: {} }, { activity: { identity: 1 }, offset: 0 }])
      await expect(encodeNative(columns, [junk as Located])).rejects.toThrow();
  });
});

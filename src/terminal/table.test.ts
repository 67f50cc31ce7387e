/** Columns line up by what a terminal shows, whatever the cells hold and however wide it is. */
import { expect, test } from 'vitest';
import { outputOf, written } from './print.ts';
import { table } from './table.ts';
import { cut, widthOf, wrap } from './text-width.ts';

const text = (...given: Parameters<typeof table>) => table(...given).map((line) => written(line, false));
const rows = [
  ['1', 'plain', 'a'],
  ['22', '日本', 'b'],
  ['333', 'x\u202ey\nz', 'c'],
  ['4', '🙂', 'd'],
];

test('cells of one column begin at the same place: wide characters count twice, hidden ones as they are shown', () => {
  for (const line of text(rows, { width: undefined })) expect(widthOf(line.slice(0, -1))).toBe(22);
  expect(text(rows, { width: undefined })[2]).toBe('333  x\\u202ey\\u000az  c');
});

test('numbers are flush right, an indent comes before everything, nothing comes after the last cell', () => {
  expect(
    text(
      [
        ['a', '1', ''],
        ['bb', '20', 'x'],
      ],
      { right: [1], indent: 2, width: undefined },
    ),
  ).toEqual(['  a    1', '  bb  20  x']);
});

test.each([40, 80, 200])('at %i columns no line is longer, and no text is lost', (width) => {
  const long = [
    '4f1c09aa7712',
    '2026-03-01T10:00:00.000Z',
    'critical',
    'new',
    'ci-deploy used a key from 日本 and '.repeat(4).trim(),
  ];
  const lines = text([long, long], { width });
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  expect(lines.join(' ').replace(/\s+/g, ' ')).toBe(`${[...long, ...long].join(' ')}`);
  expect(lines.filter((line) => !line.startsWith(' '))).toHaveLength(2);
});

test('where the last cell finds no room beside the others it stands below them, and they stay in their columns', () => {
  const lines = text(
    [
      ['kind', 'known', 'identity'],
      ['role', 'yes', 'a'.repeat(40)],
      ['service-account', 'no', 'b'],
    ],
    { width: 44 },
  );
  expect(lines).toEqual([
    'kind             known  identity',
    'role             yes',
    `    ${'a'.repeat(40)}`,
    'service-account  no     b',
  ]);
});

test('to a pipe a row is one line, however long', () => {
  expect(text([['a', 'word '.repeat(500)]], { width: undefined })).toHaveLength(1);
});

test('text is cut between characters, and wrapped between words', () => {
  expect(cut('日本語日本語', 7)).toBe('日本...');
  expect(cut('short', 7)).toBe('short');
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('arn:aws:iam::1:role/long-name x', 10)).toEqual(['arn:aws:iam::1:role/long-name', 'x']);
});

test.each([
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [false, { FORCE_COLOR: '1' }, true],
  [true, { FORCE_COLOR: '0' }, false],
  [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  [true, { TERM: 'dumb' }, false],
])('terminal %s with %j is coloured: %s', (isTTY, env, colour) => {
  expect(outputOf({ isTTY, columns: 90 } as never, env).colour).toBe(colour);
});

test('only a terminal has a width', () => {
  expect(outputOf({ isTTY: true, columns: 90 } as never, {}).width).toBe(90);
  expect(outputOf({ isTTY: false, columns: 90 } as never, {}).width).toBeUndefined();
});

import { expect, test } from 'vitest';
import { pageFrom } from './paged.ts';

const same = (row: string) => row;

test('pages follow one another to the end, though rows come, go and change places between them', () => {
  const first = pageFrom(['a', 'b', 'c', 'd', 'e'], same, { limit: 2 });
  expect(first?.shown).toEqual(['a', 'b']);
  const next = (rows: readonly string[]) => pageFrom(rows, same, { limit: 2, cursor: first?.next })?.shown;
  expect(next(['a', 'b', 'c', 'd', 'e'])).toEqual(['c', 'd']);
  expect(next(['new', 'a', 'b', 'c', 'd', 'e'])).toEqual(['c', 'd']);
  expect(next(['b', 'c', 'd', 'e'])).toEqual(['c', 'd']);
  // The row itself is gone: what stood behind it stands where it stood.
  expect(next(['a', 'x', 'c', 'd', 'e'])).toEqual(['c', 'd']);
  expect(next(['a'])).toEqual([]);
  expect(pageFrom(['a', 'b'], same, { limit: 2 })?.next).toBeUndefined();
});

test.each(['', 'no', Buffer.from('{}').toString('base64url'), Buffer.from('[-1,"a"]').toString('base64url')])(
  'a cursor that nobody gave is none: %j',
  (cursor) => {
    expect(pageFrom(['a'], same, { limit: 2, cursor })).toBeUndefined();
  },
);

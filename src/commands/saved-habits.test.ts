/** Who takes a store over is told what becomes of its habits before anything is touched. */
import { expect, test } from 'vitest';
import { FORMAT, OLDEST } from '../core/memory/memory-codec.ts';
import { UsageError } from '../fault.ts';
import { fatesOf, habitsText, refuseUnreadable } from './saved-habits.ts';

test('habits of this build are kept, those of earlier ones renewed, and each is said with its number', () => {
  const habits = fatesOf([
    { format: OLDEST, identities: 1_200 },
    { format: FORMAT, identities: 3 },
  ]);
  expect(habits.map(({ fate }) => fate)).toEqual(['renewed', 'kept']);
  expect(habits.map(habitsText).join('\n')).toMatch(
    /1,200 identities in format 7 .*saved in format \d+[\s\S]*3 identities in format/,
  );
  expect(() => refuseUnreadable(habits)).not.toThrow();
});

test.each([
  [FORMAT + 1, /the version that saved them/],
  [OLDEST - 1, /learned again/],
])('habits of format %i are refused with what to do', (format, remedy) => {
  let refused: unknown;
  try {
    refuseUnreadable(fatesOf([{ format, identities: 2 }]));
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(UsageError);
  expect((refused as UsageError).remedy).toMatch(remedy);
});

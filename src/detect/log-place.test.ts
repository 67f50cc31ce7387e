import { expect, test } from 'vitest';
import { readLog, startOf, writeLog } from './log-place.ts';

test('a place is read back as written, with the rest of the state; a state of an earlier version is all state', () => {
  const state = 'main/raw|AAAA\n\n0.0.5.0';
  for (const log of [{ base: 0 }, { base: 7, generation: 'a_B-c~2' }, { base: 0, generation: 'x' }])
    expect(readLog(writeLog(log, state))).toEqual({ log, state });
  expect(readLog(state)).toEqual({ log: { base: 0 }, state });
  expect(readLog(undefined)).toEqual({ log: { base: 0 }, state: undefined });
});

test('a log made anew goes on after all that is stored; the same one, or one of which nobody can tell, where it was', () => {
  const before = { generation: 'first', base: 100 };
  expect(startOf(before, 'first', 900)).toEqual({ log: before, isAnother: false });
  expect(startOf(before, undefined, 900)).toEqual({ log: before, isAnother: false });
  expect(startOf({ base: 0 }, 'first', 900)).toEqual({ log: { generation: 'first', base: 0 }, isAnother: false });
  expect(startOf(before, 'second', 900)).toEqual({ log: { generation: 'second', base: 901 }, isAnother: true });
});

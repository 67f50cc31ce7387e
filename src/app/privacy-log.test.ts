/** That something is to be erased is written down before it is gone. */
import { expect, test } from 'vitest';
import type { ErasureRequest, PrivacyRow, PrivacyStore } from '../ports/privacy.ts';
import { eraseAlone } from './forgetting.ts';
import { breaksOf, unfinished } from './privacy-log.ts';

const request = (id: string, mark = 'f1'): ErasureRequest => ({
  id,
  subject: { kind: 'identity', tenant: 'acme', identity: 'ci' },
  mark,
  by: 'ada',
  why: 'request 1',
  at: '2026-03-01T00:00:00.000Z',
});

/** A chain in memory; `erase` does what it is told. */
function storeOf(erase: PrivacyStore['erase']) {
  const rows: PrivacyRow[] = [];
  return {
    rows: async () => [...rows],
    append: async (row: PrivacyRow) => {
      rows.push(row);
      return 'appended' as const;
    },
    erase,
  };
}

test('an erasure that ends in the middle leaves its row, until it is done again', async () => {
  let works = false;
  const seen: string[][] = [];
  const store = storeOf(async () => {
    seen.push((await store.rows()).map(({ event }) => event));
    if (!works) throw new Error('the engine was killed');
    return [{ table: 'activity', how: 'deleted', rows: 3 }];
  });
  await expect(eraseAlone(store, request('era_1'))).rejects.toThrow('killed');
  const left = await store.rows();
  expect(left.map(({ event, by, why }) => [event, by, why])).toEqual([['asked', 'ada', 'request 1']]);
  expect(unfinished(left).map(({ seq }) => seq)).toEqual([1]);
  works = true;
  await eraseAlone(store, request('era_2'));
  const rows = await store.rows();
  expect(rows.map(({ event }) => event)).toEqual(['asked', 'asked', 'erased']);
  expect(seen.at(-1)).toEqual(['asked', 'asked']);
  expect([breaksOf(rows), unfinished(rows)]).toEqual([[], []]);
});

test('what was asked for about somebody else is not done by it', async () => {
  const store = storeOf(async () => []);
  await eraseAlone(store, request('era_1'));
  const asked: PrivacyRow = { ...((await store.rows())[0] as PrivacyRow), subject: 'f2' };
  expect(unfinished([asked, ...(await store.rows())]).map((row) => row.subject)).toEqual(['f2']);
});

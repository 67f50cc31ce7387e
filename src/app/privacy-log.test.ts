/** That something is being erased is written down before it is gone. */
import { expect, test } from 'vitest';
import type { PrivacyRow, PrivacyStore } from '../ports/privacy.ts';
import { breaksOf, erased, unfinished } from './privacy-log.ts';

const subject = { kind: 'identity', tenant: 'acme', identity: 'ci' } as const;
const what = { subject: 'f1', by: 'ada', why: 'request 1' };

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
  await expect(erased(store, subject, what)).rejects.toThrow('killed');
  const left = await store.rows();
  expect(left.map(({ event, by, why }) => [event, by, why])).toEqual([['erasing', 'ada', 'request 1']]);
  expect(unfinished(left).map(({ seq }) => seq)).toEqual([1]);
  works = true;
  await erased(store, subject, what);
  const rows = await store.rows();
  expect(rows.map(({ event }) => event)).toEqual(['erasing', 'erasing', 'erased']);
  expect(JSON.parse(rows[2]?.detail ?? '')).toEqual([{ table: 'activity', how: 'deleted', rows: 3 }]);
  expect(seen.at(-1)).toEqual(['erasing', 'erasing']);
  expect([breaksOf(rows), unfinished(rows)]).toEqual([[], []]);
});

test('what was begun for somebody else is not finished by it', async () => {
  const store = storeOf(async () => []);
  await erased(store, subject, what);
  const begun: PrivacyRow = { ...((await store.rows())[0] as PrivacyRow), subject: 'f2' };
  expect(unfinished([begun, ...(await store.rows())]).map((row) => row.subject)).toEqual(['f2']);
});

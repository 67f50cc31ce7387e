/** One record that nobody can take whole keeps no other out. */
import { expect, test } from 'vitest';
import { orDead, type Take } from './hand-over.ts';

const TAKEN = { records: 1, read: 0, activities: 0, skipped: {}, dead: {} };

test('one record that holds too many others is a dead letter with the reason; of several none is touched', async () => {
  const given: unknown[] = [];
  const take: Take = async (records) => {
    given.push(records);
    return records.some((one) => 'bytes' in one && !('unreadable' in one))
      ? { status: 'too-many', reason: 'more than 20 records in one request' }
      : { status: 'taken', taken: TAKEN };
  };
  const record = { bytes: 'many' };
  expect(await orDead(take)([record, record])).toMatchObject({ status: 'too-many' });
  expect(await orDead(take)([record])).toMatchObject({ status: 'taken' });
  expect(given.at(-1)).toEqual([{ unreadable: 'more than 20 records in one request', bytes: Buffer.from('many') }]);
});

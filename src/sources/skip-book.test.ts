/** What was skipped is counted once by source, reason and day, and stays countable while the store is away. */
import { expect, test } from 'vitest';
import type { SkippedRecords } from '../ports/sources.ts';
import { createSkipBook } from './skip-book.ts';

const DAY = 86_400_000;
const skip = {
  tenant: 'acme',
  kind: 'topic',
  name: 'main/raw',
  format: 'okta',
  reason: 'a person',
  records: 2,
} as const;

function book() {
  const stored: { rows: readonly SkippedRecords[]; token: string }[] = [];
  const outside = { nowMs: 10 * DAY, down: false };
  const skips = createSkipBook(
    {
      async addSkipped(rows, token) {
        stored.push({ rows, token });
        if (outside.down) throw new Error('down');
      },
    },
    () => outside.nowMs,
  );
  return { skips, stored, outside };
}

test('records of one reason are one row a day, with where the last stands; nothing new is nothing stored', async () => {
  const { skips, stored, outside } = book();
  skips.add({ ...skip, example: 'partition 0, offset 1' });
  skips.add({ ...skip, example: 'partition 0, offset 7' });
  outside.nowMs += DAY;
  skips.add({ ...skip, example: 'partition 0, offset 9' });
  await skips.flush();
  await skips.flush();
  expect(stored).toHaveLength(1);
  expect(stored[0]!.rows).toEqual([
    { ...skip, day: 10, records: 4, lastMs: 10 * DAY, example: 'partition 0, offset 7' },
    { ...skip, day: 11, records: 2, lastMs: 11 * DAY, example: 'partition 0, offset 9' },
  ]);
});

test('what the store may have taken before it failed is given again as it was, and what came meanwhile apart', async () => {
  const { skips, stored, outside } = book();
  skips.add({ ...skip, example: '' });
  outside.down = true;
  await expect(skips.flush()).rejects.toThrow('down');
  skips.add({ ...skip, example: '' });
  outside.down = false;
  await skips.flush();
  await skips.flush();
  expect(stored[1]).toEqual(stored[0]);
  expect(stored[2]!.token).not.toBe(stored[0]!.token);
  expect(stored.map(({ rows }) => rows[0]!.records)).toEqual([2, 2, 2]);
});

test('reasons without end take no more room: beyond it they are one of their source, and no count is lost', async () => {
  const { skips, stored } = book();
  for (let i = 0; i < 5_000; i++) skips.add({ ...skip, reason: `reason ${i}`, records: 1, example: '' });
  await skips.flush();
  const { rows } = stored[0]!;
  expect(rows).toHaveLength(1_001);
  expect(rows.at(-1)).toMatchObject({ reason: 'other reasons', records: 4_000 });
});

test('one tenant that brings reasons and sources without end costs no other its counts', async () => {
  const { skips, stored } = book();
  for (let i = 0; i < 5_000; i++) {
    skips.add({ ...skip, tenant: 'flood', reason: `reason ${i}`, example: '' });
    skips.add({ ...skip, tenant: 'flood', name: `source ${i}`, example: '' });
  }
  skips.add({ ...skip, example: 'partition 0, offset 1' });
  await skips.flush();
  const { rows } = stored[0]!;
  expect(rows).toHaveLength(2_001);
  expect(rows.at(-1)).toMatchObject({ tenant: 'acme', reason: 'a person', example: 'partition 0, offset 1' });
  // What was stored makes room again.
  skips.add({ ...skip, tenant: 'flood', example: '' });
  await skips.flush();
  expect(stored[1]!.rows).toHaveLength(1);
});

/** What an object holds is handed over whatever is in it, and ends when the process does. */
import { expect, test } from 'vitest';
import type { RawRecord } from '../api/ports.ts';
import { handOverAll } from './s3-queues.ts';

const taken = { status: 'taken', taken: { records: 1, read: 1, activities: 1, skipped: {}, dead: {} } } as const;
async function* records(...texts: string[]): AsyncGenerator<RawRecord> {
  for (const text of texts) yield { bytes: text };
}

test('a record that holds too many others is dead by itself, and those beside it are taken', async () => {
  const seen: string[] = [];
  const outcome = await handOverAll(
    records('a', 'huge', 'b'),
    async (batch) => {
      const huge = batch.find((one) => 'bytes' in one && !('unreadable' in one) && one.bytes === 'huge');
      if (huge !== undefined) return { status: 'too-many', reason: 'more than 10 records in one request' };
      for (const one of batch)
        seen.push('unreadable' in one ? `dead ${Buffer.from(one.bytes)}` : String((one as { bytes: string }).bytes));
      return taken;
    },
    new AbortController().signal,
  );
  expect(outcome).toEqual({ status: 'taken' });
  expect(seen).toEqual(['a', 'dead huge', 'b']);
});

test('whoever waits for room is let go when the process ends', async () => {
  const end = new AbortController();
  const outcome = handOverAll(
    records('a'),
    async () => {
      setImmediate(() => end.abort());
      return { status: 'busy', reason: 'full', retryAfterMs: 3_600_000 };
    },
    end.signal,
  );
  expect(await outcome).toEqual({ status: 'later', reason: 'the process ends' });
});

/** Counts in the store what the formats of a history leave out on purpose, as a worker counts it of what comes in live. */
import { openSources } from '../adapters/clickhouse/open.ts';
import type { HistoryBatch } from '../ingest/history-batches.ts';
import type { Store } from '../ports/store.ts';
import { createSkipBook } from '../sources/skip-book.ts';

/** The same input; at its end the counts are stored. `name` is what the source is called; read again, it is counted again. */
export async function* keepSkipped(
  input: AsyncIterable<HistoryBatch>,
  store: Store,
  source: { readonly tenant: string; readonly name: string },
): AsyncGenerator<HistoryBatch> {
  const book = createSkipBook(openSources(store), Date.now);
  let { tenant } = source;
  for await (const batch of input) {
    tenant = batch.tenant ?? tenant;
    for (const { format, reason, times, first } of batch.skipped)
      book.add({
        tenant,
        kind: 'history',
        name: source.name,
        format,
        reason,
        records: times,
        example: `${first.from}, record ${first.offset + 1}`,
      });
    yield batch;
  }
  await book.flush();
}

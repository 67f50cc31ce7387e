/** Tells the store how far behind this process is in what it reads, so that whoever looks sees the partitions of all of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFault } from '../fault.ts';
import type { PartitionLag, SourceStore } from '../ports/sources.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Time between two tellings: half makes twice the rows, double makes a page twice as old. */
export const TELL_EVERY_MS = 10_000;
/** A partition of which nobody told for so long is read by nobody: more than a rebalance takes, and a few tellings. */
export const UNREAD_AFTER_MS = 60_000;

/** Tells until `signal`; a store that does not answer is told the next time. */
export async function tellLags(
  {
    store,
    lags,
    telemetry,
  }: {
    readonly store: Pick<SourceStore, 'tellLags'>;
    readonly lags: () => readonly PartitionLag[];
    readonly telemetry: Pick<Telemetry, 'event'>;
  },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(TELL_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const rows = signal.aborted ? [] : lags();
    if (rows.length === 0) continue;
    try {
      await store.tellLags(rows, `lag/${randomUUID()}`);
    } catch (error) {
      if (!isFault(error)) throw error;
      telemetry.event('store-retried', { step: 'lags', error });
    }
  }
}

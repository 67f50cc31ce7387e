/** Sources of records in the words of the API: those that fell silent first, how far each topic is behind, and what was skipped. */
import type { Sources } from '../../../schemas/console.ts';
import type { SourceStore } from '../../ports/sources.ts';
import type { TopicPartition } from '../../ports/stream.ts';
import { SLOT_MS } from '../../sources/rhythm.ts';
import type { SourceState } from '../../sources/source-book.ts';

const DAY_MS = 86_400_000;
const SKIPPED_DAYS = 7;
const SKIPPED_MAX = 200;

/** Records of one partition that a role has not processed. */
export type PartitionLag = TopicPartition & { readonly role: 'ingest' | 'detect'; readonly lag: number };

const ORDER = ['silent', 'heard', 'learning'] as const;

export function sourcesOf(states: readonly SourceState[]): Sources['sources'] {
  const rank = ({ rhythm }: SourceState) => ORDER.indexOf(rhythm.state);
  return [...states]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ kind, name, lastMs, rhythm }) => ({
      kind,
      name,
      state: rhythm.state,
      lastAt: new Date(lastMs).toISOString(),
      ...(rhythm.state === 'silent' && { silentSeconds: (rhythm.silentSlots * SLOT_MS) / 1_000 }),
    }));
}

/** One row for each role and topic. */
export function lagsOf(lags: readonly PartitionLag[]): Sources['lags'] {
  const rows = new Map<string, Sources['lags'][number]>();
  for (const { role, topic, partition, lag } of lags) {
    const key = `${role} ${topic}`;
    const { partitions, records, most } = rows.get(key) ?? { partitions: 0, records: 0 };
    const furthest = lag > (most?.records ?? 0) ? { partition, records: lag } : most;
    rows.set(key, {
      role,
      topic,
      partitions: partitions + 1,
      records: records + lag,
      ...(furthest && { most: furthest }),
    });
  }
  return [...rows.values()];
}

/** Reads what was skipped of a tenant in the last days. */
export function skippedReader(store: Pick<SourceStore, 'skipped'>, now: () => number) {
  return async (tenant: string): Promise<Sources['skipped']> => {
    const sinceDay = Math.floor(now() / DAY_MS) - SKIPPED_DAYS + 1;
    const rows = await store.skipped({ tenant, sinceDay, limit: SKIPPED_MAX });
    return rows.map(({ kind, name, format, reason, records, lastMs, example }) => ({
      kind,
      name,
      format,
      reason,
      records,
      lastAt: new Date(lastMs).toISOString(),
      ...(example !== '' && { example }),
    }));
  };
}

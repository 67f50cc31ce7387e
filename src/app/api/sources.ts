/** Sources of records in the words of the API: those that fell silent first, how far each topic is behind, and what was skipped. */
import type { Config } from '../../../schemas/config.ts';
import type { Sources } from '../../../schemas/console.ts';
import type { PartitionLag, SourceStore } from '../../ports/sources.ts';
import { UNREAD_AFTER_MS } from '../../sources/lag-watch.ts';
import { SLOT_MS } from '../../sources/rhythm.ts';
import type { SourceState } from '../../sources/source-book.ts';

const DAY_MS = 86_400_000;
const SKIPPED_DAYS = 7;
const SKIPPED_MAX = 200;
const PARTITIONS_MAX = 10_000;

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

/**
 * Reads how far all processes are behind, one row for each role and topic: what `own` says of this one, as it stands now, and what the others last told the store.
 * A partition of which nobody told lately is read by nobody.
 */
export function lagReader(
  store: Pick<SourceStore, 'lags'>,
  own: () => readonly PartitionLag[],
  now: () => number,
): () => Promise<Sources['lags']> {
  return async () => {
    const mine = new Map(own().map((one) => [placeOf(one), { ...one, agoMs: 0 }]));
    const others = (await store.lags(PARTITIONS_MAX)).filter((one) => !mine.has(placeOf(one)));
    const rows = new Map<string, Sources['lags'][number]>();
    for (const { role, topic, partition, records, agoMs } of [...mine.values(), ...others]) {
      const key = `${role} ${topic}`;
      const before = rows.get(key) ?? { role, topic, partitions: 0, records: 0 };
      const most = records > (before.most?.records ?? 0) ? { partition, records } : before.most;
      const toldAt = new Date(now() - agoMs).toISOString();
      const { unread = { partitions: 0, toldAt } } = before;
      const oldest = [toldAt, unread.toldAt].sort()[0]!;
      rows.set(key, {
        ...before,
        partitions: before.partitions + 1,
        records: before.records + records,
        ...(most && { most }),
        ...(agoMs > UNREAD_AFTER_MS && { unread: { partitions: unread.partitions + 1, toldAt: oldest } }),
      });
    }
    return [...rows.values()];
  };
}

/**
 * Of how far topics are behind, what a tenant is told. A name and a load are whose the records are, so a topic that the configuration of this
 * process does not list, as where it serves the API alone, is told to those tenants whose records came by it, and one that is pinned to its
 * tenant alone. Activities of all lie in one topic, which is told to all.
 */
export function lagsFor(
  tenant: string,
  { kafka, ingest }: Pick<Config, 'kafka' | 'ingest'>,
  lags: Sources['lags'],
  sources: readonly Pick<SourceState, 'kind' | 'name'>[],
): Sources['lags'] {
  const { cluster, inputs = [], inventory } = kafka ?? {};
  const listed = [...inputs, ...(inventory === undefined ? [] : [inventory])];
  const isTold = new Map<string, boolean>(
    sources.filter(({ kind }) => kind === 'topic').map(({ name }) => [name, true]),
  );
  for (const input of listed)
    isTold.set(`${cluster}/${input.topic}`, !input.pinned || (input.tenant ?? ingest.tenant) === tenant);
  return lags.filter(({ role, topic }) => role === 'detect' || isTold.get(topic) === true);
}

const placeOf = ({ role, topic, partition }: PartitionLag) => `${role} ${topic} ${partition}`;

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

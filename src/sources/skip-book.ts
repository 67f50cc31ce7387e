/** Counts the records of each source that its format leaves out on purpose, by reason and day, and keeps the counts in the store. */
import { randomUUID } from 'node:crypto';
import type { SkippedRecords, SourceStore } from '../ports/sources.ts';

const DAY_MS = 86_400_000;
/** Sources, formats and reasons that wait to be stored at a time; beyond them only the source and its format are told apart, and then nothing. */
const WAITING_MAX = 2_000;
/** Characters of a name and of a reason that are kept. */
const TEXT_MAX_CHARS = 256;
const OTHERS = 'other reasons';

export type Skip = Pick<SkippedRecords, 'tenant' | 'kind' | 'name' | 'format' | 'reason' | 'records' | 'example'>;

export interface SkipBook {
  /** Records were skipped. What ends with the process before the next `flush` is not counted. */
  add(skip: Skip): void;
  /** Stores what was counted. Rejects with the fault of the store; then it is tried again the next time. */
  flush(): Promise<void>;
}

const keyOf = ({ tenant, kind, name, format, reason, day }: Skip & { readonly day: number }) =>
  JSON.stringify([tenant, kind, name, format, reason, day]);

export function createSkipBook(store: Pick<SourceStore, 'addSkipped'>, now: () => number): SkipBook {
  let waiting = new Map<string, SkippedRecords>();
  /** Under one token, so that rows of which nobody knows whether they were stored are not added twice. */
  let underWay: { readonly rows: readonly SkippedRecords[]; readonly token: string } | undefined;

  return {
    add(skip) {
      const lastMs = now();
      const row = {
        ...skip,
        name: skip.name.slice(0, TEXT_MAX_CHARS),
        reason: skip.reason.slice(0, TEXT_MAX_CHARS),
        day: Math.floor(lastMs / DAY_MS),
        lastMs,
      };
      const key = keyOf(row);
      const isRoom = waiting.size < WAITING_MAX || waiting.has(key);
      const kept = isRoom ? row : { ...row, reason: OTHERS, example: '' };
      const keptKey = isRoom ? key : keyOf(kept);
      const before = waiting.get(keptKey);
      if (before === undefined && waiting.size >= 2 * WAITING_MAX) return;
      waiting.set(keptKey, { ...kept, records: kept.records + (before?.records ?? 0) });
    },
    async flush() {
      if (underWay === undefined) {
        if (waiting.size === 0) return;
        underWay = { rows: [...waiting.values()], token: `skipped/${randomUUID()}` };
        waiting = new Map();
      }
      await store.addSkipped(underWay.rows, underWay.token);
      underWay = undefined;
    },
  };
}

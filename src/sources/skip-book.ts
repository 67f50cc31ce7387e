/** Counts the records of each source that its format leaves out on purpose, by reason and day, and keeps the counts in the store. */
import { randomUUID } from 'node:crypto';
import type { SkippedRecords, SourceStore } from '../ports/sources.ts';

const DAY_MS = 86_400_000;
/** Counts that wait to be stored at a time, and how many of them one tenant may have: reasons without end cost the counts of no other. */
const WAITING_MAX = 4_000;
const OWN_MAX = WAITING_MAX / 2;
/** Of its own, sources, formats and reasons that are told apart; beyond them only the source and its format are, and then nothing. */
const OWN_WHOLE_MAX = OWN_MAX / 2;
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
  /** How many of them a tenant has. */
  let own = new Map<string, number>();
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
      const mine = own.get(row.tenant) ?? 0;
      const isRoom = waiting.has(key) || mine < OWN_WHOLE_MAX;
      const kept = isRoom ? row : { ...row, reason: OTHERS, example: '' };
      const keptKey = isRoom ? key : keyOf(kept);
      const before = waiting.get(keptKey);
      if (before === undefined) {
        if (waiting.size >= WAITING_MAX || mine >= OWN_MAX) return;
        own.set(row.tenant, mine + 1);
      }
      waiting.set(keptKey, { ...kept, records: kept.records + (before?.records ?? 0) });
    },
    async flush() {
      if (underWay === undefined) {
        if (waiting.size === 0) return;
        underWay = { rows: [...waiting.values()], token: `skipped/${randomUUID()}` };
        waiting = new Map();
        own = new Map();
      }
      await store.addSkipped(underWay.rows, underWay.token);
      underWay = undefined;
    },
  };
}

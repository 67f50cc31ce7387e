/** The port of sources: who sends records, kept as the slots of arrival time in which each was heard. */

/** `topic`: a raw topic; `sender`: a token and the way it came; `account`: provider and account that records are of. */
export const SOURCE_KINDS = ['topic', 'sender', 'account'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** What a process may listen to: raw topics, or whoever sends to its own listeners. */
export type Listener = 'kafka' | 'push';

/** A source of one tenant. */
export interface SourceKey {
  readonly tenant: string;
  /** `listener` is no source: it says that a process listened, and `name` for what (a `Listener`). */
  readonly kind: SourceKind | 'listener';
  readonly name: string;
}

/** Records of one source and day that a format left out on purpose. */
export interface SkippedRecords {
  readonly tenant: string;
  /** `history`: a history that was read at once. */
  readonly kind: Exclude<SourceKind, 'account'> | 'history';
  readonly name: string;
  readonly format: string;
  readonly reason: string;
  /** Since 1970-01-01, by the time of arrival. */
  readonly day: number;
  readonly records: number;
  /** When the last of them was read, in ms. */
  readonly lastMs: number;
  /** Where one of them stands in its topic; '' where a sender keeps no such place. */
  readonly example: string;
}

/** How many records of one partition a role has not processed. */
export interface PartitionLag {
  readonly role: 'ingest' | 'detect';
  /** Cluster and topic; `local`: what came without Kafka. */
  readonly topic: string;
  readonly partition: number;
  readonly records: number;
}

export interface SourceStore {
  /** Keeps that sources were heard in slots; the same twice is once. */
  heard(rows: readonly (SourceKey & { readonly slot: number })[]): Promise<void>;
  /** Sources with their slots since one, ascending; only what was stored after a moment of wall time in ms. Of one tenant where it is given. */
  slots(query: {
    readonly since: number;
    readonly storedAfterMs: number;
    readonly tenant?: string | undefined;
    readonly limit: number;
  }): Promise<readonly (SourceKey & { readonly slots: readonly number[] })[]>;
  /** Adds to what was skipped. `token` names exactly these rows: the same token twice is once. */
  addSkipped(rows: readonly SkippedRecords[], token: string): Promise<void>;
  /** What was skipped of a tenant since a day, those with most records first; one row for each source, format and reason. */
  skipped(query: {
    readonly tenant: string;
    readonly sinceDay: number;
    readonly limit: number;
  }): Promise<readonly Omit<SkippedRecords, 'day'>[]>;
  /** Keeps how far partitions are behind, in place of what was said of them before. `token`: the same token twice is once. */
  tellLags(rows: readonly PartitionLag[], token: string): Promise<void>;
  /** What was said last of each partition in the last day, and how long ago by the clock of the store. */
  lags(limit: number): Promise<readonly (PartitionLag & { readonly agoMs: number })[]>;
}

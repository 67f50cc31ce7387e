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
}

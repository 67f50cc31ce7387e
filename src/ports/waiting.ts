/** The port to where records are written down that wait in memory, so that a crash loses none of them. */

/** A record that somebody was told is taken, and that waits for the rest of its trace. */
export interface WaitingRecord {
  /** Of this record alone, at most 64 characters. */
  readonly id: string;
  readonly tenant: string;
  /** Who sent it; see `Traces`. */
  readonly sender: string;
  /** The format that it is to be read with: an id, or `auto`. */
  readonly format: string;
  /** Wall time in ms. */
  readonly arrivedMs: number;
  /** The record as JSON, without its secrets. */
  readonly body: string;
}

export interface WaitingStore {
  /** Resolves when they are durable. */
  keep(records: readonly WaitingRecord[]): Promise<void>;
  /** They wait no longer: what they came to is durable. */
  done(records: readonly Pick<WaitingRecord, 'id' | 'arrivedMs'>[]): Promise<void>;
  /** Those that wait still, in order of arrival. */
  left(limit: number): Promise<readonly WaitingRecord[]>;
}

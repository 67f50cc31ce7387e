/** The session port: what a store keeps of people who signed in, so that every process of the API knows the same sessions. */

/** One thing that happened to a session; rows are only ever added. */
export interface SessionEvent {
  /** Of the session; no secret. */
  readonly id: string;
  readonly event: 'began' | 'renewed' | 'used' | 'ended';
  /** Wall time in ms. */
  readonly at: number;
  /** Wall time in ms after which the session counts no more, whatever happened in it. */
  readonly until: number;
  /** Hash of the cookie that counts from then on; '' where none changed. */
  readonly cookie: string;
  /** Hash of the cookie that it takes the place of; '' where there is none. */
  readonly former: string;
  /** Hash of who it is at the provider. */
  readonly person: string;
  /** Of the one that began: who it is and what that person may do, as JSON; '' elsewhere. */
  readonly body: string;
  /** What only the browser's cookie opens; '' where no cookie changed. */
  readonly sealed: string;
}

/** A session that was not ended, by its events. */
export interface OpenSession {
  readonly id: string;
  readonly person: string;
  readonly body: string;
  readonly beganAt: number;
  /** When it was last used, as far as that was written down. */
  readonly usedAt: number;
  readonly until: number;
}

export interface SessionStore {
  add(events: readonly SessionEvent[]): Promise<void>;
  /** All events of the session of a cookie, oldest first; none where no session has it. */
  ofCookie(hash: string): Promise<readonly SessionEvent[]>;
  /** Sessions that were not ended and may count at `now`, the one used last first. */
  open(now: number, limit: number): Promise<readonly OpenSession[]>;
}

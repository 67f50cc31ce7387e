/** Tries again what an outage stopped, for as long as the configuration says and no longer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError, toStoreError } from './store-error.ts';

const BACKOFF_BASE_MS = 50;
const BACKOFF_MAX_MS = 5_000;

/** Something that did not go through at once; for a log line and a metric. */
export interface Retry {
  /** Table written to, or `read`. */
  readonly table: string;
  readonly attempt: number;
  readonly waitMs: number;
  readonly reason: string;
}

/** What lasts is measured by a clock that nobody sets: one that is set ahead must not end the process. */
export class RetryPolicy {
  readonly #place: string;
  readonly #retryForMs: number;
  readonly #onRetry: (retry: Retry) => void;
  readonly #closing = new AbortController();
  /** What is being tried again now: since when, and why. */
  readonly #troubles = new Map<symbol, { readonly sinceMs: number; readonly error: StoreError }>();

  constructor(place: string, retryForMs: number, onRetry: (retry: Retry) => void) {
    this.#place = place;
    this.#retryForMs = retryForMs;
    this.#onRetry = onRetry;
  }

  /** Ends waiting; what waits fails as closed. */
  close(): void {
    this.#closing.abort();
  }

  /** The error of what has been tried again for `ms` and longer; undefined when all goes through. */
  trouble(ms: number): StoreError | undefined {
    const now = performance.now();
    for (const { sinceMs, error } of this.#troubles.values()) if (now - sinceMs >= ms) return error;
    return undefined;
  }

  /** Does `work` until it succeeds, fails for good, or `retryForMs` have passed; full jitter between attempts. Throws a `StoreError`. */
  async through<T>(table: string, work: () => Promise<T>): Promise<T> {
    const call = Symbol(table);
    try {
      return await this.#repeat(call, table, work);
    } finally {
      this.#troubles.delete(call);
    }
  }

  async #repeat<T>(call: symbol, table: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      if (this.#closing.signal.aborted) throw new StoreError('closed', 'the store is closed', 'Open it again.');
      try {
        return await work();
      } catch (cause) {
        const error = toStoreError(cause, this.#place);
        if (!error.transient || performance.now() - began >= this.#retryForMs) throw error;
        this.#troubles.set(call, { sinceMs: began, error });
        const waitMs = Math.ceil(Math.random() * Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** attempt));
        this.#onRetry({ table, attempt, waitMs, reason: error.message });
        await sleep(waitMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
  }
}

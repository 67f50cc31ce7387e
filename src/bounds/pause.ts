/** Waits for a while, or until there is nothing to wait for any more. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`, at once when the signal is aborted. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

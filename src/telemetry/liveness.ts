/** Tells progress from mere existence: a process is alive when it does work, or has none to do. */

export interface Liveness {
  /** Says whether work waits now. */
  waiting(some: boolean): void;
  /** Says that a piece of work was done. */
  beat(): void;
  /** Milliseconds without progress while work waited; 0 when none waits. */
  silentMs(): number;
}

/** `now` is the wall clock in ms. Without a word from anyone nothing waits, so nothing is late. */
export function createLiveness(now: () => number): Liveness {
  let since: number | undefined;
  return {
    waiting(some) {
      since = some ? (since ?? now()) : undefined;
    },
    beat() {
      if (since !== undefined) since = now();
    },
    silentMs: () => (since === undefined ? 0 : Math.max(0, now() - since)),
  };
}

/** Time gone by on a clock that somebody may set. */

/**
 * Milliseconds from `since` to `now`. A clock that was set back counts by as much as it was: whoever waits for a time to pass would wait until
 * the clock is there again, and a moment of a wrong clock would last for days. At the worst something is done once too early.
 */
export const elapsed = (now: number, since: number): number => Math.abs(now - since);

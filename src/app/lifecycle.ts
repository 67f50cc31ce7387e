/** Stops the process in order: not ready, stop fetching, finish what was begun, snapshot, leave. */

export interface Lifecycle {
  /** Aborted at the first SIGTERM or SIGINT. */
  readonly signal: AbortSignal;
  /** Ask for the same orderly stop from inside, for a reason that is told. */
  stop(reason: string): void;
  /** Removes the signal handlers. */
  dispose(): void;
}

/**
 * First signal: orderly stop. Second signal, or `drainMs` after the first: leave at once with exit code 1;
 * what was not committed is processed again by whoever takes over.
 */
export function createLifecycle(
  drainMs: number,
  onStop: (reason: string) => void,
  exit: (code: number) => void = process.exit,
): Lifecycle {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const stop = (reason: string) => {
    if (controller.signal.aborted) return exit(1);
    onStop(reason);
    controller.abort();
    timer = setTimeout(() => exit(1), drainMs);
    timer.unref();
  };
  const onSignal = () => stop('signal');
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return {
    signal: controller.signal,
    stop: (reason) => (controller.signal.aborted ? undefined : stop(reason)),
    dispose: () => {
      clearTimeout(timer);
      process.off('SIGTERM', onSignal);
      process.off('SIGINT', onSignal);
    },
  };
}

/**
 * The last bound of an end: a process that has done everything and still does not end by itself, because a library keeps a
 * socket or a timer, leaves after `ms` with the exit code it has. `onLeft` is told what kept it.
 */
export function leaveAfter(ms: number, onLeft: (what: string) => void): void {
  setTimeout(() => {
    onLeft([...new Set(process.getActiveResourcesInfo())].join(', '));
    process.exit(process.exitCode ?? 0);
  }, ms).unref();
}

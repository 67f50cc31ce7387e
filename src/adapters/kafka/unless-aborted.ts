/** Waits for a promise only as long as somebody wants the answer. */

/** Settles as `work` does, or rejects with `gone()` as soon as `signal` is aborted; the work itself cannot be stopped. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, gone: () => Error): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(gone());
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => {});
    aborted.catch(() => {});
  }
}

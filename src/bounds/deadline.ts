/** A signal that ends work when somebody asks for it or when its time is up, whichever comes first. */

/**
 * `ms` from now on at the latest; `signal`: who may end it earlier. Node 20 lets a timeout that only `AbortSignal.any` knows be collected as
 * garbage, and then it never comes (20.20.2; 22 and 24 hold it). One that somebody listens to is held until it has come.
 */
export function withDeadline(ms: number, signal?: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(ms);
  late.addEventListener('abort', () => {}, { once: true });
  return signal === undefined ? late : AbortSignal.any([signal, late]);
}

/** Keeps a summary that is dear to make: whoever asks has the last one at once, with its age, while another is made. */
import type { Clock } from '../../ports/outside.ts';

/** A summary is made anew at the earliest after this, and after so many times what making it took: at most a twentieth of the time goes into it. */
const LEAST_MS = 5_000;
const SHARE = 20;
/** What took no longer than this is waited for rather than answered old. */
const QUICK_MS = 500;
/** An older one is not shown at all. */
const OLDEST_MS = 600_000;
const TENANTS_MAX = 1_000;

export interface Kept<T> {
  readonly of: T;
  readonly madeMs: number;
}

interface Book<T> {
  last?: Kept<T> & { readonly tookMs: number };
  /** The one that is being made. */
  making?: Promise<Kept<T>>;
}

/**
 * Gives the summary of a tenant and when it was begun. Those who ask while it is made share one call. A failure is thrown only to those
 * who have nothing younger than ten minutes. `weightMax` bounds what all kept summaries together weigh, by `weigh`; the newest stays.
 */
export function keptFor<T>(
  clock: Clock,
  make: (tenant: string) => Promise<T>,
  { weigh, weightMax }: { readonly weigh: (of: T) => number; readonly weightMax: number },
): (tenant: string) => Promise<Kept<T>> {
  const books = new Map<string, Book<T>>();

  function bound(): void {
    let weight = 0;
    let tenants = 0;
    for (const [tenant, { last, making }] of [...books].reverse()) {
      weight += last === undefined ? 0 : weigh(last.of);
      tenants++;
      if (tenants > 1 && making === undefined && (weight > weightMax || tenants > TENANTS_MAX)) books.delete(tenant);
    }
  }

  function renew(tenant: string, book: Book<T>): Promise<Kept<T>> {
    if (book.making !== undefined) return book.making;
    const madeMs = clock.now();
    const making = make(tenant)
      .then((of) => {
        book.last = { of, madeMs, tookMs: Math.max(0, clock.now() - madeMs) };
        return book.last;
      })
      .finally(() => {
        delete book.making;
        bound();
      });
    book.making = making;
    return making;
  }

  return async (tenant) => {
    const book = books.get(tenant) ?? {};
    books.delete(tenant);
    books.set(tenant, book);
    const { last } = book;
    if (last === undefined) return renew(tenant, book);
    const ageMs = Math.abs(clock.now() - last.madeMs);
    if (ageMs < Math.max(LEAST_MS, last.tookMs * SHARE)) return last;
    const next = renew(tenant, book);
    if (last.tookMs <= QUICK_MS || ageMs > OLDEST_MS) {
      return ageMs > OLDEST_MS ? next : next.catch(() => last);
    }
    next.catch(() => {});
    return last;
  };
}

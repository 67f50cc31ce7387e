/** Keeps the last answer of each tenant for a while, or for as long as it is made, so that many pages read the store once. */
import type { Clock } from '../../ports/outside.ts';

const TENANTS_MAX = 1_000;

/** Calls `make` again when its last answer is older than `ms`; those who ask meanwhile share one call. A failure is not kept. */
export function lastFor<T>(
  ms: number,
  clock: Clock,
  make: (tenant: string) => Promise<T>,
): (tenant: string) => Promise<T> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (tenant) => {
    const known = kept.get(tenant);
    if (known !== undefined && Math.abs(clock.now() - known.at) < ms) return known.answer;
    const answer = make(tenant);
    kept.delete(tenant);
    for (const oldest of kept.keys()) {
      if (kept.size < TENANTS_MAX) break;
      kept.delete(oldest);
    }
    kept.set(tenant, { at: clock.now(), answer });
    answer.catch(() => {
      if (kept.get(tenant)?.answer === answer) kept.delete(tenant);
    });
    return answer;
  };
}

/** Calls `make` once for all who ask while it is under way, and keeps nothing. */
export function sharedFor<T>(make: (tenant: string) => Promise<T>): (tenant: string) => Promise<T> {
  const under = new Map<string, Promise<T>>();
  return (tenant) => {
    const known = under.get(tenant);
    if (known !== undefined) return known;
    const answer = make(tenant).finally(() => under.delete(tenant));
    under.set(tenant, answer);
    return answer;
  };
}

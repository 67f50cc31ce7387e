/** Acts on identities and what they may do, by whom they are about: the last few of each, for the days in which they count. */
import { type Change, type ChangeManner, isSuspicious } from '../change.ts';
import { CHANGE_DAYS, CHANGE_DOUBT_HOURS, CHANGES_KEPT, CHANGES_MAX, DAY_MS, HOUR_MS } from '../constants.ts';

/** Part of a full tenant that is left when it makes room, so that it does not have to every hour. */
const KEPT_SHARE = 0.9;

/** A change with the hash under which those it is about look for it. */
export interface ChangeOf extends Change {
  readonly subject: number;
}

interface Kept extends ChangeOf {
  manner: ChangeManner;
}

const NONE: readonly Change[] = [];

export class Changes {
  /** Tenant -> subject -> its changes, the oldest first. */
  readonly #bySubject = new Map<string, Map<number, Kept[]>>();

  /** Takes the changes of one hour of a tenant. Their order does not matter. */
  take(tenant: string, changes: readonly ChangeOf[]): void {
    const subjects = this.#bySubject.get(tenant) ?? new Map<number, Kept[]>();
    this.#bySubject.set(tenant, subjects);
    for (const change of [...changes].sort(inOrder)) {
      const known = subjects.get(change.subject) ?? [];
      // A turn that was told twice is once.
      if (known.some((one) => inOrder(one, change) === 0)) continue;
      known.push({ ...change });
      known.sort(inOrder);
      const [surplus] = known.length > CHANGES_KEPT ? surplusOf(known, CHANGES_KEPT) : [];
      subjects.set(
        change.subject,
        known.filter((one) => one !== surplus),
      );
    }
  }

  /** An alert was raised on an identity: what it made in the day before is in doubt, and no longer explains anything. */
  doubt(tenant: string, identity: number, hour: number): void {
    const [from, to] = [(hour - CHANGE_DOUBT_HOURS) * HOUR_MS, (hour + 1) * HOUR_MS];
    for (const changes of this.#bySubject.get(tenant)?.values() ?? [])
      for (const change of changes)
        if (change.identity === identity && change.ms >= from && change.ms < to && !isSuspicious(change))
          change.manner = 'doubted';
  }

  /** What is known of a subject, the oldest first. */
  about(tenant: string, subject: number): readonly Change[] {
    return this.#bySubject.get(tenant)?.get(subject) ?? NONE;
  }

  isEmpty(tenant: string): boolean {
    return (this.#bySubject.get(tenant)?.size ?? 0) === 0;
  }

  /** Forgets what no longer counts on a day (since 1970). */
  forget(day: number): void {
    const oldest = (day - CHANGE_DAYS - 1) * DAY_MS;
    for (const [tenant, subjects] of this.#bySubject) {
      for (const [subject, changes] of subjects) {
        const kept = changes.filter(({ ms }) => ms >= oldest);
        if (kept.length === 0) subjects.delete(subject);
        else if (kept.length < changes.length) subjects.set(subject, kept);
      }
      if (subjects.size === 0) this.#bySubject.delete(tenant);
    }
  }

  /** Of too many, whoever made most of them loses its oldest: a flood of one identity costs the others nothing. */
  trim(): void {
    for (const subjects of this.#bySubject.values()) {
      let held = 0;
      for (const { length } of subjects.values()) held += length;
      if (held <= CHANGES_MAX) continue;
      const all = [...subjects.values()].flat();
      const doomed = new Set<Change>(surplusOf(all, Math.floor(CHANGES_MAX * KEPT_SHARE)));
      for (const [subject, changes] of subjects) {
        const kept = changes.filter((change) => !doomed.has(change));
        if (kept.length === 0) subjects.delete(subject);
        else subjects.set(subject, kept);
      }
    }
  }
}

/** What goes so that so many are left: always the oldest of whoever has most, so that nobody pushes out what another one did. */
function surplusOf(changes: readonly Kept[], left: number): Kept[] {
  const byMaker = new Map<number, Kept[]>();
  for (const change of [...changes].sort(inOrder)) {
    const own = byMaker.get(change.identity) ?? [];
    own.push(change);
    byMaker.set(change.identity, own);
  }
  const share = shareOf(byMaker, left);
  const surplus = new Set([...byMaker.values()].flatMap((own) => own.slice(0, Math.max(0, own.length - share))));
  const kept = changes.filter((change) => !surplus.has(change)).sort(inOrder);
  return [...surplus, ...kept.slice(0, Math.max(0, kept.length - left))];
}

/** The most that one identity may keep, at least one: what those with fewer leave is shared out evenly. */
function shareOf(byMaker: ReadonlyMap<number, readonly Kept[]>, left: number): number {
  const sizes = [...byMaker.values()].map(({ length }) => length).sort((a, b) => a - b);
  let room = left;
  for (const [at, size] of sizes.entries()) {
    const share = Math.floor(room / (sizes.length - at));
    if (size > share) return Math.max(1, share);
    room -= size;
  }
  return sizes.at(-1) ?? 1;
}

const inOrder = (a: ChangeOf, b: ChangeOf): number =>
  a.ms - b.ms ||
  a.identity - b.identity ||
  a.subject - b.subject ||
  (a.action === b.action ? 0 : a.action < b.action ? -1 : 1);

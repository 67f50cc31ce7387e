/** What was told in hours that are not closed yet, kept until they are, so that the store need not be asked for it. */
import { createPace } from '../bounds/pace.ts';
import type { Contribution } from '../core/engine-contract.ts';
import { toldIn } from './event-hours.ts';

export interface HeldHours {
  /** Takes what one turn told, in one step however much it is. */
  add(contributions: readonly Contribution[]): void;
  /** All that was told up to an hour, in no order. Others run in between. */
  upTo(hour: number): Promise<readonly Contribution[]>;
  /** Forgets what was told up to an hour. */
  forget(hour: number): void;
}

/** Contributions that are put to their hours between two pauses. */
const RUN = 1_024;
const pace = createPace({ records: 32, bytes: Number.POSITIVE_INFINITY });

/** Thousands of newcomers tell a million contributions in one turn, so they are put to their hours only when they are asked for, with pauses. */
export function createHeldHours(): HeldHours {
  const hours = new Map<number, Contribution[]>();
  /** Not put to their hours yet; what was told up to `after` was forgotten since. */
  let untouched: { readonly contributions: readonly Contribution[]; readonly after: number }[] = [];

  function put(contributions: readonly Contribution[], after: number): void {
    for (const one of contributions) {
      if (toldIn(one) <= after) continue;
      const told = hours.get(toldIn(one));
      if (told === undefined) hours.set(toldIn(one), [one]);
      else told.push(one);
    }
  }

  return {
    add(contributions) {
      if (contributions.length > 0) untouched.push({ contributions, after: Number.NEGATIVE_INFINITY });
    },
    async upTo(hour) {
      const fresh = untouched;
      untouched = [];
      for (const { contributions, after } of fresh)
        for (let from = 0; from < contributions.length; from += RUN) {
          put(contributions.slice(from, from + RUN), after);
          await pace(0);
        }
      const all: Contribution[] = [];
      for (const [at, told] of hours) {
        if (at > hour) continue;
        for (let from = 0; from < told.length; from += RUN) {
          for (const one of told.slice(from, from + RUN)) all.push(one);
          await pace(0);
        }
      }
      return all;
    },
    forget(hour) {
      for (const at of hours.keys()) if (at <= hour) hours.delete(at);
      untouched = untouched.map(({ contributions, after }) => ({ contributions, after: Math.max(after, hour) }));
    },
  };
}

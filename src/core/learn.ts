/** Learns the values of one activity: quarantine for new ones, a weekly cap on admissions, nothing from under suspicion. */

import type { ActivityContext } from './activity-context.ts';
import { HABIT_SHARE, STALE_DAYS, TOLD_PER_DAY, WEEKLY_LEAST, WEEKLY_SHARE } from './constants.ts';
import type { Contributions } from './contributions.ts';
import type { Taught } from './engine-contract.ts';
import { ALERTED, CONDEMNED, DOUBTED, type Habits, PENDING, TRUSTED } from './memory/habits.ts';
import type { Lexicon } from './memory/lexicon.ts';
import type { Memory } from './memory/memory.ts';
import type { CompiledDimension } from './novelty/compiled-dimension.ts';
import { isVolatile } from './novelty/novelty.ts';

/** Returns what is to be told: somebody else's place that became a habit without an alert. */
export function learnValues(
  context: ActivityContext,
  lexicon: Lexicon,
  gated: boolean,
  contributions: Contributions,
): Taught | undefined {
  let reached: Taught | undefined;
  const { memory, day } = context;
  const { habits } = memory;
  for (let n = 0; n < context.actives; n++) {
    const index = context.active[n] as number;
    const axis = context.axes[index] as CompiledDimension;
    const { depth } = axis.dimension;
    let texts: readonly string[] | undefined;
    let firstEqual = depth;
    for (let level = 0; level < depth; level++) {
      const hash = context.levelOf(axis, level);
      // Of levels that are one value the exact one is remembered, unless the coarsest of them is volatile.
      if (axis.dimension.joinsEqual === true && level < depth - 1 && context.levelOf(axis, level + 1) === hash) {
        firstEqual = Math.min(firstEqual, level);
        continue;
      }
      const at = habits.find(index, hash);
      const state = at < 0 || (gated && isStale(context, at)) ? DOUBTED : habits.state(at);
      if (state === DOUBTED) {
        const coarsest = Math.min(firstEqual, level);
        if (coarsest > 0 && isVolatile(memory, axis, coarsest, context.tier)) continue;
        texts ??= context.textsOf(axis);
        habits.add(index, hash, {
          days: 1,
          first: day,
          last: day,
          state: gated ? ALERTED : PENDING,
          level,
          trusted: 0,
        });
        lexicon.put(hash, texts[level] ?? '');
        if ((memory.contributedToday[axis.index] as number) < TOLD_PER_DAY) {
          memory.contributedToday[axis.index] = (memory.contributedToday[axis.index] as number) + 1;
          contributions.add(
            gated
              ? { kind: 'suspect', value: hash, amount: 1 }
              : { kind: 'holds', dimension: axis.dimension.id, value: hash, amount: 1 },
          );
        }
        continue;
      }
      if ((gated && state !== TRUSTED) || state === CONDEMNED) continue;
      if (habits.use(at, day) || isHabit(habits, at, memory, day)) {
        const admitted = memory.admitted.get(axis.index) ?? 0;
        if (context.maturity >= 1 && admitted >= Math.max(WEEKLY_LEAST, habits.cap(index) * WEEKLY_SHARE)) continue;
        memory.admitted.set(axis.index, admitted + 1);
        habits.trust(at, day);
        if (state === PENDING && axis.dimension.isBeyond === true) reached ??= reachedBy(context, axis, at);
        // Of what was met under suspicion the population knows no holder yet.
        if (state === ALERTED)
          contributions.add({ kind: 'holds', dimension: axis.dimension.id, value: hash, amount: 1 });
      }
    }
  }
  return reached;
}

/** A place beyond its own that an identity is let go to from now on, where it is no longer young and nobody else of the tenant goes there. */
function reachedBy(context: ActivityContext, axis: CompiledDimension, at: number): Taught | undefined {
  const { memory, tenant, day, activity } = context;
  const { habits } = memory;
  if (context.maturity < 1 || habits.first(at) < context.matureDay) return undefined;
  if (context.othersHold(habits.hash(at))) return undefined;
  const place = context.textsOf(axis)[habits.level(at)];
  return {
    tenant,
    identity: activity.identity.id,
    days: habits.days(at),
    within: day - habits.first(at) + 1,
    ...(place !== undefined && { place }),
  };
}

/**
 * Whether a value never became a habit and counts as almost new, so that under suspicion it is suspected as a new one is: else it would be
 * told of at every use. What comes back by the calendar is not: it stays as known as it was, however often it is used that day.
 */
function isStale(context: ActivityContext, at: number): boolean {
  const { memory, day } = context;
  const { habits } = memory;
  const unused = day - habits.last(at);
  return habits.state(at) === PENDING && unused > STALE_DAYS && !context.isDue(unused, day - habits.first(at));
}

/** Whether a value was used on most of few active days: a job that runs seldom has habits too. A value of one day is never a habit. */
function isHabit(habits: Habits, at: number, memory: Memory, day: number): boolean {
  const days = habits.days(at);
  return habits.state(at) === PENDING && days >= 2 && days >= memory.activeDays * HABIT_SHARE && day > habits.first(at);
}

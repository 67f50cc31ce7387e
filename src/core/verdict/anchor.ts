/** Takes a profile back to an earlier day: what was learned since is doubted, and can be given back. */

import { CONDEMNED, DOUBTED, PENDING, TRUSTED } from '../memory/habits.ts';
import type { Memory } from '../memory/memory.ts';
import type { CompiledDimension } from '../novelty/compiled-dimension.ts';
import { Uncount } from './uncount.ts';

/**
 * Takes the profile back to the morning of a day. What became trusted, or was alerted on, and was first seen since is doubted: news until
 * it is learned anew. What else was not trusted then has to earn it from the beginning. What was trusted then stays as it is, and so
 * does what a person approved.
 */
export function rollBack(memory: Memory, axes: readonly CompiledDimension[], day: number): void {
  const { habits, approvals } = memory;
  const uncount = new Uncount();
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of)) {
      const state = habits.state(at);
      const isSince = habits.first(at) >= day;
      if (state === CONDEMNED || approvals.has(habits.hash(at))) continue;
      if (isSince && state !== PENDING) {
        if (state === TRUSTED) uncount.add(of, habits.first(at), habits.level(at));
        habits.setState(at, DOUBTED);
      } else if (isSince || (state === TRUSTED && habits.trusted(at) >= day)) habits.doubt(at);
    }
  uncount.from(memory, axes);
}

/** Gives back values that are still doubted and were first seen before a day. The rates of their novelties stay without them. */
export function rollForward({ habits }: Memory, day: number): void {
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of))
      if (habits.state(at) === DOUBTED && habits.first(at) < day)
        habits.setState(at, habits.trusted(at) > 0 ? TRUSTED : PENDING);
}

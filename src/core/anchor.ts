/** The profile as it stood on an earlier day: what was learned since is taken back, and can be given back. */
import type { Axis } from './axis.ts';
import { CONDEMNED, DOUBTED, PENDING, TRUSTED } from './habits.ts';
import type { Memory } from './memory.ts';
import { Uncount } from './uncount.ts';

/**
 * Takes the profile back to the morning of a day. What was first seen since is doubted, alerted or not: news until it is learned anew.
 * What was seen before and only trusted since has to earn that again. What was trusted then stays as it is, and so does what a person approved.
 */
export function rollBack(memory: Memory, axes: readonly Axis[], day: number): void {
  const { habits, approvals } = memory;
  const uncount = new Uncount();
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of)) {
      if (habits.state(at) === CONDEMNED || approvals.has(habits.hash(at))) continue;
      if (habits.first(at) >= day) {
        if (habits.state(at) !== DOUBTED) uncount.add(of, habits.first(at), habits.level(at));
        habits.setState(at, DOUBTED);
      } else if (habits.state(at) === TRUSTED && habits.trusted(at) >= day) habits.doubt(at);
    }
  uncount.from(memory, axes);
}

/** Gives back what is still doubted and was first seen before a day. Which days were new ones stays forgotten. */
export function rollForward({ habits }: Memory, day: number): void {
  for (let of = 0; of < habits.tables; of++)
    for (const at of habits.places(of))
      if (habits.state(at) === DOUBTED && habits.first(at) < day)
        habits.setState(at, habits.trusted(at) > 0 ? TRUSTED : PENDING);
}

/** Takes values out of a memory that were first learned in a time or seen in an alert, and their novelties out of the rates. Other counters stay, since nobody can say which part of a sum is the intruder's. */

import { DAY_MS, DAY_ZERO } from '../constants.ts';
import type { Unlearning } from '../engine-contract.ts';
import { CONDEMNED, TRUSTED } from '../memory/habits.ts';
import type { Memory } from '../memory/memory.ts';
import type { CompiledDimension } from '../novelty/compiled-dimension.ts';
import { Uncount } from './uncount.ts';

/** Unlearnings kept in mind. */
const REMEMBERED = 32;

/** False when it was done before. Days are whole UTC days: a habit knows the day it began. */
export function unlearn(
  memory: Memory,
  axes: readonly CompiledDimension[],
  { id, from, to, alertId, how }: Unlearning,
): boolean {
  if (memory.unlearned.includes(id)) return false;
  memory.unlearned.push(id);
  if (memory.unlearned.length > REMEMBERED) memory.unlearned.shift();
  const { habits } = memory;
  const uncount = new Uncount();
  const [first, last] = [dayOf(from), dayOf(to)];
  const isWithin = (day: number) => day >= first && day <= last;
  const blamed = new Set(memory.raised.find((alert) => alert.id === alertId)?.values.map(([, value]) => value));
  for (let of = 0; of < habits.tables; of++)
    for (const [hash, value] of habits.values(of)) {
      const at = habits.find(of, hash);
      if (!blamed.has(hash) && !isWithin(value.first)) {
        // The value was seen before, but it became trusted in the time that is taken back.
        if (value.state === TRUSTED && isWithin(value.trusted) && !memory.approvals.has(hash)) habits.doubt(at);
        continue;
      }
      memory.approvals.delete(hash);
      if (value.state === TRUSTED) uncount.add(of, value.first, value.level);
      if (how === 'forget') habits.forget(of, hash);
      else habits.setState(at, CONDEMNED);
    }
  memory.agentParts?.forget((day) => isWithin(day - DAY_ZERO));
  uncount.from(memory, axes);
  return true;
}

const dayOf = (time: string) => Math.floor(Date.parse(time) / DAY_MS) - DAY_ZERO;

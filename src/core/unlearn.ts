/** Takes out of a memory what was first learned in a time or seen in an alert; counters stay, since nobody can say which part is whose. */
import { DAY_MS, DAY_ZERO } from './constants.ts';
import type { Unlearning } from './exchange.ts';
import { CONDEMNED } from './habits.ts';
import type { Memory } from './memory.ts';

/** Unlearnings kept in mind. */
const REMEMBERED = 32;

/** False when it was done before. Days are whole UTC days: a habit knows the day it began. */
export function unlearn(memory: Memory, { id, from, to, alertId, how }: Unlearning): boolean {
  if (memory.unlearned.includes(id)) return false;
  memory.unlearned.push(id);
  if (memory.unlearned.length > REMEMBERED) memory.unlearned.shift();
  const { habits } = memory;
  const [first, last] = [dayOf(from), dayOf(to)];
  const blamed = new Set(memory.raised.find((alert) => alert.id === alertId)?.values.map(([, value]) => value));
  for (let of = 0; of < habits.tables; of++)
    for (const [hash, value] of habits.values(of)) {
      if (!blamed.has(hash) && (value.first < first || value.first > last)) continue;
      memory.approvals.delete(hash);
      if (how === 'forget') habits.forget(of, hash);
      else habits.setState(habits.find(of, hash), CONDEMNED);
    }
  return true;
}

const dayOf = (time: string) => Math.floor(Date.parse(time) / DAY_MS) - DAY_ZERO;

/** Leaves out of a chunk what was here before, so that it counts once: what memory and the chunk tell at once, and what only the store can. */
import type { Activity } from '../../schemas/activity.ts';
import type { Engine, Located } from '../core/engine-contract.ts';
import { msOf } from '../core/instant.ts';
import { keyOfAct } from '../ports/same-act.ts';
import type { LogPlace } from './log-place.ts';

/** Whether an activity may have been learned of history. */
export const isOfHistory = ({ historyMs }: LogPlace, { activity }: Located): boolean =>
  historyMs !== undefined && msOf(activity.at) <= historyMs;

export interface Fresh {
  readonly located: readonly Located[];
  /** Activities left out. */
  readonly again: number;
}

/**
 * The activities of a chunk that were never here. History may hold what the topic keeps too, and memory reaches back some 32,000 activities:
 * what lies further back, or may be of history, is looked for with `ask`, all in one question; it gives the places in the list of those
 * that are stored before this chunk. So a chunk that is judged again after a crash does not find itself, and it is the same activities
 * however the topic is cut into chunks.
 */
export async function freshOf(
  located: readonly Located[],
  engine: Pick<Engine, 'met'>,
  log: LogPlace,
  ask: (activities: readonly Activity[]) => Promise<ReadonlySet<number>>,
): Promise<Fresh> {
  const { known, unsure } = engine.met(located);
  const again = twice(located);
  for (const at of known) again.add(at);
  const asked = new Set(unsure);
  if (log.historyMs !== undefined) for (const [at, one] of located.entries()) if (isOfHistory(log, one)) asked.add(at);
  const open = [...asked].filter((at) => !again.has(at));
  if (open.length > 0)
    for (const found of await ask(open.map((at) => located[at]!.activity))) again.add(open[found] as number);
  return again.size === 0
    ? { located, again: 0 }
    : { located: located.filter((_, at) => !again.has(at)), again: again.size };
}

/** Places of activities that stand in the same chunk before: between the two, others may push the first out of the memory. */
function twice(located: readonly Located[]): Set<number> {
  const ids = new Set<string>();
  for (const { activity } of located) ids.add(activity.id);
  const again = new Set<number>();
  if (ids.size === located.length) return again;
  const seen = new Map<string, Set<string>>();
  for (const [at, { activity }] of located.entries()) {
    const key = keyOfAct(activity);
    const of = seen.get(activity.id);
    if (of === undefined) seen.set(activity.id, new Set([key]));
    else if (of.has(key)) again.add(at);
    else of.add(key);
  }
  return again;
}

/** Where the offsets of an activity partition lie in the store, which goes on though the topic was made anew and counts from 0 again. */

export interface LogPlace {
  /** Which of the logs that had this name; absent where nobody could tell. */
  readonly generation?: string;
  /** What an offset of this log is moved by, so that it comes after all that is stored of the logs before. */
  readonly base: number;
  /**
   * Event time in ms up to which history was learned before anything came live. What is not later may have been learned, and is looked
   * for in the store.
   */
  readonly historyMs?: number;
}

/** The generation of history, which is no log of the broker: what the topic itself holds always comes after it. */
export const HISTORY = 'history';

/** The generation of what was moved from another topic, where it was judged: what the topic itself holds comes after all of it. */
export const MOVED = 'moved';

/** Before the state of a turn. Names of sources, with which that begins otherwise, hold a slash. */
const LINE = /^#([\w~-]{0,64})\|(\d{1,16})(?:\|(\d{1,16}))?\n/;

/** What the state of a turn says of the log, and the rest of it. Of an earlier version: nothing, and all of it. */
export function readLog(state: string | undefined): { readonly log: LogPlace; readonly state: string | undefined } {
  const match = state === undefined ? null : LINE.exec(state);
  if (!match) return { log: { base: 0 }, state };
  const [line, generation, base, historyMs] = match as unknown as [string, string, string, string?];
  return {
    log: {
      base: Number(base),
      ...(generation !== '' && { generation }),
      ...(historyMs !== undefined && { historyMs: Number(historyMs) }),
    },
    state: state!.slice(line.length),
  };
}

/** The state of a turn with the log in front; one that needs no mention is left out. */
export function writeLog({ generation = '', base, historyMs }: LogPlace, state: string): string {
  if (generation === '' && base === 0 && historyMs === undefined) return state;
  return `#${generation}|${base}${historyMs === undefined ? '' : `|${historyMs}`}\n${state}`;
}

/** The place of the log that is read now, after one of which everything up to `highest` is stored. */
export function startOf(
  before: LogPlace,
  generation: string | undefined,
  highest: number,
): { readonly log: LogPlace; readonly isAnother: boolean } {
  const history = before.historyMs === undefined ? {} : { historyMs: before.historyMs };
  if (before.generation === HISTORY || before.generation === MOVED)
    return {
      log: { ...history, base: highest + 1, ...(generation !== undefined && { generation }) },
      isAnother: false,
    };
  if (generation === undefined) return { log: before, isAnother: false };
  if (before.generation === undefined || before.generation === generation)
    return { log: { ...history, generation, base: before.base }, isAnother: false };
  return { log: { ...history, generation, base: highest + 1 }, isAnother: true };
}

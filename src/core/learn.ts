/** Learns the values of one activity: quarantine for new ones, a weekly cap on admissions, nothing from under suspicion. */
import { HABIT_SHARE, TOLD_PER_DAY } from './constants.ts';
import type { Lexicon } from './lexicon.ts';
import { ALERTED, CONDEMNED, Memory, PENDING, TRUSTED, type Value } from './memory.ts';
import { SUSPECT } from './population.ts';
import type { Axis, Sight } from './scene.ts';

/** Values of one dimension that may become trusted in a calendar week: half the cap, so that nobody is taught a new life in a week. */
const WEEKLY_SHARE = 0.5;

export function learnValues(
  sight: Sight,
  lexicon: Lexicon,
  gated: boolean,
  contribute: (dimension: string, value: number) => void,
): void {
  const { memory, day } = sight;
  for (const index of sight.active) {
    const axis = sight.axes[index] as Axis;
    const table = memory.tables[index] as Memory['tables'][number];
    const hashes = sight.levelsOf(axis);
    let texts: readonly string[] | undefined;
    for (let level = 0; level < hashes.length; level++) {
      const hash = hashes[level] as number;
      const value = table.values.get(hash);
      if (value === undefined) {
        if (level > 0 && sight.volatile(axis, level)) continue;
        texts ??= sight.textsOf(axis);
        table.add(hash, { count: 1, days: 1, first: day, last: day, state: gated ? ALERTED : PENDING, level });
        lexicon.put(hash, texts[level] ?? '');
        if ((memory.told[axis.index] as number) < TOLD_PER_DAY) {
          memory.told[axis.index] = (memory.told[axis.index] as number) + 1;
          contribute(gated ? SUSPECT : axis.dimension.id, hash);
        }
      } else if ((gated && value.state !== TRUSTED) || value.state === CONDEMNED) {
        if (value.count < 0xffff) value.count++;
      } else if (Memory.use(value, day) || habit(value, memory, day)) {
        const admitted = memory.admitted.get(axis.index) ?? 0;
        if (sight.maturity >= 1 && admitted >= Math.max(4, table.cap * WEEKLY_SHARE)) continue;
        memory.admitted.set(axis.index, admitted + 1);
        value.state = TRUSTED;
      }
    }
  }
}

/** Few active days, but on most of them: a job that runs seldom has habits too. A value of one day is never one. */
function habit(value: Value, memory: Memory, day: number): boolean {
  return (
    value.state === PENDING && value.days >= 2 && value.days >= memory.activeDays * HABIT_SHARE && day > value.first
  );
}

/** What becomes of saved habits when this build takes a store over: read as they are, saved anew, or refused. */
import type { SavedFormat } from '../adapters/clickhouse/open.ts';
import { FORMAT, OLDEST } from '../core/memory/memory-codec.ts';
import { RELEARN } from '../core/memory/memory-fault.ts';
import { UsageError } from '../fault.ts';

export interface SavedHabits extends SavedFormat {
  /** `kept`: saved in this build's own format. `renewed`: read, and saved in its own when they change. `unreadable`: refused. */
  readonly fate: 'kept' | 'renewed' | 'unreadable';
}

const fateOf = (format: number): SavedHabits['fate'] =>
  format === FORMAT ? 'kept' : format >= OLDEST && format < FORMAT ? 'renewed' : 'unreadable';

export const fatesOf = (saved: readonly SavedFormat[]): SavedHabits[] =>
  saved.map((one) => ({ ...one, fate: fateOf(one.format) }));

const SAID: Readonly<Record<SavedHabits['fate'], string>> = {
  kept: 'are read as they are',
  renewed: `are read, and saved in format ${FORMAT} as they change; an earlier build cannot read them from then on`,
  unreadable: `cannot be read by this build, which reads formats ${OLDEST} to ${FORMAT}`,
};

export const habitsText = ({ format, identities, fate }: SavedHabits): string =>
  `habits of ${identities.toLocaleString('en')} identities in format ${format} ${SAID[fate]}`;

/** Throws a UsageError where some of the habits cannot be read by this build, so that nothing of the store is touched. */
export function refuseUnreadable(habits: readonly SavedHabits[]): void {
  const unreadable = habits.find(({ fate }) => fate === 'unreadable');
  if (unreadable === undefined) return;
  throw new UsageError(
    habitsText(unreadable),
    unreadable.format > FORMAT ? 'Run the version that saved them, or a later one.' : RELEARN,
  );
}

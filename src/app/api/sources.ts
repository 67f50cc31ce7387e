/** Sources of records in the words of the API: those that fell silent first. */
import type { Sources } from '../../../schemas/console.ts';
import { SLOT_MS } from '../../sources/rhythm.ts';
import type { SourceState } from '../../sources/source-book.ts';

const ORDER = ['silent', 'heard', 'learning'] as const;

export function sourcesOf(states: readonly SourceState[]): Sources['sources'] {
  const rank = ({ rhythm }: SourceState) => ORDER.indexOf(rhythm.state);
  return [...states]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ kind, name, lastMs, rhythm }) => ({
      kind,
      name,
      state: rhythm.state,
      lastAt: new Date(lastMs).toISOString(),
      ...(rhythm.state === 'silent' && { silentSeconds: (rhythm.silentSlots * SLOT_MS) / 1_000 }),
    }));
}

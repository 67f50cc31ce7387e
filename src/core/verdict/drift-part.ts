/** One part of what is told of an identity's drift: that it moved, with what came and what fell away, or that it did not. */
import type { DriftCause, DriftChange, DriftPart } from '../../../schemas/drift.ts';

/** Changes listed of one cause. */
const CHANGES_SHOWN = 12;

/** The UTC day of an event time in ms. */
export const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** A part of which nothing can be told: there is nothing to hold it against. */
export const untold = (cause: DriftCause, says: string): DriftPart => ({ ...still(cause, says), untold: true });

/** A part of which nothing moved. */
export const still = (cause: DriftCause, says: string): DriftPart => ({
  cause,
  moved: false,
  says,
  changes: [],
  more: 0,
});

/** A part that moved: what is new first, what was used on most days before what was tried once. `how`: in which sense it is so since that day. */
export function listed(
  cause: DriftCause,
  says: string,
  changes: readonly DriftChange[],
  since: string,
  how: 'since' | 'lasting since' = 'since',
): DriftPart {
  const rank = (a: DriftChange, b: DriftChange) =>
    Number(a.cameOn === undefined) - Number(b.cameOn === undefined) ||
    (b.days ?? 0) - (a.days ?? 0) ||
    compare(a.cameOn ?? a.wentOn ?? '', b.cameOn ?? b.wentOn ?? '') ||
    compare(a.what, b.what) ||
    compare(a.value, b.value);
  const shown = [...changes].sort(rank).slice(0, CHANGES_SHOWN);
  return {
    cause,
    moved: true,
    since,
    says: `${says}, ${how} ${since}`,
    changes: shown,
    more: changes.length - shown.length,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

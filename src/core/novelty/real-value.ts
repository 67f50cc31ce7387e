/** The value of an activity as the log spells it, beside the coarser one that is new: a person looks for the former. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Novelty } from '../detector.ts';

/** Units of a value that a sentence shows. It moves no alert. */
const SHOWN_UNITS = 160;

/** `203.0.113.7 (AS64512)`, `aws-cli/2.15.0 Python/3.11`: the exact value, and what of it is new where that is no mere mask of it. */
export function realValue({ dimension, seen }: Pick<Novelty, 'dimension' | 'seen'>, activity: Activity): string {
  const whole = dimension.whole(activity) ?? seen;
  const shown = whole.length > SHOWN_UNITS ? `${whole.slice(0, SHOWN_UNITS - 1)}…` : whole;
  return whole === seen || seen.includes('#') || shown.startsWith(seen.replace(/\.$/, ''))
    ? shown
    : `${shown} (${seen})`;
}

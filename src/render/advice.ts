/** The recommendation in plain sentences, for messages that people read. */
import type { Recommendation } from '../../schemas/alert.ts';

/** What to do, why, what it would stop, how to undo it, and how it can be done here. */
export function advice(recommendation: Recommendation): string {
  const { action, target, because, wouldStop, undo, by } = recommendation;
  const act = action === 'observe' ? `Observe ${target.id}` : `Recommended: ${action} ${target.kind} ${target.id}`;
  const stops = wouldStop.length === 0 ? '' : ` It would stop: ${wouldStop.join('; ')}.`;
  const how = by === undefined ? '' : `. How: ${by}`;
  return `${act}. ${because}${stops} Undo: ${undo}${how}`;
}

/** The recommendation in plain sentences, for messages that people read. */
import type { Recommendation } from '../../schemas/alert.ts';

/** What to do, why, what it would stop and how to undo it. */
export function advice(recommendation: Recommendation): string {
  const { action, target, because, wouldStop, undo } = recommendation;
  const act = action === 'observe' ? `Observe ${target.id}` : `Recommended: ${action} ${target.kind} ${target.id}`;
  const stops = wouldStop.length === 0 ? '' : ` It would stop: ${wouldStop.join('; ')}.`;
  return `${act}. ${because}${stops} Undo: ${undo}`;
}

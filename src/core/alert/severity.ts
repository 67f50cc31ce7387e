/** How severe an alert is: how surprising, how grave what was done, what is advised, and whether the logs prove a theft. */
import type { Recommendation, Severity } from '../../../schemas/alert.ts';
import { PROVEN_NATS, SENSITIVE_NATS, SEVERITY_FROM, SUSPEND_NATS } from '../constants.ts';
import type { Episode } from '../memory/episode.ts';
import { isCertain, type WindowItem } from '../memory/window.ts';
import { scoreOf } from './hindsight.ts';

/** Certain by what the logs say, not by what a list says that may be out of date: somebody else holds the credential. */
const isTheftProof = (item: WindowItem) => isCertain(item) && item.kind === 'credential-reuse';

/** The score by which an alert is severe: as if nobody had taught the identity, less what was explained since. */
function severeScore(episode: Episode): number {
  const { score, untaughtScore = 0 } = episode;
  const now = scoreOf(episode);
  return score > 0 ? Math.max(now, (untaughtScore * now) / score) : now;
}

function severityOf(episode: Episode, action: Recommendation['action']): Severity {
  const advised = action === 'suspend-identity' ? SUSPEND_NATS : 0;
  const proven = episode.items.some(isTheftProof) ? PROVEN_NATS : 0;
  const weight = severeScore(episode) + SENSITIVE_NATS * episode.sensitivity + advised + proven;
  if (weight >= SEVERITY_FROM.critical) return 'critical';
  // Nobody stops an identity for what can wait until tomorrow.
  if (weight >= SEVERITY_FROM.high || action === 'suspend-identity') return 'high';
  if (weight >= SEVERITY_FROM.medium) return 'medium';
  return weight >= SEVERITY_FROM.low ? 'low' : 'info';
}

/** In a tenant's first week nobody's habits are known: without something certain an alert is medium at the most. */
export function severityIn(isCold: boolean, episode: Episode, action: Recommendation['action']): Severity {
  const severity = severityOf(episode, action);
  const isMore = severity === 'high' || severity === 'critical';
  return isCold && isMore && !episode.items.some(isCertain) ? 'medium' : severity;
}

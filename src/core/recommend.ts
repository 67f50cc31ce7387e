/** The smallest reversible containment whose expected cost is least, with what it would stop and how to undo it. */
import type { Activity } from '../../schemas/activity.ts';
import type { Recommendation } from '../../schemas/alert.ts';
import { ADVICE_PRIOR, DAY_MS } from './constants.ts';
import type { Episode } from './episode.ts';
import type { Facts } from './facts.ts';
import { scoreOf, settled } from './hindsight.ts';
import { posterior } from './posterior.ts';
import type { WindowItem } from './window.ts';

export type Recommended = Recommendation;

export interface Standing {
  readonly activity: Activity;
  readonly facts: Facts | undefined;
  readonly ms: number;
  readonly activitiesAnHour: number;
  readonly services: number;
  readonly maxSensitivity: number;
  readonly ttlMs: number;
  readonly downstream: number;
}

/** Residual loss and disruption of each step: what remains of the damage, what breaks if the identity is innocent. */
const STEPS = [
  { name: 'observe', residual: 1, disruption: 0 },
  { name: 'step-up', residual: 0.4, disruption: 0.02 },
  { name: 'rotate', residual: 0.15, disruption: 0.1 },
  { name: 'suspend', residual: 0.05, disruption: 1 },
] as const;

/** Ending one session breaks next to nothing: the workload starts another. */
const SESSION_DISRUPTION = 0.03;

/** Sensitivity from which an act can be worth a suspension, and from which ending the session does not undo it: what was granted stays granted. */
const SEVERE = 0.55;
const LASTING = 0.9;

const SESSION_KINDS = new Set(['session-token', 'jwt', 'oauth-token']);

export function recommend(episode: Episode, standing: Standing): Recommendation {
  const { facts } = standing;
  const items = episode.items.map((item) => settled(episode, item)).sort((a, b) => b.nats - a.nats);
  const contain = items.find((i) => i.contain !== undefined && i.nats >= (items[0]?.nats ?? 0) / 2)?.contain;
  const probability = posterior(scoreOf(episode), ADVICE_PRIOR);
  const loss = 1 + 4 * standing.maxSensitivity;
  const vital = facts?.record.tier === 0 ? 3 : 1;
  const disruption = vital * (0.5 + Math.min(1.5, Math.log10(1 + standing.activitiesAnHour) / 2));
  let best: (typeof STEPS)[number] = STEPS[0];
  let least = Number.POSITIVE_INFINITY;
  for (const step of STEPS) {
    const breaks = step.name === 'rotate' && contain === 'session' ? SESSION_DISRUPTION : step.disruption;
    const cost = probability * loss * step.residual + (1 - probability) * disruption * breaks;
    if (cost < least) {
      least = cost;
      best = step;
    }
  }
  let name = best.name;
  if (name === 'suspend' && !worthSuspending(contain, standing)) name = 'rotate';
  if (name === 'suspend' && facts?.record.neverSuspend === true) name = 'rotate';
  return word(name, contain, items, standing, probability);
}

/** A thief of credentials is stopped by taking them away; the identity itself is stopped for what was done with it, or when it should not exist. */
function worthSuspending(contain: WindowItem['contain'], { maxSensitivity }: Standing): boolean {
  if (contain === 'identity') return true;
  return maxSensitivity >= (contain === 'session' ? LASTING : SEVERE);
}

function word(
  name: 'observe' | 'step-up' | 'rotate' | 'suspend',
  contain: WindowItem['contain'],
  items: readonly WindowItem[],
  standing: Standing,
  probability: number,
): Recommendation {
  const { activity, facts } = standing;
  const credential = activity.credential;
  const session = credential !== undefined && SESSION_KINDS.has(credential.kind);
  const identity = { kind: 'identity' as const, id: activity.identity.id };
  const stops = [`about ${rounded(standing.activitiesAnHour)} calls an hour of ${activity.identity.id}`];
  if (standing.services > 0)
    stops.push(`its work with ${standing.services} ${standing.services === 1 ? 'service' : 'services'}`);
  if (facts?.record.owner !== undefined) stops.push(`what ${facts.record.owner} runs on it`);
  if (standing.downstream > 0) stops.push(`${standing.downstream} identities said to depend on it`);
  const because = `${items[0]?.says ?? 'drift'}; misuse ${Math.round(probability * 100)} % likely`;
  const shared = {
    because: because.slice(0, 1024),
    expiresAt: new Date(standing.ms + standing.ttlMs).toISOString(),
    needsApproval: true,
  };
  if (name === 'suspend')
    return {
      action: 'suspend-identity',
      target: identity,
      ...shared,
      wouldStop: stops,
      undo: 'lift the suspension: the identity keeps its keys and roles',
    };
  if (name === 'rotate') {
    if (session && credential !== undefined)
      return {
        action: 'revoke-session',
        target: { kind: 'session', id: credential.id },
        ...shared,
        wouldStop: [`this one session of ${activity.identity.id}; the identity can start another`],
        undo: 'nothing to undo: the workload obtains a new session by itself',
      };
    if (credential !== undefined && contain !== 'scope')
      return {
        action: 'rotate-credential',
        target: { kind: 'credential', id: credential.id },
        ...shared,
        wouldStop: stops,
        undo: 'reactivate the old credential until every user of it has the new one',
      };
    return {
      action: 'narrow-scope',
      target: { kind: 'scope', id: activity.action.service },
      ...shared,
      wouldStop: [`calls of ${activity.identity.id} to ${activity.action.service}`],
      undo: 'grant the removed scope again',
    };
  }
  return {
    action: name,
    target: identity,
    ...shared,
    wouldStop:
      name === 'observe' ? [] : [`sensitive calls of ${activity.identity.id} until it has proved itself again`],
    undo: 'nothing to undo',
  };
}

const rounded = (n: number) => (n >= 10 ? Math.round(n) : Math.round(n * 10) / 10);

/** Calls an hour over the life of the profile. */
export function callsAnHour(activities: number, firstMs: number, ms: number): number {
  return activities / Math.max(1, (Math.min(ms - firstMs, 400 * DAY_MS) / DAY_MS) * 24);
}

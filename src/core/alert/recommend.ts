/** The smallest reversible containment whose expected cost is least, with what it would stop and how to undo it. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Recommendation } from '../../../schemas/alert.ts';
import {
  BESIDES_SHARE,
  BREAKS,
  BUSY_COST,
  DAY_MS,
  FORGET_DAYS,
  IDLE_COST,
  LEFT,
  MISUSE_LOSS,
  SENSITIVE_NATS,
  SEVERITY_FROM,
  UNCLEAR_SHARE,
  VITAL_FACTOR,
} from '../constants.ts';
import type { Facts } from '../facts.ts';
import type { Episode } from '../memory/episode.ts';
import { isCertain, type WindowItem } from '../memory/window.ts';
import { oddsOf } from '../population/posterior.ts';
import { type Hypothesis, hypothesisOf } from './attack-hypothesis.ts';
import { canBeContained, canStepUp, endsAllSessions, isIssuedByPlatform, prover, sessionEnd } from './feasible.ts';
import { settled } from './hindsight.ts';

export type Recommended = Recommendation;

export interface Standing {
  readonly activity: Activity;
  readonly facts: Facts | undefined;
  readonly ms: number;
  readonly activitiesAnHour: number;
  readonly services: number;
  readonly ttlMs: number;
  readonly downstream: number;
  /** The tenant's first week: nobody's habits are known, so that only what is certain may suspend. */
  readonly isCold?: boolean;
  /** Probability of misuse that may be stated; absent where none can be held. */
  readonly misuse?: number | undefined;
}

type Step = 'observe' | 'step-up' | 'revoke' | 'narrow' | 'suspend';

/** What remains of the damage after a step, by what has happened, and what the step breaks if nothing has. */
interface Cost {
  readonly taken: number;
  readonly turned: number;
  /** Share of the damage left where nobody knows what has happened: asking for proof helps as much as any step. */
  readonly unclear: number;
  readonly disruption: number;
}

/**
 * A step helps as far as it reaches what was done. A new key does not stop an identity that has itself turned, a smaller scope leaves a thief the
 * rest; neither undoes what outlives it, nor keeps out whoever comes in again. Only a person can prove to be the rightful one.
 * `revoked` is what taking the credential away breaks.
 */
function costs({ outlives, returns }: Hypothesis, isPerson: boolean, revoked: number): Record<Step, Cost> {
  const { suspended, provedByPerson, fitting, unsure, partly } = LEFT;
  return {
    observe: { taken: 1, turned: 1, unclear: 1, disruption: 0 },
    'step-up': { taken: isPerson ? provedByPerson : unsure, turned: unsure, unclear: unsure, disruption: BREAKS.proof },
    revoke: { taken: outlives || returns ? partly : fitting, turned: 1, unclear: unsure, disruption: revoked },
    narrow: {
      taken: partly,
      turned: outlives || returns ? partly : fitting,
      unclear: unsure,
      disruption: BREAKS.narrower,
    },
    suspend: { taken: suspended, turned: suspended, unclear: unsure, disruption: 1 },
  };
}

const SESSION_KINDS = new Set(['session-token', 'jwt', 'oauth-token']);

export function recommend(episode: Episode, standing: Standing): Recommendation {
  const { facts, activity } = standing;
  const credential = (episode.credential as Activity['credential']) ?? activity.credential;
  const isSession = credential !== undefined && SESSION_KINDS.has(credential.kind);
  const story = hypothesisOf(episode, {
    ends: isSession,
    isIssued: isIssuedByPlatform(activity.identity),
  });
  // Circumstances back a theft no further than it speaks for itself.
  const support = BESIDES_SHARE * Math.min(story.circumstantial, story.credentialTheft);
  const taken = oddsOf(story.credentialTheft + support) - oddsOf(support);
  const turned = oddsOf(story.insiderTurned) - oddsOf(0);
  const unclear = oddsOf(UNCLEAR_SHARE * story.circumstantial);
  const loss = MISUSE_LOSS * 10 ** story.gravity;
  const vital = facts?.record.tier === 0 ? VITAL_FACTOR : 1;
  const disruption = vital * (IDLE_COST + Math.min(BUSY_COST, Math.log10(1 + standing.activitiesAnHour) / 2));
  const mayAct = canBeContained(activity.identity);
  const isSure = standing.isCold !== true || episode.items.some(isCertain);
  const maySuspend = (story.endures || story.returns) && facts?.record.neverSuspend !== true && isSure;
  const mayProve = canStepUp(activity, chainOf(episode, activity));
  const revoked = isSession && endsAllSessions(activity) ? BREAKS.allSessions : BREAKS.narrower;
  const steps = costs(story, activity.identity.kind === 'human', revoked);
  const odds = taken + turned + unclear;
  const costOf = (step: Step) => {
    const left = steps[step];
    const damage = taken * left.taken + turned * left.turned + unclear * left.unclear;
    return loss * damage + disruption * left.disruption;
  };
  const cheapest = (among: readonly Step[]) =>
    among.reduce((best, step) => (costOf(step) < costOf(best) ? step : best));
  const possible = (Object.keys(steps) as Step[]).filter(
    (step) => step === 'observe' || (mayAct && (step !== 'suspend' || maySuspend)),
  );
  let best = cheapest(possible);
  // Where there is nobody to ask for proof, a harsher step takes misuse that is more likely than not, or what has to be answered at once.
  if (best === 'step-up' && !mayProve) {
    const isUrgent = story.doings + SENSITIVE_NATS * episode.sensitivity >= SEVERITY_FROM.high;
    best = odds > 1 || isUrgent ? cheapest(possible.filter((step) => step !== 'step-up')) : 'observe';
  }
  return word(best, credential, episode, story, standing);
}

/** For whom it acted in its most telling activity. */
const chainOf = ({ delegation }: Episode, activity: Activity) =>
  (delegation as Activity['onBehalfOf']) ?? activity.onBehalfOf;

function word(
  step: Step,
  credential: Activity['credential'],
  episode: Episode,
  story: Hypothesis,
  standing: Standing,
): Recommendation {
  const { activity, facts } = standing;
  const chain = chainOf(episode, activity);
  const session = credential !== undefined && SESSION_KINDS.has(credential.kind);
  const top = episode.items
    .map((item) => settled(episode, item))
    .reduce<WindowItem | undefined>((most, i) => (most === undefined || i.nats > most.nats ? i : most), undefined);
  const identity = { kind: 'identity' as const, id: activity.identity.id };
  const stops = [`about ${rounded(standing.activitiesAnHour)} calls an hour of ${activity.identity.id}`];
  if (standing.services > 0)
    stops.push(`its work with ${standing.services} ${standing.services === 1 ? 'service' : 'services'}`);
  if (facts?.record.owner !== undefined) stops.push(`what ${facts.record.owner} runs on it`);
  if (standing.downstream > 0) stops.push(`${standing.downstream} identities said to depend on it`);
  const likely = standing.misuse === undefined ? '' : `; misuse ${percentOf(standing.misuse)} % likely`;
  const isForDeed = step === 'suspend' && story.endures;
  const lasting = isForDeed ? ', and what was done outlives its credential' : '';
  const telling = isForDeed ? (story.deed ?? top) : top;
  const swept = isForDeed && story.secrets > 0 ? `opened ${story.secrets} secrets that are not its own` : undefined;
  const because = `${swept ?? telling?.says ?? 'drift'}${likely}${lasting}`;
  const shared = {
    because: because.slice(0, 1024),
    expiresAt: new Date(standing.ms + standing.ttlMs).toISOString(),
    needsApproval: true,
  };
  if (step === 'suspend')
    return {
      action: 'suspend-identity',
      target: identity,
      ...shared,
      wouldStop: stops,
      undo: 'lift the suspension: the identity keeps its keys and roles',
    };
  if (step === 'revoke' || step === 'narrow') {
    const ended = sessionEnd(activity);
    if (step === 'revoke' && session)
      return {
        action: 'revoke-session',
        target: { kind: 'session', id: credential.id },
        ...shared,
        wouldStop: [ended.stops],
        undo: ended.undo,
      };
    if (step === 'revoke' && credential !== undefined)
      return {
        action: 'rotate-credential',
        target: { kind: 'credential', id: credential.id },
        ...shared,
        wouldStop: stops,
        undo: 'reactivate the old credential until every user of it has the new one',
      };
    const service = story.deed?.service ?? activity.action.service;
    return {
      action: 'narrow-scope',
      target: { kind: 'scope', id: service },
      ...shared,
      wouldStop: [`calls of ${activity.identity.id} to ${service}`],
      undo: 'grant the removed scope again',
    };
  }
  return {
    action: step,
    target: identity,
    ...shared,
    wouldStop:
      step === 'observe' ? [] : [`sensitive calls of ${activity.identity.id} until ${prover(activity, chain)}`],
    undo: 'nothing to undo',
  };
}

/** What rounds to all. */
const NEARLY_ALL = 0.99;

/** In whole percent, but never all or nothing. */
function percentOf(share: number): string {
  const percent = Math.round(share * 100);
  if (percent < 1) return 'under 1';
  return share > NEARLY_ALL ? 'over 99' : `${percent}`;
}

const rounded = (n: number) => (n >= 10 ? Math.round(n) : Math.round(n * 10) / 10);

/** Calls an hour over the life of the profile. */
export function callsAnHour(activities: number, firstMs: number, ms: number): number {
  return activities / Math.max(1, (Math.min(ms - firstMs, FORGET_DAYS * DAY_MS) / DAY_MS) * 24);
}

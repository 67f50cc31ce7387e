/** Proof of containment: what a target's later activities say about a suspension. Pure; time is the activities' own. */
import { createHash } from 'node:crypto';
import type { Alert } from '../../schemas/alert.ts';
import type { Containment, Suspension } from '../../schemas/suspension.ts';
import type { TargetQuery } from '../ports/respond.ts';

export interface Observation {
  readonly dispatchedAtMs: number;
  /** Event times of the target's successes after the dispatch, in ms. */
  readonly successes: readonly number[];
  /** Event time up to which activities of the tenant are stored; undefined when there are none. */
  readonly upToMs: number | undefined;
  /** How long a silence must last to prove anything, and how late a success may come without being a leak, since tokens and caches live on for a while. */
  readonly quietMs: number;
}

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * `leaking`: a success later than the grace. `silent`: none for `quietMs`, and activities of others came in for as long, so
 * that a feed that stands still does not pass for silence. `watching`: neither can be said yet.
 */
export function assess({ dispatchedAtMs, successes, upToMs, quietMs }: Observation): Containment {
  const after = successes.filter((at) => at > dispatchedAtMs);
  const last = after.length === 0 ? undefined : Math.max(...after);
  const seenTo = Math.max(upToMs ?? 0, last ?? 0, dispatchedAtMs);
  const shared = {
    successes: after.length,
    ...(last !== undefined && { lastSuccessAt: iso(last) }),
    judgedUpTo: iso(seenTo),
  };
  if (last !== undefined && last > dispatchedAtMs + quietMs) return { status: 'leaking', ...shared };
  const quietSince = last ?? dispatchedAtMs;
  if (seenTo < quietSince + quietMs) return { status: 'watching', ...shared };
  return { status: 'silent', ...shared, timeToSilenceMs: quietSince - dispatchedAtMs };
}

/**
 * Whose successes would contradict a suspension; undefined where a success contradicts nothing, as new sessions of an identity
 * do not contradict that its old ones were revoked.
 */
export function watchedTarget(suspension: Suspension, after: string): TargetQuery | undefined {
  const { tenant, identity, action, target } = suspension;
  const query = { tenant, identity: identity.id, home: identity, after };
  if (target.kind === 'scope') return { ...query, service: target.id };
  if (target.kind === 'credential' || target.kind === 'session') return { ...query, credential: target.id };
  return action === 'suspend-identity' ? query : undefined;
}

/** What an alert about a containment stands on where no alert led to the suspension, but a person. */
function groundless(suspension: Suspension, at: string): Alert {
  const { tenant, identity, owner, target, requestedAt, reason } = suspension;
  return {
    id: '0'.repeat(ID_LENGTH),
    version: 1,
    tenant,
    status: 'new',
    identity: { ...identity, provider: identity.provider ?? 'unknown' },
    kinds: ['lifecycle'],
    detectors: ['containment'],
    title: reason,
    severity: 'critical',
    score: CERTAIN_NATS,
    p: 0,
    maturity: 100,
    firstAt: requestedAt,
    lastAt: at,
    raisedAt: at,
    activityCount: 1,
    evidence: [],
    activityIds: [],
    techniques: [],
    controls: [],
    blindSpots: [],
    ...(owner !== undefined && { owner }),
    recommendation: {
      action: 'observe',
      target: { ...target },
      because: reason,
      wouldStop: [],
      undo: 'nothing to undo',
      expiresAt: suspension.expiresAt,
      needsApproval: true,
    },
  };
}

/** As long as the id of any other alert. */
const ID_LENGTH = 32;
/** Nats of the evidence, which is an invariant: a target that was cut off does not act. */
const CERTAIN_NATS = 20;

/**
 * The alert that says a containment did not hold: one for each suspension, tied by its incident to the alert that led to it,
 * where there is one.
 */
export function uncontained(alert: Alert | undefined, suspension: Suspension, containment: Containment): Alert {
  const at = containment.lastSuccessAt ?? containment.judgedUpTo;
  const base = alert ?? groundless(suspension, at);
  const id = createHash('sha256').update(`${suspension.id}/uncontained`).digest('hex').slice(0, base.id.length);
  const { activityCount: _, ...rest } = base;
  return {
    ...rest,
    id,
    version: 1,
    status: 'new',
    title: `${suspension.identity.id} still acts after ${suspension.action} was dispatched: ${containment.successes} successes, the last at ${at}.`,
    severity: 'critical',
    firstAt: suspension.dispatchedAt ?? at,
    lastAt: at,
    raisedAt: at,
    activityCount: Math.max(1, containment.successes),
    incident: alert === undefined ? suspension.txn : (alert.incident ?? alert.id),
    recommendation: {
      ...rest.recommendation,
      action: 'observe',
      because: `${suspension.action} did not contain it: find what it still holds before acting again`,
      wouldStop: [],
      undo: 'nothing to undo',
    },
  };
}

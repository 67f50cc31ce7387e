/** Where an alert stands by everything that was decided about it, and what of that its last version does not tell yet. */
import type { Alert, AlertChange, AlertStatus, Standing } from '../../schemas/alert.ts';
import type { Suppression, TriageAction } from '../../schemas/api.ts';
import type { Invariants } from './coverage.ts';
import { triaged } from './triage.ts';

const DAY_MS = 86_400_000;
const TEXT_MAX = 1_024;

/** What was done to contain what an alert is about. */
export interface Contained {
  readonly alertId: string;
  readonly suspension: string;
  readonly action: NonNullable<Standing['containment']>['action'];
  readonly state: 'active' | 'lifted';
  /** Who moved it last, why and when. */
  readonly by: string;
  readonly why: string;
  readonly at: string;
}

/** What is known of decisions about alerts. */
export interface Decisions {
  readonly actions: readonly TriageAction[];
  readonly suppressions: readonly Suppression[];
  /** The newest of each alert first. */
  readonly contained: readonly Contained[];
  readonly invariants: Invariants;
  /** Wall time in ms. */
  readonly nowMs: number;
  /** Event time up to which the fleet is known, in ms. */
  readonly eventMs: number;
  readonly expireAfterDays: number;
}

/** Where an alert stands, without what others of its cause do. */
export interface Stands {
  readonly status: AlertStatus;
  readonly verdict?: 'benign' | 'true';
  readonly containment?: Contained;
  readonly by?: string;
  readonly because: string;
  readonly at: string;
}

/** Where an alert stands now. */
export function standsNow(alert: Alert, decisions: Decisions): Stands {
  const { nowMs, eventMs, expireAfterDays, invariants } = decisions;
  const actions = decisions.actions.filter(({ alertId, tenant }) => alertId === alert.id && tenant === alert.tenant);
  const { triage } = triaged(alert, actions, decisions.suppressions, invariants);
  const containment = decisions.contained.find(({ alertId }) => alertId === alert.id);
  const verdict = triage.verdict === undefined ? {} : { verdict: triage.verdict };
  const also = { ...verdict, ...(containment !== undefined && { containment }) };
  const last = actions.findLast(({ action }) => action === 'acknowledge' || action === 'benign' || action === 'true');
  const quietMs = expireAfterDays * DAY_MS;
  const isOld =
    eventMs - Date.parse(alert.lastAt) > quietMs && (last === undefined || nowMs - Date.parse(last.at) > quietMs);
  const isOpen = triage.status === 'new' || triage.status === 'acknowledged';
  if (triage.status === 'expired' || (isOpen && isOld))
    return {
      status: 'expired',
      ...also,
      because: `no new evidence and no decision in ${expireAfterDays} days`,
      at: new Date(nowMs).toISOString(),
    };
  if (triage.reopened !== undefined)
    return { status: triage.status, ...also, because: triage.reopened, at: new Date(nowMs).toISOString() };
  const hidden = decisions.suppressions.find(({ id }) => id === triage.suppressedBy);
  if (triage.status === 'suppressed' && hidden !== undefined)
    return { status: 'suppressed', ...also, by: hidden.actor, because: hidden.because, at: hidden.from };
  if (last !== undefined && triage.status !== 'new')
    return { status: triage.status, ...also, by: last.actor, because: last.because, at: last.at };
  return { status: triage.status, ...also, because: 'no decision holds', at: new Date(nowMs).toISOString() };
}

/** What of where an alert stands its last version does not tell; undefined where it tells all of it. */
export function untold(alert: Alert, now: Stands): AlertChange | undefined {
  const { status, standing } = alert;
  if (status !== now.status) return changedTo(now);
  if (standing?.verdict !== now.verdict) return now.verdict === 'true' ? 'confirmed' : changedTo(now);
  const before = standing?.containment;
  if (now.containment === undefined) return undefined;
  const isSame = before?.suspension === now.containment.suspension && before.state === now.containment.state;
  if (isSame) return undefined;
  if (now.containment.state === 'active') return 'contained';
  // That something was lifted is no news to whoever never heard that it was in force.
  return before?.state === 'active' ? 'released' : undefined;
}

function changedTo({ status, verdict }: Stands): AlertChange {
  if (status === 'new') return 'reopened';
  return verdict === 'true' && status === 'acknowledged' ? 'confirmed' : status;
}

/** The standing as an alert carries it. */
export function standingOf(now: Stands, change: AlertChange, page: AlertStatus): Standing {
  const { verdict, containment } = now;
  const told = (change === 'contained' || change === 'released') && containment !== undefined;
  const { by, because, at } = told ? { by: containment.by, because: containment.why, at: containment.at } : now;
  return {
    at,
    ...(by !== undefined && { by }),
    because: because.slice(0, TEXT_MAX),
    ...(verdict !== undefined && { verdict }),
    ...(containment !== undefined && {
      containment: { suspension: containment.suspension, action: containment.action, state: containment.state },
    }),
    page,
  };
}

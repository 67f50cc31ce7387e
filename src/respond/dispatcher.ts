/** Carries suspensions out: proposes, dispatches what was approved, retries, confirms, lifts in time and watches whether it held. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { AuditRow, Suspension } from '../../schemas/suspension.ts';
import { isFault } from '../fault.ts';
import type { Clock, Order, OrderOutcome, Responder, Store, SuspensionStore, TargetHistory } from '../ports.ts';
import { assess, uncontained, watchedTarget } from './containment.ts';
import { type Desk, readRow, system } from './desk.ts';
import { AuditBroken } from './journal.ts';
import { bindingOf } from './life-cycle.ts';

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;
/** Longer than any approval, recommendation or time to live lasts: what has not moved for so long is due to nothing. */
const STANDING_MAX_MS = 31 * 86_400_000;
/** Looked at in one round. */
const ROUND_MAX = 1_000;
const REMEMBERED_MAX = 10_000;
const SUCCESSES_MAX = 1_000;

/** What happened, for logs and metrics. Nothing in it is secret. */
export type RespondEvent =
  | {
      readonly type: 'requested' | 'approved' | 'dispatched' | 'confirmed' | 'lifted' | 'expired';
      readonly suspension: Suspension;
    }
  | {
      readonly type: 'held' | 'failed' | 'delayed' | 'lift-delayed';
      readonly suspension: Suspension;
      readonly reason: string;
    }
  | { readonly type: 'silent' | 'leaking'; readonly suspension: Suspension; readonly timeToSilenceMs?: number }
  /** A whole round came to nothing: store or audit trail are not to be had, and nothing was dispatched. */
  | { readonly type: 'round-failed'; readonly error: Error };

export interface DispatcherParts {
  readonly desk: Desk;
  readonly store: SuspensionStore;
  readonly history: TargetHistory;
  readonly alerts: Pick<Store, 'alerts'>;
  readonly responders: ReadonlyMap<string, Responder>;
  readonly respond: Config['respond'];
  /** How long a recommendation stands: older alerts are not looked at. */
  readonly recommendationTtlMs: number;
  readonly clock: Clock;
  /** Raises an alert beside the engine's own: its containment did not hold. */
  raise(alert: Alert): Promise<void>;
  onEvent?(event: RespondEvent): void;
}

export interface SuspensionDispatcher {
  /** Everything that is due now, once. Rejects when store or audit trail fail. */
  round(signal: AbortSignal): Promise<void>;
  /** Rounds until `signal`; an outage is told and waited out. */
  run(signal: AbortSignal): Promise<void>;
}

/** How far this process has come with one order. */
interface Progress {
  attempts: number;
  notBeforeMs: number;
  accepted: boolean;
}

/** A map that forgets its oldest entry when it is full. */
function put<Value>(map: Map<string, Value>, key: string, value: Value): Value {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
  return value;
}

export function createSuspensionDispatcher(parts: DispatcherParts): SuspensionDispatcher {
  const { desk, store, history, responders, respond, clock } = parts;
  const tell = (event: RespondEvent) => parts.onEvent?.(event);
  const proposed = new Map<string, true>();
  const held = new Map<string, string>();
  const progress = new Map<string, Progress>();

  async function propose(alert: Alert): Promise<void> {
    const { action, target } = alert.recommendation;
    const key = JSON.stringify([alert.tenant, alert.id, action, target]);
    if (alert.status === 'suppressed' || alert.status === 'resolved' || proposed.has(key)) return;
    const decision = await desk.propose(alert);
    put(proposed, key, true);
    if (decision.ok && decision.row !== undefined) tell({ type: 'requested', suspension: decision.suspension });
  }

  function hold(suspension: Suspension, reason: string): void {
    if (held.get(suspension.id) === reason) return;
    put(held, suspension.id, reason);
    tell({ type: 'held', suspension, reason });
  }

  async function decide(found: AuditRow, signal: AbortSignal): Promise<void> {
    const suspension = readRow(found);
    const { tenant, id } = suspension;
    if (clock.now() >= Date.parse(suspension.expiresAt)) {
      const decision = await desk.apply(tenant, id, {
        kind: 'expire',
        by: system('expiry'),
        why: 'nobody approved it in time',
      });
      if (decision.ok) tell({ type: 'expired', suspension: decision.suspension });
      return;
    }
    let now = suspension;
    if (now.state === 'recommended') {
      // The desk finds the policy in force by the inventory; here it is enough that the one at the request was automatic.
      if (now.policy.mode !== 'automatic') return;
      const by = { kind: 'policy', id: now.policy.name } as const;
      const why = now.grounds.invariant
        ? 'an invariant was broken'
        : `${now.grounds.families} independent families of evidence`;
      const decision = await desk.apply(tenant, id, { kind: 'approve', by, why, binding: bindingOf(now) });
      if (!decision.ok) return hold(now, decision.refusal.reason);
      now = decision.suspension;
      tell({ type: 'approved', suspension: now });
    }
    const decision = await desk.apply(tenant, id, { kind: 'dispatch', by: system('approved'), why: 'approved' });
    if (!decision.ok) return hold(now, decision.refusal.reason);
    tell({ type: 'dispatched', suspension: decision.suspension });
    if (decision.row !== undefined) await act(decision.suspension, decision.row, signal);
  }

  /** One attempt, never longer than `timeoutMs`. A fault of a secret file or the like can be mended: it is tried again. */
  async function attempt(
    work: (signal: AbortSignal) => Promise<OrderOutcome>,
    signal: AbortSignal,
  ): Promise<OrderOutcome> {
    try {
      return await work(AbortSignal.any([signal, AbortSignal.timeout(respond.timeoutMs)]));
    } catch (error) {
      if (isFault(error)) return { status: 'retry', reason: error.message };
      throw error;
    }
  }

  const orderOf = (step: Order['step'], suspension: Suspension, row: AuditRow): Order => ({
    id: `${suspension.id}_${step}`,
    step,
    suspension,
    audit: { seq: row.seq, hash: row.hash, at: row.at },
  });

  const progressOf = (id: string): Progress =>
    progress.get(id) ?? put(progress, id, { attempts: 0, notBeforeMs: 0, accepted: false });

  function postpone(state: Progress, outcome: OrderOutcome): void {
    const asked = outcome.status === 'retry' ? (outcome.retryAfterMs ?? 0) : 0;
    const waitMs = Math.min(BACKOFF_MAX_MS, Math.max(asked, BACKOFF_BASE_MS * 2 ** Math.min(state.attempts, 16)));
    state.notBeforeMs = clock.now() + waitMs;
  }

  async function act(suspension: Suspension, row: AuditRow, signal: AbortSignal): Promise<void> {
    const { tenant, id } = suspension;
    const order = orderOf('act', suspension, row);
    const state = progressOf(order.id);
    if (clock.now() < state.notBeforeMs) return;
    const name = suspension.responder ?? '';
    const responder = responders.get(name);
    const by = { kind: 'responder', id: name || 'none' } as const;
    const outcome: OrderOutcome =
      responder === undefined
        ? { status: 'retry', reason: `responder ${name} is not configured` }
        : state.accepted
          ? await attempt((limit) => responder.check?.(order, limit) ?? Promise.resolve({ status: 'accepted' }), signal)
          : await attempt((limit) => responder.carryOut(order, limit), signal);
    if (signal.aborted && outcome.status === 'retry') return;
    state.attempts++;
    const overdue = clock.now() >= Date.parse(row.at) + respond.confirmWithinMs;
    let failure: string | undefined;
    if (outcome.status === 'done') {
      const decision = await desk.apply(tenant, id, { kind: 'confirm', by, why: outcome.detail });
      progress.delete(order.id);
      if (decision.ok) tell({ type: 'confirmed', suspension: decision.suspension });
      return;
    }
    if (outcome.status === 'refused') failure = outcome.reason;
    else if (outcome.status === 'accepted' && overdue) failure = 'accepted, and not confirmed in time';
    else if (outcome.status === 'retry' && !state.accepted && state.attempts >= respond.attempts)
      failure = `${state.attempts} attempts, the last: ${outcome.reason}`;
    if (outcome.status === 'accepted') state.accepted = true;
    if (failure === undefined) {
      postpone(state, outcome);
      if (outcome.status === 'retry') tell({ type: 'delayed', suspension, reason: outcome.reason });
      return;
    }
    const decision = await desk.apply(tenant, id, { kind: 'fail', by, why: failure });
    progress.delete(order.id);
    if (decision.ok) tell({ type: 'failed', suspension: decision.suspension, reason: failure });
  }

  /** Lifts are tried until they succeed: somebody waits for their work to go on. */
  async function lift(suspension: Suspension, row: AuditRow, signal: AbortSignal): Promise<void> {
    const order = orderOf('lift', suspension, row);
    const state = progressOf(order.id);
    if (clock.now() < state.notBeforeMs) return;
    const name = suspension.responder ?? '';
    const responder = responders.get(name);
    const outcome: OrderOutcome =
      responder === undefined
        ? { status: 'retry', reason: `responder ${name} is not configured` }
        : await attempt((limit) => responder.carryOut(order, limit), signal);
    if (signal.aborted && outcome.status === 'retry') return;
    state.attempts++;
    if (outcome.status === 'retry' || outcome.status === 'refused') {
      postpone(state, outcome);
      return tell({ type: 'lift-delayed', suspension, reason: outcome.reason });
    }
    const why = outcome.status === 'done' ? outcome.detail : 'the receiver took it';
    const decision = await desk.apply(suspension.tenant, suspension.id, {
      kind: 'lift',
      by: { kind: 'responder', id: name },
      why,
    });
    progress.delete(order.id);
    if (decision.ok) tell({ type: 'lifted', suspension: decision.suspension });
  }

  async function watch(suspension: Suspension): Promise<void> {
    const { dispatchedAt, tenant, id } = suspension;
    if (dispatchedAt === undefined || suspension.containment?.status === 'leaking') return;
    const dispatchedAtMs = Date.parse(dispatchedAt);
    if (clock.now() > dispatchedAtMs + respond.watchMs + respond.quietMs) return;
    const target = watchedTarget(suspension, dispatchedAt);
    if (target === undefined) return;
    const graceEnd = new Date(dispatchedAtMs + respond.quietMs).toISOString();
    const [early, late] = await Promise.all([
      history.successes(target, SUCCESSES_MAX),
      history.successes({ ...target, after: graceEnd }, SUCCESSES_MAX),
    ]);
    const containment = assess({
      dispatchedAtMs,
      successes: [...new Set([...early.at, ...late.at].map((at) => Date.parse(at)))],
      upToMs: early.tenantUpTo === undefined ? undefined : Date.parse(early.tenantUpTo),
      quietMs: respond.quietMs,
    });
    if (containment.status === 'watching' || containment.status === suspension.containment?.status) return;
    if (containment.status === 'leaking' && suspension.alertId !== undefined) {
      // The alert before the row: a crash in between raises the same alert again, never none.
      const [alert] = await parts.alerts.alerts({ tenant, id: suspension.alertId, limit: 1 });
      if (alert !== undefined) await parts.raise(uncontained(alert, suspension, containment));
    }
    const { timeToSilenceMs } = containment;
    const why =
      containment.status === 'silent'
        ? `silent ${timeToSilenceMs} ms after the dispatch`
        : `${containment.successes} successes, the last at ${containment.lastSuccessAt}`;
    const decision = await desk.apply(tenant, id, { kind: 'watch', by: system('containment'), why, containment });
    if (decision.ok)
      tell({
        type: containment.status,
        suspension: decision.suspension,
        ...(timeToSilenceMs !== undefined && { timeToSilenceMs }),
      });
  }

  /** The row that made the order: every attempt, in whatever process, sends what it says. */
  async function rowOf(suspension: Suspension, event: AuditRow['event']): Promise<AuditRow | undefined> {
    return (await store.story(suspension.tenant, suspension.id)).find((row) => row.event === event);
  }

  async function tend(found: AuditRow, signal: AbortSignal): Promise<void> {
    const suspension = readRow(found);
    const { tenant, id, state, liftAt } = suspension;
    let now = suspension;
    if (now.liftRequested === undefined && liftAt !== undefined && clock.now() >= Date.parse(liftAt)) {
      const by = system('time-to-live');
      const decision = await desk.apply(tenant, id, { kind: 'request-lift', by, why: 'its time to live is over' });
      if (decision.ok) now = decision.suspension;
    }
    if (now.liftRequested !== undefined) {
      const row = await rowOf(now, 'request-lift');
      if (row !== undefined) await lift(readRow(row), row, signal);
      return;
    }
    if (state === 'dispatched') {
      // Another process may be at it: it gets the time of one attempt before this one takes over.
      const known = progress.has(`${id}_act`);
      if (known || clock.now() >= Date.parse(suspension.updatedAt) + 2 * respond.timeoutMs) {
        const row = await rowOf(now, 'dispatch');
        if (row !== undefined) await act(readRow(row), row, signal);
      }
    }
    if (state === 'dispatched' || state === 'confirmed') await watch(now);
  }

  async function round(signal: AbortSignal): Promise<void> {
    let broken: AuditBroken | undefined;
    /** One tenant's broken trail holds up that tenant alone; it is told when the others had their turn. */
    const apart = async (work: Promise<void>) => {
      try {
        await work;
      } catch (error) {
        if (!(error instanceof AuditBroken)) throw error;
        broken ??= error;
      }
    };
    // Restoring comes before taking away.
    const states = ['dispatched', 'confirmed', 'failed'] as const;
    const ago = (ms: number) => new Date(clock.now() - ms).toISOString();
    for (const query of [
      { reversible: true, since: ago(STANDING_MAX_MS) },
      { reversible: false, since: ago(respond.watchMs + respond.quietMs) },
    ])
      for (const row of await store.list({ states, ...query, limit: ROUND_MAX }))
        if (!signal.aborted) await apart(tend(row, signal));
    for (const alert of await parts.alerts.alerts({ since: ago(parts.recommendationTtlMs), limit: ROUND_MAX }))
      if (!signal.aborted) await apart(propose(alert));
    for (const row of await store.list({
      states: ['approved', 'recommended'],
      since: ago(STANDING_MAX_MS),
      limit: ROUND_MAX,
    }))
      if (!signal.aborted) await apart(decide(row, signal));
    if (broken !== undefined) throw broken;
  }

  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        try {
          await round(signal);
        } catch (error) {
          if (!isFault(error)) throw error;
          tell({ type: 'round-failed', error });
        }
        await sleep(respond.pollMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Carries suspensions out: proposes, dispatches what was approved, retries, confirms, lifts in time and watches whether it held. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { Alert } from '../../schemas/alert.ts';
import type { AuditRow, Suspension } from '../../schemas/suspension.ts';
import { isFault } from '../fault.ts';
import type { SuspensionStore } from '../ports/respond.ts';
import { AuditBroken } from './audit-log.ts';
import { type ContainmentWatchParts, createContainmentWatch } from './containment-watch.ts';
import { createOrderExecutor, type OrderExecutorParts } from './order-executor.ts';
import type { RespondEvent } from './respond-event.ts';
import { bindingOf } from './suspension-states.ts';
import { readRow, type Suspensions, system } from './suspensions.ts';

/** Longer than any approval, recommendation or time to live. A suspension that has not moved for so long is not due. */
const STANDING_MAX_MS = 31 * 86_400_000;
/** Most suspensions looked at in one round. */
const ROUND_MAX = 1_000;
/**
 * What was proposed or held and is not spoken of again; the one longest not asked for goes first. No flood pushes another's out: a round asks
 * for at most `ROUND_MAX` of a kind, of each tenant as many, so what is under way was asked for lately. What is forgotten is proposed once
 * more, which the desk takes for the same, or told once more.
 */
const REMEMBERED_MAX = 10_000;

export interface DispatcherParts extends Omit<OrderExecutorParts & ContainmentWatchParts, 'onEvent'> {
  readonly desk: Suspensions;
  readonly store: SuspensionStore;
  /** How long a recommendation stands: older alerts are not looked at. */
  readonly recommendationTtlMs: number;
  onEvent?(event: RespondEvent): void;
}

export interface SuspensionDispatcher {
  /** Everything that is due now, once. Rejects when store or audit trail fail. */
  round(signal: AbortSignal): Promise<void>;
  /** Rounds until `signal`; an outage is told and waited out. */
  run(signal: AbortSignal): Promise<void>;
}

export function createSuspensionDispatcher(parts: DispatcherParts): SuspensionDispatcher {
  const { desk, store, respond, clock } = parts;
  const tell = (event: RespondEvent) => parts.onEvent?.(event);
  const proposed = new LRUCache<string, true>({ max: REMEMBERED_MAX });
  const held = new LRUCache<string, string>({ max: REMEMBERED_MAX });
  const carrier = createOrderExecutor({ ...parts, onEvent: tell });
  const watchman = createContainmentWatch({ ...parts, onEvent: tell });

  async function propose(alert: Alert): Promise<void> {
    const { action, target } = alert.recommendation;
    const key = JSON.stringify([alert.tenant, alert.id, alert.version, action, target]);
    if (alert.status === 'suppressed' || alert.status === 'resolved' || proposed.get(key)) return;
    const decision = await desk.propose(alert);
    proposed.set(key, true);
    if (decision.ok && decision.row !== undefined) tell({ type: 'requested', suspension: decision.suspension });
  }

  function hold(suspension: Suspension, reason: string): void {
    if (held.get(suspension.id) === reason) return;
    held.set(suspension.id, reason);
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
    if (decision.row !== undefined) await carrier.act(decision.suspension, decision.row, signal);
  }

  /** Finds the row that made the order; every attempt, in whatever process, sends what that row says. */
  async function rowOf(suspension: Suspension, event: AuditRow['event']): Promise<AuditRow | undefined> {
    return (await store.history(suspension.tenant, suspension.id)).find((row) => row.event === event);
  }

  async function tend(found: AuditRow, signal: AbortSignal): Promise<void> {
    const suspension = readRow(found);
    const { tenant, id, state, liftAt } = suspension;
    let now = suspension;
    await desk.vouch(tenant);
    if (now.liftRequested === undefined && liftAt !== undefined && clock.now() >= Date.parse(liftAt)) {
      const by = system('time-to-live');
      const decision = await desk.apply(tenant, id, { kind: 'request-lift', by, why: 'its time to live is over' });
      if (decision.ok) now = decision.suspension;
    }
    if (now.liftRequested !== undefined) {
      const row = await rowOf(now, 'request-lift');
      if (row !== undefined) await carrier.lift(readRow(row), row, signal);
      return;
    }
    if (state === 'dispatched') {
      // Another process may be at it: it gets the time of one attempt before this one takes over.
      const known = carrier.isAt(id);
      if (known || clock.now() >= Date.parse(suspension.updatedAt) + 2 * respond.timeoutMs) {
        const row = await rowOf(now, 'dispatch');
        if (row !== undefined) await carrier.act(readRow(row), row, signal);
      }
    }
    if (state === 'dispatched' || state === 'confirmed') await watchman.look(now);
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
    // Lifts come before new dispatches, because somebody waits for them.
    const states = ['dispatched', 'confirmed', 'failed'] as const;
    const ago = (ms: number) => new Date(clock.now() - ms).toISOString();
    for (const query of [
      { reversible: true, since: ago(STANDING_MAX_MS) },
      { reversible: false, since: ago(respond.watchMs + respond.quietMs) },
    ])
      for (const row of await store.list({ states, ...query, limit: ROUND_MAX }))
        if (!signal.aborted) await apart(tend(row, signal));
    for (const alert of await parts.alerts.alerts({
      since: ago(parts.recommendationTtlMs),
      order: 'shares',
      limit: ROUND_MAX,
    }))
      if (!signal.aborted) await apart(propose(alert));
    // What people approved does not wait behind what nobody has looked at.
    for (const state of ['approved', 'recommended'] as const)
      for (const row of await store.list({ states: [state], since: ago(STANDING_MAX_MS), limit: ROUND_MAX }))
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

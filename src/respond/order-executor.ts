/** Gives orders to responders: one attempt at a time, with the same id and bytes each time, and writes the outcome to the audit log. */
import { LRUCache } from 'lru-cache';
import type { Config } from '../../schemas/config.ts';
import type { AuditRow, Suspension } from '../../schemas/suspension.ts';
import { withDeadline } from '../bounds/deadline.ts';
import { isFault } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import type { Order, OrderOutcome, Responder } from '../ports/respond.ts';
import type { RespondEvent } from './respond-event.ts';
import type { Suspensions } from './suspensions.ts';

const BACKOFF_BASE_MS = 1_000;
const BACKOFF_MAX_MS = 300_000;
/**
 * Orders under way whose attempts are counted; the one longest not tried goes first. No flood pushes another's out: a round tends at most
 * 2,000 suspensions, of each tenant as many, and with them touches their orders. One that is forgotten is tried anew, with the same id.
 */
const REMEMBERED_MAX = 10_000;

/** A rest that is longer than the longest was begun under a clock that was ahead. */
const isTooEarly = ({ notBeforeMs }: Progress, now: number) => now < notBeforeMs && notBeforeMs - now <= BACKOFF_MAX_MS;

/** How far this process has come with one order. */
interface Progress {
  attempts: number;
  notBeforeMs: number;
  accepted: boolean;
}

export interface OrderExecutorParts {
  readonly desk: Pick<Suspensions, 'apply'>;
  readonly responders: ReadonlyMap<string, Responder>;
  readonly respond: Config['respond'];
  readonly clock: Clock;
  onEvent(event: RespondEvent): void;
}

export interface OrderExecutor {
  /** One attempt to act, or to hear whether it was done; `row` is the dispatch. */
  act(suspension: Suspension, row: AuditRow, signal: AbortSignal): Promise<void>;
  /** One attempt to undo; `row` is the wish for it. */
  lift(suspension: Suspension, row: AuditRow, signal: AbortSignal): Promise<void>;
  /** Whether this process is at the dispatch of a suspension. */
  isAt(id: string): boolean;
}

export function createOrderExecutor(parts: OrderExecutorParts): OrderExecutor {
  const { desk, responders, respond, clock, onEvent: tell } = parts;
  const progress = new LRUCache<string, Progress>({ max: REMEMBERED_MAX });

  /** One attempt, never longer than `timeoutMs`. A fault of a secret file or the like can be mended: it is tried again. */
  async function attempt(
    work: (signal: AbortSignal) => Promise<OrderOutcome>,
    signal: AbortSignal,
  ): Promise<OrderOutcome> {
    try {
      return await work(withDeadline(respond.timeoutMs, signal));
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

  function progressOf(id: string): Progress {
    const known = progress.get(id) ?? { attempts: 0, notBeforeMs: 0, accepted: false };
    progress.set(id, known);
    return known;
  }

  function postpone(state: Progress, outcome: OrderOutcome): void {
    const asked = outcome.status === 'retry' ? (outcome.retryAfterMs ?? 0) : 0;
    const waitMs = Math.min(BACKOFF_MAX_MS, Math.max(asked, BACKOFF_BASE_MS * 2 ** Math.min(state.attempts, 16)));
    state.notBeforeMs = clock.now() + waitMs;
  }

  async function act(suspension: Suspension, row: AuditRow, signal: AbortSignal): Promise<void> {
    const { tenant, id } = suspension;
    const order = orderOf('act', suspension, row);
    const state = progressOf(order.id);
    if (isTooEarly(state, clock.now())) return;
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
    if (isTooEarly(state, clock.now())) return;
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

  return { act, lift, isAt: (id) => progress.has(`${id}_act`) };
}

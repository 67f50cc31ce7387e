/** Watches whether the targets of dispatched suspensions are silent, and raises an alert where they are not. */
import type { Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { Suspension } from '../../schemas/suspension.ts';
import type { Clock } from '../ports/outside.ts';
import type { TargetHistory } from '../ports/respond.ts';
import type { Store } from '../ports/store.ts';
import { assess, uncontained, watchedTarget } from './containment.ts';
import type { RespondEvent } from './respond-event.ts';
import { type Suspensions, system } from './suspensions.ts';

const SUCCESSES_MAX = 1_000;

export interface ContainmentWatchParts {
  readonly desk: Pick<Suspensions, 'apply'>;
  readonly history: Pick<TargetHistory, 'successes'>;
  readonly alerts: Pick<Store, 'alerts'>;
  readonly respond: Pick<Config['respond'], 'watchMs' | 'quietMs'>;
  readonly clock: Clock;
  /** Raises an alert beside the engine's own: its containment did not hold. */
  raise(alert: Alert): Promise<void>;
  onEvent(event: RespondEvent): void;
}

export function createContainmentWatch(parts: ContainmentWatchParts): { look(suspension: Suspension): Promise<void> } {
  const { desk, history, respond, clock, onEvent: tell } = parts;

  async function look(suspension: Suspension): Promise<void> {
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
    if (containment.status === 'leaking') {
      // The alert is raised before the row is written: after a crash in between the same alert is raised again, never none.
      const { alertId } = suspension;
      const [alert] = alertId === undefined ? [] : await parts.alerts.alerts({ tenant, id: alertId, limit: 1 });
      await parts.raise(uncontained(alert, suspension, containment));
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

  return { look };
}

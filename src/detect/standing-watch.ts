/** Watches what is decided about alerts, and sends it to where their identities are judged, so that it becomes the next version of each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { type Alert, leastDone } from '../../schemas/alert.ts';
import { APPROVAL_MAX_DAYS } from '../../schemas/api.ts';
import { FELLOWS_MAX } from '../../schemas/standing.ts';
import { createShares } from '../bounds/shares.ts';
import { isFault } from '../fault.ts';
import type { Clock } from '../ports/outside.ts';
import type { OutgoingMessage } from '../ports/stream.ts';
import type { LookupStore, TriageStore } from '../ports/triage.ts';
import { type Invariants, NO_INVARIANTS } from '../triage/coverage.ts';
import { type Contained, type Decisions, standingOf, standsNow, untold } from '../triage/standing.ts';
import { decidedMessage } from './standing-message.ts';

const DAY_MS = 86_400_000;
/** Pause between two looks. */
const LOOK_EVERY_MS = 2_000;
/** Rows of the store may become visible later than rows stored after them. */
const OVERLAP_MS = 60_000;
/** Pause between two looks at every alert that may still be open: time alone ends some. */
const SWEEP_EVERY_MS = 600_000;
/** After so long a decision that was sent should be a version; else it is sent again. */
const AGAIN_MS = 10_000;
/** Alerts that wait to be looked at, of the tenant that has most at the cost of itself; the next sweep finds those that are dropped. */
const WAITING_MAX = 10_000;
/** Alerts looked at in one go, of each tenant in turn. */
const LOOK_MAX = 200;
const PAGE = 500;
const TENANTS_MAX = 10_000;
/** Actions read in one go, and remembered as heard: one that is forgotten and heard again is looked at once more, and says nothing new. */
const ACTIONS_MAX = 10_000;

export interface StandingWatchParts {
  readonly triage: Pick<TriageStore, 'alertPage' | 'actions' | 'suppressions'>;
  readonly ledger: Pick<LookupStore, 'tenants'>;
  /** Suspensions that an alert gave rise to, newest first: changed since an instant, or of one alert. */
  contained(
    query: { readonly since: string } | { readonly tenant: string; readonly alertId: string },
  ): Promise<readonly (Contained & { readonly tenant: string })[]>;
  readonly clock: Clock;
  /** Event time up to which the fleet is known, in ms. */
  eventMs(): number;
  readonly expireAfterDays: number;
  readonly invariants?: Invariants;
  /** Replaces known secrets in what people write, because it goes out with the alert. */
  scrub(tenant: string, text: string): string;
  /** One process watches for all: true where it is this one. */
  leads(): boolean;
  send(messages: readonly OutgoingMessage[]): Promise<void>;
  onFault(error: unknown): void;
}

export interface StandingWatch {
  /** Looks once at what may have been decided since the last look. */
  look(): Promise<void>;
  /** Says that these alerts have changed, about which something was decided: the decision may not cover them any more. */
  note(alerts: readonly Pick<Alert, 'tenant' | 'id'>[]): void;
  /** Looks now and then until `signal`; what cannot be read or sent now is told later. */
  run(signal: AbortSignal): Promise<void>;
}

export function createStandingWatch(parts: StandingWatchParts): StandingWatch {
  const { triage, clock, invariants = NO_INVARIANTS } = parts;
  /** Alerts to be looked at, with the wall time before which they are not. */
  const waiting = createShares<{ readonly tenant: string; readonly id: string; readonly notBefore: number }>(
    WAITING_MAX,
  );
  const done = new LRUCache<string, true>({ max: ACTIONS_MAX });
  let readAt = Number.NEGATIVE_INFINITY;
  let sweptAt = Number.NEGATIVE_INFINITY;
  let rules = '';

  function put(tenant: string, id: string): void {
    if (waiting.get(tenant, id) === undefined) waiting.set(tenant, id, { tenant, id, notBefore: 0 });
  }

  /** Notes what was decided since the last look. */
  async function hear(nowMs: number): Promise<void> {
    const storedSince = Math.max(nowMs - APPROVAL_MAX_DAYS * DAY_MS, readAt - OVERLAP_MS);
    const actions = await triage.actions({ kinds: ['acknowledge', 'benign', 'true'], storedSince, limit: ACTIONS_MAX });
    for (const { id, tenant, alertId } of actions) {
      if (done.has(id)) continue;
      done.set(id, true);
      put(tenant, alertId);
    }
    const since = new Date(storedSince).toISOString();
    for (const { tenant, alertId, suspension, state, at } of await parts.contained({ since })) {
      const key = `${suspension} ${state} ${at}`;
      if (done.has(key)) continue;
      done.set(key, true);
      put(tenant, alertId);
    }
    readAt = nowMs;
  }

  /** Puts every alert that may still be open among those to be looked at, now and then, and when a suppression comes or goes. */
  async function sweep(nowMs: number): Promise<void> {
    const suppressions = await triage.suppressions(nowMs);
    const found = suppressions.map(({ id, lifted }) => `${id} ${lifted}`).join();
    if (found === rules && nowMs - sweptAt < SWEEP_EVERY_MS) return;
    const eventMs = parts.eventMs();
    if (eventMs <= 0) return;
    rules = found;
    sweptAt = nowMs;
    const since = new Date(eventMs - (parts.expireAfterDays + 7) * DAY_MS).toISOString();
    for (const { tenant } of await parts.ledger.tenants(TENANTS_MAX)) {
      let after: Alert | undefined;
      for (let seen = 0; seen < WAITING_MAX; seen += PAGE) {
        const alerts = await triage.alertPage({ tenant, since, limit: PAGE, ...(after && { after }) });
        await tell(tenant, alerts, nowMs);
        after = alerts.at(-1);
        if (alerts.length < PAGE) break;
      }
    }
  }

  async function decisionsAbout(tenant: string, alerts: readonly Alert[], nowMs: number): Promise<Decisions> {
    const alertIds = alerts.map(({ id }) => id);
    const actions = await triage.actions({ tenant, alertIds, limit: ACTIONS_MAX });
    const suppressions = await triage.suppressions(nowMs - APPROVAL_MAX_DAYS * DAY_MS, tenant);
    const { expireAfterDays } = parts;
    return { actions, suppressions, contained: [], invariants, nowMs, eventMs: parts.eventMs(), expireAfterDays };
  }

  /** Sends what the last versions of these alerts do not tell. Those of which all is told wait no longer. */
  async function tell(tenant: string, alerts: readonly Alert[], nowMs: number): Promise<void> {
    if (alerts.length === 0) return;
    const decisions = await decisionsAbout(tenant, alerts, nowMs);
    const messages: OutgoingMessage[] = [];
    for (const alert of alerts) {
      const sent = waiting.get(tenant, alert.id);
      const isWanted = sent !== undefined || alert.standing?.containment !== undefined;
      const contained = isWanted ? await parts.contained({ tenant, alertId: alert.id }) : [];
      const now = standsNow(alert, { ...decisions, contained });
      const change = untold(alert, now);
      if (change === undefined) {
        waiting.delete(tenant, alert.id);
        continue;
      }
      if (sent !== undefined && sent.notBefore > nowMs) continue;
      const fellows = now.status === 'new' ? [] : await fellowsOf(alert, nowMs);
      const page = leastDone([now.status, ...fellows.map(([, status]) => status)]);
      const { identity, version } = alert;
      messages.push(
        decidedMessage({
          tenant,
          identity: identity.id,
          provider: identity.provider,
          ...(identity.account !== undefined && { account: identity.account }),
          alertId: alert.id,
          version,
          status: now.status,
          change,
          standing: standingOf({ ...now, because: parts.scrub(tenant, now.because) }, change, page),
          fellows,
        }),
      );
      waiting.set(tenant, alert.id, { tenant, id: alert.id, notBefore: nowMs + AGAIN_MS });
    }
    if (messages.length > 0) await parts.send(messages);
  }

  /** The other alerts of its cause, each with where it stands. */
  async function fellowsOf(alert: Alert, nowMs: number): Promise<[string, Alert['status']][]> {
    const { tenant, cause } = alert;
    if (cause === undefined) return [];
    const page = await triage.alertPage({ tenant, cause, limit: FELLOWS_MAX });
    const others = page.filter(({ id }) => id !== alert.id);
    if (others.length === 0) return [];
    const decisions = await decisionsAbout(tenant, others, nowMs);
    return others.map((one) => [one.id, standsNow(one, decisions).status]);
  }

  async function look(): Promise<void> {
    if (!parts.leads()) return;
    const nowMs = clock.now();
    await hear(nowMs);
    const due = [...waiting.inTurn()].filter(({ notBefore }) => notBefore <= nowMs).slice(0, LOOK_MAX);
    for (const { tenant, id } of due) {
      const [alert] = await triage.alertPage({ tenant, idPrefix: id, limit: 1 });
      if (alert?.id === id) await tell(tenant, [alert], nowMs);
      // There is no such alert, or not any more.
      else waiting.delete(tenant, id);
    }
    await sweep(nowMs);
  }

  return {
    look,
    note(alerts) {
      for (const { tenant, id } of alerts) put(tenant, id);
    },
    async run(signal) {
      while (!signal.aborted) {
        try {
          await look();
        } catch (error) {
          if (!isFault(error)) throw error;
          parts.onFault(error);
        }
        await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

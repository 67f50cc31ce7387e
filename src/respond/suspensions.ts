/** Where suspensions are requested, approved, rejected and lifted: every decision is one audited step, or a refusal with its reason. */
import type { Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { type AuditRow, type Party, type Suspension, suspensionSchema } from '../../schemas/suspension.ts';
import type { Clock } from '../ports/outside.ts';
import type { Responder, SuspensionStore, TargetHistory } from '../ports/respond.ts';
import { beyond, isAbove } from '../triage/coverage.ts';
import { auditChain, contentOf } from './audit-chain.ts';
import { AuditBroken, createAuditLog } from './audit-log.ts';
import { type GuardrailContext, objections } from './guardrails.ts';
import { policyFor } from './policy.ts';
import { draft, suspensionId, type Wish, wishOf } from './request.ts';
import { type LifeEvent, recommended, type TransitionRefusal, transition } from './suspension-states.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The longest time to live there is, and a day. */
const TTL_MAX_MS = 31 * DAY_MS;
/** Times another writer may be first before this one gives up. */
const TRIES = 16;
/** Suspensions of one alert that are looked at. */
const OF_ALERT_MAX = 100;
/** States in which nothing more happens, by somebody's decision or by nobody's. */
const OVER: ReadonlySet<Suspension['state']> = new Set(['rejected', 'expired', 'lifted']);
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Suspensions looked at for the caps. */
const OTHERS_MAX = 10_000;

export interface SuspensionsParts {
  readonly store: SuspensionStore;
  readonly history: Pick<TargetHistory, 'activeIdentities'>;
  readonly clock: Clock;
  readonly respond: Config['respond'];
  /** Open responders by name. */
  readonly responders: ReadonlyMap<string, Responder>;
  /** Ids of the detectors of invariants. */
  readonly invariants: ReadonlySet<string>;
  /** What is known of an identity now. What rejects stops the decision. */
  inventory(tenant: string, identity: Suspension['identity']): Promise<InventoryRecord | undefined>;
  /** The switch of the config or its file, now. */
  killSwitch(): boolean;
}

/** What became of a decision. `row` is absent when it had been made before and nothing was written. */
export type Decision =
  | { readonly ok: true; readonly suspension: Suspension; readonly row?: AuditRow }
  | { readonly ok: false; readonly refusal: TransitionRefusal };

/** What a person or a receiver may ask for. Every member throws AuditBroken, or what the store throws, when it cannot be audited. */
export interface Suspensions {
  /** Records what an alert recommends; the same alert, action and target only once. */
  propose(alert: Alert): Promise<Decision>;
  /** Records what a person wants; it needs approval like any other. */
  request(wish: Omit<Wish, 'expiresAt' | 'grounds' | 'occasion'>): Promise<Decision>;
  /** Moves a suspension one step on. */
  apply(tenant: string, id: string, event: LifeEvent): Promise<Decision>;
  find(tenant: string, id: string): Promise<{ readonly suspension: Suspension; readonly row: AuditRow } | undefined>;
  /** Resolves when the tenant's trail is as it was written: before anything is done that a stored row asks for. */
  vouch(tenant: string): Promise<void>;
  /** Everything that speaks against dispatching it now. */
  objections(suspension: Suspension): Promise<readonly string[]>;
}

const refused = (code: TransitionRefusal['code'], reason: string): Decision => ({
  ok: false,
  refusal: { code, reason },
});

/** The suspension of a stored row. Throws AuditBroken when the row is not as it was written. */
export function readRow(row: AuditRow): Suspension {
  if (!auditChain.isSound(row))
    throw new AuditBroken(`audit chain of tenant ${row.tenant} at ${row.seq}: its content was changed`);
  return contentOf(row);
}

export function createSuspensions(parts: SuspensionsParts): Suspensions {
  const { store, history, clock, respond, responders } = parts;
  const journal = createAuditLog(store);

  const subjectOf = async (suspension: Pick<Suspension, 'tenant' | 'identity' | 'action'>) => {
    const facts = await parts.inventory(suspension.tenant, suspension.identity);
    const { tenant, action } = suspension;
    return { facts, subject: { tenant, action, owner: facts?.owner, environment: facts?.environment } };
  };

  async function surroundings(suspension: Suspension, facts: InventoryRecord | undefined): Promise<GuardrailContext> {
    const nowMs = clock.now();
    const since = new Date(nowMs - Math.max(HOUR_MS, respond.stormWindowMs)).toISOString();
    // What is only proposed counts for a storm of its own tenant, and no flood of it may hide what was dispatched.
    const [proposed, recent, standing, activeIdentities] = await Promise.all([
      store.list({ tenant: suspension.tenant, since, limit: OTHERS_MAX }),
      store.list({ states: ['dispatched', 'confirmed', 'failed', 'lifted'], since, limit: OTHERS_MAX }),
      store.list({
        tenant: suspension.tenant,
        states: ['dispatched', 'confirmed', 'failed'],
        since: new Date(nowMs - TTL_MAX_MS).toISOString(),
        limit: OTHERS_MAX,
      }),
      history.activeIdentities(suspension.tenant, new Date(nowMs - DAY_MS).toISOString()),
    ]);
    const others = new Map(
      [...proposed, ...recent, ...standing].map((row) => [`${row.tenant}\u0000${row.suspension}`, row]),
    );
    return {
      nowMs,
      killSwitch: parts.killSwitch(),
      neverSuspend: facts?.neverSuspend === true,
      others: [...others.values()].map(readRow),
      complete: recent.length < OTHERS_MAX && standing.length < OTHERS_MAX,
      activeIdentities,
    };
  }

  async function find(tenant: string, id: string) {
    const row = await store.last(tenant, id);
    return row && { suspension: readRow(row), row };
  }

  async function weigh(suspension: Suspension): Promise<readonly string[]> {
    const { facts } = await subjectOf(suspension);
    return objections(suspension, await surroundings(suspension, facts), respond);
  }

  /** Whether the last proposal of this alert, action and target was turned down, let expire or lifted, and the alert shows more by now. */
  async function outgrewDecision(alert: Alert, { tenant, action, target }: Wish): Promise<boolean> {
    const rows = await store.list({ tenant, alertId: alert.id, limit: OF_ALERT_MAX });
    const [last] = rows
      .map(readRow)
      .filter((one) => one.alertId === alert.id && one.action === action && one.requestedBy.kind !== 'person')
      .filter((one) => one.target.kind === target.kind && one.target.id === target.id)
      .sort((a, b) => (b.covers?.version ?? 0) - (a.covers?.version ?? 0));
    const covers = last?.covers;
    if (last === undefined || covers === undefined || !OVER.has(last.state)) return false;
    return (
      alert.version > covers.version &&
      (isAbove(alert.severity, covers.severity) || beyond(alert, covers.evidence, parts.invariants).length > 0)
    );
  }

  async function record(wish: Wish): Promise<Decision> {
    const { facts, subject } = await subjectOf(wish);
    const chosen = policyFor(respond, subject);
    if (chosen.policy.mode === 'observe') return refused('policy', `policy ${chosen.policy.name} says observe`);
    // What has no UTF-8 would come back as another name.
    if (LONE_SURROGATE.test([wish.tenant, wish.identity.id, wish.target.id, wish.by.id].join()))
      return refused('invalid', 'a name in it is no well-formed text');
    if (Date.parse(wish.expiresAt) <= clock.now()) return refused('expired', `it expired at ${wish.expiresAt}`);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const head = await journal.head(wish.tenant);
      const known = await find(wish.tenant, suspensionId(wish));
      if (known !== undefined) return { ok: true, suspension: known.suspension };
      const responder = chosen.responder === undefined ? undefined : responders.get(chosen.responder);
      const drafted = suspensionSchema.safeParse(draft(wish, chosen, responder, facts, clock.now()));
      if (!drafted.success) {
        const [issue] = drafted.error.issues;
        return refused('invalid', `${issue?.path.join('.')}: ${issue?.message}`);
      }
      const first = recommended(drafted.data);
      const row = await journal.append(head, first.suspension, first.row);
      if (row !== undefined) return { ok: true, suspension: first.suspension, row };
    }
    return refused('state', 'others write the audit trail of this tenant all the time; try again');
  }

  async function apply(tenant: string, id: string, event: LifeEvent): Promise<Decision> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      // The end of the chain first: what is written in between takes the place, and this decision is made again.
      const head = await journal.head(tenant);
      const found = await find(tenant, id);
      if (found === undefined) return refused('not-found', `tenant ${tenant} has no suspension ${id}`);
      const { suspension } = found;
      const { subject } = await subjectOf(suspension);
      const next = transition(suspension, event, clock.now(), policyFor(respond, subject).policy);
      if (!next.ok) return next;
      if (event.kind === 'dispatch' || (event.kind === 'approve' && event.by.kind === 'policy')) {
        const against = await weigh(next.suspension);
        if (against.length > 0) return refused('guardrail', against.join('; '));
      }
      const row = await journal.append(head, next.suspension, next.row);
      if (row !== undefined) return { ok: true, suspension: next.suspension, row };
    }
    return refused('state', 'others write the audit trail of this tenant all the time; try again');
  }

  return {
    async propose(alert) {
      const wish = wishOf(alert, parts.invariants);
      if (wish === undefined) return refused('policy', 'the alert recommends to observe');
      const isOutgrown = await outgrewDecision(alert, wish);
      return record(isOutgrown ? { ...wish, occasion: `version ${alert.version}` } : wish);
    },
    async request(wish) {
      const nowMs = clock.now();
      return record({
        ...wish,
        expiresAt: new Date(nowMs + respond.approvalTtlMs).toISOString(),
        // A person's wish rests on a person's judgement: it is never approved by a policy.
        grounds: { invariant: false, families: 0 },
        occasion: `${wish.by.id}/${nowMs}`,
      });
    },
    apply,
    find,
    async vouch(tenant) {
      await journal.head(tenant);
    },
    objections: weigh,
  };
}

/** Tidemark itself, by the rule it follows. */
export const system = (rule: string): Party => ({ kind: 'system', id: rule });

/** From an alert or a person's wish to a suspension nobody has approved yet. */
import { createHash } from 'node:crypto';
import type { Alert } from '../../schemas/alert.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { ContainmentAction, Party, Suspension } from '../../schemas/suspension.ts';
import type { Responder } from '../ports/respond.ts';
import { threadOf } from '../render/thread-of.ts';
import { coveredBy } from '../triage/coverage.ts';
import type { Chosen } from './policy.ts';

/** Evidence of one family under this many nats is no second opinion. */
const FAMILY_NATS = 2;
const REASON_MAX = 1_024;

/** What is wanted, by whom. */
export interface Wish {
  readonly tenant: string;
  readonly identity: Suspension['identity'];
  readonly action: ContainmentAction;
  readonly target: Suspension['target'];
  readonly alertId?: string;
  readonly txn?: string;
  readonly reason: string;
  readonly by: Party;
  readonly expiresAt: string;
  readonly ttlMs?: number;
  /** What the responder is to be told besides; it may add to it. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly grounds: Suspension['grounds'];
  /** What its alert shows. */
  readonly covers?: Suspension['covers'];
  /** Sets wishes for the same thing apart; '' for what follows from the alert alone. */
  readonly occasion: string;
}

/** The same alert, action and target have the same id wherever and whenever they are proposed. */
export function suspensionId({ tenant, alertId, identity, action, target, occasion }: Wish): string {
  const parts = [tenant, alertId ?? '', identity.id, action, target.kind, target.id, occasion];
  // An alert is of one identity; without one, those that share an id are kept apart.
  if (alertId === undefined && identity.account !== undefined) parts.push(identity.provider ?? '', identity.account);
  return `sus_${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
}

/** What the evidence of an alert amounts to. `invariants` names the detectors whose findings are no matter of statistics. */
export function groundsOf(alert: Alert, invariants: ReadonlySet<string>): Suspension['grounds'] {
  return {
    invariant: alert.evidence.some(({ detector }) => invariants.has(detector)),
    families: new Set(alert.evidence.filter(({ nats }) => nats >= FAMILY_NATS).map(({ group }) => group)).size,
  };
}

/** Whom an alert is about. */
export function subjectOf({ identity: { id, kind, provider, account } }: Alert): Suspension['identity'] {
  return { id, kind, provider, ...(account !== undefined && { account }) };
}

/** The wish an alert's recommendation amounts to; undefined when it recommends to observe. */
export function wishOf(alert: Alert, invariants: ReadonlySet<string>): Wish | undefined {
  const { action, target, because, expiresAt } = alert.recommendation;
  if (action === 'observe') return undefined;
  return {
    tenant: alert.tenant,
    identity: subjectOf(alert),
    action,
    target,
    alertId: alert.id,
    txn: threadOf(alert),
    // Who approves it should know whether the agent itself was changed.
    reason: alert.drift === undefined ? because : `${because.replace(/\.$/, '')}; ${alert.drift.says}.`,
    by: { kind: 'system', id: 'recommendation' },
    expiresAt,
    grounds: groundsOf(alert, invariants),
    covers: coveredBy(alert),
    occasion: '',
  };
}

/** The suspension as first recorded. Without a responder that can do it, it is recorded all the same and can never be dispatched. */
export function draft(
  wish: Wish,
  chosen: Chosen,
  responder: Responder | undefined,
  facts: InventoryRecord | undefined,
  nowMs: number,
): Suspension {
  const { tenant, identity, action, target, alertId } = wish;
  const id = suspensionId(wish);
  const at = new Date(nowMs).toISOString();
  const parameters = { ...wish.parameters };
  const prepared = responder?.prepare({ tenant, identity, action, target, parameters });
  return {
    id,
    tenant,
    txn: wish.txn ?? alertId ?? id,
    identity,
    ...(facts?.owner !== undefined && { owner: facts.owner }),
    ...(facts?.tier !== undefined && { tier: facts.tier }),
    ...(alertId !== undefined && { alertId }),
    action,
    target,
    ...(prepared?.ok && chosen.responder !== undefined && { responder: chosen.responder }),
    parameters: prepared?.ok ? { ...prepared.parameters } : parameters,
    breaks: (prepared?.ok ? prepared.breaks : (prepared?.reason ?? 'no responder is configured for it')).slice(
      0,
      REASON_MAX,
    ),
    reversible: prepared?.ok ? prepared.reversible : false,
    reason: wish.reason.slice(0, REASON_MAX) || 'no reason given',
    requestedBy: wish.by,
    requestedAt: at,
    expiresAt: wish.expiresAt,
    ttlMs: wish.ttlMs ?? chosen.ttlMs,
    policy: chosen.policy,
    grounds: wish.grounds,
    ...(wish.covers !== undefined && { covers: wish.covers }),
    state: 'recommended',
    updatedAt: at,
    approvals: [],
  };
}

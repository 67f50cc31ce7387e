/** The life of a suspension as a pure function: what may follow what, and who must have said yes. No clock, no I/O. */
import type {
  Approval,
  Containment,
  Party,
  Policy,
  Suspension,
  SuspensionEvent,
  SuspensionState,
} from '../../schemas/suspension.ts';
import { digest } from './canonical.ts';

/** A clock that ran back further than this since the last entry cannot be trusted with expiries. */
const CLOCK_BACK_MS = 60_000;
const WHY_MAX = 1_024;

export type LifeEvent =
  /** `binding` is what the approver saw: see `bindingOf`. */
  | {
      readonly kind: 'approve';
      readonly by: Party;
      readonly why: string;
      readonly binding: string;
      /** Who made the link by which this was said, where that was somebody else. */
      readonly linkBy?: string;
    }
  | {
      readonly kind: 'reject' | 'expire' | 'dispatch' | 'confirm' | 'fail' | 'request-lift' | 'lift';
      readonly by: Party;
      readonly why: string;
    }
  | { readonly kind: 'watch'; readonly by: Party; readonly why: string; readonly containment: Containment };

/** What one event adds to the audit chain; place and hashes come with the chain. */
export interface Entry {
  readonly event: SuspensionEvent;
  readonly from: SuspensionState | 'none';
  readonly to: SuspensionState;
  readonly by: Party;
  readonly why: string;
  readonly at: string;
}

/** Why not: `code` for programs, `reason` for people. */
export interface TransitionRefusal {
  readonly code:
    | 'state'
    | 'expired'
    | 'clock'
    | 'binding'
    | 'policy'
    | 'approval'
    | 'same-person'
    | 'responder'
    | 'irreversible'
    | 'not-due'
    | 'guardrail'
    | 'invalid'
    | 'not-found';
  readonly reason: string;
}

export type Transition =
  | { readonly ok: true; readonly suspension: Suspension; readonly row: Entry }
  | { readonly ok: false; readonly refusal: TransitionRefusal };

/** Digest of all that an approval is for: action, target, parameters, responder, expiry and time to live. */
export function bindingOf(suspension: Suspension): string {
  const { id, tenant, identity, action, target, parameters, responder, expiresAt, ttlMs, reversible } = suspension;
  return digest({ id, tenant, identity, action, target, parameters, responder, expiresAt, ttlMs, reversible });
}

/** Approvals needed: never fewer than two people where the company stops without the identity. */
export function approvalsNeeded(suspension: Suspension, policy: Policy): number {
  return suspension.tier === 0 ? 2 : Math.max(policy.approvals, suspension.policy.approvals);
}

/** Whether evidence suffices to act without a person. */
function carriesItself({ grounds, tier }: Suspension): boolean {
  return (grounds.invariant || grounds.families >= 2) && tier !== undefined && tier > 0;
}

/** Why these approvals do not permit a dispatch under the policy now in force; undefined when they do. */
function approvalObjection(
  suspension: Suspension,
  approvals: readonly Approval[],
  policy: Policy,
): TransitionRefusal | undefined {
  const binding = bindingOf(suspension);
  if (approvals.some((approval) => approval.binding !== binding))
    return { code: 'binding', reason: 'it is not what was approved' };
  const automatic = approvals.some(
    ({ by }) =>
      by.kind === 'policy' && by.id === policy.name && policy.mode === 'automatic' && carriesItself(suspension),
  );
  const people = new Set(approvals.filter(({ by }) => by.kind === 'person').map(({ by }) => by.id)).size;
  const needed = approvalsNeeded(suspension, policy);
  if ((automatic && suspension.reversible) || people >= needed) return undefined;
  return { code: 'approval', reason: `${people} of ${needed} approvals` };
}

/** Two names that are one to the eye, or differ in case alone, are one person. */
const sameName = (one: string, other: string) =>
  one.normalize('NFKC').toLowerCase() === other.normalize('NFKC').toLowerCase();

/** Who may have given both approvals, where somebody may: whoever makes a link for somebody could use it. */
function handOfBoth(one: Pick<Approval, 'by' | 'linkBy'>, other: Pick<Approval, 'by' | 'linkBy'>): string | undefined {
  const hands = ({ by, linkBy }: Pick<Approval, 'by' | 'linkBy'>) => [by.id, ...(linkBy === undefined ? [] : [linkBy])];
  return hands(one).find((name) => hands(other).some((known) => sameName(name, known)));
}

const refuse = (code: TransitionRefusal['code'], reason: string): Transition => ({
  ok: false,
  refusal: { code, reason },
});

/** Why the policy lets nothing happen, where it does not. */
function policyObjection(policy: Policy | undefined): string | undefined {
  if (policy === undefined) return 'no policy covers it';
  return policy.mode === 'approve' || policy.mode === 'automatic'
    ? undefined
    : `policy ${policy.name} says ${policy.mode}`;
}

/** The first entry of a suspension. */
export function recommended(suspension: Suspension): { readonly suspension: Suspension; readonly row: Entry } {
  const { requestedBy: by, requestedAt: at, reason: why } = suspension;
  return { suspension, row: { event: 'recommend', from: 'none', to: 'recommended', by, why, at } };
}

/**
 * The suspension after `event` at wall time `nowMs`, or why not. `policy` is the one in force now, which may be stricter than
 * the one the suspension was requested under; undefined means that there is none, and then nothing is approved or dispatched.
 */
export function transition(
  suspension: Suspension,
  event: LifeEvent,
  nowMs: number,
  policy: Policy | undefined,
): Transition {
  const { state } = suspension;
  const at = new Date(nowMs).toISOString();
  const to = (next: SuspensionState, changes: Partial<Suspension> = {}): Transition => ({
    ok: true,
    suspension: { ...suspension, ...changes, state: next, updatedAt: at },
    row: { event: event.kind, from: state, to: next, by: event.by, why: event.why.slice(0, WHY_MAX), at },
  });
  const expired = nowMs >= Date.parse(suspension.expiresAt);
  const out = () => refuse('state', `it is ${state}`);

  switch (event.kind) {
    case 'approve': {
      if (state !== 'recommended') return out();
      if (expired) return refuse('expired', `it expired at ${suspension.expiresAt}`);
      if (nowMs < Date.parse(suspension.updatedAt) - CLOCK_BACK_MS)
        return refuse('clock', `the clock is behind ${suspension.updatedAt}`);
      const forbidden = policyObjection(policy);
      if (policy === undefined || forbidden !== undefined) return refuse('policy', forbidden ?? 'no policy covers it');
      if (event.binding !== bindingOf(suspension)) return refuse('binding', 'it is not what you were shown');
      if (event.by.kind !== 'person' && event.by.kind !== 'policy')
        return refuse('approval', 'only a person or a policy approves');
      const { by, linkBy, binding } = event;
      const alike = suspension.approvals.filter((approval) => by.kind === approval.by.kind);
      if (alike.some((approval) => sameName(approval.by.id, by.id)))
        return refuse('same-person', `${by.id} has approved already`);
      const hand = alike.map((approval) => handOfBoth(event, approval)).find((name) => name !== undefined);
      if (hand !== undefined)
        return refuse(
          'same-person',
          `${hand} approved it, or made a link by which it was approved: let somebody else approve it, by a token of their own or a link that ${hand} did not make`,
        );
      const approvals = [...suspension.approvals, { by, at, binding, ...(linkBy !== undefined && { linkBy }) }];
      const missing = approvalObjection(suspension, approvals, policy);
      if (missing === undefined) return to('approved', { approvals });
      // A first of two people waits for the second; a policy that is not enough by itself is refused, for it would wait for ever.
      return event.by.kind === 'person' && missing.code === 'approval'
        ? to('recommended', { approvals })
        : { ok: false, refusal: missing };
    }
    case 'reject':
      return state === 'recommended' || state === 'approved'
        ? to('rejected', { rejected: { by: event.by, at, why: event.why.slice(0, WHY_MAX) } })
        : out();
    case 'expire':
      if (state !== 'recommended' && state !== 'approved') return out();
      return expired ? to('expired') : refuse('not-due', `it stands until ${suspension.expiresAt}`);
    case 'dispatch': {
      if (state !== 'approved') return out();
      if (expired) return refuse('expired', `it expired at ${suspension.expiresAt}`);
      if (nowMs < Date.parse(suspension.updatedAt) - CLOCK_BACK_MS)
        return refuse('clock', `the clock is behind ${suspension.updatedAt}`);
      const forbidden = policyObjection(policy);
      if (policy === undefined || forbidden !== undefined) return refuse('policy', forbidden ?? 'no policy covers it');
      if (suspension.responder === undefined) return refuse('responder', 'no responder can do it');
      const objection = approvalObjection(suspension, suspension.approvals, policy);
      if (objection !== undefined) return { ok: false, refusal: objection };
      const liftAt = new Date(nowMs + suspension.ttlMs).toISOString();
      return to('dispatched', { dispatchedAt: at, ...(suspension.reversible && { liftAt }) });
    }
    case 'confirm':
      return state === 'dispatched' ? to('confirmed') : out();
    case 'fail':
      return state === 'dispatched' ? to('failed', { failure: event.why.slice(0, WHY_MAX) }) : out();
    case 'request-lift': {
      if (state !== 'dispatched' && state !== 'confirmed' && state !== 'failed') return out();
      if (!suspension.reversible) return refuse('irreversible', 'its responder cannot undo it');
      if (suspension.liftRequested !== undefined) return refuse('state', 'its lift is under way');
      if (event.by.kind === 'system' && (suspension.liftAt === undefined || nowMs < Date.parse(suspension.liftAt)))
        return refuse('not-due', `it stands until ${suspension.liftAt ?? 'somebody lifts it'}`);
      return to(state, { liftRequested: { by: event.by, at, why: event.why.slice(0, WHY_MAX) || 'no reason given' } });
    }
    case 'lift':
      if (state !== 'dispatched' && state !== 'confirmed' && state !== 'failed') return out();
      return suspension.liftRequested === undefined ? refuse('state', 'nobody asked for its lift') : to('lifted');
    case 'watch':
      if (state !== 'dispatched' && state !== 'confirmed') return out();
      return to(state, { containment: event.containment });
  }
}

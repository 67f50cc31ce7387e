/** What stands between an approved suspension and its dispatch: lists, caps, storm breaker and kill switch, as a pure function. */
import type { Config } from '../../schemas/config.ts';
import type { Suspension } from '../../schemas/suspension.ts';

const HOUR_MS = 3_600_000;

/** What is known at the moment of decision. */
export interface GuardrailContext {
  readonly nowMs: number;
  /** The switch in the config, or its file. */
  readonly killSwitch: boolean;
  /** By the inventory: only people may act on it. */
  readonly neverSuspend: boolean;
  /** Suspensions that were in force or dispatched within the hour, of all tenants; the one to be judged may be among them. */
  readonly others: readonly Suspension[];
  /** False when there were more than could be looked at. */
  readonly complete: boolean;
  /** Identities of the tenant that acted in the last 24 hours; undefined when that could not be told. */
  readonly activeIdentities: number | undefined;
}

export type Limits = Pick<
  Config['respond'],
  | 'neverSuspend'
  | 'maxPerHour'
  | 'maxPerTenantHour'
  | 'maxAutomaticPerHour'
  | 'maxPerOwner'
  | 'maxPerTenant'
  | 'maxActiveShare'
  | 'stormRecommendations'
  | 'stormWindowMs'
>;

/** True when no person is among the approvers. */
export function isAutomatic({ approvals }: Suspension): boolean {
  return !approvals.some(({ by }) => by.kind === 'person');
}

/**
 * Whether a suspension is in force: it acts on its target, or may. What failed may have failed half way, and what cannot be lifted has no end that
 * is told: both count for their time to live.
 */
function inForce({ state, reversible, dispatchedAt, ttlMs }: Suspension, nowMs: number): boolean {
  if (dispatchedAt === undefined || state === 'lifted') return false;
  if (reversible && state !== 'failed') return true;
  return nowMs < Date.parse(dispatchedAt) + ttlMs;
}

/** True when there are more recommendations than attacks explain. */
export function isStorm(
  tenant: string,
  { others, nowMs }: Pick<GuardrailContext, 'others' | 'nowMs'>,
  limits: Pick<Limits, 'stormRecommendations' | 'stormWindowMs'>,
): boolean {
  const recent = others.filter(
    (other) =>
      other.tenant === tenant &&
      other.requestedBy.kind !== 'person' &&
      Date.parse(other.requestedAt) > nowMs - limits.stormWindowMs,
  );
  return recent.length > limits.stormRecommendations;
}

/**
 * Everything that speaks against a dispatch now, each in a sentence; empty = it may go. They hold for people and policies
 * alike; only the automatic ones are held to less. What cannot be told speaks against.
 */
export function objections(suspension: Suspension, around: GuardrailContext, limits: Limits): string[] {
  const found: string[] = [];
  const { nowMs, others } = around;
  const automatic = isAutomatic(suspension);
  const rest = others.filter((other) => other.id !== suspension.id);
  const mine = rest.filter((other) => other.tenant === suspension.tenant);
  const dispatchedWithinHour = (other: Suspension) =>
    other.dispatchedAt !== undefined && Date.parse(other.dispatchedAt) > nowMs - HOUR_MS;
  const cap = (count: number, most: number, what: string) => {
    if (count >= most) found.push(`${count} ${what}, and ${most} is the most`);
  };

  if (around.killSwitch) found.push('the kill switch is on');
  if (!around.complete) found.push('there are more suspensions than the caps can be counted over');
  const listed = around.neverSuspend || limits.neverSuspend.includes(suspension.identity.id);
  if (listed && suspension.action === 'suspend-identity')
    found.push(`${suspension.identity.id} is on the never-suspend list`);
  else if (listed && automatic) found.push(`only people may act on ${suspension.identity.id}`);

  cap(rest.filter(dispatchedWithinHour).length, limits.maxPerHour, 'dispatches in the last hour');
  cap(mine.filter(dispatchedWithinHour).length, limits.maxPerTenantHour, 'dispatches of this tenant in the last hour');
  const standing = mine.filter((other) => inForce(other, nowMs));
  cap(standing.length, limits.maxPerTenant, 'suspensions of this tenant in force');
  if (suspension.owner !== undefined)
    cap(
      standing.filter(({ owner }) => owner === suspension.owner).length,
      limits.maxPerOwner,
      `suspensions of ${suspension.owner} in force`,
    );
  const touched = new Set([...standing.map(({ identity }) => identity.id), suspension.identity.id]);
  if (around.activeIdentities === undefined) found.push('how many identities are active cannot be told');
  else if (touched.size > Math.max(1, Math.floor(limits.maxActiveShare * around.activeIdentities)))
    found.push(
      `${touched.size} of ${around.activeIdentities} active identities would be suspended: more than ${Number((100 * limits.maxActiveShare).toPrecision(2))} % of them`,
    );

  if (automatic) {
    cap(
      mine.filter((other) => dispatchedWithinHour(other) && isAutomatic(other)).length,
      limits.maxAutomaticPerHour,
      'automatic dispatches of this tenant in the last hour',
    );
    if (isStorm(suspension.tenant, around, limits))
      found.push('recommendations storm: a feed is broken rather than everybody attacked');
    if (!suspension.reversible) found.push('it cannot be lifted, so a person must decide');
  }
  return found;
}

/** Dry run: what a suspension would stop, from what its target did lately. Changes nothing. */
import type { Suspension } from '../../schemas/suspension.ts';
import type { TargetHistory, TargetUsage } from '../ports/respond.ts';
import { bindingOf } from './suspension-states.ts';

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;
const BEGINNING = '1970-01-01T00:00:00.000Z';

export interface Preview extends TargetUsage {
  /** Digest of what an approval would be for: give it back with the approval. */
  readonly binding: string;
  /** Activities an hour that would stop, over the time in which the target was seen. */
  readonly anHour: number;
  /** Activities after this event time were counted: a week, or all where that week has none. */
  readonly since: string;
  readonly owner?: string;
  readonly breaks: string;
  readonly reversible: boolean;
}

/** What would stop if the suspension were dispatched at `nowMs`. */
export async function preview(
  history: Pick<TargetHistory, 'usage'>,
  suspension: Suspension,
  nowMs: number,
): Promise<Preview> {
  const { tenant, identity, target, owner, breaks, reversible } = suspension;
  const query = {
    tenant,
    identity: identity.id,
    home: identity,
    ...(target.kind === 'scope' && { service: target.id }),
    ...((target.kind === 'credential' || target.kind === 'session') && { credential: target.id }),
  };
  let since = new Date(nowMs - WEEK_MS).toISOString();
  let usage = await history.usage({ ...query, after: since });
  if (usage.activities === 0) {
    since = BEGINNING;
    usage = await history.usage({ ...query, after: since });
  }
  const { firstAt, lastAt, activities } = usage;
  const hours =
    firstAt === undefined || lastAt === undefined
      ? 1
      : Math.max(1, (Date.parse(lastAt) - Date.parse(firstAt)) / HOUR_MS);
  return {
    ...usage,
    binding: bindingOf(suspension),
    anHour: activities / hours,
    since,
    ...(owner !== undefined && { owner }),
    breaks,
    reversible,
  };
}

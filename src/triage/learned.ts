/** What an identity learned, when, and from which of the stored activities: asked of the store when somebody wants to know. */
import type { HomeFilter } from '../../schemas/identity-ref.ts';
import type { Learned, LearningRecord } from '../core/engine-contract.ts';
import type { Store } from '../ports/store.ts';

/** Activities looked at for one facet; shared out among the days on which something was first seen. */
const LOOKED_AT_MAX = 20_000;

/** Oldest first; since a time: what was first seen or became trusted on its UTC day or later. */
export async function learnedFrom(
  store: Pick<Store, 'firstActivities'>,
  ledger: LearningRecord,
  {
    tenant,
    identity,
    home,
    since,
  }: { readonly tenant: string; readonly identity: string; readonly home?: HomeFilter; readonly since?: string },
): Promise<readonly Learned[]> {
  const wanted = since === undefined ? ledger : ledger.since(since);
  for (const { facet, days } of wanted.sought())
    for (const activity of await store.firstActivities({
      tenant,
      identity,
      facet,
      days,
      limit: LOOKED_AT_MAX,
      ...(home && { home }),
    }))
      wanted.meet(activity);
  return wanted.rows();
}

/** What the commands of an analyst share: opening triage for a tenant, and telling a refusal. */
import type { Caller } from '../../schemas/api.ts';
import { openTriage } from '../adapters/clickhouse/open.ts';
import { invariantsOf } from '../app/shelves.ts';
import { UsageError } from '../fault.ts';
import type { Store } from '../ports/store.ts';
import type { Invariants } from '../triage/coverage.ts';
import { createTriage, type Triage, type TriageRefusal } from '../triage/triage.ts';
import { type Flags, placed, settingsOf, shelves, withOpenStore } from './settings.ts';

export interface TriageFlags extends Flags {
  readonly tenant?: string;
  readonly by?: string;
}

/** Opens triage for the length of `use`; whoever may open the store may do everything in it. */
export async function withTriage<T>(
  flags: TriageFlags,
  use: (triage: Triage, caller: Caller, store: Store, invariants: Invariants) => Promise<T>,
): Promise<T> {
  const parts = await shelves();
  const invariants = invariantsOf(parts.detectors);
  const { config } = await settingsOf(flags, {}, parts);
  const caller: Caller = { name: flags.by ?? 'cli', scope: 'admin', tenant: flags.tenant ?? config.ingest.tenant };
  return withOpenStore(placed(config, flags), (store) =>
    use(
      createTriage({ store: openTriage(store).triage, clock: { now: Date.now }, invariants }),
      caller,
      store,
      invariants,
    ),
  );
}

/** The value; a refusal is a mistake of whoever asked, with its remedy. */
export function granted<T extends object>(value: T | TriageRefusal): T {
  if ('reason' in value && 'remedy' in value) throw new UsageError(value.reason, value.remedy);
  return value as T;
}

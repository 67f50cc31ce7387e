/** Reads a fleet out of a store and the inventory, and keeps its summary for those who ask next. */
import type { Config } from '../../../schemas/config.ts';
import { closest, type Home } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import { inventoryKey } from '../../adapters/inventory.ts';
import type { Clock } from '../../ports/outside.ts';
import { type Described, keyOf, kinOf, type StoredMember, type ViewStore } from '../../ports/views.ts';
import { type AtHome, atHome, type FleetSummary, membersOf, summaryOf, underKeys } from './fleet.ts';
import { countGrants, type GrantCounts, givenAt } from './granted.ts';
import { type Kept, keptFor } from './kept-for.ts';

const DAY_MS = 86_400_000;
/** Identities of a tenant that are computed, and of all tenants that are kept. */
export const IDENTITIES_MAX = 250_000;
const KEPT_MAX = 500_000;
/** Days whose alerts and observations tell who drifts. */
const DRIFT_DAYS = 30;
/** Rights in all, identities whose rights are compared, and acts of a kind. */
const GRANTS_MAX = 100_000;
const GRANTED_MAX = 2_000;
const KIN_ACTS_MAX = 2_000;

export interface FleetParts {
  readonly config: Config;
  readonly views: ViewStore;
  /** By `inventoryKey`: what stands in the file of the configuration. */
  readonly inventory: ReadonlyMap<string, InventoryRecord>;
}

/** What the file says of an identity: of its very home, or of its id wherever it is at home. */
export const inFile = (records: FleetParts['inventory'], tenant: string, identity: string, home: Home) =>
  records.get(inventoryKey(tenant, identity, home)) ?? records.get(inventoryKey(tenant, identity));

export async function readFleet({ config, views, inventory }: FleetParts, tenant: string): Promise<FleetSummary> {
  const [stored, told] = await Promise.all([
    views.fleet(tenant, IDENTITIES_MAX),
    views.described(tenant, IDENTITIES_MAX),
  ]);
  // Event time, because a history that is read later is no less recent to itself.
  const newestMs = stored.reduce((most, { lastMs }) => Math.max(most, lastMs), 0);
  const since = new Date(Math.max(0, newestMs - DRIFT_DAYS * DAY_MS)).toISOString();
  const alerted = await views.alerted(tenant, since, IDENTITIES_MAX);
  const described = ({ id, provider, account }: StoredMember) =>
    closest(told.get(id) ?? [], { provider, account }) ?? inFile(inventory, tenant, id, { provider, account });
  const identities = atHome(stored);
  const grants = await grantsOf(views, tenant, identities, described);
  const placed = membersOf(identities, described, alerted, grants);
  return summaryOf(placed, config.detect.learnDays * DAY_MS, stored.length >= IDENTITIES_MAX);
}

/** Grants against acts, by `keyOf`. Of a crowd with grants the first so many are looked at. */
async function grantsOf(
  views: ViewStore,
  tenant: string,
  fleet: readonly AtHome[],
  described: (member: StoredMember) => Described | undefined,
): Promise<ReadonlyMap<string, GrantCounts>> {
  const recorded = await views.grants(tenant, undefined, GRANTS_MAX);
  const granted = new Map<string, { readonly scopes: readonly string[]; readonly kin: string }>();
  const identities = new Map<string, number>();
  const asked = new Map<string, AtHome>();
  for (const one of fleet) {
    const { stored: member, isShared } = one;
    const kin = kinOf(member);
    identities.set(kin, (identities.get(kin) ?? 0) + 1);
    if (granted.size >= GRANTED_MAX) continue;
    const given = givenAt(recorded.get(member.id.toLowerCase()) ?? [], isShared ? member : undefined).map(
      ({ right }) => right,
    );
    const scopes = [...given, ...(described(member)?.grantedScopes ?? [])];
    if (scopes.length === 0) continue;
    granted.set(keyOf(member), { scopes, kin });
    asked.set(keyOf(member), one);
  }
  if (granted.size === 0) return new Map();
  const ids = [...new Set([...asked.values()].map(({ stored: { id } }) => id))];
  const [acts, ofKin] = await Promise.all([views.actsOf(tenant, ids), views.actsOfKin(tenant, KIN_ACTS_MAX)]);
  const used = new Map(
    [...asked].map(([key, { keys }]) => {
      const all = underKeys(keys, acts);
      return [key, { acts: all.flatMap((one) => one.acts), scopes: all.flatMap((one) => one.scopes) }] as const;
    }),
  );
  const kin = new Map([...identities].map(([key, n]) => [key, { acts: ofKin.get(key) ?? [], identities: n }] as const));
  return countGrants(granted, used, kin);
}

/** The same, kept: whoever asks again has the last one, with when it was made. */
export function createFleetReader(parts: FleetParts, clock: Clock): (tenant: string) => Promise<Kept<FleetSummary>> {
  return keptFor(clock, (tenant) => readFleet(parts, tenant), {
    weigh: ({ placed }) => placed.length,
    weightMax: KEPT_MAX,
  });
}

/** Gives the HTTP API what the pages of the console show, out of the store, the configuration and the core. */
import type { Config } from '../../../schemas/config.ts';
import type { ActivityQuery, Budget, Sources } from '../../../schemas/console.ts';
import { chosenHome, closest, type Home } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import { inventoryKey } from '../../adapters/inventory.ts';
import { createChangeStreams } from '../../api/change-stream.ts';
import type { ViewPort } from '../../api/view-routes.ts';
import { THRESHOLD_DAYS } from '../../core/constants.ts';
import { createPopulation } from '../../core/population/population.ts';
import type { Clock } from '../../ports/outside.ts';
import type { SuspensionStore } from '../../ports/respond.ts';
import type { Store } from '../../ports/store.ts';
import type { LookupStore } from '../../ports/triage.ts';
import type { Described, StoredMember, ViewStore } from '../../ports/views.ts';
import { verifyChain } from '../../respond/audit-chain.ts';
import { chainOf } from '../../respond/audit-log.ts';
import type { SourceState } from '../../sources/source-book.ts';
import { BUDGET_DAYS, budgetOf } from './budget.ts';
import { fleetOf, membersOf } from './fleet.ts';
import { grantedOf, unusedGrants } from './granted.ts';
import { itemsOf, pageOf } from './inventory-items.ts';
import { lastFor } from './last-for.ts';
import { sourcesOf } from './sources.ts';

const DAY_MS = 86_400_000;
/** Contributions that a threshold is read from at the most: some hundred thousand identities for a month. */
const SCORED_MAX = 1_000_000;
const IDENTITIES_MAX = 250_000;
const IDS_MAX = 100;
const DEAD_MAX = 500;
/** Rights of one identity, of all, identities whose rights are compared for the fleet, and acts of peers. */
const GRANTS_MAX = 1_000;
const FLEET_GRANTS_MAX = 100_000;
const GRANTED_MAX = 2_000;
const PEER_ACTS_MAX = 2_000;
/** How long an answer that reads much of the store stands. */
const FLEET_FOR_MS = 30_000;
const BUDGET_FOR_MS = 15_000;
const SOURCES_FOR_MS = 5_000;

export interface ViewParts {
  readonly config: Config;
  readonly store: Store;
  readonly views: ViewStore;
  readonly ledger: LookupStore;
  readonly clock: Clock;
  readonly version: string;
  readonly readOnly: boolean;
  /** By `inventoryKey`: what stands in the file of the configuration. */
  readonly inventory: ReadonlyMap<string, InventoryRecord>;
  readonly suspensions: SuspensionStore | undefined;
  /** Sources of a tenant as they stand. */
  readonly sources: (tenant: string) => Promise<readonly SourceState[]>;
  readonly notReady: () => readonly string[];
  /** Dead letters of a tenant, newest first. */
  readonly deadLetters: (
    tenant: string,
    query: { readonly limit: number },
  ) => Promise<readonly { readonly format: string; readonly reason: string; readonly at: string }[]>;
}

export function viewPort(parts: ViewParts): ViewPort {
  const { config, store, views, ledger, clock, suspensions } = parts;
  const { falsePerDay } = config.alerts;
  const once = <T>(ms: number, make: (tenant: string) => Promise<T>) => lastFor(ms, clock, make);

  async function storedBudget(tenant: string): Promise<Budget> {
    const found = await views.scored(tenant, THRESHOLD_DAYS + 2, SCORED_MAX);
    const empty = { falsePerDay, spentToday: 0, days: [], historyDays: 0 };
    if (found === undefined) return { ...empty, why: 'learning' };
    if (found === 'too-many') return { ...empty, why: 'unread' };
    const population = createPopulation();
    population.replay(found.rows);
    const today = Math.floor(found.newestHour / 24);
    const raised = await views.raised(tenant, new Date((today - BUDGET_DAYS) * DAY_MS).toISOString());
    return budgetOf(population, { tenant, falsePerDay, newestHour: found.newestHour, raised });
  }

  async function allMembers(tenant: string) {
    const [stored, told] = await Promise.all([
      views.fleet(tenant, IDENTITIES_MAX),
      views.described(tenant, IDENTITIES_MAX),
    ]);
    // Event time, because a history that is read later is no less recent to itself.
    const newestMs = stored.reduce((most, { lastMs }) => Math.max(most, lastMs), 0);
    const since = new Date(Math.max(0, newestMs - BUDGET_DAYS * DAY_MS)).toISOString();
    const alerted = await views.alerted(tenant, since, IDENTITIES_MAX);
    const described = ({ id, provider, account }: StoredMember) =>
      told.get(id) ?? inFile(parts.inventory, tenant, id, { provider, account });
    return membersOf(stored, described, alerted, await unusedOf(tenant, stored, described));
  }

  /** Grants without an act, by identity. Of a crowd with grants the first so many are looked at. */
  async function unusedOf(
    tenant: string,
    stored: readonly StoredMember[],
    described: (member: StoredMember) => Described | undefined,
  ): Promise<ReadonlyMap<string, number>> {
    const recorded = await views.grants(tenant, undefined, FLEET_GRANTS_MAX);
    const granted = new Map<string, readonly string[]>();
    for (const member of stored) {
      const given = (recorded.get(member.id.toLowerCase()) ?? []).map(({ right }) => right);
      const scopes = [...given, ...(described(member)?.grantedScopes ?? [])];
      if (scopes.length > 0 && granted.size < GRANTED_MAX) granted.set(member.id, scopes);
    }
    const acts = granted.size === 0 ? new Map() : await views.actsOf(tenant, [...granted.keys()]);
    return unusedGrants(granted, acts);
  }

  const homeOf = async (tenant: string, identity: string, told: Home) =>
    chosenHome(await ledger.homes(tenant, identity), told);

  const members = once(FLEET_FOR_MS, allMembers);
  const items = once(FLEET_FOR_MS, async (tenant) => {
    const [placed, origins] = await Promise.all([members(tenant), views.origins(tenant, IDENTITIES_MAX)]);
    return itemsOf(placed, origins, clock.now());
  });
  return {
    me: ({ name, scope, tenant }) => ({
      name,
      scope,
      tenant,
      version: parts.version,
      now: new Date(clock.now()).toISOString(),
      readOnly: parts.readOnly,
      responds: suspensions !== undefined && !parts.readOnly,
    }),
    budget: once(BUDGET_FOR_MS, storedBudget),
    fleet: async (tenant) => {
      const { learning } = await ledger.learning(tenant, config.detect.learnDays);
      return fleetOf(await members(tenant), learning);
    },
    inventory: async (tenant, query) => pageOf(await items(tenant), query),
    items,
    members: async (tenant) => (await members(tenant)).map(({ member }) => member),
    async activities(tenant, query) {
      const ids = query.ids === undefined ? undefined : idsOf(query.ids);
      const after = query.cursor === undefined ? undefined : placeOf(query.cursor);
      if ((query.ids !== undefined && ids === undefined) || (query.cursor !== undefined && after === undefined))
        return undefined;
      if (ids !== undefined) return { activities: [...(await store.activities({ tenant, ids, limit: IDS_MAX }))] };
      const { identity, since, until, limit }: ActivityQuery = query;
      const at = identity === undefined ? undefined : await homeOf(tenant, identity, query);
      if (at !== undefined && 'choices' in at) return at;
      const activities = await views.activities({ tenant, identity, home: at?.filter, since, until, after, limit });
      const last = activities.length === limit ? activities.at(-1) : undefined;
      return { activities: [...activities], ...(last && { next: cursorOf(last) }) };
    },
    async rate(tenant, identity, { since, until, stepMs, ...told }) {
      const at = await homeOf(tenant, identity, told);
      if ('choices' in at) return at;
      return views.rate({ tenant, identity, home: at.filter, since, until, stepMs });
    },
    async usage(tenant, identity, told) {
      const at = await homeOf(tenant, identity, told);
      if ('choices' in at) return at;
      const stored = await views.usage(tenant, identity, at.filter);
      if (stored === undefined) return undefined;
      const sent = closest(await store.inventoriesOf(tenant, identity), at.home);
      const record = sent ?? inFile(parts.inventory, tenant, identity, at.home);
      const owner = record?.owner ?? (await store.alerts({ tenant, identity, home: at.filter, limit: 1 }))[0]?.owner;
      const ownerFrom = record?.owner === undefined ? 'alert' : sent === undefined ? 'file' : 'inventory';
      const recorded = (await views.grants(tenant, identity, GRANTS_MAX)).get(identity.toLowerCase()) ?? [];
      const scopes = record?.grantedScopes ?? [];
      const isKnown = recorded.length > 0 || scopes.length > 0;
      const granted =
        isKnown && grantedOf(scopes, recorded, stored, await views.peerActs(tenant, stored, PEER_ACTS_MAX));
      return {
        ...stored,
        ...(owner !== undefined && { owner, ownerFrom }),
        ...(record && { record }),
        ...(granted && { granted }),
      };
    },
    sources: once(SOURCES_FOR_MS, async (tenant): Promise<Sources> => {
      const notReady = [...parts.notReady()];
      const [{ inputs, sinks }, sources, letters] = await Promise.all([
        views.sources(tenant, clock.now()),
        parts.sources(tenant),
        parts.deadLetters(tenant, { limit: DEAD_MAX }),
      ]);
      const dead = new Map<string, Sources['dead'][number]>();
      for (const { format, reason, at } of letters) {
        const key = `${format} ${reason}`;
        const before = dead.get(key);
        dead.set(key, { format, reason, records: (before?.records ?? 0) + 1, lastAt: before?.lastAt ?? at });
      }
      return {
        ready: notReady.length === 0,
        notReady,
        now: new Date(clock.now()).toISOString(),
        inputs,
        sources: sourcesOf(sources),
        sinks,
        dead: [...dead.values()],
      };
    }),
    audit: suspensions && {
      async page(tenant, after, limit) {
        const rows = await suspensions.chain(tenant, after, limit);
        return { rows: [...rows], ...(rows.length === limit && { next: rows.at(-1)!.seq }) };
      },
      async verify(tenant) {
        const { head, rows, breaks } = await verifyChain(tenant, chainOf(suspensions, tenant));
        return {
          ok: breaks.length === 0,
          rows,
          head: { ...head },
          breaks: breaks.map(({ seq, says }) => ({ seq, says })),
        };
      },
    },
    changes: createChangeStreams({ stamp: (tenant) => views.stamp(tenant), streamsMax: config.http.streamsMax }),
  };
}

/** What the file says of an identity: of its very home, or of its id wherever it is at home. */
const inFile = (records: ViewParts['inventory'], tenant: string, identity: string, home: Home) =>
  records.get(inventoryKey(tenant, identity, home)) ?? records.get(inventoryKey(tenant, identity));

const cursorOf = ({ at, id }: { readonly at: string; readonly id: string }) =>
  Buffer.from(JSON.stringify([at, id])).toString('base64url');

function placeOf(cursor: string): { at: string; id: string } | undefined {
  const found = parsed(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(found)) return undefined;
  const [at, id] = found;
  return typeof at === 'string' && typeof id === 'string' && !Number.isNaN(Date.parse(at)) ? { at, id } : undefined;
}

function idsOf(text: string): string[] | undefined {
  const found = parsed(text);
  if (!Array.isArray(found) || found.length > IDS_MAX || found.some((id) => typeof id !== 'string')) return undefined;
  return found;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

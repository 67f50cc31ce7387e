/** Gives the HTTP API what the pages of the console show, out of the store, the configuration and the core. */
import type { Config } from '../../../schemas/config.ts';
import type { ActivityQuery, Budget, Sources } from '../../../schemas/console.ts';
import { chosenHome, closest, distinctHomes, type Home, mayBe } from '../../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../../schemas/inventory.ts';
import { createChangeStreams } from '../../api/change-stream.ts';
import type { LookupsPort } from '../../api/ports.ts';
import type { ViewPort } from '../../api/view-routes.ts';
import { THRESHOLD_DAYS } from '../../core/constants.ts';
import { createPopulation } from '../../core/population/population.ts';
import type { Clock } from '../../ports/outside.ts';
import type { SuspensionStore } from '../../ports/respond.ts';
import type { Store } from '../../ports/store.ts';
import type { LookupStore } from '../../ports/triage.ts';
import type { ViewStore } from '../../ports/views.ts';
import { verifyChain } from '../../respond/audit-chain.ts';
import { chainOf } from '../../respond/audit-log.ts';
import type { SourceState } from '../../sources/source-book.ts';
import { BUDGET_DAYS, budgetOf } from './budget.ts';
import { type FleetSummary, fleetOf, fleetPage, type Placed } from './fleet.ts';
import { createFleetReader, IDENTITIES_MAX, inFile } from './fleet-reader.ts';
import { givenAt, grantedOf } from './granted.ts';
import { inventoryPage, itemsOf, type Neighbours, neighboursOf } from './inventory-items.ts';
import { lastFor, sharedFor } from './last-for.ts';
import { overlapsOf } from './overlap.ts';
import { peerHabits } from './peer-habits.ts';
import { lagsFor, sourcesOf } from './sources.ts';

const DAY_MS = 86_400_000;
/** Contributions that a threshold is read from at the most: some hundred thousand identities for a month. */
const SCORED_MAX = 1_000_000;
const IDS_MAX = 100;
/** Reasons of dead letters that are told apart. */
const REASONS_MAX = 200;
/** Rights of one identity, and acts of peers. */
const GRANTS_MAX = 1_000;
const PEER_ACTS_MAX = 2_000;
/** How long an answer that reads much of the store stands. */
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
  /** What was skipped of a tenant in the last days. */
  readonly skipped: (tenant: string) => Promise<Sources['skipped']>;
  /** How far what is read is behind. */
  readonly lags: () => Promise<Sources['lags']>;
  readonly notReady: () => readonly string[];
  readonly deadLetterCounts: LookupsPort['deadLetterCounts'];
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

  const homeOf = async (tenant: string, identity: string, told: Home) =>
    chosenHome(await ledger.homes(tenant, identity), told);

  const fleet = createFleetReader(parts, clock);
  /** Made once for each summary of a fleet. */
  const neighbours = new WeakMap<FleetSummary, Neighbours>();
  function neighboursIn(summary: FleetSummary): Neighbours {
    const known = neighbours.get(summary) ?? neighboursOf(summary.placed);
    neighbours.set(summary, known);
    return known;
  }
  const itemsFor = async (tenant: string, summary: FleetSummary, chosen: readonly Placed[]) => {
    const all = chosen.length === summary.placed.length;
    const ids = all ? undefined : chosen.map(({ member }) => member.id);
    const origins = await views.origins(tenant, ids, IDENTITIES_MAX);
    return itemsOf(chosen, neighboursIn(summary), origins, clock.now());
  };
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
    async fleet(tenant) {
      const { of, madeMs } = await fleet(tenant);
      return fleetOf(of, madeMs);
    },
    async fleetPage(tenant, query) {
      const { of, madeMs } = await fleet(tenant);
      return fleetPage(of, madeMs, query);
    },
    async inventory(tenant, query) {
      const { of, madeMs } = await fleet(tenant);
      const page = inventoryPage(of.placed, clock.now(), query);
      if (page === undefined) return undefined;
      const { chosen, ...rest } = page;
      return { ...rest, asOf: new Date(madeMs).toISOString(), items: await itemsFor(tenant, of, chosen) };
    },
    // As files and as reminders they are asked for seldom, and kept for nobody.
    items: sharedFor(async (tenant) => {
      const { of } = await fleet(tenant);
      return itemsFor(tenant, of, of.placed);
    }),
    async homes(tenant, identity, told) {
      const { of } = await fleet(tenant);
      return of.placed
        .filter(({ member }) => member.id === identity && mayBe(told, member))
        .map(({ member: { provider, account } }) => ({ provider, ...(account !== undefined && { account }) }));
    },
    async item(tenant, identity, told) {
      const { of } = await fleet(tenant);
      const one = of.placed.find(({ member }) => member.id === identity && mayBe(told, member));
      return one && (await itemsFor(tenant, of, [one]))[0];
    },
    members: async (tenant, list) => (await fleet(tenant)).of.lists[list].map(({ member }) => member),
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
      const isShared = distinctHomes(await ledger.homes(tenant, identity)).length > 1;
      const given = (await views.grants(tenant, identity, GRANTS_MAX)).get(identity.toLowerCase()) ?? [];
      const recorded = givenAt(given, isShared ? at.home : undefined);
      const scopes = record?.grantedScopes ?? [];
      const isKnown = recorded.length > 0 || scopes.length > 0;
      const granted =
        isKnown && grantedOf(scopes, recorded, stored, await views.peerActs(tenant, stored, at.filter, PEER_ACTS_MAX));
      const beside = overlapsOf(stored.credentials);
      return {
        ...stored,
        credentials: stored.credentials.map((one, at) => ({ ...one, beside: beside[at]! })),
        ...(owner !== undefined && { owner, ownerFrom }),
        ...(record && { record }),
        ...(granted && { granted }),
      };
    },
    async peers(tenant, identity, told) {
      const at = await homeOf(tenant, identity, told);
      if ('choices' in at) return at;
      const stored = await views.usage(tenant, identity, at.filter);
      if (stored === undefined) return undefined;
      return peerHabits(stored, await views.peerActs(tenant, stored, at.filter, PEER_ACTS_MAX), PEER_ACTS_MAX);
    },
    sources: once(SOURCES_FOR_MS, async (tenant): Promise<Sources> => {
      const notReady = [...parts.notReady()];
      const [{ inputs, sinks }, sources, skipped, lags, dead] = await Promise.all([
        views.sources(tenant, clock.now()),
        parts.sources(tenant),
        parts.skipped(tenant),
        parts.lags(),
        parts.deadLetterCounts(tenant, { limit: REASONS_MAX }),
      ]);
      return {
        ready: notReady.length === 0,
        notReady,
        now: new Date(clock.now()).toISOString(),
        inputs,
        sources: sourcesOf(sources),
        lags: lagsFor(tenant, config, lags, sources),
        skipped,
        sinks: allSinks(tenant, config.sinks, sinks),
        dead: [...dead],
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

/** Sinks of a tenant as they stand, those of the configuration to which nothing went yet included. */
function allSinks(tenant: string, configured: Config['sinks'], used: Sources['sinks']): Sources['sinks'] {
  const unused = Object.entries(configured).filter(
    ([name, { filter }]) =>
      !used.some(({ sink }) => sink === name) && (filter.tenants === undefined || filter.tenants.includes(tenant)),
  );
  return [...used, ...unused.map(([sink]) => ({ sink, pending: 0, delivered: 0, refused: 0 }))];
}

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

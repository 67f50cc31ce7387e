/** Gathers what a report says: out of a store, or out of a history that was just judged. */
import { type Alert, SEVERITIES } from '../../schemas/alert.ts';
import type { TriagedAlert } from '../../schemas/api.ts';
import type { Config } from '../../schemas/config.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { openSources, openTriage, openViews } from '../adapters/clickhouse/open.ts';
import { inventoryKey, loadInventory } from '../adapters/inventory.ts';
import { enabledDetectors } from '../core/enabled-detectors.ts';
import type { Engine } from '../core/engine-contract.ts';
import type { Population } from '../core/population/population.ts';
import type { Replayed } from '../detect/replay.ts';
import type { Store } from '../ports/store.ts';
import { keyOf } from '../ports/views.ts';
import type { Report, ReportedAlert } from '../report/report.ts';
import type { Fingerprinter } from '../secrets.ts';
import { createTriage } from '../triage/triage.ts';
import { budgetOf } from './api/budget.ts';
import { atHome, fleetOf, membersOf, summaryOf } from './api/fleet.ts';
import { lookups } from './api/lookups.ts';
import { viewPort } from './api/views.ts';
import { asJudged } from './budget-in-force.ts';
import type { ReportTally } from './report-tally.ts';
import type { Shelves } from './role-parts.ts';
import { invariantsOf } from './shelves.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Alerts that are read, and those of them that are shown in full. */
const ALERTS_READ = 5_000;
const ALERTS_SHOWN = 40;
const PAGE = 500;
/** Days shown of an identity up to the end of its alert. */
const DAYS_BEFORE = 35;
/** Formats and reasons of what was not judged. */
const REASONS_MAX = 200;

const dayText = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10);

export interface ReportSettings {
  readonly config: Config;
  readonly shelves: Shelves;
  readonly version: string;
  readonly tenant: string;
  /** RFC 3339; alerts with evidence since. */
  readonly since?: string | undefined;
  /** Wall time in ms. */
  readonly now: number;
}

function gravest(a: Alert, b: Alert): number {
  return SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) || b.score - a.score || (a.id < b.id ? -1 : 1);
}

function standingOf({ triage }: TriagedAlert): string {
  if (triage.verdict === 'true') return 'confirmed by a person';
  if (triage.verdict === 'benign') return 'benign, said a person';
  if (triage.reopened !== undefined) return 'new again';
  return triage.status;
}

const detectorsOf = ({ shelves, config }: ReportSettings): Report['detectors'] => {
  const on = new Set(enabledDetectors(shelves.detectors, config.detect).map(({ id }) => id));
  return [...shelves.detectors].map(([id, { about }]) => ({
    id,
    title: about.title,
    enabled: on.has(id),
    blindSpots: about.blindSpots,
  }));
};

const homeOf = ({ identity: { provider, account } }: Alert) => ({
  provider,
  ...(account !== undefined && { account }),
});

/** The days up to the end of an alert, those without anything too. */
function daysUntil({ lastAt }: Alert, found: ReadonlyMap<number, number>): ReportedAlert['days'] {
  const last = Math.floor(Date.parse(lastAt) / DAY_MS) + 1;
  return {
    points: Array.from({ length: DAYS_BEFORE + 2 }, (_, index) => last - DAYS_BEFORE - 1 + index).map((day) => ({
      day: dayText(day),
      activities: found.get(day) ?? 0,
    })),
  };
}

type Counts = readonly { readonly format: string; readonly reason: string; readonly records: number }[];

/** What was not judged, by format and reason, the most frequent first. */
function unreadOf(dead: Counts, skipped: Counts): Report['watched']['unread'] {
  const found = new Map<string, Report['watched']['unread'][number]>();
  for (const [what, counts] of [
    ['dead', dead],
    ['skipped', skipped],
  ] as const)
    for (const { format, reason: why, records } of counts) {
      const reason = `${format}: ${why}`;
      const key = `${what} ${reason}`;
      found.set(key, { what, reason, records: records + (found.get(key)?.records ?? 0) });
    }
  return [...found.values()].sort((a, b) => b.records - a.records);
}

/** What a store holds of one tenant. Changes nothing. */
export async function reportOfStore(
  settings: ReportSettings,
  store: Store,
  fingerprinter: Fingerprinter,
): Promise<Report> {
  const { shelves, tenant, since, now, version } = settings;
  const config = await asJudged(settings.config, store);
  const clock = { now: () => now };
  const { triage: triageStore, ledger } = openTriage(store);
  const triage = createTriage({ store: triageStore, clock, invariants: invariantsOf(shelves.detectors) });
  const { inventoryFile } = config.ingest;
  const views = openViews(store);
  const remembered = lookups({ config, store, shelves, fingerprinter, withUnowned: true }, ledger);
  const port = viewPort({
    config,
    store,
    views,
    ledger,
    clock,
    version,
    readOnly: true,
    inventory:
      inventoryFile === undefined ? new Map() : loadInventory(inventoryFile, { tenant, fingerprinter }).records,
    suspensions: undefined,
    // A report is of a time, and may be made of a store that nobody feeds any more.
    sources: async () => [],
    skipped: async () => [],
    lags: async () => [],
    notReady: () => [],
    deadLetterCounts: remembered.deadLetterCounts,
  });
  const [fleet, budget, sources] = [await port.fleet(tenant), await port.budget(tenant), await port.sources(tenant)];
  const members = await port.members(tenant, 'all');
  const alerts: TriagedAlert[] = [];
  let cursor: string | undefined;
  do {
    const page = await triage.alerts(tenant, { since, limit: PAGE, cursor });
    if ('reason' in page) break;
    alerts.push(...page.alerts);
    cursor = page.next;
  } while (cursor !== undefined && alerts.length < ALERTS_READ);
  const shown: ReportedAlert[] = [];
  for (const alert of [...alerts].sort(gravest).slice(0, ALERTS_SHOWN)) {
    const { id } = alert.identity;
    const until = Math.ceil(Date.parse(alert.lastAt) / DAY_MS) * DAY_MS + DAY_MS;
    const rate = await port.rate(tenant, id, {
      ...homeOf(alert),
      since: new Date(until - (DAYS_BEFORE + 2) * DAY_MS).toISOString(),
      until: new Date(until).toISOString(),
      stepMs: DAY_MS,
    });
    const found =
      'choices' in rate
        ? undefined
        : new Map(rate.points.map(({ at, activities }) => [Math.floor(Date.parse(at) / DAY_MS), activities] as const));
    const moved = await remembered.drift(tenant, id, homeOf(alert));
    shown.push({
      alert,
      standing: standingOf(alert),
      ...(found && { days: daysUntil(alert, found)! }),
      ...(moved !== undefined && !('choices' in moved) && { moved }),
    });
  }
  const sinceMs = since === undefined ? 0 : Date.parse(since);
  // What happened since came in since, so the time of arrival leaves out nothing of what was asked for.
  const dead = await remembered.deadLetterCounts(tenant, { since, limit: REASONS_MAX });
  const skipped = await openSources(store).skipped({
    tenant,
    sinceDay: Math.floor(sinceMs / DAY_MS),
    limit: REASONS_MAX,
  });
  const unread = unreadOf(dead, skipped);
  return {
    tenant,
    version,
    madeAt: new Date(now).toISOString(),
    since,
    watched: {
      activities: sources.inputs.reduce((sum, { activities }) => sum + activities, 0),
      ...(members.length > 0 && {
        firstAt: members.map(({ firstAt }) => firstAt).sort()[0],
        lastAt: fleet.newestAt,
      }),
      inputs: sources.inputs,
      unread,
    },
    fleet,
    budget,
    alerts: shown,
    alertsInAll: alerts.length,
    alertsCut: cursor !== undefined,
    detectors: detectorsOf(settings),
  };
}

/** What a replay read and raised, whether or not it was kept. */
export function reportOfReplay(
  settings: ReportSettings,
  { summary, alerts }: Replayed,
  tally: ReportTally,
  { population, engine }: { readonly population: Population; readonly engine: Pick<Engine, 'drift'> },
  inventory: ReadonlyMap<string, InventoryRecord>,
): Report {
  const { config, tenant, since, version, now } = settings;
  const theirs = alerts.filter((alert) => alert.tenant === tenant);
  const alerted = new Map<string, { alerts: number; score: number; owner: string }>();
  for (const { identity, score, owner = '' } of theirs) {
    const key = keyOf(identity);
    const before = alerted.get(key);
    alerted.set(key, {
      alerts: (before?.alerts ?? 0) + 1,
      score: Math.max(before?.score ?? 0, score),
      owner: owner || (before?.owner ?? ''),
    });
  }
  const members = tally.members(tenant);
  const placed = membersOf(
    atHome(members),
    ({ id, provider, account }) =>
      inventory.get(inventoryKey(tenant, id, { provider, account })) ?? inventory.get(inventoryKey(tenant, id)),
    alerted,
  );
  const raised = new Map<string, number>();
  for (const { raisedAt } of theirs) raised.set(raisedAt.slice(0, 10), (raised.get(raisedAt.slice(0, 10)) ?? 0) + 1);
  const inTime = theirs.filter(({ lastAt }) => since === undefined || Date.parse(lastAt) >= Date.parse(since));
  const unread = (what: 'dead' | 'skipped') =>
    Object.entries(summary[what]).map(([reason, records]) => ({ what, reason, records }));
  const { falsePerDay } = config.alerts;
  return {
    tenant,
    version,
    madeAt: new Date(now).toISOString(),
    since,
    watched: {
      activities: tally.activities,
      ...(tally.activities > 0 && {
        firstAt: new Date(tally.oldestMs).toISOString(),
        lastAt: new Date(tally.newestMs).toISOString(),
      }),
      inputs: [...tally.providers]
        .map(([provider, activities]) => ({
          provider,
          activities,
          identities: members.filter((one) => one.provider === provider).length,
        }))
        .sort((a, b) => b.activities - a.activities),
      unread: [...unread('dead'), ...unread('skipped')].sort((a, b) => b.records - a.records),
    },
    fleet: fleetOf(summaryOf(placed, config.detect.learnDays * DAY_MS), now),
    budget:
      tally.activities === 0
        ? { falsePerDay, spentToday: 0, days: [], historyDays: 0, why: 'learning' }
        : budgetOf(population, { tenant, falsePerDay, newestHour: Math.floor(tally.newestMs / HOUR_MS), raised }),
    alerts: [...inTime]
      .sort(gravest)
      .slice(0, ALERTS_SHOWN)
      .map((alert) => ({
        alert,
        standing: alert.status,
        days: daysUntil(alert, tally.daysOf(tenant, alert.identity))!,
        moved: engine.drift(tenant, alert.identity.id, undefined, homeOf(alert)),
      })),
    alertsInAll: inTime.length,
    alertsCut: false,
    detectors: detectorsOf(settings),
  };
}

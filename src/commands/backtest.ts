/** `tidemark backtest`: what would have alerted under another configuration, against what did. */
import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openHistory, openStore, openTriage, readHashKey } from '../adapters/clickhouse/open.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { asJudged } from '../app/budget-in-force.ts';
import type { Shelves } from '../app/role-parts.ts';
import { ALERTS_MAX, type ToldAlert, TooManyAlerts, toldAlert } from '../backtest/compared-alert.ts';
import { type AlertVerdict, type Comparison, compareAlerts } from '../backtest/comparison.ts';
import { judgeAgain } from '../backtest/judge-again.ts';
import { reportOf, type Setting } from '../backtest/report.ts';
import { leaves } from '../config/effective.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { createEngine } from '../core/engine.ts';
import type { HashKey } from '../core/engine-contract.ts';
import { createPopulation } from '../core/population/population.ts';
import { toVerdict } from '../detect/verdict-feed.ts';
import { UsageError } from '../fault.ts';
import type { HistoryStore, Period, StoredHistory } from '../ports/store.ts';
import type { TriageStore } from '../ports/triage.ts';
import { createFingerprinter } from '../secrets.ts';
import { note, noteFault, print, printJson } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import { count, instant } from './arguments.ts';
import { positive } from './replay.ts';
import { absent, command, type Flags, type OpenShelves, placed, settingsOf, shelves, withStore } from './settings.ts';

interface BacktestFlags extends Flags {
  readonly since: string;
  readonly until?: string;
  readonly learnFrom?: string;
  readonly learnUntil?: string;
  readonly current?: string;
  readonly falsePerDay?: number;
  readonly lines: number;
  readonly failOnLost?: true;
}

const DAY_MS = 86_400_000;
/** History before `--since` that is read unless told otherwise: more than habits and rates hang on. */
const LEARN_DAYS_MAX = 90;
const VERDICTS_MAX = 10_000;
/** Any instant that can be written comes before it. */
const END_MS = Date.parse('9999-12-31T23:59:59.999Z');

export function backtestCommand(): Command {
  return withStore(
    command(
      'backtest',
      'Judge stored history again under another configuration, and compare with the alerts it led to. Writes nothing.',
      [
        'backtest --since 2026-03-01T00:00:00Z --config new.yaml',
        'backtest --since 2026-03-01T00:00:00Z --false-per-day 2',
        'backtest --since 2026-03-01T00:00:00Z --until 2026-03-15T00:00:00Z --config new.yaml --fail-on-lost --json',
      ],
    ),
    'the store of the current configuration, else .tidemark/store',
  )
    .requiredOption('--since <time>', 'compare alerts raised from this event time on', instant)
    .option('--until <time>', 'and before this one (default: to the end of what is stored)', instant)
    .option('--current <file>', 'configuration in force, for store, inventory and networks (default: ./tidemark.yaml)')
    .option('--false-per-day <n>', 'with another budget of false alerts a day', positive)
    .option(
      '--learn-from <time>',
      `read history from here on (default: ${LEARN_DAYS_MAX} days before --since)`,
      instant,
    )
    .option('--learn-until <time>', 'only learn before this time (default: when judging had begun then)', instant)
    .option('--lines <n>', 'differences of a kind shown at the most', count, 50)
    .option('--fail-on-lost', 'exit with 1 when a confirmed alert would be lost')
    .action(run);
}

async function run(flags: BacktestFlags): Promise<void> {
  const parts = await shelves();
  const said = await configurations(flags, parts);
  const place = placed(said.current, flags);
  const missing = absent(place);
  if (missing !== undefined) throw missing;
  // Only looked at: not even its tables are brought up to date.
  const store = await openStore(place, { migrate: false });
  try {
    // What led to the alerts is what was in force then, whatever a file says today.
    const current = await asJudged(said.current, store);
    const candidate = said.hasBudget
      ? said.candidate
      : { ...said.candidate, alerts: { ...said.candidate.alerts, falsePerDay: current.alerts.falsePerDay } };
    const history = openHistory(store);
    const { triage } = openTriage(store);
    const progress = createProgress();
    const period = await periodOf(flags, history, candidate.detect.learnDays, place.url ?? place.path ?? '');
    const { fromMs, sinceMs, untilMs, learnUntilMs } = period;
    const past = await alertsOf(history, triage, { fromMs: sinceMs, untilMs });
    const again = await judgeAgain({
      activities: history.activities({ fromMs, untilMs }),
      engine: engineOf(current, candidate, parts, period, await readHashKey(store)),
      verdicts: (await triage.actions({ kinds: ['benign', 'true'], limit: VERDICTS_MAX })).map((action) => ({
        atMs: Date.parse(action.at),
        verdict: toVerdict(action),
      })),
      sinceMs,
      batchRows: candidate.detect.batchRows,
      onProgress: (activities) =>
        progress.show(
          () => `${activities.toLocaleString('en')} of ${period.stored.activities.toLocaleString('en')} activities`,
        ),
    });
    progress.end();
    const comparison = compareAlerts({
      sinceMs,
      untilMs,
      past: past.alerts,
      now: again.alerts,
      verdicts: past.verdicts,
      budgets: { past: current.alerts.falsePerDay, now: candidate.alerts.falsePerDay },
    });
    const settings = differing(current, candidate);
    if (flags.json) {
      const [since, until, learnedFrom, judgedFrom] = [sinceMs, untilMs, fromMs, learnUntilMs].map(iso);
      printJson({
        since,
        until,
        learnedFrom,
        judgedFrom,
        activities: again.activities,
        settings,
        ...comparison,
      });
    } else present(comparison, settings, flags);
    if (flags.failOnLost && comparison.lost.length > 0) process.exitCode = 1;
  } finally {
    await store.close();
  }
}

/** What is in force, and what is asked about: of the latter only `detect` and `alerts` count. */
async function configurations(
  flags: BacktestFlags,
  parts: OpenShelves,
): Promise<{ current: Config; candidate: Config; hasBudget: boolean }> {
  const inForce = {
    ...(flags.current !== undefined && { config: flags.current }),
    ...(flags.store !== undefined && { store: flags.store }),
  };
  const { config: current } = await settingsOf(inForce, {}, parts);
  const overrides = flags.falsePerDay === undefined ? {} : { alerts: { falsePerDay: flags.falsePerDay } };
  const asked = flags.config === undefined ? inForce : { ...inForce, config: flags.config };
  const { config: candidate, origins } = await settingsOf(asked, overrides, parts);
  // Without a configuration of its own, or one that tells no budget, the question is not about the budget.
  const isTold = (origins.get('alerts.falsePerDay') ?? 'default') !== 'default';
  return { current, candidate, hasBudget: flags.falsePerDay !== undefined || (flags.config !== undefined && isTold) };
}

interface Course {
  readonly fromMs: number;
  readonly learnUntilMs: number;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly stored: StoredHistory;
}

/** From when to when is learned, judged and compared. Throws when there is nothing to compare. */
async function periodOf(
  flags: BacktestFlags,
  history: HistoryStore,
  learnDays: number,
  place: string,
): Promise<Course> {
  const sinceMs = Date.parse(flags.since);
  const endMs = flags.until === undefined ? END_MS : Date.parse(flags.until);
  if (endMs <= sinceMs) throw new UsageError('--until is not after --since', 'Choose a later --until.');
  const learnFromMs = flags.learnFrom === undefined ? sinceMs - LEARN_DAYS_MAX * DAY_MS : Date.parse(flags.learnFrom);
  if (learnFromMs > sinceMs)
    throw new UsageError(
      '--learn-from is after --since',
      'There must be history to learn from: choose an earlier one.',
    );
  const stored = await history.extent({ fromMs: learnFromMs, untilMs: endMs });
  const { firstMs, lastMs } = stored;
  if (firstMs === undefined || lastMs === undefined || lastMs < sinceMs)
    throw new UsageError(
      `no activities from ${flags.since} on are stored in ${place}`,
      lastMs === undefined ? 'Name the store with --store.' : `The last one is of ${iso(lastMs)}.`,
    );
  const untilMs = Math.min(endMs, lastMs + 1);
  const fromMs = Math.min(firstMs, sinceMs);
  const learnUntilMs =
    flags.learnUntil === undefined
      ? Math.min(sinceMs, judgingBegan(stored, fromMs, learnDays) ?? sinceMs)
      : Date.parse(flags.learnUntil);
  if (learnUntilMs > sinceMs)
    throw new UsageError('--learn-until is after --since', 'What is compared must be judged: choose an earlier one.');
  note(
    `Judging ${stored.activities.toLocaleString('en')} activities from ${iso(fromMs)} on, only learning until ${iso(learnUntilMs)}; comparing ${iso(sinceMs)} to ${iso(untilMs)} ...`,
  );
  if (sinceMs - fromMs < learnDays * DAY_MS)
    note(
      `Only ${((sinceMs - fromMs) / DAY_MS).toFixed(1)} days of history lie before --since, less than detect.learnDays (${learnDays}): habits are thin.`,
    );
  return { fromMs, learnUntilMs, sinceMs, untilMs, stored };
}

/**
 * What was alerted on was not learned, so what came before `--since` must be judged too where it was judged then. Before the first
 * decision it makes no difference; where history is cut off, habits must form first.
 */
function judgingBegan({ firstDecisionMs }: StoredHistory, fromMs: number, learnDays: number): number | undefined {
  if (firstDecisionMs === undefined) return undefined;
  return firstDecisionMs >= fromMs ? firstDecisionMs : fromMs + learnDays * DAY_MS;
}

function engineOf(
  current: Config,
  candidate: Config,
  { detectors }: Shelves,
  { learnUntilMs, stored }: Course,
  hashKey: HashKey,
) {
  const { networksFile, inventoryFile, pepperFile, tenant, people } = current.ingest;
  const networks = networksFile === undefined ? undefined : loadNetworks(networksFile);
  const pepper = pepperFile && readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, exposed);
  // An inventory that names no tenant is about the tenant whose history this is.
  const of = { tenant: stored.tenant ?? tenant, fingerprinter: createFingerprinter(pepper || undefined, people) };
  const known = inventoryFile === undefined ? undefined : loadInventory(inventoryFile, of);
  for (const fault of known?.faults ?? []) noteFault(fault);
  return createEngine({
    detectors,
    settings: candidate,
    population: createPopulation(),
    hashKey,
    learnUntil: iso(learnUntilMs),
    ...(known && { inventory: known.records.values() }),
    ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
  });
}

const exposed = ({ file }: { readonly file: string }) => note(`tidemark: ${file} can be read by others: chmod 600`);

/** The alerts of the time, and the last verdict on each. */
async function alertsOf(history: HistoryStore, triage: TriageStore, period: Period) {
  const alerts: ToldAlert[] = [];
  const verdicts = new Map<string, AlertVerdict>();
  for await (const page of history.alerts(period)) {
    for (const alert of page) alerts.push(toldAlert(alert));
    if (alerts.length > ALERTS_MAX) throw new TooManyAlerts('past');
    const alertIds = page.map(({ id }) => id);
    for (const { tenant, alertId, action } of await triage.actions({
      alertIds,
      kinds: ['benign', 'true'],
      limit: VERDICTS_MAX,
    }))
      if (action === 'true' || action === 'benign') verdicts.set(`${tenant}\u0000${alertId}`, action);
  }
  return { alerts, verdicts };
}

/** Settings that the two configurations do not share, of what a judgement hangs on. */
function differing(current: Config, candidate: Config): Setting[] {
  const of = ({ detect, alerts }: Config) =>
    new Map(
      leaves({ detect, alerts })
        .filter(({ value }) => JSON.stringify(value) !== '{}')
        .map(({ path, value }) => [path.join('.'), value]),
    );
  const [past, now] = [of(current), of(candidate)];
  return [...new Set([...past.keys(), ...now.keys()])]
    .sort()
    .filter((key) => JSON.stringify(past.get(key)) !== JSON.stringify(now.get(key)))
    .map((key) => ({ key, past: past.get(key) ?? null, now: now.get(key) ?? null }));
}

function present(comparison: Comparison, settings: readonly Setting[], flags: BacktestFlags): void {
  const where = flags.store
    ? ` --store ${flags.store}`
    : flags.current === undefined
      ? ''
      : ` --config ${flags.current}`;
  print(...reportOf(comparison, { settings, lines: flags.lines, where }));
}

const iso = (ms: number) => new Date(ms).toISOString();

/** `tidemark replay`: judges history from files, and says what it would have told the SOC. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openHashKey, openStore, recordBudget } from '../adapters/clickhouse/open.ts';
import { reportOfReplay } from '../app/report.ts';
import { createReportTally } from '../app/report-tally.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { type Crowd, watchCrowds } from '../detect/crowd-watch.ts';
import { type Replayed, replay } from '../detect/replay.ts';
import { UsageError } from '../fault.ts';
import { reportPage } from '../report/page.ts';
import type { Report } from '../report/report.ts';
import { learningText } from '../terminal/learning.ts';
import { note, noteFault, print, printJson, writeLines, writeText } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { version } from '../version.ts';
import { count, instant } from './arguments.ts';
import { type HistoryFlags, historyOptions, openHistory } from './history-input.ts';
import { keepInventory } from './keep-inventory.ts';
import { keepSkipped } from './keep-skipped.ts';
import { command, makePlace, noteUpdated, withStore } from './settings.ts';

interface ReplayFlags extends HistoryFlags {
  readonly learnUntil?: string;
  readonly alerts?: string;
  readonly report?: string;
  readonly batchRows?: number;
  readonly falsePerDay?: number;
}

/** Crowds, and taught identities, that a summary names. */
const NAMED_MAX = 20;

/** For a flag that takes a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It takes a number above 0.');
  return value;
}

export function replayCommand(): Command {
  return historyOptions(
    withStore(
      command(
        'replay',
        'Run history through the engine. The clock is the events’ own: the same input gives the same alerts.',
        [
          'replay AWSLogs/ kubernetes/ --alerts alerts.ndjson',
          'replay a.json.gz b.ndjson --format aws-cloudtrail --learn-until 2026-03-01T00:00:00Z',
          'zcat events.gz | tidemark replay - --inventory inventory.ndjson --json',
        ],
      ),
      'none: nothing is kept',
    ),
  )
    .option('--learn-until <time>', 'learn only, raise nothing, before this event time', instant)
    .option('--alerts <file>', 'write one alert a line, each in its last version; - for standard output')
    .option('--report <file>', 'write one page about what was read and found, to hand round')
    .option('--batch-rows <n>', 'activities judged and stored at a time; changes speed, not the outcome', count)
    .option('--false-per-day <n>', 'false alerts a day the SOC will bear', positive)
    .action(async (files: string[], flags: ReplayFlags) => {
      if (flags.alerts === '-' && flags.json)
        throw new UsageError('--alerts - and --json both write to standard output', 'Give --alerts a file.');
      if (flags.report === '-')
        throw new UsageError('--report - would stand among what is said', 'Give --report a file.');
      const { replayed, config, report, crowds } = await replayFiles(files, flags);
      if (flags.alerts !== undefined) writeLines(flags.alerts, replayed.alerts);
      if (report !== undefined) writeText(flags.report!, reportPage(report));
      if (flags.json) printJson({ ...replayed.summary, crowds });
      else summarise(replayed, crowds, flags, config);
      if (replayed.summary.records > 0 && replayed.summary.read + total(replayed.summary.skipped) === 0) {
        noteFault(NOTHING_READ);
        process.exitCode = 1;
      }
      for (const fault of replayed.faults) noteFault(fault);
      if (replayed.faults.length > 0) process.exitCode = 1;
    });
}

async function replayFiles(
  files: readonly string[],
  flags: ReplayFlags,
): Promise<{ replayed: Replayed; config: Config; report: Report | undefined; crowds: readonly Crowd[] }> {
  const history = await openHistory(files, flags, {
    ...(flags.falsePerDay !== undefined && { overrides: { alerts: { falsePerDay: flags.falsePerDay } } }),
    keepsDead: (config) => isKept(config, flags),
  });
  const { config, parts, networks } = history;
  const store = await storeFor(config, flags);
  if (store !== undefined) await recordBudget(store, config.alerts.falsePerDay);
  const population = createPopulation();
  const tally = flags.report === undefined ? undefined : createReportTally();
  const engine = createEngine({
    detectors: parts.detectors,
    settings: config,
    population,
    inventory: history.inventory.values(),
    ...(flags.learnUntil !== undefined && { learnUntil: flags.learnUntil }),
    ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
    // Into a store with the key of that store; without one under the published key, so that the outcome can be had again anywhere.
    ...(store && { hashKey: await openHashKey(store) }),
  });
  const crowds: Crowd[] = [];
  watchCrowds(population, (crowd) => void (crowds.length < NAMED_MAX && crowds.push(crowd)));
  try {
    const replayed = await replay({
      input:
        store === undefined
          ? history.input
          : keepSkipped(history.input, store, { tenant: config.ingest.tenant, name: 'replay' }),
      engine,
      store,
      batchRows: flags.batchRows ?? config.detect.batchRows,
      onProgress: history.showProgress,
      ...(tally && { onActivity: tally.add }),
    });
    if (store !== undefined) await keepInventory(store, 'replay-inventory', history.inventory.values());
    const report =
      tally &&
      reportOfReplay(
        { config, shelves: parts, version, tenant: tally.tenant ?? config.ingest.tenant, now: Date.now() },
        replayed,
        tally,
        { population, engine },
        history.inventory,
      );
    return { replayed, config, report, crowds };
  } finally {
    await store?.close();
    history.endProgress();
  }
}

/** Nothing is stored unless a store is named: a look at a file must leave nothing behind. */
const isKept = ({ store }: Config, flags: ReplayFlags) =>
  flags.store !== 'none' && (store.url !== undefined || store.path !== undefined);

async function storeFor(config: Config, flags: ReplayFlags) {
  if (!isKept(config, flags)) return undefined;
  makePlace(config.store);
  return openStore(config.store, { migrate: true, onUpdated: noteUpdated });
}

const NOTHING_READ = {
  message: 'nothing could be read',
  remedy:
    'The reasons are counted under dead. See docs/reference/formats.md for what each format reads, and name one with --format.',
};

function total(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((a, b) => a + b, 0);
}

function summarise(
  { summary, firstOf, newestAt }: Replayed,
  crowds: readonly Crowd[],
  flags: ReplayFlags,
  config: Config,
): void {
  const n = (value: number) => value.toLocaleString('en');
  const reasons = (of: 'skipped' | 'dead') =>
    Object.entries(summary[of])
      .sort((a, b) => b[1] - a[1])
      .map(([reason, times]) => {
        const first = firstOf[of].get(reason);
        return [
          '',
          n(times),
          first === undefined ? reason : `${reason}; first in ${first.from}, record ${first.offset + 1}`,
        ];
      });
  const rows = [
    ['records', n(summary.records)],
    ['  read', n(summary.read)],
    ['  skipped', n(total(summary.skipped))],
    ...reasons('skipped'),
    ['  dead', n(total(summary.dead))],
    ...reasons('dead'),
    [
      'activities',
      n(summary.activities),
      `of ${n(summary.identities)} identities, ${n(summary.eventsPerSecond)} a second`,
    ],
    [
      'alerts',
      n(summary.alerts),
      `under a budget of ${config.alerts.falsePerDay} false a day; ${summary.observed} more in the observe feed`,
    ],
  ];
  print(...table(rows, { right: [1] }));
  if (summary.identities > 0) note(`At the end ${learningText(summary.learning)}.`);
  if (summary.unjoined > 0)
    note(
      `In ${summary.unjoined} acts the span above is missing that would say who acted: they may stand under their service (docs/agents.md). Where a trace is spread wide over the records, a larger ingest.traces.bytes finds more of them.`,
    );
  if (summary.folded > 0)
    note(`${summary.folded} more say no more than their incident, or were over the budget, and are told with it.`);
  if (summary.held > 0) note(`${summary.held} alerts waited for a day with budget left.`);
  for (const { tenant, days, newcomers, usual } of crowds.slice(0, NAMED_MAX))
    note(
      `In ${tenant} ${newcomers} identities were new within ${days === 1 ? 'a day' : `${days} days`}, where ${usual.toFixed(1)} are usual: they may be made up.`,
    );
  for (const { identity, days, within, place } of summary.taught.slice(0, NAMED_MAX))
    note(
      place === undefined
        ? `${identity} brought something new on ${days} of ${within} days, many more than before: somebody may be teaching it.`
        : `${identity} went to account ${place}, where nobody else goes, on ${days} of ${within} days: that is a habit now.`,
    );
  if (summary.late > 0) note(`${summary.late} activities came too late to be put in order.`);
  const { learnUntil } = flags;
  if (learnUntil !== undefined && newestAt !== undefined && Date.parse(newestAt) < Date.parse(learnUntil))
    note(`Nothing could be raised: the newest activity is of ${newestAt}, and until ${learnUntil} it only learns.`);
  if (flags.alerts !== undefined || summary.alerts === 0) return;
  if (isKept(config, flags)) note('Look at them: `tidemark alerts` or `tidemark console`, with the same --store.');
  else note('Read them with --alerts FILE, or keep them with --store DIR and `tidemark alerts`.');
}

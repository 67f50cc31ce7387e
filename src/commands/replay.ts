/** `tidemark replay`: judges history from files, and says what it would have told the SOC. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openHashKey, openStore } from '../adapters/clickhouse/open.ts';
import { readFiles } from '../adapters/files.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { namedFormat } from '../app/mapping-files.ts';
import { reportOfReplay } from '../app/report.ts';
import { createReportTally } from '../app/report-tally.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { type InputBatch, type Replayed, type ReplayParts, type ReplaySummary, replay } from '../detect/replay.ts';
import { UsageError } from '../fault.ts';
import { createDeadLetterBuilder } from '../ingest/dead-letter.ts';
import { createReader, type Reader } from '../ingest/reader.ts';
import type { Store } from '../ports/store.ts';
import { reportPage } from '../report/page.ts';
import type { Report } from '../report/report.ts';
import { createFingerprinter, type Fingerprinter } from '../secrets.ts';
import { learningText } from '../terminal/learning.ts';
import { note, noteFault, print, printJson, writeLines, writeText } from '../terminal/print.ts';
import { createProgress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { version } from '../version.ts';
import { count, instant } from './arguments.ts';
import { command, type Flags, makePlace, settingsOf, shelves, withStore } from './settings.ts';

interface ReplayFlags extends Flags {
  readonly format: string;
  readonly inventory?: string;
  readonly networks?: string;
  readonly learnUntil?: string;
  readonly alerts?: string;
  readonly report?: string;
  readonly batchRows?: number;
  readonly falsePerDay?: number;
}

/** For a flag that takes a number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('It takes a number above 0.');
  return value;
}

export function replayCommand(): Command {
  return withStore(
    command(
      'replay',
      'Run history through the engine. The clock is the events’ own: the same input gives the same alerts.',
      [
        'replay cloudtrail/ --alerts alerts.ndjson',
        'replay a.json.gz b.ndjson --format aws-cloudtrail --learn-until 2026-03-01T00:00:00Z',
        'zcat events.gz | tidemark replay - --inventory inventory.ndjson --json',
      ],
    ),
    'none: nothing is kept',
  )
    .argument(
      '<files...>',
      'NDJSON, JSON arrays, {"Records": [...]}, gzip of any of these, directories, or - for standard input',
    )
    .option('--format <id-or-file>', 'log format, a mapping file, or auto to recognise each record', 'auto')
    .option('--inventory <file>', 'NDJSON inventory: owners, granted scopes, life cycle')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database')
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
      const { replayed, config, report } = await replayFiles(files, flags);
      if (flags.alerts !== undefined) writeLines(flags.alerts, replayed.alerts);
      if (report !== undefined) writeText(flags.report!, reportPage(report));
      if (flags.json) printJson(replayed.summary);
      else summarise(replayed.summary, flags, config);
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
): Promise<{ replayed: Replayed; config: Config; report: Report | undefined }> {
  const parts = await shelves();
  const { config } = await settingsOf(
    flags,
    {
      ...(flags.falsePerDay !== undefined && { alerts: { falsePerDay: flags.falsePerDay } }),
      ingest: {
        ...(flags.inventory !== undefined && { inventoryFile: flags.inventory }),
        ...(flags.networks !== undefined && { networksFile: flags.networks }),
      },
    },
    parts,
  );
  const { networksFile, inventoryFile, pepperFile } = config.ingest;
  const networks = networksFile === undefined ? undefined : loadNetworks(networksFile);
  const fingerprinter = createFingerprinter(
    pepperFile === undefined
      ? undefined
      : readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, ({ file }) =>
          note(`tidemark: ${file} can be read by others: chmod 600`),
        ),
  );
  const { tenant } = config.ingest;
  const reader = createReader({
    formats: parts.formats,
    format: namedFormat(flags.format, parts.formats),
    tenant,
    limits: config.ingest,
    fingerprinter,
    ...(networks && { networks }),
  });
  const { input, seen } = await peek(readFiles(files, config.ingest), reader);
  // An inventory that names no tenant is about the tenant whose history this is.
  const known =
    inventoryFile === undefined ? undefined : loadInventory(inventoryFile, { tenant: seen ?? tenant, fingerprinter });
  for (const fault of known?.faults ?? []) noteFault(fault);
  const store = await storeFor(config, flags);
  const population = createPopulation();
  const tally = flags.report === undefined ? undefined : createReportTally();
  const engine = createEngine({
    detectors: parts.detectors,
    settings: config,
    population,
    ...(known && { inventory: known.records.values() }),
    ...(flags.learnUntil !== undefined && { learnUntil: flags.learnUntil }),
    ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
    // Into a store with the key of that store; without one under the published key, so that the outcome can be had again anywhere.
    ...(store && { hashKey: await openHashKey(store) }),
  });
  const progress = createProgress();
  try {
    const replayed = await replay({
      input,
      reader,
      limits: config.ingest,
      engine,
      keep: store && keeping(store, config, fingerprinter),
      batchRows: flags.batchRows ?? config.detect.batchRows,
      onProgress: (records) => progress.show(() => `${records.toLocaleString('en')} records`),
      ...(tally && { onActivity: tally.add }),
    });
    const report =
      tally &&
      reportOfReplay(
        { config, shelves: parts, version, tenant: tally.tenant ?? tenant, now: Date.now() },
        replayed,
        tally,
        population,
        known?.records ?? new Map(),
      );
    return { replayed, config, report };
  } finally {
    await store?.close();
    progress.end();
  }
}

/** Where a replay keeps what it reads, and how it keeps what it cannot read. */
export function keeping(store: Store, { ingest }: Config, fingerprinter: Fingerprinter): ReplayParts['keep'] {
  const build = createDeadLetterBuilder({ fingerprinter, limits: ingest, now: Date.now });
  return { store, deadLetter: (origin, unreadable) => build(origin, ingest.tenant, unreadable) };
}

/** The tenant of the first activity, and the input with its beginning put back. */
async function peek(batches: AsyncGenerator<InputBatch>, reader: Reader) {
  const first = await batches.next();
  let seen: string | undefined;
  if (!first.done)
    for (const { bytes } of first.value.records) {
      const outcome = reader.read(bytes).find(({ status }) => status === 'read');
      if (outcome?.status !== 'read') continue;
      seen = outcome.activities[0]?.tenant;
      break;
    }
  async function* input(): AsyncGenerator<InputBatch> {
    if (!first.done) yield first.value;
    yield* batches;
  }
  return { input: input(), seen };
}

/** Nothing is stored unless a store is named: a look at a file must leave nothing behind. */
async function storeFor(config: Config, flags: ReplayFlags) {
  if (flags.store === 'none') return undefined;
  if (config.store.url === undefined && config.store.path === undefined) return undefined;
  makePlace(config.store);
  return openStore(config.store, { migrate: true });
}

const NOTHING_READ = {
  message: 'nothing could be read',
  remedy:
    'The reasons are counted under dead. See docs/reference/formats.md for what each format reads, and name one with --format.',
};

function total(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((a, b) => a + b, 0);
}

function summarise(summary: ReplaySummary, flags: ReplayFlags, config: Config): void {
  const n = (value: number) => value.toLocaleString('en');
  const reasons = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort((a, b) => b[1] - a[1])
      .map(([reason, times]) => ['', n(times), reason]);
  const rows = [
    ['records', n(summary.records)],
    ['  read', n(summary.read)],
    ['  skipped', n(total(summary.skipped))],
    ...reasons(summary.skipped),
    ['  dead', n(total(summary.dead))],
    ...reasons(summary.dead),
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
      `In ${summary.unjoined} acts the span above is missing that would say who acted: they may stand under their service (docs/agents.md).`,
    );
  if (summary.late > 0) note(`${summary.late} activities came too late to be put in order.`);
  if (flags.alerts === undefined && summary.alerts > 0)
    note('Read them with --alerts FILE, or keep them with --store DIR and `tidemark alerts`.');
}

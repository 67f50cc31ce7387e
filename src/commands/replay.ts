/** `tidemark replay`: judges history from files, and says what it would have told the SOC. */
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openHashKey, openStore } from '../adapters/clickhouse/open.ts';
import { readFiles } from '../adapters/files.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { loadNetworks } from '../adapters/networks.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { type InputBatch, type Replayed, type ReplaySummary, replay } from '../detect/replay.ts';
import { createReader, type Reader } from '../ingest/reader.ts';
import { createReorder } from '../ingest/reorder.ts';
import { createFingerprinter } from '../secrets.ts';
import { count, instant } from './arguments.ts';
import { command, type Flags, note, print, settingsOf, shelves, UsageError, withStore } from './settings.ts';
import { writeLines } from './write-lines.ts';

interface ReplayFlags extends Flags {
  readonly format: string;
  readonly inventory?: string;
  readonly networks?: string;
  readonly learnUntil?: string;
  readonly alerts?: string;
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
    .option('--format <id>', 'log format, or auto to recognise each record', 'auto')
    .option('--inventory <file>', 'NDJSON inventory: owners, granted scopes, life cycle')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database')
    .option('--learn-until <time>', 'learn only, raise nothing, before this event time', instant)
    .option('--alerts <file>', 'write one alert a line, each in its last version; - for standard output')
    .option('--batch-rows <n>', 'activities judged and stored at a time; changes speed, not the outcome', count)
    .option('--false-per-day <n>', 'false alerts a day the SOC will bear', positive)
    .action(async (files: string[], flags: ReplayFlags) => {
      if (flags.alerts === '-' && flags.json)
        throw new UsageError('--alerts - and --json both write to standard output', 'Give --alerts a file.');
      const { replayed, config } = await replayFiles(files, flags);
      if (flags.alerts !== undefined) writeLines(flags.alerts, replayed.alerts);
      if (flags.json) print(JSON.stringify(replayed.summary));
      else summarise(replayed.summary, flags, config);
      if (replayed.summary.records > 0 && replayed.summary.read + total(replayed.summary.skipped) === 0) {
        note(NOTHING_READ);
        process.exitCode = 1;
      }
      for (const fault of replayed.faults) note(`tidemark: ${fault.message}\n  ${fault.remedy}`);
      if (replayed.faults.length > 0) process.exitCode = 1;
    });
}

async function replayFiles(
  files: readonly string[],
  flags: ReplayFlags,
): Promise<{ replayed: Replayed; config: Config }> {
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
    format: flags.format,
    tenant,
    limits: config.ingest,
    fingerprinter,
    ...(networks && { networks }),
  });
  const { input, seen } = await peek(readFiles(files, config.ingest), reader);
  // An inventory that names no tenant is about the tenant whose history this is.
  const known =
    inventoryFile === undefined ? undefined : loadInventory(inventoryFile, { tenant: seen ?? tenant, fingerprinter });
  for (const fault of known?.faults ?? []) note(`tidemark: ${fault.message}\n  ${fault.remedy}`);
  const store = await storeFor(config, flags);
  const engine = createEngine({
    detectors: parts.detectors,
    settings: config,
    population: createPopulation(),
    ...(known && { inventory: known.records.values() }),
    ...(flags.learnUntil !== undefined && { learnUntil: flags.learnUntil }),
    ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
    // Into a store with the key of that store; without one under the published key, so that the outcome can be had again anywhere.
    ...(store && { hashKey: await openHashKey(store) }),
  });
  try {
    const replayed = await replay({
      input,
      reader,
      reorder: createReorder({ windowMs: Number.POSITIVE_INFINITY, rows: config.ingest.reorderRows }),
      engine,
      store,
      batchRows: flags.batchRows ?? config.detect.batchRows,
      limits: config.ingest,
      ...(process.stderr.isTTY && { onProgress: progress() }),
    });
    return { replayed, config };
  } finally {
    await store?.close();
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  }
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
  return openStore(config.store, { migrate: true });
}

function progress(): (records: number) => void {
  let shownAt = 0;
  return (records) => {
    const now = Date.now();
    if (now - shownAt < 200) return;
    shownAt = now;
    process.stderr.write(`\r\u001b[K${records.toLocaleString('en')} records`);
  };
}

const NOTHING_READ = `tidemark: nothing could be read
  The reasons are counted under dead. See docs/reference/formats.md for what each format reads, and name one with --format.`;

function total(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((a, b) => a + b, 0);
}

function summarise(summary: ReplaySummary, flags: ReplayFlags, config: Config): void {
  const list = (reasons: Readonly<Record<string, number>>) =>
    Object.entries(reasons)
      .sort((a, b) => b[1] - a[1])
      .map(([reason, times]) => `\n      ${String(times).padStart(8)}  ${reason}`)
      .join('');
  const n = (value: number) => value.toLocaleString('en').padStart(12);
  print(`records    ${n(summary.records)}
  read     ${n(summary.read)}
  skipped  ${n(total(summary.skipped))}${list(summary.skipped)}
  dead     ${n(total(summary.dead))}${list(summary.dead)}
activities ${n(summary.activities)}  of ${summary.identities.toLocaleString('en')} identities, ${summary.eventsPerSecond.toLocaleString('en')} a second
alerts     ${n(summary.alerts)}  under a budget of ${config.alerts.falsePerDay} false a day; ${summary.observed} more in the observe feed`);
  if (summary.late > 0) note(`${summary.late} activities came too late to be put in order.`);
  if (flags.alerts === undefined && summary.alerts > 0)
    note('Read them with --alerts FILE, or keep them with --store DIR and `tidemark alerts`.');
}

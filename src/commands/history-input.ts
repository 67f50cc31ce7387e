/** What the commands that read history share: their flags, and the files as one input in order of event time. */
import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { measureFiles } from '../adapters/files-tree.ts';
import { loadInventory } from '../adapters/inventory.ts';
import type { Networks } from '../adapters/networks.ts';
import type { Shelves } from '../app/role-parts.ts';
import type { HistoryBatch } from '../ingest/history-batches.ts';
import { noteFault } from '../terminal/print.ts';
import { createProgress, paceText } from '../terminal/progress.ts';
import { wholeNumber } from './arguments.ts';
import { clockOf, type HistoryTask, openFileReader, readTask } from './file-reader.ts';
import { isTopic, topicsAmong } from './history-topics.ts';
import { isReadInThread, readInThread } from './reading-thread.ts';
import { type Flags, settingsOf, shelves } from './settings.ts';

type Loaded = ReturnType<typeof loadInventory>;

export interface HistoryFlags extends Flags {
  readonly format: string;
  readonly inventory?: string;
  readonly networks?: string;
  readonly threads?: number;
}

/** Adds the files and the flags that say how they are read. */
export function historyOptions(command: Command): Command {
  return command
    .argument(
      '<files...>',
      'NDJSON, JSON arrays, {"Records": [...]}, gzip of any of these, directories, - for standard input, kafka:TOPIC for what a topic holds now (kafka: for those of the configuration); put in order of time',
    )
    .option('--format <id-or-file>', 'log format, a mapping file, or auto to recognise each record', 'auto')
    .option('--inventory <file>', 'NDJSON inventory: owners, granted scopes, life cycle')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database')
    .option(
      '--threads <n>',
      'threads that read beside the one that judges, 0 or 1; changes speed, not the outcome',
      wholeNumber(0, 1),
    );
}

/** History that is ready to be read. */
export interface History {
  readonly config: Config;
  readonly parts: Shelves;
  readonly networks: Networks | undefined;
  readonly inventory: Loaded['records'];
  readonly input: AsyncIterable<HistoryBatch>;
  /** Says on standard error how far the reading is. */
  showProgress(records: number, readBytes: number): void;
  endProgress(): void;
}

export interface HistoryChoices {
  /** What the configuration is overridden with. */
  readonly overrides?: Record<string, unknown>;
  /** With it, what is dated further ahead than live work would take is dead. */
  readonly now?: HistoryTask['now'];
  /** Whether what cannot be read is to be kept. */
  keepsDead(config: Config): boolean;
}

/** Opens the files under the configuration in force; what the inventory says wrong is noted. */
export async function openHistory(
  files: readonly string[],
  flags: HistoryFlags,
  { overrides = {}, now, keepsDead }: HistoryChoices,
): Promise<History> {
  const parts = await shelves();
  const { config } = await settingsOf(
    flags,
    {
      ...overrides,
      ingest: {
        ...(flags.inventory !== undefined && { inventoryFile: flags.inventory }),
        ...(flags.networks !== undefined && { networksFile: flags.networks }),
        ...(flags.threads !== undefined && { threads: flags.threads }),
      },
    },
    parts,
  );
  const { inventoryFile, tenant } = config.ingest;
  const { ingest, detect, http, kafka } = config;
  const task: HistoryTask = {
    files: files.filter((source) => !isTopic(source)),
    topics: topicsAmong(files, kafka),
    config: { ingest, detect, http, kafka },
    format: flags.format,
    keepsDead: keepsDead(config),
    ...(now !== undefined && { now }),
  };
  // Here too where another thread reads: what is wrong with the files that it reads with is told before it starts.
  const reader = openFileReader(config, parts, flags.format, clockOf(task));
  const { networks, fingerprinter } = reader;
  const batches = isReadInThread(files, config.ingest.threads)
    ? readInThread({ ...task, ahead: config.ingest.readAheadBatches })
    : readTask(task, reader);
  const { input, seen } = await peek(batches);
  // An inventory that names no tenant is about the tenant whose history this is.
  const known =
    inventoryFile === undefined ? undefined : loadInventory(inventoryFile, { tenant: seen ?? tenant, fingerprinter });
  for (const fault of known?.faults ?? []) noteFault(fault);
  const progress = createProgress();
  const began = performance.now();
  const measuring = new AbortController();
  const totalBytes = measureFiles(files, measuring.signal);
  return {
    config,
    parts,
    networks,
    inventory: known?.records ?? new Map(),
    input,
    showProgress: (records, readBytes) =>
      progress.show(() =>
        paceText({ records, readBytes, totalBytes: totalBytes(), seconds: (performance.now() - began) / 1_000 }),
      ),
    endProgress() {
      measuring.abort();
      progress.end();
    },
  };
}

/** Batches without an activity that are looked at for a tenant. */
const PEEK_MAX = 1_000;

/** The tenant of the first activity, and the input with its beginning put back. */
async function peek(batches: AsyncGenerator<HistoryBatch>) {
  const begun: HistoryBatch[] = [];
  let seen: string | undefined;
  while (seen === undefined && begun.length < PEEK_MAX) {
    const next = await batches.next();
    if (next.done) break;
    begun.push(next.value);
    seen = next.value.tenant;
  }
  async function* input(): AsyncGenerator<HistoryBatch> {
    yield* begun;
    yield* batches;
  }
  return { input: input(), seen };
}

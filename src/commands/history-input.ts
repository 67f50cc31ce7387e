/** What the commands that read history share: their flags, and the files as one input in order of event time. */
import type { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { fileParts, measureFiles } from '../adapters/files-tree.ts';
import { loadInventory } from '../adapters/inventory.ts';
import type { Networks } from '../adapters/networks.ts';
import type { Shelves } from '../app/role-parts.ts';
import { mergeByTime, type ReadBatch } from '../ingest/merge-by-time.ts';
import type { Reader } from '../ingest/reader.ts';
import type { Fingerprinter } from '../secrets.ts';
import { noteFault } from '../terminal/print.ts';
import { createProgress, paceText } from '../terminal/progress.ts';
import { openFileReader } from './file-reader.ts';
import { type Flags, settingsOf, shelves } from './settings.ts';

type Loaded = ReturnType<typeof loadInventory>;

export interface HistoryFlags extends Flags {
  readonly format: string;
  readonly inventory?: string;
  readonly networks?: string;
}

/** Adds the files and the flags that say how they are read. */
export function historyOptions(command: Command): Command {
  return command
    .argument(
      '<files...>',
      'NDJSON, JSON arrays, {"Records": [...]}, gzip of any of these, directories, or - for standard input; put in order of time',
    )
    .option('--format <id-or-file>', 'log format, a mapping file, or auto to recognise each record', 'auto')
    .option('--inventory <file>', 'NDJSON inventory: owners, granted scopes, life cycle')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database');
}

/** History that is ready to be read. */
export interface History {
  readonly config: Config;
  readonly parts: Shelves;
  readonly networks: Networks | undefined;
  readonly fingerprinter: Fingerprinter;
  readonly inventory: Loaded['records'];
  readonly reader: Reader;
  readonly input: AsyncIterable<ReadBatch>;
  /** Says on standard error how far the reading is. */
  showProgress(records: number, readBytes: number): void;
  endProgress(): void;
}

/**
 * Opens the files under the configuration in force; what the inventory says wrong is noted. With `now`, what is dated further ahead
 * than live work would take is dead.
 */
export async function openHistory(
  files: readonly string[],
  flags: HistoryFlags,
  overrides: Record<string, unknown> = {},
  now?: () => number,
): Promise<History> {
  const parts = await shelves();
  const { config } = await settingsOf(
    flags,
    {
      ...overrides,
      ingest: {
        ...(flags.inventory !== undefined && { inventoryFile: flags.inventory }),
        ...(flags.networks !== undefined && { networksFile: flags.networks }),
      },
    },
    parts,
  );
  const { inventoryFile, tenant } = config.ingest;
  const { networks, fingerprinter, reader } = openFileReader(config, parts, flags.format, now);
  const { input, seen } = await peek(mergeByTime(fileParts(files, config.ingest), reader, config.ingest));
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
    fingerprinter,
    inventory: known?.records ?? new Map(),
    reader,
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
async function peek(batches: AsyncGenerator<ReadBatch>) {
  const begun: ReadBatch[] = [];
  let seen: string | undefined;
  while (seen === undefined) {
    const next = await batches.next();
    if (next.done) break;
    begun.push(next.value);
    for (const { read = [] } of next.value.records)
      for (const one of read)
        if (one.status === 'held') seen ??= one.reading.tenant;
        else if (one.status === 'read') seen ??= one.activities[0]?.tenant;
    if (begun.length >= PEEK_MAX) break;
  }
  async function* input(): AsyncGenerator<ReadBatch> {
    yield* begun;
    yield* batches;
  }
  return { input: input(), seen };
}

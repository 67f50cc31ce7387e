/** What commands share: the flags that choose configuration and store, and the way to open them. */
import { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openStore } from '../adapters/clickhouse/open.ts';
import type { Shelves } from '../app/role-parts.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import { type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Detector } from '../core/detector.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Store } from '../ports/store.ts';

/** Where the embedded engine keeps its files unless told otherwise. */
export const DEFAULT_STORE = '.tidemark/store';

export interface Flags {
  readonly config?: string;
  readonly store?: string;
  readonly json?: boolean;
}

export async function shelves(): Promise<Shelves> {
  return {
    detectors: await discover<Detector>(SHELVES.detectors, 'detector'),
    formats: await discover<Format>(SHELVES.formats, 'format'),
    sinks: await discover<SinkType>(SHELVES.sinks, 'sink'),
  };
}

/** A command with the flags every command has - `--config` unless it has nothing to configure - and its examples before everything else. */
export function command(
  name: string,
  description: string,
  examples: readonly string[],
  { configured = true }: { readonly configured?: boolean } = {},
): Command {
  const made = new Command(name).description(description);
  if (configured) made.option('--config <file>', 'configuration file (default: ./tidemark.yaml where there is one)');
  return made.option('--json', 'one JSON document on standard output').addHelpText('before', examplesText(examples));
}

/** A command that only holds others. */
export function group(
  name: string,
  description: string,
  examples: readonly string[],
  members: readonly Command[],
): Command {
  const made = new Command(name).description(description).addHelpText('before', examplesText(examples));
  for (const member of members) made.addCommand(member);
  return made;
}

const examplesText = (examples: readonly string[]) =>
  `Examples:\n${examples.map((example) => `  $ ${example.includes('tidemark ') ? '' : 'tidemark '}${example}\n`).join('')}`;

/** `--store`: a URL, or the directory of the embedded engine. */
export function withStore(
  target: Command,
  fallback = `the store of the configuration, else ${DEFAULT_STORE}`,
): Command {
  return target.option('--store <dir-or-url>', `where history is kept (default: ${fallback})`);
}

function storeOverride(store: string | undefined): Record<string, unknown> {
  if (store === undefined || store === 'none') return {};
  return /^https?:\/\//.test(store) ? { url: store } : { path: store };
}

/** The configuration in force for a command: flags over environment over files over defaults. */
export async function settingsOf(
  flags: Flags,
  overrides: Record<string, unknown> = {},
  parts?: Pick<Shelves, 'detectors' | 'sinks'>,
): Promise<LoadedConfig> {
  const known = parts ?? (await shelves());
  return loadConfig({
    path: flags.config,
    env: process.env,
    overrides: { ...overrides, store: { ...storeOverride(flags.store), ...(overrides.store as object) } },
    detectors: known.detectors,
    sinks: known.sinks,
  });
}

/** The store section with a place: what the flag said, what the configuration says, or the default directory. */
export function placed(config: Config, flags: Flags): Config['store'] {
  if (flags.store !== undefined) {
    const { url: _, path: __, ...rest } = config.store;
    return { ...rest, ...storeOverride(flags.store) };
  }
  if (config.store.url !== undefined || config.store.path !== undefined) return config.store;
  return { ...config.store, path: DEFAULT_STORE };
}

/** Opens the store for the length of `use`. */
export async function withOpenStore<T>(store: Config['store'], use: (store: Store) => Promise<T>): Promise<T> {
  const open = await openStore(store);
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}

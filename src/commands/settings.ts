/** What commands share: the flags that choose configuration and store, and the way to open them. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import type { Config } from '../../schemas/config.ts';
import { openStore } from '../adapters/clickhouse/open.ts';
import { shelveMappings } from '../app/mapping-files.ts';
import type { DetectorFailure } from '../app/own-detectors/guard.ts';
import { loadDetectors, type OwnDetector, placeIn } from '../app/own-detectors/load.ts';
import type { Shelves } from '../app/role-parts.ts';
import { discover, SHELVES } from '../app/shelves.ts';
import { ConfigError } from '../config/config-error.ts';
import { type ConfigSources, type LoadedConfig, loadConfig } from '../config/load-config.ts';
import type { Detector } from '../core/detector.ts';
import { UsageError } from '../fault.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Store } from '../ports/store.ts';
import { note, noteFault } from '../terminal/print.ts';

/** Where the embedded engine keeps its files unless told otherwise. */
export const DEFAULT_STORE = '.tidemark/store';

export interface Flags {
  readonly config?: string;
  readonly store?: string;
  readonly json?: boolean;
}

export async function shelves(): Promise<OpenShelves> {
  return {
    detectors: await discover<Detector>(SHELVES.detectors, 'detector'),
    formats: await discover<Format>(SHELVES.formats, 'format'),
    sinks: await discover<SinkType>(SHELVES.sinks, 'sink'),
    own: new Map(),
    onDetectorFailure: noteFailures(),
  };
}

/** Tells the first failure of every detector on standard error: the rest would be the same line for every activity. */
function noteFailures(): (failure: DetectorFailure) => void {
  const told = new Set<string>();
  return ({ detector, step, error, file }) => {
    if (told.has(detector)) return;
    told.add(detector);
    noteFault({
      message: `detector ${detector} failed in ${step}: ${error.name}: ${error.message} (${placeIn(file, error)})`,
      remedy: 'What it looked at counts as nothing found. `tidemark check --detectors` shows what is wrong with it.',
    });
  };
}

/** A command with the flags every command has - `--config` unless it has nothing to configure - and its examples before everything else. */
export function command(
  name: string,
  description: string,
  examples: readonly string[],
  {
    configured = true,
    json = 'one JSON document on standard output',
  }: { readonly configured?: boolean; readonly json?: string } = {},
): Command {
  const made = new Command(name).description(description);
  if (configured) made.option('--config <file>', 'configuration file (default: ./tidemark.yaml where there is one)');
  return made.option('--json', json).addHelpText('before', examplesText(examples));
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

/** Shelves as a command holds them: its mapping files put formats beside those that are found. */
export type OpenShelves = Shelves & {
  readonly formats: Map<string, Format>;
  readonly detectors: Map<string, Detector>;
  /** Those detectors that come from the folder of the configuration. */
  readonly own: Map<string, OwnDetector>;
  /** Called where one of them fails. */
  onDetectorFailure: (failure: DetectorFailure) => void;
};

/**
 * The configuration in force for a command: flags over environment over files over defaults. The mapping files that it names are
 * put on the shelf of formats, the detectors of its folder on that of detectors, in place of those of a configuration before.
 */
export async function settingsOf(
  flags: Flags,
  overrides: Record<string, unknown> = {},
  parts?: OpenShelves,
): Promise<LoadedConfig> {
  const known = parts ?? (await shelves());
  const sources = {
    path: flags.config,
    env: process.env,
    overrides: { ...overrides, store: { ...storeOverride(flags.store), ...(overrides.store as object) } },
    sinks: known.sinks,
  };
  // Which formats and detectors there are is known only when the files that the configuration names have been read.
  const { ingest, detect } = firstLook({ ...sources, detectors: known.detectors });
  shelveMappings(ingest.formatFiles, known.formats);
  for (const id of known.own.keys()) known.detectors.delete(id);
  known.own.clear();
  if (detect.detectorsFolder !== undefined) {
    const own = await loadDetectors(detect.detectorsFolder, known.detectors, (failure) =>
      known.onDetectorFailure(failure),
    );
    for (const [id, detector] of own) {
      known.own.set(id, detector);
      known.detectors.set(id, detector.guarded);
    }
  }
  return loadConfig({ ...sources, detectors: known.detectors, formats: known.formats });
}

/** What the configuration says before the options of detectors are looked at. Throws what is wrong with the rest, and with those. */
function firstLook(sources: ConfigSources): Config {
  const { detectors: _, ...withoutThem } = sources;
  try {
    return loadConfig(withoutThem).config;
  } catch (error) {
    if (error instanceof ConfigError) loadConfig(sources);
    throw error;
  }
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

/** Why there is nothing to look at in a directory: looking must not make a store. */
export function absent({ url, path }: Config['store']): UsageError | undefined {
  if (url !== undefined || path === undefined || existsSync(join(path, 'metadata'))) return undefined;
  return new UsageError(
    `there is no store in ${path}`,
    'Name one with --store or in the configuration; `tidemark run`, `tidemark replay FILES --store DIR` and `tidemark demo` make one.',
  );
}

const unwritable = (path: string, at: string, why: string) =>
  new UsageError(
    `the store ${path} cannot be written: ${at}: ${why}`,
    'Name a directory of yours with --store or store.path.',
  );

/** Directories that are missing on the way to a path, outermost first, and the one that is there. */
function missingOf(path: string): { readonly above: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  let above = resolve(path);
  for (; !existsSync(above) && dirname(above) !== above; above = dirname(above)) missing.unshift(above);
  return { above, missing };
}

/** Throws a UsageError where the directory of an embedded store can neither be used nor made; makes nothing. */
export function refuseUnwritable({ url, path }: Config['store']): void {
  if (url !== undefined || path === undefined) return;
  const { above } = missingOf(path);
  if (!statSync(above).isDirectory()) throw unwritable(path, above, 'is no directory');
  try {
    accessSync(above, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(path, above, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** Makes the directory of an embedded store that is to be written. Throws a UsageError where it cannot. */
export function makePlace(store: Config['store']): void {
  refuseUnwritable(store);
  if (store.url !== undefined || store.path === undefined) return;
  // One by one: where nothing can be made, as under /proc, Node tries a whole path for ever.
  for (const directory of missingOf(store.path).missing)
    try {
      mkdirSync(directory);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw unwritable(store.path, directory, code ?? String(error));
    }
}

/** Says that a store was brought up to date, which a command that only reads does too: nobody can take it back. */
export function noteUpdated({ place, files }: { readonly place: string; readonly files: readonly string[] }): void {
  note(
    `Brought the store ${place} up to date (${files.join(', ')}): earlier builds of Tidemark refuse it from now on.`,
  );
}

/** Opens a store that is there, for the length of `use`. Throws a UsageError where there is none, and makes none. */
export async function withOpenStore<T>(store: Config['store'], use: (store: Store) => Promise<T>): Promise<T> {
  const missing = absent(store);
  if (missing !== undefined) throw missing;
  const open = await openStore(store, { onUpdated: noteUpdated });
  try {
    return await use(open);
  } finally {
    await open.close();
  }
}

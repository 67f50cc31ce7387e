/** Finds what the configuration names and others on this machine may change, or read though it is a secret. */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../schemas/config.ts';

export interface Exposure {
  /** Key that names it, such as `http.tokensFile`. */
  readonly key: string;
  readonly file: string;
  readonly by: 'writable' | 'readable';
  readonly wrong: string;
  readonly remedy: string;
}

/** What others may read: certificates, public keys, hashes of tokens, networks, the inventory. */
const PUBLIC = new Set([
  'caFile',
  'certFile',
  'keysFile',
  'networksFile',
  'tokensFile',
  'inventoryFile',
  'killSwitchFile',
  'formatFiles',
  'recipe',
]);
const WRITABLE = 0o022;
const OPEN = 0o077;

/** Every file that the configuration names, the files it was read from, and the directory of an embedded store. What is not there is not told. */
export function exposedFiles(config: Config, configFiles: readonly string[]): readonly Exposure[] {
  const found: Exposure[] = [];
  const look = (key: string, file: string, isSecret: boolean, isCode = false) => {
    const stats = statOf(file);
    if (stats === undefined || (stats.isDirectory() && !isCode)) return;
    const mode = stats.mode & 0o777;
    if ((mode & WRITABLE) !== 0)
      found.push({
        key,
        file,
        by: 'writable',
        wrong: 'can be changed by others on this machine',
        remedy: `chmod ${isSecret ? '600' : 'go-w'} ${file}, and look at what stands in it`,
      });
    else if (isSecret && (mode & OPEN) !== 0)
      found.push({
        key,
        file,
        by: 'readable',
        wrong: 'is a secret that others on this machine can read',
        remedy: `chmod 600 ${file}`,
      });
  };
  const walk = (value: unknown, path: readonly string[]) => {
    // An element of a list is named by its list.
    const name = path.findLast((step) => !/^\d+$/.test(step)) ?? '';
    if (typeof value === 'string' && (/Files?$/.test(name) || (name === 'recipe' && /[/\\.]/.test(value))))
      look(path.join('.'), value, !PUBLIC.has(name));
    else if (typeof value === 'object' && value !== null)
      for (const [key, part] of Object.entries(value)) walk(part, [...path, key]);
  };
  for (const file of configFiles) look('configuration', file, false);
  walk(config, []);
  for (const file of codeIn(config.detect.detectorsFolder)) look('detect.detectorsFolder', file, false, true);
  const { path, url } = config.store;
  const store = path === undefined || url !== undefined ? undefined : statOf(path);
  if (path !== undefined && store?.isDirectory() && (store.mode & OPEN) !== 0)
    found.push({
      key: 'store.path',
      file: path,
      by: (store.mode & WRITABLE) === 0 ? 'readable' : 'writable',
      wrong: 'holds activities and alerts, and is open to others on this machine',
      remedy: `chmod 700 ${path}`,
    });
  return found;
}

/** A folder whose files are run, and those files: whoever can write them runs in this process. */
function codeIn(folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  try {
    const files = readdirSync(folder).filter((name) => /\.m?js$/.test(name));
    return [folder, ...files.map((name) => join(folder, name))];
  } catch {
    return [];
  }
}

function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

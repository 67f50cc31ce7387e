/** Finds what stands on a shelf: one file = one part, file name = id; nobody keeps a list. */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const SHELVES = {
  detectors: new URL('../../detectors/', import.meta.url),
  formats: new URL('../formats/', import.meta.url),
  sinks: new URL('../sinks/', import.meta.url),
  responders: new URL('../respond/responders/', import.meta.url),
  recipes: new URL('../respond/recipes/', import.meta.url),
} as const;

/** Loads export `name` of every file of a shelf, in order of id. Throws when a file lacks it: a half-written part must not vanish in silence. */
export async function discover<T>(shelf: URL, name: string): Promise<Map<string, T>> {
  const parts = new Map<string, T>();
  const files = readdirSync(fileURLToPath(shelf)).filter((file) => /^[a-z0-9-]+\.(ts|js)$/.test(file));
  for (const file of files.sort()) {
    const part = (await import(new URL(file, shelf).href))[name] as T | undefined;
    if (part === undefined) throw new Error(`${fileURLToPath(shelf)}${file} does not export \`${name}\``);
    parts.set(file.replace(/\.(ts|js)$/, ''), part);
  }
  return parts;
}

/** Ids of the detectors whose findings are facts, not unusual values. */
export const invariantsOf = (
  detectors: ReadonlyMap<string, { readonly about: { readonly lane: string } }>,
): ReadonlySet<string> =>
  new Set([...detectors].filter(([, { about }]) => about.lane === 'invariant').map(([id]) => id));

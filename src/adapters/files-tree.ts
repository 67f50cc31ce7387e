/** Files and directories as a tree of parts that is listed folder by folder, so that nobody holds the names of all of them. */
import { existsSync, statSync } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../fault.ts';
import type { InputBatch, InputPart } from '../ports/input.ts';
import { dateOfFolder, type NamedDate, notBefore, notBeforeOfFile } from './files-names.ts';
import { type FileLimits, readOne } from './files-read.ts';

/** A directory may hold anything; a file named outright is always read. */
const LOG_FILE = /\.(?:json|ndjson|jsonl|log)(?:\.gz)?$|\.gz$/i;
/** Numbers that rotation puts behind a name: `audit.log.1`, `audit.log.2.gz`. */
const ROTATED = /\.(?:json|ndjson|jsonl|log)\.\d{1,6}$/i;
/** Names of one directory that are held at a time. */
const NAMES_MAX = 1_000_000;

export const isLogFile = (name: string) => LOG_FILE.test(name) || ROTATED.test(name);

/** Counts what was found below a path that was given, to say where there was nothing. */
interface Root {
  readonly path: string;
  files: number;
  /** Folders that are not listed yet. */
  open: number;
}

interface Found {
  readonly name: string;
  readonly isFolder: boolean;
}

/** What a directory holds that matters here, in order of name; a text says why it cannot be read, or not whole. */
async function listed(directory: string): Promise<{ found: Found[]; problem?: readonly [string, string] }> {
  const found: Found[] = [];
  try {
    for await (const entry of await opendir(directory, { bufferSize: 1_024 })) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      // A link to a directory may lead back up; a link to a file is a file.
      const isFolder = entry.isDirectory();
      if (
        !isFolder &&
        !(isLogFile(name) && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(directory, name)))))
      )
        continue;
      if (found.length >= NAMES_MAX)
        return {
          found: found.sort(byName),
          problem: [
            `holds more than ${NAMES_MAX.toLocaleString('en')} files in one directory; the others are left out`,
            'Put them into directories by day, or give them in several runs.',
          ],
        };
      found.push({ name, isFolder });
    }
  } catch {
    return { found: found.sort(byName), problem: ['cannot be read', 'Check the permissions of the directory.'] };
  }
  return { found: found.sort(byName) };
}

const byName = (a: Found, b: Found) => (a.name < b.name ? -1 : 1);

async function isFile(directory: string, name: string): Promise<boolean> {
  try {
    return (await stat(join(directory, name))).isFile();
  } catch {
    return false;
  }
}

const faultAt = (path: string, problem: string, remedy: string): InputPart => ({
  kind: 'fault',
  fault: new InputError(path, problem, remedy),
});

function file(path: string, notBeforeMs: number, canRepeat: boolean, limits: FileLimits): InputPart {
  return {
    kind: 'file',
    notBeforeMs,
    canRepeat,
    read: (): AsyncGenerator<InputBatch> => readOne(path, limits),
  };
}

function folder(path: string, date: NamedDate | undefined, root: Root, limits: FileLimits): InputPart {
  return {
    kind: 'folder',
    notBeforeMs: notBefore(date),
    async *list() {
      const { found, problem } = await listed(path);
      // Counted before any of it is looked into: a folder below may be listed before its neighbour is heard of.
      const folders = found.filter((one) => one.isFolder).length;
      root.open += folders - 1;
      root.files += found.length - folders + (problem === undefined ? 0 : 1);
      const isEmpty = root.open === 0 && root.files === 0;
      for (const { name, isFolder } of found) {
        const at = join(path, name);
        yield isFolder
          ? folder(at, dateOfFolder(name, date), root, limits)
          : file(at, notBeforeOfFile(name, date), true, limits);
      }
      if (problem !== undefined) yield faultAt(path, ...problem);
      if (isEmpty)
        yield faultAt(root.path, 'holds no .json, .ndjson, .jsonl, .log or .gz file', 'Name the files outright.');
    },
  };
}

/** What was named on the command line as parts, in that order; a fault for what is not there. `-` is standard input. */
export function fileParts(paths: readonly string[], limits: FileLimits): InputPart[] {
  return paths.map((path) => {
    if (path === '-') return file(path, Number.NEGATIVE_INFINITY, false, limits);
    if (!existsSync(path)) return faultAt(path, 'no such file or directory', 'Check the path.');
    const found = statSync(path);
    // A pipe has its bytes once.
    if (!found.isDirectory()) return file(path, Number.NEGATIVE_INFINITY, found.isFile(), limits);
    return folder(path, undefined, { path, files: 0, open: 1 }, limits);
  });
}

/** Bytes of all files below the paths, added up beside other work; undefined until all are known, or with standard input. */
export function measureFiles(paths: readonly string[], signal: AbortSignal): () => number | undefined {
  let sum: number | undefined;
  const measure = async (path: string, isNamed: boolean): Promise<number> => {
    if (signal.aborted) return 0;
    const found = await stat(path);
    if (!found.isDirectory()) return isNamed || isLogFile(path) ? found.size : 0;
    let bytes = 0;
    for await (const entry of await opendir(path, { bufferSize: 1_024 })) {
      if (signal.aborted) return 0;
      if (entry.name.startsWith('.') || !(entry.isDirectory() || isLogFile(entry.name))) continue;
      bytes += await measure(join(path, entry.name), false);
    }
    return bytes;
  };
  const all = async () => {
    let bytes = 0;
    for (const path of paths) bytes += await measure(path, true);
    if (!signal.aborted) sum = bytes;
  };
  // What cannot be measured is told where it is read; here there is just no time left to show.
  if (!paths.includes('-')) all().catch(() => undefined);
  return () => sum;
}

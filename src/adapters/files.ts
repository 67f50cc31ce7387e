/** Raw records out of files, directories and standard input: NDJSON, JSON arrays, `{"Records": [...]}`, gzip of any of these. */
import { createReadStream, type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { isLineByLine, type Splitter, splitDocuments, splitLines } from '../bounds/split.ts';
import { InputError } from '../fault.ts';
import type { Origin } from '../ports/store.ts';

/** One record as it stands in its file. Longer than `recordMaxBytes` means it was cut there, one byte above. */
export interface RawRecord {
  readonly origin: Origin;
  readonly bytes: Buffer;
}

/** What one stretch of input came to, in file order; with `fault`, the file ends here before its time. */
export interface RawBatch {
  readonly records: readonly RawRecord[];
  readonly fault?: InputError;
}

export interface FileLimits {
  readonly recordMaxBytes: number;
  /** Decompressed bytes of a file that is not line by line. */
  readonly fileMaxBytes: number;
}

const READ_BYTES = 256 * 1024;
/** Compressed bytes given to the inflater at a time: with at most 1032 to 1, under 17 MB come out. */
const INFLATE_BYTES = 16 * 1024;
/** Enough of the beginning to tell lines from documents. */
const HEAD_BYTES = 64 * 1024;
/** A directory may hold anything; a file named outright is always read. */
const LOG_FILE = /\.(?:json|ndjson|jsonl|log)(?:\.gz)?$|\.gz$/i;
/** Names of files are kept in memory while a directory is walked. */
const MAX_FILES = 1_000_000;

const FORMATS = 'Give NDJSON, a JSON array, {"Records": [...]}, or gzip of one of these.';

/** Plain files under the paths, directories walked in order of name; faults for what is not there. */
function listFiles(paths: readonly string[]): (string | InputError)[] {
  const files: (string | InputError)[] = [];
  const walk = (directory: string): number => {
    let found = 0;
    let entries: Dirent[];
    try {
      entries = readdirSync(directory, { withFileTypes: true });
    } catch {
      files.push(new InputError(directory, 'cannot be read', 'Check the permissions of the directory.'));
      return 1;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || files.length >= MAX_FILES) continue;
      const path = join(directory, entry.name);
      // A link to a directory may lead back up; a link to a file is a file.
      if (entry.isDirectory()) found += walk(path);
      else if (LOG_FILE.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && statIsFile(path)))) {
        files.push(path);
        found++;
      }
    }
    return found;
  };
  for (const path of paths) {
    if (path === '-') files.push(path);
    else if (!existsSync(path)) files.push(new InputError(path, 'no such file or directory', 'Check the path.'));
    else if (!statSync(path).isDirectory()) files.push(path);
    else if (walk(path) === 0)
      files.push(new InputError(path, 'holds no .json, .ndjson, .jsonl, .log or .gz file', 'Name the files outright.'));
  }
  return files;
}

function statIsFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function reasonOf(error: unknown): { problem: string; remedy: string } {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'Z_BUF_ERROR')
    return {
      problem: 'gzip ends too early: the file is truncated',
      remedy: 'Fetch the file again; what came before was read.',
    };
  if (code.startsWith('Z_'))
    return { problem: 'gzip is damaged', remedy: 'Fetch the file again; what came before was read.' };
  if (code === 'EACCES' || code === 'EPERM')
    return { problem: 'permission denied', remedy: 'Let this user read the file.' };
  return {
    problem: `cannot be read (${code === '' ? 'unknown error' : code})`,
    remedy: 'Check the file and the disk.',
  };
}

/** Inflates a stream, one step ahead of its reader; everything inflated before an error is handed over before it is thrown. */
async function* inflated(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  let ready: Buffer[] = [];
  let failure: unknown;
  // Flowing, so that nothing waits in a buffer that an error would throw away; the pace is kept by feeding small steps.
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk));
  const failed = new Promise<void>((resolve) =>
    gunzip.on('error', (error) => {
      failure = error;
      resolve();
    }),
  );
  const feed = (bytes: Buffer) =>
    Promise.race([failed, new Promise<void>((resolve) => gunzip.write(bytes, () => resolve()))]);
  try {
    let step = Promise.resolve();
    for await (const chunk of input) {
      for (let from = 0; from < chunk.length && failure === undefined; from += INFLATE_BYTES) {
        await step;
        const out = ready;
        ready = [];
        step = feed(chunk.subarray(from, from + INFLATE_BYTES));
        yield* out;
      }
      if (failure !== undefined) break;
    }
    await step;
    if (failure === undefined)
      await Promise.race([
        failed,
        new Promise<void>((resolve) => {
          gunzip.on('end', resolve);
          gunzip.end();
        }),
      ]);
    yield* ready;
    if (failure !== undefined) throw failure;
  } finally {
    gunzip.destroy();
  }
}

/** The stream with its first bytes seen; they are handed over again. */
async function peek(
  input: AsyncIterable<Buffer>,
  bytes: number,
): Promise<{ head: Buffer; all: AsyncIterable<Buffer>; failure?: unknown }> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  let failure: unknown;
  let done = false;
  try {
    while (size < bytes) {
      const next = await iterator.next();
      if (next.done) {
        done = true;
        break;
      }
      chunks.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    failure = error;
  }
  async function* all(): AsyncGenerator<Buffer> {
    try {
      yield* chunks;
      if (failure !== undefined) throw failure;
      if (!done) yield* { [Symbol.asyncIterator]: () => iterator };
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(chunks), all: all() };
}

/** What a file begins with when it is no JSON text, in words; undefined when it may be. */
function foreign(head: Buffer): string | undefined {
  const magic = head.subarray(0, 4).toString('hex');
  if (magic === '28b52ffd') return 'is zstd-compressed';
  if (magic === '504b0304') return 'is a zip archive';
  if (magic.startsWith('425a68')) return 'is bzip2-compressed';
  if (magic === '50415231') return 'is a Parquet file';
  if (magic.startsWith('fffe') || magic.startsWith('feff')) return 'is UTF-16 text';
  return head.subarray(0, 4096).includes(0) ? 'is binary' : undefined;
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

async function* readOne(path: string, limits: FileLimits): AsyncGenerator<RawBatch> {
  const from = path === '-' ? 'stdin' : path;
  let offset = 0;
  const batch = (parts: readonly Buffer[]): RawBatch => ({
    records: parts.map((bytes) => ({ origin: { from, partition: 0, offset: offset++ }, bytes })),
  });
  const fail = (problem: string, remedy: string): RawBatch => ({
    records: [],
    fault: new InputError(from, problem, remedy),
  });
  try {
    const raw = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
    const packed = await peek(raw as AsyncIterable<Buffer>, 4);
    const isGzip = packed.head[0] === 0x1f && packed.head[1] === 0x8b;
    const { head, all } = isGzip ? await peek(inflated(packed.all), HEAD_BYTES) : await peek(packed.all, HEAD_BYTES);
    const strange = foreign(head);
    if (strange !== undefined) {
      yield fail(strange, FORMATS);
      return;
    }
    const bom = head.subarray(0, 3).equals(BOM);
    const lines = isLineByLine(bom ? head.subarray(3) : head);
    const splitter: Splitter = lines
      ? splitLines(limits.recordMaxBytes)
      : splitDocuments(limits.recordMaxBytes, limits.recordMaxBytes);
    let bytes = 0;
    try {
      for await (const chunk of all) {
        const part = bom && bytes === 0 ? chunk.subarray(3) : chunk;
        bytes += chunk.length;
        const records = splitter.push(part);
        if (records.length > 0) yield batch(records);
        if (!lines && bytes > limits.fileMaxBytes) {
          yield fail(
            'longer than ingest.fileMaxBytes',
            'Raise it, or write one record a line: lines have no such bound.',
          );
          return;
        }
      }
    } catch (error) {
      // The last record before the break is cut in the middle: it is no record, and the fault speaks of it.
      const { problem, remedy } = reasonOf(error);
      yield fail(problem, remedy);
      return;
    }
    const rest = splitter.end();
    if (rest.length > 0) yield batch(rest);
  } catch (error) {
    const { problem, remedy } = reasonOf(error);
    yield fail(problem, remedy);
  }
}

/**
 * Reads files, directories (in order of name, at any depth) and `-` for standard input, one after another, in batches as they
 * come. What cannot be read is a fault in its place; what was read before it stands, and the next file follows.
 */
export async function* readFiles(paths: readonly string[], limits: FileLimits): AsyncGenerator<RawBatch> {
  for (const file of listFiles(paths)) {
    if (file instanceof InputError) yield { records: [], fault: file };
    else yield* readOne(file, limits);
  }
}

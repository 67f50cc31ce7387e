/** Raw records out of one file: NDJSON, JSON arrays, `{"Records": [...]}`, gzip of any of these. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createGunzip, gunzipSync } from 'node:zlib';
import { isLineByLine, type Splitter, splitDocuments, splitLines } from '../bounds/split.ts';
import { InputError } from '../fault.ts';
import type { InputBatch } from '../ports/input.ts';

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
/** A file of no more bytes than this is read in one go, which costs a fraction of opening a stream. */
const SMALL_BYTES = 1024 * 1024;
/** What such a file may inflate to; one that comes to more is read as a stream. */
const SMALL_INFLATED_BYTES = 16 * 1024 * 1024;

const FORMATS = 'Give NDJSON, a JSON array, {"Records": [...]}, or gzip of one of these.';

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

/** The splitter for a text that begins like this. */
function splitterOf(head: Buffer, limits: FileLimits): { readonly splitter: Splitter; readonly isLines: boolean } {
  const isLines = isLineByLine(head);
  const splitter = isLines
    ? splitLines(limits.recordMaxBytes)
    : splitDocuments(limits.recordMaxBytes, limits.recordMaxBytes);
  return { splitter, isLines };
}

const isGzip = (head: Buffer) => head[0] === 0x1f && head[1] === 0x8b;
const hasBom = (head: Buffer) => head.subarray(0, 3).equals(BOM);

/** The records of a small file that has nothing the matter with it, and its size; undefined where the long way has to find out more. */
function readSmall(
  path: string,
  limits: FileLimits,
): { readonly records: Buffer[]; readonly size: number } | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > SMALL_BYTES) return undefined;
    const packed = readFileSync(path);
    const text = isGzip(packed) ? gunzipSync(packed, { maxOutputLength: SMALL_INFLATED_BYTES }) : packed;
    const head = text.subarray(0, HEAD_BYTES);
    if (foreign(head) !== undefined) return undefined;
    const whole = hasBom(head) ? text.subarray(3) : text;
    const { splitter, isLines } = splitterOf(whole.subarray(0, HEAD_BYTES), limits);
    if (!isLines && text.length > limits.fileMaxBytes) return undefined;
    return { records: [...splitter.push(whole), ...splitter.end()], size: packed.length };
  } catch {
    return undefined;
  }
}

/** Reads one file, or `-` for standard input, in batches as they come. What cannot be read is a fault in its place. */
export async function* readOne(path: string, limits: FileLimits): AsyncGenerator<InputBatch> {
  const from = path === '-' ? 'stdin' : path;
  let offset = 0;
  let rawBytes = 0;
  let toldBytes = 0;
  const batch = (parts: readonly Buffer[]): InputBatch => {
    const readBytes = rawBytes - toldBytes;
    toldBytes = rawBytes;
    return { records: parts.map((bytes) => ({ origin: { from, partition: 0, offset: offset++ }, bytes })), readBytes };
  };
  const fail = (problem: string, remedy: string): InputBatch => ({
    ...batch([]),
    fault: new InputError(from, problem, remedy),
  });
  const small = path === '-' ? undefined : readSmall(path, limits);
  if (small !== undefined) {
    rawBytes = small.size;
    yield batch(small.records);
    return;
  }
  try {
    const raw = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: READ_BYTES });
    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of raw as AsyncIterable<Buffer>) {
        rawBytes += chunk.length;
        yield chunk;
      }
    }
    const packed = await peek(counted(), 4);
    const { head, all } = isGzip(packed.head)
      ? await peek(inflated(packed.all), HEAD_BYTES)
      : await peek(packed.all, HEAD_BYTES);
    const strange = foreign(head);
    if (strange !== undefined) {
      yield fail(strange, FORMATS);
      return;
    }
    const bom = hasBom(head);
    const { splitter, isLines } = splitterOf(bom ? head.subarray(3) : head, limits);
    let bytes = 0;
    try {
      for await (const chunk of all) {
        const part = bom && bytes === 0 ? chunk.subarray(3) : chunk;
        bytes += chunk.length;
        const records = splitter.push(part);
        if (records.length > 0) yield batch(records);
        if (!isLines && bytes > limits.fileMaxBytes) {
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

/** Request bodies: collected and decompressed under a bound as they come, and cut into records without trusting them. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Lease } from '../bounds/hold.ts';
import { excessOf } from '../bounds/shape.ts';
import { isLineByLine, splitDocuments, splitLines } from '../bounds/split.ts';
import type { RawRecord, RecordLimits } from './ports.ts';
import { busy, malformed, Problem, tooLarge } from './problem.ts';

/** Small pieces are put together, for each would cost more than what is in it. */
const BLOCK_BYTES = 64 * 1024;
/** Bytes looked at between two pauses that let other requests run. */
const STEP_BYTES = 32 * 1024;
const BUSY_MS = 1_000;
/** Of a JSON document that is no log record. */
const JSON_SHAPE = { depth: 64, values: 50_000, names: 1_024 };

const others = () => new Promise<void>((resolve) => setImmediate(resolve));

export const bodyTooLarge = (maxBytes: number) =>
  tooLarge(`the body is larger than ${maxBytes} bytes`, 'Send fewer records at a time, or raise http.bodyMaxBytes.');

/** Collects bytes under a bound and under what all requests may hold together. */
function collector(lease: Lease, maxBytes: number) {
  const blocks: Buffer[] = [];
  let block = Buffer.alloc(0);
  let used = 0;
  let bytes = 0;
  return {
    add(chunk: Buffer): void {
      bytes += chunk.length;
      if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
      if (!lease.grow(chunk.length)) throw busy('too many requests are under way', BUSY_MS);
      for (let from = 0; from < chunk.length; ) {
        if (used === block.length) {
          block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, Math.max(256, block.length * 2)));
          used = 0;
          blocks.push(block);
        }
        const copied = chunk.copy(block, used, from);
        used += copied;
        from += copied;
      }
    },
    take(): Buffer {
      const last = blocks.pop();
      return last === undefined ? Buffer.alloc(0) : Buffer.concat([...blocks, last.subarray(0, used)]);
    },
  };
}

/** The bytes of a body as they were sent. Throws a Problem at the bound. */
export async function sentBody(stream: Readable, lease: Lease, maxBytes: number): Promise<Buffer> {
  const bytes = collector(lease, maxBytes);
  // Not destroyed at the bound: the sender is to have its answer.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) bytes.add(chunk as Buffer);
  return bytes.take();
}

/** The bytes of a body without its coding. A bomb stops at `maxBytes`; nothing is kept of it. */
export async function plainBody(
  sent: Buffer,
  encoding: string | undefined,
  lease: Lease,
  maxBytes: number,
): Promise<Buffer> {
  const coding = (encoding ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return sent;
  if (coding !== 'gzip' && coding !== 'x-gzip')
    throw new Problem(
      415,
      'Unsupported encoding',
      'the content-encoding is neither gzip nor identity',
      'Send it plain or as gzip.',
    );
  const bytes = collector(lease, maxBytes);
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  try {
    gunzip.end(sent);
    for await (const chunk of gunzip) bytes.add(chunk as Buffer);
    return bytes.take();
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw malformed('the body is not complete gzip data', 'Send the whole of what gzip wrote.');
  } finally {
    gunzip.destroy();
  }
}

/** A JSON body as a value. */
export function jsonOf(bytes: Buffer): unknown {
  if (excessOf(bytes, JSON_SHAPE) !== undefined)
    throw malformed('the body holds too much', 'See /openapi.json for what is taken here.');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('the body is not JSON', 'Send one JSON object.');
  }
}

const isBlank = (byte: number | undefined) => byte === 32 || byte === 9 || byte === 13 || byte === 10;
/** A body up to this size is parsed to find out what it is; of a larger one the beginning is looked at. */
const LOOK_BYTES = 64 * 1024;

/** Where the first thing stands that is not blank; refuses a body that has none. */
async function beginOf(bytes: Buffer, remedy: string): Promise<number> {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (isBlank(bytes[at])) if (++at % STEP_BYTES === 0) await others();
  if (at >= bytes.length) throw malformed('the body is empty', remedy);
  return at;
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Whether the first line is a record by itself. */
function isLines(bytes: Buffer): boolean {
  const lines = isLineByLine(bytes.subarray(0, LOOK_BYTES));
  if (!lines || bytes.length > LOOK_BYTES) return lines;
  const end = bytes.indexOf(10);
  return end < 0 || isJson(bytes.subarray(0, end)) || !isJson(bytes);
}

async function* cut(
  bytes: Buffer,
  splitter: ReturnType<typeof splitLines>,
  { recordsMax }: RecordLimits,
): AsyncGenerator<Buffer> {
  let records = 0;
  const counted = (found: readonly Buffer[]) => {
    records += found.length;
    if (records > recordsMax)
      throw tooLarge(
        `the body holds more than ${recordsMax} records`,
        'Send fewer at a time, or raise http.recordsMax.',
      );
    return found;
  };
  for (let from = 0; from < bytes.length; from += STEP_BYTES) {
    yield* counted(splitter.push(bytes.subarray(from, from + STEP_BYTES)));
    await others();
  }
  yield* counted(splitter.end());
}

/**
 * Records of a body that is NDJSON, an array, a container such as `{"Records": []}` or one document, cut a step at a time as they
 * are asked for. Throws a Problem when nothing is there, or more than the bound.
 */
export async function* recordsOf(body: Buffer, limits: RecordLimits): AsyncGenerator<RawRecord> {
  const bytes = body.subarray(await beginOf(body, 'Send records as NDJSON or as a JSON array.'));
  const { recordMaxBytes } = limits;
  const splitter = isLines(bytes) ? splitLines(recordMaxBytes) : splitDocuments(recordMaxBytes, recordMaxBytes);
  for await (const record of cut(bytes, splitter, limits)) yield { bytes: record };
}

/** The elements of a container such as `{"records": []}`, as text. Throws a Problem when nothing is there, or more than the bound. */
export async function* cutRecords(body: Buffer, limits: RecordLimits): AsyncGenerator<Buffer> {
  const bytes = body.subarray(await beginOf(body, 'Send {"records": [...]}.'));
  yield* cut(bytes, splitDocuments(limits.recordMaxBytes, limits.recordMaxBytes), limits);
}

/** JSON objects written one after the other with or without anything blank between them, as HEC clients do. Throws a Problem when it is not that. */
export async function* chainedObjects(body: Buffer, limits: RecordLimits): AsyncGenerator<Record<string, unknown>> {
  const bytes = body.subarray(await beginOf(body, 'Send {"event": ...} objects.'));
  const { recordMaxBytes } = limits;
  for await (const text of cut(bytes, splitDocuments(recordMaxBytes, recordMaxBytes, { whole: true }), limits)) {
    if (text.length > recordMaxBytes)
      throw tooLarge(`an event is larger than ${recordMaxBytes} bytes`, 'Send less, or raise ingest.recordMaxBytes.');
    if (text[0] !== 123) throw malformed('the body is not a row of JSON objects', 'Send {"event": ...} objects.');
    if (excessOf(text, limits.shape) !== undefined)
      throw malformed('an event holds too much', 'See ingest.recordMaxDepth, recordMaxValues and recordMaxNames.');
    let value: unknown;
    try {
      value = JSON.parse(text.toString('utf8'));
    } catch {
      throw malformed('the body is not a row of JSON objects', 'Send {"event": ...} objects.');
    }
    yield value as Record<string, unknown>;
  }
}

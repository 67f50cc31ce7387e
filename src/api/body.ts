/** Request bodies: decompressed under a bound, and cut into records without trusting them. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { RawRecord } from './ports.ts';
import { malformed, Problem, tooLarge } from './problem.ts';

const unzip = promisify(gunzip);

/** The bytes of a body. A bomb stops at `maxBytes`; nothing is kept of it. */
export async function plainBody(bytes: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const coding = (encoding ?? 'identity').trim().toLowerCase();
  if (coding === 'identity' || coding === '') return bytes;
  if (coding !== 'gzip' && coding !== 'x-gzip')
    throw new Problem(
      415,
      'Unsupported encoding',
      'the content-encoding is neither gzip nor identity',
      'Send it plain or as gzip.',
    );
  try {
    return await unzip(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    throw malformed('the body is not complete gzip data', 'Send the whole of what gzip wrote.');
  }
}

export const bodyTooLarge = (maxBytes: number) =>
  tooLarge(`the body is larger than ${maxBytes} bytes`, 'Send fewer records at a time, or raise http.bodyMaxBytes.');

/** A JSON body as a value. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw malformed('the body is not JSON', 'Send one JSON object.');
  }
}

const NEWLINE = 10;
const isBlank = (byte: number | undefined) => byte === 32 || byte === 9 || byte === 13 || byte === NEWLINE;

/** Lines that hold anything, as bytes. */
export function* linesOf(bytes: Buffer): Generator<Buffer> {
  let from = 0;
  while (from < bytes.length) {
    const end = bytes.indexOf(NEWLINE, from);
    const line = bytes.subarray(from, end < 0 ? bytes.length : end);
    if (line.some((byte) => !isBlank(byte))) yield line;
    from = end < 0 ? bytes.length : end + 1;
  }
}

/**
 * Records of a body that is NDJSON, an array, or one document. It is lines when its first line is a JSON value by itself, a
 * document when it is one as a whole, and otherwise lines again, each of which will be found unreadable on its own.
 */
export function recordsOf(bytes: Buffer, most: number): RawRecord[] {
  const [first, second] = linesOf(bytes);
  if (first === undefined) throw malformed('the body is empty', 'Send records as NDJSON or as a JSON array.');
  if (second === undefined || parsed(first) === undefined) {
    const whole = parsed(bytes);
    if (Array.isArray(whole?.value)) return bounded(whole.value, most).map((value: unknown) => ({ value }));
    if (whole !== undefined) return [{ bytes }];
  }
  const records: RawRecord[] = [];
  for (const line of linesOf(bytes)) {
    records.push({ bytes: line });
    bounded(records, most);
  }
  return records;
}

export function bounded<T>(records: T[], most: number): T[] {
  if (records.length > most)
    throw tooLarge(`the body holds more than ${most} records`, 'Send fewer at a time, or raise http.recordsMax.');
  return records;
}

function parsed(bytes: Buffer): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')) };
  } catch {
    return undefined;
  }
}

/** JSON objects written one after the other with or without anything blank between them, as HEC clients do; undefined when it is not that. */
export function chainedObjects(bytes: Buffer, most: number): unknown[] | undefined {
  const values: unknown[] = [];
  let from = -1;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (quoted) {
      if (byte === 92) at++;
      else if (byte === 34) quoted = false;
    } else if (byte === 34 && depth > 0) quoted = true;
    else if (byte === 123) {
      if (depth++ === 0) from = at;
    } else if (byte === 125) {
      if (depth === 0) return undefined;
      if (--depth > 0) continue;
      const found = parsed(bytes.subarray(from, at + 1));
      if (found === undefined) return undefined;
      values.push(found.value);
      bounded(values, most);
    } else if (depth === 0 && !isBlank(byte)) return undefined;
  }
  return depth === 0 && !quoted ? values : undefined;
}

/** Cuts a stream of bytes into records: lines, or the elements of JSON documents, with memory bounded by one record. */

const LF = 10;
const CR = 13;
const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;

/** Takes chunks in order and hands back the records that became complete; `end` hands back what is left. */
export interface Splitter {
  push(chunk: Buffer): Buffer[];
  end(): Buffer[];
}

/** A record that is put together from several chunks; what is longer than the bound is cut just above it, so that it shows. */
class Pieces {
  readonly #max: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(part: Buffer): void {
    const room = this.#max + 1 - this.#bytes;
    if (room <= 0 || part.length === 0) return;
    // Copied: a kept slice would keep its whole chunk alive.
    const kept = Buffer.from(part.length > room ? part.subarray(0, room) : part);
    this.#parts.push(kept);
    this.#bytes += kept.length;
  }

  take(): Buffer {
    const whole = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return whole;
  }

  get empty(): boolean {
    return this.#bytes === 0;
  }
}

function isBlank(c: number): boolean {
  return c === 32 || c === LF || c === CR || c === 9;
}

/** The bytes without white space around them; undefined when nothing is left. */
function trimmed(bytes: Buffer): Buffer | undefined {
  let from = 0;
  let to = bytes.length;
  while (from < to && isBlank(bytes[from]!)) from++;
  while (to > from && isBlank(bytes[to - 1]!)) to--;
  if (from === to) return undefined;
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
}

/** One record a line, blank lines left out. A line over `maxBytes` is handed over cut to one byte more. */
export function splitLines(maxBytes: number): Splitter {
  const open = new Pieces(maxBytes);
  /** Where something begins: a run of empty lines is passed over a byte at a time, which costs the least. */
  const begin = (chunk: Buffer, from: number) => {
    let at = from;
    if (open.empty) while (at < chunk.length && isBlank(chunk[at]!)) at++;
    return at;
  };
  return {
    push(chunk) {
      const records: Buffer[] = [];
      let from = begin(chunk, 0);
      for (let at = chunk.indexOf(LF, from); at !== -1; at = chunk.indexOf(LF, from)) {
        let line = chunk.subarray(from, at);
        if (!open.empty) {
          open.add(line);
          line = open.take();
        } else if (line.length > maxBytes + 1) line = line.subarray(0, maxBytes + 1);
        const record = trimmed(line);
        if (record !== undefined) records.push(record);
        from = begin(chunk, at + 1);
      }
      if (from < chunk.length) open.add(chunk.subarray(from));
      return records;
    },
    end() {
      const record = open.empty ? undefined : trimmed(open.take());
      return record === undefined ? [] : [record];
    },
  };
}

/** Keys whose array holds the records: CloudTrail's S3 files, Kubernetes event lists, OTLP. */
const CONTAINERS = new Set(['Records', 'records', 'items', 'resourceSpans', 'resourceLogs']);
/** Longer than any of them. */
const KEY_UNITS = 32;

/**
 * Whole JSON documents, one after another, over any number of lines: every element of an array at the top, or of the array
 * under a container key of an object at the top, is one record; any other object is one record. A record over
 * `recordMaxBytes` (or, for a whole object that may yet prove a container, `documentMaxBytes`) is handed over cut. With `whole`
 * nothing is a container: each array and object at the top is one record.
 */
export function splitDocuments(
  recordMaxBytes: number,
  documentMaxBytes: number,
  { whole: keepsWhole = false }: { readonly whole?: boolean } = {},
): Splitter {
  /** An object at the top is kept whole until a container key shows: it may be one record. */
  let whole = new Pieces(documentMaxBytes);
  let element = new Pieces(recordMaxBytes);
  let depth = 0;
  /** Depth at which elements begin and end; 0 while no container is open. */
  let inside = 0;
  let inString = false;
  let escaped = false;
  let wasContainer = false;
  /** The last string at depth 1, while a container key may be read; bounded, since container keys are short. */
  let key = '';
  let keyOpen = false;

  /** Where the quote stands that ends the string at hand; the length of the chunk where it comes later. */
  function endOfString(chunk: Buffer, from: number): number {
    let at = escaped ? from + 1 : from;
    escaped = false;
    while (at < chunk.length && chunk[at] !== QUOTE) at += chunk[at] === BACKSLASH ? 2 : 1;
    escaped = at > chunk.length;
    return Math.min(at, chunk.length);
  }

  function push(chunk: Buffer): Buffer[] {
    const records: Buffer[] = [];
    /** Where in this chunk the record being collected goes on. */
    let from = 0;

    const close = (pieces: Pieces, end: number) => {
      pieces.add(chunk.subarray(from, end));
      from = end;
      const record = trimmed(pieces.take());
      if (record !== undefined) records.push(record);
    };

    /** Text between documents is no JSON: a record of its own, so that it is counted and not lost. */
    const stray = (end: number) => {
      whole.add(chunk.subarray(from, end));
      const text = whole.empty ? undefined : trimmed(whole.take());
      if (text !== undefined && text.toString('latin1') !== ',') records.push(text);
    };

    for (let i = 0; i < chunk.length; i++) {
      const c = chunk[i]!;
      if (inString) {
        const end = endOfString(chunk, i);
        if (keyOpen && key.length < KEY_UNITS) key += chunk.toString('latin1', i, Math.min(end, i + KEY_UNITS));
        if (end < chunk.length) {
          inString = false;
          keyOpen = false;
        }
        i = end;
        continue;
      }
      // Blanks between documents are passed over one by one, which costs the least.
      if (depth === 0 && from === i && isBlank(c) && whole.empty) {
        from = i + 1;
        continue;
      }
      if (c === QUOTE) {
        inString = true;
        if (depth === 1 && inside === 0) {
          key = '';
          keyOpen = true;
        }
      } else if (c === OPEN_BRACE || c === OPEN_BRACKET) {
        if (depth === 0) {
          stray(i);
          from = i;
          wasContainer = false;
          if (c === OPEN_BRACKET && !keepsWhole) {
            inside = 1;
            from = i + 1;
            wasContainer = true;
          }
        } else if (depth === 1 && inside === 0 && !keepsWhole && c === OPEN_BRACKET && CONTAINERS.has(key)) {
          inside = 2;
          from = i + 1;
          wasContainer = true;
          whole = new Pieces(documentMaxBytes);
        }
        depth++;
      } else if (c === 125 || c === 93) {
        if (depth > 0) depth--;
        if (inside > 0 && depth === inside - 1) {
          close(element, i);
          inside = 0;
          from = i + 1;
        } else if (depth === 0) {
          if (wasContainer) from = i + 1;
          else close(whole, i + 1);
        }
      } else if (c === 44 && inside > 0 && depth === inside) {
        close(element, i);
        from = i + 1;
      } else if (c === LF && depth === 0) {
        stray(i);
        from = i + 1;
      }
    }
    // After a container nothing of its object is kept: what follows its array is no record.
    if (inside > 0) element.add(chunk.subarray(from));
    else if (!wasContainer || depth === 0) whole.add(chunk.subarray(from));
    return records;
  }

  return {
    push,
    end() {
      const left = trimmed(inside > 0 ? element.take() : whole.take());
      element = new Pieces(recordMaxBytes);
      return left === undefined ? [] : [left];
    },
  };
}

/** True for a line of several objects, as delivery streams write them: nothing stands between two records. */
function isFollowedAtOnce(line: string): boolean {
  const begin = Buffer.from(line, 'latin1');
  const [first] = splitDocuments(begin.length, begin.length, { whole: true }).push(begin);
  return first !== undefined && /^[ \t]*\{/.test(line.slice(first.length));
}

/** Whether a file is to be read line by line, judged by its first bytes (`complete`: there are no more). */
export function isLineByLine(head: Buffer): boolean {
  const text = head.toString('latin1').trimStart();
  if (text.startsWith('[')) return !/^\[\s*[[{\]]/.test(text);
  if (/^\{\s*"(?:Records|records|items|resource(?:Spans|Logs))"\s*:\s*\[/.test(text)) return false;
  const [line = '', next] = text.split('\n', 2);
  if (isFollowedAtOnce(line)) return false;
  if (next === undefined) return !/"(?:Records|records|items|resource(?:Spans|Logs))"\s*:\s*\[/.test(line);
  // A first line that opens an object and does not close it belongs to a document spread over lines, unless the next line is a record.
  return line.trimEnd().endsWith('}') || next.startsWith('{');
}

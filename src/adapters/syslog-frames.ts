/** Cuts a TCP stream into syslog messages (RFC 6587: octet counting or a newline at the end) and finds what matters in each (RFC 5424). */

/** What a stream can be cut into no more: the rest of it is not to be trusted. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const SPACE = 32;
const NEWLINE = 10;
/** Digits of the longest length that is counted. */
const LENGTH_DIGITS = 8;

/**
 * Feed it chunks as they come; it gives the messages that are complete. Of one over `maxBytes` it gives the beginning, and passes over
 * the rest without holding it: a sender that may send would send it again for ever. How messages end is told by the first byte of the
 * stream: a line of a log that looks like a length must not swallow what follows. Throws a FrameError where a length is none. Each
 * byte is copied and looked at a bounded number of times, however small the chunks are.
 */
export function createFramer(maxBytes: number): (chunk: Buffer) => Generator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  /** Bytes after `from` that hold no newline for certain. */
  let looked = 0;
  /** Bytes after `from` that must be there before there is anything to do. */
  let needed = 1;
  /** Bytes that are still passed over, or all up to the next newline. */
  let skipped: number | 'line' = 0;
  let isCounted: boolean | undefined;

  function add(chunk: Buffer): void {
    if (from === to) {
      held = chunk;
      from = 0;
      to = chunk.length;
      return;
    }
    const size = to - from;
    if (to + chunk.length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, (size + chunk.length) * 2));
      held.copy(larger, 0, from, to);
      held = larger;
      from = 0;
      to = size;
    }
    to += chunk.copy(held, to);
  }

  function pass(): void {
    if (skipped === 'line') {
      const end = held.subarray(from, to).indexOf(NEWLINE);
      from = end < 0 ? to : from + end + 1;
      if (end >= 0) skipped = 0;
    } else {
      const count = Math.min(skipped, to - from);
      from += count;
      skipped -= count;
    }
  }

  return function* (chunk) {
    add(chunk);
    pass();
    while (to - from >= needed) {
      const bytes = held.subarray(from, to);
      isCounted ??= isDigit(bytes[0]!);
      const cut = isCounted ? counted(bytes, maxBytes) : line(bytes, maxBytes, looked);
      looked = cut.looked;
      needed = cut.needed;
      if (cut.message === undefined) return;
      from += cut.message.after;
      skipped = cut.message.skipped;
      const message = trimmed(cut.message.bytes);
      pass();
      // The buffer is written again once it is read: what is kept is a copy where it was put together here.
      if (message.length > 0) yield held === chunk ? message : Buffer.from(message);
    }
  };
}

interface Cut {
  /** The message or its beginning, how many bytes were taken for it, and what of it is passed over. */
  readonly message?: { readonly bytes: Buffer; readonly after: number; readonly skipped: number | 'line' };
  readonly looked: number;
  readonly needed: number;
}

/** A message begins with `<`, so a digit begins a length. */
const isDigit = (byte: number) => byte >= 49 && byte <= 57;

function counted(bytes: Buffer, maxBytes: number): Cut {
  // Some senders end a message with a newline that they did not count.
  const begin = bytes.findIndex((byte) => byte !== NEWLINE);
  if (begin < 0)
    return { message: { bytes: bytes.subarray(0, 0), after: bytes.length, skipped: 0 }, looked: 0, needed: 1 };
  const length = bytes.subarray(begin, begin + LENGTH_DIGITS + 1);
  const space = length.indexOf(SPACE);
  if (space < 0) {
    if (length.length > LENGTH_DIGITS) throw new FrameError('a length without end');
    return { looked: 0, needed: bytes.length + 1 };
  }
  const digits = length.toString('latin1', 0, space);
  if (!/^[1-9]\d*$/.test(digits)) throw new FrameError('a length that is no number');
  const kept = Math.min(Number(digits), maxBytes);
  const start = begin + space + 1;
  const after = start + kept;
  if (bytes.length < after) return { looked: 0, needed: after };
  return {
    message: { bytes: bytes.subarray(start, after), after, skipped: Number(digits) - kept },
    looked: 0,
    needed: 1,
  };
}

function line(bytes: Buffer, maxBytes: number, looked: number): Cut {
  const end = bytes.indexOf(NEWLINE, looked);
  if (end < 0 && bytes.length <= maxBytes) return { looked: bytes.length, needed: bytes.length + 1 };
  if (end < 0)
    return { message: { bytes: bytes.subarray(0, maxBytes), after: maxBytes, skipped: 'line' }, looked: 0, needed: 1 };
  return {
    message: { bytes: bytes.subarray(0, Math.min(end, maxBytes)), after: end + 1, skipped: 0 },
    looked: 0,
    needed: 1,
  };
}

function trimmed(bytes: Buffer): Buffer {
  let to = bytes.length;
  while (to > 0 && (bytes[to - 1] === NEWLINE || bytes[to - 1] === 13 || bytes[to - 1] === 0)) to--;
  return bytes.subarray(0, to);
}

export interface SyslogMessage {
  /** `token` of the element `tidemark@...` in the structured data. */
  readonly token: string | undefined;
  readonly msg: Buffer;
}

const HEADER = /^<\d{1,3}>[1-9]\d{0,2} \S{1,64} \S{1,255} \S{1,48} \S{1,128} \S{1,32} /;
const HEADER_MAX = 600;
const ELEMENT = /\[(tidemark@[^\s="\]]{1,64}|[^\s="\]]{1,32})((?: [^\s="\]]{1,32}="(?:[^"\\\]]|\\.)*")*)\]/y;
const TOKEN = / token="((?:[^"\\\]]|\\.)*)"/;
const DATA_MAX = 16_384;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** Reads one message; undefined when it is not RFC 5424. */
export function readSyslog(bytes: Buffer): SyslogMessage | undefined {
  const header = HEADER.exec(bytes.toString('latin1', 0, HEADER_MAX));
  if (header === null) return undefined;
  const start = header[0].length;
  const data = bytes.toString('latin1', start, start + DATA_MAX);
  let at = 0;
  let token: string | undefined;
  if (data.startsWith('-')) at = 1;
  else
    for (;;) {
      ELEMENT.lastIndex = at;
      const element = ELEMENT.exec(data);
      if (element === null) break;
      if (element[1]!.startsWith('tidemark@')) token ??= TOKEN.exec(element[2]!)?.[1];
      at = ELEMENT.lastIndex;
    }
  if (at === 0 || (data.length > at && data[at] !== ' ')) return undefined;
  const msg = bytes.subarray(start + at + 1);
  return { token, msg: msg.subarray(0, 3).equals(BOM) ? msg.subarray(3) : msg };
}

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
 * Feed it chunks as they come; it gives the messages that are complete. Throws a FrameError on a message over `maxBytes`. Each byte
 * is copied and looked at a bounded number of times, however small the chunks are.
 */
export function createFramer(maxBytes: number): (chunk: Buffer) => Generator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  /** Bytes after `from` that hold no newline for certain. */
  let looked = 0;
  /** Bytes after `from` that must be there before there is anything to do. */
  let needed = 1;

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

  return function* (chunk) {
    add(chunk);
    while (to - from >= needed) {
      const cut = next(held.subarray(from, to), maxBytes, looked);
      looked = cut.looked;
      needed = cut.needed;
      if (cut.message === undefined) return;
      from += cut.message.after;
      const message = trimmed(cut.message.bytes);
      // The buffer is written again once it is read: what is kept is a copy where it was put together here.
      if (message.length > 0) yield held === chunk ? message : Buffer.from(message);
    }
  };
}

interface Cut {
  readonly message?: { readonly bytes: Buffer; readonly after: number };
  readonly looked: number;
  readonly needed: number;
}

function next(bytes: Buffer, maxBytes: number, looked: number): Cut {
  const first = bytes[0]!;
  // A message begins with `<`, so a digit begins a length.
  if (first >= 49 && first <= 57) {
    const space = bytes.subarray(0, LENGTH_DIGITS + 1).indexOf(SPACE);
    if (space < 0) {
      if (bytes.length > LENGTH_DIGITS) throw new FrameError('a length without end');
      return { looked: 0, needed: bytes.length + 1 };
    }
    const digits = bytes.toString('latin1', 0, space);
    if (!/^\d+$/.test(digits)) throw new FrameError('a length that is no number');
    const length = Number(digits);
    if (length > maxBytes) throw new FrameError('a message longer than syslog.messageMaxBytes');
    const after = space + 1 + length;
    if (bytes.length < after) return { looked: 0, needed: after };
    return { message: { bytes: bytes.subarray(space + 1, after), after }, looked: 0, needed: 1 };
  }
  const end = bytes.indexOf(NEWLINE, looked);
  if (end > maxBytes || (end < 0 && bytes.length > maxBytes))
    throw new FrameError('a message longer than syslog.messageMaxBytes');
  return end < 0
    ? { looked: bytes.length, needed: bytes.length + 1 }
    : { message: { bytes: bytes.subarray(0, end), after: end + 1 }, looked: 0, needed: 1 };
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

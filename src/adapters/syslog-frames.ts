/** Cuts a TCP stream into syslog messages (RFC 6587: octet counting or a newline at the end) and finds what matters in each (RFC 5424). */

/** What a stream can be cut into no more: the rest of it is not to be trusted. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const SPACE = 32;
const NEWLINE = 10;
/** Digits of the longest length that is counted. */
const LENGTH_DIGITS = 8;

/** Feed it chunks as they come; it gives the messages that are complete. Throws a FrameError on a message over `maxBytes`. */
export function createFramer(maxBytes: number): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const messages: Buffer[] = [];
    for (;;) {
      const cut = next(rest, maxBytes);
      if (cut === undefined) return messages;
      const message = trimmed(rest.subarray(cut.from, cut.to));
      if (message.length > 0) messages.push(message);
      rest = rest.subarray(cut.after);
    }
  };
}

function next(bytes: Buffer, maxBytes: number): { from: number; to: number; after: number } | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  // A message begins with `<`, so a digit begins a length.
  if (first >= 49 && first <= 57) {
    const space = bytes.subarray(0, LENGTH_DIGITS + 1).indexOf(SPACE);
    if (space < 0) {
      if (bytes.length > LENGTH_DIGITS) throw new FrameError('a length without end');
      return undefined;
    }
    const digits = bytes.toString('latin1', 0, space);
    if (!/^\d+$/.test(digits)) throw new FrameError('a length that is no number');
    const length = Number(digits);
    if (length > maxBytes) throw new FrameError('a message longer than syslog.messageMaxBytes');
    const to = space + 1 + length;
    return bytes.length < to ? undefined : { from: space + 1, to, after: to };
  }
  const end = bytes.indexOf(NEWLINE);
  if (end > maxBytes || (end < 0 && bytes.length > maxBytes))
    throw new FrameError('a message longer than syslog.messageMaxBytes');
  return end < 0 ? undefined : { from: 0, to: end, after: end + 1 };
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

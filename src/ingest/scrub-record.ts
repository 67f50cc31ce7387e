/** Takes secrets out of the bytes of a record that nobody could read, and leaves the record one that can be read when its reader is mended. */
import { isSecretName } from '../secrets.ts';

/** How a text is scrubbed, and what a secret is called that only its place gives away. */
export interface Scrubber {
  scrub(text: string): string;
  name(secret: string): string;
}

/** Longest secret that may be cut in two at the end of what is kept: such an end is dropped. */
const SLACK = 16_384;
const QUOTE = 34;
const BACKSLASH = 92;
/** So deep may a text that is JSON hold texts that are JSON; deeper ones are scrubbed as the text they are. */
const DEPTH_MAX = 4;
/** What others have made irreversible already: our own names, and the hashes of Vault. */
const HARMLESS = /^(?:fp:[0-9a-f]{24}$|hmac-sha256:)/;

/**
 * The bytes with secrets replaced by their names, at most `max` of them. JSON stays the same JSON but for the texts that held a
 * secret; anything else is scrubbed as the text it is. Bytes that are no UTF-8 stay as they are.
 */
export function scrubRecord(bytes: Uint8Array, max: number, scrubber: Scrubber): Uint8Array {
  const isCut = bytes.length > max + SLACK;
  // One character for each byte: what is not replaced comes out as it went in.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, max + SLACK)).toString('latin1');
  const strings = scrubStrings(text, scrubber, DEPTH_MAX);
  const clean = !isCut && isJson(text) ? strings : scrubber.scrub(strings);
  return Buffer.from(isCut ? clean.slice(0, Math.max(0, clean.length - SLACK)) : clean, 'latin1').subarray(0, max);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The text with every string of JSON scrubbed by itself, so that no pattern reaches from one into the next. */
function scrubStrings(text: string, scrubber: Scrubber, depth: number): string {
  let out = '';
  let kept = 0;
  /** The string before, where it is the key of what comes now. */
  let key: string | undefined;
  for (let from = text.indexOf('"'); from >= 0; ) {
    const end = endOf(text, from);
    if (end < 0) break;
    const literal = text.slice(from, end);
    const said = stringOf(literal);
    const clean = said === undefined ? undefined : scrubValue(said, key, scrubber, depth);
    if (clean !== undefined && clean !== said) {
      out += text.slice(kept, from) + JSON.stringify(clean);
      kept = end;
    }
    const next = text.indexOf('"', end);
    key = next >= 0 && /^\s{0,8}:\s{0,8}$/.test(text.slice(end, Math.min(next, end + 20))) ? said : undefined;
    from = next;
  }
  return out + text.slice(kept);
}

function scrubValue(said: string, key: string | undefined, scrubber: Scrubber, depth: number): string {
  if (key !== undefined && said !== '' && isSecretName(key) && !HARMLESS.test(said)) return scrubber.name(said);
  const isNested = depth > 0 && /^\s*[[{]/.test(said) && isJson(said);
  return isNested ? scrubStrings(said, scrubber, depth - 1) : scrubber.scrub(said);
}

/** Where the string that begins here has ended; -1 when it never does. */
function endOf(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i + 1;
  }
  return -1;
}

function stringOf(literal: string): string | undefined {
  try {
    return JSON.parse(literal);
  } catch {
    return undefined;
  }
}

/** Finds base64 that unpacks to a text with a secret in it: Secrets of Kubernetes, user data, keys in PEM, what an agent hands on. */

/** Characters of base64 from which on a run is unpacked: fewer hold no secret that can be told. */
export const PACKED_FROM = 20;
/** A text in base64 in base64 in base64 is still looked into. Half finds less; more is found in texts made for it alone. */
const DEPTH_MAX = 3;
/**
 * Characters that are unpacked for each of a text, over all places where base64 may begin and all depths: bounds the time that a text made
 * for it takes. Honest ones need one. What is beyond is called a secret; half takes nothing from honest texts, double lets others take
 * twice the time.
 */
const ROOM = 4;
/** Decides what is looked into, to be compared with that of another build. */
export const PACKED_FORM = ` packed ${PACKED_FROM} ${DEPTH_MAX} ${ROOM}`;
/** Bytes at the beginning that must be text before the rest is unpacked: of names and random bytes, one in thousands passes. */
const LOOKED_AT = 9;
/** Places in one run at which it may begin; paths have words before it. */
const BEGINNINGS_MAX = 16;

/** How much of a text may still be unpacked, and how deep in it we are. */
export interface Unpacking {
  room: number;
  depth: number;
}

/** For a text nothing of which has been unpacked yet. */
export const unpackingOf = (text: string): Unpacking => ({ room: ROOM * text.length, depth: 0 });

/** Base64 of either alphabet, its signs perhaps written as in URLs or JSON. */
const RUN = new RegExp(`(?:[A-Za-z0-9+/_-]|%(?:25)?2[BbFf]|\\\\{1,3}/){${PACKED_FROM},}`, 'g');
/** What each character of base64 stands for, in either alphabet. */
const SIX_BITS = new Uint8Array(128);
for (const [signs, first] of [
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 0],
  ['abcdefghijklmnopqrstuvwxyz', 26],
  ['0123456789', 52],
  ['+/', 62],
  ['-_', 62],
] as const)
  for (let at = 0; at < signs.length; at++) SIX_BITS[signs.charCodeAt(at)] = first + at;

/** `+`, `/`, `_` and `-`. */
const isSign = (c: number) => c === 43 || c === 47 || c === 95 || c === 45;

const isText = (byte: number) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;

/** Whether the first bytes are text. A buffer for them would cost more than all else that is done with most runs. */
function startsAsText(run: string, from: number): boolean {
  const to = from + (LOOKED_AT / 3) * 4;
  for (let at = from; at < to; at += 4) {
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = (bits << 6) | SIX_BITS[run.charCodeAt(at + i)]!;
    if (!isText(bits >>> 16) || !isText((bits >>> 8) & 255) || !isText(bits & 255)) return false;
  }
  return true;
}

/** The text with every run of base64 replaced that holds a secret, which `holds` says of an unpacked text; words of a path before it stay. */
export function withoutPacked(
  text: string,
  unpacking: Unpacking,
  holds: (inside: string) => boolean,
  name: (secret: string) => string,
): string {
  if (unpacking.depth >= DEPTH_MAX) return text;
  return text.replace(RUN, (run) => {
    const plain = run.includes('%') || run.includes('\\') ? plainOf(run) : run;
    const from = beginningOf(plain, unpacking, holds);
    return from === undefined ? run : plain.slice(0, from) + name(plain.slice(from));
  });
}

/** Where the base64 that holds a secret begins in a run; undefined where none does. */
function beginningOf(run: string, unpacking: Unpacking, holds: (inside: string) => boolean): number | undefined {
  // Behind an escape, whose end looks like the beginning of the run: `%22`, `\n` or `\u0022`.
  const beginnings = [0, 1, 2, 5];
  for (let at = 0; at < run.length && beginnings.length < 4 + BEGINNINGS_MAX; at++)
    if (isSign(run.charCodeAt(at))) beginnings.push(at + 1);
  for (const from of beginnings) {
    const length = run.length - from;
    if (length < PACKED_FROM || !startsAsText(run, from)) continue;
    unpacking.room -= length;
    if (unpacking.room < 0) return from;
    unpacking.depth++;
    const found = holds(Buffer.from(run.slice(from), 'base64').toString('utf8'));
    unpacking.depth--;
    if (found) return from;
  }
  return undefined;
}

const plainOf = (run: string) =>
  run
    .replaceAll(/%(?:25)?2[Bb]/g, '+')
    .replaceAll(/%(?:25)?2[Ff]/g, '/')
    .replaceAll(/\\+\//g, '/');

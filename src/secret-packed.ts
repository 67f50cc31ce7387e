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
const SIGNS = /[+/_-]/g;
/** The first character of base64 of ASCII is one of `A` to `f`. */
const MAY_BE_TEXT = /[A-Za-f]/;

const isText = (byte: number) => (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;

const startsAsText = (run: string, from: number) =>
  MAY_BE_TEXT.test(run.charAt(from)) &&
  Buffer.from(run.slice(from, from + (LOOKED_AT / 3) * 4), 'base64').every(isText);

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
  const signs = [...run.matchAll(SIGNS)].slice(0, BEGINNINGS_MAX).map(({ index }) => index + 1);
  // Behind an escape, whose end looks like the beginning of the run: `%22`, `\n` or `\u0022`.
  for (const from of [0, 1, 2, 5, ...signs]) {
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

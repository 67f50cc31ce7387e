/** How much a JSON text holds, counted before it is parsed: what is too deep or too manifold would cost far more than its bytes. */

export interface ShapeLimits {
  /** Arrays and objects inside one another. */
  readonly depth: number;
  /** Members and elements, all levels together. */
  readonly values: number;
  /** Different names of members: each new one costs a parser many times what a known one does. */
  readonly names: number;
}

export type Excess = 'depth' | 'values' | 'names';

/** Shorter texts are not looked at: they cannot hold enough. */
const LOOK_FROM = 4_096;
/** A name takes as many bytes at least, its quotes and its colon with it: of one without a letter there is only one. */
const NAME_BYTES = 4;
/** Slots of the table of names, a power of two; kept under half full. */
const SLOTS = 1 << 15;
export const NAMES_MAX = SLOTS / 2;

const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** The different names of one text: one table for all texts, because a new one would cost more than most texts. */
class Names {
  readonly #slots = new Uint32Array(SLOTS * 2);
  readonly #taken = new Int32Array(NAMES_MAX + 1);
  count = 0;

  /** Counts the name that begins and ends there, unless it was met before. */
  meet(bytes: Uint8Array, begin: number, end: number): void {
    // Two lanes, so that different names look alike only by design, and at a cost beyond any gain.
    let one = 0x811c9dc5;
    let two = 0x1b873593;
    for (let at = begin; at < end; at++) {
      let b = bytes[at]!;
      if (b === BACKSLASH) b = bytes[++at] ?? 0;
      one = Math.imul(one ^ b, 0x01000193);
      two = Math.imul(two + b, 0x85ebca6b) ^ (two >>> 13);
    }
    one = one >>> 0 || 1;
    two >>>= 0;
    const slots = this.#slots;
    let slot = one & (SLOTS - 1);
    while (slots[slot * 2] !== 0 && (slots[slot * 2] !== one || slots[slot * 2 + 1] !== two))
      slot = (slot + 1) & (SLOTS - 1);
    if (slots[slot * 2] !== 0) return;
    slots[slot * 2] = one;
    slots[slot * 2 + 1] = two;
    this.#taken[this.count++] = slot;
  }

  clear(): void {
    for (let n = 0; n < this.count; n++) this.#slots[this.#taken[n]! * 2] = 0;
    this.count = 0;
  }
}

const names = new Names();

/**
 * What the text has too much of, or undefined. It need not be JSON: then what is counted means nothing, and a parser will say
 * so. Stops at the first bound that is passed; takes one step a byte.
 */
export function excessOf(text: Uint8Array | string, limits: ShapeLimits): Excess | undefined {
  if (text.length <= LOOK_FROM) return undefined;
  const found = excessIn(typeof text === 'string' ? Buffer.from(text) : text, limits);
  names.clear();
  return found;
}

function excessIn(bytes: Uint8Array, limits: ShapeLimits): Excess | undefined {
  const most = Math.min(limits.names, NAMES_MAX);
  const mayHoldNames = bytes.length > most * NAME_BYTES;
  let depth = 0;
  let values = 0;
  let at = 0;
  while (at < bytes.length) {
    const c = bytes[at++]!;
    if (c === QUOTE) {
      const begin = at;
      while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
      const end = Math.min(at, bytes.length);
      at = end + 1;
      if (!mayHoldNames) continue;
      while (at < bytes.length && bytes[at]! <= SPACE) at++;
      if (bytes[at] !== COLON) continue;
      names.meet(bytes, begin, end);
      if (names.count > most) return 'names';
    } else if (c === 44) {
      if (++values > limits.values) return 'values';
    } else if (c === 123 || c === 91) {
      if (++depth > limits.depth) return 'depth';
      if (++values > limits.values) return 'values';
    } else if (c === 125 || c === 93) depth--;
  }
  return undefined;
}

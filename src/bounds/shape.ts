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
/** Slots of the table of names, a power of two; kept under half full. */
const SLOTS = 1 << 15;
export const NAMES_MAX = SLOTS / 2;

/**
 * What the text has too much of, or undefined. It need not be JSON: then what is counted means nothing, and a parser will say
 * so. Stops at the first bound that is passed; takes one step a byte.
 */
export function excessOf(text: Uint8Array | string, limits: ShapeLimits): Excess | undefined {
  if (text.length <= LOOK_FROM) return undefined;
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const most = Math.min(limits.names, NAMES_MAX);
  const table = new Uint32Array(SLOTS * 2);
  let names = 0;
  let depth = 0;
  let values = 0;
  let at = 0;
  while (at < bytes.length) {
    const c = bytes[at++]!;
    if (c === 34) {
      // Two lanes, so that different names look alike only by design, and at a cost beyond any gain.
      let one = 0x811c9dc5;
      let two = 0x1b873593;
      for (; at < bytes.length; at++) {
        let b = bytes[at]!;
        if (b === 34) break;
        if (b === 92) b = bytes[++at] ?? 0;
        one = Math.imul(one ^ b, 0x01000193);
        two = Math.imul(two + b, 0x85ebca6b) ^ (two >>> 13);
      }
      at++;
      while (at < bytes.length && bytes[at]! <= 32) at++;
      if (bytes[at] !== 58) continue;
      one = one >>> 0 || 1;
      two >>>= 0;
      let slot = one & (SLOTS - 1);
      while (table[slot * 2] !== 0 && (table[slot * 2] !== one || table[slot * 2 + 1] !== two))
        slot = (slot + 1) & (SLOTS - 1);
      if (table[slot * 2] === 0) {
        if (++names > most) return 'names';
        table[slot * 2] = one;
        table[slot * 2 + 1] = two;
      }
    } else if (c === 44) {
      if (++values > limits.values) return 'values';
    } else if (c === 123 || c === 91) {
      if (++depth > limits.depth) return 'depth';
      if (++values > limits.values) return 'values';
    } else if (c === 125 || c === 93) depth--;
  }
  return undefined;
}

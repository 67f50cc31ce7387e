/** Seeded chance: the same seed throws the same numbers on every machine. */
export interface Dice {
  /** In [0, 1). */
  next(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many hexadecimal digits. */
  hex(digits: number): string;
  /** So many characters of base32, in which AWS writes key ids. */
  base32(characters: number): string;
  /** Version 4, as vendors give to events and tokens. */
  uuid(): string;
}

const HEX = '0123456789abcdef';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty for a made-up fleet. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number) => Math.floor(next() * n);
  const text = (alphabet: string, length: number) => {
    let made = '';
    for (let i = 0; i < length; i++) made += alphabet[below(alphabet.length)];
    return made;
  };
  const hex = (digits: number) => text(HEX, digits);
  return {
    next,
    below,
    pick: (from) => from[below(from.length)]!,
    hex,
    base32: (characters) => text(BASE32, characters),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${text('89ab', 1)}${hex(3)}-${hex(12)}`,
  };
}

/** A seed of its own for every name and number (FNV-1a over the name, the number mixed in, avalanche of MurmurHash3). */
export function seedOf(name: string, n = 0): number {
  let hash = 0x811c9dc5 ^ Math.imul(n + 1, 0x9e3779b1);
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Keyed hashes of texts: an attacker who does not know the key cannot craft two values that look the same. */
// 31 bits, because V8 keeps such numbers unboxed as keys of a Map.
import { placeOf } from './remembered.ts';

/** Texts whose hash is kept, a power of two. It moves no alert. */
const PLACES = 1 << 14;

/** Words of the text at hand. */
let words = new Int32Array(1 << 9);

function makeRoom(length: number): void {
  if (length >= words.length) words = new Int32Array(2 * length);
}

/** HalfSipHash-1-3 over UTF-16 code units, two to a word (Aumasson and Bernstein, SipHash, 2012). */
export function keyedHash(text: string, k0: number, k1: number): number {
  const { length } = text;
  makeRoom(length);
  const pairs = length >> 1;
  for (let i = 0; i < pairs; i++) words[i] = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 16);
  words[pairs] = ((length & 1) === 0 ? 0xffff : text.charCodeAt(length - 1)) | (length << 16);
  return hashWords(pairs + 1, k0, k1);
}

/** The same over bytes, four to a word, of a text of Latin-1; -1 of any other. */
function keyedHashOfBytes(text: string, k0: number, k1: number): number {
  const { length } = text;
  makeRoom(length);
  const fours = length >> 2;
  let all = 0;
  for (let i = 0; i < fours; i++) {
    const a = text.charCodeAt(4 * i);
    const b = text.charCodeAt(4 * i + 1);
    const c = text.charCodeAt(4 * i + 2);
    const d = text.charCodeAt(4 * i + 3);
    all |= a | b | c | d;
    words[i] = a | (b << 8) | (c << 16) | (d << 24);
  }
  let tail = length << 24;
  for (let i = 4 * fours; i < length; i++) {
    const unit = text.charCodeAt(i);
    all |= unit;
    tail |= unit << (8 * (i & 3));
  }
  words[fours] = tail;
  return all > 0xff ? -1 : hashWords(fours + 1, k0, k1);
}

function hashWords(count: number, k0: number, k1: number): number {
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  for (let i = 0; i < count; i++) {
    const m = words[i] as number;
    v3 ^= m;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= m;
  }
  v2 ^= 0xff;
  for (let i = 0; i < 3; i++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return (v1 ^ v3) >>> 1;
}

/** Mixes a hash with a salt into another well-spread hash (finaliser of MurmurHash3). */
export function mix(hash: number, salt: number): number {
  let h = hash ^ Math.imul(salt, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 1;
}

/** A few characters of a text: its end, where names mostly differ. */
export function sampleOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const n = text.length;
  if (n < 3) return n;
  return (
    text.charCodeAt(n - 1) +
    31 * text.charCodeAt(n - 2) +
    1_009 * text.charCodeAt(n >> 1) +
    7_919 * text.charCodeAt(n - 3) +
    n
  );
}

/** Words of a key: for values, for ids that go out, for ids of activities. */
type Words = readonly [
  values: readonly [number, number],
  out: readonly [number, number],
  ids: readonly [number, number],
];

const SECRET = /^[0-9a-f]{64}$/;

function wordsOf({ version, secret }: { readonly version: 1 | 2; readonly secret: string }): Words {
  if (version === 1) {
    const k0 = keyedHash(secret, 0x736f6d65, 0x646f7261);
    const k1 = keyedHash(secret, 0x6e646f6d, 0x1f83d9ab);
    return [
      [k0, k1],
      [k0, k1],
      [~k0, k1],
    ];
  }
  if (!SECRET.test(secret)) throw new RangeError('a hash key of version 2 has 32 bytes in hexadecimal digits');
  const word = (at: number) => Number.parseInt(secret.slice(8 * at, 8 * at + 8), 16) | 0;
  return [
    [word(0), word(1)],
    [word(2), word(3)],
    [word(4), word(5)],
  ];
}

/** Hashes texts under one key and remembers the latest ones. */
export class Hasher {
  readonly #k0: number;
  readonly #k1: number;
  readonly #out: readonly [number, number];
  readonly #ids: readonly [number, number];
  readonly #texts = new Array<string | undefined>(PLACES).fill(undefined);
  readonly #hashes = new Int32Array(PLACES);

  /** A text stands for a key of version 1. */
  constructor(key: string | { readonly version: 1 | 2; readonly secret: string }) {
    const [values, out, ids] = wordsOf(typeof key === 'string' ? { version: 1, secret: key } : key);
    [this.#k0, this.#k1] = values;
    this.#out = out;
    this.#ids = ids;
  }

  of(text: string): number {
    const at = placeOf(text, PLACES);
    if (this.#texts[at] === text) return this.#hashes[at] as number;
    const hash = keyedHash(text, this.#k0, this.#k1);
    this.#texts[at] = text;
    this.#hashes[at] = hash;
    return hash;
  }

  /** Hashes a text that will hardly come again, without remembering it. */
  once(text: string): number {
    return keyedHash(text, this.#k0, this.#k1);
  }

  /** Hashes the id of an activity by another function, which does half the work where the text is Latin-1. */
  ofId(text: string): number {
    const [k0, k1] = this.#ids;
    const hash = keyedHashOfBytes(text, k0, k1);
    return hash >= 0 ? hash : keyedHash(text, this.#k0, this.#k1);
  }

  /** 128 bits as hex, for ids that go out. */
  id(text: string): string {
    const [k0, k1] = this.#out;
    let out = '';
    for (let i = 0; i < 4; i++)
      out += keyedHash(text, k0 ^ i, k1 + i)
        .toString(16)
        .padStart(8, '0');
    return out;
  }
}

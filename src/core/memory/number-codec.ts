/** Writes numbers of sketches in a packed memory: most are zero, small counts, hashes that a table holds too, or times near the last activity. */

import { HOUR_MS } from '../constants.ts';
import type { ByteReader, ByteWriter } from './bit-stream.ts';

/** Kinds of numbers that are neither zero nor small, three bits each. */
const KNOWN = 0;
const HASH = 1;
const WHOLE = 2;
const SINGLE = 3;
const DOUBLE = 4;
/** Hours before the hour of the last activity, or milliseconds before it. */
const HOURS_BEFORE = 5;
const MS_BEFORE = 6;

const SMALL_BELOW = 256;
/** An hour longer ago is written as any other number. */
const LONGEST_BEFORE_HOURS = 1 << 12;
const HASH_FROM = 0x10_0000;
const HASH_TO = 0x7fff_ffff;
/** So is a time longer ago. */
const LONGEST_BEFORE = 0x8000_0000;

/** What numbers are written relative to; reading needs the same. */
export class NumberCodec {
  readonly #hashes: number[] = [];
  readonly #lastMs: number;
  readonly #lastHour: number;

  constructor(lastMs: number) {
    this.#lastMs = lastMs;
    this.#lastHour = Math.floor(lastMs / HOUR_MS);
  }

  /** From now on a hash is told by its place among all that are known. */
  know(hash: number): void {
    this.#hashes.push(hash);
  }

  get #width(): number {
    return 32 - Math.clz32(this.#hashes.length);
  }

  /** Writes any number: zero in one bit, a small one in two and what it takes. */
  write(w: ByteWriter, value: number): void {
    if (Object.is(value, 0)) w.bits(0, 1);
    else if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) {
      const single = Math.fround(value) === value;
      kind(w, single ? SINGLE : DOUBLE);
      if (single) w.f32(value);
      else w.f64(value);
    } else if (value < SMALL_BELOW) {
      w.bits(1, 2);
      w.small(value);
    } else this.#writeLarge(w, value);
  }

  #writeLarge(w: ByteWriter, value: number): void {
    const known = value < HASH_FROM ? -1 : this.#hashes.indexOf(value);
    const ms = this.#lastMs - value;
    const hours = this.#lastHour - value;
    if (known >= 0) {
      kind(w, KNOWN);
      w.bits(known, this.#width);
    } else if (hours >= 0 && hours < LONGEST_BEFORE_HOURS) {
      kind(w, HOURS_BEFORE);
      w.small(hours);
    } else if (ms >= 0 && ms < LONGEST_BEFORE) {
      kind(w, MS_BEFORE);
      w.whole(ms);
    } else if (value >= HASH_FROM && value <= HASH_TO) {
      kind(w, HASH);
      w.bits(value, 31);
    } else {
      kind(w, WHOLE);
      w.whole(value);
    }
  }

  read(r: ByteReader): number {
    if (r.bits(1) === 0) return 0;
    if (r.bits(1) === 0) return r.small();
    switch (r.bits(3)) {
      case KNOWN:
        return this.#known(r);
      case HASH:
        return r.bits(31);
      case WHOLE:
        return r.whole();
      case SINGLE:
        return r.f32();
      case DOUBLE:
        return r.f64();
      case HOURS_BEFORE:
        return this.#lastHour - r.small();
      case MS_BEFORE:
        return this.#lastMs - r.whole();
      default:
        throw new RangeError('no number is of that kind');
    }
  }

  /** Writes the key of a row: mostly a hash, and mostly one that is known. */
  writeKey(w: ByteWriter, key: number): void {
    const known = key < HASH_FROM ? -1 : this.#hashes.indexOf(key);
    const isHash = Number.isInteger(key) && key >= HASH_FROM && key <= HASH_TO;
    if (known >= 0) {
      w.bits(1, 1);
      w.bits(known, this.#width);
    } else if (isHash) {
      w.bits(2, 2);
      w.bits(key, 31);
    } else {
      w.bits(0, 2);
      this.write(w, key);
    }
  }

  readKey(r: ByteReader): number {
    if (r.bits(1) === 1) return this.#known(r);
    return r.bits(1) === 1 ? r.bits(31) : this.read(r);
  }

  #known(r: ByteReader): number {
    const hash = this.#hashes[r.bits(this.#width)];
    if (hash === undefined) throw new RangeError('a hash that no table holds');
    return hash;
  }
}

function kind(w: ByteWriter, of: number): void {
  w.bits(3 | (of << 2), 5);
}

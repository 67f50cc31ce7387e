/** Writes texts in few bits: a piece that came before in the text, or is expected in it, is referred to instead of written again (LZ77). */
import type { ByteReader, ByteWriter } from './bit-stream.ts';

/** Shortest piece that is referred to: below that, a reference takes as much as the piece. */
const SHORTEST = 4;
const HEADS = 1 << 12;
/** Characters that take five bits; other ASCII takes nine, the rest eighteen. */
const FREQUENT = '0123456789.-abcd';
const codeOf = new Int8Array(128).fill(-1);
for (let i = 0; i < FREQUENT.length; i++) codeOf[FREQUENT.charCodeAt(i)] = i;

export class TextCodec {
  readonly #expected: number;
  readonly #expectedHeads = new Int32Array(HEADS).fill(-1);
  readonly #heads = new Int32Array(HEADS);
  /** What is expected, then the text at hand. */
  #units: Uint16Array;

  /** `expected` is part of the saved form: a text squeezed with another one cannot be read. */
  constructor(expected: string) {
    this.#expected = expected.length;
    this.#units = new Uint16Array(2 * expected.length);
    this.#put(expected, 0);
    for (let at = 0; at + SHORTEST <= this.#expected; at++) this.#expectedHeads[this.#headOf(at)] = at;
  }

  write(w: ByteWriter, text: string): void {
    const end = this.#expected + text.length;
    this.#put(text, this.#expected);
    this.#heads.set(this.#expectedHeads);
    w.whole(text.length);
    let done = this.#expected;
    for (let at = done; at < end; ) {
      const from = at + SHORTEST <= end ? this.#meet(at) : -1;
      const length = from < 0 ? 0 : this.#alike(from, at, end);
      if (length < SHORTEST) {
        at++;
        continue;
      }
      this.#plain(w, done, at);
      w.bits(from, widthOf(at));
      w.small(length - SHORTEST);
      for (let next = at + 1; next < at + length && next + SHORTEST <= end; next++) this.#meet(next);
      at += length;
      done = at;
    }
    if (done < end) this.#plain(w, done, end);
  }

  read(r: ByteReader): string {
    const end = this.#expected + r.whole();
    let at = this.#expected;
    while (at < end) {
      for (let n = r.small(); n > 0; n--) {
        this.#reach(at + 1);
        this.#units[at++] = readUnit(r);
      }
      if (at >= end) break;
      const from = r.bits(widthOf(at));
      const length = r.small() + SHORTEST;
      if (from >= at || at + length > end) throw new RangeError('a piece of text that is not there');
      this.#reach(at + length);
      // Characters are copied one by one, because a piece may overlap with what it makes.
      for (let i = 0; i < length; i++) this.#units[at + i] = this.#units[from + i] as number;
      at += length;
    }
    if (at > end) throw new RangeError('more text than there is');
    return textOf(this.#units, this.#expected, end);
  }

  #put(text: string, at: number): void {
    this.#reach(at + text.length);
    for (let i = 0; i < text.length; i++) this.#units[at + i] = text.charCodeAt(i);
  }

  #reach(length: number): void {
    if (length <= this.#units.length) return;
    const larger = new Uint16Array(length * 2);
    larger.set(this.#units);
    this.#units = larger;
  }

  #headOf(at: number): number {
    const units = this.#units;
    const first = (units[at] as number) | ((units[at + 1] as number) << 16);
    const second = (units[at + 2] as number) | ((units[at + 3] as number) << 16);
    return Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1) >>> 20;
  }

  /** Where the same characters stood last, as far as is known, or -1; from now on here. */
  #meet(at: number): number {
    const head = this.#headOf(at);
    const last = this.#heads[head] as number;
    this.#heads[head] = at;
    return last;
  }

  #alike(from: number, at: number, end: number): number {
    let length = 0;
    while (at + length < end && this.#units[from + length] === this.#units[at + length]) length++;
    return length;
  }

  #plain(w: ByteWriter, from: number, to: number): void {
    w.small(to - from);
    for (let at = from; at < to; at++) writeUnit(w, this.#units[at] as number);
  }
}

const widthOf = (at: number) => 32 - Math.clz32(at - 1);

function writeUnit(w: ByteWriter, unit: number): void {
  const code = unit < 128 ? (codeOf[unit] as number) : -1;
  if (code >= 0) w.bits(code << 1, 5);
  else if (unit < 128) w.bits(1 | (unit << 2), 9);
  else w.bits(3 | (unit << 2), 18);
}

function readUnit(r: ByteReader): number {
  if (r.bits(1) === 0) return FREQUENT.charCodeAt(r.bits(4));
  return r.bits(1) === 0 ? r.bits(7) : r.bits(16);
}

/** Characters converted in one call; an engine takes only so many arguments. */
const PIECE = 4096;

function textOf(units: Uint16Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at += PIECE)
    text += String.fromCharCode.apply(null, units.subarray(at, Math.min(to, at + PIECE)) as unknown as number[]);
  return text;
}

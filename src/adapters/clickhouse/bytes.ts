/** A growing buffer and the few ways in which ClickHouse's Native format writes values into it. */

/** Little endian throughout. Values are taken as they are: whoever writes has checked their range. */
export class Bytes {
  #buffer: Buffer;
  #at = 0;

  constructor(capacity: number) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  /** What was written; shares memory with the writer. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }

  /** Everything written into another. */
  append(other: Bytes): void {
    this.#reserve(other.#at);
    other.#buffer.copy(this.#buffer, this.#at, 0, other.#at);
    this.#at += other.#at;
  }

  u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  zeros(count: number): void {
    this.#reserve(count);
    for (let left = count; left > 0; left--) this.#buffer[this.#at++] = 0;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#four(value);
  }

  f64(value: number): void {
    this.#reserve(8);
    this.#at = this.#buffer.writeDoubleLE(value, this.#at);
  }

  /** A whole number of magnitude up to 2^53 as Int64 or UInt64; two halves, for a bigint would cost an allocation a value. */
  i64(value: number): void {
    this.#reserve(8);
    this.#four(value);
    this.#four(Math.floor(value / 4_294_967_296));
  }

  /** The low 32 bits, byte by byte: no check of a range that the caller has checked. */
  #four(value: number): void {
    const buffer = this.#buffer;
    let at = this.#at;
    const bits = value | 0;
    buffer[at++] = bits;
    buffer[at++] = bits >> 8;
    buffer[at++] = bits >> 16;
    buffer[at++] = bits >> 24;
    this.#at = at;
  }

  /** The first `count` of `values`, each in `width` bytes. */
  unsigned(values: Uint32Array, count: number, width: 1 | 2 | 4): void {
    this.#reserve(count * width);
    const buffer = this.#buffer;
    let at = this.#at;
    for (let index = 0; index < count; index++) {
      const value = values[index]!;
      for (let byte = 0; byte < width; byte++) buffer[at++] = value >>> (byte * 8);
    }
    this.#at = at;
  }

  varint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest > 127) {
      this.#buffer[this.#at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  /** Length and UTF-8; a lone surrogate becomes U+FFFD. */
  text(value: string): void {
    const length = value.length;
    if (length < 128) {
      // Most strings are short and ASCII: a loop beats the call into the runtime, and the length takes one byte.
      this.#reserve(length + 1);
      const buffer = this.#buffer;
      let at = this.#at + 1;
      let index = 0;
      for (; index < length; index++) {
        const unit = value.charCodeAt(index);
        if (unit > 127) break;
        buffer[at++] = unit;
      }
      if (index === length) {
        buffer[this.#at] = length;
        this.#at = at;
        return;
      }
    }
    const size = Buffer.byteLength(value);
    this.varint(size);
    this.#reserve(size);
    this.#at += this.#buffer.write(value, this.#at, 'utf8');
  }

  blob(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }
}

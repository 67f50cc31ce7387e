/** Writes and reads the packed form of memories bit by bit, little-endian, growing, no schema inside. */

const scratch = new DataView(new ArrayBuffer(8));

export class ByteWriter {
  #bytes = new Uint8Array(4096);
  #at = 0;
  /** Bits that do not fill a byte yet, lowest first. */
  #open = 0;
  #opened = 0;

  /** The lowest `count` bits of a value, 0 to 32. */
  bits(value: number, count: number): void {
    if (count > 24) {
      this.bits(value & 0xffff, 16);
      this.bits(value >>> 16, count - 16);
      return;
    }
    if (this.#at + 4 > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#open |= (value & ((1 << count) - 1)) << this.#opened;
    this.#opened += count;
    while (this.#opened >= 8) {
      this.#bytes[this.#at++] = this.#open;
      this.#open >>>= 8;
      this.#opened -= 8;
    }
  }
  u8(value: number): void {
    this.bits(value, 8);
  }
  u16(value: number): void {
    this.bits(value, 16);
  }
  u32(value: number): void {
    this.bits(value, 32);
  }
  f32(value: number): void {
    scratch.setFloat32(0, value, true);
    this.bits(scratch.getUint32(0, true), 32);
  }
  f64(value: number): void {
    scratch.setFloat64(0, value, true);
    this.bits(scratch.getUint32(0, true), 32);
    this.bits(scratch.getUint32(4, true), 32);
  }
  /** A whole number from 0 to 2^31 - 2 that is mostly small: 0 takes one bit, 1 and 2 three (Elias gamma). */
  small(value: number): void {
    const length = 31 - Math.clz32(value + 1);
    if (length < 12) this.bits((1 << length) | ((value + 1) << (length + 1)), 2 * length + 1);
    else {
      this.bits(0, length);
      this.bits(1, 1);
      this.bits(value + 1, length);
    }
  }
  /** A whole number from 0 to 2^53 - 1 of any size: how many bits it takes, then these. */
  whole(value: number): void {
    const high = Math.floor(value / 0x1_0000_0000);
    const length = high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value);
    this.bits(length, 6);
    this.bits(value >>> 0, Math.min(length, 32));
    if (length > 32) this.bits(high, length - 32);
  }
  /** Text: one byte a character where all are Latin, else UTF-16. */
  text(value: string): void {
    const { length } = value;
    let wide = 0;
    for (let i = 0; i < length; i++) if (value.charCodeAt(i) > 0xff) wide = 1;
    this.bits(wide, 1);
    this.whole(length);
    const width = wide === 1 ? 16 : 8;
    for (let i = 0; i < length; i++) this.bits(value.charCodeAt(i), width);
  }
  /** A copy of what was written, filled up to whole bytes; the writer starts anew. */
  take(): Uint8Array {
    return this.flush().slice();
  }
  /** Returns what was written without a copy; the view holds until something is written. */
  flush(): Uint8Array {
    if (this.#opened > 0) this.bits(0, 8 - this.#opened);
    const out = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return out;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #open = 0;
  #opened = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  /** The next `count` bits, 0 to 32. Throws where there are no more. */
  bits(count: number): number {
    if (count > 24) {
      const low = this.bits(16);
      return (low | (this.bits(count - 16) << 16)) >>> 0;
    }
    while (this.#opened < count) {
      if (this.#at >= this.#bytes.length) throw new RangeError('bytes end in the middle of a value');
      this.#open |= (this.#bytes[this.#at++] as number) << this.#opened;
      this.#opened += 8;
    }
    const value = this.#open & ((1 << count) - 1);
    this.#open >>>= count;
    this.#opened -= count;
    return value;
  }
  u8(): number {
    return this.bits(8);
  }
  u16(): number {
    return this.bits(16);
  }
  u32(): number {
    return this.bits(32);
  }
  f32(): number {
    scratch.setUint32(0, this.bits(32), true);
    return scratch.getFloat32(0, true);
  }
  f64(): number {
    const low = this.bits(32);
    const high = this.bits(32);
    scratch.setUint32(0, low, true);
    scratch.setUint32(4, high, true);
    return scratch.getFloat64(0, true);
  }
  small(): number {
    let length = 0;
    while (this.bits(1) === 0) if (++length > 30) throw new RangeError('no small number is that long');
    return ((1 << length) | this.bits(length)) - 1;
  }
  whole(): number {
    const length = this.bits(6);
    const low = this.bits(Math.min(length, 32));
    return length > 32 ? low + this.bits(length - 32) * 0x1_0000_0000 : low;
  }
  text(): string {
    const width = this.bits(1) === 1 ? 16 : 8;
    const length = this.whole();
    let out = '';
    for (let i = 0; i < length; i++) out += String.fromCharCode(this.bits(width));
    return out;
  }
  /** Whether nothing is left but the bits that fill up the last byte, as a writer leaves them. */
  get isEven(): boolean {
    return this.done && this.#open === 0;
  }
  /** Whether no whole byte is left. */
  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }
}

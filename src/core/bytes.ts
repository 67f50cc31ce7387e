/** Writes and reads the packed form of memories; little-endian, growing, no schema inside. */

export class ByteWriter {
  #view = new DataView(new ArrayBuffer(1024));
  #at = 0;

  #room(bytes: number): number {
    const at = this.#at;
    if (at + bytes > this.#view.byteLength) {
      const larger = new Uint8Array(Math.max(this.#view.byteLength * 2, at + bytes));
      larger.set(new Uint8Array(this.#view.buffer, 0, at));
      this.#view = new DataView(larger.buffer);
    }
    this.#at = at + bytes;
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }
  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }
  f32(value: number): void {
    const at = this.#room(4);
    this.#view.setFloat32(at, value, true);
  }
  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }
  /** UTF-16 text. */
  text(value: string): void {
    const { length } = value;
    this.u32(length);
    for (let i = 0; i < length; i++) this.u16(value.charCodeAt(i));
  }
  take(): Uint8Array {
    const out = new Uint8Array(this.#at);
    out.set(new Uint8Array(this.#view.buffer, 0, this.#at));
    this.#at = 0;
    return out;
  }
}

export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  u8(): number {
    return this.#view.getUint8(this.#at++);
  }
  u16(): number {
    this.#at += 2;
    return this.#view.getUint16(this.#at - 2, true);
  }
  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }
  f32(): number {
    this.#at += 4;
    return this.#view.getFloat32(this.#at - 4, true);
  }
  f64(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }
  text(): string {
    const length = this.u32();
    let out = '';
    for (let i = 0; i < length; i++) out += String.fromCharCode(this.u16());
    return out;
  }
  get done(): boolean {
    return this.#at >= this.#view.byteLength;
  }
}

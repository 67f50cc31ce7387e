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
  /** A number without loss in as few bytes as it needs: one byte says how it is written. */
  number(value: number): void {
    if (value === 0 && !Object.is(value, -0)) this.u8(0);
    else if (Number.isInteger(value) && value > 0 && value <= 0xffff_ffff_ffff) {
      if (value <= 0xff) {
        this.u8(1);
        this.u8(value);
      } else if (value <= 0xffff) {
        this.u8(2);
        this.u16(value);
      } else if (value <= 0xffff_ffff) {
        this.u8(3);
        this.u32(value);
      } else {
        this.u8(4);
        this.u32(value % 0x1_0000_0000);
        this.u16(Math.floor(value / 0x1_0000_0000));
      }
    } else if (Math.fround(value) === value) {
      this.u8(5);
      this.f32(value);
    } else {
      this.u8(6);
      this.f64(value);
    }
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
  number(): number {
    switch (this.u8()) {
      case 0:
        return 0;
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 3:
        return this.u32();
      case 4: {
        const low = this.u32();
        return low + this.u16() * 0x1_0000_0000;
      }
      case 5:
        return this.f32();
      default:
        return this.f64();
    }
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

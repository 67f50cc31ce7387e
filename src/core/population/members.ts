/** A set of small numbers that only grows, in a bit each. */

export class Members {
  #bits = new Uint32Array(1);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(number: number): void {
    const word = number >>> 5;
    const bit = 1 << (number & 31);
    if (word >= this.#bits.length) {
      const bits = new Uint32Array(Math.ceil((word + 1) * 1.25));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    const bits = this.#bits[word] as number;
    if ((bits & bit) !== 0) return;
    this.#bits[word] = bits | bit;
    this.#size++;
  }
}

/** Numbers identities in order of coming, by hash, in a few bytes each. */

/** Part of the places that may be taken. */
const LOAD = 0.7;

export class IdentityIndex {
  /** Open addressing: number plus one, 0 = free. */
  #places = new Int32Array(8);
  #identities = new Int32Array(4);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Hash of the identity with a number. */
  identity(number: number): number {
    return this.#identities[number] as number;
  }

  /** Number of an identity, or -1. */
  find(identity: number): number {
    return (this.#places[this.#placeOf(identity)] as number) - 1;
  }

  /** Number of an identity, from now on if it had none. */
  add(identity: number): number {
    let place = this.#placeOf(identity);
    const known = this.#places[place] as number;
    if (known > 0) return known - 1;
    if (this.#size + 1 > this.#places.length * LOAD) {
      this.#grow();
      place = this.#placeOf(identity);
    }
    if (this.#size === this.#identities.length) this.#identities = larger(this.#identities, this.#size * 2);
    this.#identities[this.#size] = identity;
    this.#size++;
    this.#places[place] = this.#size;
    return this.#size - 1;
  }

  /** The place at which an identity stands or would stand; hashes are spread already. */
  #placeOf(identity: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    let place = identity & mask;
    for (;;) {
      const number = places[place] as number;
      if (number === 0 || this.#identities[number - 1] === identity) return place;
      place = (place + 1) & mask;
    }
  }

  #grow(): void {
    this.#places = new Int32Array(this.#places.length * 2);
    for (let number = 0; number < this.#size; number++)
      this.#places[this.#placeOf(this.#identities[number] as number)] = number + 1;
  }
}

/** Returns a copy of the numbers with room for more. */
export function larger<T extends Int32Array | Int8Array | Uint8Array | Float64Array>(cells: T, length: number): T {
  const out = new (cells.constructor as new (length: number) => T)(length);
  out.set(cells);
  return out;
}

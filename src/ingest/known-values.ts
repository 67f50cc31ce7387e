/** Values that came lately and went on unchanged: the same one again is fit to go on too, and is kept in memory once. */

/** Places of values, a power of two, so that what is remembered has a bound. Half: more is looked at again; double: twice the memory. */
const PLACES = 1 << 13;

type Fields = Readonly<Record<string, unknown>>;

/** Mostly another number for another value. */
function sampleOf(value: unknown, salt: number): number {
  if (typeof value === 'string') {
    const { length } = value;
    let sample = Math.imul(salt ^ length, 0x9e3779b1);
    for (let at = length - 1; at >= 0 && at >= length - 4; at--) sample = Math.imul(sample, 31) + value.charCodeAt(at);
    return Math.imul(sample ^ value.charCodeAt(length >> 1), 0x85ebca6b);
  }
  if (typeof value === 'number') return Math.imul(salt ^ value, 0xc2b2ae35);
  if (typeof value !== 'object' || value === null) return salt + (value === true ? 1 : 2);
  let sample = salt;
  if (Array.isArray(value)) for (const item of value) sample = sampleOf(item, Math.imul(sample, 31) + 7);
  else for (const key in value) sample = sampleOf((value as Fields)[key], Math.imul(sample, 31) + 7);
  return sample;
}

/**
 * All that a value holds in the order in which it stands: names before what they name, `OPENS` before what is inside and `CLOSES` behind it.
 * Comparing with it makes nothing, where comparing with the value would make a list of names each time.
 */
function flatOf(value: unknown, flat: unknown[] = []): unknown[] {
  if (typeof value !== 'object' || value === null) {
    flat.push(value);
    return flat;
  }
  flat.push(Array.isArray(value) ? LIST : OPENS);
  if (Array.isArray(value)) for (const item of value) flatOf(item, flat);
  else
    for (const key in value) {
      flat.push(key);
      flatOf((value as Fields)[key], flat);
    }
  flat.push(CLOSES);
  return flat;
}

/** No value of JSON is one of these. */
const OPENS = Symbol('object');
const LIST = Symbol('list');
const CLOSES = Symbol('end');

/** Where in `flat` a value ends that begins at `from`; -1 where it is another. Alike in everything, the order of keys too. */
function endIn(flat: readonly unknown[], from: number, value: unknown): number {
  if (typeof value !== 'object' || value === null) return flat[from] === value ? from + 1 : -1;
  let at = from + 1;
  if (Array.isArray(value)) {
    if (flat[from] !== LIST) return -1;
    for (let n = 0; n < value.length && at >= 0; n++) at = endIn(flat, at, value[n]);
  } else {
    if (flat[from] !== OPENS) return -1;
    for (const key in value) {
      if (at < 0 || flat[at] !== key) return -1;
      at = endIn(flat, at + 1, (value as Fields)[key]);
    }
  }
  return at >= 0 && flat[at] === CLOSES ? at + 1 : -1;
}

/** Makes a value that several activities share one that nobody can change. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

export class KnownValues {
  readonly #held = new Array<object | undefined>(PLACES).fill(undefined);
  readonly #flat = new Array<readonly unknown[] | undefined>(PLACES).fill(undefined);

  /** Where a value is kept; it is asked for before the value may change. */
  placeOf(value: object): number {
    return sampleOf(value, 1) & (PLACES - 1);
  }

  /** The value of a place, where it is the same. */
  at(place: number, value: object): object | undefined {
    const flat = this.#flat[place];
    return flat !== undefined && endIn(flat, 0, value) === flat.length ? this.#held[place] : undefined;
  }

  /** Keeps a value from now on; nobody may change it any more. */
  keep(place: number, value: object): void {
    this.#held[place] = frozen(value);
    this.#flat[place] = flatOf(value);
  }
}

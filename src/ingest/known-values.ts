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

/** Alike in everything, the order of keys too. */
function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let at = 0; at < a.length; at++) if (!same(a[at], b[at])) return false;
    return true;
  }
  const keys = Object.keys(b);
  let at = 0;
  for (const key in a) if (key !== keys[at++] || !same((a as Fields)[key], (b as Fields)[key])) return false;
  return at === keys.length;
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

  /** Where a value is kept; it is asked for before the value may change. */
  placeOf(value: object): number {
    return sampleOf(value, 1) & (PLACES - 1);
  }

  /** The value of a place, where it is the same. */
  at(place: number, value: object): object | undefined {
    const held = this.#held[place];
    return held !== undefined && same(value, held) ? held : undefined;
  }

  /** Keeps a value from now on; nobody may change it any more. */
  keep(place: number, value: object): void {
    this.#held[place] = frozen(value);
  }
}

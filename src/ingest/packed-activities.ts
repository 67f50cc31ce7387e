/** Activities as they go from one thread to another: what went over lately goes as the number of its place, so that little is copied and parsed. */
import type { Activity } from '../../schemas/activity.ts';

/** Some activities; only the unpacker that has had all packed before can read it. */
export interface PackedActivities {
  readonly rows: number;
  /** What was not at its place, in the order in which it is met: values as JSON, and texts that hardly come twice. */
  readonly texts: readonly string[];
  /** Of each activity a place that holds its list of keys, and then one for the value of each; `~place` where the next text is put there first. */
  readonly codes: Int32Array<ArrayBuffer>;
}

/** Keys whose values hardly come twice: they are taken from `texts`. */
const OWN_KEYS: ReadonlySet<string> = new Set(['id', 'at', 'receivedAt']);
/** Places of values, the same on both sides, so that what is remembered has a bound. Half: more is sent again; double: twice the memory. */
const PLACES = 1 << 15;

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
  for (const key in value) sample = sampleOf((value as Fields)[key], Math.imul(sample, 31) + 7);
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

export class Packer {
  readonly #held = new Array<unknown>(PLACES).fill(undefined);
  #codes = new Int32Array(16 * 1_024);
  #used = 0;
  #texts: string[] = [];
  #keys: string[] = [];

  pack(activities: readonly Activity[]): PackedActivities {
    this.#used = 0;
    this.#texts = [];
    for (const activity of activities) this.#one(activity as Fields);
    return { rows: activities.length, texts: this.#texts, codes: this.#codes.slice(0, this.#used) };
  }

  #one(activity: Fields): void {
    const keys = this.#keysOf(activity);
    if (this.#used + keys.length >= this.#codes.length) {
      const wider = new Int32Array(2 * (this.#codes.length + keys.length));
      wider.set(this.#codes);
      this.#codes = wider;
    }
    this.#put(keys, 0);
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at]!;
      const value = activity[key];
      if (OWN_KEYS.has(key)) this.#texts.push(value as string);
      else this.#put(value, at + 1);
    }
  }

  /** Mostly the keys are those of the activity before. */
  #keysOf(activity: Fields): readonly string[] {
    const last = this.#keys;
    let at = 0;
    for (const key in activity) {
      if (activity[key] === undefined) continue;
      if (last[at] !== key) return this.#otherKeysOf(activity);
      at++;
    }
    return at === last.length ? last : this.#otherKeysOf(activity);
  }

  #otherKeysOf(activity: Fields): readonly string[] {
    this.#keys = Object.keys(activity).filter((key) => activity[key] !== undefined);
    return this.#keys;
  }

  #put(value: unknown, salt: number): void {
    const place = sampleOf(value, salt) & (PLACES - 1);
    if (same(value, this.#held[place])) {
      this.#codes[this.#used++] = place;
      return;
    }
    this.#held[place] = value;
    this.#texts.push(JSON.stringify(value));
    this.#codes[this.#used++] = ~place;
  }
}

function frozen(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

export class Unpacker {
  /** Values are shared by the activities that have them, so they are frozen. */
  readonly #held = new Array<unknown>(PLACES).fill(undefined);

  unpack({ rows, texts, codes }: PackedActivities): Activity[] {
    const held = this.#held;
    let text = 0;
    let at = 0;
    const value = (): unknown => {
      const code = codes[at++]!;
      if (code < 0) held[~code] = frozen(JSON.parse(texts[text++]!));
      return held[code < 0 ? ~code : code];
    };
    const activities: Activity[] = [];
    for (let row = 0; row < rows; row++) {
      const keys = value() as readonly string[];
      const activity: Record<string, unknown> = {};
      for (const key of keys) activity[key] = OWN_KEYS.has(key) ? texts[text++] : value();
      activities.push(activity as Activity);
    }
    return activities;
  }
}

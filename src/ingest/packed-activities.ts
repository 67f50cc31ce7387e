/** Activities as they go from one thread to another: what went over lately goes as the number of its place, so that little is copied and parsed. */
import type { Activity } from '../../schemas/activity.ts';
import { FIELD_GROUPS } from './activity-fields.ts';
import { frozen } from './known-values.ts';

/** Some activities; only the unpacker that has had all packed before can read it. */
export interface PackedActivities {
  readonly rows: number;
  /** What was not at its place, in the order in which it is met: values as JSON, and texts that hardly come twice. */
  readonly texts: readonly string[];
  /** Of each activity which keys it has, as bits, and then the place of the value of each; `~place` where the next text is put there first. */
  readonly codes: Int32Array<ArrayBuffer>;
}

/** The keys of an activity. Those before `SHARED` have values that hardly come twice: they are taken from `texts`. */
const KEYS = [
  'id',
  'at',
  'receivedAt',
  'tenant',
  'identity',
  'credential',
  'actor',
  'onBehalfOf',
  'action',
  'resource',
  'change',
  'source',
  'outcome',
  'errorCode',
  'scopes',
  'run',
  'amount',
  'recipients',
  'receivedFrom',
] as const satisfies readonly (keyof Activity)[];
const SHARED = KEYS.indexOf('tenant');
/** By key: the keys of the object that it holds; undefined where it holds none. */
const INNER = KEYS.map((key) => {
  const group = FIELD_GROUPS.find((one) => one.key === key);
  return group && [...group.fields, ...group.lists].map((field) => field.key);
});
/** Places of values, the same on both sides, so that what is remembered has a bound. Half: more is sent again; double: twice the memory. */
const PLACES = 1 << 15;

/** Knows a value again by being the very same: reading makes equal values one (`KnownValues`). */
export class Packer {
  readonly #places = new Map<unknown, number>();
  readonly #held = new Array<unknown>(PLACES).fill(undefined);
  /** The place that is given next. Whatever it holds goes, used or not, and is sent again when it comes again. */
  #next = 0;
  #codes = new Int32Array(16 * 1_024);
  #used = 0;
  #texts: string[] = [];

  pack(activities: readonly Activity[]): PackedActivities {
    this.#used = 0;
    this.#texts = [];
    for (const activity of activities) this.#one(activity);
    return { rows: activities.length, texts: this.#texts, codes: this.#codes.slice(0, this.#used) };
  }

  #one(activity: Activity): void {
    if (this.#used + KEYS.length >= this.#codes.length) {
      const wider = new Int32Array(2 * this.#codes.length);
      wider.set(this.#codes);
      this.#codes = wider;
    }
    const begin = this.#used++;
    let has = 0;
    for (let n = 0; n < KEYS.length; n++) {
      const value = activity[KEYS[n]!];
      if (value === undefined) continue;
      has |= 1 << n;
      if (n < SHARED) this.#texts.push(value as string);
      else this.#put(value);
    }
    this.#codes[begin] = has;
  }

  #put(value: unknown): void {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.#next;
      this.#next = (place + 1) & (PLACES - 1);
      this.#places.delete(this.#held[place]);
      this.#places.set(value, place);
      this.#held[place] = value;
      this.#texts.push(JSON.stringify(value));
      place = ~place;
    }
    this.#codes[this.#used++] = place;
  }
}

export class Unpacker {
  /** Values are shared by the activities that have them, so they are frozen. */
  readonly #held = new Array<unknown>(PLACES).fill(undefined);
  #texts: readonly string[] = [];
  #text = 0;
  #codes: Int32Array = new Int32Array(0);
  #code = 0;

  unpack({ rows, texts, codes }: PackedActivities): Activity[] {
    this.#texts = texts;
    this.#text = 0;
    this.#codes = codes;
    this.#code = 0;
    return Array.from({ length: rows }, () => this.#one());
  }

  /** All activities, and what they hold, have all keys in one order, also those without a value: what has one shape is read several times as fast. */
  #one(): Activity {
    const has = this.#codes[this.#code++]!;
    const text = (n: number) => ((has >> n) & 1 ? this.#texts[this.#text++] : undefined);
    const value = (n: number) => ((has >> n) & 1 ? this.#value(INNER[n]) : undefined);
    const activity: { [Key in keyof Required<Activity>]: unknown } = {
      id: text(0),
      at: text(1),
      receivedAt: text(2),
      tenant: value(3),
      identity: value(4),
      credential: value(5),
      actor: value(6),
      onBehalfOf: value(7),
      action: value(8),
      resource: value(9),
      change: value(10),
      source: value(11),
      outcome: value(12),
      errorCode: value(13),
      scopes: value(14),
      run: value(15),
      amount: value(16),
      recipients: value(17),
      receivedFrom: value(18),
    };
    return activity as Activity;
  }

  #value(keys: readonly string[] | undefined): unknown {
    const code = this.#codes[this.#code++]!;
    if (code >= 0) return this.#held[code];
    const sent = JSON.parse(this.#texts[this.#text++]!) as unknown;
    const value = keys === undefined ? sent : shaped(sent as Readonly<Record<string, unknown>>, keys);
    this.#held[~code] = frozen(value);
    return value;
  }
}

function shaped(value: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of keys) out[key] = value[key];
  return out;
}

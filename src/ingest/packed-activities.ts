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
  /** By key: the place of the value that came last. */
  readonly #last = new Int32Array(KEYS.length);
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
      else this.#put(value, n);
    }
    this.#codes[begin] = has;
  }

  #put(value: unknown, key: number): void {
    // Mostly an activity has the tenant, the outcome and the like of the one before it: what stands at its place still is that value.
    const last = this.#last[key] as number;
    let place = this.#held[last] === value ? last : this.#places.get(value);
    if (place === undefined) {
      place = this.#next;
      this.#next = (place + 1) & (PLACES - 1);
      this.#places.delete(this.#held[place]);
      this.#places.set(value, place);
      this.#held[place] = value;
      this.#texts.push(JSON.stringify(value));
      this.#last[key] = place;
      place = ~place;
    } else this.#last[key] = place;
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
    const activities: Activity[] = [];
    for (let row = 0; row < rows; row++) activities.push(this.#one());
    return activities;
  }

  /** All activities, and what they hold, have all keys in one order, also those without a value: what has one shape is read several times as fast. */
  #one(): Activity {
    const has = this.#codes[this.#code++]!;
    const activity: { [Key in keyof Required<Activity>]: unknown } = {
      id: this.#textOf(has, 0),
      at: this.#textOf(has, 1),
      receivedAt: this.#textOf(has, 2),
      tenant: this.#valueOf(has, 3),
      identity: this.#valueOf(has, 4),
      credential: this.#valueOf(has, 5),
      actor: this.#valueOf(has, 6),
      onBehalfOf: this.#valueOf(has, 7),
      action: this.#valueOf(has, 8),
      resource: this.#valueOf(has, 9),
      change: this.#valueOf(has, 10),
      source: this.#valueOf(has, 11),
      outcome: this.#valueOf(has, 12),
      errorCode: this.#valueOf(has, 13),
      scopes: this.#valueOf(has, 14),
      run: this.#valueOf(has, 15),
      amount: this.#valueOf(has, 16),
      recipients: this.#valueOf(has, 17),
      receivedFrom: this.#valueOf(has, 18),
    };
    return activity as Activity;
  }

  #textOf(has: number, key: number): string | undefined {
    return (has >> key) & 1 ? this.#texts[this.#text++] : undefined;
  }

  #valueOf(has: number, key: number): unknown {
    return (has >> key) & 1 ? this.#value(INNER[key]) : undefined;
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

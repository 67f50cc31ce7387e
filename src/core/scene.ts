/** What detectors see of one activity: its values, what of it is new, and how surprising that is among peers. */
import type { Activity } from '../../schemas/activity.ts';
import {
  ALERTED_DAYS,
  ALERTED_WEIGHT,
  DAY_MS,
  EXCLUSIVE_DAYS,
  FLOOR_RATE,
  HOUR_MS,
  IDENTITY_PSEUDO_DAYS,
  PENDING_WEIGHT,
  POPULAR_PRIORS,
  STALE_DAYS,
  STALE_WEIGHT,
  THIN_DAYS,
  VOLATILE_DAYS,
  VOLATILE_SHARE,
  YOUNG_WEIGHTS,
} from './constants.ts';
import type { Dimension, Novelty, Popularity, Scene, Sketch, SketchPlan } from './detector.ts';
import type { Facts } from './facts.ts';
import { type Hasher, mix } from './hash.ts';
import type { Lexicon } from './lexicon.ts';
import { ALERTED, CONDEMNED, type Memory, TRUSTED, type Value } from './memory.ts';
import { CELLS, type Population, RATE } from './population.ts';
import { type Sensitivity, sensitivityOf } from './sensitivity.ts';

const POPULARITIES = 5;

/** A dimension with what the engine precomputes for it. */
export interface Axis {
  readonly dimension: Dimension;
  /** The dimension's own functions, here so that every axis has the same shape. */
  readonly whole: Dimension['whole'];
  readonly also: Dimension['also'] | undefined;
  readonly context: Dimension['context'] | undefined;
  readonly exactSalt: number;
  readonly index: number;
  readonly salt: number;
  /** Salt of each level. */
  readonly levelSalts: readonly number[];
  /** Least rate of a novelty at each level. */
  readonly floors: readonly number[];
  /** For each cell (level, popularity): names of the rates of this cell and more extreme ones. */
  readonly extremes: readonly (readonly string[])[];
  /** For each cell: keys of the identity's own counters, likewise. */
  readonly extremeKeys: readonly (readonly number[])[];
}

export function axis(dimension: Dimension, index: number, hasher: Hasher): Axis {
  const salt = hasher.of(`dimension\u0000${dimension.id}`);
  const extremes: string[][] = [];
  const extremeKeys: number[][] = [];
  for (let level = 0; level < dimension.depth; level++)
    for (let popularity = 0; popularity < POPULARITIES; popularity++) {
      const names: string[] = [];
      const keys: number[] = [];
      for (let l = 0; l <= level; l++)
        for (let p = 0; p <= popularity; p++) {
          names.push(`${RATE}${dimension.id}:${l}:${p}`);
          keys.push(cellKey(salt, l, p));
        }
      extremes.push(names);
      extremeKeys.push(keys);
    }
  return {
    dimension,
    whole: dimension.whole,
    also: dimension.also,
    context: dimension.context,
    exactSalt: mix(salt, dimension.depth),
    index,
    salt,
    levelSalts: Array.from({ length: dimension.depth }, (_, level) => mix(salt, level + 1)),
    floors: dimension.changeRates ?? Array.from({ length: dimension.depth }, () => FLOOR_RATE),
    extremes,
    extremeKeys,
  };
}

function cellKey(salt: number, level: number, popularity: number): number {
  return (salt & 0x7fffff00) + level * 8 + popularity;
}

/** What is new in one dimension, with what learning needs to know. */
export interface Newness extends Novelty {
  readonly cell: number;
  readonly cellKey: number;
  readonly rateName: string;
  /** First level that is new, and its state before. */
  readonly state: 'new' | 'today' | 'pending' | 'alerted';
}

export class Sight implements Scene {
  activity!: Activity;
  ms = 0;
  day = 0;
  facts: Facts | undefined;
  memory!: Memory;
  sensitivity!: Sensitivity;
  tenant = '';
  identityHash = 0;
  readonly axes: readonly Axis[];
  /** By serial. */
  readonly #axisOf: Axis[] = [];
  readonly #sketchAt: number[] = [];
  /** Indexes of dimensions that learning must look at. */
  readonly active: number[] = [];
  fresh = false;
  readonly #hasher: Hasher;
  readonly #population: Population;
  readonly #lexicon: Lexicon;
  readonly #learnDays: number;
  readonly #declared: (ip: string) => boolean;
  /** Exact values' texts and hashes, and what is new, by dimension index. */
  readonly wholes: (string | undefined)[];
  readonly exact: number[];
  readonly news: (Newness | undefined)[];
  readonly #rates = new Map<string, NonNullable<Memory['rates']>>();
  #epoch = 0;

  constructor(
    axes: readonly Axis[],
    sketches: readonly SketchPlan[],
    hasher: Hasher,
    population: Population,
    lexicon: Lexicon,
    learnDays: number,
    declared: (ip: string) => boolean,
  ) {
    this.axes = axes;
    this.#hasher = hasher;
    this.#population = population;
    this.#lexicon = lexicon;
    this.#learnDays = learnDays;
    this.#declared = declared;
    for (const a of axes) this.#axisOf[a.dimension.serial] = a;
    sketches.forEach((plan, at) => {
      this.#sketchAt[plan.serial] = at;
    });
    this.wholes = axes.map(() => undefined);
    this.exact = axes.map(() => 0);
    this.news = axes.map(() => undefined);
  }

  /** The population has moved on: forget what was read of it. */
  forget(): void {
    this.#rates.clear();
    this.#epoch++;
  }

  /** Turns to an activity. */
  turn(
    activity: Activity,
    ms: number,
    day: number,
    memory: Memory,
    facts: Facts | undefined,
    identityHash: number,
  ): void {
    this.activity = activity;
    this.ms = ms;
    this.day = day;
    this.memory = memory;
    this.facts = facts;
    this.tenant = activity.tenant;
    this.identityHash = identityHash;
    this.sensitivity = sensitivityOf(activity);
    this.active.length = 0;
    this.fresh = false;
    const { axes } = this;
    for (let i = 0; i < axes.length; i++) {
      const a = axes[i] as Axis;
      const whole = a.whole(activity);
      this.wholes[i] = whole;
      this.news[i] = undefined;
      if (whole === undefined) {
        this.exact[i] = 0;
        continue;
      }
      const recent = memory.recent[i] as Memory['recent'][number];
      const hash = this.#exactOf(a, activity, whole, recent);
      this.exact[i] = hash;
      const { settled } = recent;
      if (settled !== undefined && settled.last === day && settled.state === TRUSTED) {
        if (settled.count < 0xffff) settled.count++;
        continue;
      }
      const value = (memory.tables[i] as Memory['tables'][number]).values.get(hash);
      if (value === undefined || value.state !== TRUSTED) {
        this.news[i] = this.#newness(a, activity, whole);
        if (this.news[i] !== undefined) this.fresh = true;
      } else if (value.last === day) {
        recent.settled = value;
        if (value.count < 0xffff) value.count++;
        continue;
      }
      this.active.push(i);
    }
  }

  #exactOf(a: Axis, activity: Activity, whole: string, recent: Memory['recent'][number]): number {
    const second = a.also === undefined ? undefined : a.also(activity);
    const third = a.context === undefined ? undefined : a.context(activity);
    if (recent.whole === whole && recent.also === second && recent.context === third) return recent.hash;
    let hash = mix(this.#hasher.of(whole), a.exactSalt);
    if (second !== undefined) hash = mix(hash, this.#hasher.of(second));
    recent.whole = whole;
    recent.also = second;
    recent.context = third;
    recent.hash = hash;
    recent.levels = undefined;
    recent.settled = undefined;
    return hash;
  }

  /** Hashes of all levels of a dimension's value. */
  levelsOf(a: Axis): readonly number[] {
    const recent = this.memory.recent[a.index] as Memory['recent'][number];
    if (recent.levels !== undefined) return recent.levels;
    const last = a.dimension.depth - 1;
    recent.levels = a.dimension
      .levels(this.activity, this.wholes[a.index] as string)
      .map((text, level) =>
        level === last ? (this.exact[a.index] as number) : mix(this.#hasher.of(text), a.levelSalts[level] as number),
      );
    return recent.levels;
  }

  textsOf(a: Axis): readonly string[] {
    return a.dimension.levels(this.activity, this.wholes[a.index] as string);
  }

  #newness(a: Axis, activity: Activity, whole: string): Newness | undefined {
    const hashes = this.levelsOf(a);
    const table = this.memory.tables[a.index] as Memory['tables'][number];
    let first = 0;
    while (first < hashes.length && table.values.get(hashes[first] as number)?.state === TRUSTED) first++;
    if (first === hashes.length) return undefined;
    if (first > 0 && this.volatile(a, first)) {
      if (this.memory.today.has(cellKey(a.salt, first, 0))) return undefined;
      return this.#counted(a, activity, whole, hashes, first);
    }
    const shallow = this.#newAt(a, activity, whole, hashes, first, table.values.get(hashes[first] as number));
    if (shallow.state === 'new' || shallow.state === 'today') return shallow;
    let deeper = first + 1;
    while (deeper < hashes.length && table.values.has(hashes[deeper] as number)) deeper++;
    if (deeper === hashes.length) return shallow;
    const deep = this.#newAt(a, activity, whole, hashes, deeper, undefined);
    return deep.nats * deep.weight > shallow.nats * shallow.weight ? deep : shallow;
  }

  /** A novelty at a volatile level: counted for the rate, silent otherwise. */
  #counted(a: Axis, activity: Activity, whole: string, hashes: readonly number[], level: number): Newness {
    const made = this.#newAt(a, activity, whole, hashes, level, undefined);
    return Object.assign(made, {
      popularity: 0,
      weight: 0,
      cell: level * POPULARITIES,
      cellKey: cellKey(a.salt, level, 0),
      rateName: `${RATE}${a.dimension.id}:${level}:0`,
    });
  }

  /** Whether new values at a level are this identity's daily bread: then single ones are neither judged nor remembered, only counted. */
  volatile(a: Axis, level: number): boolean {
    const days = this.memory.ratedDays;
    if (days < VOLATILE_DAYS) return false;
    let own = 0;
    for (let p = 0; p < POPULARITIES; p++) own = Math.max(own, this.memory.cells.get(cellKey(a.salt, level, p)) ?? 0);
    return own > days * VOLATILE_SHARE;
  }

  #newAt(
    a: Axis,
    activity: Activity,
    whole: string,
    hashes: readonly number[],
    level: number,
    value: Value | undefined,
  ): Newness {
    const hash = hashes[level] as number;
    const state = this.#stateOf(value);
    const popular = this.#population.popular(this.tenant, this.memory.peers, hash, this.identityHash);
    const popularity = a.dimension.exclusive ? exclusivity(popular.tenantHolders, popular.ageDays) : popular.popularity;
    const cell = level * POPULARITIES + popularity;
    const scene = this;
    return {
      dimension: a.dimension,
      level,
      popularity,
      weight: this.#weightOf(state, value, popularity),
      nats: this.#surprise(a, level, popularity),
      value: hash,
      cell,
      cellKey: cellKey(a.salt, level, popularity),
      rateName: `${RATE}${a.dimension.id}:${level}:${popularity}`,
      state,
      holders: popular.tenantHolders,
      sharedDays: popular.ageDays,
      get seen() {
        return (a.dimension.levels(activity, whole)[level] ?? whole).slice(0, 256);
      },
      get prevalence() {
        return {
          identity: value === undefined ? 0 : Math.min(1, value.days / Math.max(1, scene.memory.activeDays)),
          peers: popular.classSize <= 1 ? 0 : Math.min(1, popular.classHolders / (popular.classSize - 1)),
          tenant: popular.tenantSize <= 1 ? 0 : Math.min(1, popular.tenantHolders / (popular.tenantSize - 1)),
        };
      },
    };
  }

  #stateOf(value: Value | undefined): Newness['state'] {
    if (value === undefined || value.state === CONDEMNED) return 'new';
    if (value.first === this.day) return 'today';
    if (value.state === ALERTED) return value.days >= ALERTED_DAYS ? 'pending' : 'alerted';
    return 'pending';
  }

  #weightOf(state: Newness['state'], value: Value | undefined, popularity: Popularity): number {
    let weight = 1;
    if (state === 'alerted') weight = ALERTED_WEIGHT;
    else if (state === 'pending') {
      if (popularity >= 3) return 0;
      weight = this.day - (value as Value).last > STALE_DAYS ? STALE_WEIGHT : PENDING_WEIGHT;
    }
    if (this.maturity < 1 || this.memory.activeDays <= THIN_DAYS)
      weight *= (YOUNG_WEIGHTS[popularity] as number) * this.#tenantMaturity();
    return weight;
  }

  /** 0..1: in a tenant without a history, what nobody else does says nothing. */
  #tenantMaturity(): number {
    return this.#learnDays === 0 ? 1 : Math.min(1, this.#population.historyDays(this.tenant) / this.#learnDays);
  }

  /** Rates of the class, read once an epoch. */
  #shared(): NonNullable<Memory['rates']> {
    const known = this.memory.rates;
    if (known !== undefined && known.epoch === this.#epoch) return known;
    const name = `${this.tenant}\u0000${this.memory.peers}`;
    let rates = this.#rates.get(name);
    if (rates === undefined) {
      const cells = new Float64Array(this.axes.length * CELLS).fill(-1);
      rates = { epoch: this.#epoch, cells, named: new Map() };
      this.#rates.set(name, rates);
    }
    this.memory.rates = rates;
    return rates;
  }

  #rateOf(a: Axis, cell: number): number {
    const { cells } = this.#shared();
    const at = a.index * CELLS + cell;
    let shared = cells[at] as number;
    if (shared < 0) {
      shared = this.#population.rate(this.tenant, this.memory.peers, a.extremes[cell] as readonly string[]);
      cells[at] = shared;
    }
    let own = 0;
    if (this.memory.cells.size > 0)
      for (const key of a.extremeKeys[cell] as readonly number[]) own += this.memory.cells.get(key) ?? 0;
    const days = this.memory.ratedDays;
    const floor = a.floors[Math.floor(cell / POPULARITIES)] as number;
    return Math.max(floor, (own + IDENTITY_PSEUDO_DAYS * shared) / (days + IDENTITY_PSEUDO_DAYS));
  }

  get ageDays(): number {
    return (this.ms - this.memory.firstMs) / DAY_MS;
  }
  get activeDays(): number {
    return this.memory.activeDays;
  }
  get activities(): number {
    return this.memory.activities;
  }
  get lastMs(): number {
    return this.memory.lastMs;
  }
  get maturity(): number {
    return this.#learnDays === 0 ? 1 : Math.max(0, Math.min(1, this.ageDays / this.#learnDays));
  }

  #axis(dimension: Dimension): Axis {
    const a = this.#axisOf[dimension.serial];
    if (a === undefined) throw new Error(`dimension ${dimension.id} is used but not declared`);
    return a;
  }
  novelty(dimension: Dimension): Novelty | undefined {
    return this.news[this.#axis(dimension).index];
  }
  value(dimension: Dimension, level?: number): number {
    const a = this.#axis(dimension);
    if (this.wholes[a.index] === undefined) return 0;
    if (level === undefined || level === dimension.depth - 1) return this.exact[a.index] as number;
    return this.levelsOf(a)[level] ?? 0;
  }
  usual(dimension: Dimension, level?: number): string {
    const a = this.#axis(dimension);
    const at = level ?? dimension.depth - 1;
    const values = [...(this.memory.tables[a.index] as Memory['tables'][number]).values]
      .filter(([, v]) => v.level === at && v.state !== ALERTED)
      .sort((x, y) => y[1].days - x[1].days || y[1].count - x[1].count || x[0] - y[0]);
    if (values.length === 0) return 'nothing yet';
    const named = values.slice(0, 3).map(([hash]) => this.#lexicon.get(hash) ?? 'an earlier value');
    const rest = values.length - named.length;
    return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
  }
  known(dimension: Dimension, level: number): number {
    let n = 0;
    for (const v of (this.memory.tables[this.#axis(dimension).index] as Memory['tables'][number]).values.values())
      if (v.level === level && v.state !== ALERTED) n++;
    return n;
  }
  /** Hash of the activity's value at a level of a dimension named by its id, 0 where there is none, and whether that value is trusted. */
  valueAt(id: string, level: number): number {
    const a = this.#axisById(id);
    return a === undefined ? 0 : this.value(a.dimension, level);
  }
  trusts(id: string, hash: number): boolean {
    const a = this.#axisById(id);
    return (
      a !== undefined && (this.memory.tables[a.index] as Memory['tables'][number]).values.get(hash)?.state === TRUSTED
    );
  }
  #axisById(id: string): Axis | undefined {
    return this.axes.find((a) => a.dimension.id === id);
  }
  /** How common a value is by now among peers, and how much less surprising that makes it than it was at `before`, in nats. */
  explained(id: string, level: number, value: number, before: Popularity): number {
    const a = this.#axisById(id);
    if (a === undefined || a.dimension.exclusive) return 0;
    const now = this.#population.popular(this.tenant, this.memory.peers, value, this.identityHash, true).popularity;
    if (now <= before) return 0;
    return Math.max(0, this.#surprise(a, level, before) - this.#surprise(a, level, now));
  }
  /** Minus the log of the rate of such a novelty among benign identity-days, less the log odds that an attacker brings it. */
  #surprise(a: Axis, level: number, popularity: Popularity): number {
    const nats = -Math.log(Math.min(1, this.#rateOf(a, level * POPULARITIES + popularity)));
    return Math.max(0, nats - (POPULAR_PRIORS[popularity] as number));
  }
  #hash(dimension: Dimension, level: number, text: string): number {
    return mix(this.#hasher.of(text), this.#axis(dimension).levelSalts[level] as number);
  }
  holds(dimension: Dimension, level: number, text: string): boolean {
    const a = this.#axis(dimension);
    const v = (this.memory.tables[a.index] as Memory['tables'][number]).values.get(this.#hash(dimension, level, text));
    return v !== undefined && v.state !== ALERTED;
  }
  holders(dimension: Dimension, level: number, text: string): number {
    return this.#population.popular(
      this.tenant,
      this.memory.peers,
      this.#hash(dimension, level, text),
      this.identityHash,
    ).tenantHolders;
  }
  hash(text: string): number {
    return this.#hasher.of(text);
  }
  sketch(plan: SketchPlan): Sketch {
    const sketch = this.memory.sketches[this.#sketchAt[plan.serial] as number];
    if (sketch === undefined) throw new Error(`sketch ${plan.name} is used but not declared`);
    return sketch;
  }
  get credentialHash(): number {
    const id = this.activity.credential?.id;
    if (id === undefined) return 0;
    const { names } = this.memory;
    if (names.credential !== id) {
      names.credential = id;
      names.credentialHash = this.#hasher.of(id);
    }
    return names.credentialHash;
  }
  get actorHash(): number {
    const id = this.activity.actor?.id;
    if (id === undefined) return 0;
    const { names } = this.memory;
    if (names.actor !== id) {
      names.actor = id;
      names.actorHash = this.#hasher.of(id);
    }
    return names.actorHash;
  }
  hourShare(ms: number): number {
    const hour = hourOfWeek(ms);
    let total = 0;
    for (const n of this.memory.hours) total += n;
    if (total === 0) return 1;
    return ((this.memory.hours[hour] as number) / total) * 168;
  }
  rate(name: string): number {
    const { named } = this.#shared();
    let shared = named.get(name);
    if (shared === undefined) {
      shared = this.#population.rate(this.tenant, this.memory.peers, [`${RATE}${name}`]);
      named.set(name, shared);
    }
    const own = this.memory.cells.get(this.#hasher.of(`rate\u0000${name}`)) ?? 0;
    const days = this.memory.ratedDays;
    return Math.max(FLOOR_RATE, (own + IDENTITY_PSEUDO_DAYS * shared) / (days + IDENTITY_PSEUDO_DAYS));
  }
  /** Different services the identity is known to call. */
  services(): number {
    const a = this.axes.find((x) => x.dimension.id === 'action');
    if (a === undefined) return 0;
    let n = 0;
    for (const v of (this.memory.tables[a.index] as Memory['tables'][number]).values.values()) if (v.level === 0) n++;
    return n;
  }
  get weekdays(): number {
    let n = 0;
    for (let day = 0; day < 7; day++)
      if (this.memory.hours.subarray(day * 24, day * 24 + 24).some((count) => count > 0)) n++;
    return Math.max(1, n);
  }
  declared(ip: string | undefined): boolean {
    return ip !== undefined && this.#declared(ip);
  }
}

/** How alarming it is to hold what others hold: most when one or two have held it for days, little when many do or when all have just got it. */
function exclusivity(holders: number, ageDays: number): Popularity {
  if (holders === 0) return 2;
  if (holders > 5) return 4;
  if (ageDays < EXCLUSIVE_DAYS) return 3;
  return holders <= 2 ? 0 : 1;
}

/** Hour of the week of an instant, Monday 00:00 UTC = 0. */
export function hourOfWeek(ms: number): number {
  return Math.floor(ms / HOUR_MS + 72) % 168;
}

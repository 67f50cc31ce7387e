/** What detectors see of one activity: its values, what of it is new, and how surprising that is among peers. */
import type { Activity } from '../../schemas/activity.ts';
import { type Axis, axis, cellKey, exactHash, levelHashes, POPULARITIES, textsOf } from './axis.ts';
import {
  ALERTED_DAYS,
  ALERTED_WEIGHT,
  DAY_MS,
  DAY_ZERO,
  EXCLUSIVE_DAYS,
  FLOOR_RATE,
  IDENTITY_PSEUDO_DAYS,
  PENDING_WEIGHT,
  POPULAR_PRIORS,
  RETURN_SLACK_DAYS,
  RETURN_WEIGHT,
  RETURNS,
  STALE_DAYS,
  STALE_WEIGHT,
  THIN_DAYS,
  VOLATILE_DAYS,
  VOLATILE_SHARE,
  YOUNG_WEIGHTS,
} from './constants.ts';
import type { Dimension, Facet, Novelty, Popularity, Scene, Sketch, SketchPlan } from './detector.ts';
import { anything, authority, type Deed, deed, type FacetPlan, origin } from './facets.ts';
import type { Facts } from './facts.ts';
import { ALERTED, CONDEMNED, DOUBTED, isHeld, TRUSTED } from './habits.ts';
import { type Hasher, mix } from './hash.ts';
import type { Lexicon } from './lexicon.ts';
import type { Memory } from './memory.ts';
import { CELLS, type Population, RATE } from './population.ts';
import { NONE, Readings } from './readings.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { Table } from './tables.ts';

/** How facets are read, the deed first, and how many readings are kept of each: some hundred bytes each. Fewer: more hashing; more: memory. */
const FACETS: readonly [Facet | undefined, FacetPlan<unknown>, number][] = [
  ['deed', deed, 1 << 15],
  ['origin', origin, 1 << 13],
  ['authority', authority, 1 << 13],
  [undefined, anything, 2],
];

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
  hour = 0;
  day = 0;
  facts: Facts | undefined;
  memory!: Memory;
  sensitivity!: Sensitivity;
  tenant = '';
  identityHash = 0;
  readonly axes: readonly Axis[];
  /** By serial. */
  readonly #axisOf: Axis[] = [];
  readonly #tables: Table[] = [];
  /** Indexes of dimensions that learning must look at. */
  readonly active: number[] = [];
  fresh = false;
  readonly #hasher: Hasher;
  readonly #population: Population;
  readonly #lexicon: Lexicon;
  readonly #learnDays: number;
  readonly #declared: (ip: string) => boolean;
  /** By facet: its dimensions, what is kept of it, and the reading of the activity at hand. */
  readonly #facets: (readonly Axis[])[] = [];
  readonly #kept: Readings[] = [];
  readonly #at: number[] = [];
  /** What is new, by dimension index. */
  readonly news: (Newness | undefined)[];
  readonly #rates = new Map<string, NonNullable<Memory['rates']>>();
  #epoch = 0;

  constructor(
    dimensions: readonly Dimension[],
    tables: readonly Table[],
    hasher: Hasher,
    population: Population,
    lexicon: Lexicon,
    learnDays: number,
    declared: (ip: string) => boolean,
  ) {
    this.#hasher = hasher;
    this.#population = population;
    this.#lexicon = lexicon;
    this.#learnDays = learnDays;
    this.#declared = declared;
    const axes: Axis[] = [];
    for (const [facet, plan, size] of FACETS) {
      const own: Axis[] = [];
      dimensions.forEach((d, index) => {
        if (d.facet === facet) own.push(axis(d, index, this.#facets.length, own.length, hasher));
      });
      if (own.length === 0 && facet !== 'deed') continue;
      for (const a of own) axes[a.index] = a;
      const hash = (activity: Activity, place: number) => exactHash(own[place] as Axis, activity, hasher) ?? NONE;
      this.#facets.push(own);
      this.#kept.push(new Readings(plan, own.length, size, hash));
      this.#at.push(0);
    }
    this.axes = axes;
    for (const a of axes) this.#axisOf[a.dimension.serial] = a;
    for (const table of tables) this.#tables[table.plan.serial] = table;
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
    hour: number,
    day: number,
    memory: Memory,
    facts: Facts | undefined,
    identityHash: number,
  ): void {
    this.activity = activity;
    this.ms = ms;
    this.hour = hour;
    this.day = day;
    this.memory = memory;
    this.facts = facts;
    this.tenant = activity.tenant;
    this.identityHash = identityHash;
    this.active.length = 0;
    if (this.fresh) this.news.fill(undefined);
    this.fresh = false;
    for (let facet = 0; facet < this.#facets.length; facet++) {
      const kept = this.#kept[facet] as Readings;
      const at = kept.of(activity, identityHash);
      this.#at[facet] = at;
      this.#look(this.#facets[facet] as readonly Axis[], kept, at);
    }
    this.sensitivity = ((this.#kept[0] as Readings).kept(this.#at[0] as number) as Deed).sensitivity;
    this.#sortActive();
  }

  /** In order of dimension, whatever the facets. Mostly there is nothing to sort. */
  #sortActive(): void {
    const { active } = this;
    for (let i = 1; i < active.length; i++) {
      const index = active[i] as number;
      let at = i;
      while (at > 0 && (active[at - 1] as number) > index) {
        active[at] = active[at - 1] as number;
        at--;
      }
      active[at] = index;
    }
  }

  /** What is a habit and was used today is settled; what is not is looked into, and left to be learned. */
  #look(axes: readonly Axis[], readings: Readings, reading: number): void {
    const { habits, day } = this.memory;
    const isToday = this.day === day;
    if (isToday && readings.settled(reading) === habits.stamp) return;
    const before = this.active.length;
    for (let place = 0; place < axes.length; place++) {
      const hash = readings.exact(reading, place);
      if (hash === NONE) continue;
      const a = axes[place] as Axis;
      const near = readings.near(reading, place);
      const at = habits.findNear(a.index, hash, near);
      if (at >= 0 && at !== near) readings.setNear(reading, place, at);
      if (at < 0 || habits.state(at) !== TRUSTED) {
        const newness = this.#newness(a);
        this.news[a.index] = newness;
        if (newness !== undefined) this.fresh = true;
      } else if (habits.last(at) === this.day) continue;
      this.active.push(a.index);
    }
    if (this.active.length === before && isToday) readings.settle(reading, habits.stamp);
  }

  /** Hashes of all levels of a dimension's value. */
  levelsOf(a: Axis): readonly number[] {
    const readings = this.#kept[a.facet] as Readings;
    const reading = this.#at[a.facet] as number;
    const known = readings.levels(reading, a.place);
    if (known !== undefined) return known;
    const made = levelHashes(a, this.activity, readings.exact(reading, a.place), this.#hasher);
    readings.setLevels(reading, a.place, made);
    return made;
  }

  textsOf(a: Axis): readonly string[] {
    return textsOf(a, this.activity);
  }

  #newness(a: Axis): Newness | undefined {
    const hashes = this.levelsOf(a);
    const { habits } = this.memory;
    let first = 0;
    let at = -1;
    while (first < hashes.length) {
      at = habits.find(a.index, hashes[first] as number);
      if (at < 0 || habits.state(at) !== TRUSTED) break;
      first++;
    }
    if (first === hashes.length) return undefined;
    if (first > 0 && this.volatile(a, first)) {
      if (this.memory.today.has(cellKey(a.salt, first, 0))) return undefined;
      return this.#counted(a, hashes, first);
    }
    const shallow = this.#newAt(a, hashes, first, at);
    if (shallow.state === 'new' || shallow.state === 'today') return shallow;
    let deeper = first + 1;
    while (deeper < hashes.length && !this.#isNews(habits.find(a.index, hashes[deeper] as number))) deeper++;
    if (deeper === hashes.length) return shallow;
    const deep = this.#newAt(a, hashes, deeper, -1);
    return deep.nats * deep.weight > shallow.nats * shallow.weight ? deep : shallow;
  }

  /** A novelty at a volatile level: counted for the rate, silent otherwise. */
  #counted(a: Axis, hashes: readonly number[], level: number): Newness {
    const made = this.#newAt(a, hashes, level, -1);
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

  /** What is new at a level; `at` is the place of its value in the table, -1 where there is none. */
  #newAt(a: Axis, hashes: readonly number[], level: number, at: number): Newness {
    const hash = hashes[level] as number;
    const { habits } = this.memory;
    const state = this.#stateOf(at);
    const popular = this.#population.popular(this.tenant, this.memory.peers, hash, this.identityHash);
    const popularity = a.dimension.exclusive ? exclusivity(popular.tenantHolders, popular.ageDays) : popular.popularity;
    const cell = level * POPULARITIES + popularity;
    const { activity, memory } = this;
    const days = at < 0 ? 0 : habits.days(at);
    return {
      dimension: a.dimension,
      level,
      popularity,
      weight: this.#weightOf(state, at < 0 ? 0 : habits.last(at), popularity),
      nats: this.#surprise(a, level, popularity),
      value: hash,
      cell,
      cellKey: cellKey(a.salt, level, popularity),
      rateName: `${RATE}${a.dimension.id}:${level}:${popularity}`,
      state,
      holders: popular.tenantHolders,
      sharedDays: popular.ageDays,
      get seen() {
        const whole = a.dimension.whole(activity) as string;
        return (a.dimension.levels(activity, whole)[level] ?? whole).slice(0, 256);
      },
      get prevalence() {
        return {
          identity: Math.min(1, days / Math.max(1, memory.activeDays)),
          peers: popular.classSize <= 1 ? 0 : Math.min(1, popular.classHolders / (popular.classSize - 1)),
          tenant: popular.tenantSize <= 1 ? 0 : Math.min(1, popular.tenantHolders / (popular.tenantSize - 1)),
        };
      },
    };
  }

  /** What was condemned or is doubted is as new as what was never seen. */
  #isNews(at: number): boolean {
    if (at < 0) return true;
    const state = this.memory.habits.state(at);
    return state === CONDEMNED || state === DOUBTED;
  }

  #stateOf(at: number): Newness['state'] {
    const { habits } = this.memory;
    if (this.#isNews(at)) return 'new';
    if (habits.first(at) === this.day) return 'today';
    if (habits.state(at) === ALERTED) return habits.days(at) >= ALERTED_DAYS ? 'pending' : 'alerted';
    return 'pending';
  }

  #weightOf(state: Newness['state'], lastDay: number, popularity: Popularity): number {
    let weight = 1;
    if (state === 'alerted') weight = ALERTED_WEIGHT;
    else if (state === 'pending') {
      if (popularity >= 3) return 0;
      const unused = this.day - lastDay;
      weight = unused <= STALE_DAYS ? PENDING_WEIGHT : isReturn(unused) ? RETURN_WEIGHT : STALE_WEIGHT;
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
    const exact = (this.#kept[a.facet] as Readings).exact(this.#at[a.facet] as number, a.place);
    if (exact === NONE) return 0;
    if (level === undefined || level === dimension.depth - 1) return exact;
    return this.levelsOf(a)[level] ?? 0;
  }
  usual(dimension: Dimension, level?: number): string {
    const a = this.#axis(dimension);
    const at = level ?? dimension.depth - 1;
    const values = [...this.memory.habits.values(a.index)]
      .filter(([, v]) => v.level === at && isHeld(v.state))
      .sort((x, y) => y[1].days - x[1].days || y[1].last - x[1].last || x[0] - y[0]);
    if (values.length === 0) return 'nothing yet';
    const named = values.slice(0, 3).map(([hash]) => this.#lexicon.get(hash) ?? 'an earlier value');
    const rest = values.length - named.length;
    return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
  }
  known(dimension: Dimension, level: number): number {
    let n = 0;
    for (const v of this.memory.habits.values(this.#axis(dimension).index).values())
      if (v.level === level && isHeld(v.state)) n++;
    return n;
  }
  lessons(dimensions: readonly Dimension[], days: number): number {
    const { memory, tenant, identityHash } = this;
    const { habits } = memory;
    const young = Math.ceil(memory.firstMs / DAY_MS + this.#learnDays) - DAY_ZERO;
    const from = Math.max(young, this.day - days);
    const came = new Set<number>();
    for (const dimension of dimensions)
      for (const at of habits.places(this.#axis(dimension).index)) {
        const first = habits.first(at);
        if (first < from || habits.state(at) !== TRUSTED || came.has(first)) continue;
        if (this.#population.popular(tenant, memory.peers, habits.hash(at), identityHash).popularity <= 2)
          came.add(first);
      }
    return came.size;
  }
  /** Hash of the activity's value at a level of a dimension named by its id, 0 where there is none, and whether that value is trusted. */
  valueAt(id: string, level: number): number {
    const a = this.#axisById(id);
    return a === undefined ? 0 : this.value(a.dimension, level);
  }
  trusts(id: string, hash: number): boolean {
    const a = this.#axisById(id);
    if (a === undefined) return false;
    const { habits } = this.memory;
    const at = habits.find(a.index, hash);
    return at >= 0 && habits.state(at) === TRUSTED;
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
    const { habits } = this.memory;
    const at = habits.find(a.index, this.#hash(dimension, level, text));
    return at >= 0 && isHeld(habits.state(at));
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
    const table = this.#tables[plan.serial];
    if (table === undefined) throw new Error(`sketch ${plan.name} is used but not declared`);
    return table.of(this.memory.numbers);
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
    for (const v of this.memory.habits.values(a.index).values()) if (v.level === 0) n++;
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

/** Whether so many days are a turn of the calendar: who comes back then is a job, more likely than not. */
const isReturn = (unused: number) => RETURNS.some((period) => Math.abs(unused - period) <= RETURN_SLACK_DAYS);

/** How alarming it is to hold what others hold: most when one or two have held it for days, little when many do or when all have just got it. */
function exclusivity(holders: number, ageDays: number): Popularity {
  if (holders === 0) return 2;
  if (holders > 5) return 4;
  if (ageDays < EXCLUSIVE_DAYS) return 3;
  return holders <= 2 ? 0 : 1;
}

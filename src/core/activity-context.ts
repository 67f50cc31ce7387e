/** Turns to one activity after another, and answers what detectors, learning and hindsight ask of the one at hand. */
import type { Activity } from '../../schemas/activity.ts';
import { actOf } from './alert/to-window-item.ts';
import { type Change, type Concern, keysOf } from './change.ts';
import { CHANGE_DAYS, DAY_MS, DAY_ZERO, REVIEW_DAYS, VOUCHING } from './constants.ts';
import {
  type DetectorContext,
  type Dimension,
  type Novelty,
  POPULARITY,
  type Popularity,
  type Sketch,
  type SketchPlan,
} from './detector.ts';
import type { DecoyUse, Facts, Inventory } from './facts.ts';
import { type Hasher, mix } from './hash.ts';
import { dayOf } from './instant.ts';
import { ALERTED, CELLS, isHeld, PENDING, TRUSTED } from './memory/habits.ts';
import type { Slot } from './memory/identity-store.ts';
import type { Lexicon } from './memory/lexicon.ts';
import type { Memory } from './memory/memory.ts';
import type { SketchTable } from './memory/sketch-tables.ts';
import { usualValues } from './memory/usual-values.ts';
import type { Act } from './memory/window.ts';
import { isReturn } from './novelty/calendar.ts';
import {
  type CompiledDimension,
  compileDimension,
  exactHash,
  levelHash,
  textsOf,
  tierOf,
} from './novelty/compiled-dimension.ts';
import { FacetCache, NONE } from './novelty/facet-cache.ts';
import { type Deed, FACETS } from './novelty/facets.ts';
import type { NoveltyContext } from './novelty/moment.ts';
import { type Newness, Novelties } from './novelty/novelty.ts';
import { Rates } from './novelty/rates.ts';
import type { Population } from './population/population.ts';
import { gravityOf, type Sensitivity } from './sensitivity.ts';

/** Days of a week. */
const WEEK = 7;

/** Units of a resource's name that a finding keeps for a change that may be known later. It moves no alert but one on a longer name. */
const RESOURCE_KEPT = 256;

const NO_CHANGES: readonly Change[] = [];

/** Dimensions for which a declared network speaks. */
const PLACES = new Set(['network', 'reach', 'country', 'region', 'workload']);

export interface ActivityContextOptions {
  readonly dimensions: readonly Dimension[];
  readonly tables: readonly SketchTable[];
  readonly hasher: Hasher;
  readonly population: Population;
  readonly lexicon: Lexicon;
  readonly learnDays: number;
  /** Whether an address lies in a declared network. */
  readonly declared: (ip: string) => boolean;
  readonly inventory: Inventory;
}

export class ActivityContext implements DetectorContext, NoveltyContext {
  activity!: Activity;
  ms = 0;
  hour = 0;
  /** Time from the activity to its arrival, where it came too late to be judged as of its own time; else 0. */
  delayMs = 0;
  day = 0;
  facts: Facts | undefined;
  decoy: DecoyUse | undefined;
  memory!: Memory;
  sensitivity!: Sensitivity;
  tier = 0;
  tenant = '';
  /** Tenant and identity in one. */
  key = '';
  identityHash = 0;
  maturity = 0;
  readonly axes: readonly CompiledDimension[];
  /** By serial. */
  readonly #axisOf: CompiledDimension[] = [];
  readonly #axisByName = new Map<string, CompiledDimension>();
  readonly #tables: SketchTable[] = [];
  /** Indexes of the dimensions that learning must look at; the first `actives` entries count. */
  readonly active: Uint8Array;
  /** How many entries of `active` count. */
  actives = 0;
  fresh = false;
  readonly #hasher: Hasher;
  readonly #population: Population;
  readonly #lexicon: Lexicon;
  readonly #learnDays: number;
  readonly #declared: (ip: string) => boolean;
  readonly #inventory: Inventory;
  /** By facet: its dimensions, its cache, and the place in the cache of the activity at hand. */
  readonly #facets: (readonly CompiledDimension[])[] = [];
  readonly #kept: FacetCache[] = [];
  readonly #at: number[] = [];
  /** What is new, by dimension index. */
  readonly novelties: (Newness | undefined)[];
  #concern: Concern | undefined;
  #changes: readonly Change[] | undefined;
  #act: Act | undefined;
  readonly #rates: Rates;
  readonly #novelties: Novelties;

  constructor({
    dimensions,
    tables,
    hasher,
    population,
    lexicon,
    learnDays,
    declared,
    inventory,
  }: ActivityContextOptions) {
    this.#hasher = hasher;
    this.#population = population;
    this.#lexicon = lexicon;
    this.#learnDays = learnDays;
    this.#declared = declared;
    this.#inventory = inventory;
    this.#rates = new Rates(this, population, hasher, dimensions.length);
    this.#novelties = new Novelties(this, population, this.#rates, learnDays);
    const axes: CompiledDimension[] = [];
    for (const [facet, plan, size] of FACETS) {
      const own: CompiledDimension[] = [];
      dimensions.forEach((d, index) => {
        if (d.facet === facet) own.push(compileDimension(d, index, this.#facets.length, own.length, hasher));
      });
      if (own.length === 0 && facet !== 'deed') continue;
      for (const a of own) axes[a.index] = a;
      const hash = (activity: Activity, place: number) =>
        exactHash(own[place] as CompiledDimension, activity, hasher) ?? NONE;
      const depths = own.map(({ dimension }) => dimension.depth);
      this.#facets.push(own);
      this.#kept.push(new FacetCache(plan, depths, size, hash));
      this.#at.push(0);
    }
    this.axes = axes;
    this.active = new Uint8Array(axes.length);
    for (const a of axes) {
      this.#axisOf[a.dimension.serial] = a;
      this.#axisByName.set(a.dimension.id, a);
    }
    for (const table of tables) this.#tables[table.plan.serial] = table;
    this.novelties = axes.map(() => undefined);
  }

  /** Drops what was read of the population, because an hour was closed. */
  forget(): void {
    this.#rates.forget();
  }

  /** Takes an activity of an identity as the one at hand; its values are not known before `findNovelties`. */
  bind(activity: Activity, ms: number, hour: number, slot: Slot, delayMs = 0): void {
    this.#concern = undefined;
    this.#changes = undefined;
    this.#act = undefined;
    this.activity = activity;
    this.ms = ms;
    this.hour = hour;
    this.delayMs = delayMs;
    this.day = dayOf(ms);
    this.memory = slot.memory;
    this.facts = slot.facts;
    this.decoy = this.#inventory.decoyIn(activity, slot.facts);
    this.tenant = activity.tenant;
    this.key = slot.key;
    this.identityHash = slot.identity;
    this.maturity = this.#learnDays === 0 ? 1 : Math.max(0, Math.min(1, this.ageDays / this.#learnDays));
  }

  /** Finds what of the activity is new to the identity as it is now, and what of it there is to learn. */
  findNovelties(): void {
    const { activity, identityHash } = this;
    this.actives = 0;
    if (this.fresh) this.novelties.fill(undefined);
    this.fresh = false;
    for (let facet = 0; facet < this.#facets.length; facet++) {
      const kept = this.#kept[facet] as FacetCache;
      const at = kept.of(activity, identityHash);
      this.#at[facet] = at;
      if (facet === 0) {
        this.sensitivity = (kept.kept(at) as Deed).sensitivity;
        this.tier = tierOf(gravityOf(this.sensitivity));
      }
      this.#lookAt(this.#facets[facet] as readonly CompiledDimension[], kept, at);
    }
    this.#sortActive();
  }

  /** Sorts `active` by dimension, because facets are looked at one after another. Mostly there is nothing to sort. */
  #sortActive(): void {
    const { active } = this;
    for (let i = 1; i < this.actives; i++) {
      const index = active[i] as number;
      let at = i;
      while (at > 0 && (active[at - 1] as number) > index) {
        active[at] = active[at - 1] as number;
        at--;
      }
      active[at] = index;
    }
  }

  /** Passes over values that are habits and were used today; for the others it asks how new they are, and leaves them to learning. */
  #lookAt(axes: readonly CompiledDimension[], readings: FacetCache, reading: number): void {
    const { habits, day } = this.memory;
    const isToday = this.day === day;
    if (isToday && readings.settled(reading) === habits.stamp) return;
    const before = this.actives;
    for (let place = 0; place < axes.length; place++) {
      const hash = readings.exact(reading, place);
      if (hash === NONE) continue;
      const a = axes[place] as CompiledDimension;
      const near = readings.near(reading, place);
      const at = habits.findNear(a.index, hash, near);
      if (at >= 0 && at !== near) readings.setNear(reading, place, at);
      if (at < 0 || habits.state(at) !== TRUSTED) {
        const newness = this.#novelties.of(a);
        this.novelties[a.index] = newness;
        if (newness !== undefined) this.fresh = true;
      } else if (habits.last(at) === this.day) continue;
      this.active[this.actives++] = a.index;
    }
    if (this.actives === before && isToday) readings.settle(reading, habits.stamp);
  }

  levelOf(a: CompiledDimension, level: number): number {
    const readings = this.#kept[a.facet] as FacetCache;
    const reading = this.#at[a.facet] as number;
    const known = readings.level(reading, a.place, level);
    if (known !== NONE) return known;
    // All levels at once, because texts of one mostly come with those of the others, and written where they stay.
    const exact = readings.exact(reading, a.place);
    const texts = textsOf(a, this.activity);
    for (let coarser = 0; coarser < a.dimension.depth - 1; coarser++)
      readings.setLevel(reading, a.place, coarser, levelHash(a, texts, coarser, exact, this.#hasher));
    return readings.level(reading, a.place, level);
  }

  textsOf(a: CompiledDimension): readonly string[] {
    return textsOf(a, this.activity);
  }

  get ageDays(): number {
    return (this.ms - this.memory.firstMs) / DAY_MS;
  }
  get cameWithLog(): boolean {
    return this.ageDays > this.#population.historyDays(this.tenant) - 1;
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

  #axis(dimension: Dimension): CompiledDimension {
    const a = this.#axisOf[dimension.serial];
    if (a === undefined) throw new Error(`dimension ${dimension.id} is used but not declared`);
    return a;
  }
  novelty(dimension: Dimension): Novelty | undefined {
    return this.novelties[this.#axis(dimension).index];
  }
  value(dimension: Dimension, level?: number): number {
    const a = this.#axis(dimension);
    const exact = (this.#kept[a.facet] as FacetCache).exact(this.#at[a.facet] as number, a.place);
    if (exact === NONE) return 0;
    if (level === undefined || level === dimension.depth - 1) return exact;
    return level < dimension.depth ? this.levelOf(a, level) : 0;
  }
  usual(dimension: Dimension, level?: number): string {
    const a = this.#axis(dimension);
    const at = this.#deepest(a, level ?? dimension.depth - 1);
    const own = this.value(dimension, at) === 0 ? '' : (this.textsOf(a)[at] as string);
    return usualValues(this.memory.habits, this.#lexicon, a.index, at, own);
  }
  /** The level at which the value of a level is remembered: the deepest of those that are one value. */
  #deepest(a: CompiledDimension, level: number): number {
    const { dimension } = a;
    const own = this.value(dimension, level);
    let at = level;
    while (
      dimension.joinsEqual === true &&
      own !== 0 &&
      at < dimension.depth - 1 &&
      this.value(dimension, at + 1) === own
    )
      at++;
    return at;
  }
  /** All values of a dimension that are habits at a level, in no order, as far as their texts are known. */
  values(dimension: Dimension, level: number): readonly string[] {
    const { habits } = this.memory;
    const a = this.#axis(dimension);
    const { index } = a;
    const deepest = this.#deepest(a, level);
    const texts: string[] = [];
    for (let place = habits.begin(index); place < habits.end(index); place += CELLS) {
      if (habits.level(place) !== deepest || !isHeld(habits.state(place))) continue;
      const text = this.#lexicon.get(habits.hash(place));
      if (text !== undefined) texts.push(text);
    }
    return texts;
  }
  known(dimension: Dimension, level: number): number {
    const { habits } = this.memory;
    const a = this.#axis(dimension);
    const { index } = a;
    const deepest = this.#deepest(a, level);
    let n = 0;
    for (let at = habits.begin(index); at < habits.end(index); at += CELLS)
      if (habits.level(at) === deepest && isHeld(habits.state(at))) n++;
    return n;
  }
  lessons(dimensions: readonly Dimension[], days: number): number {
    return this.newsDays(dimensions, this.day - days, true).size;
  }
  /**
   * Days from `since` on, of those since the identity is no longer young, on which something new came that is rare beyond it; of
   * `isLasting` what became a habit since.
   */
  newsDays(dimensions: readonly Dimension[], since: number, isLasting = false): ReadonlySet<number> {
    const { memory, tenant, identityHash } = this;
    const { habits } = memory;
    const from = Math.max(this.matureDay, since);
    const came = new Set<number>();
    for (const dimension of dimensions) {
      const { index } = this.#axis(dimension);
      for (let at = habits.begin(index); at < habits.end(index); at += CELLS) {
        const first = habits.first(at);
        if (first < from) continue;
        const state = habits.state(at);
        const counts = state === TRUSTED || (!isLasting && (state === PENDING || state === ALERTED));
        if (!counts || came.has(first)) continue;
        if (this.#population.popular(tenant, memory.peers, habits.hash(at), identityHash).popularity <= POPULARITY.rare)
          came.add(first);
      }
    }
    return came;
  }
  /** Whether a value last used `unused` days ago, and first `since` days ago, comes back as a job of the calendar does. */
  isDue(unused: number, since: number): boolean {
    return isReturn(unused, since, since >= this.#population.historyDays(this.tenant));
  }
  /** Whether others of the tenant have a value. */
  othersHold(value: number): boolean {
    const { memory, tenant, identityHash } = this;
    return this.#population.popular(tenant, memory.peers, value, identityHash).tenantHolders > 0;
  }
  /** First whole day on which the identity was no longer young, in days since 2020-01-01. */
  get matureDay(): number {
    return Math.ceil(this.memory.firstMs / DAY_MS + this.#learnDays) - DAY_ZERO;
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
  #axisById(id: string): CompiledDimension | undefined {
    return this.#axisByName.get(id);
  }
  /**
   * Whether somebody else gives a reason for the value of the activity at hand: others who have it and are under no suspicion, a network
   * that is declared as ours, an approval by a person, or the inventory, which names the credential or a change on purpose of late.
   */
  vouched(id: string, value: number): boolean {
    const { memory, activity, facts, ms } = this;
    const a = this.#axisById(id);
    if (a === undefined) return false;
    if ((memory.approvals.get(value) ?? 0) > ms) return true;
    const changedMs = facts?.record.baselineChangedAt === undefined ? 0 : Date.parse(facts.record.baselineChangedAt);
    if (changedMs <= ms && ms - changedMs <= REVIEW_DAYS * DAY_MS) return true;
    if (id === 'credential') {
      const known = facts?.credentials.get(activity.credential?.id ?? '');
      if (known !== undefined && known.revokedMs > ms && known.expiresMs > ms) return true;
    }
    // A key that others have is no reason to have it.
    if (a.dimension.exclusive) return false;
    if (PLACES.has(id) && this.declared(activity.source.ip)) return true;
    return this.#population.popular(this.tenant, memory.peers, value, this.identityHash).tenantElders >= VOUCHING;
  }
  /** How common a value is by now among peers, and how much less surprising that makes it than it was at `before`, in nats. */
  explained(id: string, level: number, value: number, before: Popularity): number {
    const a = this.#axisById(id);
    if (a === undefined || a.dimension.exclusive) return 0;
    const now = this.#population.popular(this.tenant, this.memory.peers, value, this.identityHash, true).popularity;
    if (now <= before) return 0;
    return Math.max(0, this.#rates.surprise(a, level, before) - this.#rates.surprise(a, level, now));
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
  suspects(dimension: Dimension, level: number, text: string): number {
    return this.#population.suspects(
      this.tenant,
      this.memory.peers,
      this.#hash(dimension, level, text),
      this.identityHash,
    );
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
  rate(name: string, beforeToday?: boolean): number {
    return this.#rates.named(name, beforeToday);
  }
  /** The act at hand as findings keep it, the same for all of them. */
  get act(): Act {
    this.#act ??= actOf(this.activity, this.sensitivity);
    return this.#act;
  }
  /** What of the activity at hand a change may be about. */
  get concern(): Concern {
    this.#concern ??= this.#concernOf();
    return this.#concern;
  }
  #concernOf(): Concern {
    const { activity } = this;
    const { action, outcome, resource, source, identity } = activity;
    const place = this.novelties[this.#axisById('network')?.index ?? -1];
    return {
      keys: this.#concerned,
      credential: this.credentialHash,
      address: place !== undefined && source.ip !== undefined ? this.#hasher.of(source.ip) : 0,
      self: this.#hasher.of(identity.id.toLowerCase()),
      isElsewhere: place !== undefined && place.level < place.dimension.depth - 1,
      action: action.name,
      service: action.service,
      access: action.access,
      outcome,
      ...(resource !== undefined && { resource: resource.id.slice(0, RESOURCE_KEPT) }),
    };
  }
  /** Its keys alone, which is all that most activities are asked for; mostly they are those of the activity before. */
  get #concerned(): readonly number[] {
    const { names } = this.memory;
    const { identity, credential, actor, source } = this.activity;
    const { concerned } = names;
    // By all that `keysOf` reads: a token that was issued anew is another object with the same id.
    if (
      concerned === undefined ||
      concerned.credential !== credential?.id ||
      concerned.actor !== actor?.id ||
      concerned.workload !== source.workload ||
      concerned.account !== identity.account ||
      concerned.provider !== identity.provider ||
      concerned.id !== identity.id
    ) {
      const keys = keysOf(this.activity).map((key) => this.#hasher.of(key));
      const { id, provider, account } = identity;
      names.concerned = {
        id,
        provider,
        account,
        credential: credential?.id,
        actor: actor?.id,
        workload: source.workload,
        keys,
      };
      return keys;
    }
    return concerned.keys;
  }
  get changes(): readonly Change[] {
    this.#changes ??= this.#population.isUnchanged(this.tenant)
      ? NO_CHANGES
      : this.changesAbout({ keys: this.#concerned }, this.ms);
    return this.#changes;
  }
  /** Changes that are about what was done at event time `ms`, and still count then. */
  changesAbout({ keys }: Pick<Concern, 'keys'>, ms: number): readonly Change[] {
    let found: Change[] | undefined;
    for (const key of keys)
      for (const change of this.#population.changesAbout(this.tenant, key))
        if (change.ms <= ms && ms - change.ms <= CHANGE_DAYS * DAY_MS) {
          found ??= [];
          found.push(change);
        }
    return found ?? NO_CHANGES;
  }
  /** Different services the identity is known to call. */
  services(): number {
    const a = this.#axisById('action');
    if (a === undefined) return 0;
    const { habits } = this.memory;
    let n = 0;
    for (let at = habits.begin(a.index); at < habits.end(a.index); at += CELLS) if (habits.level(at) === 0) n++;
    return n;
  }
  get weekdays(): number {
    let n = 0;
    for (let day = 0; day < WEEK; day++)
      if (this.memory.hours.subarray(day * 24, day * 24 + 24).some((count) => count > 0)) n++;
    return Math.max(1, n);
  }
  declared(ip: string | undefined): boolean {
    return ip !== undefined && this.#declared(ip);
  }
}

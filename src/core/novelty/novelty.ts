/** How new a value is to an identity: at which level, how common beyond it, how surprising, and at what weight that counts. */

import type { Activity } from '../../../schemas/activity.ts';
import {
  ALERTED_WEIGHT,
  EXCLUSIVE_DAYS,
  EXCLUSIVE_HOLDERS,
  PENDING_WEIGHT,
  RETURN_WEIGHT,
  STALE_DAYS,
  STALE_WEIGHT,
  THIN_DAYS,
  VOLATILE_DAYS,
  VOLATILE_SHARE,
  YOUNG_WEIGHTS,
} from '../constants.ts';
import { type Dimension, type Novelty, POPULARITY, type Popularity } from '../detector.ts';
import { ALERTED, CONDEMNED, DOUBTED, TRUSTED } from '../memory/habits.ts';
import type { Memory } from '../memory/memory.ts';
import type { Popular } from '../population/popularity.ts';
import type { Population } from '../population/population.ts';
import { ELDERS } from '../population/value-holders.ts';
import { type CompiledDimension, cellKey, POPULARITIES } from './compiled-dimension.ts';
import type { NoveltyContext } from './moment.ts';
import type { Rates } from './rates.ts';

/** What is new in one dimension, with what learning needs to know. */
export interface Newness extends Novelty {
  readonly cell: number;
  readonly cellKey: number;
  /** The same for the tiers of gravity up to that of the act, without tier 0. */
  readonly graverKeys: readonly number[];
  readonly rateName: string;
  /** First level that is new, and its state before. */
  readonly state: 'new' | 'today' | 'pending' | 'alerted';
}

export class Novelties {
  readonly #moment: NoveltyContext;
  readonly #population: Population;
  readonly #rates: Rates;
  readonly #learnDays: number;

  constructor(moment: NoveltyContext, population: Population, rates: Rates, learnDays: number) {
    this.#moment = moment;
    this.#population = population;
    this.#rates = rates;
    this.#learnDays = learnDays;
  }

  /** The novelty of the value at hand: of the coarsest level that is new, or of a deeper one that says more. */
  of(a: CompiledDimension): Newness | undefined {
    const moment = this.#moment;
    const { memory } = moment;
    const { depth } = a.dimension;
    const { habits } = memory;
    let first = 0;
    let at = -1;
    while (first < depth) {
      at = habits.find(a.index, moment.levelOf(a, first));
      if (at < 0 || habits.state(at) !== TRUSTED) break;
      first++;
    }
    if (first === depth) return undefined;
    if (first > 0 && isVolatile(memory, a, first, moment.tier)) {
      if (memory.today.has(cellKey(a.salt, first, 0, moment.tier))) return undefined;
      return this.#counted(a, first);
    }
    const shallow = this.#newAt(a, first, at);
    if (shallow.state === 'new' || shallow.state === 'today') return shallow;
    let deeper = first + 1;
    while (deeper < depth && !this.#isNews(habits.find(a.index, moment.levelOf(a, deeper)))) deeper++;
    if (deeper === depth) return shallow;
    const deep = this.#newAt(a, deeper, -1);
    return deep.nats * deep.weight > shallow.nats * shallow.weight ? deep : shallow;
  }

  /** A novelty at a volatile level: counted for the rate, silent otherwise. */
  #counted(a: CompiledDimension, level: number): Newness {
    return this.#newAt(a, level, -1, true);
  }

  /** What is new at a level; `at` is the place of its value in the table, -1 where there is none; a silent one weighs nothing. */
  #newAt(a: CompiledDimension, level: number, at: number, isSilent = false): Newness {
    const { memory, tenant, identityHash } = this.#moment;
    const value = this.#moment.levelOf(a, level);
    const { habits } = memory;
    const state = this.#stateOf(at);
    const popular = this.#population.popular(tenant, memory.peers, value, identityHash);
    const found = a.dimension.exclusive ? exclusivity(popular) : popular.popularity;
    const popularity = isSilent ? 0 : found;
    const weight = isSilent ? 0 : this.#weightOf(state, at, popularity);
    const newWeight = isSilent ? 0 : this.#weightOf(state === 'alerted' ? state : 'new', -1, popularity);
    const days = at < 0 ? 0 : habits.days(at);
    const nats = this.#rates.surprise(a, level, found);
    return new Found(
      a,
      level,
      popularity,
      found,
      weight,
      newWeight,
      nats,
      value,
      state,
      popular,
      this.#moment,
      this.#rates,
      days,
    );
  }

  /** Whether a value counts as never seen: one that was condemned or is doubted does. */
  #isNews(at: number): boolean {
    if (at < 0) return true;
    const state = this.#moment.memory.habits.state(at);
    return state === CONDEMNED || state === DOUBTED;
  }

  #stateOf(at: number): Newness['state'] {
    const { memory, day } = this.#moment;
    const { habits } = memory;
    if (this.#isNews(at)) return 'new';
    if (habits.first(at) === day) return 'today';
    return habits.state(at) === ALERTED ? 'alerted' : 'pending';
  }

  /** `at`: where the value is among the habits; only that of a pending one is looked at. */
  #weightOf(state: Newness['state'], at: number, popularity: Popularity): number {
    const { day, maturity, memory } = this.#moment;
    let weight = 1;
    if (state === 'alerted') weight = ALERTED_WEIGHT;
    else if (state === 'pending') {
      if (popularity >= POPULARITY.common) return 0;
      const unused = day - memory.habits.last(at);
      const since = day - memory.habits.first(at);
      weight = unused <= STALE_DAYS ? PENDING_WEIGHT : this.#moment.isDue(unused, since) ? RETURN_WEIGHT : STALE_WEIGHT;
    }
    if (maturity < 1 || memory.activeDays <= THIN_DAYS)
      weight *= (YOUNG_WEIGHTS[popularity] as number) * this.#tenantMaturity();
    return weight;
  }

  /** 0..1: in a tenant without a history, what nobody else does says nothing. */
  #tenantMaturity(): number {
    const { tenant } = this.#moment;
    return this.#learnDays === 0 ? 1 : Math.min(1, this.#population.historyDays(tenant) / this.#learnDays);
  }
}

/** Texts and shares are worked out only where they are asked for, which they seldom are. */
class Found implements Newness {
  readonly dimension: Dimension;
  readonly level: number;
  readonly popularity: Popularity;
  readonly weight: number;
  readonly newWeight: number;
  readonly nats: number;
  readonly value: number;
  readonly cell: number;
  readonly cellKey: number;
  readonly graverKeys: readonly number[];
  readonly rateName: string;
  readonly state: Newness['state'];
  readonly #compiled: CompiledDimension;
  readonly #found: Popularity;
  readonly #activity: Activity;
  readonly #popular: Popular;
  readonly #memory: Memory;
  readonly #rates: Rates;
  readonly #days: number;

  constructor(
    a: CompiledDimension,
    level: number,
    popularity: Popularity,
    /** How common the value is, also where it is silent. */
    found: Popularity,
    weight: number,
    newWeight: number,
    nats: number,
    value: number,
    state: Newness['state'],
    popular: Popular,
    { activity, memory, tier }: NoveltyContext,
    rates: Rates,
    days: number,
  ) {
    this.dimension = a.dimension;
    this.level = level;
    this.popularity = popularity;
    this.weight = weight;
    this.newWeight = newWeight;
    this.nats = nats;
    this.value = value;
    this.cell = level * POPULARITIES + popularity;
    this.cellKey = cellKey(a.salt, level, popularity);
    this.graverKeys = graverKeys(a.salt, level, popularity, tier);
    this.rateName = a.rateNames[this.cell] as string;
    this.state = state;
    this.#compiled = a;
    this.#found = found;
    this.#activity = activity;
    this.#popular = popular;
    this.#memory = memory;
    this.#rates = rates;
    this.#days = days;
  }

  get independentNats(): number {
    return this.#rates.surpriseAmongOthers(this.#compiled, this.level, this.#found);
  }

  get holders(): number {
    return this.#popular.tenantHolders;
  }

  get sharedDays(): number {
    return this.#popular.ageDays;
  }

  get seen(): string {
    const whole = this.dimension.whole(this.#activity) as string;
    return (this.dimension.levels(this.#activity, whole)[this.level] ?? whole).slice(0, 256);
  }

  get prevalence(): Novelty['prevalence'] {
    const { classSize, classHolders, tenantSize, tenantHolders } = this.#popular;
    return {
      identity: Math.min(1, this.#days / Math.max(1, this.#memory.activeDays)),
      peers: classSize <= 1 ? 0 : Math.min(1, classHolders / (classSize - 1)),
      tenant: tenantSize <= 1 ? 0 : Math.min(1, tenantHolders / (tenantSize - 1)),
    };
  }
}

const NO_KEYS: readonly number[] = [];

const graverKeys = (salt: number, level: number, popularity: Popularity, tier: number): readonly number[] =>
  tier === 0 ? NO_KEYS : keysUpTo(salt, level, popularity, tier);

function keysUpTo(salt: number, level: number, popularity: Popularity, tier: number): readonly number[] {
  const keys: number[] = [];
  for (let t = 1; t <= tier; t++) keys.push(cellKey(salt, level, popularity, t));
  return keys;
}

/**
 * Whether the identity has new values at a level, with acts as grave as the one at hand, on most days: then single ones are neither judged
 * nor remembered, only counted.
 */
export function isVolatile({ ratedDays, cells }: Memory, a: CompiledDimension, level: number, tier: number): boolean {
  if (ratedDays < VOLATILE_DAYS) return false;
  let own = 0;
  for (let p = 0; p < POPULARITIES; p++) own = Math.max(own, cells.get(cellKey(a.salt, level, p, tier)) ?? 0);
  return own > ratedDays * VOLATILE_SHARE;
}

/** How alarming it is to hold a value that others hold: most when one or two have held it for days, little when many do or when all have just got it. */
function exclusivity({ tenantHolders, tenantElders, ageDays }: Popular): Popularity {
  // Whoever has a stolen key can make it the key of many, but not of many who were there before.
  const holders = tenantElders < ELDERS ? tenantElders : tenantHolders;
  if (holders === 0) return POPULARITY.rare;
  if (holders > EXCLUSIVE_HOLDERS) return POPULARITY.rollout;
  if (ageDays < EXCLUSIVE_DAYS) return POPULARITY.common;
  return holders <= 2 ? POPULARITY.nobody : POPULARITY.tenant;
}

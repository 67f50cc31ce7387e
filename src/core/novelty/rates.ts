/** How often an identity, leaning on its class, sees a novelty or a finding of a kind on a day, and how surprising one is by that. */

import { FLOOR_RATE, IDENTITY_PSEUDO_DAYS, POPULAR_PRIORS } from '../constants.ts';
import type { Popularity } from '../detector.ts';
import type { Hasher } from '../hash.ts';
import type { Memory } from '../memory/memory.ts';
import type { Population } from '../population/population.ts';
import { type CompiledDimension, POPULARITIES } from './compiled-dimension.ts';
import type { NoveltyContext } from './moment.ts';

type ClassRates = NonNullable<Memory['rates']>;

/** Classes whose tables of rates are kept from one hour to the next. Half: more tables are made anew; double: twice the memory. It moves no alert. */
const CLASSES_KEPT = 256;
/** Most levels of a dimension times popularities. */
const CELLS = 40;

export class Rates {
  readonly #moment: NoveltyContext;
  readonly #population: Population;
  readonly #hasher: Hasher;
  readonly #dimensions: number;
  /** By tenant and class. */
  readonly #read = new Map<string, Map<string, ClassRates>>();
  #classes = 0;
  #epoch = 0;

  constructor(moment: NoveltyContext, population: Population, hasher: Hasher, dimensions: number) {
    this.#moment = moment;
    this.#population = population;
    this.#hasher = hasher;
    this.#dimensions = dimensions;
  }

  /** Drops what was read of the population, because an hour was closed. */
  forget(): void {
    if (this.#classes > CLASSES_KEPT) {
      this.#read.clear();
      this.#classes = 0;
    }
    this.#epoch++;
  }

  /** Nats of a novelty: minus the log of how many benign identity-days bring one like it, less the prior of its popularity. */
  surprise(a: CompiledDimension, level: number, popularity: Popularity): number {
    return natsOf(this.#ofCell(a, level * POPULARITIES + popularity), popularity);
  }

  /** The same by others alone: nothing that the identity has done itself makes it less. */
  surpriseAmongOthers(a: CompiledDimension, level: number, popularity: Popularity): number {
    const rate = this.#amongOthers(a, level * POPULARITIES + popularity);
    return natsOf(Math.max(this.#floor(a, level), rate), popularity);
  }

  /**
   * Share of identity-days with a finding that is counted under this name, from `FLOOR_RATE`. With `beforeToday` the identity's own
   * present day is left out: what goes on growing must not look usual because it began.
   */
  named(name: string, beforeToday = false): number {
    const { memory, tenant } = this.#moment;
    const { named } = this.#shared();
    let shared = named.get(name);
    if (shared === undefined) {
      shared = this.#population.rate(tenant, memory.peers, [name]);
      named.set(name, shared);
    }
    const key = findingKey(this.#hasher, name);
    const counted = memory.cells.get(key) ?? 0;
    const own = beforeToday && counted > 0 && memory.today.has(key) ? counted - 1 : counted;
    return Math.max(FLOOR_RATE, leaning(own, memory.ratedDays, shared));
  }

  #ofCell(a: CompiledDimension, cell: number): number {
    const { memory, tenant } = this.#moment;
    const { cells } = this.#shared();
    const at = a.index * CELLS + cell;
    let shared = cells[at] as number;
    if (shared < 0) {
      shared = this.#population.rate(tenant, memory.peers, a.extremes[cell] as readonly string[]);
      cells[at] = shared;
    }
    let own = 0;
    if (memory.cells.size > 0)
      for (const key of a.extremeKeys[cell] as readonly number[]) own += memory.cells.get(key) ?? 0;
    return Math.max(this.#floor(a, Math.floor(cell / POPULARITIES)), leaning(own, memory.ratedDays, shared));
  }

  /** What benign change brings to even the calmest: people move about more than machines do. */
  #floor({ floors, personFloors }: CompiledDimension, level: number): number {
    return (this.#moment.activity.identity.kind === 'human' ? personFloors : floors)[level] as number;
  }

  /** Rate of a cell among so many others that the identity itself hardly counts. */
  #amongOthers(a: CompiledDimension, cell: number): number {
    const { memory, tenant } = this.#moment;
    const { others } = this.#shared();
    const at = a.index * CELLS + cell;
    let rate = others[at] as number;
    if (rate < 0) {
      rate = this.#population.settledRate(tenant, memory.peers, a.extremes[cell] as readonly string[]);
      others[at] = rate;
    }
    return rate;
  }

  /** Rates of the class, read once an epoch. */
  #shared(): ClassRates {
    const { memory, tenant } = this.#moment;
    const known = memory.rates;
    if (known !== undefined && known.epoch === this.#epoch && known.peers === memory.peers) return known;
    const rates = this.#read.get(tenant)?.get(memory.peers) ?? this.#tableOf(tenant, memory.peers);
    if (rates.epoch !== this.#epoch) {
      rates.epoch = this.#epoch;
      rates.cells.fill(-1);
      rates.others.fill(-1);
      rates.named.clear();
    }
    memory.rates = rates;
    return rates;
  }

  #tableOf(tenant: string, peers: string): ClassRates {
    const [cells, others] = [new Float64Array(this.#dimensions * CELLS), new Float64Array(this.#dimensions * CELLS)];
    const rates: ClassRates = { peers, epoch: -1, cells, others, named: new Map() };
    const classes = this.#read.get(tenant) ?? new Map<string, ClassRates>();
    this.#read.set(tenant, classes);
    classes.set(peers, rates);
    this.#classes++;
    return rates;
  }
}

const natsOf = (rate: number, popularity: Popularity) =>
  Math.max(0, -Math.log(Math.min(1, rate)) - (POPULAR_PRIORS[popularity] as number));

/** Key of an identity's own counter of findings of a name. */
export const findingKey = (hasher: Hasher, name: string) => hasher.of(`rate\u0000${name}`);

/** An identity's own rate, leaning on that of its class while its days are few. */
const leaning = (own: number, days: number, shared: number) =>
  (own + IDENTITY_PSEUDO_DAYS * shared) / (days + IDENTITY_PSEUDO_DAYS);

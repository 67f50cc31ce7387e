/** All that crosses identities, as of the last closed hour: who holds a value, how often each class sees novelties, what scores a day brings. */

import type { Change } from '../change.ts';
import {
  ANCHOR_DAYS,
  CLASS_PSEUDO_DAYS,
  ELDER_DAYS,
  PRIOR_DAYS,
  PRIOR_RATE,
  RATE_HALF_LIFE_DAYS,
  ROLLOUT_DAYS,
  TAUGHT_ATTACKS,
  THIN_CLASS,
  THRESHOLD_DAYS,
} from '../constants.ts';
import type { Contribution } from '../engine-contract.ts';
import { mix } from '../hash.ts';
import type { Arrivals } from './arrivals.ts';
import { Births } from './births.ts';
import { type ChangeOf, Changes } from './changes.ts';
import { type Circle, Circles, type Place } from './circles.ts';
import { type ClassDay, ClassDays } from './class-days.ts';
import { type ClassFit, fitOf } from './class-fit.ts';
import { DayScores } from './day-scores.ts';
import { Incidents } from './incidents.ts';
import { JudgedDays } from './judged-days.ts';
import { decodeMessage, type PopulationMessage } from './message.ts';
import { PeerClasses } from './peer-classes.ts';
import { HELD_BY_NOBODY, type Popular, popularityOf } from './popularity.ts';
import { SpentDays } from './spent-days.ts';
import { ELDERS, type Holder, SHARED, ValueHolders } from './value-holders.ts';

export interface PopulationSettings {
  /** Values remembered per tenant and class together; beyond it the longest unused go. */
  readonly maxValues?: number;
  /** Identity-day scores kept per tenant and day. */
  readonly scoresPerDay?: number;
}

/** Values of a full table that are left when it makes room, so that it does not have to every hour. */
const KEPT_SHARE = 0.9;
/** Salts of voices: those of an owner and of an input are never one. */
const [OWNERS, SOURCES] = [0x51ed270b, 0x2545f491];
/** Days for which an identity is a newcomer, whose values go first: a week, as where identities are forgotten. */
const NEWCOMER_DAYS = 7;
/** Bounds of `PopulationSettings` where none is given. */
const VALUES_MAX = 2_000_000;
const SCORES_PER_DAY = 2_000;

/** A longer silence than this starts the calendar anew instead of passing day by day. */
const LONGEST_GAP_DAYS = 1_000;

/** Messages that are taken between two steps of `closing`. */
const STEP_MESSAGES = 512;

/** Peer classes are found by comparing the sets of values of this dimension. */
const ALIKE_BY = 'action';

/** What was told of an hour, and by whom. */
interface Told {
  readonly c: Contribution;
  readonly message: PopulationMessage;
}

export class Population {
  /** Last closed event hour; what happened after it is not seen yet. */
  epoch = -1;
  readonly #maxValues: number;
  readonly #scoresPerDay: number;
  #peers = new PeerClasses();
  /** What hours that are open contributed, by hour. */
  #open = new Map<number, Told[]>();
  #values = new ValueHolders();
  #births = new Births();
  #circles = new Circles();
  #classDays = new ClassDays();
  #judged = new JudgedDays();
  #scores: DayScores;
  /** `#past` as of the last closed hour. */
  #pastAtClose = 0;
  /** What is told of a value that no other has, in the tenant that was asked about last. */
  #heldByNobody = HELD_BY_NOBODY;
  #past = 0;
  #incidents = new Incidents();
  #spent = new SpentDays(this.#incidents);
  #changes = new Changes();
  #day = -1;
  #listeners: (() => void)[] = [];

  constructor(settings: PopulationSettings = {}) {
    this.#maxValues = settings.maxValues ?? VALUES_MAX;
    this.#scoresPerDay = settings.scoresPerDay ?? SCORES_PER_DAY;
    this.#scores = new DayScores({
      circles: this.#circles,
      classDays: this.#classDays,
      judged: this.#judged,
      perDay: this.#scoresPerDay,
    });
  }

  /** Takes a contribution of an hour that is still open; it counts once the hour is closed. `message`: what it says, where that is at hand. */
  merge(contribution: Contribution, message: PopulationMessage = decodeMessage(contribution)): void {
    const told = this.#open.get(contribution.hour);
    if (told === undefined) this.#open.set(contribution.hour, [{ c: contribution, message }]);
    else told.push({ c: contribution, message });
  }

  /** Rebuilds what merging and closing led to, from the contributions in their order. */
  replay(contributions: Iterable<Contribution>): void {
    for (const c of contributions) {
      if (c.hour > this.epoch + 1) this.close(c.hour);
      this.merge(c);
    }
  }

  /** Closes all hours before `hour`: what they contributed is seen from now on. Order inside an hour does not matter. */
  close(hour: number): void {
    for (const _ of this.closing(hour));
  }

  /**
   * The same step by step, for whoever lets others run in between: what thousands of newcomers told in one hour takes seconds. Until the last
   * step the population is of no hour, and nobody may judge with it.
   */
  *closing(hour: number): Generator<undefined, void> {
    if (hour - 1 <= this.epoch) return;
    const due = [...this.#open.keys()].filter((at) => at < hour).sort((a, b) => a - b);
    for (const at of due) {
      const told = this.#open.get(at) as Told[];
      this.#open.delete(at);
      yield* this.#turnTo(Math.floor(at / 24));
      for (let n = 0; n < told.length; n++) {
        const { c, message } = told[n] as Told;
        if (message.kind === 'active') this.#active(c, message);
        if (n % STEP_MESSAGES === 0) yield;
      }
      this.#change(told);
      for (let n = 0; n < told.length; n++) {
        const { c, message } = told[n] as Told;
        if (message.kind !== 'active') this.#apply(c, message);
        if (n % STEP_MESSAGES === 0) yield;
      }
    }
    yield* this.#turnTo(Math.floor(hour / 24));
    yield* this.#evict();
    this.epoch = hour - 1;
    if (this.#pastAtClose !== this.#past) this.#scores.pastChanged();
    this.#pastAtClose = this.#past;
    this.#spent.hourClosed();
    for (const listener of this.#listeners) listener();
  }

  /** Forgets everything, so that it can be built anew from contributions, up to an earlier hour than before. */
  reset(): void {
    this.#take(new Population({ maxValues: this.#maxValues, scoresPerDay: this.#scoresPerDay }));
  }

  /** Knows from now on what another one knows, and nothing else; the other one is given up. */
  become(other: Population): void {
    this.#take(other);
    for (const listener of this.#listeners) listener();
  }

  #take(other: Population): void {
    this.epoch = other.epoch;
    this.#peers = other.#peers;
    this.#open = other.#open;
    this.#values = other.#values;
    this.#births = other.#births;
    this.#circles = other.#circles;
    this.#classDays = other.#classDays;
    this.#judged = other.#judged;
    this.#scores = other.#scores;
    this.#incidents = other.#incidents;
    this.#spent = other.#spent;
    this.#changes = other.#changes;
    this.#day = other.#day;
    this.#past = Math.max(this.#past, other.#past) + 1;
  }

  /** Passes the days one by one, so that one long step and many short ones lead to the same state. */
  *#turnTo(day: number): Generator<undefined, void> {
    if (this.#day < 0 || day - this.#day > LONGEST_GAP_DAYS) {
      this.#day = day;
      this.#past++;
    }
    while (this.#day < day) yield* this.#nextDay(this.#day + 1);
  }

  /** Forgets the values that nobody took up for longest, and incidents beyond their bound. */
  *#evict(): Generator<undefined, void> {
    if (this.#values.size > this.#maxValues)
      yield* this.#values.forgetting(Math.floor(this.#maxValues * KEPT_SHARE), this.#day - NEWCOMER_DAYS);
    this.#incidents.trim();
    this.#changes.trim();
  }

  /** Calls back after every closed hour; engines drop what they cached of an older epoch. */
  onClose(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Row of a value among the holdings under a salt, or -1. */
  #find(value: number, salt: number): number {
    return this.#values.find(mix(value, salt), mix(salt, value) & 0xfffff);
  }

  /** Day on which an identity was first seen; one that is not known yet begins today. */
  #bornOn(tenant: string, identity: number): number {
    return this.#births.dayOf(tenant, identity) ?? Math.max(0, this.#day);
  }

  /** Whether an identity says what is usual in its class: it came with the tenant, or has been there for as long as a profile is believed. */
  #isSettled({ tenant, identity, hour }: Contribution): boolean {
    const day = Math.floor(hour / 24);
    const age = day - this.#bornOn(tenant, identity);
    return age >= ANCHOR_DAYS || age >= day - (this.#circles.tenant(tenant)?.firstDay ?? 0) - ELDER_DAYS;
  }

  #placeOf({ tenant, peers }: Contribution): Place {
    return this.#circles.place(tenant, peers);
  }

  /** Counts up with everything that changes scores, verdicts or activity of the days before today. */
  get past(): number {
    return this.#past;
  }

  #notePast(day: number): void {
    if (day < this.#day) this.#past++;
  }

  #active(c: Contribution, { days, origin }: Extract<PopulationMessage, { kind: 'active' }>): void {
    this.#notePast(Math.floor(c.hour / 24));
    this.#classDays.take(c, days);
    const day = Math.floor(c.hour / 24);
    const number = this.#births.numberOf(c.tenant, c.identity, day, origin);
    const { voice } = this.#holderOf(c);
    for (const circle of this.#placeOf(c).circles) {
      circle.isKnown = true;
      if ((voice & SHARED) === 0) circle.members.add(number);
      else circle.joins(voice);
      circle.firstDay ??= day;
      circle.days += days;
      if (days > 0 && this.#isSettled(c)) circle.settled.active(days);
    }
  }

  /** Takes the changes of one hour, before the alerts of that hour cast doubt on them. */
  #change(told: readonly Told[]): void {
    const byTenant = new Map<string, ChangeOf[]>();
    for (const { c, message } of told) {
      if (message.kind !== 'changed') continue;
      const { tenant, identity } = c;
      const changes = byTenant.get(tenant) ?? [];
      byTenant.set(tenant, changes);
      changes.push({ ...message.change, subject: message.subject, identity, ms: message.ms });
    }
    for (const [tenant, changes] of byTenant) this.#changes.take(tenant, changes);
  }

  #apply(c: Contribution, message: Exclude<PopulationMessage, { kind: 'active' }>): void {
    switch (message.kind) {
      case 'rate': {
        const isSettled = this.#isSettled(c);
        for (const circle of this.#placeOf(c).circles) {
          circle.isKnown = true;
          circle.counts.set(message.name, (circle.counts.get(message.name) ?? 0) + message.days);
          if (isSettled) circle.settled.saw(message.name, message.days);
        }
        break;
      }
      case 'score':
        this.#notePast(Math.floor(c.hour / 24));
        this.#scores.take(c, message.nats);
        break;
      case 'suspect': {
        const { kind, own } = this.#placeOf(c);
        const holder = this.#holderOf(c);
        this.#hold(kind.suspectSalt, c, message.value, holder);
        if (own !== undefined) this.#hold(own.suspectSalt, c, message.value, holder);
        break;
      }
      case 'raised':
        this.#classDays.raised(c, message.cause);
        this.#changes.doubt(c.tenant, c.identity, c.hour);
        if (message.cause !== 0) this.#incidents.take(c, message.cause, message.falseShare);
        else this.#spent.add(c.tenant, Math.floor(c.hour / 24), message.falseShare);
        break;
      case 'amended':
        this.#spent.add(c.tenant, message.day, message.change);
        break;
      case 'cause-amended':
        this.#incidents.amend(c, message.cause, message.change);
        break;
      case 'joined':
        if (message.falseShare > 0) this.#classDays.raised(c, message.cause);
        this.#changes.doubt(c.tenant, c.identity, c.hour);
        this.#incidents.join(c, message.cause, message.since, message.falseShare);
        break;
      case 'judged':
        this.#past++;
        this.#judged.take(c, message.as, message.day, message.times);
        break;
      case 'holds':
        this.#holds(c, message);
    }
  }

  #holds(c: Contribution, { dimension, value, amount }: Extract<PopulationMessage, { kind: 'holds' }>): void {
    const { tenant, kind, own, kindName } = this.#placeOf(c);
    if (dimension === ALIKE_BY) this.#peers.observe(kindName, c.identity, value);
    const holder = this.#holderOf(c);
    if (amount > 0) this.#hold(tenant.salt, c, value, holder);
    if (amount > 0) this.#hold(kind.salt, c, value, holder);
    if (own !== undefined) this.#hold(own.salt, c, value, holder);
  }

  #hold(salt: number, { hour }: Contribution, value: number, holder: Holder): void {
    this.#values.hold(mix(value, salt), mix(salt, value) & 0xfffff, holder, Math.floor(hour / 24));
  }

  /**
   * Whoever has been there for long speaks for itself. Newcomers of one owner speak with one voice, as do those without an owner that came
   * by one input: thirty of them are as easily made up as one.
   */
  #holderOf(c: Contribution): Holder {
    const { tenant, identity } = c;
    const born = this.#bornOn(tenant, identity);
    const isNewcomer = this.#births.dayOf(tenant, identity) !== undefined && !this.#isSettled(c);
    const origin = this.#births.originOf(tenant, identity);
    const [owner, source] = [origin >>> 16, origin & 0xffff];
    const shared = owner === 0 ? mix(source, SOURCES) : mix(owner, OWNERS);
    const voice = isNewcomer ? SHARED | (shared & (SHARED - 1)) : identity & (SHARED - 1);
    return { identity, born, voice, owner: this.#circles.tenant(tenant)?.salt ?? 0, source };
  }

  *#nextDay(day: number): Generator<undefined, void> {
    yield* this.#peers.sort();
    this.#day = day;
    this.#past++;
    const fade = 2 ** (-1 / RATE_HALF_LIFE_DAYS);
    for (const circle of this.#circles.all()) {
      circle.settled.nextDay(fade);
      circle.days *= fade;
      for (const [name, count] of circle.counts) circle.counts.set(name, count * fade);
    }
    this.#scores.forget(day - THRESHOLD_DAYS);
    this.#judged.forget(day - THRESHOLD_DAYS);
    this.#incidents.forget(day - THRESHOLD_DAYS);
    this.#changes.forget(day);
    this.#classDays.forget(day - THRESHOLD_DAYS);
    this.#spent.forget(day - THRESHOLD_DAYS);
  }

  /** Holders in a row other than the identity, as far as it is known by name. */
  #others(row: number, identity: number): number {
    return row < 0 ? 0 : this.#values.holders(row) - (this.#values.names(row, identity) ? 1 : 0);
  }

  /** Peer class of an identity of a declared kind, as of the last closed day. */
  peersOf(tenant: string, kind: string, identity: number): string {
    const own = this.#peers.classOf(`${tenant}\u0000${kind}`, identity);
    return own === undefined ? kind : `${kind}#${own}`;
  }

  /** Other identities of a class that met a value under an alert. */
  suspects(tenant: string, peers: string, value: number, identity: number): number {
    return this.#others(this.#find(value, this.#circleOf(tenant, peers).suspectSalt), identity);
  }

  /** How common a value is among the other identities of its tenant and class; `suspects` counts those that hold it under an alert too. */
  popular(tenant: string, peers: string, value: number, identity: number, suspects = false): Popular {
    const place = this.#circles.place(tenant, peers);
    const inTenant = this.#find(value, place.tenant.salt);
    const tenantSize = place.tenant.size;
    const tenantHolders = this.#others(inTenant, identity);
    if (tenantHolders === 0 && !suspects) {
      if (this.#heldByNobody.tenantSize !== tenantSize) this.#heldByNobody = { ...HELD_BY_NOBODY, tenantSize };
      return this.#heldByNobody;
    }
    const ageDays = inTenant < 0 ? 0 : this.#day - this.#values.firstDay(inTenant);
    const circle = comparedIn(place);
    const inClass = this.#find(value, circle.salt);
    const suspected = suspects ? this.#find(value, circle.suspectSalt) : -1;
    const classSize = circle.size;
    const classHolders = this.#others(inClass, identity) + this.#others(suspected, identity);
    const by = this.#bornOn(tenant, identity) + ELDER_DAYS;
    const tenantElders = this.#elders(inTenant, identity, by);
    const classElders = this.#elders(inClass, identity, by) + this.#elders(suspected, identity, by);
    const adopters = classElders > 0 ? this.#adopters(inClass) + this.#adopters(suspected) : 0;
    const popularity = popularityOf({ tenantElders, classElders, classHolders, classSize, adopters });
    return { popularity, tenantHolders, tenantElders, classHolders, classElders, classSize, tenantSize, ageDays };
  }

  /** Holders in a row other than the identity that were first seen on a day or before it, of the three oldest. */
  #elders(row: number, identity: number, day: number): number {
    if (row < 0) return 0;
    const elders = this.#values.elders(row, day);
    const own = elders < ELDERS && this.#values.names(row, identity) ? 1 : 0;
    return Math.min(elders - own, this.#others(row, identity));
  }

  /**
   * Others of its class that hold a value, those under an alert too. `told`: the identity told of it in an hour that is closed, so it
   * is one of the holders, by name or not.
   */
  othersWith(tenant: string, peers: string, value: number, identity: number, told: boolean): number {
    const { salt, suspectSalt } = this.#circleOf(tenant, peers);
    const rows = [this.#find(value, salt), this.#find(value, suspectSalt)];
    const others = rows.reduce((sum, row) => sum + this.#others(row, identity), 0);
    const isNamed = rows.some((row) => row >= 0 && this.#values.names(row, identity));
    return told && !isNamed ? Math.max(0, others - 1) : others;
  }

  /** Identities that took a value up in the days of a roll-out. */
  #adopters(row: number): number {
    if (row < 0) return 0;
    const days = ROLLOUT_DAYS - (this.#day - this.#values.lastDay(row));
    let adopters = 0;
    for (let before = 0; before < days; before++) adopters += this.#values.recent(row, before);
    return adopters;
  }

  /** Identity-days with evidence named `name` as a share of all, class leaning on tenant leaning on the prior. */
  rate(tenant: string, peers: string, names: readonly string[]): number {
    let rate = PRIOR_RATE;
    let weight = PRIOR_DAYS;
    for (const { counts, days } of this.#circles.place(tenant, peers).circles) {
      let count = 0;
      if (counts.size > 0) for (const name of names) count += counts.get(name) ?? 0;
      rate = (count + rate * weight) / (days + weight);
      weight = CLASS_PSEUDO_DAYS;
    }
    return rate;
  }

  /** The same of settled members, without a class of few: it would say of an identity what the identity says of itself. */
  settledRate(tenant: string, peers: string, names: readonly string[]): number {
    let rate = PRIOR_RATE;
    let weight = PRIOR_DAYS;
    const place = this.#circles.place(tenant, peers);
    for (const circle of place.circles) {
      if (!circle.isKnown || (circle !== place.tenant && circle.size < THIN_CLASS)) continue;
      rate = circle.settled.rate(names, rate, weight);
      weight = CLASS_PSEUDO_DAYS;
    }
    return rate;
  }

  #circleOf(tenant: string, peers: string): Circle {
    return comparedIn(this.#circles.place(tenant, peers));
  }

  /** Scores of identity-days of the last `days` closed days that nobody called an attack, newest day first; each day's highest first. */
  scores(tenant: string, days: number): number[][] {
    return this.#scores.before(tenant, this.#day, days, (judged) => judged !== 'attack');
  }

  /** Those among `scores` that a person called benign. */
  falseScores(tenant: string, days: number): number[][] {
    return this.#scores.before(tenant, this.#day, days, (judged) => judged === 'benign');
  }

  /**
   * Conformal p: share of the benign identity-days of the last weeks at least as surprising, of the class where it has enough of
   * them, else of its declared kind, else of the tenant. What was alerted on counts by its probability of being benign.
   */
  pOf(tenant: string, peers: string, score: number): number {
    return this.#scores.pOf(tenant, peers, score, this.#day);
  }

  /** Whether the classes of a tenant alert as often as their share of the budget, as of the last closed day. */
  fit(tenant: string, falsePerDay: number): ClassFit[] {
    const rows: ClassDay[] = [];
    for (let day = this.#day - THRESHOLD_DAYS; day < this.#day; day++)
      for (const row of this.#classDays.on(tenant, day, (one) => this.#judged.on(tenant, day, one) !== 'attack'))
        rows.push(row);
    return fitOf(rows, this.#day, falsePerDay);
  }

  tenants(): string[] {
    return this.#classDays.tenants();
  }

  /** Expected false alerts raised on each of the last closed days, newest first; an incident counts once, on the day it began. */
  spent(tenant: string, days: number): number[] {
    const of = this.#spent.of(tenant);
    if (of.size === 0) return [];
    const first = Math.min(...of.keys());
    const out: number[] = [];
    for (let day = this.#day - 1; day >= Math.max(first, this.#day - days); day--) out.push(of.get(day) ?? 0);
    return out;
  }

  /** The same for those of the days on which a person judged an alert: there is what was spent known, not only expected. */
  spentJudged(tenant: string, days: number): number[] {
    return this.spent(tenant, days).filter((_, n) => this.#judged.isJudged(tenant, this.#day - 1 - n));
  }

  /** Expected false alerts raised so far on the day that is still open, in its closed hours. */
  spentToday(tenant: string): number {
    return this.#spent.of(tenant).get(this.#day) ?? 0;
  }

  /** Identities that were active on a day of the last weeks, on average; 0 while there is no closed day. */
  identitiesPerDay(tenant: string): number {
    const days = Math.min(THRESHOLD_DAYS, this.historyDays(tenant));
    let sum = 0;
    for (let n = 1; n <= days; n++) sum += this.#classDays.identityDays(tenant, this.#day - n);
    return days === 0 ? 0 : sum / days;
  }

  /** Identity-days of the last weeks that people called an attack, a day; undefined where there were too few to tell. */
  attacksPerDay(tenant: string): number | undefined {
    const days = Math.min(THRESHOLD_DAYS, this.historyDays(tenant));
    const attacks = this.#judged.attacks(tenant);
    return days === 0 || attacks < TAUGHT_ATTACKS ? undefined : attacks / days;
  }

  /** Since which hour alerts have been raised for a cause around an hour, whether for others than the identity too, and for which peer classes; undefined for none. */
  incident(
    tenant: string,
    cause: number,
    identity: number,
    hour: number,
  ): { since: number; shared: boolean; peers: ReadonlySet<string> } | undefined {
    return this.#incidents.around(tenant, cause, identity, hour);
  }

  /** Since which hour others of a peer class were told of earlier in the day around an hour, for a cause that is likely harmless; undefined where nobody was. */
  earlierIncident(
    tenant: string,
    cause: number,
    of: { readonly identity: number; readonly hour: number; readonly peers: string },
  ): number | undefined {
    return this.#incidents.earlier(tenant, cause, of);
  }

  /** The latest run of alerts that an identity has a part in, of those that began or went on in the day around an hour; undefined for none. */
  incidentOf(tenant: string, identity: number, hour: number): { cause: number; since: number } | undefined {
    return this.#incidents.of(tenant, identity, hour);
  }

  /** The latest changes that are about a subject, the oldest first, as of the last closed hour. */
  changesAbout(tenant: string, subject: number): readonly Change[] {
    return this.#changes.about(tenant, subject);
  }

  /** Whether nobody of the tenant changed anything of late, as far as is known. */
  isUnchanged(tenant: string): boolean {
    return this.#changes.isEmpty(tenant);
  }

  /** Days of history of a tenant as of the last closed hour; 0 while there is none. */
  historyDays(tenant: string): number {
    const first = this.#circles.tenant(tenant)?.firstDay;
    return first === undefined ? 0 : Math.max(0, this.#day - first);
  }

  /** Who was new in a tenant on the last closed day. */
  arrivals(tenant: string): Arrivals {
    return this.#births.arrivals(tenant, this.#day);
  }

  /** The day that is open. */
  get day(): number {
    return this.#day;
  }

  tenantSize(tenant: string): number {
    return this.#circles.tenant(tenant)?.size ?? 0;
  }

  size(): { values: number; groups: number } {
    return { values: this.#values.size, groups: this.#circles.size };
  }
}

/** The class, or the whole kind while the class is too thin to compare with. */
const comparedIn = ({ own, kind }: Place): Circle => (own !== undefined && own.size >= THIN_CLASS ? own : kind);

/** An empty population: before the first closed hour nothing is known of others. */
export function createPopulation(settings: PopulationSettings = {}): Population {
  return new Population(settings);
}

/** Judges every activity against its identity's habits, then learns from it unless what it did is under suspicion. */
import type { Activity } from '../../schemas/activity.ts';
import { AGENT_PARTS, type AgentPart, type Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import {
  CERTAIN_NATS,
  CITED_SHARE,
  DAY_MS,
  DAY_ZERO,
  HOUR_MS,
  NOTED_NATS,
  OBSERVE_SHARE,
  PROLONG_SHARE,
  REVIEW_DAYS,
  SCORE_FROM,
  WINDOW_MS,
} from './constants.ts';
import { causeOf, cite, keep, open, type Setting, toAlert, top } from './decide.ts';
import type { About, Detector, Dimension, Finding, SketchPlan } from './detector.ts';
import { causeOfChange, driftOf } from './drift.ts';
import { easingOf } from './easing.ts';
import type { Episode } from './episode.ts';
import type {
  Contribution,
  Engine,
  Located,
  MemoryRow,
  Outcome,
  Profile,
  Told,
  Unlearning,
  Verdict,
} from './exchange.ts';
import { type Facts, Inventory } from './facts.ts';
import { AHEAD, glance } from './glance.ts';
import { isHeld } from './habits.ts';
import { Hasher } from './hash.ts';
import { review } from './hindsight.ts';
import { hourOf, msOf, remainder } from './instant.ts';
import { endApprovals, isConfirmed, takeVerdict } from './judgement.ts';
import { learnValues } from './learn.ts';
import { Ledger } from './ledger.ts';
import { Lexicon } from './lexicon.ts';
import { isAgent, madeOf, makeupOf } from './makeup.ts';
import { type Layout, layoutOf, Memory } from './memory.ts';
import type { Owing } from './owed.ts';
import { Partition } from './partition.ts';
import { DAY, kindOf, type Population, RAISED, RATE, SCORE, SUSPECT } from './population.ts';
import { posterior } from './posterior.ts';
import { profileOf } from './profile.ts';
import { callsAnHour, recommend } from './recommend.ts';
import { Roster, type Slot } from './roster.ts';
import { type Running, runningOf } from './running.ts';
import { type Newness, Sight } from './scene.ts';
import { brake, thresholdOf } from './threshold.ts';
import { toItem } from './to-item.ts';
import { unlearn } from './unlearn.ts';
import { add, joint, slide, type WindowItem } from './window.ts';

export interface EngineOptions {
  /** What `discover(SHELVES.detectors, 'detector')` returns. */
  readonly detectors: ReadonlyMap<string, Detector>;
  readonly settings: { readonly detect: Config['detect']; readonly alerts: Config['alerts'] };
  readonly population: Population;
  readonly inventory?: Iterable<InventoryRecord>;
  /** Learn only, raise nothing, before this event time (RFC 3339). */
  readonly learnUntil?: string;
  /** Whether an address lies in a declared network. */
  readonly declared?: (ip: string) => boolean;
  /**
   * True (default): the engine is the only one and feeds the population itself, closing each event hour as it passes.
   * False: whoever shares the population among engines merges contributions and closes hours between batches.
   */
  readonly ownsPopulation?: boolean;
  /** Key of the value hashes; the same for all workers and all runs on one store. */
  readonly hashKey?: string;
}

/** An open alert that changed in this batch, with what was true at its last change. */
interface Change {
  /** Its version is one that nobody has seen. */
  isNews: boolean;
  episode: Episode;
  activity: Activity;
  facts: Facts | undefined;
  ms: number;
  maturity: number;
  ageDays: number;
  sensitivity: number;
  activitiesAnHour: number;
  services: number;
  drift: Alert['drift'];
}

export function createEngine(options: EngineOptions): Engine {
  return new PartitionEngine(options);
}

class PartitionEngine implements Engine {
  readonly #running: readonly Running[];
  readonly #learning: readonly Running[];
  readonly #abouts = new Map<string, About>();
  readonly #settings: EngineOptions['settings'];
  readonly #population: Population;
  readonly #ownsPopulation: boolean;
  readonly #learnUntilMs: number;
  readonly #hasher: Hasher;
  readonly #lexicon = new Lexicon();
  readonly #partition = new Partition();
  readonly #roster: Roster;
  readonly #inventory: Inventory;
  readonly #dimensions: readonly Dimension[];
  readonly #layout: Layout;
  readonly #sight: Sight;
  readonly #thresholds = new Map<string, number>();
  readonly #touched = new Map<string, Change>();
  #contributions: Contribution[] = [];

  constructor(options: EngineOptions) {
    this.#settings = options.settings;
    this.#running = runningOf(options.detectors, options.settings.detect);
    this.#learning = this.#running.filter(({ count, learn }) => count !== undefined || learn !== undefined);
    for (const { id, detector } of this.#running) this.#abouts.set(id, detector.about);
    this.#population = options.population;
    this.#ownsPopulation = options.ownsPopulation ?? true;
    this.#inventory = new Inventory(options.inventory, options.settings.detect.maxIdentities);
    this.#learnUntilMs = options.learnUntil === undefined ? Number.NEGATIVE_INFINITY : Date.parse(options.learnUntil);
    this.#hasher = new Hasher(options.hashKey ?? 'tidemark');
    const dimensions = new Map<string, Dimension>();
    const sketches = new Map<string, SketchPlan>();
    for (const { detector } of this.#running) {
      for (const d of detector.dimensions) dimensions.set(d.id, d);
      for (const s of detector.sketches) sketches.set(s.name, s);
    }
    const byName = <T extends { id?: string; name?: string }>(a: T, b: T) =>
      (a.id ?? a.name ?? '') < (b.id ?? b.name ?? '') ? -1 : 1;
    this.#dimensions = [...dimensions.values()].sort(byName);
    this.#layout = layoutOf(
      this.#dimensions.map(({ cap }) => cap),
      [...sketches.values()].sort(byName),
    );
    this.#roster = new Roster(this.#layout, this.#hasher, this.#inventory, this.#settings.detect);
    const declared = options.declared ?? (() => false);
    this.#sight = new Sight(
      this.#dimensions,
      this.#layout.tables,
      this.#hasher,
      this.#population,
      this.#lexicon,
      options.settings.detect.learnDays,
      declared,
    );
    this.#population.onClose(() => {
      this.#sight.forget();
      this.#thresholds.clear();
    });
  }

  inform({ record, isEvidence }: Told): InventoryRecord | undefined {
    const taken = this.#inventory.take(record, isEvidence);
    if (taken === undefined) return undefined;
    const { facts, forgotten } = taken;
    this.#apprise(record, facts);
    // Forgotten for those who are here too: whoever takes over would not know it either.
    if (forgotten !== undefined) this.#apprise(forgotten, undefined);
    return facts.record;
  }

  #apprise({ tenant, identity }: InventoryRecord, facts: Facts | undefined): void {
    this.#roster.apprise(tenant, identity, facts);
  }

  process(batch: readonly Located[]): Outcome {
    for (let from = 0; from < batch.length; from += AHEAD) {
      glance(batch, from);
      const to = Math.min(batch.length, from + AHEAD);
      for (let at = from; at < to; at++) {
        const { activity, offset } = batch[at] as Located;
        this.#one(activity, offset);
      }
    }
    const alerts: Alert[] = [];
    const observed: Alert[] = [];
    const news: string[] = [];
    for (const change of this.#touched.values()) {
      (change.episode.raised ? alerts : observed).push(this.#word(change));
      if (change.episode.raised && change.isNews) news.push(change.episode.id);
    }
    this.#touched.clear();
    this.#roster.cool(false);
    const contributions = this.#contributions;
    this.#contributions = [];
    return { alerts, news, observed, contributions };
  }

  #one(activity: Activity, offset: number): void {
    const ms = msOf(activity.at);
    const isNext = this.#partition.isNext(offset);
    if (this.#partition.repeats(this.#hasher, activity, ms, offset)) return;
    const hour = hourOf(ms);
    if (isNext && !this.#partition.owed.isEmpty)
      for (const owing of this.#partition.owed.settle(hour)) this.#contribute(owing);
    if (this.#ownsPopulation && hour > this.#population.epoch + 1) this.#population.close(hour);
    const slot = this.#slotOf(activity, ms);
    const { key, memory, identity } = slot;
    if (offset <= memory.offset) return;
    memory.offset = offset;
    slot.changed = true;
    const day = Math.min(LAST_DAY, Math.max(0, Math.floor(ms / DAY_MS) - DAY_ZERO));
    if (day > memory.day) this.#newDay(memory, activity, day, hour, identity, ms);
    if (memory.approvals.size > 0) endApprovals(memory, ms);
    const { facts } = slot;
    const sight = this.#sight;
    sight.turn(activity, ms, hour, day, memory, facts, identity);
    if (isAgent(activity)) this.#compose(memory, activity, ms, hour, identity);
    this.#judge(memory, activity, ms, hour, identity, facts, key);
    if (memory.episode !== undefined || memory.former !== undefined) {
      this.#review(memory, activity, ms, facts, identity);
      this.#retire(memory, ms);
    }
    this.#learn(memory, activity, ms, hour, identity);
  }

  #slotOf({ tenant, identity }: Activity, ms: number): Slot {
    const known = this.#roster.find(tenant, identity.id);
    if (known !== undefined) return known;
    const memory = new Memory(this.#layout);
    memory.firstMs = ms;
    memory.peers = `${identity.provider}/${identity.kind}`;
    return this.#roster.add(tenant, identity.id, memory);
  }

  #contribute(c: Contribution): void {
    this.#contributions.push(c);
    if (this.#ownsPopulation) this.#population.merge(c);
  }

  #newDay(memory: Memory, activity: Activity, day: number, hour: number, identity: number, ms: number): void {
    const week = (d: number) => Math.floor(d / 7);
    if (week(day) !== week(memory.day)) memory.admitted.clear();
    memory.day = day;
    memory.habits.unsettle();
    if (memory.activeDays < 0xffff) memory.activeDays++;
    memory.today.clear();
    memory.told.fill(0);
    memory.forgetRaised(ms);
    this.#join(memory, activity, identity, hour);
    memory.dayMax = 0;
    memory.dayTold = 0;
    const mature = ms - memory.firstMs >= this.#settings.detect.learnDays * DAY_MS;
    if (mature && memory.ratedDays < 0xffff) memory.ratedDays++;
    this.#contribute({
      tenant: activity.tenant,
      peers: memory.peers,
      dimension: DAY,
      value: 0,
      identity,
      hour,
      amount: mature ? 1 : 0,
    });
  }

  /** Moves to the class the population has found by now; what is held is told to the new class alone. */
  #join(memory: Memory, activity: Activity, identity: number, hour: number): void {
    const peers = this.#population.peersOf(activity.tenant, kindOf(memory.peers), identity);
    if (peers === memory.peers) return;
    memory.peers = peers;
    this.#dimensions.forEach(({ id: dimension }, index) => {
      for (const [value, { state }] of memory.habits.values(index))
        if (isHeld(state))
          this.#contribute({ tenant: activity.tenant, peers, dimension, value, identity, hour, amount: 0 });
    });
    memory.makeup?.values.forEach((values, at) => {
      const dimension = madeOf(AGENT_PARTS[at] as AgentPart);
      for (const { hash: value } of values)
        this.#contribute({ tenant: activity.tenant, peers, dimension, value, identity, hour, amount: 0 });
    });
  }

  /** Notes what an agent is made of by now, whatever it is suspected of: a fact, trusted by nobody. */
  #compose(memory: Memory, activity: Activity, ms: number, hour: number, identity: number): void {
    memory.makeup = makeupOf(memory.makeup, activity);
    memory.makeup?.take(activity, ms, this.#hasher, this.#lexicon, (part, value) => {
      const { tenant } = activity;
      const dimension = isGated(memory, ms) ? SUSPECT : madeOf(part);
      this.#contribute({ tenant, peers: memory.peers, dimension, value, identity, hour, amount: 1 });
    });
  }

  /** What changes of an agent explain of a finding; of anything else, and of an agent that did not change, nothing is asked. */
  #easing(memory: Memory, ms: number): ((finding: Finding) => number) | undefined {
    const { tenant, identityHash } = this.#sight;
    return easingOf(memory, ms, {
      scene: this.#sight,
      lexicon: this.#lexicon,
      isShared: (value) => this.#population.popular(tenant, memory.peers, value, identityHash).classHolders > 0,
    });
  }

  #judge(
    memory: Memory,
    activity: Activity,
    ms: number,
    hour: number,
    identity: number,
    facts: Facts | undefined,
    key: string,
  ): void {
    let changed = false;
    let strongest = 0;
    const fresh: WindowItem[] = [];
    if (memory.window.length > 0 && ms - (memory.window[0] as WindowItem).ms >= 0)
      memory.window = slide(memory.window, ms);
    const sight = this.#sight;
    const easing = memory.makeup && this.#easing(memory, ms);
    for (const { id, detector, onlyWhenFresh, judge, options } of this.#running) {
      if (onlyWhenFresh && !sight.fresh) continue;
      const findings = judge(sight, options);
      if (findings === undefined) continue;
      for (const finding of findings) {
        this.#note(memory, activity, finding, identity, hour);
        const off = easing === undefined ? 0 : easing(finding);
        const nats = finding.nats - off;
        if (nats <= NOTED_NATS) continue;
        if (nats > strongest) strongest = nats;
        const old = memory.window.find((i) => i.key === finding.key);
        if (old !== undefined && old.nats >= nats) continue;
        const item = toItem(id, detector.about, finding, sight, off);
        if (add(memory.window, item)) {
          changed = true;
          fresh.push(item);
        }
      }
    }
    if (strongest === 0) return;
    const episode = memory.episode;
    const score = joint(memory.window);
    if (
      episode !== undefined &&
      (ms - episode.lastMs > this.#settings.alerts.episodeQuietMs || anotherStory(episode, memory.window, ms))
    ) {
      if (episode.raised) memory.former = episode;
      memory.episode = undefined;
    }
    if (memory.episode !== undefined) for (const item of fresh) keep(memory.episode, item);
    this.#score(memory, activity, score, hour, identity);
    this.#decide(memory, activity, ms, score, facts, key, changed, strongest, identity);
  }

  /** Counts an identity-day with a finding, once a day, so that its rate is known. */
  #note(memory: Memory, activity: Activity, finding: Finding, identity: number, hour: number): void {
    if (finding.rate === undefined) return;
    const key = this.#hasher.of(`rate\u0000${finding.rate}`);
    if (memory.today.has(key)) return;
    memory.today.add(key);
    if (this.#sight.maturity < 1) return;
    memory.cells.set(key, (memory.cells.get(key) ?? 0) + 1);
    this.#contribute({
      tenant: activity.tenant,
      peers: memory.peers,
      dimension: `${RATE}${finding.rate}`,
      value: 0,
      identity,
      hour,
      amount: 1,
    });
  }

  #score(memory: Memory, activity: Activity, score: number, hour: number, identity: number): void {
    if (score <= memory.dayMax) return;
    memory.dayMax = score;
    if (score < SCORE_FROM || score < memory.dayTold + 0.5 || this.#sight.maturity < 1) return;
    // What a person called an attack is no measure of benign days, however long it goes on.
    if (memory.episode !== undefined && isConfirmed(memory, memory.episode.id)) return;
    memory.dayTold = score;
    this.#contribute({
      tenant: activity.tenant,
      peers: memory.peers,
      dimension: SCORE,
      value: 0,
      identity,
      hour,
      amount: score,
    });
  }

  #thresholdOf(tenant: string): number {
    let threshold = this.#thresholds.get(tenant);
    if (threshold === undefined) {
      const { falsePerDay } = this.#settings.alerts;
      threshold =
        thresholdOf(this.#population, tenant, falsePerDay) + brake(this.#population.spentToday(tenant), falsePerDay);
      this.#thresholds.set(tenant, threshold);
    }
    return threshold;
  }

  #decide(
    memory: Memory,
    activity: Activity,
    ms: number,
    score: number,
    facts: Facts | undefined,
    key: string,
    changed: boolean,
    strongest: number,
    identity: number,
  ): void {
    if (ms < this.#learnUntilMs) {
      memory.episode = undefined;
      return;
    }
    const threshold = this.#thresholdOf(activity.tenant);
    let episode = memory.episode;
    if (episode === undefined) {
      if (score < threshold * OBSERVE_SHARE && !certain(memory.window)) return;
      episode = open(this.#hasher.id(`${key}\u0000${activity.id}\u0000${ms}`), memory.window, activity, ms);
      memory.episode = episode;
    }
    if (strongest < CITED_SHARE * top(episode.items)) {
      if (changed) this.#emit(memory, episode, activity, ms, facts);
      return;
    }
    if (changed || strongest >= PROLONG_SHARE * top(episode.items)) episode.lastMs = ms;
    episode.activityCount++;
    episode.sensitivity = Math.max(episode.sensitivity, this.#sight.sensitivity.level);
    cite(episode, activity.id, strongest);
    if (!changed && episode.version > 0) {
      this.#emit(memory, episode, activity, ms, facts, isPowerOfTwo(episode.activityCount));
      return;
    }
    if (score > episode.score) {
      episode.score = score;
      episode.p = this.#population.pOf(activity.tenant, memory.peers, score);
      episode.credential = activity.credential;
      episode.delegation = activity.onBehalfOf;
    }
    if (!episode.raised && (score >= threshold || certain(memory.window))) {
      episode.raised = true;
      episode.raisedMs = ms;
      // An upgrade of many agents is one cause too, where they do nothing new but work otherwise.
      episode.cause =
        causeOf(episode.items) || (memory.makeup === undefined ? 0 : causeOfChange(memory.makeup, episode.items));
      const hour = this.#sight.hour;
      if (episode.cause !== 0) {
        const began = this.#population.incident(activity.tenant, episode.cause, identity, hour)?.since ?? hour;
        episode.thread = this.#incidentId(activity.tenant, episode.cause, began);
        this.#meet(episode, activity.tenant, identity);
      }
      const amount = 1 - posterior(score);
      memory.raise(episode, amount);
      this.#contribute({
        tenant: activity.tenant,
        peers: memory.peers,
        dimension: RAISED,
        value: episode.cause,
        identity,
        hour,
        amount,
      });
    }
    this.#emit(memory, episode, activity, ms, facts);
  }

  /**
   * Notes that an open alert changed; it is worded once, at the end of the batch. Only news makes a version: new evidence,
   * or twice as much of the known, so that a busy identity does not fill anybody's inbox.
   */
  #emit(
    memory: Memory,
    episode: Episode,
    activity: Activity,
    ms: number,
    facts: Facts | undefined,
    isNews = true,
  ): void {
    if (isNews) episode.version++;
    if (episode.raised) memory.blame(episode);
    const sight = this.#sight;
    const known = this.#touched.get(episode.id);
    const change = known ?? ({} as Change);
    change.isNews = (known?.isNews ?? false) || isNews;
    change.episode = episode;
    change.activity = activity;
    change.facts = facts;
    change.ms = ms;
    change.services = sight.services();
    change.maturity = sight.maturity;
    change.ageDays = sight.ageDays;
    change.sensitivity = sight.sensitivity.level;
    change.activitiesAnHour = callsAnHour(memory.activities, memory.firstMs, ms);
    change.drift = isAgent(activity) ? this.#driftOf(memory, episode, activity.tenant) : undefined;
    if (known === undefined) this.#touched.set(episode.id, change);
  }

  #driftOf({ makeup, peers }: Memory, episode: Episode, tenant: string): Alert['drift'] {
    const identity = this.#sight.identityHash;
    return driftOf(makeup, episode.items, {
      lexicon: this.#lexicon,
      peers: ({ hash, since }) =>
        this.#population.othersWith(tenant, peers, hash, identity, hourOf(since * 1_000) <= this.#population.epoch),
    });
  }

  #incidentId(tenant: string, cause: number, since: number): string {
    return this.#hasher.id(`incident\u0000${tenant}\u0000${cause}\u0000${since}`);
  }

  /** An alert is part of an incident from when an alert of somebody else is known to have its cause. Returns whether it is now. */
  #meet(episode: Episode, tenant: string, identity: number): boolean {
    if (episode.cause === 0 || episode.incident !== undefined) return false;
    const hour = hourOf(episode.raisedMs);
    const met = this.#population.incident(tenant, episode.cause, identity, hour);
    if (met === undefined || !met.shared) return false;
    episode.incident = this.#incidentId(tenant, episode.cause, met.since);
    return true;
  }

  /** The open alert and the one before it are worth what is known by now, and may turn out to be one of several. */
  #review(memory: Memory, activity: Activity, ms: number, facts: Facts | undefined, identity: number): void {
    for (const episode of [memory.episode, memory.former]) {
      if (episode === undefined || !isInReview(episode, ms)) continue;
      const before = episode.eased;
      const isMet = this.#meet(episode, activity.tenant, identity);
      if (!review(episode, this.#sight, this.#population.epoch) && !isMet) continue;
      this.#emit(memory, episode, activity, ms, facts, isMet || Math.floor(episode.eased) !== Math.floor(before));
    }
  }

  /** Lets go of episodes that nothing will be added to and hindsight has done with: they would be saved with the memory for ever. */
  #retire(memory: Memory, ms: number): void {
    const { episode, former } = memory;
    if (former !== undefined && !isInReview(former, ms)) memory.former = undefined;
    if (episode === undefined || isInReview(episode, ms)) return;
    if (ms - episode.lastMs > Math.max(this.#settings.alerts.episodeQuietMs, GATE_MS)) memory.episode = undefined;
  }

  #word(change: Change): Alert {
    const { episode, activity, facts, ms } = change;
    const setting: Setting = { ...change, abouts: this.#abouts };
    const advice = recommend(episode, {
      activity,
      facts,
      ms,
      activitiesAnHour: change.activitiesAnHour,
      services: change.services,
      ttlMs: this.#settings.alerts.recommendationTtlMs,
      downstream: facts?.record.peers?.length ?? 0,
    });
    return toAlert(episode, setting, advice);
  }

  #learn(memory: Memory, activity: Activity, ms: number, hour: number, identity: number): void {
    const gated = isGated(memory, ms);
    const mature = this.#sight.maturity >= 1;
    if (this.#sight.fresh)
      for (const fresh of this.#sight.news)
        if (fresh !== undefined && fresh.state === 'new') this.#count(memory, activity, fresh, mature, identity, hour);
    if (this.#sight.active.length > 0) this.#learnValues(memory, activity, gated, hour, identity);
    const sight = this.#sight;
    for (const { count, learn, options } of this.#learning) {
      if (count !== undefined) count(sight, options);
      if (learn !== undefined && !gated) learn(sight, options);
    }
    memory.tick(remainder(sight.hour + MONDAY, 168));
    memory.activities++;
    if (ms > memory.lastMs) memory.lastMs = ms;
  }

  #learnValues(memory: Memory, activity: Activity, gated: boolean, hour: number, identity: number): void {
    const { tenant } = activity;
    const { peers } = memory;
    learnValues(this.#sight, this.#lexicon, gated, (dimension, value) =>
      this.#contribute({ tenant, peers, dimension, value, identity, hour, amount: 1 }),
    );
  }

  #count(memory: Memory, activity: Activity, fresh: Newness, mature: boolean, identity: number, hour: number): void {
    if (memory.today.has(fresh.cellKey)) return;
    memory.today.add(fresh.cellKey);
    if (!mature) return;
    memory.cells.set(fresh.cellKey, Math.min(0xffff, (memory.cells.get(fresh.cellKey) ?? 0) + 1));
    this.#contribute({
      tenant: activity.tenant,
      peers: memory.peers,
      dimension: fresh.rateName,
      value: 0,
      identity,
      hour,
      amount: 1,
    });
  }

  /** Benign: the alert's values become habits. True: they are condemned, and what was learned in the weeks before is not trusted. */
  verdict(verdict: Verdict): boolean {
    const { tenant } = verdict;
    const slot = this.#roster.find(tenant, verdict.identity);
    if (slot === undefined) return false;
    const { memory, identity } = slot;
    const owing: Owing[] = [];
    const { learnDays } = this.#settings.detect;
    const taken = takeVerdict(memory, this.#sight.axes, learnDays, verdict, (dimension, value, amount) =>
      owing.push({ tenant, peers: memory.peers, dimension, value, identity, amount }),
    );
    if (!taken) return false;
    this.#partition.owed.put(`${verdict.alertId} ${verdict.said}`, owing);
    slot.changed = true;
    return true;
  }

  unlearn(unlearning: Unlearning): boolean {
    const slot = this.#roster.find(unlearning.tenant, unlearning.identity);
    if (slot === undefined || !unlearn(slot.memory, this.#sight.axes, unlearning)) return false;
    slot.changed = true;
    return true;
  }

  changed(): MemoryRow[] {
    // What is owed goes before the memories that no longer know of it: a snapshot cut short may tell twice, and that is noticed.
    const shared = this.#partition.rows(this.#lexicon);
    return [...shared, ...this.#roster.changed()];
  }

  restore(row: MemoryRow): void {
    if (!this.#partition.restore(row, this.#lexicon)) this.#roster.restore(row);
  }

  profile(tenant: string, identity: string): Profile | undefined {
    const memory = this.#roster.peek(tenant, identity);
    if (memory === undefined) return undefined;
    return profileOf(tenant, identity, memory, this.#dimensions, this.#lexicon, this.#settings.detect.learnDays);
  }

  ledger(tenant: string, identity: string): Ledger | undefined {
    const memory = this.#roster.peek(tenant, identity);
    return memory && new Ledger(memory, this.#sight.axes, this.#hasher, this.#lexicon);
  }

  held(): { identities: number; dropped: number } {
    return { identities: this.#roster.held, dropped: this.#roster.dropped };
  }

  size(): { identities: number; bytes: number } {
    return { identities: this.#roster.held, bytes: this.#roster.bytes() };
  }
}

/** What is new since the open alert says more by itself than the alert did: a second break-in, not more of the first. */
function anotherStory(episode: Episode, items: readonly WindowItem[], ms: number): boolean {
  if (ms - episode.raisedMs < WINDOW_MS) return false;
  const fresh = items.filter((item) => {
    const known = episode.items.findIndex((old) => old.key === item.key);
    return known < 0 || ms - (episode.sinceMs[known] as number) < WINDOW_MS;
  });
  const earlier = episode.items.filter((_, at) => ms - (episode.sinceMs[at] as number) >= WINDOW_MS);
  return earlier.length > 0 && fresh.length > 0 && joint(fresh) > joint(earlier);
}

/** Whether what comes after an alert may still explain it. */
const isInReview = (episode: Episode, ms: number) => episode.raised && ms - episode.raisedMs <= REVIEW_DAYS * DAY_MS;

/** Nothing new is learned for so long after the last evidence of an open alert. */
const GATE_MS = 2 * HOUR_MS;

const isGated = ({ episode }: Memory, ms: number) => episode?.raised === true && ms - episode.lastMs < GATE_MS;

/** An invariant of such odds is raised whatever the budget says. */
const certain = (items: readonly WindowItem[]) =>
  items.some((item) => item.lane === 'invariant' && item.nats >= CERTAIN_NATS);

/** Hours from a Monday midnight to the epoch, which was a Thursday. */
const MONDAY = 72;

/** Days fit 16 bits. */
const LAST_DAY = 0xffff;

const isPowerOfTwo = (n: number) => (n & (n - 1)) === 0;

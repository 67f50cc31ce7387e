/** Judges every activity against its identity's habits, then learns from it unless what it did is under suspicion. */
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
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
  SCORE_FROM,
  WINDOW_MS,
} from './constants.ts';
import { cite, keep, open, type Setting, toAlert, top } from './decide.ts';
import type { About, Detector, Dimension, Finding, SketchPlan } from './detector.ts';
import type { Episode } from './episode.ts';
import type { Contribution, Engine, Located, MemoryRow, Outcome, Profile, Told, Verdict } from './exchange.ts';
import { type Facts, Inventory } from './facts.ts';
import { Hasher, mix } from './hash.ts';
import { msOf } from './instant.ts';
import { learnValues } from './learn.ts';
import { Lexicon } from './lexicon.ts';
import { ALERTED, CONDEMNED, Memory, pack, TRUSTED, unpack } from './memory.ts';
import { Partition } from './partition.ts';
import { DAY, kindOf, type Population, RAISED, RATE, SCORE } from './population.ts';
import { profileOf } from './profile.ts';
import { callsAnHour, recommend } from './recommend.ts';
import { axis, hourOfWeek, type Newness, Sight } from './scene.ts';
import { brake, posterior, thresholdOf } from './threshold.ts';
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

interface Running {
  readonly id: string;
  readonly detector: Detector;
  readonly options: unknown;
}

/** An identity's memory with what is looked up for every activity. */
interface Slot {
  readonly key: string;
  readonly memory: Memory;
  readonly identity: number;
  facts: Facts | undefined;
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
}

export function createEngine(options: EngineOptions): Engine {
  return new PartitionEngine(options);
}

/** Options of the detectors that are on. Throws with the detector's id when an option is not valid. */
function configure(detectors: ReadonlyMap<string, Detector>, settings: Config['detect']): Running[] {
  const running: Running[] = [];
  for (const [id, detector] of [...detectors].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const { enabled, ...own } = settings.detectors[id] ?? {};
    if (enabled === false) continue;
    const parsed = detector.options.safeParse(own);
    if (!parsed.success)
      throw new Error(
        `detect.detectors.${id}: ${parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ')}`,
      );
    running.push({ id, detector, options: parsed.data });
  }
  return running;
}

class PartitionEngine implements Engine {
  readonly #running: Running[];
  readonly #abouts = new Map<string, About>();
  readonly #settings: EngineOptions['settings'];
  readonly #population: Population;
  readonly #ownsPopulation: boolean;
  readonly #inventory: Inventory;
  readonly #learnUntilMs: number;
  readonly #hasher: Hasher;
  readonly #lexicon = new Lexicon();
  readonly #partition = new Partition();
  readonly #tenants = new Map<string, Map<string, Slot>>();
  readonly #changed = new Set<Slot>();
  readonly #layout: { dimensions: Dimension[]; sketches: SketchPlan[] };
  readonly #sight: Sight;
  readonly #thresholds = new Map<string, number>();
  readonly #touched = new Map<string, Change>();
  #held = 0;
  #dropped = 0;
  #contributions: Contribution[] = [];

  constructor(options: EngineOptions) {
    this.#settings = options.settings;
    this.#running = configure(options.detectors, options.settings.detect);
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
    this.#layout = { dimensions: [...dimensions.values()].sort(byName), sketches: [...sketches.values()].sort(byName) };
    const declared = options.declared ?? (() => false);
    this.#sight = new Sight(
      this.#layout.dimensions.map((d, i) => axis(d, i, this.#hasher)),
      this.#layout.sketches,
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
    const slot = this.#tenants.get(tenant)?.get(identity);
    if (slot !== undefined) slot.facts = facts;
  }

  process(batch: readonly Located[]): Outcome {
    for (const { activity, offset } of batch) this.#one(activity, offset);
    const alerts: Alert[] = [];
    const observed: Alert[] = [];
    const news: string[] = [];
    for (const change of this.#touched.values()) {
      (change.episode.raised ? alerts : observed).push(this.#word(change));
      if (change.episode.raised && change.isNews) news.push(change.episode.id);
    }
    this.#touched.clear();
    const contributions = this.#contributions;
    this.#contributions = [];
    return { alerts, news, observed, contributions };
  }

  #one(activity: Activity, offset: number): void {
    const ms = msOf(activity.at);
    if (this.#partition.repeats(this.#hasher, activity, offset)) return;
    const hour = Math.floor(ms / HOUR_MS);
    if (this.#ownsPopulation && hour > this.#population.epoch + 1) this.#population.close(hour);
    const slot = this.#slotOf(activity, ms);
    const { key, memory, identity } = slot;
    if (offset <= memory.offset) return;
    memory.offset = offset;
    this.#changed.add(slot);
    const day = Math.max(0, Math.floor(ms / DAY_MS) - DAY_ZERO);
    if (day > memory.day) this.#newDay(memory, activity, day, hour, identity, ms);
    const { facts } = slot;
    const sight = this.#sight;
    sight.turn(activity, ms, day, memory, facts, identity);
    this.#judge(memory, activity, ms, hour, identity, facts, key);
    this.#learn(memory, activity, ms, hour, identity);
  }

  #slotOf(activity: Activity, ms: number): Slot {
    let slot = this.#tenants.get(activity.tenant)?.get(activity.identity.id);
    if (slot === undefined) {
      const memory = new Memory(this.#layout);
      memory.firstMs = ms;
      memory.peers = peersOf(activity);
      slot = this.#place(activity.tenant, activity.identity.id, memory);
    }
    return slot;
  }

  #place(tenant: string, id: string, memory: Memory): Slot {
    let slots = this.#tenants.get(tenant);
    if (slots === undefined) {
      slots = new Map();
      this.#tenants.set(tenant, slots);
    }
    const key = `${tenant}\u0000${id}`;
    const slot = { key, memory, identity: this.#hasher.of(key) || 1, facts: this.#inventory.of(key) };
    if (!slots.has(id)) this.#held++;
    slots.set(id, slot);
    if (this.#held > this.#settings.detect.maxIdentities) this.#dropSilent(slot);
    return slot;
  }

  #contribute(c: Contribution): void {
    this.#contributions.push(c);
    if (this.#ownsPopulation) this.#population.merge(c);
  }

  #newDay(memory: Memory, activity: Activity, day: number, hour: number, identity: number, ms: number): void {
    const week = (d: number) => Math.floor(d / 7);
    if (week(day) !== week(memory.day)) memory.admitted.clear();
    memory.day = day;
    if (memory.activeDays < 0xffff) memory.activeDays++;
    memory.today.clear();
    memory.told.fill(0);
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
    memory.tables.forEach((table, index) => {
      const dimension = (this.#layout.dimensions[index] as Dimension).id;
      for (const [value, v] of table.values)
        if (v.state !== ALERTED)
          this.#contribute({ tenant: activity.tenant, peers, dimension, value, identity, hour, amount: 0 });
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
    for (const { id, detector, options } of this.#running) {
      const findings = detector.judge(this.#sight, options);
      if (findings === undefined) continue;
      for (const finding of findings) {
        this.#note(memory, activity, finding, identity, hour);
        if (finding.nats <= NOTED_NATS) continue;
        if (finding.nats > strongest) strongest = finding.nats;
        const old = memory.window.find((i) => i.key === finding.key);
        if (old !== undefined && old.nats >= finding.nats) continue;
        const item = toItem(id, detector.about, finding, ms, activity.id);
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
    )
      memory.episode = undefined;
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
      episode.credential = activity.credential;
      episode.delegation = activity.onBehalfOf;
    }
    if (!episode.raised && (score >= threshold || certain(memory.window))) {
      episode.raised = true;
      episode.raisedMs = ms;
      episode.p = this.#population.pOf(activity.tenant, score);
      this.#contribute({
        tenant: activity.tenant,
        peers: memory.peers,
        dimension: RAISED,
        value: 0,
        identity,
        hour: Math.floor(ms / HOUR_MS),
        amount: 1 - posterior(score),
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
    if (episode.raised)
      memory.blame(
        episode.id,
        episode.items.map((i) => i.value).filter((v) => v !== 0),
      );
    const shared = episode.items.find((i) => i.shared);
    if (shared !== undefined) episode.incident ??= this.#hasher.id(`incident ${activity.tenant} ${shared.value}`);
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
    if (known === undefined) this.#touched.set(episode.id, change);
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
      maxSensitivity: Math.max(episode.sensitivity, change.sensitivity),
      ttlMs: this.#settings.alerts.recommendationTtlMs,
      downstream: facts?.record.peers?.length ?? 0,
    });
    return toAlert(episode, setting, advice);
  }

  #learn(memory: Memory, activity: Activity, ms: number, hour: number, identity: number): void {
    const gated = memory.episode?.raised === true && ms - memory.episode.lastMs < 2 * HOUR_MS;
    const mature = this.#sight.maturity >= 1;
    if (this.#sight.fresh)
      for (const fresh of this.#sight.news)
        if (fresh !== undefined && fresh.state === 'new') this.#count(memory, activity, fresh, mature, identity, hour);
    learnValues(this.#sight, this.#lexicon, gated, (dimension, value) =>
      this.#contribute({ tenant: activity.tenant, peers: memory.peers, dimension, value, identity, hour, amount: 1 }),
    );
    for (const { detector, options } of this.#running) {
      detector.count?.(this.#sight, options);
      if (!gated) detector.learn?.(this.#sight, options);
    }
    memory.tick(hourOfWeek(ms));
    memory.activities++;
    if (ms > memory.lastMs) memory.lastMs = ms;
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

  /** Benign: the alert's values become habits. True: they are condemned, and what was learned with them is not trusted. */
  verdict(verdict: Verdict): void {
    const slot = this.#tenants.get(verdict.tenant)?.get(verdict.identity);
    const blamed = slot?.memory.raised.find((r) => r.id === verdict.alertId);
    if (slot === undefined || blamed === undefined) return;
    const { memory } = slot;
    for (const table of memory.tables)
      for (const hash of blamed.values) {
        const value = table.values.get(hash);
        if (value !== undefined) value.state = verdict.verdict === 'benign' ? TRUSTED : CONDEMNED;
      }
    for (const recent of memory.recent) recent.settled = undefined;
    this.#changed.add(slot);
  }

  changed(): MemoryRow[] {
    const rows: MemoryRow[] = [];
    for (const { key, memory } of this.#changed) {
      rows.push({ key, offset: memory.offset, bytes: pack(memory) });
    }
    this.#changed.clear();
    rows.push(...this.#partition.rows(this.#lexicon));
    return rows;
  }

  restore(row: MemoryRow): void {
    if (this.#partition.restore(row, this.#lexicon)) return;
    const at = row.key.indexOf('\u0000');
    this.#place(row.key.slice(0, at), row.key.slice(at + 1), unpack(row.bytes, this.#layout));
  }

  profile(tenant: string, identity: string): Profile | undefined {
    const memory = this.#tenants.get(tenant)?.get(identity)?.memory;
    if (memory === undefined) return undefined;
    return profileOf(tenant, identity, memory, this.#layout.dimensions, this.#lexicon, this.#settings.detect.learnDays);
  }

  /** Forgets the longest silent hundredth at once, so that the search for them is rare; never `spared`, which is about to act. */
  #dropSilent(spared: Slot): void {
    const all = [...this.#tenants].flatMap(([tenant, slots]) => [...slots].map(([id, slot]) => ({ tenant, id, slot })));
    all.sort((a, b) => a.slot.memory.lastMs - b.slot.memory.lastMs || (a.slot.key < b.slot.key ? -1 : 1));
    const most = Math.max(1, Math.floor(this.#settings.detect.maxIdentities / 100));
    for (const { tenant, id, slot } of all.slice(0, most + 1)) {
      if (slot === spared) continue;
      this.#tenants.get(tenant)?.delete(id);
      this.#changed.delete(slot);
      this.#held--;
      this.#dropped++;
    }
  }

  held(): { identities: number; dropped: number } {
    return { identities: this.#held, dropped: this.#dropped };
  }

  size(): { identities: number; bytes: number } {
    let bytes = 0;
    let identities = 0;
    for (const slots of this.#tenants.values())
      for (const { memory } of slots.values()) {
        bytes += pack(memory).length;
        identities++;
      }
    return { identities, bytes };
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

/** An invariant of such odds is raised whatever the budget says. */
const certain = (items: readonly WindowItem[]) =>
  items.some((item) => item.lane === 'invariant' && item.nats >= CERTAIN_NATS);

function peersOf(activity: Activity): string {
  return `${activity.identity.provider}/${activity.identity.kind}`;
}

const nobody = { identity: 0, peers: 0, tenant: 0 };

function toItem(id: string, about: About, finding: Finding, ms: number, activityId: string): WindowItem {
  return {
    detector: id,
    field: finding.field,
    group: finding.group,
    seen: finding.seen.slice(0, 256),
    usual: finding.usual().slice(0, 512),
    nats: finding.nats,
    prevalence: finding.prevalence ?? nobody,
    key: mix(finding.key, id.length),
    kind: finding.kind ?? about.kind,
    lane: about.lane,
    techniques: finding.techniques ?? [],
    says: finding.says().slice(0, 512),
    contain: finding.contain,
    value: finding.value ?? 0,
    shared: finding.shared === true,
    ms,
    activityId,
  };
}

const isPowerOfTwo = (n: number) => (n & (n - 1)) === 0;

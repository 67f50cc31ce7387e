/** Judges every activity against its identity's habits, then learns from it unless what it did is under suspicion. */
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Decided } from '../../schemas/standing.ts';
import { ActivityContext } from './activity-context.ts';
import { AgentChanges } from './agent-changes.ts';
import { itemKey, toItem } from './alert/to-window-item.ts';
import { Alerting } from './alerting.ts';
import { DAY_MS, HOUR_MS, NOTED_NATS, TAUGHT_DAYS, TAUGHT_WITHIN_DAYS } from './constants.ts';
import { Contributions } from './contributions.ts';
import { Decisions } from './decisions.ts';
import type { Detector, Dimension, Finding } from './detector.ts';
import { type EnabledDetector, enabledDetectors } from './enabled-detectors.ts';
import type {
  Engine,
  EngineOutcome,
  HashKey,
  IdentityHome,
  InventoryUpdate,
  Learning,
  Located,
  MemoryRow,
  MetBefore,
  Profile,
  Taught,
  Unlearning,
  Verdict,
} from './engine-contract.ts';
import { Inventory } from './facts.ts';
import { Hasher } from './hash.ts';
import { hourOf, judgedMs, msOf, remainder } from './instant.ts';
import { learnValues } from './learn.ts';
import { isAgent } from './memory/agent-parts.ts';
import type { DetectorAges } from './memory/detector-ages.ts';
import { CELLS, isHeld } from './memory/habits.ts';
import { IdentityStore, type Slot } from './memory/identity-store.ts';
import type { Layout } from './memory/layout.ts';
import { Lexicon } from './memory/lexicon.ts';
import { MeantIdentity } from './memory/meant-identity.ts';
import type { Memory } from './memory/memory.ts';
import { reading } from './memory/memory-fault.ts';
import type { SketchTable } from './memory/sketch-tables.ts';
import { countWeek } from './memory/week-record.ts';
import { add, isOver, placeOf, slide, type WindowItem } from './memory/window.ts';
import { findingKey } from './novelty/rates.ts';
import { mayTell, newsFrom, taughtDays } from './novelty/taught-days.ts';
import { ownHomes } from './own-homes.ts';
import { Partition } from './partition-state.ts';
import { planMemory } from './planned-memory.ts';
import { kindOf } from './population/circles.ts';
import type { Population } from './population/population.ts';
import { AHEAD, prefetch } from './prefetch.ts';
import { Questions } from './questions.ts';
import { endApprovals } from './verdict/apply-verdict.ts';
import type { ValueRecord } from './verdict/learning-record.ts';
import { isOfThing, WhoChanged } from './who-changed.ts';

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
  /** Key of the value hashes; the same for all workers and all runs on one store. Absent: the published one, so that runs without a store are alike. */
  readonly hashKey?: HashKey;
  /** How long after its own time a live activity may arrive and still be judged as of it, in ms; absent: as long as it likes. */
  readonly lateAfterMs?: number;
}

const NONE_LATE: EngineOutcome['late'] = { activities: 0, longestMs: 0 };

const later = ({ activities, longestMs }: EngineOutcome['late'], delayMs: number): EngineOutcome['late'] => ({
  activities: activities + 1,
  longestMs: Math.max(longestMs, delayMs),
});

/** Further ahead than logs come late. */
const REDATED_MS = 3 * DAY_MS;

export function createEngine(options: EngineOptions): Engine {
  return new PartitionEngine(options);
}

class PartitionEngine implements Engine {
  readonly #running: readonly EnabledDetector[];
  readonly #learning: readonly EnabledDetector[];
  readonly #learnDays: number;
  readonly #lateAfterMs: number;
  readonly #population: Population;
  readonly #ownsPopulation: boolean;
  readonly #hasher: Hasher;
  readonly #lexicon = new Lexicon();
  readonly #partition: Partition;
  readonly #identities: IdentityStore;
  readonly #inventory: Inventory;
  readonly #dimensions: readonly Dimension[];
  readonly #layout: Layout;
  readonly #ages: DetectorAges;
  /** Absent where no weeks are kept. */
  readonly #weeks: SketchTable | undefined;
  readonly #context: ActivityContext;
  readonly #contributions: Contributions;
  readonly #agents: AgentChanges;
  readonly #whoChanged: WhoChanged;
  readonly #alerting: Alerting;
  readonly #decisions: Decisions;
  readonly #questions: Questions;
  readonly #asJudged: (activity: Activity) => Activity;
  /** What came too late since the last outcome. */
  #late = NONE_LATE;
  /** Who seems to be taught, since the last outcome. */
  #taught: Taught[] = [];

  constructor(options: EngineOptions) {
    const { detect, alerts } = options.settings;
    this.#running = enabledDetectors(options.detectors, detect);
    this.#learning = this.#running.filter(
      ({ count, learn, observe }) => count !== undefined || learn !== undefined || observe !== undefined,
    );
    this.#learnDays = detect.learnDays;
    this.#asJudged = ownHomes(detect.ownHomes);
    this.#lateAfterMs = options.lateAfterMs ?? Number.POSITIVE_INFINITY;
    this.#population = options.population;
    this.#ownsPopulation = options.ownsPopulation ?? true;
    this.#inventory = new Inventory(options.inventory, detect.maxIdentities);
    this.#hasher = new Hasher(options.hashKey ?? { version: 1, secret: 'tidemark' });
    const planned = planMemory(this.#running, detect.driftWeeks);
    this.#dimensions = planned.dimensions;
    this.#layout = planned.layout;
    this.#weeks = planned.weeks;
    this.#ages = planned.ages;
    this.#partition = new Partition(this.#layout, this.#ages);
    this.#identities = new IdentityStore(this.#layout, this.#hasher, this.#inventory, detect);
    this.#context = new ActivityContext({
      dimensions: this.#dimensions,
      tables: this.#layout.tables,
      hasher: this.#hasher,
      population: this.#population,
      lexicon: this.#lexicon,
      learnDays: detect.learnDays,
      declared: options.declared ?? (() => false),
      inventory: this.#inventory,
    });
    this.#contributions = new Contributions(this.#context, this.#ownsPopulation ? this.#population : undefined);
    const parts = {
      context: this.#context,
      population: this.#population,
      contributions: this.#contributions,
      hasher: this.#hasher,
    };
    this.#agents = new AgentChanges({ ...parts, lexicon: this.#lexicon });
    this.#whoChanged = new WhoChanged(parts);
    this.#alerting = new Alerting({
      ...parts,
      agents: this.#agents,
      whoChanged: this.#whoChanged,
      spending: this.#partition.openSpending,
      abouts: new Map(this.#running.map(({ id, detector }) => [id, detector.about])),
      settings: alerts,
      fromMs: options.learnUntil === undefined ? Number.NEGATIVE_INFINITY : Date.parse(options.learnUntil),
    });
    const asked = {
      context: this.#context,
      identities: this.#identities,
      meant: new MeantIdentity(this.#identities),
      learnDays: this.#learnDays,
    };
    this.#decisions = new Decisions({ ...asked, alerting: this.#alerting, partition: this.#partition });
    this.#questions = new Questions({
      ...asked,
      dimensions: this.#dimensions,
      hasher: this.#hasher,
      lexicon: this.#lexicon,
      weeks: this.#weeks,
    });
    this.#population.onClose(() => {
      this.#identities.hourClosed(this.#population.epoch);
      this.#context.forget();
      this.#alerting.forget();
    });
  }

  updateInventory({ record, isEvidence }: InventoryUpdate): InventoryRecord | undefined {
    const taken = this.#inventory.take(record, isEvidence);
    if (taken === undefined) return undefined;
    const { facts, forgotten } = taken;
    this.#identities.updateFacts(record.tenant, record.identity);
    // The identity loses the record here as well, because a worker that takes the partition over would not know it either.
    if (forgotten !== undefined) this.#identities.updateFacts(forgotten.tenant, forgotten.identity);
    return facts.record;
  }

  get room(): number {
    return this.#identities.room;
  }

  makingRoom(): Generator<undefined, void> {
    return this.#identities.makingRoom();
  }

  process(batch: readonly Located[], isRoomLeftToMake = false): EngineOutcome {
    for (let from = 0; from < batch.length; from += AHEAD) {
      prefetch(batch, from);
      const to = Math.min(batch.length, from + AHEAD);
      for (let at = from; at < to; at++) {
        const { activity, offset } = batch[at] as Located;
        this.#one(this.#asJudged(activity), offset);
        // Before the next activity, wherever a batch ends.
        const isLast = at === batch.length - 1;
        if (this.#identities.isOver && !(isLast && isRoomLeftToMake)) for (const _ of this.makingRoom());
      }
    }
    const alerts = this.#alerting.take();
    this.#identities.cool(false);
    const late = this.#late;
    const taught = this.#taught;
    this.#late = NONE_LATE;
    this.#taught = [];
    return { ...alerts, late, taught, contributions: this.#contributions.take() };
  }

  met(batch: readonly Located[]): MetBefore {
    const known: number[] = [];
    const unsure: number[] = [];
    for (const [at, { activity, offset }] of batch.entries()) {
      const met = this.#partition.met(this.#hasher, activity, msOf(activity.at), offset);
      if (met !== 'new') (met === 'known' ? known : unsure).push(at);
    }
    return { known, unsure };
  }

  #one(activity: Activity, offset: number): void {
    const atMs = msOf(activity.at);
    const ms = judgedMs(activity, this.#lateAfterMs);
    const isNext = this.#partition.isNext(offset);
    if (this.#partition.repeats(this.#hasher, activity, { atMs, ms }, offset)) return;
    const delayMs = ms > atMs ? ms + this.#lateAfterMs - atMs : 0;
    if (delayMs > 0) this.#late = later(this.#late, delayMs);
    const hour = hourOf(ms);
    if (isNext && !this.#partition.pendingContributions.isEmpty)
      for (const pending of this.#partition.pendingContributions.settle(hour)) this.#contributions.put(pending);
    if (this.#ownsPopulation && hour > this.#population.epoch + 1) {
      this.#alerting.settle();
      this.#population.close(hour);
    }
    const slot = this.#slotOf(activity, ms, offset);
    const { memory } = slot;
    if (offset <= memory.offset) return;
    memory.offset = offset;
    const isNewHour = memory.heard !== this.#population.epoch;
    this.#hear(memory);
    slot.changed = true;
    const context = this.#context;
    context.bind(activity, ms, hour, slot, delayMs);
    this.#redate(memory, ms);
    if (context.day > memory.day) this.#newDay();
    if (memory.approvals.size > 0) endApprovals(memory, ms);
    context.findNovelties();
    if (isAgent(activity)) this.#agents.note(this.#alerting.isGated(memory, ms));
    if (isNewHour && memory.window.length > 0) this.#whoChanged.revisit(memory.window, true);
    const oddness = this.#judge();
    if (memory.episode !== undefined || memory.former !== undefined) this.#alerting.review(isNewHour);
    this.#whoChanged.note(oddness, this.#alerting.isGated(memory, ms));
    this.#learn();
  }

  /**
   * A memory dated days ahead of its own activity and of the whole stream was written under a wrong clock. It goes on from now,
   * or that identity would have no new day, and its evidence no end, until that time comes.
   */
  #redate(memory: Memory, ms: number): void {
    const { epoch } = this.#population;
    if (epoch < 0 || this.#ownsPopulation) return;
    const latest = Math.max(ms, (epoch + 1) * HOUR_MS) + REDATED_MS;
    if (memory.lastMs <= latest) return;
    memory.lastMs = ms;
    this.#weeks?.of(memory.numbers).clear();
    memory.firstMs = Math.min(memory.firstMs, ms);
    memory.day = Math.min(memory.day, this.#context.day - 1);
    memory.window = memory.window.filter((item) => item.ms <= latest);
  }

  /** Notes that the identity was heard of in this epoch. After a long silence its window is closed, and only a raised alert stays open. */
  #hear(memory: Memory): void {
    const { epoch } = this.#population;
    if (memory.isOpen && isOver(memory.heard, epoch)) memory.close();
    memory.heard = epoch;
  }

  #slotOf({ tenant, identity, receivedFrom }: Activity, ms: number, offset: number): Slot {
    const known = this.#identities.find(tenant, identity, offset);
    if (known !== undefined) return known;
    const memory = this.#identities.blank();
    memory.firstMs = ms;
    memory.peers = `${identity.provider}/${identity.kind}`;
    memory.source = this.#hash16(receivedFrom);
    return this.#identities.add(tenant, identity, memory, offset);
  }

  #newDay(): void {
    const { memory, day, ms } = this.#context;
    if (weekOf(day) !== weekOf(memory.day)) memory.admitted.clear();
    memory.day = day;
    memory.habits.unsettle();
    if (memory.activeDays < 0xffff) memory.activeDays++;
    memory.today.clear();
    memory.contributedToday.fill(0);
    memory.forgetRaised(ms);
    this.#join();
    memory.dayMax = 0;
    memory.dayContributed = 0;
    const mature = ms - memory.firstMs >= this.#learnDays * DAY_MS;
    if (mature && memory.ratedDays < 0xffff) memory.ratedDays++;
    this.#contributions.add({ kind: 'active', days: mature ? 1 : 0, origin: this.#origin() });
    if (mature) this.#tellTaught();
  }

  /** Whose the identity is, by the inventory, and by which input its activity came, in 16 bits each; 0 where that is not known. */
  #origin(): number {
    const { activity, facts } = this.#context;
    return ((this.#hash16(facts?.record.owner) << 16) | this.#hash16(activity.receivedFrom)) >>> 0;
  }

  /** A hash of a text in 16 bits, never 0; 0 where there is none. */
  #hash16(text: string | undefined): number {
    return text === undefined ? 0 : this.#hasher.of(text) & 0xffff || 1;
  }

  #tellTaught(): void {
    const context = this.#context;
    const { tenant, activity, day, matureDay } = context;
    if (!mayTell(day, matureDay)) return;
    if (context.newsDays(this.#dimensions, day - TAUGHT_WITHIN_DAYS).size < TAUGHT_DAYS) return;
    const days = taughtDays(context.newsDays(this.#dimensions, newsFrom(day)), day, matureDay);
    if (days > 0) this.#taught.push({ tenant, identity: activity.identity.id, days, within: TAUGHT_WITHIN_DAYS });
  }

  /** Moves the identity to the peer class that the population has found by now. Its values are told to the new class alone, since kind and tenant know them. */
  #join(): void {
    const { memory, tenant, identityHash } = this.#context;
    const peers = this.#population.peersOf(tenant, kindOf(memory.peers), identityHash);
    if (peers === memory.peers) return;
    memory.peers = peers;
    const { habits } = memory;
    this.#dimensions.forEach(({ id }, index) => {
      for (let at = habits.begin(index); at < habits.end(index); at += CELLS)
        if (isHeld(habits.state(at)))
          this.#contributions.add({ kind: 'holds', dimension: id, value: habits.hash(at), amount: 0 });
    });
    this.#agents.introduce();
  }

  /** Returns how odd the way of the act is: the nats of the strongest finding that is not about the thing it is aimed at. */
  #judge(): number {
    const context = this.#context;
    const { memory, ms } = context;
    let strongest = 0;
    let oddness = 0;
    let fresh: WindowItem[] | undefined;
    if (memory.window.length > 0 && ms - (memory.window[0] as WindowItem).ms >= 0)
      memory.window = slide(memory.window, ms);
    let discount: ((finding: Finding) => number) | undefined;
    let isDiscountKnown = memory.agentParts === undefined;
    let counted: string[] | undefined;
    for (const { id, detector, onlyWhenFresh, judge, options } of this.#running) {
      if (onlyWhenFresh && !context.fresh) continue;
      const findings = judge(context, options);
      if (findings === undefined) continue;
      const isLearning = this.#ages.isLearning(id, ms);
      if (!isDiscountKnown) discount = this.#agents.discount();
      isDiscountKnown = true;
      for (const finding of findings) {
        const { rate } = finding;
        if (rate !== undefined) {
          counted ??= [];
          counted.push(rate);
        }
        const discountNats = discount === undefined ? 0 : discount(finding);
        const left = finding.nats - discountNats;
        // An invariant holds whoever made what it is about.
        const isExplainable = detector.about.lane === 'statistical';
        const explained = isExplainable ? this.#whoChanged.explain(finding, left) : undefined;
        const nats = left - (explained?.nats ?? 0);
        if (nats <= NOTED_NATS || isLearning) continue;
        if (nats > strongest) strongest = nats;
        if (nats > oddness && !isOfThing(finding)) oddness = nats;
        const at = placeOf(memory.window, id, itemKey(id, finding.key));
        const old = at < 0 ? undefined : memory.window[at];
        if (old !== undefined && old.nats >= nats) {
          this.#alerting.noteAct(old);
          continue;
        }
        const item = toItem(id, detector.about, finding, context, discountNats, explained);
        if (!add(memory.window, item)) continue;
        fresh ??= [];
        fresh.push(item);
      }
    }
    if (strongest > 0) this.#alerting.weigh(fresh ?? [], strongest);
    // Counted when it is known whether there is an alert of it: what an attacker had told must not pass for usual.
    if (counted !== undefined) for (const rate of counted) this.#count(findingKey(this.#hasher, rate), rate);
    return oddness;
  }

  #learn(): void {
    const context = this.#context;
    const { memory, ms } = context;
    // A decoy is nobody's habit, not even where nothing is raised yet.
    const gated = context.decoy !== undefined || this.#alerting.isGated(memory, ms);
    if (context.fresh)
      for (const fresh of context.novelties)
        if (fresh !== undefined && fresh.state === 'new') {
          this.#count(fresh.cellKey, fresh.rateName);
          for (const key of fresh.graverKeys) this.#countOwn(key);
        }
    if (context.actives > 0) {
      const reached = learnValues(context, this.#lexicon, gated, this.#contributions);
      if (reached !== undefined) this.#taught.push(reached);
    }
    for (const { count, learn, observe, options } of this.#learning) {
      if (count !== undefined) count(context, options);
      if (learn !== undefined && !gated) learn(context, options);
      if (observe !== undefined) observe(context, options, gated);
    }
    memory.countHour(remainder(context.hour + MONDAY, 168));
    if (this.#weeks !== undefined) countWeek(this.#weeks.of(memory.numbers), context.hour);
    memory.activities++;
    if (ms > memory.lastMs) memory.lastMs = ms;
  }

  /**
   * Counts an identity-day with such a novelty or finding, once a day, so that its rate is known. To its class the day counts by its
   * probability of being benign: a flood of alerts must not make what it shows usual for everybody.
   */
  #count(key: number, rateName: string): void {
    if (!this.#countOwn(key)) return;
    const days = this.#alerting.benignShare();
    if (days > 0) this.#contributions.add({ kind: 'rate', name: rateName, days });
  }

  /** Counts an identity-day for the identity itself, once a day and once it is mature. Returns whether it was counted. */
  #countOwn(key: number): boolean {
    const { memory, maturity } = this.#context;
    if (memory.today.has(key)) return false;
    memory.today.add(key);
    if (maturity < 1) return false;
    memory.cells.set(key, Math.min(0xffff, (memory.cells.get(key) ?? 0) + 1));
    return true;
  }

  verdict(verdict: Verdict): boolean {
    return this.#decisions.verdict(verdict);
  }

  decide(decided: Decided): number | undefined {
    return this.#decisions.decide(decided);
  }

  unlearn(unlearning: Unlearning): boolean {
    return this.#decisions.unlearn(unlearning);
  }

  changed(): MemoryRow[] {
    const steps = this.changedInSteps();
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  *changedInSteps(): Generator<undefined, MemoryRow[]> {
    // Pending contributions are saved before the memories, which no longer hold them. A snapshot that is cut short may then tell one twice, and a repetition is noticed; the other order could lose one.
    const memories: MemoryRow[] = [];
    for (const row of this.#identities.changed()) {
      memories.push(row);
      yield;
    }
    const rows: MemoryRow[] = [];
    for (const row of this.#partition.rows(this.#lexicon, memories.length > 0)) {
      rows.push(row);
      yield;
    }
    return rows.concat(memories);
  }

  restore(row: MemoryRow): void {
    reading(row.key, () => {
      if (this.#partition.restore(row, this.#lexicon)) return;
      this.#identities.restore(row);
      this.#partition.restored();
    });
  }

  homes(tenant: string, identity: string): IdentityHome[] {
    return this.#questions.homes(tenant, identity);
  }

  profile(tenant: string, identity: string, home: Home = {}): Profile | undefined {
    return this.#questions.profile(tenant, identity, home);
  }

  drift(tenant: string, identity: string, since: string | undefined, home: Home = {}): IdentityDrift | undefined {
    return this.#questions.drift(tenant, identity, since, home);
  }

  learningRecord(tenant: string, identity: string, home: Home = {}): ValueRecord | undefined {
    return this.#questions.learningRecord(tenant, identity, home);
  }

  held(): { identities: number; dropped: number; repeated: number } {
    return { identities: this.#identities.held, dropped: this.#identities.dropped, repeated: this.#partition.repeated };
  }

  learning(): Learning {
    const learnMs = this.#learnDays * DAY_MS;
    const { learning, youngestMs } = this.#identities.learning(learnMs);
    return {
      identities: this.#identities.held,
      learning,
      ...(learning > 0 && { until: new Date(youngestMs + learnMs).toISOString() }),
    };
  }

  size(): { identities: number; bytes: number } {
    return { identities: this.#identities.held, bytes: this.#identities.bytes() };
  }
}

/** Hours from a Monday midnight to the epoch, which was a Thursday. */
const MONDAY = 72;

/** Weeks of whole days since 2020-01-01. */
const weekOf = (day: number) => Math.floor(day / 7);

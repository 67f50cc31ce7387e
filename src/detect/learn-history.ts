/** Learns history into the habits that live work goes on with: the same engines, partitions and population, exact after a crash, each activity once. */
import { createHash, type Hash } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Contribution, Engine, Learning, Located } from '../core/engine-contract.ts';
import { hourOf, msOf } from '../core/instant.ts';
import type { Population } from '../core/population/population.ts';
import { UsageError } from '../fault.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Store } from '../ports/store.ts';
import { follow } from './event-hours.ts';
import { type HistoryLedger, openLedger } from './history-ledger.ts';
import { HISTORY, readLog, writeLog } from './log-place.ts';
import { turnId } from './pump.ts';

export interface LearnParts {
  readonly store: Pick<
    Store,
    'recall' | 'turnsAfter' | 'stored' | 'storedBefore' | 'contributions' | 'commit' | 'saveMemories'
  >;
  /** The activity topic as the store names it. */
  readonly topic: string;
  readonly partitions: number;
  partitionOf(activity: Activity): number;
  /** One for each partition; they share `population` and do not own it. */
  newEngine(): Engine;
  readonly population: Population;
  /** Activities that are learned in one step. */
  readonly windowRows: number;
  /** Time between two snapshots, in ms. */
  readonly snapshotEveryMs: number;
  /** Whether what is found in history is told; otherwise only what follows from it for habits is kept. */
  readonly isRaising: boolean;
  plan(alerts: readonly Alert[], partition: number): readonly Delivery[];
}

export interface Learned {
  /** Activities learned by this run, and those that were learned before. */
  readonly activities: number;
  readonly known: number;
  /** Those learned that lie before the end of what had been learned: others of that time were judged without them. */
  readonly belated: number;
  readonly identities: number;
  readonly raised: number;
  /** How many identities are still learning at the end, and until when. */
  readonly learning: Learning;
}

/** What the engines of all partitions say of learning, as one. */
function together(parts: readonly Learning[]): Learning {
  const until = parts
    .flatMap((part) => part.until ?? [])
    .sort()
    .at(-1);
  return {
    identities: parts.reduce((sum, { identities }) => sum + identities, 0),
    learning: parts.reduce((sum, { learning }) => sum + learning, 0),
    ...(until !== undefined && { until }),
  };
}

/** What one partition comes to in a window. */
interface PartitionTurn {
  readonly activities: Located[];
  readonly contributions: Contribution[];
  readonly alerts: Map<string, Alert>;
  readonly news: Set<string>;
  readonly observed: Map<string, Alert>;
}

const OTHER_SOURCES = new UsageError(
  'the sources are not those of the run that was interrupted, and what that run had begun can only be finished with them',
  'Give the same sources in full once more, then the new ones; or begin with an empty store.',
);

/** Judges and learns activities that come in order of event time. */
export class HistoryLearner {
  readonly #parts: LearnParts;
  readonly #ledger: HistoryLedger;
  readonly #engines: readonly Engine[];
  /** Last offset of each partition that is learned. */
  readonly #offsets: number[];
  readonly #hour = { current: Number.NEGATIVE_INFINITY };
  #newestMs = Number.NEGATIVE_INFINITY;
  #savedAt = Date.now();
  /** Windows of the ledger that the sources have given again. */
  #met = 0;
  /** What the sources gave so far is what the ledger says. */
  #isSame = true;
  #buffer: Activity[] = [];
  #hash: Hash;
  #learned = 0;
  #known = 0;
  #belated = 0;
  readonly #raised = new Set<string>();

  private constructor(parts: LearnParts, ledger: HistoryLedger) {
    this.#parts = parts;
    this.#ledger = ledger;
    this.#engines = Array.from({ length: parts.partitions }, () => parts.newEngine());
    const last = ledger.done.at(-1);
    this.#offsets = [...(last?.offsets ?? this.#engines.map(() => -1))];
    this.#newestMs = last?.newestMs ?? Number.NEGATIVE_INFINITY;
    this.#hash = createHash('sha256');
  }

  /** Goes on where an earlier run ended or died. Throws a UsageError where history cannot come first any more. */
  static async open(parts: LearnParts): Promise<HistoryLearner> {
    const ledger = await openLedger(parts.store, parts.topic);
    const learner = new HistoryLearner(parts, ledger);
    await learner.#refuseAfterLive();
    await learner.#recover();
    return learner;
  }

  /** Takes the next activity. */
  async take(activity: Activity): Promise<void> {
    this.#buffer.push(activity);
    this.#hash.update(`${activity.tenant}\u0000${activity.identity.id}\u0000${activity.id}\u0000${activity.at}\n`);
    if (this.#buffer.length >= this.#wanted()) await this.#window();
  }

  /** Learns what is left, and saves every memory. */
  async end(): Promise<Learned> {
    if (this.#buffer.length > 0) await this.#window();
    if (this.#ledger.promised !== undefined) throw OTHER_SOURCES;
    await this.#snapshot();
    return {
      activities: this.#learned,
      known: this.#known,
      belated: this.#belated,
      identities: this.#engines.reduce((sum, engine) => sum + engine.held().identities, 0),
      raised: this.#raised.size,
      learning: together(this.#engines.map((engine) => engine.learning())),
    };
  }

  get done(): number {
    return this.#learned + this.#known;
  }

  /** Activities of the window at hand: as many as it had when it was learned or promised. */
  #wanted(): number {
    const known = this.#isSame ? (this.#ledger.done[this.#met] ?? this.#ledger.promised) : undefined;
    return known?.rows ?? this.#parts.windowRows;
  }

  async #window(): Promise<void> {
    const activities = this.#buffer;
    const digest = this.#hash.digest('base64url');
    this.#buffer = [];
    const known = this.#isSame ? this.#ledger.done[this.#met] : undefined;
    if (known !== undefined && known.rows === activities.length && known.hash === digest) {
      this.#met++;
      this.#known += activities.length;
      this.#hash = createHash('sha256').update(digest);
      return;
    }
    if (known !== undefined || this.#met < this.#ledger.done.length) this.#isSame = false;
    const fresh = this.#isSame ? activities : await this.#unknown(activities);
    const { promised } = this.#ledger;
    if (promised !== undefined && fresh.length > 0 && (promised.rows !== fresh.length || promised.hash !== digest))
      throw OTHER_SOURCES;
    await this.#learn(fresh, digest);
    this.#hash = createHash('sha256').update(digest);
  }

  /** The activities that are not in the store: of other sources than before, each is looked for by its id. */
  async #unknown(activities: readonly Activity[]): Promise<Activity[]> {
    const { store, topic, partitionOf } = this.#parts;
    const stored = new Set<Activity>();
    const old = new Map<number, Activity[]>();
    for (const activity of activities) {
      if (msOf(activity.at) > this.#newestMs) continue;
      const partition = partitionOf(activity);
      const mine = old.get(partition) ?? [];
      old.set(partition, mine);
      mine.push(activity);
    }
    for (const [partition, mine] of old) {
      const before = this.#offsets[partition]! + 1;
      for (const at of await store.storedBefore(topic, partition, before, mine)) stored.add(mine[at]!);
    }
    this.#known += stored.size;
    const fresh = activities.filter((activity) => !stored.has(activity));
    this.#belated += fresh.filter(({ at }) => msOf(at) <= this.#newestMs).length;
    return fresh;
  }

  /** Judges and learns a window, and commits it. The promise comes first: what is stored in part can be finished only as it was begun. */
  async #learn(activities: readonly Activity[], hash: string): Promise<void> {
    if (activities.length === 0) return;
    const { store, topic, population, isRaising, plan } = this.#parts;
    const last = this.#ledger.done.at(-1);
    const window = { rows: activities.length, before: last === undefined ? 0 : last.before + last.rows, hash };
    const isRepeated = this.#ledger.promised !== undefined;
    if (!isRepeated) await this.#ledger.promise(window);
    const epoch = population.epoch;
    const offsets = [...this.#offsets];
    const located = activities.map((activity) => {
      const partition = this.#parts.partitionOf(activity);
      this.#offsets[partition]!++;
      return { partition, located: { activity, offset: this.#offsets[partition]! } };
    });
    const turns = await this.#judge(located, async () => {});
    for (const [partition, turn] of turns) {
      const span = { topic, partition, first: offsets[partition]! + 1, last: this.#offsets[partition]! };
      const alerts = [...turn.alerts.values()];
      if (isRaising) for (const { id } of alerts) this.#raised.add(id);
      await store.commit({
        id: turnId(span),
        span,
        epoch,
        isRepeated,
        activities: turn.activities,
        contributions: turn.contributions,
        alerts: isRaising ? alerts : [],
        observed: isRaising ? [...turn.observed.values()] : [],
        deliveries: isRaising
          ? plan(
              alerts.filter(({ id }) => turn.news.has(id)),
              partition,
            )
          : [],
        state: writeLog({ generation: HISTORY, base: 0, historyMs: Math.max(0, this.#newestMs) }, ''),
      });
    }
    await this.#ledger.finish({
      ...window,
      offsets: this.#offsets,
      newestMs: this.#newestMs,
      epoch: population.epoch,
    });
    this.#met = this.#ledger.done.length;
    this.#learned += activities.length;
    if (Date.now() - this.#savedAt >= this.#parts.snapshotEveryMs) await this.#snapshot();
  }

  /**
   * Judges activities in their order: the hours of the population close as their time comes, and within an hour the partitions know
   * nothing of each other. `beforeClose` is called before an hour is closed.
   */
  async #judge(
    activities: readonly { readonly partition: number; readonly located: Located }[],
    beforeClose: (hour: number) => Promise<void>,
    hasEffects = true,
  ): Promise<Map<number, PartitionTurn>> {
    const { population } = this.#parts;
    const turns = new Map<number, PartitionTurn>();
    let run = new Map<number, Located[]>();
    const flush = () => {
      for (const [partition, located] of run) {
        const outcome = this.#engines[partition]!.process(located);
        if (!hasEffects) continue;
        const turn = turns.get(partition) ?? newTurn();
        turns.set(partition, turn);
        for (const one of located) turn.activities.push(one);
        for (const one of outcome.contributions) {
          const contribution = { ...one, told: this.#hour.current };
          turn.contributions.push(contribution);
          population.merge(contribution);
        }
        for (const alert of outcome.alerts) turn.alerts.set(alert.id, alert);
        for (const id of outcome.news) turn.news.add(id);
        for (const alert of outcome.observed) turn.observed.set(alert.id, alert);
      }
      run = new Map();
    };
    for (const { partition, located } of activities) {
      const ms = msOf(located.activity.at);
      this.#newestMs = Math.max(this.#newestMs, ms);
      const hour = hourOf(ms);
      if (hour > this.#hour.current) {
        flush();
        this.#hour.current = hour;
        if (hour > population.epoch + 1) {
          await beforeClose(hour);
          population.close(hour);
        }
      }
      const mine = run.get(partition) ?? [];
      run.set(partition, mine);
      mine.push(located);
    }
    flush();
    return turns;
  }

  async #snapshot(): Promise<void> {
    const { store, topic } = this.#parts;
    for (const [partition, engine] of this.#engines.entries())
      if (this.#offsets[partition]! >= 0)
        await store.saveMemories(
          topic,
          partition,
          this.#offsets[partition]!,
          engine.changed(),
          engine.held().identities,
        );
    this.#savedAt = Date.now();
  }

  /** History comes before all that is judged live: what live work has learned cannot be judged again as if it had known more. */
  async #refuseAfterLive(): Promise<void> {
    const { store, topic, partitions } = this.#parts;
    const had = this.#ledger.done.at(-1)?.offsets.length ?? partitions;
    if (had !== partitions)
      throw new UsageError(
        `history was learned for ${had} partitions, and there are ${partitions} now`,
        'Give the activity topic its number of partitions again, or begin with a new kafka.cluster.',
      );
    for (const [partition, offset] of this.#offsets.entries()) {
      const marks = await store.turnsAfter(topic, partition, offset);
      const isLive = marks.some(({ state }) => readLog(state).log.generation !== HISTORY);
      const isForgotten = offset < 0 && marks.length === 0 && (await store.recall(topic, partition)).offset >= 0;
      if (isLive || isForgotten)
        throw new UsageError(
          `${topic}/${partition} has been judged live already, and history has to come before that`,
          'Learn into an empty store, or under a new kafka.cluster, and let `run` read the topic again from its beginning.',
        );
    }
  }

  /** Loads memories and the population, and judges again, without effects, the windows after the last snapshot. */
  async #recover(): Promise<void> {
    const { store, topic, population } = this.#parts;
    const { done } = this.#ledger;
    if (done.length === 0) return;
    const saved: number[] = [];
    for (const [partition, engine] of this.#engines.entries()) {
      const { offset, rows } = await store.recall(topic, partition);
      for await (const row of rows) engine.restore(row);
      saved.push(offset);
    }
    const first = done.findIndex(({ offsets }) => offsets.some((offset, partition) => offset > saved[partition]!));
    const last = first < 0 ? done.length : first;
    const isDone = ofLearned(done.at(-1)!.offsets);
    let loaded = -1;
    async function* ofDone(upTo: number) {
      for await (const { contribution, turn } of store.contributions(loaded, upTo))
        if (isDone(turn)) yield contribution;
      loaded = Math.max(loaded, upTo);
    }
    const closed = done[last - 1]?.epoch ?? -1;
    if (closed >= 0) await follow(population, ofDone(closed), closed);
    const load = async (upTo: number) => {
      for await (const contribution of ofDone(upTo)) population.merge(contribution);
    };
    this.#newestMs = done[last - 1]?.newestMs ?? Number.NEGATIVE_INFINITY;
    this.#hour.current = Number.isFinite(this.#newestMs) ? hourOf(this.#newestMs) : Number.NEGATIVE_INFINITY;
    for (let at = last; at < done.length; at++) {
      const again: { partition: number; located: Located }[] = [];
      for (const [partition, upTo] of done[at]!.offsets.entries())
        for await (const located of store.stored(topic, partition, done[at - 1]?.offsets[partition] ?? -1, upTo))
          again.push({ partition, located });
      await this.#judge(inOrderOfHours(again), async (hour) => load(hour - 1), false);
    }
    await load(2 ** 31 - 1);
    this.#newestMs = done.at(-1)!.newestMs;
  }
}

const newTurn = (): PartitionTurn => ({
  activities: [],
  contributions: [],
  alerts: new Map(),
  news: new Set(),
  observed: new Map(),
});

/** Hour by hour, and within an hour each partition in its order; what came late stays with the hour in which it came. */
function inOrderOfHours(all: readonly { readonly partition: number; readonly located: Located }[]) {
  const reached = new Map<number, number>();
  return all
    .map((one) => {
      const hour = Math.max(
        hourOf(msOf(one.located.activity.at)),
        reached.get(one.partition) ?? Number.NEGATIVE_INFINITY,
      );
      reached.set(one.partition, hour);
      return { ...one, hour };
    })
    .sort((a, b) => a.hour - b.hour || a.partition - b.partition || a.located.offset - b.located.offset);
}

/** Tells the turns of windows that are done from those of one that was only begun. */
function ofLearned(offsets: readonly number[]): (turn: string) => boolean {
  const known = new Map<string, boolean>();
  return (turn) => {
    const told = known.get(turn);
    if (told !== undefined) return told;
    const match = /\/(\d+)\/(\d+)-\d+\/[^/]+$/.exec(turn);
    const isDone = match !== null && Number(match[2]) <= (offsets[Number(match[1])] ?? -1);
    known.set(turn, isDone);
    return isDone;
  };
}

/** Workers in this process that share an activity topic as a consumer group does: owned partitions, chunks, promises, rebalances and deaths. */
import type { Activity } from '../../schemas/activity.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Located } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { createPopulationFeed, type PopulationFeed } from '../../src/detect/population-feed.ts';
import { createPump, type Dedup, type Pump } from '../../src/detect/pump.ts';
import type { Chunk } from '../../src/ports/stream.ts';
import type { Kept } from './kept-store.ts';
import { engineOptions } from './story.ts';

const TOPIC = 'activity';
/** Each look of a worker takes so long at the most, and a second of its clock is a fortieth of ours. */
const PAUSE_MS = 2;
const QUICKER = 40;

interface Promised {
  readonly first: number;
  readonly last: number;
  readonly epoch: number;
}

/** A topic and where its group stands. */
export class Topic {
  readonly logs: Located[][];
  readonly offsets: number[];
  readonly promised: (Promised | undefined)[];
  readonly generation: string;

  constructor(partitions: number, generation = 'topic-1') {
    this.logs = Array.from({ length: partitions }, () => []);
    this.offsets = this.logs.map(() => 0);
    this.promised = this.logs.map(() => undefined);
    this.generation = generation;
  }
  get partitions(): number[] {
    return [...this.logs.keys()];
  }
  write(partition: number, activity: Activity): void {
    const log = this.logs[partition]!;
    log.push({ activity, offset: log.length });
  }
  get done(): number {
    return this.offsets.reduce((sum, one) => sum + one, 0);
  }
  /** What ended a worker that was not asked to end. */
  failure: unknown;

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.failure !== undefined) throw this.failure;
      await pause();
    }
  }
  drained(): Promise<void> {
    return this.until(() => this.logs.every((log, partition) => this.offsets[partition] === log.length));
  }
}

const pause = () => new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));

interface Tenure {
  readonly taken: AbortController;
  readonly ended: Promise<void>;
}

export interface WorkerOptions {
  readonly nowMs?: number;
  readonly waitMs?: number;
  /** Activities of the next chunk at the most. */
  readonly rows?: () => number;
  readonly snapshotEveryMs?: number;
  readonly newDedup?: (saved: string | undefined) => Dedup;
}

/** Stopped without a word, as by kill -9. */
class Dead extends Error {}

export class Worker {
  readonly feed: PopulationFeed;
  readonly missing: (readonly number[])[] = [];
  readonly #topic: Topic;
  readonly #pump: Pump;
  readonly #rows: () => number;
  readonly #tenures = new Map<number, Tenure>();
  readonly #stop = new AbortController();
  readonly #run: Promise<void>;
  #isDead = false;
  /** While it is set the worker does nothing, as under SIGSTOP. */
  isHeld = false;

  constructor(store: Kept, topic: Topic, options: WorkerOptions = {}) {
    const { nowMs = Date.now(), waitMs = 1e9, rows = () => 97, snapshotEveryMs = 1e12 } = options;
    this.#topic = topic;
    this.#rows = rows;
    const began = Date.now();
    const clock = { now: () => nowMs + (Date.now() - began) * QUICKER };
    const alive = new Proxy(store, {
      get: (target, name) => {
        if (this.#isDead) throw new Dead();
        const value = target[name as keyof Kept];
        return typeof value === 'function' ? value.bind(target) : value;
      },
    }) as never;
    this.feed = createPopulationFeed(alive, clock, {
      population: createPopulation(),
      newPopulation: () => createPopulation(),
      topic: `c/${TOPIC}`,
      partitions: async () => topic.logs.length,
      lagOf: (partition) => {
        const end = topic.logs[partition]!.length;
        return { lag: end - topic.offsets[partition]!, end };
      },
      waitMs,
      aheadMs: 0,
      onMissing: (missing) => this.missing.push(missing),
    });
    this.#pump = createPump({
      cluster: 'c',
      store: alive,
      clock,
      snapshotEveryMs,
      endOf: (partition) => topic.logs[partition]!.length,
      lateAfterMs: 3_600_000,
      aheadMs: 0,
      populationFeed: this.feed,
      newEngine: (population) => createEngine({ ...engineOptions(), population, ownsPopulation: false }),
      newDedup: options.newDedup ?? (() => ({ isRepetition: () => false, save: () => '' })),
      decode: async (chunk) => ({
        located: topic.logs[chunk.partition]!.slice(chunk.first, chunk.last + 1),
        repetitions: 0,
      }),
      plan: () => [],
      telemetry: { event: () => {} } as never,
    });
    this.#run = this.feed.run(this.#stop.signal).catch(this.#unlessDead);
  }

  readonly #unlessDead = (error: unknown) => {
    if (!(error instanceof Dead)) this.#topic.failure ??= error;
  };

  /** Takes a partition, and goes on with it until it is given up. */
  async own(partition: number): Promise<void> {
    const taken = new AbortController();
    const place = { topic: TOPIC, partition };
    await this.#pump.open(place, this.#topic.generation).catch(this.#unlessDead);
    const ended = this.#work(partition, taken.signal)
      .catch((error) => {
        if (!taken.signal.aborted && !this.#stop.signal.aborted) this.#unlessDead(error);
      })
      .finally(() => this.#pump.close(place, taken.signal.aborted || this.#isDead ? 'taken' : 'stop'))
      .catch(this.#unlessDead);
    this.#tenures.set(partition, { taken, ended });
  }

  async #work(partition: number, taken: AbortSignal): Promise<void> {
    const topic = this.#topic;
    /** Last offset of a chunk that was asked for before its turn. */
    let asked: number | undefined;
    const lastOf = (from: number) => Math.min(topic.logs[partition]!.length, from + this.#rows()) - 1;
    while (!taken.aborted && !this.#stop.signal.aborted && !this.#isDead) {
      const log = topic.logs[partition]!;
      const from = topic.offsets[partition]!;
      if (from >= log.length || this.isHeld) {
        await pause();
        continue;
      }
      const promised = topic.promised[partition];
      const last = promised?.last ?? asked ?? lastOf(from);
      asked = undefined;
      const place = { topic: TOPIC, partition, messages: [], generation: topic.generation };
      const chunk = {
        ...{ ...place, first: from, last },
        ...(promised !== undefined && { intended: { epoch: promised.epoch } }),
      } as Chunk;
      const following = () => {
        if (last + 1 >= log.length) return undefined;
        asked ??= lastOf(last + 1);
        return { ...place, first: last + 1, last: asked } as Chunk;
      };
      const intend = async (epoch: number) => {
        if (taken.aborted || this.#isDead) throw new Dead();
        topic.promised[partition] = { first: from, last, epoch };
      };
      await this.#pump.turn(chunk, intend, taken, following);
      if (taken.aborted || this.#isDead) return;
      topic.promised[partition] = undefined;
      topic.offsets[partition] = last + 1;
    }
  }

  /** Another worker gets the partition. */
  async lose(partition: number): Promise<void> {
    const tenure = this.#tenures.get(partition);
    this.#tenures.delete(partition);
    tenure?.taken.abort();
    await tenure?.ended;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#tenures.values()].map(({ ended }) => ended));
    await this.#run;
  }

  /** Ends it in the middle of whatever it does. */
  async kill(): Promise<void> {
    this.#isDead = true;
    this.#stop.abort();
    for (const { taken } of this.#tenures.values()) taken.abort();
    await Promise.all([...this.#tenures.values()].map(({ ended }) => ended));
    await this.#run;
  }
}

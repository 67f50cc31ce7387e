/** When the memories of one partition are saved: one snapshot after the other, and never so that a failure passes unnoticed. */
import { elapsed } from '../bounds/elapsed.ts';
import { createPace } from '../bounds/pace.ts';
import type { Engine, MemoryRow } from '../core/engine-contract.ts';
import type { Clock } from '../ports/outside.ts';
import type { Store } from '../ports/store.ts';
import type { TopicPartition } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

/** Activities at most that the partitions of a process have judged since their snapshots together: some seconds for whoever takes them over. */
const AGAIN_MAX = 50_000;
/** Between two snapshots of a partition that has judged all there is: while nothing else is to be done they cost nobody anything. */
const AT_REST_MS = 5_000;

/** After so many memories, or when they took long, others run. */
const pace = createPace({ records: 512, bytes: Number.POSITIVE_INFINITY });

/** What a snapshot saves, as it was when the last chunk was judged. */
interface Gathered {
  readonly rows: readonly MemoryRow[];
  readonly identities: number;
  readonly dropped: number;
  readonly upTo: number;
  readonly began: number;
}

export interface SnapshotParts {
  readonly store: Pick<Store, 'saveMemories'>;
  readonly clock: Clock;
  readonly snapshotEveryMs: number;
  /** Where a partition ends, as last heard; undefined where nobody knows. */
  readonly endOf?: (partition: number) => number | undefined;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

export class PartitionSnapshots {
  readonly #parts: SnapshotParts;
  readonly #place: TopicPartition;
  /** The topic as the store names it. */
  readonly #stored: string;
  /** Last offset that the engine has judged. */
  #judged: number;
  /** Last offset of the last complete snapshot. */
  #saved: number;
  #savedAt: number;
  /** Activities judged since that snapshot was begun. */
  #unsaved = 0;
  /** A snapshot under way; it never rejects. */
  #saving: Promise<void> | undefined;
  /** Why a snapshot failed: the engine takes for saved what is not. */
  #fault: { readonly error: unknown } | undefined;
  /** Identities the engine had dropped when last asked. */
  #dropped = 0;

  constructor(
    parts: SnapshotParts,
    { topic, partition }: TopicPartition,
    stored: string,
    { judged, saved }: { readonly judged: number; readonly saved: number },
  ) {
    this.#parts = parts;
    this.#place = { topic, partition };
    this.#stored = stored;
    this.#judged = judged;
    this.#saved = saved;
    this.#savedAt = parts.clock.now();
  }

  get judged(): number {
    return this.#judged;
  }

  /** Whether the last complete snapshot holds all that was judged. */
  get isComplete(): boolean {
    return this.#judged <= this.#saved;
  }

  /** Activities were judged, up to an offset. */
  advance(offset: number, activities: number): void {
    this.#judged = offset;
    this.#unsaved += activities;
  }

  /** Throws what a snapshot failed with. */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault.error;
  }

  /** Waits until no snapshot is under way; never rejects. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  /** Saves what was judged so far, after the snapshot under way, or an older memory could take the place of a newer one. */
  async save(engine: Engine): Promise<void> {
    await this.settled();
    this.check();
    await this.#write(await this.#gather(engine));
  }

  /** The same beside the work, as soon as this resolves; the next turn, or `save`, throws what it failed with. */
  async begin(engine: Engine): Promise<void> {
    this.#saving = this.#write(await this.#gather(engine))
      .catch((error) => {
        this.#fault = { error };
      })
      .finally(() => {
        this.#saving = undefined;
      });
  }

  /**
   * Now and then; sooner where much would be to judge again, and where all is judged, at the latest when an hour is over: whoever takes the
   * partition over then judges on with the population of all. `last`: of the chunk, in the log; `partitions`: how many this process owns.
   */
  isDue(last: number, partitions: number, isFurther: boolean): boolean {
    if (this.#saving !== undefined) return false;
    const { clock, snapshotEveryMs, endOf } = this.#parts;
    const since = elapsed(clock.now(), this.#savedAt);
    if (since >= snapshotEveryMs || this.#unsaved >= AGAIN_MAX / partitions) return true;
    const end = endOf?.(this.#place.partition);
    return end !== undefined && end <= last + 1 && (isFurther || since >= AT_REST_MS);
  }

  /** Packs what changed. Others run in between, but nothing is judged meanwhile. */
  async #gather(engine: Engine): Promise<Gathered> {
    const began = this.#parts.clock.now();
    const steps = engine.changedInSteps();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) await pace(0);
    this.#unsaved = 0;
    this.#savedAt = began;
    return { rows: step.value, ...engine.held(), upTo: this.#judged, began };
  }

  /** Saves what was gathered. Judging may go on meanwhile: each memory knows what it learned last. */
  async #write({ rows, identities, dropped, upTo, began }: Gathered): Promise<void> {
    const { store, clock, telemetry } = this.#parts;
    const { partition } = this.#place;
    await store.saveMemories(this.#stored, partition, upTo, rows, identities);
    this.#saved = upTo;
    this.#savedAt = clock.now();
    const bytes = rows.reduce((sum, row) => sum + row.bytes.length, 0);
    // The size is estimated from the memories that changed, because packing all of them only to measure takes longer than saving.
    const each = bytes / Math.max(1, rows.length);
    telemetry.event('memory-measured', { partition, identities, bytes: Math.round(each * identities) });
    if (dropped > this.#dropped) telemetry.event('identities-dropped', { identities: dropped - this.#dropped });
    this.#dropped = dropped;
    telemetry.event('memories-saved', {
      ...this.#place,
      offset: upTo,
      identities: rows.length,
      bytes,
      seconds: (this.#savedAt - began) / 1_000,
    });
  }
}

/** Lets the population follow what is stored, hour by closed hour. */
import type { Clock } from '../ports/outside.ts';
import type { Store, Turn } from '../ports/store.ts';

const HOUR_MS = 3_600_000;

/** Moves the population that all partitions of the process share; it moves only between turns. */
export interface PopulationFeed {
  readonly epoch: number;
  /** A partition reached event time `watermarkMs`: takes in what was stored of the hours that closed for all partitions. */
  advance(partition: string, watermarkMs: number): Promise<void>;
  /** Takes in what was stored up to a closed hour: the population that a turn of an earlier process was judged with. */
  reach(epoch: number): Promise<void>;
  /** Forgets a partition that is no longer ours, so that it holds up nobody's hour. */
  leave(partition: string): void;
}

/** A partition without a chunk for so long of wall time holds up nobody's hour. */
const IDLE_MS = 10_000;

/**
 * Lets the population follow what is stored: an hour is closed once every partition of this process that has work is
 * `graceMs` of event time past its end, so that nobody is judged against a half-filled hour.
 */
export function createPopulationFeed(
  population: {
    readonly epoch: number;
    merge(contribution: Turn['contributions'][number]): void;
    close(hour: number): void;
  },
  store: Pick<Store, 'population'>,
  clock: Clock,
  graceMs: number,
): PopulationFeed {
  const reached = new Map<string, { watermarkMs: number; at: number }>();
  let busy: Promise<void> = Promise.resolve();
  async function follow(): Promise<void> {
    let watermarkMs = Number.POSITIVE_INFINITY;
    for (const mark of reached.values())
      if (clock.now() - mark.at < IDLE_MS) watermarkMs = Math.min(watermarkMs, mark.watermarkMs);
    const hour = Math.floor((watermarkMs - graceMs) / HOUR_MS);
    if (Number.isFinite(hour)) await take(hour - 1);
  }
  async function take(epoch: number): Promise<void> {
    if (epoch <= population.epoch) return;
    for await (const contribution of store.population(population.epoch, epoch)) population.merge(contribution);
    population.close(epoch + 1);
  }
  return {
    get epoch() {
      return population.epoch;
    },
    advance(partition, watermarkMs) {
      const before = reached.get(partition)?.watermarkMs ?? 0;
      reached.set(partition, { watermarkMs: Math.max(before, watermarkMs), at: clock.now() });
      // Partitions share the population: one of them moves it at a time.
      busy = busy.then(follow);
      return busy;
    },
    reach(epoch) {
      busy = busy.then(() => take(epoch));
      return busy;
    },
    leave(partition) {
      reached.delete(partition);
    },
  };
}

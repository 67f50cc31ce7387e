/** Partitions that an hour waits for, and when they are not waited for any longer. */
import { elapsed } from '../bounds/elapsed.ts';

const HOUR_MS = 3_600_000;

/** How far a partition is, as far as it is known. */
export interface Known {
  readonly offset: number;
  readonly hour: number;
}

/** How long a partition has been waited for, and what was known of it then. */
interface Wait {
  readonly since: number;
  readonly known: string;
}

export interface LatePartitions {
  /** Those that were given up: what they have yet to tell is missing. */
  readonly missing: readonly number[];
  /** Which of the partitions that are `late` for an hour have been waited for long enough. */
  givenUp(late: readonly number[], hour: number, knownOf: (partition: number) => Known): readonly number[];
  /** The hour is closed without these, and waits for all others again. */
  closeWithout(partitions: readonly number[]): void;
  /** Nobody could tell how far it is meanwhile. */
  waitAnew(): void;
}

/** `waitMs`: how long a partition that does not move is waited for. `onMissing`: other partitions than before are missing. */
export function createLatePartitions(
  clock: { now(): number },
  waitMs: number,
  onMissing: (partitions: readonly number[]) => void,
): LatePartitions {
  const waits = new Map<number, Wait>();
  let missing: readonly number[] = [];
  return {
    get missing() {
      return missing;
    },
    givenUp(late, hour, knownOf) {
      const now = clock.now();
      // Whoever is behind the clock anyway loses nothing by waiting for others that move.
      const isBehind = (hour + 1) * HOUR_MS < now;
      for (const partition of waits.keys()) if (!late.includes(partition)) waits.delete(partition);
      return late.filter((partition) => {
        const { offset, hour: at } = knownOf(partition);
        const known = `${offset} ${at}`;
        const wait = waits.get(partition);
        if (wait === undefined || (isBehind && wait.known !== known && !missing.includes(partition))) {
          waits.set(partition, { since: now, known });
          return waitMs <= 0;
        }
        return elapsed(now, wait.since) >= waitMs;
      });
    },
    closeWithout(partitions) {
      if (partitions.join() === missing.join()) return;
      missing = partitions;
      onMissing(missing);
    },
    waitAnew() {
      waits.clear();
    },
  };
}

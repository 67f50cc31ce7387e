/** What partitions have told and the store does not have yet: written in order, one write at a time. */
import type { Contribution } from '../core/engine-contract.ts';
import type { Reached, ToldPart } from '../ports/store.ts';

interface Telling {
  /** Absent: only how far the partition is. */
  readonly part: ToldPart | undefined;
  readonly reached: Reached;
}

export interface TellingQueue {
  /** Puts in how far a partition is, and what it told before that. It is written with the next `send`. */
  add(reached: Reached, part?: ToldPart): void;
  /**
   * Writes all that is in the queue. What several partitions have to tell at a time, or one in several hours, is written together. What
   * could not be written fails for whoever asked, and goes with the next.
   */
  send(): Promise<void>;
  /** Resolves when what was sent before is written, or was refused. */
  settled(): Promise<void>;
  /** Contributions in the queue. */
  contributions(): Contribution[];
  clear(): void;
}

/**
 * What was refused: everything that was told, and of each hour that a partition reached the first place and the last. A partition that
 * is taken over at a place in between goes on in the hour of that place; and an outage, in which hours hardly pass, makes little of it.
 */
function stillToTell(refused: readonly Telling[]): Telling[] {
  const hourOf = ({ reached }: Telling) => `${reached.partition} ${reached.hour}`;
  const last = new Map(refused.map((one) => [hourOf(one), one]));
  const first = new Map(refused.toReversed().map((one) => [hourOf(one), one]));
  return refused.filter(
    (one) => one.part !== undefined || first.get(hourOf(one)) === one || last.get(hourOf(one)) === one,
  );
}

export function createTellingQueue(
  write: (parts: readonly ToldPart[], reached: readonly Reached[]) => Promise<void>,
): TellingQueue {
  let queue: Telling[] = [];
  let sending: Promise<void> = Promise.resolve();
  return {
    add(reached, part) {
      queue.push({ reached, part: part?.contributions.length === 0 ? undefined : part });
    },
    send() {
      const sent = sending.then(async () => {
        const batch = queue;
        queue = [];
        if (batch.length === 0) return;
        try {
          await write(
            batch.flatMap(({ part }) => part ?? []),
            batch.map(({ reached }) => reached),
          );
        } catch (error) {
          queue = stillToTell([...batch, ...queue]);
          throw error;
        }
      });
      sending = sent.catch(() => {});
      return sent;
    },
    settled: () => sending,
    contributions: () => queue.flatMap(({ part }) => part?.contributions ?? []),
    clear() {
      queue = [];
    },
  };
}

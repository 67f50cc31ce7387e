/** Writes what several raw partitions hold in order of event time, each partition in its own order, and waits a bounded time for those that are behind. */
import { elapsed } from '../bounds/elapsed.ts';
import type { OutgoingMessage, Publisher, TopicPartition } from '../ports/stream.ts';

/** A message with the event time in ms of what it carries; -Infinity for what has none and need not wait. */
export interface Timed {
  readonly ms: number;
  readonly message: OutgoingMessage;
}

export interface TimeMergeParts {
  readonly publisher: Pick<Publisher, 'send'>;
  readonly topic: string;
  /** The raw partitions that are read here, and how many messages each is behind its end. */
  lags(): readonly (TopicPartition & { readonly lag: number })[];
  /** How long a message waits for a partition in which nothing is to be read just now, in ms. */
  readonly waitMs: number;
  /** How long it waits for one that is behind, in ms. */
  readonly catchUpMs: number;
  /** Wall clock in ms. */
  readonly now: () => number;
  /** Told how long the first message of a request waited for others. */
  readonly onWaited?: (ms: number) => void;
  /** Called again and again while something waits: that is no standstill, and it has its bound. */
  readonly onWaiting?: () => void;
}

export interface TimeMerge {
  /** Writes the messages of one chunk in their order among those of other partitions; resolves when all of them are written. */
  write(place: TopicPartition, messages: readonly Timed[]): Promise<void>;
  /** Nothing waits for others any more: the end has come. */
  hurry(): void;
}

/** Messages in one request. */
const SEND_MAX = 5_000;
/** Time between two looks at partitions that are waited for. */
const LOOK_MS = 25;

interface Lane {
  readonly messages: readonly Timed[];
  at: number;
  /** When its first message could have been written. */
  readonly since: number;
  /** Settled when all of it is written, or cannot be. */
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/**
 * A partition keeps its own order, because who reads repetitions goes by it. Between partitions the earliest goes first, and of two at one
 * moment the one whose text is smaller, so that the outcome does not hang on the names of partitions.
 */
export function createTimeMerge(parts: TimeMergeParts): TimeMerge {
  const { publisher, topic, waitMs, catchUpMs, now } = parts;
  const lanes = new Map<string, Lane>();
  let isHurried = false;
  let isWorking = false;
  let wake: () => void = () => {};

  const headOf = (lane: Lane) => lane.messages[lane.at]!;
  const isBefore = (a: Timed, b: Timed) =>
    a.ms < b.ms || (a.ms === b.ms && String(a.message.value) < String(b.message.value));

  function earliest(): Lane | undefined {
    let first: Lane | undefined;
    for (const lane of lanes.values()) if (first === undefined || isBefore(headOf(lane), headOf(first))) first = lane;
    return first;
  }

  /** Tells of a lane whether a partition that has nothing here may still bring something earlier. */
  function waiting(): (lane: Lane) => boolean {
    const absent = parts.lags().filter((place) => !lanes.has(keyOf(place)));
    const isBehind = absent.some(({ lag }) => lag > 0);
    return (lane) => {
      if (isHurried || absent.length === 0 || headOf(lane).ms === Number.NEGATIVE_INFINITY) return false;
      const waited = elapsed(now(), lane.since);
      return waited < (isBehind ? catchUpMs : waitMs);
    };
  }

  const nap = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  /** Writes until nothing is left here. */
  async function work(): Promise<void> {
    try {
      for (let first = earliest(); first !== undefined; first = earliest()) {
        const mustWait = waiting();
        if (mustWait(first)) {
          parts.onWaiting?.();
          await nap();
          continue;
        }
        const waited = elapsed(now(), first.since);
        const batch: OutgoingMessage[] = [];
        const done: Lane[] = [];
        for (let lane = earliest(); lane !== undefined && batch.length < SEND_MAX; lane = earliest()) {
          if (lane !== first && mustWait(lane)) break;
          batch.push(headOf(lane).message);
          lane.at++;
          if (lane.at < lane.messages.length) continue;
          // From here on its partition is one that others may have to wait for.
          for (const [key, one] of lanes) if (one === lane) lanes.delete(key);
          done.push(lane);
          break;
        }
        parts.onWaited?.(waited);
        try {
          await publisher.send(topic, batch);
        } catch (error) {
          for (const lane of [...done, ...lanes.values()]) lane.reject(error);
          lanes.clear();
          return;
        }
        for (const lane of done) lane.resolve();
      }
    } finally {
      isWorking = false;
    }
  }

  return {
    async write(place, messages) {
      if (messages.length === 0) return;
      // A partition is taken through one step at a time; should it not be, the later one waits.
      for (let before = lanes.get(keyOf(place)); before !== undefined; before = lanes.get(keyOf(place)))
        await before.done.catch(() => undefined);
      let settle!: Pick<Lane, 'resolve' | 'reject'>;
      const done = new Promise<void>((resolve, reject) => {
        settle = { resolve, reject };
      });
      lanes.set(keyOf(place), { messages, at: 0, since: now(), done, ...settle });
      wake();
      if (!isWorking) {
        isWorking = true;
        void work();
      }
      await done;
    },
    hurry() {
      isHurried = true;
      wake();
    },
  };
}

/** Tidemark without Kafka: activities handed over in this process, cut into chunks of one partition, and acknowledged when their turn is committed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import { createPace } from '../bounds/pace.ts';
import { bytesOf } from '../ingest/activity-shape.ts';
import type { Store } from '../ports/store.ts';
import {
  type ChunkSource,
  LocalSourceClosed,
  LocalSourceFull,
  type OutgoingMessage,
  type PartitionHooks,
  type TopicMessage,
  topicName,
} from '../ports/stream.ts';

/** What the local stream is called in the store: no broker has a cluster of this name. */
export const LOCAL = { cluster: 'in-process', topic: 'local', partition: 0 } as const;

/** Shortest time between two turns: each one makes parts in the store, and a flood of tiny requests must not make a flood of parts. */
const TURN_EVERY_MS = 50;
/** Offsets a millisecond of wall time has room for; see `localStart`. */
const OFFSETS_PER_MS = 1_000;

export interface LocalSourceOptions {
  /** Returns the first offset to give; it is asked once, when the source runs. */
  readonly startOffset: () => Promise<number>;
  readonly limits: Pick<Config['detect'], 'batchRows' | 'batchBytes' | 'queueBytes'>;
  readonly hooks?: PartitionHooks;
}

export interface LocalSource extends ChunkSource {
  /**
   * Takes activities as the reader of this process admitted them: they are not looked at again.
   * Resolves when the turn that holds the last of them is committed. Rejects with `LocalSourceFull` before anything is taken,
   * with `LocalSourceClosed` or the fault of the store afterwards: then some may be stored, and sending them again is right.
   */
  submit(activities: readonly Activity[]): Promise<void>;
  /** The same for messages as the activity topic carries them; they take the full way of a message from anywhere. */
  send(messages: readonly OutgoingMessage[]): Promise<void>;
}

/**
 * The offset at which a new process begins: after every turn that was committed, and never where an earlier process may have
 * begun a turn and died. That turn's insert tokens name its offsets; other content under the same tokens would be dropped
 * in silence. Wall time keeps the two apart.
 */
export async function localStart(store: Pick<Store, 'recall' | 'turnsAfter'>, now: number): Promise<number> {
  const topic = topicName(LOCAL.cluster, LOCAL.topic);
  const { offset } = await store.recall(topic, LOCAL.partition);
  const marks = await store.turnsAfter(topic, LOCAL.partition, offset);
  return Math.max(offset, marks.at(-1)?.span.last ?? -1, now * OFFSETS_PER_MS) + 1;
}

interface Waiting {
  readonly message: Pick<TopicMessage, 'value' | 'headers' | 'activity'>;
  /** Of the message, or what the activity takes while it waits. */
  readonly bytes: number;
  /** Told when the turn of the last activity of a submission is committed. */
  readonly done?: { resolve(): void; reject(error: unknown): void };
}

/** After so many activities, or when they took long, others run: a request may bring thousands. */
const pace = createPace({ records: 512, bytes: Number.POSITIVE_INFINITY });

async function messagesOf(chunk: readonly Waiting[], first: number): Promise<TopicMessage[]> {
  const messages: TopicMessage[] = [];
  for (const { message } of chunk) {
    const { value, headers, activity } = message;
    const place = { offset: first + messages.length, key: null, timestamp: Date.now() };
    messages.push({ value, headers, ...(activity !== undefined && { activity }), ...place });
    const paused = pace(0);
    if (paused !== undefined) await paused;
  }
  return messages;
}

export function createLocalSource({ startOffset, limits, hooks }: LocalSourceOptions): LocalSource {
  const place = { topic: LOCAL.topic, partition: LOCAL.partition };
  let queue: Waiting[] = [];
  let waitingBytes = 0;
  let running = false;
  let closed = false;
  let opened = false;
  let rouse: () => void = () => {};

  /** As many as one chunk may hold, at least one. */
  function cut(): Waiting[] {
    let sum = 0;
    let rows = 0;
    for (const { bytes } of queue) {
      if (rows > 0 && (rows >= limits.batchRows || sum + bytes > limits.batchBytes)) break;
      sum += bytes;
      rows++;
    }
    const taken = queue.slice(0, rows);
    queue = queue.slice(rows);
    return taken;
  }

  async function awaitWork(signal: AbortSignal): Promise<void> {
    if (queue.length > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      rouse = () => {
        signal.removeEventListener('abort', rouse);
        resolve();
      };
      signal.addEventListener('abort', rouse, { once: true });
    });
  }

  function refuseAll(waiting: readonly Waiting[], error: unknown): void {
    for (const { done } of waiting) done?.reject(error);
  }

  async function take(waiting: readonly Waiting[]): Promise<void> {
    if (closed) throw new LocalSourceClosed('the process is stopping');
    if (waiting.length === 0) return;
    const bytes = waiting.reduce((sum, one) => sum + one.bytes, 0);
    if (waitingBytes > 0 && waitingBytes + bytes > limits.queueBytes)
      throw new LocalSourceFull(`${waitingBytes} bytes wait to be judged, and ${bytes} more are too many`);
    waitingBytes += bytes;
    await new Promise<void>((resolve, reject) => {
      for (const [index, one] of waiting.entries())
        queue.push(index === waiting.length - 1 ? { ...one, done: { resolve, reject } } : one);
      rouse();
    });
  }

  return {
    async submit(activities) {
      const waiting: Waiting[] = [];
      for (const activity of activities) {
        waiting.push({ message: { value: null, headers: {}, activity }, bytes: bytesOf(activity) });
        const paused = pace(0);
        if (paused !== undefined) await paused;
      }
      await take(waiting);
    },

    send: (messages) =>
      take(
        messages.map(({ value, headers = {} }) => {
          const bytes = Buffer.from(value);
          const named = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]);
          return { message: { value: bytes, headers: Object.fromEntries(named) }, bytes: bytes.length };
        }),
      ),

    async run(step, signal) {
      if (running || closed) throw new Error('a local source runs once');
      running = true;
      let chunk: Waiting[] = [];
      let failed = true;
      try {
        let offset = await startOffset();
        await hooks?.onAssigned?.(place, offset);
        opened = true;
        for (;;) {
          await awaitWork(signal);
          // Submissions taken before the stop are finished and later ones are refused, so this loop ends.
          if (signal.aborted) closed = true;
          if (queue.length === 0) break;
          const began = performance.now();
          chunk = cut();
          const first = offset;
          const messages = await messagesOf(chunk, first);
          offset += chunk.length;
          await step({ ...place, first, last: offset - 1, messages }, async () => {}, new AbortController().signal);
          for (const { bytes } of chunk) waitingBytes -= bytes;
          for (const { done } of chunk) done?.resolve();
          chunk = [];
          const restMs = TURN_EVERY_MS - (performance.now() - began);
          if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => undefined);
        }
        failed = false;
      } catch (error) {
        closed = true;
        refuseAll(chunk, error);
        throw error;
      } finally {
        closed = true;
        refuseAll(queue.splice(0), new LocalSourceClosed('the process stopped before they were judged'));
        waitingBytes = 0;
        if (opened) await hooks?.onRevoked?.(place, failed ? 'taken' : 'stop');
      }
    },

    lags: () => (running && !closed ? [{ ...place, lag: queue.length, end: queue.length }] : []),
    status: () => ({
      partitions: running && !closed ? 1 : 0,
      opened: opened && !closed ? 1 : 0,
      lag: queue.length,
      heldBytes: waitingBytes,
      joined: running && !closed,
      silentMs: 0,
    }),
  };
}

/** The stream port: partitions in, messages out. Kafka implements it, and so does the source inside one process. */
import type { Activity } from '../../schemas/activity.ts';

/** A range of contiguous offsets of one partition, processed as one step. */
export interface Span {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What the store and the logs of sources call a topic: several clusters may have topics of one name. */
export const topicName = (cluster: string, topic: string): string => `${cluster}/${topic}`;

/** A record of a topic, as it was read. */
export interface TopicMessage {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** A header given more than once has its last value. */
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** Broker or producer time, in ms since the epoch: not the time of the activity. */
  readonly timestamp: number;
  /** In the place of a value: an activity that this process itself has read, checked and scrubbed. No broker can give one. */
  readonly activity?: Activity;
}

/** Contiguous messages of one partition, processed as one step. */
export interface Chunk extends Span {
  readonly messages: readonly TopicMessage[];
  /**
   * Which of the logs that had this topic's name the offsets are of: a topic that is deleted and made anew begins at offset 0
   * again. At most 64 of `A-Z a-z 0-9 _ ~ -`; absent where nobody can tell.
   */
  readonly generation?: string;
  /** Set when an earlier process began this very chunk: it must be judged with this epoch again. */
  readonly intended?: { readonly epoch: number };
}

/**
 * Processes one chunk; when it resolves, the offset moves. `intend` makes the bounds of the chunk durable, so that after a
 * crash exactly this chunk comes again; await it before the first effect. `taken` is aborted when the partition went to
 * another member: `intend` then rejects, and whatever was begun is that member's to repeat. A rejection ends the source, but
 * `StepAbandoned`: then the offset stays, and the partition rests until the next start. `following` gives the chunk that comes next, if it is
 * there already: it keeps its bounds.
 */
export type ChunkStep = (
  chunk: Chunk,
  intend: (epoch: number) => Promise<void>,
  taken: AbortSignal,
  following?: () => Chunk | undefined,
) => Promise<void>;

/** A step was given up because the process stops: nothing of it was stored that a repetition would not store again. */
export class StepAbandoned extends Error {
  override readonly name = 'StepAbandoned';
  readonly remedy = 'Nothing to do: the chunk is taken again at the next start.';
}

/** What a role does when partitions come and go. */
export interface PartitionHooks {
  /** Awaited before the first chunk of the partition; `offset` is the first not yet committed, of the log `generation`. */
  onAssigned?(partition: TopicPartition, offset: number, generation?: string): Promise<void>;
  /** Called when the last step of the partition has settled: `taken` by another member, or given back at a `stop`. */
  onRevoked?(partition: TopicPartition, reason: 'taken' | 'stop'): Promise<void>;
  /** First offset of what steps have read and hold back: it is not committed, so that it comes again after a crash. */
  heldFrom?(partition: TopicPartition): number | undefined;
  /** Called now and then, between steps, while something is held back and nothing more is to be read. */
  onRest?(partition: TopicPartition): Promise<void>;
}

/** One member of a consumer group. Each partition it owns is processed in order, one chunk at a time. */
export interface ChunkSource {
  /** Resolves after `signal`, when what was begun is finished and committed; rejects on an outage or when a step rejects. */
  run(step: ChunkStep, signal: AbortSignal): Promise<void>;
  status(): SourceStatus;
  /** How many messages each partition owned now is behind its end; one that is not opened yet counts as behind. `end`: the offset after its last message, as last heard. */
  lags(): readonly (TopicPartition & { readonly lag: number; readonly end: number })[];
}

/** How a source stands. */
export interface SourceStatus {
  readonly partitions: number;
  /** Those of them whose memories are recalled, from which chunks are taken. */
  readonly opened: number;
  /** Messages behind the end. */
  readonly lag: number;
  /** Bytes fetched and not yet processed. */
  readonly heldBytes: number;
  /** A member of its group, with partitions or as a spare. */
  readonly joined: boolean;
  /** Time since the other side was heard of, in ms. */
  readonly silentMs: number;
}

export interface OutgoingMessage {
  readonly key: string;
  /** Where it goes whatever its key. */
  readonly partition?: number;
  readonly value: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes to topics. Messages of one key keep their order, and each is written once unless the process dies. */
export interface Publisher {
  /** Resolves when every replica in sync has the messages. After a rejection the publisher is spent. */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** More waits to be judged than `detect.queueBytes` allows: whoever sends must come again later. */
export class LocalSourceFull extends Error {
  override readonly name = 'LocalSourceFull';
  readonly remedy = 'Send again later; raise detect.queueBytes if this is the usual load.';
}

/** The process is stopping, or its store failed: nothing more is taken. */
export class LocalSourceClosed extends Error {
  override readonly name = 'LocalSourceClosed';
  readonly remedy = 'Send again when it has started again.';
}

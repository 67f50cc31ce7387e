/** Topics up to the end they have now, as files that history is read from: one a partition, read once. */
import { randomUUID } from 'node:crypto';
import type { InputBatch, InputFile, InputFolder } from '../../ports/input.ts';
import type { Chunk, ChunkStep, TopicMessage, TopicPartition } from '../../ports/stream.ts';
import { KafkaError } from './kafka-error.ts';
import type { KafkaSettings } from './open-client.ts';
import { openSource } from './open-source.ts';
import type { ChunkLimits } from './owned-partition.ts';
import { type Bounds, forgetGroup, readBounds } from './topics.ts';

export interface TopicFilesOptions<Read> {
  readonly kafka: KafkaSettings;
  /** At least one, each once. */
  readonly topics: readonly string[];
  readonly limits: ChunkLimits;
  /** What has to be known before any of these messages is read; ended by the signal when nobody reads any more. */
  prepare?(topic: string, messages: readonly TopicMessage[], signal: AbortSignal): Promise<void>;
  /** What a message is read as. */
  read(topic: string, message: TopicMessage): readonly Read[];
  /** Told when the next messages of a partition have been waited for so long, and again each time as long has passed. */
  readonly waiting?: { readonly everyMs: number; tell(place: TopicPartition, waitedMs: number): void };
  /** Told of messages that the broker deleted before they were read. */
  onLost(place: TopicPartition, messages: number): void;
  /** All is read. */
  close?(): Promise<void>;
}

const NONE = new Uint8Array(0);
const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

/** Hands over what one partition holds, a chunk when the one before was read on from: no more than that is read ahead. */
class PartitionEnd {
  readonly bounds: Bounds;
  isOver: boolean;
  /** Offset behind what was handed over: a group that lost its place begins at the beginning again. */
  #next: number;
  /** Which of the logs that had this name it is; undefined until it is heard, or where the broker does not tell. */
  #generation: string | undefined;
  #chunk: Chunk | undefined;
  #failure: { readonly error: unknown } | undefined;
  #taken: () => void = () => {};
  #wake: () => void = () => {};

  constructor(bounds: Bounds) {
    this.bounds = bounds;
    this.isOver = bounds.low >= bounds.high;
    this.#next = bounds.low;
  }

  /**
   * The log is read from this offset on, or on again. Gives the number of messages that were deleted meanwhile. A log that was made
   * anew has other messages at the same offsets: nothing more can be read of the one that was listed.
   */
  begin(offset: number, generation: string | undefined): number {
    this.#generation ??= generation;
    if (this.isOver) return 0;
    if (generation !== this.#generation) {
      const { topic } = this.bounds;
      const error = new KafkaError(
        'missing-topic',
        `kafka: topic "${topic}" was made anew while it was read`,
        'Nothing more is there of what it held. Read it again from its beginning, or from where its records are kept.',
      );
      this.fail(error);
      return 0;
    }
    return Math.max(0, Math.min(offset, this.bounds.high) - this.#next);
  }

  /** Resolves when the chunk was read on from, or nobody reads any more. */
  put(chunk: Chunk): Promise<void> {
    if (this.isOver) return Promise.resolve();
    this.#chunk = chunk;
    this.#wake();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  /** Nothing more comes before the end. */
  finish(): void {
    this.isOver = true;
    this.#taken();
    this.#wake();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.finish();
  }

  /** Resolves when there is a chunk, or nothing more comes. */
  async #arrival(waiting: TopicFilesOptions<unknown>['waiting']): Promise<void> {
    const began = Date.now();
    const timer = waiting && setInterval(() => waiting.tell(this.bounds, Date.now() - began), waiting.everyMs);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    clearInterval(timer);
  }

  /** The chunks up to the end, each with the messages before it. */
  async *chunks(waiting: TopicFilesOptions<unknown>['waiting']): AsyncGenerator<Chunk> {
    while (!this.isOver) {
      if (this.#chunk === undefined) {
        await this.#arrival(waiting);
        continue;
      }
      const { messages, ...chunk } = this.#chunk;
      this.#chunk = undefined;
      const from = this.#next;
      this.#next = Math.max(from, chunk.last + 1);
      yield { ...chunk, messages: messages.filter(({ offset }) => offset >= from && offset < this.bounds.high) };
      if (chunk.last + 1 >= this.bounds.high) this.finish();
      else this.#taken();
    }
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/**
 * What comes to the topics later is left out. They are read by a group of its own name, which is gone afterwards, so that no other reader
 * notices. Listing throws a KafkaError where a topic does not exist or no broker answers, and so does reading.
 */
export function topicFiles<Read>({
  kafka,
  topics,
  limits,
  prepare,
  read,
  waiting,
  onLost,
  close,
}: TopicFilesOptions<Read>): InputFolder<Read> {
  const group = `${kafka.groupId}-history-${randomUUID()}`;
  const partitions = new Map<string, PartitionEnd>();
  const ending = new AbortController();
  let running: Promise<void> | undefined;

  const step: ChunkStep = async (chunk) => partitions.get(keyOf(chunk))?.put(chunk);

  /** Reads all partitions until each came to its end. */
  async function run(): Promise<void> {
    const source = openSource({
      kafka,
      topics,
      group,
      limits,
      hooks: {
        // Nothing is ever committed, and so it is heard when nothing more is to be read before the end.
        heldFrom: (place) => partitions.get(keyOf(place))?.bounds.low,
        onRest: async (place) => partitions.get(keyOf(place))?.finish(),
        onAssigned: async (place, offset, generation) => {
          const lost = partitions.get(keyOf(place))?.begin(offset, generation) ?? 0;
          if (lost > 0) onLost(place, lost);
        },
      },
      onEvent: (event) => {
        if (event.type === 'lost' && partitions.get(keyOf(event))?.isOver === false) onLost(event, event.records);
      },
    });
    try {
      await source.run(step, ending.signal);
    } catch (error) {
      for (const partition of partitions.values()) partition.fail(error);
    }
    await forgetGroup(kafka, group);
    await close?.();
  }

  /** Called when a partition is read or left: the last one ends the reading. */
  async function leave(isWhole: boolean): Promise<void> {
    const all = [...partitions.values()];
    if (!isWhole) for (const partition of all) partition.finish();
    if (!all.every(({ isOver }) => isOver)) return;
    ending.abort();
    await running;
  }

  async function* readPartition(partition: PartitionEnd): AsyncGenerator<InputBatch<Read>> {
    running ??= run();
    let isWhole = false;
    try {
      for await (const { topic, messages } of partition.chunks(waiting)) {
        await prepare?.(topic, messages, ending.signal);
        let readBytes = 0;
        const records = messages.map((message) => {
          const bytes = message.value ?? NONE;
          readBytes += bytes.length;
          const origin = { from: topic, partition: partition.bounds.partition, offset: message.offset };
          return { origin, bytes, read: read(topic, message) };
        });
        yield { records, readBytes };
      }
      isWhole = true;
    } finally {
      await leave(isWhole);
    }
  }

  return {
    kind: 'folder',
    notBeforeMs: Number.NEGATIVE_INFINITY,
    async *list(): AsyncGenerator<InputFile<Read>> {
      for (const bounds of await readBounds(kafka, topics)) {
        const partition = new PartitionEnd(bounds);
        if (partition.isOver) continue;
        partitions.set(keyOf(bounds), partition);
      }
      for (const partition of partitions.values())
        yield {
          kind: 'file',
          notBeforeMs: Number.NEGATIVE_INFINITY,
          canRepeat: false,
          read: () => readPartition(partition),
        };
    },
  };
}

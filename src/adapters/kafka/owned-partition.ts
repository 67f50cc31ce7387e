/** One partition for as long as it is ours: collects messages, cuts chunks by rows, bytes or age, and takes them one step at a time. */
import {
  type Chunk,
  type ChunkStep,
  type PartitionHooks,
  StepAbandoned,
  type TopicMessage,
  type TopicPartition,
} from '../../ports/stream.ts';
import { ChunkPace } from './chunk-pace.ts';
import { encodeNote, type Intent } from './intent.ts';
import { KafkaError } from './kafka-error.ts';

export interface ChunkLimits {
  readonly batchRows: number;
  readonly batchBytes: number;
  readonly batchAgeMs: number;
  /** Fetched bytes held by all partitions of the process together. */
  readonly queueBytes: number;
}

/** Bytes counted for a message besides its key, value and headers. */
const MESSAGE_OVERHEAD_BYTES = 64;

/** What a step may hold back: see `PartitionHooks`. */
export type Holding = Pick<PartitionHooks, 'heldFrom' | 'onRest'>;

/** Stretches remembered until they are looked at; one further is looked at as the last of them. */
const GAPS_MAX = 1_000;

export class OwnedPartition {
  readonly place: TopicPartition;
  /** Fetching is suspended. */
  paused = true;
  /** Offset the next fetch must begin with. */
  position = 0;
  /** End of the partition as last heard. */
  end = 0;
  /** Which of the logs that had this name it is; absent where nobody can tell. */
  generation: string | undefined;
  /** Nothing is taken in until it is certain that the log is still the one that was read before. */
  doubted = false;
  /** Nothing more can be read now, though the end may lie further: markers of transactions, or what compaction left. */
  isDry = false;
  /** Stretches that were passed over, until it is known whether messages were deleted there. */
  readonly gaps: { readonly from: number; readonly to: number }[] = [];
  readonly #limits: ChunkLimits;
  readonly #pace: ChunkPace;
  readonly #commit: (tenure: OwnedPartition, offset: number, metadata: string) => Promise<void>;
  readonly #taken = new AbortController();
  #messages: TopicMessage[] = [];
  #sizes: number[] = [];
  #waitingBytes = 0;
  #inStepBytes = 0;
  /** In ms of a clock that nobody can set. */
  #waitingSince = 0;
  #committed = 0;
  /** Everything before it was taken through a step. */
  #done = 0;
  #inStepFirst: number | undefined;
  /** The chunk that comes next, where somebody asked for it, and its bytes. */
  #next: { readonly chunk: Chunk; readonly bytes: number } | undefined;
  #intent: Intent | undefined;
  #open = false;
  #stopping = false;
  #wake: () => void = () => {};

  /** `commit` must reject with a KafkaError of kind `revoked` once the partition is another's. All partitions of a source share a pace. */
  constructor(
    place: TopicPartition,
    limits: ChunkLimits,
    commit: (tenure: OwnedPartition, offset: number, metadata: string) => Promise<void>,
    pace = new ChunkPace(),
  ) {
    this.place = place;
    this.#limits = limits;
    this.#pace = pace;
    this.#commit = commit;
  }

  /** Aborted when the partition went to another member. */
  get taken(): AbortSignal {
    return this.#taken.signal;
  }
  get stopping(): boolean {
    return this.#stopping;
  }
  get isOpen(): boolean {
    return this.#open;
  }
  /** Bytes fetched and not yet processed. */
  get heldBytes(): number {
    return this.#waitingBytes + this.#inStepBytes + (this.#next?.bytes ?? 0);
  }
  /** Messages that are held, and those up to the end of the partition; offsets where nothing is to be read do not count. */
  get lag(): number {
    if (!this.#open) return 0;
    const first = this.#inStepFirst ?? this.#next?.chunk.first ?? this.#messages[0]?.offset;
    if (first === undefined) return this.isDry ? 0 : Math.max(0, this.end - this.position);
    return Math.max(1, this.end - first);
  }
  /** True until the chunk an earlier process intended is complete; meanwhile it needs room for all of it. */
  get isRebuilding(): boolean {
    return this.#open && this.#intent !== undefined && this.position <= this.#intent.last;
  }

  /** Begins at the committed offset, with the intent found beside it. */
  open(offset: number, end: number, intent: Intent | undefined, generation?: string): void {
    this.position = offset;
    this.generation = generation;
    this.#committed = offset;
    this.#done = offset;
    this.end = end;
    this.#intent = intent;
    this.#open = true;
  }

  /** Passes over offsets that hold no message. */
  pass(position: number): void {
    if (position <= this.position || !this.#open) return;
    this.position = position;
    this.isDry = false;
    this.#wake();
  }

  /** What was passed over before the committed offset, taken out: whoever has the partition next does not come by it. */
  gapsBehind(): readonly { readonly from: number; readonly to: number }[] {
    return this.gaps.splice(0).filter(({ to }) => to < this.#committed);
  }

  /** The partition is another's from this moment: nothing waiting will be processed, nothing in process will be committed. */
  revoke(): void {
    this.#taken.abort();
    this.#messages = [];
    this.#sizes = [];
    this.#waitingBytes = 0;
    this.#next = undefined;
    this.#wake();
  }

  /** No further chunk is begun; the one in process is finished and committed. */
  stop(): void {
    this.#stopping = true;
    this.#wake();
  }

  /** Takes in messages in order of offset; those it already has are left out. */
  append(messages: readonly TopicMessage[]): void {
    if (!this.#open || this.#taken.signal.aborted || this.#stopping) return;
    const now = performance.now();
    for (const message of messages) {
      if (message.offset < this.position) continue;
      if (message.offset > this.position && this.gaps.length < GAPS_MAX)
        this.gaps.push({ from: this.position, to: message.offset });
      this.isDry = false;
      if (this.#messages.length === 0) this.#waitingSince = now;
      const size = sizeOf(message);
      this.#messages.push(message);
      this.#sizes.push(size);
      this.#waitingBytes += size;
      this.position = message.offset + 1;
    }
    this.#wake();
  }

  /**
   * Takes chunks through `step` until stopped or revoked. `shareBytes` is this partition's part of the queue;
   * `onProgress` is called whenever held bytes went down. Rejects with whatever the step rejects with, unless the
   * partition was taken meanwhile.
   */
  async run(
    step: ChunkStep,
    shareBytes: () => number,
    onProgress: () => void,
    { heldFrom, onRest }: Holding = {},
  ): Promise<void> {
    const held = () => heldFrom?.(this.place);
    while (!this.#stopping && !this.#taken.signal.aborted) {
      const chunk = this.#next?.chunk ?? this.#cut(shareBytes() / 2, this.#pace.from);
      if (typeof chunk === 'number') {
        await this.#change(held() === undefined ? chunk : Math.min(chunk, this.#limits.batchAgeMs));
        if (held() === undefined || !this.#isRead || this.#stopping || this.#taken.signal.aborted) continue;
        try {
          await onRest?.(this.place);
          await this.#advance(held());
        } catch (error) {
          if (this.#taken.signal.aborted) return;
          throw error;
        }
        continue;
      }
      this.#inStepBytes = this.#next?.bytes ?? this.#bytesOf(chunk);
      this.#inStepFirst = chunk.messages[0]?.offset;
      this.#next = undefined;
      const began = performance.now();
      try {
        await step(
          chunk,
          (epoch) =>
            this.#commit(
              this,
              this.#committed,
              this.#note({ intent: { first: chunk.first, last: chunk.last, epoch } }),
            ),
          this.taken,
          () => this.#following(shareBytes() / 2),
        );
        this.#done = chunk.last + 1;
        await this.#advance(held());
      } catch (error) {
        // Whatever a step says after its partition was taken, the new owner repeats it.
        if (this.#taken.signal.aborted || error instanceof StepAbandoned) return;
        throw error;
      } finally {
        this.#inStepBytes = 0;
        this.#inStepFirst = undefined;
        this.#pace.ended(performance.now() - began);
        onProgress();
      }
    }
  }

  /** Nothing more is to be read for now. */
  get #isRead(): boolean {
    return this.#messages.length === 0 && (this.isDry || this.position >= this.end);
  }

  /** Commits what is done, up to what is held back. */
  async #advance(heldFrom: number | undefined): Promise<void> {
    const offset = Math.min(this.#done, heldFrom ?? this.#done);
    if (offset <= this.#committed) return;
    await this.#commit(this, offset, this.#note({}));
    this.#committed = offset;
  }

  #note(note: { readonly intent?: Intent }): string {
    return encodeNote({ ...note, ...(this.generation !== undefined && { generation: this.generation }) });
  }

  #following(halfShareBytes: number): Chunk | undefined {
    if (this.#next === undefined && !this.#stopping && !this.#taken.signal.aborted && this.#intent === undefined) {
      const chunk = this.#cut(halfShareBytes, Number.POSITIVE_INFINITY);
      if (typeof chunk !== 'number') this.#next = { chunk, bytes: this.#bytesOf(chunk) };
    }
    return this.#next?.chunk;
  }

  readonly #bytesOf = ({ messages }: Chunk) => messages.reduce((sum, message) => sum + sizeOf(message), 0);

  /** The next chunk, or the ms until there may be one. Before `from` only one that is full or old enough. */
  #cut(halfShareBytes: number, from: number): Chunk | number {
    const intent = this.#intent;
    if (intent !== undefined) {
      if (this.isRebuilding) return Number.POSITIVE_INFINITY;
      this.#intent = undefined;
      const length = this.#messages.findIndex(({ offset }) => offset > intent.last);
      const chunk = this.#take(length < 0 ? this.#messages.length : length);
      // The bounds are the intended ones, whatever the log still holds between them.
      if (chunk) return { ...chunk, first: intent.first, last: intent.last, intended: { epoch: intent.epoch } };
    }
    if (this.#messages.length === 0) return Number.POSITIVE_INFINITY;
    const { batchRows, batchBytes, batchAgeMs } = this.#limits;
    const maxBytes = Math.min(batchBytes, halfShareBytes);
    const waitMs = Math.min(this.#waitingSince + batchAgeMs, from) - performance.now();
    const isFull = this.#messages.length >= batchRows || this.#waitingBytes >= maxBytes || this.paused;
    if (!isFull && waitMs > 0) return waitMs;
    if (!isFull) this.#pace.begun();
    let length = 0;
    for (let size = 0; length < this.#messages.length && length < batchRows; length++) {
      size += this.#sizes[length]!;
      if (size > maxBytes && length > 0) break;
    }
    return this.#take(length)!;
  }

  #take(length: number): Chunk | undefined {
    const messages = this.#messages.splice(0, length);
    const [head] = messages;
    if (!head) return undefined;
    this.#waitingBytes -= this.#sizes.splice(0, length).reduce((sum, size) => sum + size, 0);
    return {
      ...this.place,
      first: head.offset,
      last: messages.at(-1)!.offset,
      messages,
      ...(this.generation !== undefined && { generation: this.generation }),
    };
  }

  /** Resolves at the next append, revoke or stop, or after `ms`. */
  #change(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function sizeOf({ key, value, headers }: TopicMessage): number {
  let size = MESSAGE_OVERHEAD_BYTES + (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  for (const name in headers) size += name.length + headers[name]!.byteLength;
  return size;
}

/** What a commit says when the partition is no longer ours. */
export function revoked({ topic, partition }: TopicPartition): KafkaError {
  return new KafkaError(
    'revoked',
    `${topic}/${partition} went to another member of the group`,
    'Nothing to do: that member repeats the chunk.',
  );
}

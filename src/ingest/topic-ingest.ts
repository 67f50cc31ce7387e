/** Reads raw records of a topic and writes canonical activities to the keyed activity topic; unreadable records become dead letters with their reason. */
import type { Config } from '../../schemas/config.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { Chunk, OutgoingMessage, Publisher } from '../ports/stream.ts';
import { activityKey } from './activity-message.ts';
import { deadLetter } from './dead-letter.ts';
import { encodeProvenance, PROVENANCE_HEADER } from './provenance.ts';
import type { Reader, ReadOutcome } from './reader.ts';

/** What one raw chunk came to. */
export interface Ingested {
  readonly records: number;
  readonly activities: number;
  readonly skipped: ReadonlyMap<string, number>;
  readonly dead: ReadonlyMap<string, number>;
}

export interface TopicIngestParts {
  /** The reader for a raw topic. */
  readerOf(topic: string): Reader;
  /** What the inventory says in a message of this topic, or why it cannot be read; undefined for a topic of logs. */
  inventoryIn?(topic: string, value: Uint8Array): readonly OutgoingMessage[] | string | undefined;
  readonly publisher: Pick<Publisher, 'send'>;
  readonly setAside: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly limits: Config['ingest'];
  readonly clock: Clock;
  readonly cluster: string;
  readonly activityTopic: string;
  readonly onChunk?: (chunk: Chunk, ingested: Ingested) => void;
}

/**
 * Processes one raw chunk. Reading has no memory, so repeating a chunk after a crash writes the same messages again, each
 * with the place it came from; the detect side leaves out what it has seen.
 */
export function createTopicIngest(parts: TopicIngestParts): (chunk: Chunk) => Promise<void> {
  return async (chunk) => {
    const messages: OutgoingMessage[] = [];
    const letters: DeadLetter[] = [];
    const skipped = new Map<string, number>();
    const dead = new Map<string, number>();
    let records = 0;
    const from = `${parts.cluster}/${chunk.topic}`;
    for (const { offset, value } of chunk.messages) {
      const bytes = value ?? new Uint8Array(0);
      let index = 0;
      const push = (message: OutgoingMessage) => {
        const origin = encodeProvenance({ from, partition: chunk.partition, offset, index: index++ });
        messages.push({ ...message, headers: { ...message.headers, [PROVENANCE_HEADER]: origin } });
      };
      const updates = value === null ? undefined : parts.inventoryIn?.(chunk.topic, bytes);
      if (updates !== undefined && typeof updates !== 'string') {
        records++;
        for (const message of updates) push(message);
        continue;
      }
      const outcomes: Iterable<ReadOutcome> =
        value === null
          ? TOMBSTONE
          : updates === undefined
            ? parts.readerOf(chunk.topic).read(bytes)
            : [{ status: 'dead', format: 'inventory', reason: updates, bytes }];
      for (const outcome of outcomes) {
        records++;
        if (outcome.status === 'read')
          for (const activity of outcome.activities)
            push({ key: activityKey(activity.tenant, activity.identity.id), value: JSON.stringify(activity) });
        else if (outcome.status === 'skip') tally(skipped, outcome.reason);
        else {
          tally(dead, outcome.reason);
          const origin = { from: chunk.topic, partition: chunk.partition, offset };
          letters.push(
            deadLetter(origin, outcome.format, outcome.reason, outcome.bytes, parts.limits, parts.clock.now()),
          );
        }
      }
    }
    if (messages.length > 0) await parts.publisher.send(parts.activityTopic, messages);
    await parts.setAside(letters);
    parts.onChunk?.(chunk, { records, activities: messages.length, skipped, dead });
  };
}

/** A message without a value says that its key is deleted: nothing was done by anyone. */
const TOMBSTONE: readonly ReadOutcome[] = [{ status: 'skip', format: 'auto', reason: 'message without a value' }];

function tally(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

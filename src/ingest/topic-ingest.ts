/** Reads raw records of a topic and writes canonical activities to the keyed activity topic; unreadable records become dead letters with their reason. */

import { createPace } from '../bounds/pace.ts';
import { msOf } from '../core/instant.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { Chunk, OutgoingMessage } from '../ports/stream.ts';
import { activityMessage } from './activity-message.ts';
import { createArrivals } from './arrivals.ts';
import type { DeadLetterBuilder } from './dead-letter.ts';
import { encodeProvenance, PROVENANCE_HEADER } from './provenance.ts';
import type { Reader, ReadOutcome } from './reader.ts';
import type { Timed, TimeMerge } from './time-merge.ts';

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
  /** The one tenant that may stand in records of this topic; undefined where any may. */
  pinnedTo?(topic: string): string | undefined;
  /** What the inventory says in a message of this topic, or why it cannot be read; undefined for a topic of logs. */
  inventoryIn?(topic: string, value: Uint8Array): readonly OutgoingMessage[] | string | undefined;
  /** Where activities go, in order of event time among the partitions. */
  readonly merge: Pick<TimeMerge, 'write'>;
  readonly setAside: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly deadLetter: DeadLetterBuilder;
  /** Tenant of the records of a raw topic that name none. */
  tenantOf(topic: string): string;
  /** Wall clock in ms. Absent: activities are given no time of arrival, see `ingest.history`. */
  readonly now?: () => number;
  readonly cluster: string;
  /** Of this process: see `encoderMark`. */
  readonly mark: string;
  readonly onChunk?: (chunk: Chunk, ingested: Ingested) => void;
}

/**
 * Processes one raw chunk. Reading has no memory, so repeating a chunk after a crash writes the same messages again, each
 * with the place it came from; the detect side leaves out what it has seen.
 */
export function createTopicIngest(parts: TopicIngestParts): (chunk: Chunk) => Promise<void> {
  const arrivals = createArrivals(parts.now);
  return async (chunk) => {
    const messages: Timed[] = [];
    const letters: DeadLetter[] = [];
    const skipped = new Map<string, number>();
    const dead = new Map<string, number>();
    let records = 0;
    const from = `${parts.cluster}/${chunk.topic}`;
    const generation = chunk.generation === undefined ? {} : { generation: chunk.generation };
    const pinned = parts.pinnedTo?.(chunk.topic);
    const pace = createPace();
    for (const { offset, value, timestamp } of chunk.messages) {
      const receivedAt = arrivals(chunk, timestamp);
      const bytes = value ?? new Uint8Array(0);
      await pace(bytes.length);
      let index = 0;
      const push = (message: OutgoingMessage, ms: number) => {
        const origin = encodeProvenance({
          from,
          partition: chunk.partition,
          offset,
          index: index++,
          ...generation,
        });
        messages.push({ ms, message: { ...message, headers: { ...message.headers, [PROVENANCE_HEADER]: origin } } });
      };
      const updates = value === null ? undefined : parts.inventoryIn?.(chunk.topic, bytes);
      if (updates !== undefined && typeof updates !== 'string') {
        records++;
        for (const message of updates) push(message, Number.NEGATIVE_INFINITY);
        continue;
      }
      const outcomes: Iterable<ReadOutcome> =
        value === null
          ? TOMBSTONE
          : updates === undefined
            ? parts.readerOf(chunk.topic).each(bytes)
            : [{ status: 'dead', format: 'inventory', reason: updates, bytes }];
      for (const read of outcomes) {
        records++;
        const outcome = pinned === undefined ? read : ofTenant(read, pinned);
        const paused = pace(0);
        if (paused !== undefined) await paused;
        if (outcome.status === 'read')
          for (const activity of outcome.activities)
            push(
              activityMessage(receivedAt === undefined ? activity : { ...activity, receivedAt }, parts.mark),
              msOf(activity.at),
            );
        else if (outcome.status === 'skip') tally(skipped, outcome.reason);
        else {
          tally(dead, outcome.reason);
          const origin = { from: chunk.topic, partition: chunk.partition, offset };
          letters.push(parts.deadLetter(origin, parts.tenantOf(chunk.topic), outcome));
        }
      }
    }
    await parts.merge.write(chunk, messages);
    await parts.setAside(letters);
    parts.onChunk?.(chunk, { records, activities: messages.length, skipped, dead });
  };
}

/** What names another tenant than the one its topic is pinned to is dead. */
function ofTenant(outcome: ReadOutcome, tenant: string): ReadOutcome {
  if (outcome.status !== 'read' || outcome.activities.every((activity) => activity.tenant === tenant)) return outcome;
  const bytes = Buffer.from(JSON.stringify(outcome.activities));
  return { status: 'dead', format: outcome.format, reason: 'tenant: not the one this input is pinned to', bytes };
}

/** A message without a value says that its key is deleted: nothing was done by anyone. */
const TOMBSTONE: readonly ReadOutcome[] = [{ status: 'skip', format: 'auto', reason: 'message without a value' }];

function tally(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

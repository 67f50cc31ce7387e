/** Raw records in, canonical activities out to the keyed activity topic; what cannot be read is buried with its reason. */
import { createHash } from 'node:crypto';
import type { Config } from '../schemas/config.ts';
import type { Chunk, Clock, DeadLetter, Origin, OutgoingMessage, Publisher, Store } from './ports.ts';
import type { Outcome, Reader } from './reader.ts';
import { encodeProvenance, PROVENANCE_HEADER } from './rekey-vector.ts';

/** Too many dead letters in a minute: a vendor changed its schema, and draining the topic into the dead letters would hide it. */
export class DeadLetterStorm extends Error {
  override readonly name = 'DeadLetterStorm';
  readonly remedy =
    'Look at `tidemark dead-letters list`, mend the format or the source, raise ingest.deadLettersPerMinute if this is expected, and start again.';
}

/** Builds a dead letter; the same record set aside twice has the same id. */
export function deadLetter(
  origin: Origin,
  format: string,
  reason: string,
  bytes: Uint8Array,
  limits: Config['ingest'],
  now: number,
): DeadLetter {
  return {
    id: createHash('sha256')
      .update(`${origin.from}|${origin.partition}|${origin.offset}|`)
      .update(bytes)
      .digest('hex')
      .slice(0, 32),
    origin,
    format,
    reason,
    bytes: bytes.subarray(0, limits.deadLetterMaxBytes),
    truncated: bytes.length > limits.deadLetterMaxBytes,
    at: new Date(now).toISOString(),
  };
}

/** Buries dead letters, and stops the process when more than the cap arrive within a minute of wall time. */
export function createGravedigger(store: Pick<Store, 'bury'>, perMinute: number, now: () => number) {
  let minute = 0;
  let buried = 0;
  return async (letters: readonly DeadLetter[]): Promise<void> => {
    if (letters.length === 0) return;
    const current = Math.floor(now() / 60_000);
    if (current !== minute) {
      minute = current;
      buried = 0;
    }
    buried += letters.length;
    await store.bury(letters);
    if (buried > perMinute)
      throw new DeadLetterStorm(
        `${buried} records of ${letters[0]?.origin.from} could not be read within a minute; the last: ${letters.at(-1)?.reason}`,
      );
  };
}

/** What one raw chunk came to. */
export interface Ingested {
  readonly records: number;
  readonly activities: number;
  readonly skipped: ReadonlyMap<string, number>;
  readonly dead: ReadonlyMap<string, number>;
}

export interface IngestParts {
  /** The reader for a raw topic. */
  readerOf(topic: string): Reader;
  /** What the inventory says in a message of this topic, or why it cannot be read; undefined for a topic of logs. */
  toldIn?(topic: string, value: Uint8Array): readonly OutgoingMessage[] | string | undefined;
  readonly publisher: Pick<Publisher, 'send'>;
  readonly bury: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly limits: Config['ingest'];
  readonly clock: Clock;
  readonly cluster: string;
  readonly activityTopic: string;
  readonly onChunk?: (chunk: Chunk, ingested: Ingested) => void;
}

/** Key of the activity topic: all of one identity goes to one partition, in order. */
export const activityKey = (tenant: string, identity: string) => `${tenant}\u0000${identity}`;

/**
 * Processes one raw chunk. Reading has no memory, so repeating a chunk after a crash writes the same messages again, each
 * with the place it came from; the detect side leaves out what it has seen.
 */
export function createIngest(parts: IngestParts): (chunk: Chunk) => Promise<void> {
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
      const told = value === null ? undefined : parts.toldIn?.(chunk.topic, bytes);
      if (told !== undefined && typeof told !== 'string') {
        records++;
        for (const message of told) push(message);
        continue;
      }
      const outcomes: Iterable<Outcome> =
        value === null
          ? TOMBSTONE
          : told === undefined
            ? parts.readerOf(chunk.topic).read(bytes)
            : [{ status: 'dead', format: 'inventory', reason: told, bytes }];
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
    await parts.bury(letters);
    parts.onChunk?.(chunk, { records, activities: messages.length, skipped, dead });
  };
}

/** A message without a value says that its key is deleted: nothing was done by anyone. */
const TOMBSTONE: readonly Outcome[] = [{ status: 'skip', format: 'auto', reason: 'message without a value' }];

function tally(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

/** Decides where a partition begins: at the committed offset, with the chunk an earlier process intended there. */
import type { Admin } from 'kafkajs';
import type { TopicPartition } from '../../ports/stream.ts';
import { decodeIntent, type Intent } from './intent.ts';
import { KafkaError } from './kafka-error.ts';
import type { KafkaLog } from './open-client.ts';

export interface StartPosition {
  readonly offset: number;
  readonly end: number;
  readonly intent: Intent | undefined;
}

/**
 * `committed.offset` is -1 where the group has never committed: then the beginning of the log. What the broker deleted before
 * it was read is lost, and logged with its number. Throws KafkaError `recreated-topic` when the commit lies beyond the end:
 * offsets would begin again, and new messages would pass for repetitions.
 */
export function startPosition(
  place: TopicPartition,
  committed: { readonly offset: string; readonly metadata: string | null },
  bounds: { readonly low: string; readonly high: string },
  log: KafkaLog,
): StartPosition {
  const at = Number(committed.offset);
  const low = Number(bounds.low);
  const end = Number(bounds.high);
  if (at > end)
    throw new KafkaError(
      'recreated-topic',
      `${place.topic}/${place.partition} ends at ${end}, but the group has read up to ${at}: the topic was made anew`,
      'Give kafka.cluster and kafka.groupId new names.',
    );
  if (at >= 0 && at < low)
    log('error', 'messages were deleted before they were read: lengthen the retention of the topic', {
      topic: place.topic,
      partition: place.partition,
      lost: low - at,
    });
  const offset = Math.max(at, low);
  const intent = at >= 0 ? decodeIntent(committed.metadata) : undefined;
  return { offset, end, intent: intent && intent.last >= offset && intent.last < end ? intent : undefined };
}

/** Asks the broker where the group stands and how far the log reaches. */
export async function readStart(
  admin: Admin,
  group: string,
  place: TopicPartition,
  log: KafkaLog,
): Promise<StartPosition> {
  const { topic, partition } = place;
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const found = committed?.partitions.find((position) => position.partition === partition);
  const bounds = (await admin.fetchTopicOffsets(topic)).find((position) => position.partition === partition);
  if (!found || !bounds)
    throw new KafkaError('missing-topic', `${topic}/${partition} does not exist`, 'Has the topic been made anew?');
  return startPosition(place, found, bounds, log);
}

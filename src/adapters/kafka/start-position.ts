/** Decides where a partition begins: at the committed offset of this very log, with the chunk an earlier process intended there. */
import type { Admin } from 'kafkajs';
import type { TopicPartition } from '../../ports/stream.ts';
import { decodeNote, type Intent } from './intent.ts';
import { KafkaError } from './kafka-error.ts';
import type { SourceEvent } from './source-event.ts';

export interface StartPosition {
  readonly offset: number;
  readonly end: number;
  readonly intent: Intent | undefined;
  /** Which of the logs that had this name it is; absent where nobody can tell. */
  readonly generation: string | undefined;
  /** What became of the log since the group was here last. */
  readonly events: readonly SourceEvent[];
}

/** How far this process had read a log before its partition was opened anew. */
export interface ReadBefore {
  readonly position: number;
  readonly generation: string;
}

/** The id of the topic in a generation, which counts truncations after a tilde. */
const idOf = (generation: string) => generation.split('~', 1)[0]!;
const truncationsOf = (generation: string) => Number(/~(\d{1,9})$/.exec(generation)?.[1] ?? 0);
/** The generation after a log ran backwards under one id. */
const next = (generation: string) => `${idOf(generation)}~${truncationsOf(generation) + 1}`;

/** Whether the topic of this id is another log than the one of this generation; false where one of them has no id. */
export const isMadeAnew = (topicId: string | undefined, generation: string | undefined) =>
  topicId !== undefined && generation !== undefined && idOf(generation) !== '' && idOf(generation) !== topicId;

/**
 * `committed.offset` is -1 where the group has never committed: then the beginning of the log. A commit belongs to one log: of
 * another one, or beyond the end, it says nothing about this one, whose offsets name other messages. `topicId` is undefined
 * where the broker gives none. A broker forgets the commits of a topic that is deleted; `before` still tells that it was read.
 */
export function startPosition(
  place: TopicPartition,
  committed: { readonly offset: string; readonly metadata: string | null },
  bounds: { readonly low: string; readonly high: string },
  topicId: string | undefined,
  before?: ReadBefore,
): StartPosition {
  const at = Number(committed.offset);
  const low = Number(bounds.low);
  const end = Number(bounds.high);
  if (at < 0) {
    const isOther = before !== undefined && isMadeAnew(topicId, before.generation);
    const events: SourceEvent[] = isOther ? [{ ...place, type: 'recreated', read: before.position, from: low }] : [];
    return { offset: low, end, intent: undefined, generation: topicId, events };
  }
  const note = decodeNote(committed.metadata);
  // A generation without an id says nothing where there are ids: they came with an upgrade of the broker.
  const known = topicId !== undefined && note.generation?.startsWith('~') ? undefined : note.generation;
  if (isMadeAnew(topicId, known)) {
    const events: SourceEvent[] = [{ ...place, type: 'recreated', read: at, from: low }];
    return { offset: low, end, intent: undefined, generation: topicId, events };
  }
  const generation = topicId === undefined || known === undefined ? (topicId ?? known) : known;
  if (at > end) {
    // Of a commit by an earlier version, and without an id, only this can be told: the topic was made anew.
    const isSame = topicId !== undefined && known !== undefined;
    const offset = isSame ? end : low;
    const events: SourceEvent[] = [{ ...place, type: isSame ? 'truncated' : 'recreated', read: at, from: offset }];
    const anew = topicId !== undefined && known === undefined ? topicId : next(generation ?? '');
    return { offset, end, intent: undefined, generation: anew, events };
  }
  const offset = Math.max(at, low);
  const { intent } = note;
  return {
    offset,
    end,
    intent: intent && intent.last >= offset && intent.last < end ? intent : undefined,
    generation,
    events: at < low ? [{ ...place, type: 'lost', records: low - at }] : [],
  };
}

/** Asks the broker where the group stands and how far the log reaches. */
export async function readStart(
  admin: Admin,
  group: string,
  place: TopicPartition,
  topicId: string | undefined,
  before?: ReadBefore,
): Promise<StartPosition> {
  const { topic, partition } = place;
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const found = committed?.partitions.find((position) => position.partition === partition);
  const bounds = (await admin.fetchTopicOffsets(topic)).find((position) => position.partition === partition);
  if (!found || !bounds)
    throw new KafkaError('missing-topic', `${topic}/${partition} does not exist`, 'Has the topic been made anew?');
  return startPosition(place, found, bounds, topicId, before);
}

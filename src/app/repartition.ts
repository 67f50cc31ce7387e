/** Moves habits to an activity topic with more partitions: what stands in the way, in which order, and who may run meanwhile. */
import { openErasures, openMoves } from '../adapters/clickhouse/open.ts';
import type { KafkaSettings } from '../adapters/kafka/open-client.ts';
import { makeEmptyTopic, readStanding, type TopicStanding } from '../adapters/kafka/topics.ts';
import { OWED_KEY } from '../core/partition-state.ts';
import { MOVED, readLog, writeLog } from '../detect/log-place.ts';
import { turnId } from '../detect/pump.ts';
import { NOWHERE } from '../detect/recovery.ts';
import { UsageError } from '../fault.ts';
import type { Move, MoveCounts, MoveStore } from '../ports/moves.ts';
import type { Store } from '../ports/store.ts';
import { topicName } from '../ports/stream.ts';

/** The most partitions that a move may lead to, as `kafka.activityPartitions` has it. */
export const PARTITIONS_MAX = 1_024;

export interface Wanted {
  /** The new activity topic. */
  readonly topic: string;
  readonly partitions: number;
}

export interface Repartitioned {
  readonly move: Move;
  readonly counts: MoveCounts;
  /** Nothing was left to do: it was done before. */
  readonly isOld: boolean;
}

const nameOf = ({ cluster }: KafkaSettings, topic: string) => topicName(cluster, topic);

/** Throws a UsageError where the habits of the activity topic are elsewhere, or are just being moved to it. Every process asks before it reads or writes it. */
export async function refuseMoved(store: Pick<Store, 'close'>, kafka: KafkaSettings): Promise<void> {
  const moves = openMoves(store);
  const topic = nameOf(kafka, kafka.activityTopic);
  const gone = await moves.goneTo(topic);
  if (gone !== undefined)
    throw new UsageError(
      `the habits of ${topic} were moved to ${gone}`,
      `Set kafka.activityTopic to the topic of that name, in the configuration of every process.`,
    );
  const known = await moves.moveTo(topic);
  if (known !== undefined && known.step !== 'done')
    throw new UsageError(
      `the habits of ${known.move.from} are being moved to ${topic}, and not all are there yet`,
      'Run `tidemark repartition` with the same arguments again: it goes on where it was interrupted.',
    );
}

/** What would be moved, and whether anything stands in the way. Changes nothing. */
export async function planMove(store: Store, kafka: KafkaSettings, wanted: Wanted): Promise<Repartitioned> {
  const moves = openMoves(store);
  const known = await knownMove(moves, kafka, wanted);
  if (known !== undefined && known.step !== 'begun')
    return { move: known.move, counts: await moves.count(known.move), isOld: known.step === 'done' };
  const { move, counts } = await checked(store, moves, kafka, wanted);
  return { move, counts, isOld: false };
}

/** Moves, or goes on with a move that was interrupted. Throws where something stands in the way; then nothing was taken away. */
export async function repartition(
  store: Store,
  kafka: KafkaSettings,
  wanted: Wanted,
  say: (line: string) => void = () => {},
): Promise<Repartitioned> {
  const moves = openMoves(store);
  const known = await knownMove(moves, kafka, wanted);
  if (known?.step === 'done') return { move: known.move, counts: await moves.count(known.move), isOld: true };
  if (known?.step === 'copied') return { move: known.move, counts: await finish(moves, known.move, say), isOld: false };
  const { move, counts, standing } = await checked(store, moves, kafka, wanted);
  await makeEmptyTopic(kafka, wanted.topic, wanted.partitions);
  await moves.note(move, 'begun');
  say('Copying memories');
  const held = await moves.copy(move, [OWED_KEY]);
  const copied = [...held.values()].reduce((sum, one) => sum + one, 0);
  if (copied !== counts.identities)
    throw new UsageError(
      `${copied} of ${counts.identities} identities were copied`,
      'Stop whoever else writes to the store, and run the command again.',
    );
  for (let parent = 0; parent < move.parents; parent++) await copyMarks(store, move, parent, held);
  // What was written meanwhile would never be judged. Nothing is taken away yet, so the old topic can still be read.
  const after = await readStanding(kafka);
  if (after.end !== standing.end || after.members > 0)
    throw new UsageError(
      `activities were written to ${move.from} meanwhile`,
      'Stop every process, also those with --role api; let `tidemark run --role detect` judge what is left, and run the command again.',
    );
  await moves.note(move, 'copied');
  await finish(moves, move, say);
  return { move, counts, isOld: false };
}

async function finish(moves: MoveStore, move: Move, say: (line: string) => void): Promise<MoveCounts> {
  const counts = await moves.count(move);
  say('Giving stored activities to the new partitions');
  await moves.takeActivities(move);
  await moves.forget(move);
  await moves.note(move, 'done');
  return counts;
}

/** A move to that topic which was begun before. */
async function knownMove(moves: MoveStore, kafka: KafkaSettings, wanted: Wanted) {
  const [from, to] = [nameOf(kafka, kafka.activityTopic), nameOf(kafka, wanted.topic)];
  const known = await moves.moveTo(to);
  if (known === undefined) {
    const gone = await moves.goneTo(from);
    if (gone === undefined || gone === to) return undefined;
    throw new UsageError(`the habits of ${from} were moved to ${gone}`, 'Set kafka.activityTopic to that one first.');
  }
  // Whoever has set the new topic already asks about the same move.
  if ((known.move.from === from || from === to) && known.move.partitions === wanted.partitions) return known;
  throw new UsageError(
    `a move from ${known.move.from} to ${known.move.partitions} partitions of ${to} was ${known.step === 'done' ? 'made' : 'begun'}`,
    'Give the same topic and number again, or name another topic.',
  );
}

async function checked(store: Store, moves: MoveStore, kafka: KafkaSettings, wanted: Wanted) {
  const { activityTopic } = kafka;
  if (wanted.topic === activityTopic)
    throw new UsageError(`${activityTopic} is the topic that is read now`, 'Name a new one with --to.');
  const standing = await readStanding(kafka);
  refuseCount(standing, wanted.partitions);
  if (standing.members > 0)
    throw new UsageError(
      `${standing.members} members of the groups of "${kafka.groupId}" are running`,
      'Stop every process of `tidemark run`, and run the command again.',
    );
  if (standing.unread > 0)
    throw new UsageError(
      `${standing.unread} messages of ${activityTopic} are not judged yet, and the new topic will not hold them`,
      'Let `tidemark run --role detect` judge them, stop it, and run the command again.',
    );
  if ((await openErasures(store).open(1)).length > 0)
    throw new UsageError(
      'somebody is being erased',
      'Let workers finish it first: `tidemark audit privacy` says when.',
    );
  const move: Move = {
    from: nameOf(kafka, activityTopic),
    to: nameOf(kafka, wanted.topic),
    parents: standing.partitions,
    partitions: wanted.partitions,
  };
  const counts = await moves.count(move);
  if (counts.misplaced > 0)
    throw new UsageError(
      `${counts.misplaced} identities are in another partition than the one of their key: somebody wrote to ${activityTopic} with a partitioner of their own`,
      'They cannot be moved. Begin with a new kafka.cluster, and learn again.',
    );
  return { move, counts, standing };
}

function refuseCount({ partitions: parents }: TopicStanding, partitions: number): void {
  if (partitions > parents && partitions % parents === 0 && partitions <= PARTITIONS_MAX) return;
  const next = [2, 3, 4].map((times) => parents * times).filter((count) => count <= PARTITIONS_MAX);
  throw new UsageError(
    `${partitions} partitions cannot be made of ${parents}: each of them has to come from one old one, so the number has to be a multiple`,
    `Give --partitions ${next.join(', or ')}.`,
  );
}

/** The last turn and the snapshot of an old partition, for each that comes from it. The turn says that another log begins after it. */
async function copyMarks(store: Store, move: Move, parent: number, held: ReadonlyMap<number, number>): Promise<void> {
  const { offset, identities } = await store.recall(move.from, parent);
  const last = (await store.turnsAfter(move.from, parent, NOWHERE)).at(-1);
  if (last === undefined && offset === NOWHERE) return;
  const { log, state } = readLog(last?.state);
  const at = last?.span ?? { first: offset, last: offset };
  const epoch = last?.epoch ?? ((await store.reachedAt(move.from, parent, offset)) ?? 0) - 1;
  for (let child = parent; child < move.partitions; child += move.parents) {
    const span = { topic: move.to, partition: child, first: at.first, last: at.last };
    await store.commit({
      id: turnId(span),
      span,
      epoch,
      isRepeated: true,
      activities: [],
      contributions: [],
      alerts: [],
      observed: [],
      deliveries: [],
      state: writeLog(
        { generation: MOVED, base: 0, ...(log.historyMs !== undefined && { historyMs: log.historyMs }) },
        state ?? '',
      ),
    });
    const known = identities === undefined ? undefined : (held.get(child) ?? 0);
    if (offset !== NOWHERE) await store.saveMemories(move.to, child, offset, [], known);
  }
}

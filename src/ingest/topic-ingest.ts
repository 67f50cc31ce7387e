/** Reads raw records of topics and writes canonical activities to the keyed activity topic; unreadable records become dead letters with their reason. */
import type { Activity } from '../../schemas/activity.ts';
import { elapsed } from '../bounds/elapsed.ts';
import { createPace } from '../bounds/pace.ts';
import { msOf } from '../core/instant.ts';
import type { DeadLetter } from '../ports/store.ts';
import { type Chunk, type OutgoingMessage, type TopicPartition, topicName } from '../ports/stream.ts';
import { activityMessage } from './activity-message.ts';
import { createArrivals } from './arrivals.ts';
import type { DeadLetterBuilder } from './dead-letter.ts';
import { encodeProvenance, PROVENANCE_HEADER } from './provenance.ts';
import type { HeldRecord, ReadOutcome } from './reader.ts';
import type { Timed, TimeMerge } from './time-merge.ts';
import { createTraces, type Settled, type TraceLimits } from './traces.ts';

/** What one raw chunk came to. A record that waits counts when it waits no longer. */
export interface Ingested {
  readonly records: number;
  readonly activities: number;
  readonly skipped: ReadonlyMap<string, number>;
  /** Where the last one of each reason stands. */
  readonly skippedAt: ReadonlyMap<string, string>;
  readonly dead: ReadonlyMap<string, number>;
  /** Acts read without the record that would have told more, by reason. */
  readonly unjoined: ReadonlyMap<string, number>;
}

export interface TopicIngestParts {
  /** Reads one message of a raw topic; records of a trace are held, under the name of who sent them. */
  read(topic: string, value: Uint8Array, sender: string): Iterable<ReadOutcome | HeldRecord | undefined>;
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
  /** Wall clock in ms. */
  readonly now: () => number;
  /** See `ingest.history`: activities are given no time of arrival. */
  readonly isHistory?: boolean;
  readonly traces: TraceLimits;
  readonly cluster: string;
  /** Of this process: see `encoderMark`. */
  readonly mark: string;
  readonly onTaken?: (topic: string, ingested: Ingested) => void;
  /** A record of a topic arrived, whether it could be read or not, with what was read of it; one that is held is told again when it is read. */
  readonly onHeard?: (topic: string, activities: readonly Activity[], receivedAt: string) => void;
}

/** The ingest side of raw topics. Only records of traces have a memory here: see `heldFrom`. */
export interface TopicIngest {
  /**
   * Processes one raw chunk. Repeating it after a crash writes the same messages again, each with the place it came from; the detect
   * side leaves out what it has seen. An act of a trace has no such place, since it waited for others: it is known again by its id.
   */
  take(chunk: Chunk): Promise<void>;
  /** First offset of what was read and still waits: nothing from it on may be committed. Whoever begins there comes to the same acts. */
  heldFrom(place: TopicPartition): number | undefined;
  /** Nothing more is to be read of a partition for now: time goes on in it all the same. */
  rest(place: TopicPartition): Promise<void>;
  /** The partition is another's. */
  forget(place: TopicPartition): void;
  /** What waits and what is remembered of traces, in bytes. */
  readonly waitingBytes: number;
  readonly rememberedBytes: number;
}

/** Where a record stands that waits for its trace. */
interface Token extends TopicPartition {
  readonly offset: number;
  readonly receivedAt: string | undefined;
}

/** A partition as the traces see it. */
interface Lane {
  /** When the latest message arrived, and when that was read, in ms. */
  arrivedMs: number;
  readMs: number;
  /** How many records wait of each message, by offset: the first one is the first that waits. */
  readonly held: Map<number, number>;
}

export function createTopicIngest(parts: TopicIngestParts): TopicIngest {
  const arrivals = createArrivals(parts.now);
  const traces = createTraces<Token>(parts.traces);
  const lanes = new Map<string, Lane>();

  function laneOf(place: TopicPartition): Lane {
    const key = keyOf(place);
    let lane = lanes.get(key);
    if (lane === undefined) {
      lane = { arrivedMs: 0, readMs: 0, held: new Map() };
      lanes.set(key, lane);
    }
    return lane;
  }

  /** Collects what is to be written, and what has been done once it is. */
  function batchOf(place: TopicPartition) {
    const messages: Timed[] = [];
    const letters: DeadLetter[] = [];
    const skipped = new Map<string, number>();
    const skippedAt = new Map<string, string>();
    const dead = new Map<string, number>();
    const unjoined = new Map<string, number>();
    const freed: Token[] = [];
    let records = 0;

    function note(read: ReadOutcome, token: Token, push: (message: OutgoingMessage, ms: number) => void): void {
      records++;
      const pinned = parts.pinnedTo?.(token.topic);
      const outcome = pinned === undefined ? read : ofTenant(read, pinned);
      const { receivedAt } = token;
      if (receivedAt !== undefined)
        parts.onHeard?.(token.topic, outcome.status === 'read' ? outcome.activities : [], receivedAt);
      if (outcome.status === 'read')
        for (const activity of outcome.activities)
          push(
            activityMessage(
              receivedAt === undefined
                ? activity
                : { ...activity, receivedAt, receivedFrom: topicName(parts.cluster, token.topic) },
              parts.mark,
            ),
            msOf(activity.at),
          );
      else if (outcome.status === 'skip') {
        tally(skipped, outcome.reason);
        skippedAt.set(outcome.reason, `partition ${token.partition}, offset ${token.offset}`);
      } else {
        tally(dead, outcome.reason);
        const origin = { from: token.topic, partition: token.partition, offset: token.offset };
        letters.push(parts.deadLetter(origin, parts.tenantOf(token.topic), outcome));
      }
    }

    return {
      note,
      settle(settled: readonly Settled<Token>[]): void {
        for (const { token, outcome, ending } of settled) {
          freed.push(token);
          if (outcome === undefined) continue;
          note(outcome, token, (message, ms) => messages.push({ ms, message }));
          if (ending !== 'whole' && outcome.status === 'read') tally(unjoined, ending);
        }
      },
      /** A message that stands at a place of its own. */
      push: (message: OutgoingMessage, ms: number) => void messages.push({ ms, message }),
      count: () => void records++,
      async write(): Promise<void> {
        await parts.merge.write(place, messages);
        await parts.setAside(letters);
        // Only what is durable may be committed.
        for (const { offset, ...place } of freed) release(laneOf(place).held, offset);
        parts.onTaken?.(place.topic, { records, activities: messages.length, skipped, skippedAt, dead, unjoined });
      },
    };
  }

  return {
    async take(chunk) {
      const batch = batchOf(chunk);
      const from = topicName(parts.cluster, chunk.topic);
      const generation = chunk.generation === undefined ? {} : { generation: chunk.generation };
      const { topic, partition } = chunk;
      const laneName = keyOf(chunk);
      const lane = laneOf(chunk);
      const pace = createPace();
      for (const { offset, value, timestamp } of chunk.messages) {
        const arrived = arrivals(chunk, timestamp);
        const token: Token = {
          topic,
          partition,
          offset,
          receivedAt: parts.isHistory === true ? undefined : arrived.at,
        };
        lane.arrivedMs = arrived.ms;
        lane.readMs = parts.now();
        if (traces.waits(laneName)) batch.settle(traces.due(laneName, arrived.ms));
        const bytes = value ?? new Uint8Array(0);
        await pace(bytes.length);
        let index = 0;
        const push = (message: OutgoingMessage, ms: number) => {
          const origin = encodeProvenance({ from, partition, offset, index: index++, ...generation });
          batch.push({ ...message, headers: { ...message.headers, [PROVENANCE_HEADER]: origin } }, ms);
        };
        const updates = value === null ? undefined : parts.inventoryIn?.(topic, bytes);
        if (updates !== undefined && typeof updates !== 'string') {
          batch.count();
          for (const message of updates) push(message, Number.NEGATIVE_INFINITY);
          continue;
        }
        const outcomes: Iterable<ReadOutcome | HeldRecord | undefined> =
          value === null
            ? TOMBSTONE
            : updates === undefined
              ? parts.read(topic, bytes, from)
              : [{ status: 'dead', format: 'inventory', reason: updates, bytes }];
        for (const read of outcomes) {
          const paused = pace(0);
          if (paused !== undefined) await paused;
          if (read === undefined) continue;
          if (read.status !== 'held') {
            batch.note(read, token, push);
            continue;
          }
          const { skipped } = read.part;
          if (skipped !== undefined) batch.note({ status: 'skip', format: read.format, reason: skipped }, token, push);
          if (token.receivedAt !== undefined) parts.onHeard?.(topic, [], token.receivedAt);
          lane.held.set(offset, (lane.held.get(offset) ?? 0) + 1);
          batch.settle(traces.take(read, from, laneName, token, arrived.ms));
        }
      }
      await batch.write();
    },
    heldFrom: (place) => lanes.get(keyOf(place))?.held.keys().next().value,
    async rest(place) {
      const lane = lanes.get(keyOf(place));
      if (lane === undefined || lane.held.size === 0) return;
      // What comes next cannot have arrived earlier, so that time may go on as it does outside.
      const batch = batchOf(place);
      batch.settle(traces.due(keyOf(place), lane.arrivedMs + elapsed(parts.now(), lane.readMs)));
      await batch.write();
    },
    forget(place) {
      traces.forget(keyOf(place));
      lanes.delete(keyOf(place));
    },
    get waitingBytes() {
      return traces.waitingBytes;
    },
    get rememberedBytes() {
      return traces.rememberedBytes;
    },
  };
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

function release(held: Map<number, number>, offset: number): void {
  const left = (held.get(offset) ?? 1) - 1;
  if (left > 0) held.set(offset, left);
  else held.delete(offset);
}

/** What was read where a record may speak for one tenant only: dead where it names another. */
export function ofTenant(outcome: ReadOutcome, tenant: string): ReadOutcome {
  if (outcome.status !== 'read' || outcome.activities.every((activity) => activity.tenant === tenant)) return outcome;
  const bytes = Buffer.from(JSON.stringify(outcome.activities));
  return { status: 'dead', format: outcome.format, reason: 'tenant: not the one this input is pinned to', bytes };
}

/** A message without a value says that its key is deleted: nothing was done by anyone. */
export const TOMBSTONE: readonly ReadOutcome[] = [
  { status: 'skip', format: 'auto', reason: 'message without a value' },
];

function tally(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}

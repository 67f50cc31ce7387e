/** The store port: what is kept of activities, memories, alerts and dead letters, and how it is asked for. */

import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { HomeFilter } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type {
  Contribution,
  Located,
  LocatedDecision,
  LocatedRecord,
  MemoryRow,
  Sought,
} from '../core/engine-contract.ts';
import type { Delivery, PendingDelivery, Settlement } from './delivery.ts';
import type { Span } from './stream.ts';

/** Where a raw record came from; enough to find it again. */
export interface Origin {
  /** Topic, file path or listener name. */
  readonly from: string;
  /** Kafka partition; 0 elsewhere. */
  readonly partition: number;
  /** Kafka offset, or the record's ordinal in its file, from 0. */
  readonly offset: number;
}

/** A record nobody could read, kept with its bytes so that it can be replayed after the cause is mended. */
export interface DeadLetter {
  readonly id: string;
  readonly origin: Origin;
  readonly format: string;
  readonly reason: string;
  /** The raw bytes, cut at `ingest.deadLetterMaxBytes`. */
  readonly bytes: Uint8Array;
  readonly truncated: boolean;
  /** When it was set aside: ingest wall time, RFC 3339. */
  readonly at: string;
}

/** Everything one chunk of activities leads to; committed once, by id. */
export interface Turn {
  /** Names cluster, topic, partition, first and last offset and encoder version: the same id always carries the same content. */
  readonly id: string;
  readonly span: Span;
  /** Population epoch (event hour) the chunk was judged with, so that a repetition judges alike. */
  readonly epoch: number;
  /** An earlier process may have begun to store it; absent: nobody has. */
  readonly isRepeated?: boolean;
  readonly activities: readonly Located[];
  readonly contributions: readonly Contribution[];
  /** How many contributions of the turn were told before; absent: none. */
  readonly toldBefore?: number;
  /** What the inventory says anew, as in force from its offset on; absent: nothing. */
  readonly inventory?: readonly LocatedRecord[];
  /** What was decided about alerts, taken or not, so that recovery meets it again; absent: nothing. */
  readonly decisions?: readonly LocatedDecision[];
  readonly alerts: readonly Alert[];
  /** Alerts under the threshold: the observe feed. */
  readonly observed: readonly Alert[];
  readonly deliveries: readonly Delivery[];
  /** State of the partition as of `span.last` that recovery needs and memories do not hold (the re-key vector); at most 64 KiB. */
  readonly state: string;
}

/** A turn that was committed, as needed to repeat it. */
export interface TurnMark {
  readonly span: Span;
  readonly epoch: number;
  readonly state: string;
}

/**
 * How far a partition is, which stays true whoever says it: all that its activities up to `offset` told before the event hour `hour` is
 * stored, and what follows is told in that hour or a later one.
 */
export interface Reached {
  readonly partition: number;
  readonly offset: number;
  readonly hour: number;
}

/** Contributions of a turn that is not committed yet, with their place in it. */
export interface ToldPart {
  readonly turn: string;
  /** Contributions of the turn before these. */
  readonly before: number;
  readonly contributions: readonly Contribution[];
}

/** The hours of one partition that are wanted in place of those of all. */
export interface OwnHours {
  readonly partition: number;
  readonly after: number;
  readonly upTo: number;
}

export interface AlertQuery {
  readonly tenant?: string;
  readonly id?: string;
  readonly identity?: string;
  readonly home?: HomeFilter;
  readonly status?: Alert['status'];
  readonly since?: string;
  /** Which come first. Absent: the newest. `shares`: of each tenant as many, the most severe first, so that no flood of one hides another's. */
  readonly order?: 'shares';
  readonly limit: number;
}

export interface FirstActivitiesQuery extends Sought {
  readonly tenant: string;
  readonly identity: string;
  readonly home?: HomeFilter;
  readonly limit: number;
}

/** The system of record. Every write is idempotent; every list is bounded by its `limit`. */
export interface Store {
  /** Commits a turn: activities, contributions, alerts with their outbox rows, then the mark. Twice = once. */
  commit(turn: Turn): Promise<void>;
  /** Snapshot of changed memories of a partition as of `offset`, which has so many identities in all. */
  saveMemories(
    topic: string,
    partition: number,
    offset: number,
    rows: readonly MemoryRow[],
    identities?: number,
  ): Promise<void>;
  /**
   * Newest memory of every key of a partition, the offset of the last complete snapshot (-1: none), and how many identities
   * the partition had then (absent: it did not say).
   */
  recall(
    topic: string,
    partition: number,
  ): Promise<{ offset: number; identities?: number; rows: AsyncIterable<MemoryRow> }>;
  /** Marks of turns committed after `offset`, oldest first. */
  turnsAfter(topic: string, partition: number, offset: number): Promise<readonly TurnMark[]>;
  /** Stored activities of a partition with offset in `(after, upTo]`, in order of offset: what recovery judges again, without effects. */
  stored(topic: string, partition: number, after: number, upTo: number): AsyncIterable<Located>;
  /** What the inventory said in a partition at offsets in `(after, upTo]`, in order: all of it, or what is in force at `upTo`. */
  inventory(
    topic: string,
    partition: number,
    after: number,
    upTo: number,
    which: 'all' | 'in-force',
  ): AsyncIterable<LocatedRecord>;
  /** What was decided about alerts of a partition, at offsets in `(after, upTo]`, in order. */
  decisions(topic: string, partition: number, after: number, upTo: number): AsyncIterable<LocatedDecision>;
  /** Names of the sinks that have deliveries of alerts, by id of the alert; alerts without any are left out. */
  heard(alertIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  /** The records told last of an id, in whatever partition: one of each provider and account, and one that tells neither. */
  inventoriesOf(tenant: string, identity: string): Promise<readonly InventoryRecord[]>;
  /** Contributions told in event hours in `(after, upTo]`, or in those of its own of a partition, in order of these hours; within one in a fixed order. */
  population(after: number, upTo: number, own?: readonly OwnHours[]): AsyncIterable<Contribution>;
  /** The last hour in which anything was told; -1 where nothing was. */
  lastTold(): Promise<number>;
  /** Stores contributions before their turn is committed, then how far partitions are. Twice = once. */
  tell(topic: string, parts: readonly ToldPart[], reached: readonly Reached[]): Promise<void>;
  /** How far each partition of a topic is; one that nothing was told of is absent. */
  reached(topic: string): Promise<readonly Reached[]>;
  /** The hour that a partition had reached at an offset; undefined where nothing was told of it, or it was long ago. */
  reachedAt(topic: string, partition: number, offset: number): Promise<number | undefined>;
  /** The same contributions with the turn that each belongs to, whether that turn was ever finished or not. */
  contributions(
    after: number,
    upTo: number,
  ): AsyncIterable<{ readonly contribution: Contribution; readonly turn: string }>;
  /** Which of the activities, by their place in the list, are stored in a partition at an offset below `before`: the same acts, see `keyOfAct`. */
  storedBefore(
    topic: string,
    partition: number,
    before: number,
    activities: readonly Activity[],
  ): Promise<ReadonlySet<number>>;
  setAside(letters: readonly DeadLetter[]): Promise<void>;
  /** Newest first; `reason`: only those whose reason holds this text. */
  deadLetters(query: { since?: string; reason?: string; limit: number }): Promise<readonly DeadLetter[]>;
  /** Marks dead letters as put back; they are no longer listed. */
  redrive(ids: readonly string[]): Promise<void>;
  /** How many deliveries of these partitions wait, and since when (event time of the oldest in ms). */
  pending(partitions: readonly number[]): Promise<{ readonly deliveries: number; readonly oldestMs?: number }>;
  /**
   * Deliveries due at wall time `now`, oldest first, with those that rest for longer than any may; of the given partitions and of the given sink only, where given.
   * Of the pending deliveries of one alert to one sink only the lowest version can be due, so that versions go out in order.
   */
  due(now: number, limit: number, partitions?: readonly number[], sink?: string): Promise<readonly PendingDelivery[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  alerts(query: AlertQuery): Promise<readonly Alert[]>;
  /** Stored activities by id, or of one identity, newest first. */
  activities(query: {
    tenant: string;
    ids?: readonly string[];
    identity?: string;
    home?: HomeFilter;
    since?: string;
    limit: number;
  }): Promise<readonly Activity[]>;
  /**
   * Of the stored activities of an identity on some UTC days (`2026-03-01`) the first of every kind, earliest first: kinds are told
   * apart by one facet, or every activity is its own. The limit is shared out evenly among the days.
   */
  firstActivities(query: FirstActivitiesQuery): Promise<readonly Activity[]>;
  /** The newest memories of one tenant and id, of each provider and account that has it, with what belongs to its whole partition (keys beginning with `\u0001`); empty when there is none. */
  memory(key: string): Promise<readonly MemoryRow[]>;
  /** Rejects when it cannot be worked with: no answer, writes that have failed for seconds, no room left. Tries once. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A stretch of event time, in ms since the epoch: `fromMs` belongs to it, `untilMs` does not. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What is stored of a period. */
export interface StoredHistory {
  /** Rows; one stored twice may still count twice. */
  readonly activities: number;
  /** Event time of the first and the last of them; absent where there are none. */
  readonly firstMs?: number;
  readonly lastMs?: number;
  /** Whose they are, when they are all one tenant's. */
  readonly tenant?: string;
  /** When the evidence of the first alert or observation ever stored began: judging had begun by then. */
  readonly firstDecisionMs?: number;
}

/** Stored history as it was lived, for who judges it again; reads only. */
export interface HistoryStore {
  extent(period: Period): Promise<StoredHistory>;
  /** All activities of the period in order of event time, a page at a time; of the same moment in the order they were judged. */
  activities(period: Period): AsyncIterable<readonly Activity[]>;
  /** Alerts with evidence since `fromMs` that were raised before `untilMs`, each as it stood then, in order of raising, a page at a time. */
  alerts(period: Period): AsyncIterable<readonly Alert[]>;
}

/** The doors between the core and the outside world. Adapters implement them; pump and outbox know nothing else. */

import type { ZodType } from 'zod';
import type { Activity } from '../schemas/activity.ts';
import type { Alert } from '../schemas/alert.ts';
import type { DeliveryListQuery, DeliveryState, IdentityPage, Suppression, TriageAction } from '../schemas/api.ts';
import type { Config } from '../schemas/config.ts';
import type { InventoryRecord } from '../schemas/inventory.ts';
import type { SignalStream } from '../schemas/signals.ts';
import type { AuditRow, ContainmentAction, Suspension, SuspensionState } from '../schemas/suspension.ts';
import type { ClassDay } from './core/class-days.ts';
import type { Contribution, Located, LocatedRecord, MemoryRow, Sought } from './core/exchange.ts';

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

/** One delivery of one alert version to one sink. Its id never changes across retries: it is the webhook id. */
export interface Delivery {
  readonly id: string;
  readonly tenant: string;
  /** Sink instance name from config. */
  readonly sink: string;
  readonly alertId: string;
  readonly alertVersion: number;
  /** Partition of the activity topic it arose in: who owns the partition delivers. 0 outside Kafka. */
  readonly partition: number;
  /** The exact bytes to send, fixed when the delivery is created. */
  readonly body: string;
  /** Event time of the alert version, RFC 3339. */
  readonly createdAt: string;
}

/** A delivery with what has been tried so far. */
export interface PendingDelivery extends Delivery {
  readonly attempts: number;
  /** Wall time in ms before which it must not be tried. */
  readonly notBefore: number;
}

/** What became of one attempt. */
export type Receipt =
  | { readonly status: 'delivered' }
  | { readonly status: 'retry'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly status: 'refused'; readonly reason: string }
  /** The receiver wants nothing more, ever (HTTP 410): the sink is switched off until restart, its deliveries stay pending. */
  | { readonly status: 'gone'; readonly reason: string };

/** The state of a delivery after an attempt, as stored. */
export interface Settlement {
  readonly delivery: Delivery;
  readonly status: 'delivered' | 'pending' | 'refused';
  readonly attempts: number;
  readonly notBefore: number;
  readonly reason?: string;
}

/** A range of contiguous offsets of one partition, processed as one step. */
export interface Span {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record of a topic, as it was read. */
export interface TopicMessage {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** A header given more than once has its last value. */
  readonly headers: Readonly<Record<string, Uint8Array>>;
  /** Broker or producer time, in ms since the epoch: not the time of the activity. */
  readonly timestamp: number;
}

/** Contiguous messages of one partition, processed as one step. */
export interface Chunk extends Span {
  readonly messages: readonly TopicMessage[];
  /** Set when an earlier process began this very chunk: it must be judged with this epoch again. */
  readonly intended?: { readonly epoch: number };
}

/**
 * Processes one chunk; when it resolves, the offset moves. `intend` makes the bounds of the chunk durable, so that after a
 * crash exactly this chunk comes again; await it before the first effect. `taken` is aborted when the partition went to
 * another member: `intend` then rejects, and whatever was begun is that member's to repeat. A rejection ends the source.
 */
export type ChunkStep = (chunk: Chunk, intend: (epoch: number) => Promise<void>, taken: AbortSignal) => Promise<void>;

/** What a role does when partitions come and go. */
export interface PartitionHooks {
  /** Awaited before the first chunk of the partition; `offset` is the first not yet committed. */
  onAssigned?(partition: TopicPartition, offset: number): Promise<void>;
  /** Called when the last step of the partition has settled: `taken` by another member, or given back at a `stop`. */
  onRevoked?(partition: TopicPartition, reason: 'taken' | 'stop'): Promise<void>;
}

/** One member of a consumer group. Each partition it owns is processed in order, one chunk at a time. */
export interface ChunkSource {
  /** Resolves after `signal`, when what was begun is finished and committed; rejects on an outage or when a step rejects. */
  run(step: ChunkStep, signal: AbortSignal): Promise<void>;
  /** `lag`: messages behind the end; `heldBytes`: fetched and not yet processed. */
  status(): { readonly partitions: number; readonly lag: number; readonly heldBytes: number };
}

export interface OutgoingMessage {
  readonly key: string;
  readonly value: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Writes to topics. Messages of one key keep their order, and each is written once unless the process dies. */
export interface Publisher {
  /** Resolves when every replica in sync has the messages. After a rejection the publisher is spent. */
  send(topic: string, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** Everything one chunk of activities leads to; committed once, by id. */
export interface Turn {
  /** Names cluster, topic, partition, first and last offset and encoder version: the same id always carries the same content. */
  readonly id: string;
  readonly span: Span;
  /** Population epoch (event hour) the chunk was judged with, so that a repetition judges alike. */
  readonly epoch: number;
  readonly activities: readonly Located[];
  readonly contributions: readonly Contribution[];
  /** What the inventory says anew, as in force from its offset on; absent: nothing. */
  readonly inventory?: readonly LocatedRecord[];
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

export interface AlertQuery {
  readonly tenant?: string;
  readonly id?: string;
  readonly identity?: string;
  readonly status?: Alert['status'];
  readonly since?: string;
  readonly limit: number;
}

export interface FirstActivitiesQuery extends Sought {
  readonly tenant: string;
  readonly identity: string;
  readonly limit: number;
}

/** The system of record. Every write is idempotent; every list is bounded by its `limit`. */
export interface Store {
  /** Commits a turn: activities, contributions, alerts with their outbox rows, then the mark. Twice = once. */
  commit(turn: Turn): Promise<void>;
  /** Snapshot of changed memories of a partition as of `offset`. */
  saveMemories(topic: string, partition: number, offset: number, rows: readonly MemoryRow[]): Promise<void>;
  /** Newest memory of every key of a partition, and the offset of the last complete snapshot (-1: none). */
  recall(topic: string, partition: number): Promise<{ offset: number; rows: AsyncIterable<MemoryRow> }>;
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
  /** The record told last of an identity, in whatever partition. */
  inventoryOf(tenant: string, identity: string): Promise<InventoryRecord | undefined>;
  /** Contributions of closed event hours in `(after, upTo]`, in a fixed order. */
  population(after: number, upTo: number): AsyncIterable<Contribution>;
  bury(letters: readonly DeadLetter[]): Promise<void>;
  deadLetters(query: { since?: string; reason?: string; limit: number }): Promise<readonly DeadLetter[]>;
  /** Marks dead letters as put back; they are no longer listed. */
  exhume(ids: readonly string[]): Promise<void>;
  /**
   * Deliveries due at wall time `now`, oldest first; of the given partitions and of the given sink only, where given.
   * Of the pending deliveries of one alert to one sink only the lowest version can be due, so that versions go out in order.
   */
  /** How many deliveries of these partitions wait, and since when (event time of the oldest in ms). */
  waiting(partitions: readonly number[]): Promise<{ readonly deliveries: number; readonly oldestMs?: number }>;
  due(now: number, limit: number, partitions?: readonly number[], sink?: string): Promise<readonly PendingDelivery[]>;
  settle(settlements: readonly Settlement[]): Promise<void>;
  alerts(query: AlertQuery): Promise<readonly Alert[]>;
  /** Stored activities by id, or of one identity, newest first. */
  activities(query: {
    tenant: string;
    ids?: readonly string[];
    identity?: string;
    since?: string;
    limit: number;
  }): Promise<readonly Activity[]>;
  /**
   * Of the stored activities of an identity on some UTC days (`2026-03-01`) the first of every kind, earliest first: kinds are told
   * apart by one facet, or every activity is its own. The limit is shared out evenly among the days.
   */
  firstActivities(query: FirstActivitiesQuery): Promise<readonly Activity[]>;
  /** The newest memory of one identity, with what belongs to its whole partition (keys beginning with `\u0001`); empty when there is none. */
  memory(key: string): Promise<readonly MemoryRow[]>;
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Which alerts a page of a list holds; an empty or absent member matches all. */
export interface AlertPageQuery {
  readonly tenant: string;
  /** Beginning of the id. */
  readonly idPrefix?: string;
  readonly identity?: string;
  readonly owner?: string;
  readonly incident?: string;
  readonly kinds?: readonly string[];
  readonly severities?: readonly string[];
  /** Last evidence since, RFC 3339. */
  readonly since?: string;
  /** The last alert of the page before. */
  readonly after?: { readonly raisedAt: string; readonly id: string };
  readonly limit: number;
}

/** What people did about alerts. Rows are only ever added; every list is bounded. */
export interface TriageStore {
  /** Alerts in their last version, newest first, ties by id. */
  alertPage(query: AlertPageQuery): Promise<readonly Alert[]>;
  /** Every stored version of an alert, oldest first. */
  versions(tenant: string, id: string, limit: number): Promise<readonly Alert[]>;
  record(action: TriageAction): Promise<void>;
  /** The last `limit` actions, oldest first; `storedSince` is wall time of the store, in ms. */
  actions(query: {
    readonly tenant?: string;
    readonly alertIds?: readonly string[];
    readonly identity?: string;
    readonly kinds?: readonly TriageAction['action'][];
    readonly storedSince?: number;
    readonly limit: number;
  }): Promise<readonly TriageAction[]>;
  /** Suppressions that are not over at wall time `now` in ms, lifted ones too; of every tenant when none is named. */
  suppressions(now: number, tenant?: string): Promise<readonly Suppression[]>;
  /** Writes a suppression, or its new state; of two states the one of the later `now` counts. */
  saveSuppression(suppression: Suppression, now: number): Promise<void>;
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

/** What people look up besides alerts. Every list is bounded by its limit. */
export interface LedgerStore {
  identities(query: {
    readonly tenant: string;
    readonly kind?: string | undefined;
    readonly since?: string | undefined;
    /** Id of the last identity of the page before. */
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<IdentityPage['identities']>;
  /** Peer classes on the last `days` days before the day of the newest contribution, and that day, counted from 1970. */
  classDays(tenant: string, days: number): Promise<{ readonly today: number; readonly rows: readonly ClassDay[] }>;
  /** Newest first; of every tenant when none is named. */
  deliveries(tenant: string | undefined, query: DeliveryListQuery): Promise<readonly DeliveryState[]>;
  /** Makes settled deliveries pending again, each once more under its old id; gives how many it were. */
  redeliver(tenant: string | undefined, ids: readonly string[]): Promise<number>;
  /** Dead letters from these origins, newest first; an origin ending in `/` stands for all that begin so. */
  letters(query: {
    readonly origins: readonly string[];
    readonly since?: string | undefined;
    readonly reason?: string | undefined;
    readonly ids?: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
}

/** One alert destination. File name = type; discovered on the shelf `src/sinks/`. */
export interface Sink {
  /** Sends `body` once. Must honour `signal` and be idempotent by delivery id at the receiver. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  close?(): Promise<void>;
}

/** Wall clock, in ms since the epoch: only for retries, leases and logs, never for judging. */
export interface Clock {
  now(): number;
}

/** A request that leaves the house. */
export interface HttpRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What came back. No answer is a value too; `reason` names the cause and never holds the path or a header. */
export type HttpAnswer =
  | {
      readonly outcome: 'answered';
      readonly status: number;
      /** Names in lower case; repeated ones joined by a comma. */
      readonly headers: Readonly<Record<string, string>>;
      /** Cut at the size cap. */
      readonly body: string;
    }
  | { readonly outcome: 'blocked' | 'timeout' | 'unreachable'; readonly reason: string };

/** Outbound connections to addresses that a user configured: resolved, checked and pinned at connect time. */
export interface Egress {
  /** What is wrong with the URL itself (scheme, port, user info, literal address), or undefined. Looks nothing up. */
  objection(url: string): string | undefined;
  /** Sends once; follows no redirect; never rejects. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Sends bytes over a fresh TCP or TLS connection and closes it; undefined when the peer took them all, else why not. */
  send(
    target: { readonly host: string; readonly port: number; readonly tls: boolean },
    bytes: Uint8Array,
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

/** What a sink is given besides its options. */
export interface SinkContext {
  /** Reads a secret file; throws a ConfigError naming the option when it cannot. */
  secret(file: string): string;
  /** Throws the ConfigError that says what is wrong with the options; only while opening. */
  refuse(reason: string): never;
  readonly timeoutMs: number;
  readonly allowPrivateTargets: boolean;
  readonly clock: Clock;
  /** Kafka section of the config, for sinks that write to a topic. */
  readonly kafka?: Config['kafka'];
  readonly alertTopic: string;
  /** The only way out over HTTP or TCP. */
  readonly http: Egress;
  /** Writes one message to a topic and resolves when it is durable; absent without Kafka. */
  publish?(topic: string, message: OutgoingMessage): Promise<void>;
}

/** A kind of destination: how to say an alert there, and how to get there. */
export interface SinkType<Options = unknown> {
  readonly about: { readonly title: string; readonly standard: string };
  readonly options: ZodType<Options>;
  /** The exact body for one alert version; pure, so that a repeated turn writes the same bytes. */
  encode(alert: Alert, options: Options): string;
  open(options: Options, context: SinkContext): Promise<Sink>;
}

export interface SuspensionQuery {
  readonly tenant?: string;
  readonly states?: readonly SuspensionState[];
  readonly identity?: string;
  readonly alertId?: string;
  /** Only what a responder can undo, or only what it cannot. */
  readonly reversible?: boolean;
  /** Changed since, RFC 3339. */
  readonly since?: string;
  readonly limit: number;
}

/** Keeps the audit chains. Nothing in it can be changed or removed through this door. */
export interface SuspensionStore {
  /**
   * Adds the next row of a tenant's chain. `taken`: another row stands at that place, and nothing was written. When it
   * resolves with `appended` the row was read back; when it rejects, nothing may be done that the row would have told of.
   */
  append(row: AuditRow): Promise<'appended' | 'taken'>;
  /** Rows of a chain after a place, in order; two rows at one place come one after the other. */
  chain(tenant: string, after: number, limit: number): Promise<readonly AuditRow[]>;
  tenants(): Promise<readonly string[]>;
  /** The last row of a suspension. */
  last(tenant: string, id: string): Promise<AuditRow | undefined>;
  /** Every row of a suspension, in order. */
  story(tenant: string, id: string): Promise<readonly AuditRow[]>;
  /** Whose suspension it is, for a receiver that knows its id alone. */
  tenantOf(id: string): Promise<string | undefined>;
  /** The last row of every suspension that matches, newest first. */
  list(query: SuspensionQuery): Promise<readonly AuditRow[]>;
}

/** Remembers across restarts and processes what may count only once, such as the id of a signed request. */
export interface OnceStore {
  /** True for the first who names `key` among those of its `kind`; remembered until wall time `untilMs`. */
  isFirst(kind: string, key: string, untilMs: number): Promise<boolean>;
  /** True when somebody named it before. */
  isKnown(kind: string, key: string): Promise<boolean>;
}

/** One event of one alert version, as a receiver took it. */
export interface SignalAck {
  readonly alertId: string;
  readonly version: number;
  /** Event type. */
  readonly event: string;
}

/** Keeps the streams of security events, and what was acknowledged of each. */
export interface SignalStore {
  streams(tenant: string, owner: string, limit: number): Promise<readonly SignalStream[]>;
  /** Of two states the one of the later version counts. */
  save(stream: SignalStream, deleted: boolean): Promise<void>;
  /** Alert versions stored since wall time `sinceMs` and not acknowledged, for each of the event types, oldest first. */
  pending(query: {
    readonly tenant: string;
    readonly stream: string;
    readonly events: readonly string[];
    readonly sinceMs: number;
    readonly limit: number;
  }): Promise<readonly { readonly event: string; readonly alert: Alert }[]>;
  /** Remembered until wall time `untilMs`; what is no alert version of the tenant is left out. */
  acknowledge(tenant: string, stream: string, acks: readonly SignalAck[], untilMs: number): Promise<void>;
}

/** Whose activities are meant: those of an identity, or of one of its credentials, or to one service. */
export interface TargetQuery {
  readonly tenant: string;
  readonly identity: string;
  readonly credential?: string;
  readonly service?: string;
  /** Event time, RFC 3339: only activities after it. */
  readonly after: string;
}

/** What a target did; lists hold the twenty largest. */
export interface TargetUsage {
  readonly activities: number;
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly services: readonly { readonly name: string; readonly activities: number }[];
  readonly resources: readonly { readonly name: string; readonly activities: number }[];
  /** Identities that acted on its behalf. */
  readonly downstream: readonly { readonly name: string; readonly activities: number }[];
}

/** Questions about stored activities that suspensions ask. */
export interface TargetHistory {
  usage(query: TargetQuery): Promise<TargetUsage>;
  /** Event times of successful activities, earliest first, at most `limit`; and the newest event time of the whole tenant. */
  successes(
    query: TargetQuery,
    limit: number,
  ): Promise<{ readonly at: readonly string[]; readonly tenantUpTo: string | undefined }>;
  activeIdentities(tenant: string, after: string): Promise<number>;
}

/** What a responder is asked to do, or to undo. */
export interface Order {
  /** The same at every attempt: receivers act once on it. */
  readonly id: string;
  readonly step: 'act' | 'lift';
  readonly suspension: Suspension;
  /** The audit row that made this order, so that a receiver can hold us to it. */
  readonly audit: { readonly seq: number; readonly hash: string; readonly at: string };
}

/** What became of one attempt. */
export type OrderOutcome =
  /** Done, as far as the receiver can tell. */
  | { readonly status: 'done'; readonly detail: string }
  /** Taken; the receiver will say by call-back, or when asked by `check`. */
  | { readonly status: 'accepted' }
  | { readonly status: 'retry'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly status: 'refused'; readonly reason: string };

/** What a responder makes of a suspension before anybody approves it. */
export type Prepared =
  | {
      readonly ok: true;
      readonly parameters: Readonly<Record<string, string>>;
      readonly reversible: boolean;
      readonly breaks: string;
    }
  | { readonly ok: false; readonly reason: string };

/** One way to act on a target. File name = type; discovered on the shelf `src/respond/responders/`. */
export interface Responder {
  /** Whether it can do this, with which parameters; asks nobody. */
  prepare(suspension: Pick<Suspension, 'tenant' | 'identity' | 'action' | 'target' | 'parameters'>): Prepared;
  /** Acts or lifts once. Must honour `signal` and be idempotent by `order.id`. */
  carryOut(order: Order, signal: AbortSignal): Promise<OrderOutcome>;
  /** Asks whether what was accepted has been done; absent where only a call-back can tell. */
  check?(order: Order, signal: AbortSignal): Promise<OrderOutcome>;
  /** Whether a call-back bears the signature of its receiver; absent where none comes. */
  readonly isSignedBy?: SignatureCheck;
}

/** True when one of the signatures (`v1,...`, apart by spaces) is over this id, time in ms and body. */
export type SignatureCheck = (signatures: string, id: string, sentMs: number, body: string) => boolean;

/** What a responder is given besides its options. */
export interface ResponderContext {
  /** Reads a secret file; throws a ConfigError when it cannot. */
  secret(file: string): string;
  /** Reads a file that is no secret, 1 MiB at the most; throws a ConfigError when it cannot. */
  file(path: string): string;
  /** Throws the ConfigError that says what is wrong with the options; only while opening. */
  refuse(reason: string): never;
  readonly clock: Clock;
  /** The only way out. */
  readonly http: Egress;
  /** Recipes on the shelf `src/respond/recipes/`, by id. */
  readonly recipes: ReadonlyMap<string, unknown>;
}

/** A kind of responder. */
export interface ResponderType<Options = unknown> {
  readonly about: {
    readonly title: string;
    readonly standard: string;
    /** What it can do; a recipe says so itself. */
    readonly actions: readonly ContainmentAction[] | 'by recipe';
  };
  readonly options: ZodType<Options>;
  open(options: Options, context: ResponderContext): Promise<Responder>;
}

/** The respond port: suspensions, responders, signals, and what they are stored as. */

import type { ZodType } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import type { Means } from '../../schemas/api.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import type { SignalStream } from '../../schemas/signals.ts';
import type { AuditRow, ContainmentAction, Suspension, SuspensionState } from '../../schemas/suspension.ts';
import type { Clock, Egress } from './outside.ts';

export interface SuspensionQuery {
  readonly tenant?: string;
  readonly states?: readonly SuspensionState[];
  readonly identity?: string;
  readonly alertId?: string;
  /** Only what a responder can undo, or only what it cannot. */
  readonly reversible?: boolean;
  /** Changed since, RFC 3339. */
  readonly since?: string;
  /** The newest, and of several tenants as many of each. */
  readonly limit: number;
}

/** Keeps the audit chains. Nothing in them can be changed or removed through this port. */
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
  history(tenant: string, id: string): Promise<readonly AuditRow[]>;
  /** Whose suspension it is, for a receiver that knows its id alone. */
  tenantOf(id: string): Promise<string | undefined>;
  /** The last row of every suspension that matches, newest first. */
  list(query: SuspensionQuery): Promise<readonly AuditRow[]>;
}

/** Remembers across restarts and processes what may count only once, such as the id of a signed request. */
export interface ClaimStore {
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

/** Selects activities: those of an identity, of one of its credentials, or to one service. */
export interface TargetQuery {
  readonly tenant: string;
  readonly identity: string;
  /** As far as it is told: of which provider and account. */
  readonly home?: Home;
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
      /** How it is taken back, in words. */
      readonly undo?: string;
      /** Whether the receiver can be asked if the act holds. */
      readonly confirms?: boolean;
      /** What is left to do by hand. */
      readonly cleanUp?: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/** Answers for any alert; undefined where it advises no step. */
export type MeansOf = (alert: Alert) => Means | undefined;

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

/** The delivery port: alerts on their way to a sink, and what a sink is. */

import type { ZodType } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import type { Config } from '../../schemas/config.ts';
import type { Clock, Egress } from './outside.ts';
import type { MeansOf } from './respond.ts';
import type { OutgoingMessage } from './stream.ts';

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

/** Longer than any delivery rests between two attempts, in ms. */
export const REST_MAX_MS = 30 * 3_600_000;

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

/** One alert destination. File name = type; discovered on the shelf `src/sinks/`. */
export interface Sink {
  /** Sends `body` once. Must honour `signal` and be idempotent by delivery id at the receiver. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<Receipt>;
  close?(): Promise<void>;
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
  /** The link by which one person approves what is proposed for the alert of a delivery; absent without `respond.links`. */
  approvalLink?(delivery: Pick<Delivery, 'tenant' | 'alertId' | 'createdAt'>, recipient: string): string;
  /** Writes one message to a topic and resolves when it is durable; absent without Kafka. */
  publish?(topic: string, message: OutgoingMessage): Promise<void>;
}

/** What the words of an alert may need to know of the installation. */
export interface Surroundings {
  /** `http.publicUrl`: where people reach the console. */
  readonly publicUrl?: string | undefined;
  /** How an advised step can be taken here, in words; undefined where there is none. Pure. */
  readonly meansOf?: MeansOf;
}

/** A kind of destination: how to say an alert there, and how to get there. */
export interface SinkType<Options = unknown> {
  readonly about: { readonly title: string; readonly standard: string };
  readonly options: ZodType<Options>;
  /** The exact body for one alert version; pure, so that a repeated turn writes the same bytes. */
  encode(alert: Alert, options: Options, surroundings?: Surroundings): string;
  /** True for a version of which there is nothing to tell this destination; absent: there always is. */
  skips?(alert: Alert): boolean;
  open(options: Options, context: SinkContext): Promise<Sink>;
}

/** What the conformance suite needs to try a sink: options, secrets, a local receiver, and how to know what arrived. */
import type { OutgoingMessage } from '../../src/ports/stream.ts';
import type { HttpReceiver } from './http-receiver.ts';

/** Planted in every secret; must never show outside the request that carries it. */
export const CANARY = 'Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5';

export interface Rig {
  /** As they stand in the config file. */
  readonly options: Record<string, unknown>;
  /** Content by file name; each holds the canary. */
  readonly secrets: Record<string, string>;
  /** One mark for every accepted delivery, by which the receiver knows a repetition. */
  arrived(): readonly string[];
  /** For sinks over HTTP. */
  readonly http?: HttpReceiver;
  readonly publish?: (topic: string, message: OutgoingMessage) => Promise<void>;
  /** Makes the receiver take nothing and answer nothing from now on; absent where nothing can be slow. */
  silence?(): void;
  close(): Promise<void>;
}

/** The open alert of an identity, in the form that lives in its memory. */
import type { AlertKind } from '../../schemas/alert.ts';
import type { WindowItem } from './window.ts';

export interface Episode {
  readonly id: string;
  version: number;
  /** Below the threshold when false: only in the observe feed so far. */
  raised: boolean;
  score: number;
  p: number;
  firstMs: number;
  lastMs: number;
  raisedMs: number;
  activityCount: number;
  /** Highest sensitivity of an act that brought evidence. */
  sensitivity: number;
  /** Strongest findings, one a key. */
  items: WindowItem[];
  /** When each of `items` first joined. */
  sinceMs: number[];
  /** Activities that brought evidence, in order, each with its strongest finding. */
  cited: [string, number][];
  kinds: AlertKind[];
  /** Credential of the most telling activity. */
  credential: unknown;
  delegation: unknown;
  incident: string | undefined;
}

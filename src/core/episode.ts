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
  /** What has become of the novelties since, by key of the finding. */
  watches: Watch[];
  /** Nats of the score that hindsight explains. */
  eased: number;
}

/** What has become of one novelty of an open alert. */
export interface Watch {
  /** Key of the finding. */
  readonly key: number;
  /** Latest day that was counted. */
  day: number;
  /** Nats explained by days on which only the new value was seen: who was robbed goes on working, who moved does not. */
  replaced: number;
  /** Nats explained by peers who have the value by now. */
  shared: number;
  /** Population epoch in which `shared` was read. */
  epoch: number;
}

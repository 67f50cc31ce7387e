/** The open alert of an identity, in the form that lives in its memory. */
import type { AlertKind, AlertStatus, Standing } from '../../../schemas/alert.ts';
import { BLANK_ITEM, type FindingName, type WindowItem } from './window.ts';

export interface Episode {
  readonly id: string;
  version: number;
  /** False while the alert is below the threshold and only in the observe feed. */
  raised: boolean;
  /** Over the threshold, and waiting for the budget; absent: no. */
  held?: boolean | undefined;
  /** Alerts that were folded into its incident when it was, itself included; absent: it stands alone. */
  folded?: number | undefined;
  /** It was folded because it says no more than its incident, not because the budget was spent. */
  joins?: true | undefined;
  /** Longest time in ms that one of its activities was under way, of those that came too late to be judged at their own time; absent: none did. */
  delayMs?: number | undefined;
  score: number;
  /** What it would have been if nobody had taught the identity; absent where that is no more. It makes the alert more severe, and moves nothing else. */
  untaughtScore?: number | undefined;
  p: number;
  firstMs: number;
  lastMs: number;
  raisedMs: number;
  activityCount: number;
  /** Bytes moved by those activities; absent: none. */
  bytes?: number | undefined;
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
  /** Value it was raised for and can share with others, 0 where it has none. */
  cause: number;
  /** Names the cause and the hour in which alerts for it began, as far as was known when it was raised. */
  thread: string | undefined;
  /** What hindsight knows of the novelties, by key of the finding. */
  watches: Watch[];
  /** Nats of the score that hindsight explains. */
  explainedNats: number;
  /** All that its last version tells is that hindsight explains more of it. */
  isEased?: true | undefined;
  /** Where it stands by what was decided; absent: nothing was. */
  decided?: { readonly status: AlertStatus; readonly standing: Standing } | undefined;
}

/** Whether an episode outlives the silence of its identity: somebody was told of it, or is still to be. */
export const isKept = ({ raised, held }: Episode): boolean => raised || held === true;

/** An empty episode. Its members stand in the order in which they are saved, absent ones included. */
export const BLANK: Episode = {
  id: '',
  version: 0,
  raised: false,
  score: 0,
  p: 1,
  firstMs: 0,
  lastMs: 0,
  raisedMs: 0,
  activityCount: 0,
  sensitivity: 0,
  items: [],
  sinceMs: [],
  cited: [],
  kinds: [],
  credential: undefined,
  delegation: undefined,
  incident: undefined,
  cause: 0,
  thread: undefined,
  watches: [],
  explainedNats: 0,
  held: undefined,
  folded: undefined,
  joins: undefined,
  delayMs: undefined,
  untaughtScore: undefined,
  bytes: undefined,
  isEased: undefined,
  decided: undefined,
};

/** Findings as they were before they were saved: what was absent keeps its place, so that it is saved in the same bytes once it is there. */
export const refound = (saved: readonly WindowItem[]): WindowItem[] =>
  saved.map((item) => ({ ...BLANK_ITEM, ...item }));

/** An episode likewise. */
export const reopened = (saved: Episode | undefined): Episode | undefined =>
  saved && { ...BLANK, ...saved, items: refound(saved.items ?? []) };

/** What has become of one novelty of an open alert. */
export interface Watch {
  /** Key of the finding. */
  readonly key: number;
  /** Whose finding; absent in what an earlier build saved. */
  readonly detector?: string;
  /** Latest day that was counted. */
  day: number;
  /** Nats explained by days on which only the new value was seen: an identity that was robbed goes on at its old place, one that moved does not. */
  replaced: number;
  /** Days on which only the new value was seen, since the old one was last seen; absent: none. */
  days?: number;
  /** Whether somebody else than the identity gives a reason for the new value; absent: no. */
  vouched?: boolean;
  /** Nats explained by peers who have the value by now. */
  shared: number;
  /** Population epoch in which `shared` was read. */
  epoch: number;
}

/** Whether a finding is the one that is watched. */
export const isWatched = (item: FindingName, { key, detector }: Watch): boolean =>
  item.key === key && (detector === undefined || item.detector === detector);

/** What watches a finding; undefined where nothing does. It is asked for with every act while an alert is open, so it makes nothing. */
export function watchOf(watches: readonly Watch[], item: FindingName): Watch | undefined {
  for (const watch of watches) if (isWatched(item, watch)) return watch;
  return undefined;
}

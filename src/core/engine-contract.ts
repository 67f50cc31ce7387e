/** What goes into an engine and what comes out of it. */
import type { Activity } from '../../schemas/activity.ts';
import type { AgentPart, Alert } from '../../schemas/alert.ts';
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Decided } from '../../schemas/standing.ts';
import type { Facet } from './detector.ts';

/**
 * Key of the value hashes. Version 1: a text, as it was published with the first versions. Version 2: 32 random bytes in hexadecimal
 * digits, of which values, ids that go out and ids of activities take parts of their own, so that an id that is seen tells nothing
 * of how values are hashed.
 */
export interface HashKey {
  readonly version: 1 | 2;
  readonly secret: string;
}

/** An activity with its place in the keyed stream of one partition. */
export interface Located {
  readonly activity: Activity;
  /** Offset in the activity topic, or running number in a replay; strictly increasing in a partition. */
  readonly offset: number;
}

/** What the inventory says about an identity, with its place in the same stream: it counts for the activities that come after it. */
export interface InventoryUpdate {
  readonly record: InventoryRecord;
  /** Evidence of some credentials or dates, to be added to what is known; else the record takes the place of the one before. */
  readonly isEvidence: boolean;
  readonly offset: number;
}

/** A record as it is in force from its place on. */
export type LocatedRecord = Pick<InventoryUpdate, 'record' | 'offset'>;

/** What was decided about an alert, with its place in the same stream. */
export interface LocatedDecision {
  readonly decided: Decided;
  readonly offset: number;
}

/** What one identity was newly seen to do: the unit from which populations (peer classes, tenant) are computed. */
export interface Contribution {
  readonly tenant: string;
  /** Peer class of the identity when it was written. */
  readonly peers: string;
  /** Dimension and level, such as `where.asn`. */
  readonly dimension: string;
  /** Keyed hashes, unsigned 32 bit each. */
  readonly value: number;
  readonly identity: number;
  /** Event hour since the epoch (`floor(ms / 3,600,000)`). */
  readonly hour: number;
  /** Weight or reading carried along (a count, a score in nats); 1 where it means nothing. */
  readonly amount: number;
  /**
   * Event hour that its partition had reached when it was told: with that one it is closed. Absent: its own hour. Whoever judges hour by hour
   * sets it once; a copy of each of a million would cost more than judging some of them.
   */
  told?: number | undefined;
}

/** The memory of one identity, serialised. It carries the last offset it learned, so nothing is learned twice. */
export interface MemoryRow {
  /**
   * `tenant + "\u0000" + identity id`; for an identity that another one with this id was before, `"\u0000" + provider + "\u0000" +
   * account` follows. Or a reserved key beginning with `\u0001` for what belongs to the whole partition.
   */
  readonly key: string;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** What the engine made of a batch. */
export interface EngineOutcome {
  /** Alerts raised or updated, each once, in its last version, in order of first change. */
  readonly alerts: readonly Alert[];
  /** Ids of those alerts whose version is new: what a destination should be told. The others only grew. */
  readonly news: readonly string[];
  /** Alerts that stayed below the threshold: the observe feed. */
  readonly observed: readonly Alert[];
  /** Alerts over the threshold that were newly held, because the day's budget of false alerts is spent. */
  readonly held: number;
  /** Activities that came too late to be judged at their own time, and the longest time that one of them was under way, in ms. */
  readonly late: { readonly activities: number; readonly longestMs: number };
  /** Identities that of late bring something new on many more days than before, or that took to a place beyond their own: somebody may be teaching them. */
  readonly taught: readonly Taught[];
  readonly contributions: readonly Contribution[];
}

/** A person's judgement of an alert, fed back to the detectors. */
export interface Verdict {
  readonly tenant: string;
  readonly alertId: string;
  readonly identity: string;
  readonly verdict: 'benign' | 'true';
  /** When it was said, and by which id: of two verdicts on one alert the one that sorts later counts. */
  readonly said: string;
  /** Event time from which it counts, RFC 3339. */
  readonly at: string;
  /** Benign only: until when the approved values are approved, RFC 3339; at most 90 days. */
  readonly until?: string;
  /** Benign only: fields of the alert's evidence that are approved; absent: all of it. */
  readonly scope?: readonly string[];
}

/** A person's wish that what an identity learned in a time is not known any more. */
export interface Unlearning {
  readonly id: string;
  readonly tenant: string;
  readonly identity: string;
  /** Of several that share the id: which one. Where nothing is told, the one that had it first. */
  readonly provider?: string;
  readonly account?: string;
  /** Event time, RFC 3339: values first learned on the UTC days from the one to the other. */
  readonly from: string;
  readonly to: string;
  /** Id of an alert whose values are unlearned too, whenever they were learned. */
  readonly alertId?: string;
  /** Forgotten values are new again and may be learned anew; condemned ones are news for as long as they are remembered. */
  readonly how: 'forget' | 'condemn';
}

/** Activities that were here before a batch, by their places in it, in order. All others are there for the first time. */
export interface MetBefore {
  readonly known: readonly number[];
  /** They may have been here, so long ago that memory does not tell. */
  readonly unsure: readonly number[];
}

/** Judges and learns the activities of one partition, in order. Pure: the same input gives the same output whatever the batching. */
export interface Engine {
  /**
   * Where there are more identities than `detect.maxIdentities` after an activity, room is made before the next. With `isRoomLeftToMake` it is not made after
   * the last activity of the batch: whoever says so goes through `makingRoom` before anything else.
   */
  process(batch: readonly Located[], isRoomLeftToMake?: boolean): EngineOutcome;
  /** Identities that may still come before room is made. */
  readonly room: number;
  /** Makes room step by step, for whoever lets others run in between; does nothing where there is some. */
  makingRoom(): Generator<undefined, void>;
  /** Which activities of the next batch were here before it, as far as the memory of ids reaches; changes nothing. */
  met(batch: readonly Located[]): MetBefore;
  /**
   * Takes a verdict between two batches. One it has taken already, as after a restart, changes nothing. True when something changed:
   * save what `changed` gives before the next batch, or a restart would take the verdict at another place in the stream.
   */
  verdict(verdict: Verdict): boolean;
  /** Forgets or condemns what was learned in the time; otherwise it behaves like `verdict`. */
  unlearn(unlearning: Unlearning): boolean;
  /** Takes what the inventory says between two batches; gives the record that is in force now, or undefined when nothing changed. */
  updateInventory(told: InventoryUpdate): InventoryRecord | undefined;
  /**
   * Takes what was decided about an alert between two batches: the alert stands so from now on. Gives the number of the version that
   * tells it; undefined where the alert has another version by now than the one that was decided about.
   */
  decide(decided: Decided): number | undefined;
  /** Memories changed since the last call, for a snapshot. */
  changed(): MemoryRow[];
  /** The same step by step, for whoever lets others run in between; until the last step nothing else may change the engine. */
  changedInSteps(): Generator<undefined, MemoryRow[]>;
  /** Loads a memory saved by `changed`; activities at or below its offset will not change it again. */
  restore(row: MemoryRow): void;
  /** Providers and accounts that know an identity by this id, the first of them first. */
  homes(tenant: string, identity: string): readonly IdentityHome[];
  /** What is known of one identity, for people; of several that `home` does not tell apart, of the first. */
  profile(tenant: string, identity: string, home?: Home): Profile | undefined;
  /** How one identity differs from what it was before the UTC day of `since`; absent: four weeks before its newest activity. */
  drift(tenant: string, identity: string, since: string | undefined, home?: Home): IdentityDrift | undefined;
  /** What one identity has learned, for people; complete once it met the activities it seeks. */
  learningRecord(tenant: string, identity: string, home?: Home): LearningRecord | undefined;
  /**
   * Identities held now, how many were dropped because `detect.maxIdentities` was reached, and how many activities were left out
   * because one of the same identity with the same id and time had been there lately.
   */
  held(): { identities: number; dropped: number; repeated: number };
  /** Who is still learning; reads every memory, so not for every turn. */
  learning(): Learning;
  /** Identities held and the bytes their memories take when saved; packs every one, so not for every turn. */
  size(): { identities: number; bytes: number };
}

/** Days, of the last `within`, on which an identity brought something new that is rare beyond it; or went to a new place beyond its own. */
export interface Taught {
  readonly tenant: string;
  readonly identity: string;
  readonly days: number;
  readonly within: number;
  /** That place, an account, which is a habit from now on, and which nobody else of the tenant goes to; absent: it is about all that is new. */
  readonly place?: string;
}

/** How many identities are known for less than `detect.learnDays`, by the time of the newest activity. */
export interface Learning {
  readonly identities: number;
  readonly learning: number;
  /** When the last of them is mature, RFC 3339; absent where none is learning. */
  readonly until?: string;
}

/** Where an identity is at home; no account where none was told. */
export interface IdentityHome {
  readonly provider: string;
  readonly account?: string;
}

/** One identity's habits, readable. */
export interface Profile {
  readonly tenant: string;
  readonly identity: string;
  readonly provider: string;
  readonly account?: string;
  readonly peers: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly activities: number;
  /** % of learning done. */
  readonly maturity: number;
  /** Values per dimension, those of most days first. */
  readonly habits: readonly {
    dimension: string;
    values: readonly {
      value: string;
      /** Days of use, at the most 255. */
      days: number;
      firstAt: string;
      lastAt: string;
      /** Since when it is trusted; absent where it is not. */
      trustedAt?: string;
      state: 'trusted' | 'pending';
    }[];
  }[];
  /** Of an agent: what it is made of, the value used last first; absent where the log does not tell. */
  readonly madeOf?: readonly {
    part: AgentPart;
    /** It changes so often that a change tells nothing. */
    varies: boolean;
    /** `since`: first seen, or back after days of another. */
    values: readonly { value: string; since: string; lastAt: string }[];
  }[];
  /** Activities by hour of the week, Monday 00:00 UTC first; 168 numbers. */
  readonly hours: readonly number[];
}

/** One value that an identity has learned, or was kept from learning. Days are whole UTC days, `2026-03-01`. */
export interface Learned {
  /** With its level where there are several, such as `network:0`. */
  readonly dimension: string;
  readonly value: string;
  /** Alerted: under suspicion when it came. Condemned: a person said it was an attack. Doubted: learned while an intruder taught. */
  readonly state: 'pending' | 'trusted' | 'alerted' | 'condemned' | 'doubted';
  /** Days of use, at the most 255. */
  readonly days: number;
  readonly firstOn: string;
  readonly trustedOn?: string;
  readonly lastOn: string;
  /** The activity that brought it; absent when that activity is not stored any more. */
  readonly activity?: { readonly id: string; readonly at: string };
}

/** Activities that may have brought values: those of some UTC days, told apart by one facet of them or by all of it. */
export interface Sought {
  readonly facet: Facet | undefined;
  readonly days: readonly string[];
}

/** What an identity has learned; see `src/core/verdict/learning-record.ts`. */
export interface LearningRecord {
  since(since: string): this;
  sought(): readonly Sought[];
  meet(activity: Activity): void;
  rows(): readonly Learned[];
}

/** What a detector is: a declared header, declared memory, and a judgement that leaves no trace. */
import { type ZodType, z } from 'zod';
import type { Activity } from '../../schemas/activity.ts';
import type { AlertKind, Prevalence } from '../../schemas/alert.ts';
import type { Change } from './change.ts';
import type { DecoyUse, Facts } from './facts.ts';
import type { Sensitivity } from './sensitivity.ts';

/**
 * Part of an activity that comes again as it was: what it does (action, resource, refused or not, the identity's own account),
 * where from (source), by what right (credential, actor, chain of delegation, scopes).
 */
export type Facet = 'authority' | 'deed' | 'origin';

/**
 * Something an activity has a value of, remembered per identity by the engine and shared by all detectors that name it.
 * Values form a hierarchy from coarse to exact (network: AS, prefix, address): what counts is the coarsest level that is new.
 */
export interface Dimension {
  /** Place in the engine's own lists. */
  readonly serial: number;
  /** Unique name, also the one in contributions. */
  readonly id: string;
  /** Field of the activity shown in evidence. */
  readonly field: string;
  /** Values, of all levels together, remembered of one identity; beyond it the least used is forgotten. */
  readonly cap: number;
  /** Levels of the hierarchy; `levels` returns exactly so many texts. */
  readonly depth: number;
  /** True where few holders are the alarming case, not none: a credential that another identity uses. */
  readonly exclusive?: boolean;
  /**
   * Novelties a day, by level, that benign change brings to even the calmest identity (rotation, upgrade, a new address);
   * nothing is believed to be rarer.
   */
  readonly changeRates?: readonly number[] | undefined;
  /** The same for a person, where that is more. */
  readonly personRates?: readonly number[] | undefined;
  /**
   * The only part of an activity that the functions below read: where it is as in an earlier activity they are not asked again.
   * Absent: they read anything, and are asked for every activity.
   */
  readonly facet?: Facet | undefined;
  /** The exact value, or undefined where the activity has none. The engine takes equal texts for equal values. */
  readonly whole: (activity: Activity) => string | undefined;
  /** True where a value is a place beyond the tenant's own, to which things can be taken. */
  readonly isBeyond?: boolean;
  /** A second text that belongs to the exact value; joined by hash, so that nothing is glued per activity. */
  readonly also?: ((activity: Activity) => string | undefined) | undefined;
  /**
   * True where levels that say the same as the exact value are one value, remembered once: a name without parts is no hierarchy, and would
   * take the room of several.
   */
  readonly joinsEqual?: boolean;
  /** Texts from coarse to exact. Asked only when the exact value is not on record today. */
  readonly levels: (activity: Activity, whole: string) => readonly string[];
}

/** A bounded keyed table of numbers that a detector remembers per identity; the least recently written key is dropped first. */
export interface SketchPlan {
  /** Place in the engine's own lists. */
  readonly serial: number;
  readonly name: string;
  /** Keys at the most. */
  readonly cap: number;
  /** Numbers per key. */
  readonly fields: number;
}

/** A table of one identity, valid until the next call of `DetectorContext.sketch` with the same plan. */
export interface Sketch {
  /** Rows in use. */
  readonly size: number;
  /** The row of `key`, -1 where there is none. */
  find(key: number): number;
  /** The row of `key`, made of zeros when new; only `count`, `learn` and `observe` may call it. */
  touch(key: number): number;
  /** Number at a field, from 0, of a row that was found. */
  get(row: number, field: number): number;
  set(row: number, field: number, value: number): void;
}

/** How common a value is beyond its identity: 0 nobody, 1 someone in the tenant, 2 rare in the class, 3 common in the class, 4 several of the class within days. */
export type Popularity = 0 | 1 | 2 | 3 | 4;

/** The popularities by name. */
export const POPULARITY = { nobody: 0, tenant: 1, rare: 2, common: 3, rollout: 4 } as const satisfies Record<
  string,
  Popularity
>;

/** A value that is not a habit of this identity (yet). */
export interface Novelty {
  readonly dimension: Dimension;
  /** Coarsest level that is new, from 0. */
  readonly level: number;
  readonly popularity: Popularity;
  /** 1 new, less while pending, alerted before, or while the identity is young. */
  readonly weight: number;
  /** The same if it had never been seen of the identity; what somebody was told of keeps its weight. */
  readonly newWeight: number;
  /** Surprise: -ln of the rate of identity-days with a novelty like this or more extreme; not yet weighted. */
  readonly nats: number;
  /** The same by its settled peers alone: what the identity often does itself, and whoever came after it, does not lower it. */
  readonly independentNats: number;
  /** Keyed hash of the coarsest new value. */
  readonly value: number;
  /** Text of the coarsest new level. */
  readonly seen: string;
  readonly prevalence: Prevalence;
  /** Other identities of the tenant that hold the value. */
  readonly holders: number;
  /** Days since the first of them held it. */
  readonly sharedDays: number;
}

/** What `usual` says where an identity has no value of a dimension. */
export const NOTHING_YET = 'nothing yet';

/** All that a detector may look at when it judges. Read only. */
export interface DetectorContext {
  readonly activity: Activity;
  /** Event time in ms, and in whole hours since the epoch. */
  readonly ms: number;
  readonly hour: number;
  readonly day: number;
  /** What the inventory says of this identity. */
  readonly facts: Facts | undefined;
  /** What of the activity the inventory marks as a decoy. */
  readonly decoy: DecoyUse | undefined;
  /** Calendar days since the identity was first seen. */
  readonly ageDays: number;
  /** It was there when the log of the tenant began, so that it may be older than that. */
  readonly cameWithLog: boolean;
  readonly activeDays: number;
  readonly activities: number;
  /** Event time of the previous activity, 0 for the first. */
  readonly lastMs: number;
  /** 0..1: share of learning done, by calendar days. */
  readonly maturity: number;
  readonly sensitivity: Sensitivity;
  novelty(dimension: Dimension): Novelty | undefined;
  /** Keyed hash of the activity's value at a level (default: exact), 0 where there is none. */
  value(dimension: Dimension, level?: number): number;
  /** The most used values of a dimension at a level, for people. */
  usual(dimension: Dimension, level?: number): string;
  /** Values of a dimension on record at a level. */
  known(dimension: Dimension, level: number): number;
  /**
   * Days, of the last so many, on which something came that became a habit and is rare beyond this identity. What came while
   * the identity was young does not count.
   */
  lessons(dimensions: readonly Dimension[], days: number): number;
  /** Whether a text is a trusted or pending value of this identity. */
  holds(dimension: Dimension, level: number, text: string): boolean;
  hash(text: string): number;
  sketch(plan: SketchPlan): Sketch;
  /** Whether any value of this activity is not a habit. */
  readonly fresh: boolean;
  /** Keyed hash of the credential's id and of the actor's id; 0 where there is none. */
  readonly credentialHash: number;
  readonly actorHash: number;
  /**
   * Rate of identity-days of the class (leaning on the tenant) with evidence of this name; what `rate` reports. `beforeToday` leaves the
   * identity's own present day out.
   */
  rate(name: string, beforeToday?: boolean): number;
  /** Other identities of the tenant holding a value of a dimension at a level. */
  holders(dimension: Dimension, level: number, text: string): number;
  /** Other identities of the class that met a value under an alert, and do not hold it therefore. */
  suspects(dimension: Dimension, level: number, text: string): number;
  declared(ip: string | undefined): boolean;
  /** Acts of the last days that made or changed the identity, its credential or what runs as it, by whomever; as of the last closed hour. */
  readonly changes: readonly Change[];
}

/** What a detector found in one activity. */
export interface Finding {
  readonly field: string;
  /** Correlated findings share a group and are not counted twice. */
  readonly group: string;
  readonly seen: string;
  /** Asked only when the finding is kept. */
  usual(): string;
  /** Surprise in nats after priors and weights; an invariant carries fixed odds. */
  readonly nats: number;
  /** What it would be if nobody had taught the identity, where the detector knows and it is more; it makes an alert more severe, and nothing else. */
  readonly untaughtNats?: number;
  readonly prevalence?: Prevalence;
  /** Same key in one window = same finding, counted once at its strongest. */
  readonly key: number;
  readonly kind?: AlertKind;
  readonly techniques?: readonly string[];
  /** Readable clause for the alert's sentence. */
  says(): string;
  /** Values that made it, so that they are not learned and a cause can be shared by identities. */
  readonly value?: number;
  /** The novelty it tells of, so that hindsight can ask what has become of it. */
  readonly novelty?: Novelty;
  /** Name under which the finding is counted once an identity-day, for `DetectorContext.rate`. */
  readonly rate?: string;
  /** The change that it tells of: who made what is used here. */
  readonly change?: Change;
  /** Whether the identity never had a value of this kind, so that it differs from none. Absent: what its `novelty` tells, and false without one. */
  readonly isFirst?: boolean;
  /** It tells of a place on the open net, and no usual place of the identity is. */
  readonly isOutside?: true | undefined;
  /** Smallest thing to contain, where the finding knows. */
  readonly contain?: 'session' | 'credential' | 'scope' | 'identity';
}

export interface About {
  readonly title: string;
  readonly kind: AlertKind;
  readonly lane: 'invariant' | 'statistical';
  /** What it catches and how, in a few sentences. */
  readonly description: string;
  readonly blindSpots: readonly string[];
  /** ATT&CK or OWASP NHI / Agentic ids. */
  readonly techniques: readonly string[];
  /** Calendar days before it speaks with full weight; 0 = at once. */
  readonly learningDays: number;
}

export interface Detector<Options = unknown> {
  readonly about: About;
  readonly options: ZodType<Options>;
  readonly dimensions: readonly Dimension[];
  readonly sketches: readonly SketchPlan[];
  /** True for a detector that has nothing to say of an activity whose values are all habits (`DetectorContext.fresh` is false); it is not asked then. */
  readonly onlyWhenFresh?: boolean;
  /** Must leave no trace. */
  readonly judge: (context: DetectorContext, options: Options) => readonly Finding[] | undefined;
  /** Counts base rates, never values. It is called after judging even under suspicion, so that things that happen all the time are known to happen. */
  readonly count?: (context: DetectorContext, options: Options) => void;
  /**
   * The present that judging needs: who is alive where, how much was done this hour, what was done last. Called after judging
   * and learning, under suspicion too (`isGated`), so that an open alert sees how its story goes on. Nothing of it is a habit.
   */
  readonly observe?: (context: DetectorContext, options: Options, isGated: boolean) => void;
  /** Called after judging, unless the engine gates learning. */
  readonly learn?: (context: DetectorContext, options: Options) => void;
}

/** An option of a detector that is a number: its default, its bounds, and what the reference says of it. */
export const numberOption = (byDefault: number, min: number, max: number, description: string) =>
  z.number().min(min).max(max).default(byDefault).meta({ description });

/** The same for a whole number. */
export const wholeOption = (byDefault: number, min: number, max: number, description: string) =>
  z.number().int().min(min).max(max).default(byDefault).meta({ description });

/** Names the options type once, so that a detector file need not. */
export function defineDetector<Options>(detector: Detector<Options>): Detector {
  return detector as Detector;
}

let serial = 0;

/** Makes a dimension; its serial is its place in lists that are looked up for every activity. */
export function defineDimension(dimension: Omit<Dimension, 'serial'>): Dimension {
  const {
    id,
    field,
    cap,
    depth,
    exclusive = false,
    isBeyond = false,
    joinsEqual = false,
    changeRates,
    personRates,
    facet,
    whole,
    also,
    levels,
  } = dimension;
  // All dimensions have the same members in the same order, since they are read for every activity and one shape is faster.
  const plan = { id, field, cap, depth, exclusive, isBeyond, joinsEqual, changeRates, personRates, facet };
  return { serial: serial++, ...plan, whole, also, levels };
}

export function defineSketch({ name, cap, fields }: Omit<SketchPlan, 'serial'>): SketchPlan {
  return { serial: serial++, name, cap, fields };
}

/** What is remembered of one identity: habits by dimension, rates, hours, sketches, the open window and episode; bounded. */
import type { Activity } from '../../../schemas/activity.ts';
import { APPROVAL_DAYS, DAY_MS } from '../constants.ts';
import type { AgentParts } from './agent-parts.ts';
import { type Episode, isKept } from './episode.ts';
import { Habits } from './habits.ts';
import type { Layout } from './layout.ts';
import type { WindowItem } from './window.ts';

/** Raised alerts whose values are kept for a later verdict. */
const JUDGEABLE = 4;
/** Values kept of each. */
const BLAMED = 64;
const HOURS = 168;

const dayOf = (ms: number) => Math.floor(ms / DAY_MS);

/** A raised alert that a verdict can still reach. Days are counted from 1970. */
export interface RaisedAlert {
  readonly id: string;
  /** What it was raised for, each with its field of the evidence. */
  readonly values: [field: string, value: number][];
  /** Event time in ms at which each of `values` came; absent in what an earlier build saved. */
  readonly sinceMs?: number[];
  readonly firstDay: number;
  readonly raisedDay: number;
  lastDay: number;
  /** Share of one false alert that it counts as in what was spent on the day it was raised, 0 to 1. */
  counted: number;
  /** Value it was raised for; absent: none that others could share. */
  readonly cause?: number;
  /** The version that told the last decision about it; absent: nothing was decided. */
  version?: number;
  /** The verdict in force, and the days it was counted on. */
  verdict?: { readonly is: 'benign' | 'true'; readonly said: string; readonly days: readonly number[] };
}

/** Names that an identity used last, with what was made of them. */
interface Names {
  credential: string;
  credentialHash: number;
  actor: string;
  actorHash: number;
  /** Under which it looks for changes, and the parts of the activity that the keys follow from. */
  concerned:
    | {
        readonly id: string;
        readonly provider: Activity['identity']['provider'];
        readonly account: string | undefined;
        readonly credential: string | undefined;
        readonly actor: string | undefined;
        readonly workload: string | undefined;
        readonly keys: readonly number[];
      }
    | undefined;
}

/**
 * What a member begins as that will hold fractions, or times in ms. V8 has objects of another shape once the first whole number of a
 * member is followed by one that is not or is beyond 2^30, and code compiled for the old shape is thrown away.
 */
const WIDE = 0.5;

export class Memory {
  offset = -1;
  firstMs = WIDE;
  lastMs = WIDE;
  /** Epoch of the population in which it was last heard of, -1 for the first. */
  heard = -1;
  /** Days since 2020-01-01, 0 to 65,535. */
  day = 0;
  activeDays = 0;
  activities = 0;
  /** Active days since maturity: over these the own novelty rates are taken. */
  ratedDays = 0;
  /** Highest joint surprise of the current day, and the part of it already contributed. */
  dayMax = WIDE;
  dayContributed = WIDE;
  peers = '';
  /** Account, cluster, vault namespace or organisation whose identity it is; '' until one is told. */
  account = '';
  /** By which input it came first, in 16 bits; 0 where that is not known. */
  source = 0;
  /** Offset at which it began, where another identity had its id already; 0 for the first. */
  bornAt = 0;
  /** Values admitted to trust in the current week, per dimension index. */
  readonly admitted = new Map<number, number>();
  readonly habits: Habits;
  /** Latest credential and actor ids with their hashes. They save hashing, change no result, and are not saved. */
  readonly names: Names = { credential: '', credentialHash: 0, actor: '', actorHash: 0, concerned: undefined };
  /** Rates of the class as read in the current epoch; they are not saved either. */
  rates:
    | {
        readonly peers: string;
        epoch: number;
        readonly cells: Float64Array;
        readonly others: Float64Array;
        readonly named: Map<string, number>;
      }
    | undefined;
  readonly layout: Layout;
  /** The habits: values by dimension. */
  readonly numbers: Float64Array;
  /** Identity-days with a novelty, by cell. */
  readonly cells = new Map<number, number>();
  /** Cells and rates already counted today. */
  readonly today = new Set<number>();
  /** Values told to the population today, by dimension. */
  readonly contributedToday: Uint8Array;
  readonly hours: Uint16Array;
  window: WindowItem[] = [];
  episode: Episode | undefined;
  /** The raised episode before this one, for as long as hindsight looks at it. */
  former: Episode | undefined;
  /** The latest raised alerts, so that a verdict can reach what is behind them. */
  raised: RaisedAlert[] = [];
  /** Values that a person approved, each until an event time in ms. */
  readonly approvals = new Map<number, number>();
  /** What an agent is made of; undefined for other identities and for agents whose log does not tell. */
  agentParts: AgentParts | undefined;
  /** Ids of the latest unlearnings, so that none is done twice. */
  unlearned: string[] = [];

  /** Takes over the arrays of a memory that is `spent`, where they fit: nobody may use that one any more. */
  constructor(layout: Layout, spent?: Memory) {
    this.layout = layout;
    this.firstMs = 0;
    this.lastMs = 0;
    this.dayMax = 0;
    this.dayContributed = 0;
    const old = spent?.habits.caps === layout.caps ? spent : undefined;
    this.habits = new Habits(layout.caps, old?.habits);
    this.contributedToday = old?.contributedToday.fill(0) ?? new Uint8Array(layout.caps.length);
    this.hours = old?.hours.fill(0) ?? new Uint16Array(HOURS);
    this.numbers = old?.numbers ?? new Float64Array(layout.tables.at(-1)?.end ?? 0);
    if (old !== undefined) for (const table of layout.tables) table.of(this.numbers).clear();
  }

  /** Who knows the identity by its id: the first part of its class. */
  get provider(): string {
    return this.peers.slice(0, this.peers.lastIndexOf('/'));
  }

  /** Whether there is a window or an episode that silence will end. */
  get isOpen(): boolean {
    return this.window.length > 0 || (this.episode !== undefined && !isKept(this.episode));
  }

  /** Drops the window, and the episode unless it was raised. */
  close(): void {
    this.window = [];
    if (this.episode !== undefined && !isKept(this.episode)) this.episode = undefined;
  }

  /** An alert was raised that counts as such a share of a false one. */
  raise({ id, firstMs, raisedMs, cause }: Episode, counted: number): void {
    const raisedDay = dayOf(raisedMs);
    const about = cause === 0 ? {} : { cause };
    const firstDay = dayOf(firstMs);
    this.raised.push({ id, values: [], sinceMs: [], firstDay, raisedDay, lastDay: raisedDay, counted, ...about });
    if (this.raised.length > JUDGEABLE) this.raised.shift();
  }

  /** Drops raised alerts that are too old to be judged. */
  forgetRaised(ms: number): void {
    if (this.raised.length === 0) return;
    const oldest = dayOf(ms) - APPROVAL_DAYS;
    this.raised = this.raised.filter(({ lastDay }) => lastDay >= oldest);
  }

  /** Remembers what a raised alert is about by now, and since when. Returns whether a value is new that a benign verdict cannot have covered. */
  blame({ id, items, lastMs }: Episode): boolean {
    const alert = this.raised.find((known) => known.id === id);
    if (alert === undefined) return false;
    let isMore = false;
    alert.lastDay = Math.max(alert.lastDay, dayOf(lastMs));
    const { values } = alert;
    for (const { field, value, ms } of items)
      if (value !== 0 && values.length < BLAMED && !values.some(([f, v]) => f === field && v === value)) {
        values.push([field, value]);
        alert.sinceMs?.push(ms);
        isMore = true;
      }
    return isMore && alert.verdict?.is === 'benign';
  }

  /** Counts an hour of the week; all are halved when one overflows, so that shares stay. */
  countHour(hour: number): void {
    if (this.hours[hour] === 0xffff) for (let i = 0; i < HOURS; i++) this.hours[i] = (this.hours[i] as number) >> 1;
    this.hours[hour] = (this.hours[hour] as number) + 1;
  }
}

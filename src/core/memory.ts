/** What is remembered of one identity: habits by dimension, rates, hours, sketches, the open window and episode; bounded. */
import type { SketchPlan } from './detector.ts';
import type { Episode } from './episode.ts';
import { Habits } from './habits.ts';
import { KeyedNumbers } from './keyed-numbers.ts';
import type { WindowItem } from './window.ts';

/** Raised alerts whose values are kept for a later verdict. */
const JUDGEABLE = 4;
const HOURS = 168;

/** Which tables and sketches a memory has, in a fixed order. */
export interface Layout {
  /** Most values of each table. */
  readonly caps: readonly number[];
  readonly sketches: readonly SketchPlan[];
}

export class Memory {
  offset = -1;
  firstMs = 0;
  lastMs = 0;
  /** Days since 2020-01-01, 0 to 65,535. */
  day = 0;
  activeDays = 0;
  activities = 0;
  /** Active days since maturity: over these the own novelty rates are taken. */
  ratedDays = 0;
  /** Highest joint surprise of the current day, and the part of it already contributed. */
  dayMax = 0;
  dayTold = 0;
  peers = '';
  /** Values admitted to trust in the current week, per dimension index. */
  readonly admitted = new Map<number, number>();
  readonly habits: Habits;
  /** Latest credential and actor ids with their hashes: a short cut that changes nothing and is not saved. */
  readonly names = { credential: '', credentialHash: 0, actor: '', actorHash: 0 };
  /** Rates of its class as read in the current epoch; likewise. */
  rates: { readonly epoch: number; readonly cells: Float64Array; readonly named: Map<string, number> } | undefined;
  readonly sketches: KeyedNumbers[];
  /** Identity-days with a novelty, by cell. */
  readonly cells = new Map<number, number>();
  /** Cells and rates already counted today. */
  readonly today = new Set<number>();
  /** Values told to the population today, by dimension. */
  readonly told: Uint8Array;
  readonly hours = new Uint16Array(HOURS);
  window: WindowItem[] = [];
  episode: Episode | undefined;
  /** The raised episode before this one, for as long as hindsight looks at it. */
  former: Episode | undefined;
  /** Values behind the latest raised alerts, so that a verdict can reach them. */
  raised: { id: string; values: number[] }[] = [];

  constructor(layout: Layout) {
    this.habits = new Habits(layout.caps);
    this.told = new Uint8Array(layout.caps.length);
    this.sketches = layout.sketches.map((plan) => new KeyedNumbers(plan.cap, plan.fields));
  }

  /** Remembers which values an alert was raised for. */
  blame(id: string, values: readonly number[]): void {
    const known = this.raised.find((r) => r.id === id);
    if (known === undefined) {
      this.raised.push({ id, values: [...values] });
      if (this.raised.length > JUDGEABLE) this.raised.shift();
    } else for (const v of values) if (!known.values.includes(v) && known.values.length < 64) known.values.push(v);
  }

  /** Counts an hour of the week; all are halved when one overflows, so that shares stay. */
  tick(hour: number): void {
    if (this.hours[hour] === 0xffff) for (let i = 0; i < HOURS; i++) this.hours[i] = (this.hours[i] as number) >> 1;
    this.hours[hour] = (this.hours[hour] as number) + 1;
  }
}

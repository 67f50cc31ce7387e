/** The activity at hand, when it is and whose: what novelty, rates and contributions go by. One object turns from activity to activity. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Memory } from '../memory/memory.ts';
import type { CompiledDimension } from './compiled-dimension.ts';

export interface NoveltyContext {
  readonly activity: Activity;
  /** Event time in whole hours since the epoch, and in days since 2020-01-01, 0 to 65,535. */
  readonly hour: number;
  readonly day: number;
  readonly tenant: string;
  /** Keyed hash of tenant and identity. */
  readonly identityHash: number;
  readonly memory: Memory;
  /** 0..1: share of learning done, by calendar days. */
  readonly maturity: number;
  /** Tier of gravity of what the activity does, from 0, harmless. */
  readonly tier: number;
  /** Whether a value last used `unused` days ago, and first `since` days ago, comes back as a job of the calendar does. */
  isDue(unused: number, since: number): boolean;
  /** Hash of the value that the activity has in a dimension, at a level from 0; it must have one. */
  levelOf(axis: CompiledDimension, level: number): number;
}

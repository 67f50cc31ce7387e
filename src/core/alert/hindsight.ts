/** What later activity explains of an open alert: a place that replaced the old one and that others speak for, a value that peers have taken up since, a change that somebody else made. */
import { DAILY_WORK, REPLACED_NATS } from '../constants.ts';
import { type Episode, watchOf } from '../memory/episode.ts';
import { joint, type WindowItem } from '../memory/window.ts';

/** What hindsight may look at: the activity at hand, as the detectors see it. */
export interface ReviewContext {
  readonly day: number;
  readonly ageDays: number;
  readonly activeDays: number;
  /** Days of the week on which the identity has ever worked, 1 to 7. */
  readonly weekdays: number;
  /** Keyed hash of the activity's value at a level of a dimension, 0 where there is none. */
  valueAt(dimension: string, level: number): number;
  trusts(dimension: string, hash: number): boolean;
  /** Whether somebody else than the identity gives a reason for the value of a dimension that the activity at hand has. */
  vouched(dimension: string, value: number): boolean;
  /** Nats by which a value is less surprising than it was at popularity `before`. */
  explained(dimension: string, level: number, value: number, before: number): number;
}

/** Dimensions of which an identity has one value at a time, so that a new value either replaces the old one or alternates with it. */
const REPLACEABLE = new Set(['network', 'reach', 'country', 'region', 'workload', 'client', 'credential', 'actor']);

/** Looks at the novelties of an open alert again. Returns whether what is explained has changed. */
export function review(episode: Episode, later: ReviewContext, epoch: number): boolean {
  let changed = false;
  for (const item of episode.items) {
    const { novelty } = item;
    if (novelty === undefined) continue;
    let watch = watchOf(episode.watches, item);
    if (watch === undefined) {
      watch = { key: item.key, detector: item.detector, day: later.day, replaced: 0, shared: 0, epoch };
      episode.watches.push(watch);
      continue;
    }
    if (REPLACEABLE.has(novelty.dimension)) {
      const here = later.valueAt(novelty.dimension, novelty.level);
      if (here === novelty.value) {
        if (later.day > watch.day) {
          watch.day = later.day;
          watch.replaced += dayAlone(later);
          watch.days = (watch.days ?? 0) + 1;
          watch.vouched = later.vouched(novelty.dimension, novelty.value);
          changed = true;
        }
      } else if (here !== 0 && watch.day <= later.day && later.trusts(novelty.dimension, here)) {
        watch.day = later.day;
        if (watch.replaced > 0) changed = true;
        watch.replaced = 0;
        delete watch.days;
      }
    }
    if (watch.epoch !== epoch) {
      watch.epoch = epoch;
      const shared = later.explained(novelty.dimension, novelty.level, novelty.value, novelty.popularity) * item.weight;
      if (shared !== watch.shared) changed = true;
      watch.shared = shared;
    }
  }
  if (changed) settle(episode);
  return changed;
}

/** Counts anew what of the score is explained. */
export function settle(episode: Episode): void {
  const before = joint(episode.items);
  const now = joint(episode.items.map((item) => settled(episode, item)));
  episode.explainedNats = before > 0 ? episode.score * (1 - now / before) : 0;
}

/** Days of a week. */
const WEEK = 7;

/** Nats by which one day of the new value alone speaks for a move: minus the log of the chance that the old one just had a day off. */
function dayAlone(later: ReviewContext): number {
  const share = Math.min(1, later.activeDays / Math.max(1, ((later.ageDays + 1) * later.weekdays) / WEEK));
  return Math.min(REPLACED_NATS, -Math.log(1 - DAILY_WORK * share));
}

/** A finding less what hindsight explains of it. */
export function settled(episode: Episode, item: WindowItem): WindowItem {
  const { laterNats = 0 } = item;
  const watch = watchOf(episode.watches, item);
  if (watch === undefined) return laterNats === 0 ? item : { ...item, nats: Math.max(0, item.nats - laterNats) };
  // That the old place fell silent can be the intruder's doing: it explains nothing until somebody else speaks for the new one.
  const replaced = watch.vouched === true ? watch.replaced : 0;
  const nats = Math.max(0, item.nats - replaced - watch.shared - laterNats);
  return nats === item.nats ? item : { ...item, nats };
}

/** Days on which it was only seen where it was strange, or with what was, though nobody else speaks for that. */
export const daysAlone = ({ watches }: Episode) =>
  watches.reduce((most, { days = 0, vouched }) => (vouched === true ? most : Math.max(most, days)), 0);

/** Joint surprise less what hindsight explains. */
export const scoreOf = (episode: Episode) => Math.max(0, episode.score - episode.explainedNats);

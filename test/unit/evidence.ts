/** Evidence as the detectors give it, the alert that it makes, and what is advised for it. */
import type { Activity } from '../../schemas/activity.ts';
import { recommend, type Standing } from '../../src/core/alert/recommend.ts';
import type { Episode } from '../../src/core/memory/episode.ts';
import { joint, type WindowItem } from '../../src/core/memory/window.ts';
import { ITEM_AT, orderRead, windowItem } from './window-item.ts';

export const activity = (change: Partial<Activity> = {}) =>
  orderRead({ credential: { id: 'key', kind: 'access-key', longLived: true }, ...change });
export const item = (change: Partial<WindowItem> = {}) => windowItem({ nats: 7, ...change });
export const episode = (items: WindowItem[], change: Partial<Episode> = {}): Episode => ({
  id: 'e',
  version: 1,
  raised: true,
  score: joint(items),
  p: 0.01,
  firstMs: ITEM_AT,
  lastMs: ITEM_AT,
  raisedMs: ITEM_AT,
  activityCount: 1,
  sensitivity: 0,
  items,
  sinceMs: items.map(() => ITEM_AT),
  cited: [],
  kinds: [],
  credential: undefined,
  delegation: undefined,
  incident: undefined,
  cause: 0,
  thread: undefined,
  watches: [],
  explainedNats: 0,
  ...change,
});
export const standing = (change: Partial<Standing> = {}): Standing => ({
  activity: activity(),
  facts: undefined,
  ms: ITEM_AT,
  activitiesAnHour: 10,
  services: 2,
  ttlMs: 3_600_000,
  downstream: 0,
  ...change,
});

/** Evidence as the detectors give it. */
export const place = (change: Partial<WindowItem> = {}) =>
  item({ key: 10, novelty: { dimension: 'network', level: 0, popularity: 0, value: 1 }, ...change });
export const client = (change: Partial<WindowItem> = {}) => item({ key: 11, group: 'client', ...change });
export const overlap = (change: Partial<WindowItem> = {}) =>
  item({ key: 12, group: 'concurrent-use', kind: 'credential-reuse', contain: 'credential', nats: 4, ...change });
export const offPlatform = (change: Partial<WindowItem> = {}) =>
  item({
    key: 13,
    group: 'platform',
    kind: 'credential-reuse',
    lane: 'invariant',
    contain: 'session',
    nats: 11,
    ...change,
  });
/** A new act of consequence, here one that grants rights. */
export const deed = (change: Partial<WindowItem> = {}) =>
  item({
    key: 14,
    field: 'action.access',
    group: 'work',
    kind: 'scope-drift',
    gravity: 0.9,
    service: 'roles',
    novelty: { dimension: 'action', level: 1, popularity: 0, value: 2 },
    ...change,
  });
export const hour = item({ key: 15, field: 'at', group: 'time', kind: 'unusual-pattern', nats: 5 });
export const load = item({ key: 16, field: 'activity count', group: 'volume', kind: 'unusual-pattern', nats: 5 });
/** One call took out what such calls never take. */
export const unload = (change: Partial<WindowItem> = {}) =>
  item({
    key: 18,
    field: 'amount.records',
    group: 'size',
    kind: 'unusual-pattern',
    service: 'warehouse',
    nats: 8,
    gravity: 0.05,
    ...change,
  });
export const order = item({ key: 17, field: 'action.name', group: 'sequence', kind: 'unusual-pattern', nats: 5 });
export const session = { id: 'session', kind: 'session-token' as const };

export const strong = [place(), client()];

/** Somebody is there who can be asked for proof. */
export const attended = { activity: activity({ onBehalfOf: [{ id: 'clerk@example.com', kind: 'human' }] }) };

export const actionOf = (items: WindowItem[], change: Partial<Standing> = {}, more: Partial<Episode> = {}) =>
  recommend(episode(items, more), standing(change)).action;

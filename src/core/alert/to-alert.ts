/** Folds the evidence of one identity into one open alert an episode and words it for a person. */
import type { Activity } from '../../../schemas/activity.ts';
import type { Alert, AlertKind, Evidence } from '../../../schemas/alert.ts';
import {
  CARRIED_ON_DAYS,
  CAUSE_SHARE,
  CITED_ACTIVITIES,
  CITED_SHARE,
  EPISODE_ITEMS,
  KIND_RATIO,
} from '../constants.ts';
import { type About, POPULARITY } from '../detector.ts';
import type { Facts } from '../facts.ts';
import { BLANK, type Episode, isWatched } from '../memory/episode.ts';
import { isSame, joinedAct, type WindowItem } from '../memory/window.ts';
import { withDrift } from './agent-drift.ts';
import { changesOf, withChanges } from './change-words.ts';
import { daysAlone, scoreOf, settled } from './hindsight.ts';
import type { Recommended } from './recommend.ts';
import { sentence } from './sentence.ts';
import { severityIn } from './severity.ts';

export const iso = (ms: number) => new Date(ms).toISOString();

/** Starts an episode with what the window holds. */
export function open(id: string, items: readonly WindowItem[], activity: Activity, ms: number): Episode {
  const episode: Episode = {
    ...BLANK,
    id,
    firstMs: Math.min(ms, ...items.map((i) => i.ms)),
    lastMs: ms,
    raisedMs: ms,
    items: [],
    sinceMs: [],
    cited: [],
    kinds: [],
    credential: activity.credential,
    delegation: activity.onBehalfOf,
    watches: [],
  };
  for (const item of items) keep(episode, item);
  return episode;
}

/** Keeps a finding, one a key at its strongest. */
export function keep(episode: Episode, item: WindowItem): void {
  const at = episode.items.findIndex((old) => isSame(old, item));
  if (at < 0) {
    if (episode.items.length >= EPISODE_ITEMS && !dropWeakest(episode, item.nats)) return;
    episode.items.push(item);
    episode.sinceMs.push(item.ms);
  } else {
    const known = episode.items[at] as WindowItem;
    const gravity = Math.max(known.gravity ?? 0, item.gravity ?? 0);
    const act = joinedAct(known.act, item.act);
    episode.items[at] = { ...(known.nats < item.nats ? item : known), gravity, act };
  }
  cite(episode, item.activityId, item.nats);
}

/** Makes room for a finding of so many nats: the weakest goes, unless none is weaker. A long first half must not hide the second. */
function dropWeakest(episode: Episode, nats: number): boolean {
  let least = 0;
  for (let i = 1; i < episode.items.length; i++)
    if ((episode.items[i] as WindowItem).nats < (episode.items[least] as WindowItem).nats) least = i;
  if ((episode.items[least] as WindowItem).nats >= nats) return false;
  episode.items.splice(least, 1);
  episode.sinceMs.splice(least, 1);
  return true;
}

/** Strength of the strongest finding. */
export const top = (items: readonly WindowItem[]) => items.reduce((most, item) => Math.max(most, item.nats), 0);

/** Value of the strongest novelty, if it is about as telling as anything else: what others may be alerted on for as well. 0 for none, and for what is common in its class: two identities meet that in one hour by chance. */
export function causeOf(items: readonly WindowItem[]): number {
  const [first] = strongest(items.filter(({ novelty }) => novelty !== undefined));
  if (first?.novelty === undefined || first.nats < CAUSE_SHARE * top(items)) return 0;
  return first.novelty.popularity === POPULARITY.common ? 0 : first.novelty.value;
}

/** Values that name the strange place which is the strongest novelty, those about as telling as anything else, the strongest first; none where it is something else. */
export function placesOf(items: readonly WindowItem[]): number[] {
  const [first, ...rest] = strongest(items.filter(({ novelty }) => novelty !== undefined));
  if (first?.group !== 'network') return [];
  const least = CAUSE_SHARE * top(items);
  return [first, ...rest].flatMap(({ group, nats, novelty }) =>
    group === 'network' && nats >= least && novelty !== undefined && novelty.popularity !== POPULARITY.common
      ? [novelty.value]
      : [],
  );
}

/** Cites an activity with the strength of what it showed; of more than a hundred the weakest goes. */
export function cite(episode: Episode, activityId: string, nats: number): void {
  const known = episode.cited.find((c) => c[0] === activityId);
  if (known !== undefined) {
    known[1] = Math.max(known[1], nats);
    return;
  }
  if (episode.cited.length >= CITED_ACTIVITIES) {
    let least = 0;
    for (let i = 1; i < episode.cited.length; i++)
      if ((episode.cited[i] as [string, number])[1] < (episode.cited[least] as [string, number])[1]) least = i;
    if ((episode.cited[least] as [string, number])[1] >= nats) return;
    episode.cited.splice(least, 1);
  }
  episode.cited.push([activityId, nats]);
}

/** Cited activities, the most telling first; side shows are left out. */
function citations(episode: Episode): string[] {
  const most = episode.cited.reduce((m, c) => Math.max(m, c[1]), 0);
  return episode.cited
    .filter((c) => c[1] >= CITED_SHARE * most)
    .map((c, order) => ({ id: c[0], nats: c[1], order }))
    .sort((a, b) => b.nats - a.nats || a.order - b.order)
    .map((c) => c.id);
}

const strongest = (items: readonly WindowItem[]) =>
  [...items].sort((a, b) => b.nats - a.nats || a.ms - b.ms || a.key - b.key);

export interface Setting {
  readonly activity: Activity;
  readonly facts: Facts | undefined;
  readonly maturity: number;
  /** The tenant's first week: statistics alone are medium at the most. */
  readonly isCold?: boolean;
  readonly ageDays: number;
  readonly abouts: ReadonlyMap<string, About>;
  /** Of an agent: whether it was changed itself. */
  readonly drift: Alert['drift'];
  /** Probability of misuse that may be stated. */
  readonly misuse?: number | undefined;
}

/** The alert as it stands. */
export function toAlert(episode: Episode, setting: Setting, recommended: Recommended): Alert {
  const { activity, facts } = setting;
  const items = strongest(episode.items.map((item) => settled(episode, item)));
  const detectors = [...new Set(items.map((i) => i.detector))];
  const abouts = detectors.map((id) => setting.abouts.get(id)).filter((a) => a !== undefined);
  const kinds = kindsOf(items);
  const techniques = [...new Set(items.flatMap((i) => i.techniques))];
  const owner = facts?.record.owner;
  // Many logs tell the id of an app alone: then people read the name that the inventory has for it.
  const name = activity.identity.name ?? facts?.record.name;
  const delegation = episode.delegation as Alert['delegation'];
  const credential = episode.credential as Alert['credential'];
  const changes = changesOf(items);
  const evidence: Evidence[] = items.map((i) => ({
    detector: i.detector,
    field: i.field,
    group: i.group,
    seen: i.seen,
    usual: i.usual,
    nats: round(i.nats),
    prevalence: i.prevalence,
    ...(i.act !== undefined && { action: i.act.name }),
    ...(i.act !== undefined && i.act.things.length > 0 && { things: [...i.act.things] }),
    ...(i.act?.more === true && { moreThings: true }),
    ...(i.act?.to !== undefined && { recipients: [...i.act.to] }),
    ...(i.techniques.length > 0 && { techniques: [...i.techniques] }),
    at: iso(i.ms),
    activityId: i.activityId,
  }));
  return {
    id: episode.id,
    version: episode.version,
    tenant: activity.tenant,
    status: episode.decided?.status ?? 'new',
    ...(episode.isEased === true && { change: 'eased' as const }),
    ...(episode.decided !== undefined && { standing: episode.decided.standing }),
    identity: name === activity.identity.name ? activity.identity : { ...activity.identity, ...(name && { name }) },
    ...(credential === undefined ? {} : { credential }),
    kinds,
    detectors,
    title: withCrowd(
      withChanges(withDrift(sentence(name ?? activity.identity.id, items, setting, episode), setting.drift), changes),
      episode,
    ),
    severity: severityIn(setting.isCold === true, episode, recommended.action),
    score: round(scoreOf(episode)),
    p: episode.p,
    ...(setting.misuse !== undefined && { misuse: Math.round(setting.misuse * 1000) / 1000 }),
    maturity: Math.round(setting.maturity * 100),
    firstAt: iso(episode.firstMs),
    lastAt: iso(episode.lastMs),
    raisedAt: iso(episode.raisedMs),
    activityCount: Math.max(1, episode.activityCount),
    evidence,
    activityIds: citations(episode),
    techniques,
    controls: ['NIST SP 800-53 AC-2(12)', 'NIST CSF 2.0 PR.AA-05'],
    blindSpots: [...new Set(abouts.flatMap((a) => a.blindSpots))].slice(0, 8),
    ...(owner === undefined ? {} : { owner }),
    ...(delegation === undefined ? {} : { delegation }),
    recommendation: recommended,
    ...(episode.delayMs === undefined ? {} : { delayMs: episode.delayMs }),
    ...(daysAlone(episode) >= CARRIED_ON_DAYS && { carriedOnDays: daysAlone(episode) }),
    ...(episode.folded === undefined ? {} : { folded: episode.folded }),
    ...(episode.thread === undefined ? {} : { cause: episode.thread }),
    ...(setting.drift === undefined ? {} : { drift: setting.drift }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(episode.incident === undefined ? {} : { incident: episode.incident }),
  };
}

/** What a dimension has one value of at a time, for people; all others are places. */
const NEW_VALUE: Readonly<Record<string, string>> = {
  client: 'with the new client',
  credential: 'with the new credential',
  actor: 'through the new actor',
};

/** That it goes on with the new value alone, empty while the days are few. */
function carriedOn(episode: Episode): string {
  const days = daysAlone(episode);
  if (days < CARRIED_ON_DAYS) return '';
  const alone = episode.watches.find((watch) => watch.vouched !== true && watch.days === days);
  const watched = episode.items.find((item) => alone !== undefined && isWatched(item, alone));
  const dimension = watched?.novelty?.dimension ?? '';
  const how = NEW_VALUE[dimension] ?? 'from the new place';
  return ` Since then it was seen only ${how}, on ${days} days; no approval, inventory entry or other identities speak for it.`;
}

/** The sentence with how it went on, and with how many others it stands for. */
function withCrowd(title: string, episode: Episode): string {
  const { folded, joins } = episode;
  const inIncident = joins === true ? `one of ${(folded ?? 0) + 1} alerts of one cause` : undefined;
  const many =
    folded === undefined ? '' : ` It is ${inIncident ?? `alert number ${folded} over the budget of the day`}.`;
  return `${title}${carriedOn(episode)}${many}`;
}

function kindsOf(items: readonly WindowItem[]): AlertKind[] {
  const strength = new Map<AlertKind, number>();
  for (const item of items) strength.set(item.kind, Math.max(strength.get(item.kind) ?? 0, item.nats));
  const top = Math.max(...strength.values());
  return [...strength]
    .filter(([, nats]) => nats >= top / KIND_RATIO)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([kind]) => kind);
}

const round = (n: number) => Math.round(n * 1000) / 1000;

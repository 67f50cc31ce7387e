/** Weighs what the evidence of an alert speaks for: a stolen credential, an identity that has itself turned, or mere circumstances. */
import type { AlertKind } from '../../../schemas/alert.ts';
import { isSuspicious } from '../change.ts';
import {
  ACCESS_LEVELS,
  CERTAIN_NATS,
  GRAVE_FROM,
  GRAVE_NATS,
  LASTING_FROM,
  MIGRATED_NATS,
  PURPOSE_LEVELS,
  SPREAD_FROM,
  STRONG_NATS,
  UNHEARD_SHARE,
  WINDOW_MS,
} from '../constants.ts';
import type { Episode } from '../memory/episode.ts';
import { joint, sweepIn, type WindowItem } from '../memory/window.ts';
import { isPipeline } from '../sensitivity.ts';
import { scoreOf, settled } from './hindsight.ts';

/** What of the credential decides which step reaches its thief. */
export interface Bearing {
  /** It is a session, which ends for good. */
  readonly ends: boolean;
  /** A platform gives it to whatever runs in one place, and gives the next one there too. */
  readonly isIssued: boolean;
}

/** Nats that speak for each explanation, and what the alert says of the damage. */
export interface Hypothesis {
  /** Somebody else holds its credential: another place, client or key, two places at once, a key that should be dead. */
  readonly credentialTheft: number;
  /** It does itself what it must not: a new grave act, a foreign account, a tool its run had not declared. */
  readonly insiderTurned: number;
  /** Circumstances: hours, pauses, loads, orders, new masters, new work of no consequence. They take no side. */
  readonly circumstantial: number;
  /** All that speaks of what it did, or of a theft: circumstances too, but for places, since a move has those and nothing else. */
  readonly doings: number;
  /** Gravity, 0 to 1, of what was done and is new to it; of anything done where an invariant proves a theft. */
  readonly gravity: number;
  /** What was done may not be undone by taking the credential away. */
  readonly outlives: boolean;
  /** It is known to be of a kind that is not: of an act of which only the access is known nobody can say so. */
  readonly endures: boolean;
  /** Taking the credential away does not end it: whoever came in comes in again. */
  readonly returns: boolean;
  /** Secrets of others that were opened in a sweep, as far as they are kept by name; 0 where it is none. */
  readonly secrets: number;
  /** The finding that tells most of a turned identity. */
  readonly deed: WindowItem | undefined;
}

const TAKEN: ReadonlySet<AlertKind> = new Set(['unexpected-source', 'credential-reuse']);
const TWO_PLACES = new Set(['concurrent-use', 'platform']);

const isPlace = (item: WindowItem) => item.kind === 'unexpected-source' && item.group === 'network';
const isOfSource = ({ kind }: WindowItem) => kind === 'unexpected-source';
const isGrave = (item: WindowItem) => (item.gravity ?? 0) >= GRAVE_FROM;
const isProof = (item: WindowItem) => item.lane === 'invariant' && item.nats >= CERTAIN_NATS;
/** It changed what a pipeline runs that it never changed before: the thing makes the act grave, however usual it is to push. */
const editsPipeline = (item: WindowItem) =>
  item.novelty?.dimension === 'resource' && isGrave(item) && item.act?.things.some(isPipeline) === true;
/** A new grave act, a reach into a foreign account, a tool the run had not declared. */
const isDeed = (item: WindowItem) =>
  item.group === 'account' ||
  editsPipeline(item) ||
  item.field === 'run.declared' ||
  (item.field === 'action.access' && isGrave(item));
/** How grave a finding is, 0 to 1. That a tool was not declared makes it no graver. */
const gravityOf = (item: WindowItem) =>
  isGrave(item) && item.field !== 'run.declared' ? Math.min(1, item.nats / GRAVE_NATS) * (item.gravity ?? 0) : 0;
/** One call took out what such calls never take: an act of its own, unlike more calls of the usual size. What is out does not come back, so that only what would follow can be stopped. */
const isUnload = ({ group }: WindowItem) => group === 'size';
/** Its name says what the act does. */
const isKnown = ({ act }: WindowItem) => act?.purpose !== 'other';

/** A new act that nobody else does. */
const isUnheard = ({ novelty }: WindowItem) => novelty?.dimension === 'action' && novelty.popularity === 0;

const isRegion = ({ novelty }: WindowItem) => novelty?.dimension === 'region';

/** Work that changes something in more new regions than anybody moves or fails over to (T1535), with how much of it there is. */
function spreadIn(items: readonly WindowItem[]): ReadonlySet<WindowItem> {
  const changed = items.filter(
    (item) => isRegion(item) && item.act?.outcome === 'success' && (item.gravity ?? 0) >= ACCESS_LEVELS.write,
  );
  if (changed.length < SPREAD_FROM) return new Set();
  const acts = new Set(changed.map(({ act }) => act?.name));
  return new Set([...changed, ...items.filter(({ group, act }) => group === 'volume' && acts.has(act?.name))]);
}

/** A subject of an organisation that nobody here ever acted for: what it does is usual for nobody, whatever the identity does every day. */
const isStranger = ({ kind, contain }: WindowItem) => kind === 'delegation' && contain === 'identity';

/** Its run had not declared the tool, and neither the agent nor anybody else ever used it: somebody else's words steer it, and the next tool is unknown. */
function steeringIn(items: readonly WindowItem[]): ReadonlySet<WindowItem> {
  const undeclared = new Set(items.filter(({ field }) => field === 'run.declared').map(({ act }) => act?.name));
  return new Set(items.filter((item) => isUnheard(item) && item.nats >= STRONG_NATS && undeclared.has(item.act?.name)));
}

/** A workload that keeps its name in another namespace or cluster was most likely set up there by its owners, with the addresses inside that it has there. */
const hasMoved = (items: readonly WindowItem[]) =>
  items.some((item) => item.isNamesake === true && item.nats >= MIGRATED_NATS);
const isInside = ({ isOutside }: WindowItem) => isOutside !== true;

/** Reads the story of an alert as hindsight leaves it. */
export function hypothesisOf(episode: Episode, { ends, isIssued }: Bearing): Hypothesis {
  const items = sober(episode);
  const sweep = sweepIn(items);
  const steering = steeringIn(items);
  const spread = spreadIn(items);
  const migrated = spread.size === 0 && items.some((item) => isRegion(item) && item.nats >= MIGRATED_NATS);
  const isCutOver = hasMoved(items);
  const isMove = (item: WindowItem) =>
    (migrated && item.kind === 'unexpected-source') || (isCutOver && isPlace(item) && isInside(item));
  const taken: WindowItem[] = [];
  const turned: WindowItem[] = [];
  const backed: WindowItem[] = [];
  const unheard: WindowItem[] = [];
  const besides: WindowItem[] = [];
  for (const item of items) {
    if (
      isDeed(item) ||
      isUnload(item) ||
      (sweep.findings.includes(item) && !speaksOfTheft(item)) ||
      steering.has(item) ||
      spread.has(item)
    )
      turned.push(item);
    else if (speaksOfTheft(item)) (isMove(item) ? besides : taken).push(item);
    else if (isGrave(item) && item.lane === 'invariant' && item.kind === 'scope-drift') backed.push(item);
    else if (isGrave(item) && isUnheard(item)) unheard.push(item);
    else besides.push(item);
  }
  const proofs = items.filter((item) => isProof(item) && item.contain !== undefined);
  const sessionOnly = ends && proofs.length > 0 && proofs.every((item) => item.contain === 'session');
  const isByStranger = items.some(isStranger);
  const isUsualGrave = proofs.length > 0 && episode.sensitivity >= LASTING_FROM;
  const usual = isByStranger || isUsualGrave ? episode.sensitivity : 0;
  const swept = Math.min(1, strongest(sweep.findings) / GRAVE_NATS) * PURPOSE_LEVELS.grant;
  const least = Math.max(usual, swept);
  const gravity = Math.max(least, ...turned.map(gravityOf));
  const lasting = Math.max(least, ...turned.filter(isKnown).map(gravityOf));
  const deeds = strongest(turned);
  const score = scoreOf(episode);
  return {
    credentialTheft: Math.min(score, strongest(taken)),
    insiderTurned: Math.min(score, deeds + Math.min(deeds, strongest(backed) + strongest(unheard) * UNHEARD_SHARE)),
    circumstantial: Math.min(score, strongest(besides)),
    doings: Math.min(score, strongest(items.filter((item) => !besides.includes(item) || !isOfSource(item)))),
    gravity,
    outlives: gravity >= (sessionOnly ? LASTING_FROM : GRAVE_FROM),
    endures: lasting >= (sessionOnly ? LASTING_FROM : GRAVE_FROM),
    returns: isByStranger || steering.size > 0 || items.some((item) => comesAgain(item, ends, isIssued)),
    secrets: sweep.secrets,
    deed: turned.reduce<WindowItem | undefined>(
      (most, i) => (most === undefined || i.nats > most.nats ? i : most),
      undefined,
    ),
  };
}

/**
 * Places, clients and keys; keys and identities that should be dead; and refusals: whoever tries what it may not does not know the identity.
 * Where the identity never had a place there is none that it could have been taken from.
 */
function speaksOfTheft(item: WindowItem): boolean {
  if (item.isFirst === true && item.group !== 'refusal') return false;
  if (item.lane === 'invariant' && item.contain !== undefined && item.contain !== 'scope') return true;
  return TAKEN.has(item.kind) || item.group === 'refusal';
}

/**
 * An identity that should not exist, a key that works after its end, a machine's own credential outside the machine, a stranger let in by
 * delegation. What a platform gives to whatever runs in one place and comes from the open net was taken there, and can be taken again; and
 * whoever made the key that is used here, under suspicion, makes the next one.
 */
function comesAgain(item: WindowItem, ends: boolean, isIssued: boolean): boolean {
  if (isIssued && isPlace(item) && item.isOutside === true && item.nats >= GRAVE_NATS) return true;
  const { change } = item;
  if (item.group === 'change' && change?.kind === 'credential' && isSuspicious(change)) return true;
  if (item.kind === 'delegation') return item.nats >= STRONG_NATS;
  if (!isProof(item)) return false;
  return item.contain === 'identity' || (item.contain === 'session' && (!ends || isIssued));
}

/**
 * The findings less what hindsight explains. Being in two places says no more than the second place is strange: where the place is explained
 * so is being there, and where it is hardly new two copies of a workload met while one was replaced.
 */
function sober(episode: Episode): WindowItem[] {
  const isCutOver = hasMoved(episode.items);
  const most = (items: readonly WindowItem[]) =>
    items.reduce((nats, i) => (isPlace(i) && !(isCutOver && isInside(i)) ? Math.max(nats, i.nats) : nats), 0);
  const items = episode.items.map((item) => settled(episode, item));
  const before = most(episode.items);
  const strange = most(items);
  const left = before > 0 ? strange / before : 1;
  return items.map((item) => {
    if (!TWO_PLACES.has(item.group)) return item;
    const nats = item.nats * left;
    return isProof(item) ? { ...item, nats } : { ...item, nats: Math.min(nats, strange), group: 'concurrent-use' };
  });
}

/** Joint surprise of the two hours in which most was found: an alert that goes on for days says no more by it. */
function strongest(items: readonly WindowItem[]): number {
  let most = 0;
  for (const { ms } of items)
    most = Math.max(most, joint(items.filter((item) => item.ms >= ms && item.ms - ms < WINDOW_MS)));
  return most;
}

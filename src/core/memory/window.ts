/** Folds what was found about one identity within two hours into one joint surprise. */
import type { Activity } from '../../../schemas/activity.ts';
import type { AlertKind, Prevalence } from '../../../schemas/alert.ts';
import type { Change, Concern } from '../change.ts';
import {
  CERTAIN_NATS,
  GRAVE_FROM,
  IDLE_HOURS,
  SECOND_IN_GROUP,
  SWEEP_FROM,
  SWEEP_TAIL_NATS,
  THINGS_KEPT,
  WINDOW_ITEMS,
  WINDOW_MS,
} from '../constants.ts';
import type { Popularity } from '../detector.ts';
import type { Purpose } from '../sensitivity.ts';

/** The gravest act in which a finding was made, with the very things it was aimed at. */
export interface Act {
  readonly name: string;
  /** Gravity, 0 to 1. */
  readonly gravity: number;
  readonly outcome: Activity['outcome'];
  readonly purpose: Purpose;
  /** Real names, in order of appearance, without repeats. */
  readonly things: readonly string[];
  /** True when there were more things than are kept. */
  readonly more?: true;
  /** To whom it opened them, for people; absent where it tells of nobody. */
  readonly to?: readonly string[];
}

/** The change that a finding is about, as far as an alert tells of it. */
export interface ItemChange
  extends Pick<
    Change,
    'kind' | 'manner' | 'action' | 'thing' | 'by' | 'name' | 'days' | 'everyDays' | 'identity' | 'ms'
  > {
  /** The identity made it itself. */
  readonly isOwn: boolean;
  /** Nats of the finding that it explains. */
  readonly nats: number;
}

/** One finding as kept in the window and in an alert. */
export interface WindowItem {
  readonly detector: string;
  readonly field: string;
  readonly group: string;
  readonly seen: string;
  readonly usual: string;
  readonly nats: number;
  readonly prevalence: Prevalence;
  readonly key: number;
  readonly kind: AlertKind;
  readonly lane: 'invariant' | 'statistical';
  readonly techniques: readonly string[];
  readonly says: string;
  readonly contain: 'session' | 'credential' | 'scope' | 'identity' | undefined;
  readonly value: number;
  /** The novelty that the finding tells of, as it was then. */
  readonly novelty:
    | { readonly dimension: string; readonly level: number; readonly popularity: Popularity; readonly value: number }
    | undefined;
  /** The identity never had a value of this kind, so that it differs from none. */
  readonly isFirst?: true | undefined;
  /** The place is on the open net, and no usual place of the identity is. */
  readonly isOutside?: true | undefined;
  /** The place is another, and the workload in it bears the name of the one in a usual place. */
  readonly isNamesake?: true | undefined;
  /** Share of its surprise that counted. */
  readonly weight: number;
  /** Nats it would have if the identity had never shown the value before, nor anything like it; absent where that is no more. */
  readonly untaughtNats?: number | undefined;
  /** Nats that a change of the agent itself explained of it; absent where none. */
  readonly discountNats?: number | undefined;
  /** What the act it was found in costs when it is misuse, 0 to 1, and the service it went to; absent in what an earlier build saved. */
  readonly gravity?: number | undefined;
  readonly service?: string | undefined;
  /** Absent in what an earlier build saved. */
  readonly act?: Act | undefined;
  /** The change that it is about; absent where none is known. */
  readonly change?: ItemChange | undefined;
  /** Nats that the change explained when it was found, which are taken off already, and those that it explains since; absent where none. */
  readonly changeNats?: number | undefined;
  readonly laterNats?: number | undefined;
  /** What it takes to tell such a change that is known later; absent where none could be. */
  readonly concern?: Concern | undefined;
  /** It was found in an act that changes an identity or what it may do. */
  readonly isChange?: true | undefined;
  /** Event time in ms. */
  readonly ms: number;
  readonly activityId: string;
}

/** A finding without anything. All findings have these members in this order, absent ones included: what has one shape is read several times as fast, and saved in the same bytes. */
export const BLANK_ITEM: WindowItem = {
  detector: '',
  field: '',
  group: '',
  seen: '',
  usual: '',
  nats: 0,
  prevalence: { identity: 0, peers: 0, tenant: 0 },
  key: 0,
  kind: 'unusual-pattern',
  lane: 'statistical',
  techniques: [],
  says: '',
  contain: undefined,
  value: 0,
  novelty: undefined,
  isFirst: undefined,
  isOutside: undefined,
  isNamesake: undefined,
  weight: 1,
  untaughtNats: undefined,
  discountNats: undefined,
  gravity: undefined,
  service: undefined,
  act: undefined,
  change: undefined,
  changeNats: undefined,
  laterNats: undefined,
  concern: undefined,
  isChange: undefined,
  ms: 0,
  activityId: '',
};

/** An invariant of such odds is raised whatever the budget says. */
export const isCertain = ({ lane, nats }: WindowItem) => lane === 'invariant' && nats >= CERTAIN_NATS;

/** Which finding it is: a key is of one detector, and another may come to the same one. */
export type FindingName = Pick<WindowItem, 'detector' | 'key'>;

export const isSame = (a: FindingName, b: FindingName): boolean => a.key === b.key && a.detector === b.detector;

/** Where a finding stands among others, -1 for nowhere. It is asked for with every finding, so it makes nothing. */
export function placeOf(items: readonly WindowItem[], detector: string, key: number): number {
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as WindowItem;
    if (item.key === key && item.detector === detector) return at;
  }
  return -1;
}

/** Drops what is older than the window at `ms`. */
export function slide(items: WindowItem[], ms: number): WindowItem[] {
  for (const item of items) if (ms - item.ms >= WINDOW_MS) return items.filter((one) => ms - one.ms < WINDOW_MS);
  return items;
}

/** Whether the window of an identity that was last heard of in epoch `heard` is over in another epoch. */
export const isOver = (heard: number, epoch: number): boolean => heard < overBefore(epoch);

/** The window of an identity is over when it was last heard of before this epoch. */
export const overBefore = (epoch: number): number => epoch - IDLE_HOURS + 1;

/** Adds a finding: the same one counts once, at its strongest. Returns whether it changed anything. */
export function add(items: WindowItem[], item: WindowItem): boolean {
  const at = placeOf(items, item.detector, item.key);
  if (at >= 0) {
    const known = items[at] as WindowItem;
    if (known.nats >= item.nats) return false;
    const act = joinedAct(known.act, item.act);
    items[at] = act === item.act ? item : { ...item, act };
    return true;
  }
  if (items.length >= WINDOW_ITEMS) {
    let least = 0;
    for (let i = 1; i < items.length; i++)
      if ((items[i] as WindowItem).nats < (items[least] as WindowItem).nats) least = i;
    if ((items[least] as WindowItem).nats >= item.nats) return false;
    items.splice(least, 1);
  }
  items.push(item);
  return true;
}

/**
 * Groups that tell of one cause under two names: their evidence is no more independent than that within a group. An extra run of usual
 * work comes at another hour, in another order and with more of it; a first act is outside the scopes that were granted before it; a new
 * workload has a new name; a machine that moves is in two places; a sub-agent makes the chain longer.
 */
const SAME_CAUSE: ReadonlyMap<string, string> = new Map([
  ['time', 'volume'],
  ['sequence', 'volume'],
  ['size', 'volume'],
  ['granted', 'work'],
  ['workload-name', 'network'],
  ['platform', 'concurrent-use'],
  ['actor', 'delegation'],
]);

/** Causes whose findings are as many as there are machines to move and counts to take: each further one tells less. What is done is chosen one by one. */
const MANY_AT_ONCE: ReadonlySet<string> = new Set(['network', 'volume']);

/**
 * Joint surprise: of each cause the strongest finding plus a share of the rest; causes add up, for they are independent. A sweep of secrets
 * counts by its size too, since each of them was chosen.
 */
export function joint(items: readonly WindowItem[], natsOf = ({ nats }: WindowItem) => nats): number {
  const causes = items.map(({ group }) => SAME_CAUSE.get(group) ?? group);
  let total = 0;
  for (let first = 0; first < items.length; first++) {
    const cause = causes[first] as string;
    if (causes.indexOf(cause) < first) continue;
    const nats: number[] = [];
    for (let at = first; at < items.length; at++) if (causes[at] === cause) nats.push(natsOf(items[at] as WindowItem));
    total += withRest(nats, MANY_AT_ONCE.has(cause));
  }
  return total + sizeOfSweep(items, natsOf);
}

/** The strongest and `SECOND_IN_GROUP` of each other; with `fades`, divided by its place among them. */
function withRest(nats: number[], fades: boolean): number {
  if (nats.length > 1) nats.sort((a, b) => b - a);
  let total = nats[0] as number;
  for (let place = 1; place < nats.length; place++)
    total += (SECOND_IN_GROUP * (nats[place] as number)) / (fades ? place : 1);
  return total;
}

/** More secrets that are new to the identity, opened from a new place or faster than ever, than any one program is given. Each may be the key of another identity, so that it weighs like giving rights. */
export interface Sweep {
  /** Secrets opened, as far as they are kept by name; 0 where it is no sweep. */
  readonly secrets: number;
  readonly findings: readonly WindowItem[];
}

const NO_SWEEP: Sweep = { secrets: 0, findings: [] };

/** Secrets of others were opened in it. */
const opensSecrets = ({ act, novelty, group }: WindowItem) =>
  act?.purpose === 'secret' &&
  act.outcome === 'success' &&
  act.gravity >= GRAVE_FROM &&
  (novelty !== undefined || group === 'volume');

export function sweepIn(items: readonly WindowItem[]): Sweep {
  const findings = items.filter(opensSecrets);
  const secrets = new Set(findings.flatMap(({ act }) => act?.things ?? [])).size;
  return secrets >= SWEEP_FROM ? { secrets, findings } : NO_SWEEP;
}

/** Nats by which a sweep is odder than its strongest finding: it grows with its size, as any excess does. */
function sizeOfSweep(items: readonly WindowItem[], natsOf: (item: WindowItem) => number): number {
  if (!items.some(opensSecrets)) return 0;
  const { secrets } = sweepIn(items.filter((item) => natsOf(item) > 0));
  return secrets === 0 ? 0 : SWEEP_TAIL_NATS * Math.log(secrets);
}

/** How much an act says about what was done: one that was refused, or went wrong, says less than one that went through. */
const weightOf = ({ gravity, outcome }: Act) => gravity + (outcome === 'success' ? 1 : 0);

/** What two sightings of one finding tell together: the graver act, or the same one with the things of both. */
export function joinedAct(known: Act | undefined, seen: Act | undefined): Act | undefined {
  if (known === undefined || seen === undefined) return known ?? seen;
  if (known.name !== seen.name || known.outcome !== seen.outcome)
    return weightOf(seen) > weightOf(known) ? seen : known;
  const joined = withRecipients(known, seen.to);
  const added = seen.things.filter((thing) => !known.things.includes(thing));
  if (added.length === 0 || known.more === true) return joined;
  const things = [...known.things, ...added];
  return things.length > THINGS_KEPT
    ? { ...joined, things: things.slice(0, THINGS_KEPT), more: true }
    : { ...joined, things };
}

/** The act with those to whom it opened things since; the very act where there are no others. */
function withRecipients(act: Act, seen: Act['to'] = []): Act {
  const { to = [] } = act;
  const added = seen.filter((name) => !to.includes(name));
  return added.length === 0 || to.length >= THINGS_KEPT ? act : { ...act, to: [...to, ...added].slice(0, THINGS_KEPT) };
}

/** Tells a finding that is kept already of another act in which it was made. Returns whether that changed anything. */
export function noteAct(items: WindowItem[], of: FindingName, act: Act): boolean {
  const at = placeOf(items, of.detector, of.key);
  if (at < 0) return false;
  const known = items[at] as WindowItem;
  const joined = joinedAct(known.act, act);
  if (joined === undefined || joined === known.act) return false;
  items[at] = { ...known, act: joined };
  return true;
}

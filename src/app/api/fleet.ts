/** Puts a fleet together: every identity with what the inventory and its alerts say, and the lists that somebody should look at. */
import {
  FLEET_LISTS,
  FLEET_SHOWN,
  type Fleet,
  type FleetList,
  type FleetMember,
  type FleetPage,
} from '../../../schemas/fleet.ts';
import { distinctHomes, heirOf } from '../../../schemas/identity-ref.ts';
import { type AlertedMember, type Described, keyOf, type StoredMember } from '../../ports/views.ts';
import type { GrantCounts } from './granted.ts';
import { type PageAsked, pageFrom } from './paged.ts';

const DAY_MS = 86_400_000;
const DORMANT_MS = 30 * DAY_MS;
const FRESH_MS = 7 * DAY_MS;
const OWNERS_SHOWN = 20;

/** One identity as the lists show it, with what they are chosen by. */
export interface Placed {
  readonly member: FleetMember;
  /** Under which `keyOf` something may be stored of it: its own, those of before its account was told, and where it is alone those that tell less. */
  readonly keys: readonly string[];
  /** Another identity has the same id. */
  readonly isShared: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly hasPurpose: boolean;
  /** What the inventory says. */
  readonly told?: Described | undefined;
  /** When it ends or ended, by the inventory. */
  readonly endMs: number | undefined;
}

/** One identity as it is stored, which may be under several homes. */
export interface AtHome {
  readonly stored: StoredMember;
  readonly keys: readonly string[];
  readonly isShared: boolean;
}

/** Each identity once: what an id did before its account was told is no identity of its own. */
export function atHome(stored: readonly StoredMember[]): readonly AtHome[] {
  const byId = new Map<string, StoredMember[]>();
  for (const one of stored) {
    const same = byId.get(one.id);
    if (same === undefined) byId.set(one.id, [one]);
    else same.push(one);
  }
  return [...byId.values()].flatMap((same) => {
    const distinct = same.length === 1 ? same : distinctHomes(same);
    return distinct.map((one) => {
      const earlier = distinct === same ? [] : same.filter((other) => heirOf(other, same) === one);
      // Where nobody else has the id, what tells less of its home is about it too.
      const { id, provider } = one;
      const less = distinct.length > 1 ? [] : [{ id, provider }, { id }];
      const keys = new Set([one, ...earlier, ...less].map(keyOf));
      return { stored: one, keys: [...keys], isShared: distinct.length > 1 };
    });
  });
}

/** What stands under the keys of one identity, its own first. */
export const underKeys = <T>(keys: readonly string[], values: ReadonlyMap<string, T>): T[] =>
  keys.flatMap((key) => values.get(key) ?? []);

/** `alerted` and `grants`: by `keyOf`. */
export function membersOf(
  identities: readonly AtHome[],
  described: (member: StoredMember) => Described | undefined,
  alerted: ReadonlyMap<string, AlertedMember>,
  /** Of identities of which a grant is known. */
  grants: ReadonlyMap<string, GrantCounts> = new Map(),
): readonly Placed[] {
  return identities.map(({ stored: one, keys, isShared }) => {
    const { id, kind, provider, account, name, firstMs, lastMs, activities, longLived } = one;
    const told = described(one);
    const alerts = underKeys(keys, alerted);
    const owner = told?.owner ?? alerts.map((each) => each.owner).find((name) => name !== '');
    const ends = [told?.expiresAt, told?.offboardedAt].flatMap((time) =>
      time === undefined ? [] : [Date.parse(time)],
    );
    const endMs = ends.length === 0 ? undefined : Math.min(...ends);
    return {
      member: {
        id,
        kind,
        provider,
        ...(account !== '' && { account }),
        ...(name !== '' && { name }),
        ...(owner !== undefined && { owner }),
        firstAt: new Date(firstMs).toISOString(),
        lastAt: new Date(lastMs).toISOString(),
        ...(endMs !== undefined && { endAt: new Date(endMs).toISOString() }),
        activities,
        longLived,
        alerts: alerts.reduce((sum, each) => sum + each.alerts, 0),
        score: alerts.reduce((most, each) => Math.max(most, each.score), 0),
        ...grants.get(keyOf(one)),
      },
      keys,
      isShared,
      firstMs,
      lastMs,
      hasPurpose: told?.purpose !== undefined,
      told,
      endMs,
    };
  });
}

const count = (names: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, identities]) => ({ name, identities })).sort((a, b) => b.identities - a.identities);
};

/** A fleet with its lists in order, made once for many requests. */
export interface FleetSummary {
  readonly placed: readonly Placed[];
  /** What the overview shows, without what a list shows and when it was made. */
  readonly numbers: Omit<Fleet, Exclude<FleetList, 'all'> | 'asOf'>;
  readonly lists: Readonly<Record<FleetList, readonly Placed[]>>;
}

/** `learnMs`: how long an identity is learned of. `isCut`: there are more than these. */
export function summaryOf(placed: readonly Placed[], learnMs: number, isCut = false): FleetSummary {
  const newestMs = placed.reduce((most, { lastMs }) => Math.max(most, lastMs), 0);
  const list = (chosen: (one: Placed) => boolean, order: (a: Placed, b: Placed) => number) =>
    placed.filter(chosen).sort(order);
  const busiest = (a: Placed, b: Placed) => b.member.activities - a.member.activities;
  const most = (of: (member: FleetMember) => number | undefined) => (a: Placed, b: Placed) =>
    (of(b.member) ?? 0) - (of(a.member) ?? 0);
  const covered = (known: (one: Placed) => boolean) => placed.reduce((sum, one) => sum + Number(known(one)), 0);
  const owned = ({ member }: Placed) => member.owner !== undefined;
  return {
    placed,
    numbers: {
      isCut,
      identities: placed.length,
      ...(placed.length > 0 && { newestAt: new Date(newestMs).toISOString() }),
      kinds: count(placed.map(({ member }) => member.kind)),
      providers: count(placed.map(({ member }) => member.provider)),
      owners: count(placed.flatMap(({ member }) => member.owner ?? [])).slice(0, OWNERS_SHOWN),
      coverage: {
        owner: covered(owned),
        purpose: covered(({ hasPurpose }) => hasPurpose),
        expiry: covered(({ endMs }) => endMs !== undefined),
        all: covered((one) => owned(one) && one.hasPurpose && one.endMs !== undefined),
      },
      grantsKnown: covered(({ member }) => member.granted !== undefined),
      learning: covered(({ firstMs }) => firstMs + learnMs > newestMs),
    },
    lists: {
      all: placed,
      drifting: list(
        ({ member }) => member.score > 0,
        most(({ score }) => score),
      ),
      unowned: list((one) => !owned(one), busiest),
      dormant: list(
        ({ lastMs }) => newestMs - lastMs >= DORMANT_MS,
        (a, b) => a.lastMs - b.lastMs,
      ),
      fresh: list(
        ({ firstMs }) => newestMs - firstMs < FRESH_MS,
        (a, b) => b.firstMs - a.firstMs,
      ),
      longLived: list(
        ({ member }) => member.longLived > 0,
        (a, b) => most(({ longLived }) => longLived)(a, b) || busiest(a, b),
      ),
      unusedGrants: list(
        ({ member }) => (member.unused ?? 0) > 0,
        (a, b) => most(({ unneeded }) => unneeded)(a, b) || most(({ unused }) => unused)(a, b) || busiest(a, b),
      ),
      ended: list(({ endMs, lastMs }) => endMs !== undefined && endMs < lastMs, busiest),
    },
  };
}

const memberOf = ({ member }: Placed) => member;

/** The overview, with the beginning of each list. */
export function fleetOf({ numbers, lists }: FleetSummary, madeMs: number): Fleet {
  const shown = Object.fromEntries(
    FLEET_LISTS.map((id) => [id, { count: lists[id].length, shown: lists[id].slice(0, FLEET_SHOWN).map(memberOf) }]),
  ) as Record<FleetList, Fleet['drifting']>;
  const { all: _, ...rest } = shown;
  return { asOf: new Date(madeMs).toISOString(), ...numbers, ...rest };
}

/** One page of a list; undefined where the cursor is not one of ours. */
export function fleetPage(
  { lists }: FleetSummary,
  madeMs: number,
  { list, ...asked }: PageAsked & { readonly list: FleetList },
): FleetPage | undefined {
  const page = pageFrom(lists[list], ({ member }) => keyOf(member), asked);
  return (
    page && {
      asOf: new Date(madeMs).toISOString(),
      total: lists[list].length,
      identities: page.shown.map(memberOf),
      ...(page.next !== undefined && { next: page.next }),
    }
  );
}

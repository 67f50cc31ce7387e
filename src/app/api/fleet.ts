/** Puts a fleet together: every identity with what the inventory and its alerts say, and the lists that somebody should look at. */
import { FLEET_SHOWN, type Fleet, type FleetMember } from '../../../schemas/console.ts';
import { distinctHomes } from '../../../schemas/identity-ref.ts';
import type { AlertedMember, Described, StoredMember } from '../../ports/views.ts';

const DAY_MS = 86_400_000;
const DORMANT_MS = 30 * DAY_MS;
const FRESH_MS = 7 * DAY_MS;
const OWNERS_SHOWN = 20;

/** One identity as the lists show it, with what they are chosen by. */
export interface Placed {
  readonly member: FleetMember;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly hasPurpose: boolean;
  /** What the inventory says. */
  readonly told?: Described | undefined;
  /** When it ends or ended, by the inventory. */
  readonly endMs: number | undefined;
}

/** Each identity once: what an id did before its account was told is no identity of its own. */
function atHome(stored: readonly StoredMember[]): readonly StoredMember[] {
  const byId = new Map<string, StoredMember[]>();
  for (const one of stored) byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  return [...byId.values()].flatMap((same) => (same.length === 1 ? same : distinctHomes(same)));
}

export function membersOf(
  stored: readonly StoredMember[],
  described: (member: StoredMember) => Described | undefined,
  alerted: ReadonlyMap<string, AlertedMember>,
  /** Of identities of which a grant is known: how many of their grants no act falls under. */
  unused: ReadonlyMap<string, number> = new Map(),
): readonly Placed[] {
  return atHome(stored).map((one) => {
    const { id, kind, provider, account, name, firstMs, lastMs, activities, longLived } = one;
    const told = described(one);
    const alerts = alerted.get(id);
    const owner = told?.owner ?? (alerts?.owner || undefined);
    const ends = [told?.expiresAt, told?.offboardedAt].flatMap((time) =>
      time === undefined ? [] : [Date.parse(time)],
    );
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
        activities,
        longLived,
        alerts: alerts?.alerts ?? 0,
        score: alerts?.score ?? 0,
        ...(unused.has(id) && { unused: unused.get(id)! }),
      },
      firstMs,
      lastMs,
      hasPurpose: told?.purpose !== undefined,
      told,
      endMs: ends.length === 0 ? undefined : Math.min(...ends),
    };
  });
}

const count = (names: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, identities]) => ({ name, identities })).sort((a, b) => b.identities - a.identities);
};

export function fleetOf(placed: readonly Placed[], learning: number): Fleet {
  const newestMs = placed.reduce((most, { lastMs }) => Math.max(most, lastMs), 0);
  const list = (chosen: (one: Placed) => boolean, order: (a: Placed, b: Placed) => number) => {
    const found = placed.filter(chosen).sort(order);
    return { count: found.length, shown: found.slice(0, FLEET_SHOWN).map(({ member }) => member) };
  };
  const busiest = (a: Placed, b: Placed) => b.member.activities - a.member.activities;
  const newest = (a: Placed, b: Placed) => b.firstMs - a.firstMs;
  const covered = (known: (one: Placed) => boolean) => placed.filter(known).length;
  const owned = ({ member }: Placed) => member.owner !== undefined;
  return {
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
    learning,
    drifting: list(
      ({ member }) => member.score > 0,
      (a, b) => b.member.score - a.member.score,
    ),
    unowned: list((one) => !owned(one), busiest),
    dormant: list(
      ({ lastMs }) => newestMs - lastMs >= DORMANT_MS,
      (a, b) => a.lastMs - b.lastMs,
    ),
    fresh: list(({ firstMs }) => newestMs - firstMs < FRESH_MS, newest),
    longLived: list(
      ({ member }) => member.longLived > 0,
      (a, b) => b.member.longLived - a.member.longLived || busiest(a, b),
    ),
    unusedGrants: list(
      ({ member }) => (member.unused ?? 0) > 0,
      (a, b) => (b.member.unused ?? 0) - (a.member.unused ?? 0) || busiest(a, b),
    ),
    ended: list(({ endMs, lastMs }) => endMs !== undefined && endMs < lastMs, busiest),
  };
}

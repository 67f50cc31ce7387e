/** Fills the inventory from what was seen: who should own an identity and what it is for, each with its reason. */

import { mayBe } from '../../../schemas/identity-ref.ts';
import type { GAPS, InventoryItem, InventoryPage } from '../../../schemas/inventory-item.ts';
import { keyOf, type Origins, type StoredCredential, spellingsOf } from '../../ports/views.ts';
import { type Placed, underKeys } from './fleet.ts';
import { overlapsOf } from './overlap.ts';
import { type PageAsked, pageFrom } from './paged.ts';

type Gap = (typeof GAPS)[number];

/** Share of what was done for people from which one of them is taken to be the one behind it. */
const MOST = 0.8;
/** Owners known in an account from which its other identities are taken to be theirs, and how alike they must be. */
const ACCOUNT_LEAST = 3;
const ACCOUNT_SHARE = 0.9;
const SERVICES_TOLD = 3;
const WHAT: Readonly<Record<string, string>> = {
  identity: 'made it',
  credential: 'made its last key',
  right: 'gave it its last right',
  deployment: 'deployed it last',
};
const VERBS: Readonly<Record<string, string>> = {
  read: 'reads',
  write: 'writes',
  delete: 'deletes',
  admin: 'administers',
};

/** Who owns most of an account, where nearly all of its owned identities have one owner. */
function ownersByAccount(placed: readonly Placed[]): Map<string, { readonly owner: string; readonly of: number }> {
  const counts = new Map<string, Map<string, number>>();
  for (const { member } of placed) {
    if (member.owner === undefined || member.account === undefined) continue;
    const key = `${member.provider}\u0000${member.account}`;
    const owners = counts.get(key) ?? new Map<string, number>();
    owners.set(member.owner, (owners.get(member.owner) ?? 0) + 1);
    counts.set(key, owners);
  }
  const found = new Map<string, { owner: string; of: number }>();
  for (const [key, owners] of counts) {
    const all = [...owners.values()].reduce((sum, one) => sum + one, 0);
    const [[owner, most] = ['', 0]] = [...owners].sort((a, b) => b[1] - a[1]);
    if (all >= ACCOUNT_LEAST && most / all >= ACCOUNT_SHARE) found.set(key, { owner, of: all });
  }
  return found;
}

type Maker = NonNullable<ReturnType<Origins['makers']['get']>>[number];

function ownerOf(
  { member }: Placed,
  makers: readonly Maker[],
  people: NonNullable<ReturnType<Origins['people']['get']>>,
  owners: ReadonlyMap<string, string>,
  byAccount: ReturnType<typeof ownersByAccount>,
): InventoryItem['proposedOwner'] {
  for (const kind of ['identity', 'deployment', 'credential']) {
    const maker = makers.find((one) => one.kind === kind);
    if (maker === undefined) continue;
    const when = new Date(maker.ms).toISOString().slice(0, 10);
    const person = maker.byKind === 'human' ? maker.by : maker.starter;
    if (person !== '') return { value: person, because: `${WHAT[kind]} on ${when} (${maker.action})` };
    const owner = owners.get(maker.by);
    if (owner !== undefined)
      return { value: owner, because: `owns ${maker.by}, which ${WHAT[kind]} on ${when} (${maker.action})` };
  }
  const [first, second] = people;
  const all = (first?.activities ?? 0) + (second?.activities ?? 0);
  if (first !== undefined && first.activities / all >= MOST)
    return {
      value: first.id,
      because: `${first.activities} of what it did were started by this person, and hardly any by others`,
    };
  const neighbours = byAccount.get(`${member.provider}\u0000${member.account ?? ''}`);
  return (
    neighbours && {
      value: neighbours.owner,
      because: `owns nearly all of the ${neighbours.of} owned identities of its account`,
    }
  );
}

function purposeOf(reaches: InventoryItem['reaches'], access: ReadonlyMap<string, readonly string[]>) {
  const services = [...new Set(reaches.map(({ system }) => system))].slice(0, SERVICES_TOLD);
  if (services.length === 0) return undefined;
  const told = services.map((service) => {
    const verbs = (access.get(service) ?? []).flatMap((one) => VERBS[one] ?? []);
    return `${verbs.length === 0 ? 'uses' : verbs.join(' and ')} ${service}`;
  });
  const acts = reaches.reduce((sum, { activities }) => sum + activities, 0);
  const text = told.join(', ');
  return {
    value: `${text[0]?.toUpperCase()}${text.slice(1)}`,
    because: `what it did most, in ${acts.toLocaleString('en')} ${acts === 1 ? 'activity' : 'activities'}`,
  };
}

/** What an identity lacks at a time. */
function gapsOf({ member, hasPurpose, endMs, told }: Placed, nowMs: number): Gap[] {
  const ended = told?.attestedUntil === undefined || Date.parse(told.attestedUntil) <= nowMs;
  return [
    ...(member.owner === undefined ? (['owner'] as const) : []),
    ...(hasPurpose ? [] : (['purpose'] as const)),
    ...(endMs === undefined ? (['expiry'] as const) : []),
    ...(ended ? (['attestation'] as const) : []),
  ];
}

/** What the rest of a fleet tells of one identity: made once for many of them. */
export interface Neighbours {
  readonly owners: ReadonlyMap<string, string>;
  readonly byAccount: ReturnType<typeof ownersByAccount>;
}

export function neighboursOf(placed: readonly Placed[]): Neighbours {
  const owners = new Map<string, string | undefined>();
  for (const { member } of placed) {
    if (member.owner === undefined) continue;
    // Records name who made something by id alone: of two with different owners nobody can tell whose it was.
    const isSure = !owners.has(member.id) || owners.get(member.id) === member.owner;
    owners.set(member.id, isSure ? member.owner : undefined);
  }
  const known = [...owners].flatMap(([id, owner]) => (owner === undefined ? [] : [[id, owner] as const]));
  return { owners: new Map(known), byAccount: ownersByAccount(placed) };
}

/** Of each kind the newest. */
function newestOf(makers: readonly Maker[]): readonly Maker[] {
  const byKind = new Map<string, Maker>();
  for (const maker of makers) if (maker.ms > (byKind.get(maker.kind)?.ms ?? -1)) byKind.set(maker.kind, maker);
  return [...byKind.values()];
}

type Starter = NonNullable<ReturnType<Origins['people']['get']>>[number];

/** Each person once, the busiest first. */
function peopleOf(rows: readonly Starter[]): readonly Starter[] {
  const counts = new Map<string, number>();
  for (const { id, activities } of rows) counts.set(id, (counts.get(id) ?? 0) + activities);
  return [...counts].map(([id, activities]) => ({ id, activities })).sort((a, b) => b.activities - a.activities);
}

const earlier = (a: string, b: string) => (a < b ? a : b);
const later = (a: string, b: string) => (a > b ? a : b);

/** What is told of the credentials of an identity, which may have used one both before and after its account was told. */
function credentialsOf(all: readonly StoredCredential[]): InventoryItem['credentials'] {
  const byId = new Map<string, StoredCredential>();
  for (const one of all) {
    const same = byId.get(one.id) ?? one;
    byId.set(one.id, {
      id: one.id,
      since: earlier(one.since, same.since),
      firstAt: earlier(one.firstAt, same.firstAt),
      lastAt: later(one.lastAt, same.lastAt),
    });
  }
  const each = [...byId.values()];
  if (each.length === 0) return undefined;
  return {
    oldestSince: each.map(({ since }) => since).reduce(earlier),
    lastAt: each.map(({ lastAt }) => lastAt).reduce(later),
    overlapping: overlapsOf(each).filter(({ others }) => others > 0).length,
  };
}

/** Identities of a fleet with what each lacks and what can be told of it. `nowMs`: when attestations end. */
export function itemsOf(
  chosen: readonly Placed[],
  { owners, byAccount }: Neighbours,
  origins: Origins,
  nowMs: number,
): InventoryItem[] {
  return chosen.map((one) => {
    const { member, told, keys, isShared } = one;
    const makers = newestOf(
      spellingsOf(member.id)
        .flatMap((id) => origins.makers.get(id) ?? [])
        .filter(
          ({ home }) =>
            !isShared ||
            mayBe({ ...home, account: home.account || undefined }, { ...member, account: member.account ?? '' }),
        ),
    );
    const ways = underKeys(keys, origins.reaches).flat();
    const reaches = ways.map(({ service, onBehalfOf, activities }) => ({
      system: service,
      through: [...[...onBehalfOf].reverse(), member.id],
      activities,
    }));
    const access = new Map<string, readonly string[]>();
    for (const { service, access: kinds } of ways)
      access.set(service, [...new Set([...(access.get(service) ?? []), ...kinds])]);
    const gaps = gapsOf(one, nowMs);
    const owner =
      member.owner === undefined
        ? ownerOf(one, makers, peopleOf(underKeys(keys, origins.people).flat()), owners, byAccount)
        : undefined;
    const purpose = one.hasPurpose ? undefined : purposeOf(reaches, access);
    const credentials = credentialsOf(underKeys(keys, origins.credentials).flat());
    const { score: _, endAt: __, granted: ___, unused: ____, unneeded: _____, ...rest } = member;
    return {
      ...rest,
      ...(told?.purpose !== undefined && { purpose: told.purpose }),
      ...(told?.expiresAt !== undefined && { expiresAt: told.expiresAt }),
      ...(told?.attestedAt !== undefined && { attestedAt: told.attestedAt }),
      ...(told?.attestedUntil !== undefined && { attestedUntil: told.attestedUntil }),
      gaps,
      ...(owner && { proposedOwner: owner }),
      ...(purpose && { proposedPurpose: purpose }),
      made: makers.map(({ kind, by, action, ms }) => ({
        what: WHAT[kind] ?? kind,
        by,
        at: new Date(ms).toISOString(),
        how: action,
      })),
      reaches,
      ...(credentials && { credentials }),
    };
  });
}

/** Which identities of a fleet are on a page of the inventory, and how many lack what; undefined where the cursor is not one of ours. */
export function inventoryPage(
  placed: readonly Placed[],
  nowMs: number,
  { gap, ...asked }: PageAsked & { readonly gap?: Gap | undefined },
): (Omit<InventoryPage, 'items' | 'asOf'> & { readonly chosen: readonly Placed[] }) | undefined {
  const gaps: Record<Gap, number> = { owner: 0, purpose: 0, expiry: 0, attestation: 0 };
  const found: Placed[] = [];
  for (const one of placed) {
    const lacks = gapsOf(one, nowMs);
    for (const what of lacks) gaps[what]++;
    if (gap === undefined || lacks.includes(gap)) found.push(one);
  }
  const page = pageFrom(found, ({ member }) => keyOf(member), asked);
  return (
    page && {
      chosen: page.shown,
      ...(page.next !== undefined && { next: page.next }),
      total: found.length,
      gaps,
    }
  );
}

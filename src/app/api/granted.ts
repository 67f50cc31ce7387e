/** Holds what an identity was granted, by the inventory and by records of grants, against what it and its peers did. */
import type { Usage } from '../../../schemas/console.ts';
import { type Home, tellsLess } from '../../../schemas/identity-ref.ts';
import type { ActCount, StoredGrant } from '../../ports/views.ts';

type Granted = NonNullable<Usage['granted']>[number];

/** Names of roles and of policies that stand somewhere else: which acts they allow, the name does not tell. */
const BUNDLE = /^(roles\/|arn:|projects\/|organizations\/|\/?providers\/|cluster ?role|role\b)/i;
/** Grants that are compared and listed. */
const GRANTS_MAX = 1_024;

/** What an act may be called by whoever grants it. */
const namesOf = ({ service, name }: { readonly service: string; readonly name: string }) =>
  [service, name, `${service}:${name}`].map((one) => one.toLowerCase());

/** Stars of one pattern that are compared; who grants writes two or three, and each takes its time. */
const STARS_MAX = 8;

/**
 * A pattern as grants write it: `*` stands for anything, `?` for one character. A pattern of resources may follow a space. The text comes
 * from logs: it is compared part by part, each where it stands first, so that no pattern takes longer than a few looks at a name.
 */
function patternOf(scope: string): ((name: string) => boolean) | undefined {
  const word = scope.trim().toLowerCase().split(/\s/, 1)[0] ?? '';
  if (word === '' || word === '*' || word === '*:*') return undefined;
  const [first = '', ...parts] = word.split(/\*+/);
  const last = parts.pop();
  if (last === undefined) return (name) => name.length === word.length && isAt(name, word, 0);
  if (parts.length >= STARS_MAX) return undefined;
  return (name) => {
    const end = name.length - last.length;
    if (end < first.length || !isAt(name, first, 0) || !isAt(name, last, end)) return false;
    let at = first.length;
    for (const part of parts) {
      while (at + part.length <= end && !isAt(name, part, at)) at++;
      at += part.length;
      if (at > end) return false;
    }
    return true;
  };
}

/** Whether a part of a pattern stands in a name at a place. */
function isAt(name: string, part: string, at: number): boolean {
  if (at + part.length > name.length) return false;
  for (let n = 0; n < part.length; n++) if (part[n] !== '?' && part[n] !== name[at + n]) return false;
  return true;
}

/** Whether a grant covers one of the names; undefined where its text does not tell what it covers. */
export const covers = (scope: string, names: ReadonlySet<string>): boolean | undefined => coverageOf(scope)(names);

/** The same for several sets of names. */
function coverageOf(scope: string): (names: ReadonlySet<string>) => boolean | undefined {
  const matches = patternOf(scope);
  if (matches === undefined) return () => undefined;
  const named = scope.toLowerCase();
  const otherwise = BUNDLE.test(scope) ? undefined : false;
  return (names) => {
    if (names.has(named)) return true;
    for (const name of names) if (matches(name)) return true;
    return otherwise;
  };
}

/** What grants of one identity came to, in numbers. */
export interface GrantCounts {
  readonly granted: number;
  /** No act of its own falls under them. */
  readonly unused: number;
  /** Of the unused, those that no other of its kind and provider uses either; absent where there is no other. */
  readonly unneeded?: number;
}

type Acts = readonly Pick<ActCount, 'service' | 'name'>[];

/** Compares grants of a whole fleet: of the identities of which a grant is known. */
export function countGrants(
  granted: ReadonlyMap<string, { readonly scopes: readonly string[]; readonly kin: string }>,
  used: ReadonlyMap<string, { readonly acts: Acts; readonly scopes: readonly string[] }>,
  /** By `kin`: what any of that kind and provider did, and how many there are. */
  kin: ReadonlyMap<string, { readonly acts: Acts; readonly identities: number }>,
): ReadonlyMap<string, GrantCounts> {
  const namesOfKin = new Map([...kin].map(([key, { acts }]) => [key, new Set(acts.flatMap(namesOf))]));
  const byKin = new Map<string, boolean>();
  // Many of a kind are granted the same.
  const isUsedByKin = (key: string, scope: string): boolean => {
    const asked = `${key}\u0000${scope}`;
    const known = byKin.get(asked) ?? covers(scope, namesOfKin.get(key) ?? new Set()) === true;
    byKin.set(asked, known);
    return known;
  };
  return new Map(
    [...granted].map(([id, { scopes, kin: key }]) => {
      const { acts = [], scopes: carried = [] } = used.get(id) ?? {};
      const names = new Set([...acts.flatMap(namesOf), ...carried.map((scope) => scope.toLowerCase())]);
      const distinct = [...new Set(scopes.map((scope) => scope.toLowerCase()))];
      const unused = distinct.filter((scope) => covers(scope, names) === false);
      const hasPeers = (kin.get(key)?.identities ?? 0) > 1;
      return [
        id,
        {
          granted: distinct.length,
          unused: unused.length,
          // Its own acts are among those of its kind, and none of them falls under what it does not use.
          ...(hasPeers && { unneeded: unused.filter((scope) => !isUsedByKin(key, scope)).length }),
        },
      ] as const;
    }),
  );
}

/**
 * Rights that records gave to the identity at `home`, where others have the same id: those given where it is at home, as far as that is told.
 * Without a home there is no other, and all of them are its own.
 */
export function givenAt(recorded: readonly StoredGrant[], home: Home | undefined): readonly StoredGrant[] {
  if (home === undefined) return recorded;
  const account = home.account ?? '';
  return recorded.filter(({ homes }) =>
    homes.some(
      (one) =>
        one.provider === home.provider &&
        ((one.account ?? '') === account ||
          tellsLess(one.account ?? '', account) ||
          tellsLess(account, one.account ?? '')),
    ),
  );
}

/** Names of all acts that were not refused, and of scopes that were used. */
export function usedNames({ actions, scopes }: Pick<Usage, 'actions' | 'scopes'>): ReadonlySet<string> {
  const done = actions.filter(({ activities, refused }) => activities > refused).flatMap(namesOf);
  const carried = scopes
    .filter(({ activities, refused }) => activities > refused)
    .map(({ scope }) => scope.toLowerCase());
  return new Set([...done, ...carried]);
}

/**
 * Each grant once, those that were never used first. `peers`: acts of others of its kind with how many of them did each; `peerCount`: how
 * many others there are.
 */
export function grantedOf(
  inventory: readonly string[],
  recorded: readonly StoredGrant[],
  usage: Pick<Usage, 'actions' | 'scopes'>,
  { acts, count }: { readonly acts: readonly ActCount[]; readonly count: number },
): Granted[] {
  const used = usedNames(usage);
  const known = new Map<string, Granted>();
  const peerNames = acts.map((act) => [new Set(namesOf(act)), act.identities] as const);
  const add = (scope: string, more: Partial<Granted>) => {
    const key = scope.toLowerCase();
    if (known.has(key) || known.size >= GRANTS_MAX) return;
    const coverage = coverageOf(scope);
    const isUsed = coverage(used);
    // How many did at least one of the acts is not stored; how many did the commonest of them is, and no fewer use the grant.
    const peers = peerNames.reduce(
      (most, [names, identities]) => (identities > most && coverage(names) === true ? identities : most),
      0,
    );
    known.set(key, {
      scope,
      from: 'inventory',
      used: isUsed === undefined ? 'unknown' : isUsed ? 'yes' : 'no',
      peersUsing: Math.min(peers, count),
      peers: count,
      ...more,
    });
  };
  for (const { right, at, by } of recorded) add(right, { from: 'record', grantedAt: at, grantedBy: by });
  for (const scope of inventory) add(scope, {});
  const rank = { no: 0, unknown: 1, yes: 2 };
  return [...known.values()].sort(
    (a, b) => rank[a.used] - rank[b.used] || a.peersUsing - b.peersUsing || (a.scope < b.scope ? -1 : 1),
  );
}

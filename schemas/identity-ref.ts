/** Which identity is meant: an id alone names one only where a single vendor and account know it. */

/** What may be told of where an identity is at home; what is left out is not known. */
export interface Home {
  readonly provider?: string | undefined;
  /** Account, cluster, vault namespace or organisation. */
  readonly account?: string | undefined;
}

/**
 * True where one account tells less than another of what may be the same place: nothing at all, or a part of its path
 * (`desk` of `desk/prod`, `shop` of `11/shop`).
 */
export function tellsLess(account: string, other: string): boolean {
  if (account === '') return other !== '';
  if (account.length >= other.length) return false;
  return other.startsWith(`${account}/`) || other.endsWith(`/${account}`);
}

/** True where nothing that was told of a home speaks against another one. Providers are the same whatever their case. */
export function mayBe(told: Home, home: Home): boolean {
  if (told.provider !== undefined && told.provider.toLowerCase() !== home.provider?.toLowerCase()) return false;
  return told.account === undefined || told.account === home.account;
}

/** Where an identity is at home, for people: `kubernetes, cluster-a`. */
export const homeText = ({ provider, account }: Home): string =>
  [provider, account === '' ? undefined : account].filter((part) => part !== undefined).join(', ');

/** The choices that an ambiguous id leaves, for people. */
export const choicesText = (homes: readonly Home[]): string =>
  homes
    .slice(0, CHOICES_SHOWN)
    .map(({ provider, account }) => `${provider ?? 'any provider'}, ${account ? `account ${account}` : 'no account'}`)
    .join('; ') + (homes.length > CHOICES_SHOWN ? `; and ${homes.length - CHOICES_SHOWN} more` : '');

const CHOICES_SHOWN = 10;

/** A home with when it was first heard of, as far as that is known, ms. */
export interface KnownHome extends Home {
  readonly firstMs?: number;
}

/**
 * Whose a home is that tells less: the same identity before its account was told. That is the only one that tells more; of several the
 * one that came first, where what tells less was there before.
 */
export function heirOf<T extends KnownHome>(home: T, homes: readonly T[]): T | undefined {
  const fuller = homes.filter(
    (other) => other.provider === home.provider && tellsLess(home.account ?? '', other.account ?? ''),
  );
  const [first, ...others] = fuller.sort((a, b) => (a.firstMs ?? 0) - (b.firstMs ?? 0));
  if (first === undefined || others.length === 0) return first;
  return home.firstMs !== undefined && home.firstMs < (first.firstMs ?? 0) ? first : undefined;
}

/** The homes that have no heir. */
export const distinctHomes = <T extends KnownHome>(homes: readonly T[]): T[] =>
  homes.filter((home) => heirOf(home, homes) === undefined);

/** Selects what is stored of one home: records that tell an account may be its own, and those from before it was told. */
export interface HomeFilter {
  readonly provider?: string | undefined;
  /** '' stands for records without an account; absent: all. */
  readonly accounts?: readonly string[] | undefined;
}

export const NO_HOME_FILTER: HomeFilter = {};

/**
 * Which of the homes that know an id is meant, as far as it was told. Several: the choices. Where nothing is stored of the id, what was
 * told stands as it is.
 */
export function chosenHome(
  homes: readonly KnownHome[],
  told: Home,
): { readonly home: Home; readonly filter: HomeFilter } | { readonly choices: readonly Home[] } {
  const distinct = distinctHomes(homes);
  const possible = distinct.filter((home) => mayBe(told, { ...home, account: home.account ?? '' }));
  const exact = possible.find((home) => told.account !== undefined && (home.account ?? '') === told.account);
  const [only, ...others] = exact !== undefined && told.provider !== undefined ? [exact] : possible;
  if (others.length > 0) return { choices: possible };
  if (only === undefined && distinct.length > 0) return { choices: distinct };
  const home = only ?? told;
  if (home.provider === undefined) return { home, filter: NO_HOME_FILTER };
  const account = home.account ?? '';
  const earlier = homes.filter((one) => heirOf(one, homes) === home);
  return { home, filter: { provider: home.provider, accounts: [account, ...earlier.map((one) => one.account ?? '')] } };
}

/** Of records that tell more or less of a home: the one of this home, else one without its account, else one without both. */
export function closest<T extends Home>(records: readonly T[], { provider, account = '' }: Home): T | undefined {
  const own = records.filter(
    (one) => one.provider === undefined || one.provider.toLowerCase() === provider?.toLowerCase(),
  );
  const told = own.filter((one) => one.account !== undefined);
  const near = told.filter((one) => tellsLess(account, one.account ?? '') || tellsLess(one.account ?? '', account));
  return (
    told.find((one) => one.account === account) ??
    (near.length === 1 ? near[0] : undefined) ??
    own.find((one) => one.account === undefined && one.provider !== undefined) ??
    own.find((one) => one.account === undefined)
  );
}

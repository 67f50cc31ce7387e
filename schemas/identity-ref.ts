/** Which identity is meant: an id alone names one only where a single vendor and account know it. */
import type { Identity } from './activity.ts';

/** What may be told of where an identity is at home; what is left out is not known. */
export interface Home {
  readonly provider?: string | undefined;
  /** Account, cluster, vault namespace or organisation. */
  readonly account?: string | undefined;
}

/** An identity by its id, and as far as it was told by its provider and account. */
export interface IdentityRef extends Home {
  readonly id: string;
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

/** Drops homes that tell less than exactly one other of the same provider: those are the same identity before its account was told. */
export function distinctHomes<T extends Home>(homes: readonly T[]): T[] {
  return homes.filter(
    (home) =>
      homes.filter((other) => other.provider === home.provider && tellsLess(home.account ?? '', other.account ?? ''))
        .length !== 1,
  );
}

export const refOf = ({ id, provider, account }: Identity): IdentityRef => ({
  id,
  provider,
  ...(account !== undefined && { account }),
});

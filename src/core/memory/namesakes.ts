/** Identities that share an id under another provider or account than the first that had it, and which of them an activity means. */
import { tellsLess } from '../../../schemas/identity-ref.ts';

/** One of those that share an id. */
export interface Namesake {
  /** Its name within its tenant, under which its memory is kept: it never changes, whatever more is told of its account. */
  readonly name: string;
  readonly provider: string;
  /** '' until one is told. */
  account: string;
  /** Offset at which it began. */
  readonly bornAt: number;
}

/** The name of an identity that is not the first of its id. */
export const nameOf = (id: string, provider: string, account: string) => `${id}\u0000${provider}\u0000${account}`;

/** Taken apart; the first of an id is kept under the id alone. */
export function partsOf(name: string): { readonly id: string; readonly provider?: string } {
  if (!name.includes('\u0000')) return { id: name };
  const [id = name, provider, account] = name.split('\u0000');
  return provider === undefined || account === undefined ? { id } : { id, provider };
}

/**
 * Which of `known` an activity of a provider and account means, where none has exactly these. An account that tells less means the
 * only one that tells more. One that tells more is taken over by the only one that tells less: what was learned before
 * the account was told goes on with the first account that is told, and with no other.
 */
export function meant(known: readonly Namesake[], provider: string, account: string): Namesake | undefined {
  const own = known.filter((one) => one.provider === provider);
  const fuller = own.filter((one) => tellsLess(account, one.account));
  if (fuller.length > 0) return fuller.length === 1 ? fuller[0] : undefined;
  const [shorter, another] = own.filter((one) => tellsLess(one.account, account));
  if (shorter === undefined || another !== undefined) return undefined;
  return own.some((one) => tellsLess(shorter.account, one.account)) ? undefined : shorter;
}

const homeKey = (provider: string, account: string) => `${provider}\u0000${account}`;

/** All but the first of each id, by tenant and id; as many as are held. */
export class Namesakes {
  readonly #of = new Map<string, Map<string, Namesake>>();

  /** `key`: of tenant and id. */
  add(key: string, namesake: Namesake): void {
    let homes = this.#of.get(key);
    if (homes === undefined) {
      homes = new Map();
      this.#of.set(key, homes);
    }
    homes.set(homeKey(namesake.provider, namesake.account), namesake);
  }

  drop(key: string, name: string): void {
    const homes = this.#of.get(key);
    if (homes === undefined) return;
    for (const [home, namesake] of homes) if (namesake.name === name) homes.delete(home);
    if (homes.size === 0) this.#of.delete(key);
  }

  has(key: string): boolean {
    return this.#of.has(key);
  }

  /** `name`, or where one holds it that was told another account since, that with the offset of the newcomer. */
  freeName(key: string, name: string, offset: number): string {
    for (const one of this.#of.get(key)?.values() ?? []) if (one.name === name) return `${name}\u0000${offset}`;
    return name;
  }

  /** The one with exactly this provider and account. */
  exact(key: string, provider: string, account: string): Namesake | undefined {
    return this.#of.get(key)?.get(homeKey(provider, account));
  }

  /** Those of one id that began by an offset, the oldest first. A later one may be there, where a snapshot is newer than the stream. */
  of(key: string, offset = Number.POSITIVE_INFINITY): Namesake[] {
    const homes = [...(this.#of.get(key)?.values() ?? [])].filter(({ bornAt }) => bornAt <= offset);
    return homes.sort((a, b) => a.bornAt - b.bornAt);
  }

  /** More is told of the account of one. */
  tell(key: string, namesake: Namesake, account: string): void {
    this.#of.get(key)?.delete(homeKey(namesake.provider, namesake.account));
    namesake.account = account;
    this.add(key, namesake);
  }
}

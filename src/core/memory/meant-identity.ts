/** Which of the identities that share an id is meant: by an alert of it, or by where it is at home. */
import { type Home, mayBe } from '../../../schemas/identity-ref.ts';
import type { IdentityHome } from '../engine-contract.ts';
import type { IdentityStore } from './identity-store.ts';
import type { Memory } from './memory.ts';

/** Answers with the name of an identity, under which the store of identities holds it; undefined where none is meant. */
export class MeantIdentity {
  readonly #identities: IdentityStore;

  constructor(identities: IdentityStore) {
    this.#identities = identities;
  }

  /** The one that has an alert, open or not. */
  alerted(tenant: string, id: string, alertId: string): string | undefined {
    return this.#find(tenant, id, ({ episode, former, raised }) =>
      [episode, former, ...raised].some((one) => one?.id === alertId),
    );
  }

  /** The one that an alert was raised for, as far as it is remembered. */
  raised(tenant: string, id: string, alertId: string | undefined): string | undefined {
    return this.#find(tenant, id, ({ raised }) => raised.some((one) => one.id === alertId));
  }

  /** The one at a home; of several that it does not tell apart, the one that tells no more than it, or else the first. */
  at(tenant: string, id: string, home: Home): string | undefined {
    const at = (told: Home) => this.#find(tenant, id, (memory) => mayBe(told, memory));
    const { provider, account = '' } = home;
    const isBare = provider === undefined && account === '';
    return isBare ? at(home) : (at({ provider, account }) ?? at(home));
  }

  /** Its memory. */
  memory(tenant: string, id: string, home: Home): Memory | undefined {
    const name = this.at(tenant, id, home);
    return name === undefined ? undefined : this.#identities.peek(tenant, name);
  }

  /** Where all those that have an id are at home. */
  homes(tenant: string, id: string): IdentityHome[] {
    return this.#identities.names(tenant, id).flatMap((name) => {
      const memory = this.#identities.peek(tenant, name);
      if (memory === undefined) return [];
      const { provider, account } = memory;
      return [{ provider, ...(account !== '' && { account }) }];
    });
  }

  #find(tenant: string, id: string, isMeant: (memory: Memory) => boolean): string | undefined {
    return this.#identities.names(tenant, id).find((name) => {
      const memory = this.#identities.peek(tenant, name);
      return memory !== undefined && isMeant(memory);
    });
  }
}

/** When each identity was first seen: who was there early vouches for what others do later. */
import { type Arrivals, arrivalsOf } from './arrivals.ts';
import { IdentityIndex, larger } from './identity-index.ts';

interface Tenant {
  readonly identities: IdentityIndex;
  /** By an identity's number: the day on which it was first seen, and where it came from, see `PopulationMessage`. */
  days: Int32Array<ArrayBuffer>;
  origins: Int32Array<ArrayBuffer>;
}

export class Births {
  readonly #tenants = new Map<string, Tenant>();
  /** The identity that was asked for last, with its tenant and its number, -1 for none: each is asked for many times in a row. */
  #isAsked = false;
  #tenant = '';
  #identity = 0;
  #of: Tenant | undefined;
  #number = -1;

  /** Number of an identity within its tenant; one that is met for the first time was born on that day, and came from there. */
  numberOf(tenant: string, identity: number, day: number, origin: number): number {
    this.#isAsked = false;
    const of = this.#tenants.get(tenant) ?? {
      identities: new IdentityIndex(),
      days: new Int32Array(8),
      origins: new Int32Array(8),
    };
    this.#tenants.set(tenant, of);
    const known = of.identities.size;
    const number = of.identities.add(identity);
    if (number < known) return number;
    if (number >= of.days.length) {
      of.days = larger(of.days, of.days.length * 2);
      of.origins = larger(of.origins, of.days.length);
    }
    of.days[number] = day;
    of.origins[number] = origin;
    return number;
  }

  /** Day on which an identity was first seen; undefined for one that is not known yet. */
  dayOf(tenant: string, identity: number): number | undefined {
    this.#ask(tenant, identity);
    return this.#number < 0 ? undefined : this.#of?.days[this.#number];
  }

  /** Where an identity came from when it was first seen; 0 where nobody knows. */
  originOf(tenant: string, identity: number): number {
    this.#ask(tenant, identity);
    return this.#number < 0 ? 0 : (this.#of?.origins[this.#number] as number);
  }

  #ask(tenant: string, identity: number): void {
    if (this.#isAsked && identity === this.#identity && tenant === this.#tenant) return;
    this.#of = this.#tenants.get(tenant);
    this.#number = this.#of?.identities.find(identity) ?? -1;
    this.#identity = identity;
    this.#tenant = tenant;
    this.#isAsked = true;
  }

  /** Who was new in a tenant on the day before `day`, which is open. */
  arrivals(tenant: string, day: number): Arrivals {
    const of = this.#tenants.get(tenant);
    return arrivalsOf(of?.days ?? [], of?.identities.size ?? 0, day);
  }
}

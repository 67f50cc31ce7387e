/** The views port: what the pages of the console ask of the store. Reads only; every list is bounded. */
import type { Activity } from '../../schemas/activity.ts';
import type { Rate, Sources, Usage } from '../../schemas/console.ts';
import type { Home, HomeFilter } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Contribution } from '../core/engine-contract.ts';

/** What is stored of one identity, without what the inventory says. */
export type StoredUsage = Omit<Usage, 'owner' | 'ownerFrom' | 'record' | 'granted' | 'credentials'> & {
  readonly credentials: readonly Omit<Usage['credentials'][number], 'beside'>[];
};

/** What tells an identity from every other of its tenant: an id alone may be known in several accounts. */
export const keyOf = ({ id, provider, account }: { readonly id: string } & Home): string =>
  `${provider ?? ''}\u0000${account ?? ''}\u0000${id}`;

/** A right that an act gave, as the vendor calls it, with the newest such act. */
export interface StoredGrant {
  /** Where those were at home who gave it: records name whom it was given to by id alone. */
  readonly homes: readonly Home[];
  readonly right: string;
  readonly at: string;
  readonly by: string;
}

/** How many identities did an act that was not refused. */
export interface ActCount {
  readonly service: string;
  readonly name: string;
  readonly identities: number;
}

/** One identity of a fleet, from its activities. */
export interface StoredMember {
  readonly id: string;
  readonly kind: string;
  readonly provider: string;
  /** '' where the records tell none. */
  readonly account: string;
  readonly name: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly activities: number;
  readonly longLived: number;
}

/** What the inventory says of one identity, as far as the fleet shows it. */
export interface Described extends Home {
  readonly owner?: string | undefined;
  readonly purpose?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly offboardedAt?: string | undefined;
  readonly grantedScopes?: readonly string[] | undefined;
  readonly attestedAt?: string | undefined;
  readonly attestedUntil?: string | undefined;
}

/** What alerts and observations say of one identity. */
export interface AlertedMember {
  readonly alerts: number;
  readonly score: number;
  readonly owner: string;
}

/** What the logs tell of where identities come from and what they reach. */
export interface Origins {
  /** By the id in lower case. */
  readonly makers: ReadonlyMap<
    string,
    readonly {
      readonly kind: string;
      readonly by: string;
      readonly byKind: string;
      /** Who started it, where it was done on behalf of somebody; '' else. */
      readonly starter: string;
      readonly action: string;
      readonly ms: number;
      /** Where the maker was at home when it did. */
      readonly home: Home;
    }[]
  >;
  /** By `keyOf`: who started what an identity did, the busiest first. */
  readonly people: ReadonlyMap<string, readonly { readonly id: string; readonly activities: number }[]>;
  /** By `keyOf`. */
  readonly reaches: ReadonlyMap<
    string,
    readonly {
      readonly service: string;
      /** The nearest first. */
      readonly onBehalfOf: readonly string[];
      readonly access: readonly string[];
      readonly activities: number;
    }[]
  >;
  /** By `keyOf`: credentials that outlive a session, those used last first. */
  readonly credentials: ReadonlyMap<string, readonly StoredCredential[]>;
}

/** One credential of an identity, by when it was used. */
export interface StoredCredential {
  readonly id: string;
  /** When it was issued, or first used where the records do not tell. */
  readonly since: string;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Ids in lower case under which a change may name an identity: its own, and the end of it. */
export function spellingsOf(id: string): readonly string[] {
  const lower = id.toLowerCase();
  const end = lower.split(/[/:@]/).at(-1) ?? lower;
  return end === lower ? [lower] : [lower, end];
}

/** Identities of one kind and provider are compared with one another. */
export const kinOf = ({ kind, provider }: { readonly kind: string; readonly provider: string }): string =>
  `${kind}\u0000${provider}`;

export interface ViewStore {
  /** What the inventory said of an id, by whichever provider and account, up to a time by the clock of the store: the newest so many, oldest first. */
  recordsOf(query: {
    readonly tenant: string;
    readonly identity: string;
    readonly until: string;
    readonly limit: number;
  }): Promise<readonly { readonly at: string; readonly record: InventoryRecord }[]>;
  /** Of some identities, or of all of them where none are named. */
  origins(tenant: string, identities: readonly string[] | undefined, limit: number): Promise<Origins>;
  activities(query: {
    readonly tenant: string;
    readonly identity?: string | undefined;
    /** Which of the identities that share the id. */
    readonly home?: HomeFilter | undefined;
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    /** The last activity of the page before. */
    readonly after?: { readonly at: string; readonly id: string } | undefined;
    readonly limit: number;
  }): Promise<readonly Activity[]>;
  rate(query: {
    readonly tenant: string;
    readonly identity: string;
    readonly home: HomeFilter;
    readonly since: string;
    readonly until: string;
    readonly stepMs: number;
  }): Promise<Rate>;
  /** Undefined where nothing of it is stored. */
  usage(tenant: string, identity: string, home: HomeFilter): Promise<StoredUsage | undefined>;
  /** By the id in lower case: rights that stored acts gave to an identity, newest first; of all identities where none is named. */
  grants(
    tenant: string,
    identity: string | undefined,
    limit: number,
  ): Promise<ReadonlyMap<string, readonly StoredGrant[]>>;
  /** Acts of the others of a kind and provider, and how many others there are. */
  peerActs(
    tenant: string,
    of: { readonly identity: string; readonly kind: string; readonly provider: string },
    home: HomeFilter,
    limit: number,
  ): Promise<{ readonly acts: readonly ActCount[]; readonly count: number }>;
  /** By `keyOf`: acts that each identity with one of the ids did and was not refused, and scopes that were carried by them. */
  actsOf(
    tenant: string,
    identities: readonly string[],
  ): Promise<
    ReadonlyMap<
      string,
      { readonly acts: readonly Pick<ActCount, 'service' | 'name'>[]; readonly scopes: readonly string[] }
    >
  >;
  /** Acts that anybody of a kind and provider did and was not refused, by `kinOf`. */
  actsOfKin(tenant: string, limit: number): Promise<ReadonlyMap<string, readonly Pick<ActCount, 'service' | 'name'>[]>>;
  fleet(tenant: string, limit: number): Promise<readonly StoredMember[]>;
  /** By id: what the inventory says of it at each of its homes. */
  described(tenant: string, limit: number): Promise<ReadonlyMap<string, readonly Described[]>>;
  /** By `keyOf`: of identities with alerts, or with observations since. */
  alerted(tenant: string, since: string, limit: number): Promise<ReadonlyMap<string, AlertedMember>>;
  sources(tenant: string, now: number): Promise<Pick<Sources, 'inputs' | 'sinks'>>;
  /**
   * What a tenant's threshold is read from: contributions since an hour that name no value, in order of hour; undefined where they
   * are more than `limit`. The newest hour comes with them.
   */
  scored(
    tenant: string,
    days: number,
    limit: number,
  ): Promise<{ readonly newestHour: number; readonly rows: readonly Contribution[] } | 'too-many' | undefined>;
  /** Alerts raised on each day since, by event time: `2026-03-01` to a number. */
  raised(tenant: string, since: string): Promise<ReadonlyMap<string, number>>;
  /** Changes whenever an alert, what people did, a suppression or a suspension was stored. */
  stamp(tenant: string): Promise<string>;
}

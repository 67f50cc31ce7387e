/** The views port: what the pages of the console ask of the store. Reads only; every list is bounded. */
import type { Activity } from '../../schemas/activity.ts';
import type { Rate, Sources, Usage } from '../../schemas/console.ts';
import type { Contribution } from '../core/engine-contract.ts';

/** What is stored of one identity, without what the inventory says. */
export type StoredUsage = Omit<Usage, 'owner' | 'ownerFrom' | 'record'>;

/** One identity of a fleet, from its activities. */
export interface StoredMember {
  readonly id: string;
  readonly kind: string;
  readonly provider: string;
  readonly name: string;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly activities: number;
  readonly longLived: number;
}

/** What the inventory says of one identity, as far as the fleet shows it. */
export interface Described {
  readonly owner?: string | undefined;
  readonly purpose?: string | undefined;
  readonly expiresAt?: string | undefined;
  readonly offboardedAt?: string | undefined;
}

/** What alerts and observations say of one identity. */
export interface AlertedMember {
  readonly alerts: number;
  readonly score: number;
  readonly owner: string;
}

export interface ViewStore {
  activities(query: {
    readonly tenant: string;
    readonly identity?: string | undefined;
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    /** The last activity of the page before. */
    readonly after?: { readonly at: string; readonly id: string } | undefined;
    readonly limit: number;
  }): Promise<readonly Activity[]>;
  rate(tenant: string, identity: string, since: string, until: string, stepMs: number): Promise<Rate>;
  /** Undefined where nothing of it is stored. */
  usage(tenant: string, identity: string): Promise<StoredUsage | undefined>;
  fleet(tenant: string, limit: number): Promise<readonly StoredMember[]>;
  described(tenant: string, limit: number): Promise<ReadonlyMap<string, Described>>;
  /** Of identities with alerts, or with observations since. */
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

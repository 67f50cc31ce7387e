/** The triage port: what people decide about alerts, and what they look up. */

import type { Alert } from '../../schemas/alert.ts';
import type { Suppression, TriageAction } from '../../schemas/api.ts';
import type { IdentityPage } from '../../schemas/api-identities.ts';
import type { DeliveryListQuery, DeliveryState } from '../../schemas/api-records.ts';
import type { Home, HomeFilter, KnownHome } from '../../schemas/identity-ref.ts';
import type { ClassDay } from '../core/population/class-days.ts';
import type { DeadLetter } from './store.ts';

/** Which alerts a page of a list holds; an empty or absent member matches all. */
export interface AlertPageQuery {
  readonly tenant: string;
  /** Beginning of the id. */
  readonly idPrefix?: string;
  readonly identity?: string;
  readonly home?: HomeFilter;
  readonly owner?: string;
  readonly incident?: string;
  /** See the member `cause` of an alert. */
  readonly cause?: string;
  readonly kinds?: readonly string[];
  readonly severities?: readonly string[];
  /** Last evidence since, RFC 3339. */
  readonly since?: string;
  /** The last alert of the page before. */
  readonly after?: { readonly raisedAt: string; readonly id: string };
  readonly limit: number;
}

/** What people did about alerts. Rows are only ever added; every list is bounded. */
export interface TriageStore {
  /** Alerts in their last version, newest first, ties by id. */
  alertPage(query: AlertPageQuery): Promise<readonly Alert[]>;
  /** Every stored version of an alert, oldest first. */
  versions(tenant: string, id: string, limit: number): Promise<readonly Alert[]>;
  record(action: TriageAction): Promise<void>;
  /** The last `limit` actions, oldest first; `storedSince` is wall time of the store, in ms. */
  actions(query: {
    readonly tenant?: string;
    readonly alertIds?: readonly string[];
    readonly identity?: string;
    readonly kinds?: readonly TriageAction['action'][];
    readonly storedSince?: number;
    readonly limit: number;
  }): Promise<readonly TriageAction[]>;
  /** Suppressions that are not over at wall time `now` in ms, lifted ones too; of every tenant when none is named. */
  suppressions(now: number, tenant?: string): Promise<readonly Suppression[]>;
  /** Writes a suppression, or its new state; of two states the one of the later `now` counts. */
  saveSuppression(suppression: Suppression, now: number): Promise<void>;
}

/** What is stored of one tenant. */
export interface TenantSummary {
  readonly tenant: string;
  readonly identities: number;
  readonly alerts: number;
  /** Event time of its newest activity, RFC 3339; absent where only alerts are stored. */
  readonly lastAt?: string;
}

/** Ids of one home that hardly ever come back, so that nothing can be learned of them. */
export interface FleetingIds {
  readonly tenant: string;
  readonly provider: string;
  readonly account?: string;
  readonly kind: string;
  /** Ids that are at least a week old, and those of them that came for less than a day and never again. */
  readonly ids: number;
  readonly fleeting: number;
  /** Up to three of them. */
  readonly examples: readonly string[];
}

/** What people look up besides alerts. Every list is bounded by its limit. */
export interface LookupStore {
  identities(query: {
    readonly tenant: string;
    readonly kind?: string | undefined;
    readonly since?: string | undefined;
    /** Id of the last identity of the page before; `limit` counts ids, of which each may be several identities. */
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<IdentityPage['identities']>;
  /** Tenants with stored activities or alerts, in order of name. */
  tenants(limit: number): Promise<readonly TenantSummary[]>;
  /** Identities whose name it is, or whose id ends in it after a `/`, `:` or `@`; whatever the case. In order of id. */
  named(tenant: string, name: string, limit: number): Promise<readonly string[]>;
  /** Providers and accounts under which an id has stored activities or alerts. */
  homes(tenant: string, identity: string): Promise<readonly KnownHome[]>;
  /** Of these ids those that the inventory told of while workers ran, with the providers and accounts that it told. */
  inventoried(tenant: string, identities: readonly string[]): Promise<ReadonlyMap<string, readonly Home[]>>;
  /** Identities first seen in the `learnDays` before the newest activity of the tenant, and of how many. */
  learning(
    tenant: string,
    learnDays: number,
  ): Promise<{ readonly identities: number; readonly learning: number; readonly until?: string }>;
  /** Homes whose ids hardly ever come back, those with most of them first. */
  fleeting(limit: number): Promise<readonly FleetingIds[]>;
  /** Peer classes on the last `days` days before the day of the newest contribution, and that day, counted from 1970. */
  classDays(tenant: string, days: number): Promise<{ readonly today: number; readonly rows: readonly ClassDay[] }>;
  /** Newest first; of every tenant when none is named. */
  deliveries(tenant: string | undefined, query: DeliveryListQuery): Promise<readonly DeliveryState[]>;
  /** Makes settled deliveries pending again, each once more under its old id; gives how many it were. */
  redeliver(tenant: string | undefined, ids: readonly string[]): Promise<number>;
  /** Dead letters of whom they are asked for, newest first. */
  letters(query: {
    readonly from: LetterOrigins;
    readonly since?: string | undefined;
    readonly reason?: string | undefined;
    readonly ids?: readonly string[] | undefined;
    readonly limit: number;
  }): Promise<readonly DeadLetter[]>;
  /** How many of them there are by format and reason, the most frequent first. */
  letterCounts(query: {
    readonly from: LetterOrigins;
    readonly since?: string | undefined;
    readonly limit: number;
  }): Promise<readonly LetterCount[]>;
}

/** Whose dead letters are meant, by where they came from. A name that ends in `/` stands for each one name after it. */
export interface LetterOrigins {
  readonly origins: readonly string[];
  /** With it: those as well that are of none of these, such as of a file that was read at once. */
  readonly unless?: readonly string[];
}

export interface LetterCount {
  readonly format: string;
  readonly reason: string;
  readonly records: number;
  /** When the last of them came. */
  readonly lastAt: string;
}

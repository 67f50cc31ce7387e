/** The ports of the HTTP API: what the rest of the process must provide to it. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Alert } from '../../schemas/alert.ts';
import type {
  AlertContainment,
  AlertListQuery,
  Caller,
  Hidden,
  LookedAtAlert,
  Suppression,
  SuppressionRequest,
  TriageAction,
  TriagedAlert,
  TriagedIncident,
  UnlearnRequest,
  VerdictRequest,
} from '../../schemas/api.ts';
import type { ClassFit, IdentityPage } from '../../schemas/api-identities.ts';
import type {
  DeadLetterRecord,
  DeliveryListQuery,
  DeliveryState,
  InventoryTaken,
  Taken,
} from '../../schemas/api-records.ts';
import type { Config } from '../../schemas/config.ts';
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Home } from '../../schemas/identity-ref.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import type { Hold } from '../bounds/hold.ts';
import type { ShapeLimits } from '../bounds/shape.ts';
import type { Learned, Profile } from '../core/engine-contract.ts';
import type { Clock } from '../ports/outside.ts';
import type { MeansOf } from '../ports/respond.ts';
import type { DeadLetter } from '../ports/store.ts';
import type { LetterCount } from '../ports/triage.ts';
import type { Sessions } from './sign-in/sessions.ts';

/** One record as it came: bytes of one JSON value, the value itself with its size in bytes where that is known, or what nobody can read. */
export type RawRecord =
  | { readonly bytes: Uint8Array | string }
  | { readonly value: unknown; readonly size?: number }
  | { readonly unreadable: string; readonly bytes: Uint8Array };

/** What the records of a body may be. */
export interface RecordLimits {
  /** Records of a body at the most. */
  readonly recordsMax: number;
  /** A longer record is handed over cut to one byte more, so that it shows. */
  readonly recordMaxBytes: number;
  /** What one record may hold. */
  readonly shape: ShapeLimits;
}

export interface IngestPort {
  take(
    records: Iterable<RawRecord> | AsyncIterable<RawRecord>,
    caller: Caller,
    via: string,
    format: string,
  ): Promise<
    | { readonly status: 'taken'; readonly taken: Taken }
    | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs: number }
    | { readonly status: 'too-many'; readonly reason: string }
    | { readonly status: 'closed'; readonly reason: string }
  >;
}

export interface InventoryPort {
  take(
    records: Iterable<RawRecord> | AsyncIterable<RawRecord>,
    caller: Caller,
  ): Promise<
    | { readonly status: 'taken'; readonly taken: InventoryTaken }
    | { readonly status: 'busy'; readonly reason: string; readonly retryAfterMs: number }
    | { readonly status: 'closed'; readonly reason: string }
  >;
  find(tenant: string, identity: string, told: Home): Promise<InventoryRecord | Choices | undefined>;
}

/** Why something a person asked for is not done. */
export interface Refusal {
  readonly status: 'unknown' | 'refused';
  readonly reason: string;
  readonly remedy: string;
}

export interface TriagePort {
  alerts(tenant: string, query: AlertListQuery): Promise<{ alerts: readonly TriagedAlert[]; next?: string } | Refusal>;
  alert(tenant: string, id: string): Promise<TriagedAlert | undefined>;
  history(tenant: string, id: string): Promise<{ versions: readonly Alert[]; actions: readonly TriageAction[] }>;
  acknowledge(
    caller: Caller,
    alertId: string,
    because: string,
    looked?: LookedAtAlert,
  ): Promise<TriagedAlert | Refusal>;
  comment(caller: Caller, alertId: string, comment: string): Promise<TriagedAlert | Refusal>;
  verdict(caller: Caller, alertId: string, request: VerdictRequest): Promise<TriagedAlert | Refusal>;
  unlearn(caller: Caller, identity: string, request: UnlearnRequest): Promise<TriageAction | Refusal>;
  /** What was unlearned of an identity, oldest first. */
  unlearned(tenant: string, identity: string): Promise<readonly TriageAction[]>;
  suppressions(tenant: string): Promise<readonly Suppression[]>;
  suppress(
    caller: Caller,
    request: SuppressionRequest,
  ): Promise<
    (Refusal | { readonly suppression?: Suppression }) & {
      readonly wouldHide: readonly Hidden[];
      readonly staysTold: readonly Hidden[];
    }
  >;
  lift(caller: Caller, suppressionId: string): Promise<Suppression | Refusal>;
}

export interface IncidentsPort {
  incident(tenant: string, id: string): Promise<TriagedIncident | undefined>;
  verdict(caller: Caller, id: string, request: VerdictRequest): Promise<TriagedIncident | Refusal>;
}

/** Providers and accounts that know the id, of which nothing that was told chooses one. */
export interface Choices {
  readonly choices: readonly Home[];
}

export interface LookupsPort {
  identities(
    tenant: string,
    query: { kind?: string | undefined; since?: string | undefined; limit: number; cursor?: string | undefined },
  ): Promise<IdentityPage>;
  profile(tenant: string, identity: string, told: Home): Promise<Profile | Choices | undefined>;
  /** How often each peer class alerts against its share of the budget, in order of name. */
  classes(tenant: string): Promise<readonly ClassFit[]>;
  learned(
    tenant: string,
    identity: string,
    query: Home & { readonly since?: string | undefined },
  ): Promise<readonly Learned[] | Choices | undefined>;
  /** What moved of it since the UTC day of `since`. */
  drift(
    tenant: string,
    identity: string,
    query: Home & { readonly since?: string | undefined },
  ): Promise<IdentityDrift | Choices | undefined>;
  deliveries(tenant: string, query: DeliveryListQuery): Promise<readonly DeliveryState[]>;
  /** Makes deliveries pending again; gives how many. */
  redeliver(tenant: string, ids: readonly string[]): Promise<number>;
  deadLetters(
    tenant: string,
    query: { since?: string | undefined; reason?: string | undefined; limit: number; ids?: readonly string[] },
  ): Promise<readonly DeadLetter[]>;
  /** How many there are by format and reason, the most frequent first. */
  deadLetterCounts(
    tenant: string,
    query: { readonly since?: string | undefined; readonly limit: number },
  ): Promise<readonly LetterCount[]>;
  /** What such a record was, as far as it may be shown; undefined: there is none of this tenant. */
  deadLetterRecord(tenant: string, id: string): Promise<DeadLetterRecord | undefined>;
  redrive(ids: readonly string[]): Promise<void>;
}

/** Checks what is signed instead of bearing a token. Whoever signed speaks for the tenant of the key, whatever the body says. */
export interface SignedPort {
  read(
    by: 'signer' | 'responder',
    headers: IncomingHttpHeaders,
    body: string,
  ): Promise<
    | { readonly ok: true; readonly caller: Caller; readonly body: unknown }
    | { readonly ok: false; readonly reason: 'unsigned' | 'signature' | 'stale' | 'replayed' | 'body' }
  >;
}

/** Says what happened to a request, and never what was in it. */
export type ConsoleEvent =
  | { readonly type: 'answered'; readonly route: string; readonly status: number }
  | { readonly type: 'failed'; readonly route: string; readonly error: unknown };

export interface ConsoleParts {
  readonly config: Config['http'];
  /** Bytes of requests held at a time. */
  readonly held: Hold;
  /** What one record may be. */
  readonly recordLimits: RecordLimits;
  readonly version: string;
  readonly clock: Clock;
  findToken(token: string): Caller | undefined;
  /** Sessions of people; absent where they come with tokens alone. */
  readonly sessions?: Pick<Sessions, 'enter' | 'isStranger'> | undefined;
  /** Ids of the formats a sender may name. */
  readonly formats: readonly string[];
  readonly intake: IngestPort;
  readonly inventory: InventoryPort;
  readonly triage: TriagePort;
  readonly incidents: IncidentsPort;
  /** What was done to contain an alert, newest first; absent where nobody responds. */
  readonly containmentOf?: ((tenant: string, alertId: string) => Promise<readonly AlertContainment[]>) | undefined;
  /** How the step that an alert advises can be taken here; undefined where it advises none. */
  readonly meansOf?: MeansOf | undefined;
  readonly records: LookupsPort;
  readonly signed: SignedPort;
  readonly notReady: () => readonly string[];
  readonly onEvent: (event: ConsoleEvent) => void;
}

export const isRefusal = (value: object | undefined): value is Refusal =>
  value !== undefined && 'remedy' in value && 'reason' in value;

/** What a report says, as data: what was watched, what was found, what it cost, and what could not be seen. */
import type { Alert } from '../../schemas/alert.ts';
import type { Budget } from '../../schemas/console.ts';
import type { IdentityDrift } from '../../schemas/drift.ts';
import type { Fleet } from '../../schemas/fleet.ts';

/** How much one identity did in each day around its alert. */
export interface Days {
  readonly points: readonly { readonly day: string; readonly activities: number }[];
}

export interface ReportedAlert {
  readonly alert: Alert;
  /** Where it stands after what people did, in a word or two. */
  readonly standing: string;
  /** Absent where it was not asked for. */
  readonly days?: Days;
  /** What moved of the identity in the weeks before its newest activity; absent where nothing is remembered of it. */
  readonly moved?: IdentityDrift | undefined;
}

export interface Report {
  readonly tenant: string;
  readonly version: string;
  /** When the report was made. */
  readonly madeAt: string;
  /** What was asked for; absent: all there is. */
  readonly since?: string | undefined;
  readonly watched: {
    readonly activities: number;
    readonly firstAt?: string | undefined;
    readonly lastAt?: string | undefined;
    /** Providers with what came of each. */
    readonly inputs: readonly { readonly provider: string; readonly identities: number; readonly activities: number }[];
    /** Records that nobody could read, or that say nothing of an act; most frequent first. */
    readonly unread: readonly {
      readonly what: 'dead' | 'skipped';
      readonly reason: string;
      readonly records: number;
    }[];
  };
  readonly fleet: Fleet;
  readonly budget: Budget;
  /** The gravest first; those beyond what is shown are counted. */
  readonly alerts: readonly ReportedAlert[];
  readonly alertsInAll: number;
  /** More alerts than were read. */
  readonly alertsCut: boolean;
  readonly detectors: readonly {
    readonly id: string;
    readonly title: string;
    readonly enabled: boolean;
    readonly blindSpots: readonly string[];
  }[];
}

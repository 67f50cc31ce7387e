/** What reading comes to, for a record that stands alone and for one that waits for its trace. */
import type { Activity } from '../../schemas/activity.ts';
import type { TracePart, TraceReading, TraceView } from './format.ts';

/** What became of one raw record. A container counts as the records inside it. */
export type ReadOutcome =
  | {
      readonly status: 'read';
      readonly format: string;
      readonly activities: readonly Activity[];
      readonly isInTrace?: true;
    }
  | { readonly status: 'skip'; readonly format: string; readonly reason: string }
  | { readonly status: 'dead'; readonly format: string; readonly reason: string; readonly bytes: Uint8Array };

/** A record that waits for the rest of its trace. `skipped` of the part is what becomes of it where that is certain. */
export interface HeldRecord {
  readonly status: 'held';
  readonly format: string;
  readonly part: TracePart;
  readonly reading: HeldReading;
}

/** How records of one format and tenant are read once their trace is known. */
export interface HeldReading {
  readonly tenant: string;
  readonly view: TraceReading['view'];
  read(view: TraceView, part: TracePart, isAlone?: boolean): ReadOutcome;
}

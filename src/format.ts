/** The door for log formats: raw record in, canonical activities out. */
import type { Activity } from '../schemas/activity.ts';

/** What a format makes of one raw record. Outcomes are values: a format never throws. */
export type Reading =
  | { readonly status: 'read'; readonly activities: readonly Activity[] }
  | { readonly status: 'skip'; readonly reason: string }
  | { readonly status: 'dead'; readonly reason: string };

/** What a format may ask of its surroundings, since it is pure. */
export interface ReadContext {
  /** Keyed, irreversible name for a secret: `HMAC-SHA256(pepper, tenant|kind|token)`, shortened. */
  fingerprint(tenant: string, kind: string, secret: string): string;
  /** Stable id for a record that has none of its own. */
  hashOf(record: unknown): string;
  /** Tenant to assume where the record names none. */
  readonly tenant: string;
}

/** One vendor's log format. File name = id; discovered on the shelf `src/formats/`. */
export interface Format {
  readonly id: string;
  readonly about: { readonly title: string; readonly source: string };
  /** True when `raw` (parsed JSON) is certainly of this format; used by `auto`. Must be cheap and never throw. */
  recognises(raw: unknown): boolean;
  /** Records inside a container this format knows (`{"Records":[...]}`), or undefined when `raw` is one record. */
  split?(raw: unknown): readonly unknown[] | undefined;
  read(raw: unknown, context: ReadContext): Reading;
}

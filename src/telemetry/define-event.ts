/** What an event is made of: its level, its sentence, its fields and the metrics it moves. */
import type { MetricName } from './metrics.ts';

export type Level = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
/** `text` is cut at 1,000 characters and scrubbed of secrets; `error` is logged by class and message, with a stack only where it is a bug. */
export type FieldKind = 'text' | 'number' | 'error';

/** A counter is raised by the field `by` (1 without it), a gauge set to it, a histogram shown it. Labels come from fields of the same name. */
export interface Move<Field extends string = string> {
  readonly metric: MetricName;
  readonly by?: Field;
  /** A fixed amount in place of `by`. */
  readonly to?: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Drops the labelled series: what it measured is no longer ours. */
  readonly forget?: true;
}

export interface Event {
  /** `silent`: metrics only. */
  readonly level: Level | 'silent';
  readonly says: string;
  readonly fields: Readonly<Record<string, FieldKind>>;
  readonly moves: readonly Move[];
  /** At most one line in so many ms; the next one counts those left out as `alike`. */
  readonly atMostEveryMs?: number;
}

/** An event with its fields, so that whoever reports it must say them. */
export const define = <const Kinds extends Readonly<Record<string, FieldKind>>>(
  level: Event['level'],
  says: string,
  fields: Kinds,
  moves: readonly Move<keyof Kinds & string>[] = [],
  atMostEveryMs?: number,
): Omit<Event, 'fields'> & { readonly fields: Kinds } => ({
  level,
  says,
  fields,
  moves,
  ...(atMostEveryMs !== undefined && { atMostEveryMs }),
});

/** At most one line in so many ms, of what may happen many times a second. */
export const OFTEN = 10_000;

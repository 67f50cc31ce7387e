/** The event hours in which a partition is judged, and what was told in them. */
import { createPace } from '../bounds/pace.ts';
import type { Contribution, InventoryUpdate, Located, LocatedDecision } from '../core/engine-contract.ts';

/** What stands between the activities: a record of the inventory, or a decision about an alert. */
export type Said = InventoryUpdate | LocatedDecision;

export const inOrder = (said: readonly Said[]): readonly Said[] => [...said].sort((a, b) => a.offset - b.offset);

/** What is judged with one state of the population: that of the hours before `hour`. */
export interface HourPart {
  readonly hour: number;
  readonly located: readonly Located[];
  readonly said: readonly Said[];
}

/**
 * Cuts a chunk where event time reaches a further hour than before; `hour` is the one reached so far. So the hour in which an activity is
 * judged follows from the log alone, however it was cut into chunks.
 */
export function byHour(
  located: readonly Located[],
  said: readonly Said[],
  hour: number,
  hourOf: (one: Located) => number,
): HourPart[] {
  const parts: HourPart[] = [];
  let from = 0;
  let heard = 0;
  let current = hour;
  const cut = (to: number) => {
    const next = located[to]?.offset ?? Number.POSITIVE_INFINITY;
    let upTo = heard;
    while (upTo < said.length && (said[upTo] as Said).offset < next) upTo++;
    if (to > from || upTo > heard)
      parts.push({ hour: current, located: located.slice(from, to), said: said.slice(heard, upTo) });
    from = to;
    heard = upTo;
  };
  for (const [at, one] of located.entries()) {
    const reached = hourOf(one);
    if (reached <= current) continue;
    cut(at);
    current = reached;
  }
  cut(located.length);
  return parts;
}

/** Hour in which a contribution was told; of one that an earlier version stored, its own. */
export const toldIn = ({ told, hour }: Contribution): number => told ?? hour;

/** What takes contributions hour by hour. */
export interface Closing {
  readonly epoch: number;
  merge(contribution: Contribution): void;
  closing(hour: number): Iterable<undefined>;
}

/** Steps of an hour that is closed, and runs of contributions, between two pauses: at the most, or fewer where they take long. */
const pace = createPace({ records: 32, bytes: Number.POSITIVE_INFINITY });
/** Contributions that are taken or sorted in one go. */
const RUN = 256;

/**
 * Merges contributions, in order of the hours they were told in, and closes those hours one after another, as they were closed when they were
 * told. Others run in between.
 */
export async function follow(
  population: Closing,
  contributions: AsyncIterable<Contribution> | Iterable<Contribution>,
  epoch: number,
): Promise<void> {
  const close = async (hour: number) => {
    for (const _ of population.closing(hour)) await pace(0);
  };
  let merged = 0;
  for await (const contribution of contributions) {
    const told = toldIn(contribution);
    if (told > population.epoch + 1) await close(told);
    population.merge(contribution);
    if (++merged % RUN === 0) await pace(0);
  }
  await close(epoch + 1);
}

const texts = ['tenant', 'peers', 'dimension'] as const;
const numbers = ['value', 'identity', 'amount'] as const;

/** The order in which the store gives contributions: the hours they were told in, their own, then all that they say. */
export function inStoredOrder(a: Contribution, b: Contribution): number {
  const hours = toldIn(a) - toldIn(b) || a.hour - b.hour;
  if (hours !== 0) return hours;
  for (const key of texts) if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
  for (const key of numbers) if (a[key] !== b[key]) return a[key] - b[key];
  return 0;
}

/**
 * Contributions in the order of the store. Sorted in runs that are merged, with pauses: an hour in which thousands are new tells a million of
 * them, and sorting these in one go held up everybody for seconds.
 */
export async function asStored(contributions: readonly Contribution[]): Promise<readonly Contribution[]> {
  let runs: (readonly Contribution[])[] = [];
  for (let from = 0; from < contributions.length; from += RUN) {
    runs.push(contributions.slice(from, from + RUN).sort(inStoredOrder));
    await pace(0);
  }
  while (runs.length > 1) {
    const next: (readonly Contribution[])[] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [one, other = []] = runs.slice(at, at + 2) as [readonly Contribution[], (readonly Contribution[])?];
      const both: Contribution[] = [];
      let [i, j] = [0, 0];
      while (i < one.length || j < other.length) {
        const isOne = j === other.length || (i < one.length && inStoredOrder(one[i]!, other[j]!) <= 0);
        both.push(isOne ? one[i++]! : other[j++]!);
        if (both.length % RUN === 0) await pace(0);
      }
      next.push(both);
    }
    runs = next;
  }
  return runs[0] ?? [];
}

/** Contributions of the store with others that are not in it yet, both in its order. */
export async function* merged(
  stored: AsyncIterable<Contribution>,
  others: readonly Contribution[],
): AsyncGenerator<Contribution> {
  let at = 0;
  for await (const one of stored) {
    while (at < others.length && inStoredOrder(others[at] as Contribution, one) < 0) yield others[at++] as Contribution;
    yield one;
  }
  yield* others.slice(at);
}

/** What comes in ascending order, given out in stretches that are asked for in order too: so several of them are one question. */
export function inStretches<T>(
  all: AsyncIterable<T>,
  placeOf: (one: T) => number,
): (upTo: number) => AsyncGenerator<T> {
  const iterator = all[Symbol.asyncIterator]();
  let next: IteratorResult<T> | undefined;
  return async function* (upTo) {
    next ??= await iterator.next();
    for (; !next.done && placeOf(next.value) <= upTo; next = await iterator.next()) yield next.value;
  };
}

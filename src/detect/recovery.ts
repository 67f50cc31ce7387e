/** Brings a partition back from the store: its memories, and what followed them, judged again with the population as it was then. */
import type { Engine, Located } from '../core/engine-contract.ts';
import { hourOf, reachedMs } from '../core/instant.ts';
import type { Population } from '../core/population/population.ts';
import type { Clock } from '../ports/outside.ts';
import type { Store } from '../ports/store.ts';
import { type Span, type TopicPartition, topicName } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { byHour, inOrder, inStretches, type Said } from './event-hours.ts';
import { judge, SLICE_ROWS } from './judge.ts';
import { type LogPlace, readLog, startOf } from './log-place.ts';
import type { Opening, PopulationFeed } from './population-feed.ts';

/** An offset before every real one. */
export const NOWHERE = -1;

export interface RecoveryParts {
  readonly cluster: string;
  readonly store: Pick<Store, 'recall' | 'turnsAfter' | 'stored' | 'inventory' | 'decisions'>;
  readonly clock: Clock;
  readonly lateAfterMs: number;
  readonly aheadMs: number;
  readonly populationFeed: Pick<PopulationFeed, 'open'>;
  newEngine(population: Population): Engine;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

/** A partition as its last committed turn left it. */
export interface Recovered {
  readonly engine: Engine;
  /** Whether the engine has the population of all; else one that is not further than its last turn. */
  readonly isShared: boolean;
  readonly log: LogPlace;
  /** The log is another one than before. */
  readonly isAnother: boolean;
  readonly state: string | undefined;
  /** Last offset that was judged, and that of the snapshot that the rest was judged after. */
  readonly judged: number;
  readonly saved: number;
  /** Event hour reached; `NOWHERE`: none that is known. */
  readonly hour: number;
  /** No turn and no snapshot was known any more: all that is stored was learned. */
  readonly isUnmarked: boolean;
  /** Activities judged again. */
  readonly replayed: number;
  /** Identities that the last snapshot had and the store no longer has, of so many. */
  readonly lost: number;
  readonly expected: number;
}

export interface Recovery {
  /** Needs a population no further than `epoch`, where that is given. */
  recover(place: TopicPartition, generation: string | undefined, opening: Opening, epoch?: number): Promise<Recovered>;
  /**
   * An engine of a partition that is owned already, with a population of its own as of `epoch`; without it with the one of all. `reach`
   * takes that population further.
   */
  asOf(
    place: TopicPartition,
    generation: string | undefined,
    epoch?: number,
  ): Promise<{ readonly engine: Engine; readonly reach: (epoch: number) => Promise<void> }>;
  /** The hour that event time has reached with an activity; one that the clock has not reached was dated under a wrong clock. */
  readonly reachedBy: (one: Located) => number;
}

export function createRecovery(parts: RecoveryParts): Recovery {
  const { store, clock, telemetry } = parts;

  function reachedBy({ activity }: Located): number {
    const ms = reachedMs(activity, parts.lateAfterMs);
    return ms > clock.now() + parts.aheadMs ? NOWHERE : hourOf(ms);
  }

  /**
   * An engine with the memories of a partition, and the turns after an offset, which it has to judge again. The mark that ends at the
   * offset holds the state as of there, so it is asked for too.
   */
  async function recalled(place: TopicPartition, opening: Opening, after: number, epoch: number) {
    const marks = await store.turnsAfter(place.topic, place.partition, after - 1);
    const first = marks.find(({ span }) => span.last > after)?.epoch ?? Number.POSITIVE_INFINITY;
    const { population, isShared } = await opening.populationAt(Math.min(first, epoch), marks.at(-1)?.epoch ?? NOWHERE);
    const engine = parts.newEngine(population);
    const { identities: expected = 0, rows } = await store.recall(place.topic, place.partition);
    for await (const row of rows) engine.restore(row);
    return { engine, marks, isShared, expected, lost: lostOf(engine, expected) };
  }

  async function recover(
    named: TopicPartition,
    generation: string | undefined,
    opening: Opening,
    epoch = Number.POSITIVE_INFINITY,
  ): Promise<Recovered> {
    const place = { topic: topicName(parts.cluster, named.topic), partition: named.partition };
    const { topic, partition } = place;
    const { offset } = await store.recall(topic, partition);
    let found = await recalled(place, opening, offset, epoch);
    // A memory knows the offset it learned last: who is there learns nothing twice, who is missing learns all of it again.
    if (found.lost > 0 && offset !== NOWHERE) found = await recalled(place, opening, NOWHERE, epoch);
    const { engine, lost, expected, marks, isShared } = found;
    const saved = lost > 0 ? NOWHERE : offset;
    if (lost > 0) telemetry.event('memories-missing', { ...named, identities: lost, of: expected });
    // The inventory starts as it was at the snapshot. Later records are given back between the activities between which they came.
    for await (const located of store.inventory(topic, partition, NOWHERE, saved, 'in-force'))
      engine.updateInventory({ ...located, isEvidence: false });
    const last = marks.at(-1);
    // Of what is learned already only the last turn counts: it tells the hour that was reached.
    const again = marks.filter(({ span }) => span.last > saved || span === last?.span);
    const from = (again[0]?.span.first ?? 0) - 1;
    const upTo = last?.span.last ?? NOWHERE;
    // One question for all turns: one for each of them took longer than to judge them.
    const stored = inSpans(store.stored(topic, partition, from, upTo));
    const records = inSpans(store.inventory(topic, partition, from, upTo, 'all'));
    const decisions = inSpans(store.decisions(topic, partition, from, upTo));
    let replayed = 0;
    let hour = NOWHERE;
    for (const { span, epoch } of again) {
      const located = await stored(span);
      const said: Said[] = (await records(span)).map((one) => ({ ...one, isEvidence: false }));
      said.push(...(await decisions(span)));
      const hours = byHour(located, inOrder(said), Math.max(hour, epoch + 1), reachedBy);
      hour = Math.max(hour, epoch + 1, hours.at(-1)?.hour ?? NOWHERE);
      if (span.last <= saved) continue;
      for (const part of hours) {
        await opening.reach(part.hour - 1);
        await judge(engine, [part]);
      }
      replayed += located.length;
    }
    const unmarked =
      offset === NOWHERE && last === undefined ? await learnUnmarked(named, topic, engine) : { upTo: NOWHERE, hour };
    hour = Math.max(hour, unmarked.hour);
    const judged = Math.max(last?.span.last ?? NOWHERE, offset, unmarked.upTo);
    const { log: before, state } = readLog(last?.state);
    const { log, isAnother } = startOf(before, generation, judged);
    const isUnmarked = unmarked.upTo !== NOWHERE;
    return { engine, isShared, log, isAnother, isUnmarked, state, judged, saved, hour, replayed, lost, expected };
  }

  /** Learns what is stored of a partition of which no turn and no snapshot is known any more. Gives the last offset, `NOWHERE` where nothing is stored. */
  async function learnUnmarked(place: TopicPartition, topic: string, engine: Engine) {
    let upTo = NOWHERE;
    let hour = NOWHERE;
    const batch: Located[] = [];
    const learn = () => judge(engine, [{ hour, located: batch.splice(0), said: [] }]);
    for await (const located of store.stored(topic, place.partition, NOWHERE, Number.MAX_SAFE_INTEGER)) {
      if (upTo === NOWHERE) telemetry.event('turns-missing', place);
      upTo = located.offset;
      hour = Math.max(hour, reachedBy(located));
      if (batch.push(located) >= SLICE_ROWS) await learn();
    }
    if (batch.length > 0) await learn();
    return { upTo, hour };
  }

  return {
    recover,
    async asOf(place, generation, epoch) {
      const opening = parts.populationFeed.open(place.partition);
      try {
        const { engine } = await recover(place, generation, opening, epoch);
        if (epoch !== undefined) await opening.reach(epoch);
        return { engine, reach: opening.reach };
      } finally {
        opening.cancel();
      }
    },
    reachedBy,
  };
}

/** Identities the last snapshot had that are not there; those beyond `detect.maxIdentities` were let go on purpose. */
export function lostOf(engine: Engine, expected: number): number {
  const { identities, dropped } = engine.held();
  return Math.max(0, expected - identities - dropped);
}

/** The same span after span. What lies between two of them, of a turn that was not finished, is left out. */
function inSpans<T extends { readonly offset: number }>(all: AsyncIterable<T>) {
  const upTo = inStretches(all, ({ offset }) => offset);
  return async ({ first, last }: Pick<Span, 'first' | 'last'>): Promise<T[]> => {
    const found: T[] = [];
    for await (const one of upTo(last)) if (one.offset >= first) found.push(one);
    return found;
  };
}

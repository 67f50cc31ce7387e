/** Takes chunks of the activity topic through judge, learn, plan and commit: one turn each, every step named with what would be lost without it. */
import { LRUCache } from 'lru-cache';
import type { Alert } from '../../schemas/alert.ts';
import type { Engine, InventoryUpdate, Located, LocatedDecision } from '../core/engine-contract.ts';
import { judgedMs } from '../core/instant.ts';
import type { Population } from '../core/population/population.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { StoredPlace } from '../ports/privacy.ts';
import type { Store, ToldPart, Turn } from '../ports/store.ts';
import { type Chunk, type Span, StepAbandoned, type TopicPartition, topicName } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { asDecided, asked, type Heard, type Told } from './decided-versions.ts';
import type { ErasureMark } from './erasure-message.ts';
import { byHour, type HourPart, inOrder, type Said } from './event-hours.ts';
import { judge, marked, newOutcome, outcomeOf } from './judge.ts';
import { type LogPlace, writeLog } from './log-place.ts';
import { freshOf, isOfHistory } from './met-again.ts';
import { PartitionSnapshots, type SnapshotParts } from './partition-snapshots.ts';
import type { PopulationFeed } from './population-feed.ts';
import { createRecovery, lostOf, NOWHERE, type Recovered } from './recovery.ts';

/** Bump when the bytes of a stored row change: an insert token must name one exact content. */
const ENCODER = 'v1';

/** Names a turn, and so the tokens of its inserts: one name, one content. */
export const turnId = ({ topic, partition, first, last }: Span) => `${topic}/${partition}/${first}-${last}/${ENCODER}`;

const RAISED_MAX = 10_000;

/** Knows which messages were processed already, and from where to go on. */
export interface Dedup {
  /** True when the message is a repetition of one already seen. */
  isRepetition(origin: string): boolean;
  /** Serialised state, at most 64 KiB. */
  save(): string;
  /** Raw partitions that were met in another generation than before: their topics were made anew. */
  readonly regenerated?: number;
}

/** What reading one chunk gave. */
export interface Decoded {
  readonly located: readonly Located[];
  /** Inventory records among them; absent when there are none. */
  readonly inventory?: readonly InventoryUpdate[];
  /** What was decided about alerts; absent when there is nothing. */
  readonly decisions?: readonly LocatedDecision[];
  /** Requests to forget somebody when the turn is committed; absent when there are none. */
  readonly erasures?: readonly ErasureMark[];
  readonly repetitions: number;
}

export interface PumpParts extends Omit<SnapshotParts, 'store'> {
  readonly cluster: string;
  readonly store: Pick<
    Store,
    | 'population'
    | 'recall'
    | 'turnsAfter'
    | 'stored'
    | 'storedBefore'
    | 'inventory'
    | 'decisions'
    | 'commit'
    | 'saveMemories'
    | 'alerts'
    | 'heard'
  >;
  /** See `judgedMs`. */
  readonly lateAfterMs: number;
  /** How far an activity may be dated ahead of the clock, in ms. */
  readonly aheadMs: number;
  readonly populationFeed: PopulationFeed;
  newEngine(population: Population): Engine;
  newDedup(saved: string | undefined): Dedup;
  /** Reads the messages of a chunk; what cannot be read is set aside before it returns. */
  decode(chunk: Chunk, progress: Dedup): Promise<Decoded>;
  /** The deliveries that alert versions lead to; `heard` says which sinks had versions of them, and of their fellows, before. */
  plan(alerts: readonly Told[], partition: number, heard: Heard): readonly Delivery[];
  /** Called with the alerts of a committed turn that somebody has decided about. */
  onDecided?(alerts: readonly Alert[]): void;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

/** What a chunk holds, at its places in the store. */
interface Read extends Span {
  readonly located: readonly Located[];
  readonly said: readonly Said[];
  readonly decisions: readonly LocatedDecision[];
  readonly erasures: readonly ErasureMark[];
  readonly repetitions: number;
}

interface Work {
  engine: Engine;
  readonly progress: Dedup;
  /** Which log of that name it is, and where its offsets begin in the store. */
  readonly log: LogPlace;
  /** The next chunk, where it was read before its turn. */
  ahead: Read | undefined;
  readonly snapshots: PartitionSnapshots;
  /** Activities that the engine had met again when last asked. */
  repeated: number;
  regenerated: number;
}

/** What a chunk is judged with, hour by hour. */
interface HoursAt {
  readonly id: string;
  readonly first: number;
  readonly taken: AbortSignal;
  /** Takes a population of its own to a closed hour; undefined where the one of all is used. */
  readonly reach: ((epoch: number) => Promise<void>) | undefined;
}

export interface Pump {
  /**
   * Recalls what was learned of a partition and judges again, without effects, what came after the last snapshot; where memories
   * are missing, all that is stored. `generation` says which log of that name it is.
   */
  open(place: TopicPartition, generation?: string): Promise<void>;
  /** Takes a chunk through; gives the requests to forget that were in it. */
  turn(
    chunk: Chunk,
    intend: (epoch: number) => Promise<void>,
    taken: AbortSignal,
    following?: () => Chunk | undefined,
  ): Promise<readonly ErasureMark[]>;
  /**
   * Puts a partition down between two turns and takes it up again, so that `work` may change what is stored of it: its memories are saved
   * before and recalled after. `work` is told what the store calls it.
   */
  reopen(
    place: TopicPartition,
    generation: string | undefined,
    work: (at: StoredPlace) => Promise<void>,
  ): Promise<void>;
  /** Saves the memories of a partition between two turns, because something other than a turn changed them. */
  save(place: TopicPartition): Promise<void>;
  /** Gives a partition up; its memories are saved first unless another worker owns it already. */
  close(place: TopicPartition, reason: 'taken' | 'stop'): Promise<void>;
  /** The engine of a partition that is owned now. */
  engineOf(place: TopicPartition): Engine | undefined;
  /** Partitions owned now. */
  partitions(): readonly number[];
  /** What of the partitions owned now is gone for good, one line each; empty when all is there. */
  missing(): readonly string[];
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

const named = ({ topic, partition }: TopicPartition) => ({ topic, partition });

/** The latest time in ms at which one of the activities is judged; 0 for none. */
function newestOf(located: readonly Located[], lateAfterMs: number): number {
  let newestMs = 0;
  for (const { activity } of located) newestMs = Math.max(newestMs, judgedMs(activity, lateAfterMs));
  return newestMs;
}

export function createPump(parts: PumpParts): Pump {
  const { store, clock, populationFeed, telemetry } = parts;
  const recovery = createRecovery(parts);
  const { reachedBy } = recovery;
  const works = new Map<string, Work>();
  const owned = new Map<string, number>();
  /** What the store has lost of each partition, in words, by key of the partition. */
  const missing = new Map<string, string>();
  let isPopulationLooked = false;
  /** Ids of alerts that the log has called raised, so that it says so once. */
  const raised = new LRUCache<string, true>({ max: RAISED_MAX });

  /** A topic that is made anew begins at offset 0 again: what the store holds must not pass for its own. */
  const stored = (topic: string) => topicName(parts.cluster, topic);

  function report({ span, activities, alerts, observed }: Turn, seconds: number): void {
    telemetry.event('turn-committed', { ...span, activities: activities.length, seconds });
    telemetry.event('observed', { alerts: observed.length });
    for (const { id, version, tenant, identity, kinds, severity } of alerts)
      if (raised.get(id)) telemetry.event('alert-updated', { alert: id, version });
      else {
        raised.set(id, true);
        telemetry.event('alert-raised', { alert: id, tenant, identity: identity.id, kind: kinds[0]!, severity });
      }
  }

  async function open(place: TopicPartition, generation?: string): Promise<void> {
    const began = clock.now();
    const opening = populationFeed.open(place.partition);
    try {
      let replayed = 0;
      for (;;) {
        const found = await recovery.recover(place, generation, opening);
        const { lost, expected, hour, isShared, isAnother, isUnmarked } = found;
        const work = workOf(place, found);
        replayed += found.replayed;
        if (lost > 0) tellRelearned(place, work.engine, expected, lost);
        // What was learned again is saved at once, or the next start would learn it again. And what was judged again with the
        // population as it was then goes on with the one of all.
        if ((lost > 0 || isUnmarked || !isShared) && found.judged >= 0) await work.snapshots.save(work.engine);
        if (!isShared) continue;
        if (isAnother)
          telemetry.event('log-began-anew', {
            ...named(place),
            role: 'detect',
            cause: 'recreated',
            read: found.judged,
            from: 0,
          });
        works.set(keyOf(place), work);
        owned.set(keyOf(place), place.partition);
        await opening.join({ hour, offset: found.judged });
        if (work.engine.held().identities > 0) await tellPopulation(place, hour);
        telemetry.event('partition-recovered', {
          ...named(place),
          offset: found.saved,
          identities: work.engine.held().identities,
          repeated: replayed,
          seconds: (clock.now() - began) / 1_000,
        });
        return;
      }
    } finally {
      opening.cancel();
    }
  }

  function workOf(place: TopicPartition, { engine, state, log, judged, saved }: Recovered): Work {
    const progress = parts.newDedup(state);
    return {
      engine,
      progress,
      log,
      ahead: undefined,
      snapshots: new PartitionSnapshots(parts, place, stored(place.topic), { judged, saved }),
      repeated: engine.held().repeated,
      regenerated: progress.regenerated ?? 0,
    };
  }

  /** Tells once in the life of a process where identities are remembered and nothing is of what they have in common. */
  async function tellPopulation(place: TopicPartition, hour: number): Promise<void> {
    if (isPopulationLooked || hour <= NOWHERE) return;
    isPopulationLooked = true;
    // What was told in the hour that is open counts too: in the first hour of a store there is nothing else.
    for await (const _ of store.population(NOWHERE, hour)) return;
    telemetry.event('population-missing', named(place));
  }

  function tellRelearned(place: TopicPartition, engine: Engine, expected: number, lost: number): void {
    const gone = lostOf(engine, expected);
    telemetry.event('memories-learned-again', { ...named(place), identities: lost - gone, gone });
    if (gone > 0)
      missing.set(
        keyOf(place),
        `${gone} of ${expected} identities of ${keyOf(place)} are gone, and no activity of theirs is stored any more`,
      );
  }

  /** Reads a chunk; what cannot be read is in the dead letters before it returns. */
  async function read(chunk: Chunk, work: Work): Promise<Read> {
    const { base } = work.log;
    const { ahead } = work;
    work.ahead = undefined;
    const [first, last] = [chunk.first + base, chunk.last + base];
    if (ahead !== undefined) {
      if (ahead.first === first && ahead.last === last) return ahead;
      throw new Error(`${keyOf(chunk)} was read up to ${ahead.last}, and ${first} to ${last} came`);
    }
    const decoded = await parts.decode(chunk, work.progress);
    const decisions = moved(decoded.decisions ?? [], base);
    const said = inOrder([...moved(decoded.inventory ?? [], base), ...decisions]);
    const { erasures = [], repetitions } = decoded;
    const located = moved(decoded.located, base);
    return { ...named(chunk), first, last, located, said, decisions, erasures, repetitions };
  }

  /**
   * Before a turn is committed: where the next chunk is there and begins with a further hour, that hour is reached now, with all that the turn
   * told before, and the other partitions need not wait for the commit. True where it was told.
   */
  async function goOn(work: Work, following: () => Chunk | undefined, hour: number, told: ToldPart): Promise<boolean> {
    const next = populationFeed.isShared ? following() : undefined;
    if (next === undefined) return false;
    work.ahead = await read(next, work);
    // Which of its activities were learned of history can only be told when this turn is stored; and it begins no further hour with one
    // that may have been here before.
    if (work.ahead.located.some((one) => isOfHistory(work.log, one))) return false;
    const { known, unsure } = work.engine.met(work.ahead.located.slice(0, 1));
    if (known.length + unsure.length > 0) return false;
    const [first] = byHour(work.ahead.located, work.ahead.said, hour, reachedBy);
    if (first === undefined || first.hour <= hour) return false;
    populationFeed.goOn(next.partition, first.hour, work.snapshots.judged, told);
    return true;
  }

  async function turn(
    chunk: Chunk,
    intend: (epoch: number) => Promise<void>,
    taken: AbortSignal,
    following: () => Chunk | undefined = () => undefined,
  ) {
    const work = works.get(keyOf(chunk));
    if (work === undefined) throw new Error(`a chunk of ${keyOf(chunk)} came before the partition was opened`);
    work.snapshots.check();
    // 1. Read. A record that cannot be read is in the dead letters before the offset moves, or it would be lost.
    const { first, last, said, decisions, erasures, repetitions, ...found } = await read(chunk, work);
    // What was here before is left out: a repetition teaches nothing, and a topic keeps days that history was learned of.
    const { located, again } = await freshOf(found.located, work.engine, work.log, (activities) =>
      store.storedBefore(stored(chunk.topic), chunk.partition, first, activities),
    );
    // 2. Promise the exact range and the epoch of the population it is judged with, or a crash would cut and judge it differently.
    const begun = await populationFeed.begin(chunk.partition);
    const from = Math.max(begun, (chunk.intended?.epoch ?? NOWHERE) + 1);
    const epoch = Math.max(from, 0) - 1;
    await intend(epoch);
    // 3. Judge and learn. From here the engine is ahead of the store: if the commit fails, the process must end.
    const id = turnId({ topic: stored(chunk.topic), partition: chunk.partition, first, last });
    const hours = byHour(located, said, from, reachedBy);
    const isOld = chunk.intended !== undefined && from - 1 < populationFeed.epoch;
    const old = isOld ? await recovery.asOf(chunk, work.log.generation, from - 1) : undefined;
    if (old !== undefined) work.engine = old.engine;
    const judged = await judgeHours(work, hours, chunk, { id, first, taken, reach: old?.reach });
    if (judged === undefined) return [];
    const { outcome: all, missing: missed } = judged;
    let { toldBefore, told: before } = judged;
    const { news, held, late, taught, decided, ...outcome } = all;
    work.snapshots.advance(last, located.length);
    const reached = hours.at(-1)?.hour ?? from;
    // What was seen of the raw topics up to here, before more is read.
    const state = writeLog(work.log, work.progress.save());
    const rest = { turn: id, before, contributions: outcome.contributions.slice(before) };
    if (old === undefined && (await goOn(work, following, reached, rest)))
      toldBefore = before = outcome.contributions.length;
    // 4. Commit everything the chunk leads to under one id, or alerts and their deliveries could part.
    const began = clock.now();
    const told = await asDecided(store, marked(outcome.alerts, missed), news, decided);
    const heard = await store.heard(asked(told));
    const committed: Turn = {
      id,
      span: { topic: stored(chunk.topic), partition: chunk.partition, first, last },
      epoch,
      ...(chunk.intended !== undefined && { isRepeated: true }),
      activities: located,
      ...outcome,
      contributions: outcome.contributions.slice(toldBefore),
      ...(toldBefore > 0 && { toldBefore }),
      alerts: told.map(({ alert }) => alert),
      ...(decisions.length > 0 && { decisions }),
      deliveries: parts.plan(
        told.filter(({ isNews }) => isNews),
        chunk.partition,
        heard,
      ),
      state,
    };
    await populationFeed.keep();
    await store.commit(committed);
    report(committed, (clock.now() - began) / 1_000);
    const standing = committed.alerts.filter((alert) => alert.standing !== undefined);
    if (standing.length > 0) parts.onDecided?.(standing);
    if (late.activities > 0)
      telemetry.event('activities-late', {
        ...named(chunk),
        activities: late.activities,
        longestSeconds: late.longestMs / 1_000,
      });
    if (held > 0) telemetry.event('alerts-held', { alerts: held });
    for (const { place, ...one } of taught)
      if (place === undefined) telemetry.event('identity-taught', one);
      else telemetry.event('place-reached', { ...one, place });
    tellRepetitions(work, repetitions + again);
    if (chunk.intended !== undefined) telemetry.event('turn-repeated', committed.span);
    // 5. All of it is stored: others may go on with it.
    const newestMs = newestOf(located, parts.lateAfterMs);
    if (newestMs > 0) telemetry.event('watermark', { ...named(chunk), delaySeconds: (clock.now() - newestMs) / 1_000 });
    const untold = outcome.contributions.slice(before);
    populationFeed.done(chunk.partition, { hour: reached, offset: last }, chunk.last + 1, untold);
    // 6. Save memories now and then, or recovery would judge everything again. What was judged with an older population goes on with the one of all.
    if (old !== undefined) {
      await work.snapshots.save(work.engine);
      work.engine = (await recovery.asOf(chunk, work.log.generation)).engine;
    } else if (work.snapshots.isDue(chunk.last, works.size, reached > begun)) await work.snapshots.begin(work.engine);
    return erasures;
  }

  /**
   * Judges a chunk hour by hour. Before a further hour everything told before is stored, and everybody else is there too, so that what is
   * known of others is the same whoever judges. Undefined: the partition went to another worker meanwhile.
   */
  async function judgeHours(
    work: Work,
    hours: readonly HourPart[],
    place: TopicPartition,
    { id, first, taken, reach }: HoursAt,
  ) {
    const outcome = newOutcome();
    let toldBefore = 0;
    let missing = 0;
    let judgingMs = 0;
    let before = first - 1;
    try {
      for (const part of hours) {
        const contributions = outcome.contributions.slice(toldBefore);
        await populationFeed.cross(
          place.partition,
          part.hour,
          before,
          { turn: id, before: toldBefore, contributions },
          taken,
        );
        await reach?.(part.hour - 1);
        if (taken.aborted) return undefined;
        toldBefore = outcome.contributions.length;
        missing = Math.max(missing, populationFeed.missing.length);
        const began = clock.now();
        await judge(work.engine, [part], outcome);
        judgingMs += clock.now() - began;
        before = Math.max(before, part.located.at(-1)?.offset ?? NOWHERE, part.said.at(-1)?.offset ?? NOWHERE);
      }
    } catch (error) {
      // The engine is ahead of the store: its memories must not be saved.
      if (error instanceof StepAbandoned) works.delete(keyOf(place));
      throw error;
    }
    telemetry.event('turn-judged', {
      activities: hours.reduce((sum, { located }) => sum + located.length, 0),
      seconds: judgingMs / 1_000,
    });
    if (taken.aborted) return undefined;
    const { isShared } = populationFeed;
    return { outcome: outcomeOf(outcome), told: toldBefore, toldBefore: isShared ? toldBefore : 0, missing };
  }

  /** What was left out because it had been there: by the place it came from, and by its id. */
  function tellRepetitions(work: Work, repetitions: number): void {
    const { repeated } = work.engine.held();
    telemetry.event('activities-met-again', { activities: repetitions + repeated - work.repeated });
    work.repeated = repeated;
    const { regenerated = 0 } = work.progress;
    if (regenerated > work.regenerated)
      telemetry.event('raw-topic-recreated', { partitions: regenerated - work.regenerated });
    work.regenerated = regenerated;
  }

  async function close(place: TopicPartition, reason: 'taken' | 'stop'): Promise<void> {
    const work = works.get(keyOf(place));
    works.delete(keyOf(place));
    owned.delete(keyOf(place));
    missing.delete(keyOf(place));
    populationFeed.leave(place.partition);
    if (work === undefined) return;
    // Of what is still being written nothing may come after what the next owner does.
    await work.snapshots.settled();
    if (reason === 'stop' && !work.snapshots.isComplete) await work.snapshots.save(work.engine);
  }

  async function save(place: TopicPartition): Promise<void> {
    const work = works.get(keyOf(place));
    if (work === undefined) throw new Error(`${keyOf(place)} was to be saved before it was opened`);
    await work.snapshots.save(work.engine);
  }

  return {
    open,
    turn,
    save,
    async reopen(place, generation, work) {
      await close(place, 'stop');
      await work({ topic: stored(place.topic), partition: place.partition });
      await open(place, generation);
    },
    close,
    engineOf: (place) => works.get(keyOf(place))?.engine,
    partitions: () => [...owned.values()],
    missing: () => [...missing.values()],
  };
}

/** The same at their places in the store. */
const moved = <T extends { readonly offset: number }>(all: readonly T[], base: number): readonly T[] =>
  base === 0 ? all : all.map((one) => ({ ...one, offset: one.offset + base }));

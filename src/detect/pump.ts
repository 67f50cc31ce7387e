/** Takes chunks of the activity topic through judge, learn, plan and commit: one turn each, every step named with what would be lost without it. */
import { LRUCache } from 'lru-cache';
import type { Alert } from '../../schemas/alert.ts';
import type {
  Engine,
  InventoryUpdate,
  Located,
  LocatedDecision,
  LocatedRecord,
  Taught,
} from '../core/engine-contract.ts';
import { judgedMs, msOf } from '../core/instant.ts';
import type { Delivery } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import type { StoredPlace } from '../ports/privacy.ts';
import type { Store, Turn } from '../ports/store.ts';
import type { Chunk, Span, TopicPartition } from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { asDecided, asked, type DecidedVersion, type Heard, type Told } from './decided-versions.ts';
import type { ErasureMark } from './erasure-message.ts';
import { type LogPlace, readLog, startOf, writeLog } from './log-place.ts';
import type { PopulationFeed } from './population-feed.ts';

/** Bump when the bytes of a stored row change: an insert token must name one exact content. */
const ENCODER = 'v1';

/** Names a turn, and so the tokens of its inserts: one name, one content. */
export const turnId = ({ topic, partition, first, last }: Span) => `${topic}/${partition}/${first}-${last}/${ENCODER}`;

const RAISED_MAX = 10_000;

/** An offset before every real one. */
const NOWHERE = -1;

/** Activities judged in one go; between two such slices the process breathes, so that heartbeats leave in time. */
const SLICE_ROWS = 2_000;

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

export interface PumpParts {
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
  readonly clock: Clock;
  readonly snapshotEveryMs: number;
  /** See `judgedMs`. */
  readonly lateAfterMs: number;
  readonly populationFeed: PopulationFeed;
  newEngine(): Engine;
  newDedup(saved: string | undefined): Dedup;
  /** Reads the messages of a chunk; what cannot be read is set aside before it returns. */
  decode(chunk: Chunk, progress: Dedup): Promise<Decoded>;
  /** The deliveries that alert versions lead to; `heard` says which sinks had versions of them, and of their fellows, before. */
  plan(alerts: readonly Told[], partition: number, heard: Heard): readonly Delivery[];
  /** Called with the alerts of a committed turn that somebody has decided about. */
  onDecided?(alerts: readonly Alert[]): void;
  readonly telemetry: Pick<Telemetry, 'event'>;
}

interface Work {
  readonly engine: Engine;
  readonly progress: Dedup;
  /** Which log of that name it is, and where its offsets begin in the store. */
  readonly log: LogPlace;
  /** Last offset that the engine has judged. */
  judged: number;
  /** Last offset of the last complete snapshot. */
  saved: number;
  savedAt: number;
  /** Identities the engine had dropped when last asked. */
  dropped: number;
  /** Activities it had met again when last asked. */
  repeated: number;
  regenerated: number;
}

export interface Pump {
  /**
   * Recalls what was learned of a partition and judges again, without effects, what came after the last snapshot; where memories
   * are missing, all that is stored. `generation` says which log of that name it is.
   */
  open(place: TopicPartition, generation?: string): Promise<void>;
  /** Takes a chunk through; gives the requests to forget that were in it. */
  turn(chunk: Chunk, intend: (epoch: number) => Promise<void>, taken: AbortSignal): Promise<readonly ErasureMark[]>;
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
  const works = new Map<string, Work>();
  const owned = new Map<string, number>();
  /** What the store has lost of each partition, in words, by key of the partition. */
  const missing = new Map<string, string>();
  let isPopulationLooked = false;
  /** Ids of alerts that the log has called raised, so that it says so once. */
  const raised = new LRUCache<string, true>({ max: RAISED_MAX });

  /** A topic that is made anew begins at offset 0 again: what the store holds must not pass for its own. */
  const stored = (topic: string) => `${parts.cluster}/${topic}`;

  async function snapshot(place: TopicPartition, work: Work): Promise<void> {
    const began = clock.now();
    const rows = work.engine.changed();
    const { identities, dropped } = work.engine.held();
    await store.saveMemories(stored(place.topic), place.partition, work.judged, rows, identities);
    work.saved = work.judged;
    work.savedAt = clock.now();
    const bytes = rows.reduce((sum, row) => sum + row.bytes.length, 0);
    // The size is estimated from the memories that changed, because packing all of them only to measure takes longer than saving.
    const each = bytes / Math.max(1, rows.length);
    telemetry.event('memory-measured', {
      partition: place.partition,
      identities,
      bytes: Math.round(each * identities),
    });
    if (dropped > work.dropped) telemetry.event('identities-dropped', { identities: dropped - work.dropped });
    work.dropped = dropped;
    telemetry.event('memories-saved', {
      ...named(place),
      offset: work.judged,
      identities: rows.length,
      bytes,
      seconds: (work.savedAt - began) / 1_000,
    });
  }

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
    const engine = parts.newEngine();
    const topic = stored(place.topic);
    const { offset: saved, identities: expected = 0, rows } = await store.recall(topic, place.partition);
    for await (const row of rows) engine.restore(row);
    const lost = lostOf(engine, expected);
    if (lost > 0) telemetry.event('memories-missing', { ...named(place), identities: lost, of: expected });
    // A memory knows the offset it learned last: who is there learns nothing twice, who is missing learns all of it again.
    const offset = lost > 0 ? NOWHERE : saved;
    // The inventory starts as it was at the snapshot. Later records are given back between the activities between which they came.
    for await (const located of store.inventory(topic, place.partition, NOWHERE, offset, 'in-force'))
      engine.updateInventory({ ...located, isEvidence: false });
    // The mark that ends at the snapshot holds the state as of the snapshot, so it is asked for too.
    const marks = await store.turnsAfter(topic, place.partition, offset - 1);
    const last = marks.at(-1);
    let replayed = 0;
    let newestMs = 0;
    for (const { span, epoch } of marks) {
      const isLearned = span.last <= offset;
      if (isLearned && span !== last?.span) continue;
      const batch: Located[] = [];
      for await (const located of store.stored(topic, place.partition, span.first - 1, span.last)) batch.push(located);
      newestMs = newestOf(batch, parts.lateAfterMs);
      await populationFeed.reach(epoch);
      if (isLearned) continue;
      const [after, upTo] = [span.first - 1, span.last];
      const said: Said[] = [];
      for await (const one of store.inventory(topic, place.partition, after, upTo, 'all'))
        said.push({ ...one, isEvidence: false });
      for await (const one of store.decisions(topic, place.partition, after, upTo)) said.push(one);
      await judge(engine, batch, inOrder(said));
      replayed += batch.length;
    }
    if (lost > 0) tellRelearned(place, engine, expected, lost);
    const found = saved === NOWHERE && last === undefined ? await learnUnmarked(place, topic, engine) : NOWHERE;
    const highest = Math.max(last?.span.last ?? NOWHERE, saved, found);
    const { log: before, state } = readLog(last?.state);
    const { log, isAnother } = startOf(before, generation, highest);
    if (isAnother)
      telemetry.event('log-began-anew', {
        ...named(place),
        role: 'detect',
        cause: 'recreated',
        read: highest,
        from: 0,
      });
    const progress = parts.newDedup(state);
    const work: Work = {
      engine,
      progress,
      log,
      judged: highest,
      saved,
      savedAt: clock.now(),
      dropped: 0,
      repeated: engine.held().repeated,
      regenerated: progress.regenerated ?? 0,
    };
    works.set(keyOf(place), work);
    // What was learned again is saved at once, or the next start would learn it again.
    if ((lost > 0 && highest >= 0) || found >= 0) await snapshot(place, work);
    owned.set(keyOf(place), place.partition);
    // The population goes to where the worker that died would have taken them after its last turn. A partition without
    // any counts as having reached nothing until its first chunk, so that nobody runs ahead of it.
    await populationFeed.advance(keyOf(place), newestMs);
    if (last !== undefined && engine.held().identities > 0) await tellPopulation(place);
    telemetry.event('partition-recovered', {
      ...named(place),
      offset,
      identities: engine.held().identities,
      repeated: replayed,
      seconds: (clock.now() - began) / 1_000,
    });
  }

  /** Learns what is stored of a partition of which no turn and no snapshot is known any more. Returns the last offset, `NOWHERE` where nothing is stored. */
  async function learnUnmarked(place: TopicPartition, topic: string, engine: Engine): Promise<number> {
    let upTo = NOWHERE;
    let batch: Located[] = [];
    for await (const located of store.stored(topic, place.partition, NOWHERE, Number.MAX_SAFE_INTEGER)) {
      if (upTo === NOWHERE) telemetry.event('turns-missing', named(place));
      upTo = located.offset;
      if (batch.push(located) < SLICE_ROWS) continue;
      await judge(engine, batch, []);
      batch = [];
    }
    if (batch.length > 0) await judge(engine, batch, []);
    return upTo;
  }

  /** Tells once in the life of a process where identities are remembered and nothing is of what they have in common. */
  async function tellPopulation(place: TopicPartition): Promise<void> {
    if (isPopulationLooked) return;
    isPopulationLooked = true;
    for await (const _ of store.population(NOWHERE, populationFeed.epoch)) return;
    if (populationFeed.epoch > NOWHERE) telemetry.event('population-missing', named(place));
  }

  /** Identities the last snapshot had that are not there; those beyond `detect.maxIdentities` were let go on purpose. */
  function lostOf(engine: Engine, expected: number): number {
    const { identities, dropped } = engine.held();
    return Math.max(0, expected - identities - dropped);
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

  async function turn(chunk: Chunk, intend: (epoch: number) => Promise<void>, taken: AbortSignal) {
    const work = works.get(keyOf(chunk));
    if (work === undefined) throw new Error(`a chunk of ${keyOf(chunk)} came before the partition was opened`);
    // 1. Read. A record that cannot be read is in the dead letters before the offset moves, or it would be lost.
    const decoded = await parts.decode(chunk, work.progress);
    const { base } = work.log;
    const decisions = moved(decoded.decisions ?? [], base);
    const said = inOrder([...moved(decoded.inventory ?? [], base), ...decisions]);
    const [first, last] = [chunk.first + base, chunk.last + base];
    const { located, learned } = await unlearned(chunk, work.log, moved(decoded.located, base), first);
    // 2. Promise the exact range and the epoch of the population it is judged with, or a crash would cut and judge it differently.
    const epoch = chunk.intended?.epoch ?? populationFeed.epoch;
    await intend(epoch);
    await populationFeed.reach(epoch);
    // 3. Judge and learn. From here the engine is ahead of the store: if the commit fails, the process must end.
    const judging = clock.now();
    const { news, held, late, taught, decided, ...outcome } = await judge(work.engine, located, said);
    telemetry.event('turn-judged', { activities: located.length, seconds: (clock.now() - judging) / 1_000 });
    work.judged = last;
    if (taken.aborted) return [];
    // 4. Commit everything the chunk leads to under one id, or alerts and their deliveries could part.
    const began = clock.now();
    const told = await asDecided(store, outcome.alerts, news, decided);
    const heard = await store.heard(asked(told));
    const committed: Turn = {
      id: turnId({ topic: stored(chunk.topic), partition: chunk.partition, first, last }),
      span: { topic: stored(chunk.topic), partition: chunk.partition, first, last },
      epoch,
      activities: located,
      ...outcome,
      alerts: told.map(({ alert }) => alert),
      ...(decisions.length > 0 && { decisions }),
      deliveries: parts.plan(
        told.filter(({ isNews }) => isNews),
        chunk.partition,
        heard,
      ),
      state: writeLog(work.log, work.progress.save()),
    };
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
    tellRepetitions(work, decoded.repetitions + learned);
    if (chunk.intended !== undefined) telemetry.event('turn-repeated', committed.span);
    // 5. Only now may the population move, so that a chunk sees one epoch from beginning to end.
    const newestMs = newestOf(located, parts.lateAfterMs);
    if (newestMs > 0) {
      telemetry.event('watermark', { ...named(chunk), delaySeconds: (clock.now() - newestMs) / 1_000 });
      await populationFeed.advance(keyOf(chunk), newestMs);
    }
    // 6. Save memories now and then, or recovery would judge everything again.
    if (clock.now() - work.savedAt >= parts.snapshotEveryMs) await snapshot(chunk, work);
    return decoded.erasures ?? [];
  }

  /**
   * Leaves out what history already held: a topic keeps days that files were learned of. Only what lies before this chunk counts, so
   * that a chunk that is judged again after a crash does not find itself.
   */
  async function unlearned(place: TopicPartition, { historyMs }: LogPlace, located: readonly Located[], first: number) {
    const old = historyMs === undefined ? [] : located.filter(({ activity }) => msOf(activity.at) <= historyMs);
    if (old.length === 0) return { located, learned: 0 };
    const activities = old.map(({ activity }) => activity);
    const found = await store.storedBefore(stored(place.topic), place.partition, first, activities);
    const learned = new Set([...found].map((at) => old[at]!));
    return { located: located.filter((one) => !learned.has(one)), learned: learned.size };
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
    populationFeed.leave(keyOf(place));
    if (work !== undefined && reason === 'stop' && work.judged > work.saved) await snapshot(place, work);
  }

  async function save(place: TopicPartition): Promise<void> {
    const work = works.get(keyOf(place));
    if (work === undefined) throw new Error(`${keyOf(place)} was to be saved before it was opened`);
    await snapshot(place, work);
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

/** What stands between the activities: a record of the inventory, or a decision about an alert. */
type Said = InventoryUpdate | LocatedDecision;

const inOrder = (said: readonly Said[]): readonly Said[] => [...said].sort((a, b) => a.offset - b.offset);

/**
 * Judges in slices, so that a large chunk does not hold up the heartbeat; the outcome is the same as in one go. What the
 * inventory says, and what was decided about an alert, counts from its place in the stream on.
 */
async function judge(engine: Engine, located: readonly Located[], between: readonly Said[]) {
  const alerts = new Map<string, Alert>();
  const news = new Set<string>();
  const observed = new Map<string, Alert>();
  const contributions = [];
  let held = 0;
  const late = { activities: 0, longestMs: 0 };
  const taught: Taught[] = [];
  const inventory: LocatedRecord[] = [];
  const decided: DecidedVersion[] = [];
  let next = 0;
  let from = 0;
  while (from < located.length || next < between.length) {
    const said = between[next];
    if (said !== undefined && said.offset < (located[from]?.offset ?? Number.POSITIVE_INFINITY)) {
      if ('decided' in said) {
        const version = engine.decide(said.decided);
        if (version !== undefined) decided.push({ ...said.decided, version });
      } else {
        const record = engine.updateInventory(said);
        if (record !== undefined) inventory.push({ record, offset: said.offset });
      }
      next++;
      continue;
    }
    let to = Math.min(from + SLICE_ROWS, located.length);
    while (said !== undefined && to > from && located[to - 1]!.offset > said.offset) to--;
    const outcome = engine.process(located.slice(from, to));
    from = to;
    for (const alert of outcome.alerts) alerts.set(alert.id, alert);
    for (const id of outcome.news) news.add(id);
    for (const alert of outcome.observed) observed.set(alert.id, alert);
    contributions.push(...outcome.contributions);
    held += outcome.held;
    taught.push(...outcome.taught);
    late.activities += outcome.late.activities;
    late.longestMs = Math.max(late.longestMs, outcome.late.longestMs);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    alerts: [...alerts.values()],
    news,
    held,
    late,
    decided,
    taught,
    observed: [...observed.values()],
    contributions,
    inventory,
  };
}

/** One population for all workers: its hours close when every partition has reached the next one, or is not waited for any longer. */
import { elapsed } from '../bounds/elapsed.ts';
import type { Contribution } from '../core/engine-contract.ts';
import type { Population } from '../core/population/population.ts';
import type { Clock } from '../ports/outside.ts';
import type { OwnHours, Reached, Store, ToldPart } from '../ports/store.ts';
import { StepAbandoned } from '../ports/stream.ts';
import { createChangeSignal } from './change-signal.ts';
import { asStored, follow, inStretches, merged, toldIn } from './event-hours.ts';
import { HeldHours } from './held-hours.ts';
import { createLatePartitions } from './late-partitions.ts';
import { type Lag, Rest } from './rest.ts';
import { createTellingQueue } from './telling-queue.ts';

const HOUR_MS = 3_600_000;
/** Between two looks at partitions of our own that rest, and at most between two at those that are waited for. */
const TICK_MS = 200;
/** The first look at partitions that are waited for; each further one half as long again after the one before. */
const FIRST_LOOK_MS = 5;
/** Between two looks at how far others are while nobody here waits for them. */
const LOOK_MS = 500;
/** How often it is told how far partitions are that stay in their hour, so that others see that they move. */
const BEAT_MS = 10_000;
/** A look that took so long met an outage. Nobody could tell how far it is meanwhile, so that everybody is waited for anew. */
const AWAY_MS = 5_000;
/** Requests to forget somebody that are remembered; one that comes again after so many others costs one more reading. */
const RENEWED_MAX = 1_000;
/** No hour was reached yet. */
const NEVER = -1;

/** Where a partition stands. */
export interface Standing {
  readonly hour: number;
  /** In the store; the last offset that was judged. */
  readonly offset: number;
}

/** A partition whose memories are recalled: it holds up the hours of this process until it has joined. */
export interface Opening {
  /**
   * A population that is not further than an hour, for judging again what follows it; `isShared`: the one of all. `stored`: the hour up to
   * which all that is told is stored, so that one question brings it.
   */
  populationAt(
    epoch: number,
    stored?: number,
  ): Promise<{ readonly population: Population; readonly isShared: boolean }>;
  /** Takes that population to a closed hour. */
  reach(epoch: number): Promise<void>;
  /** The partition goes on from here. */
  join(at: Standing): Promise<void>;
  cancel(): void;
}

/** Moves the population that all partitions share. It moves only while no partition judges. */
export interface PopulationFeed {
  readonly population: Population;
  readonly epoch: number;
  /** Others may have to know what is told before its turn is committed. */
  readonly isShared: boolean;
  /** Partitions that are not waited for, because they were told to lag beyond the bound: what they have yet to tell is missing. */
  readonly missing: readonly number[];
  open(partition: number): Opening;
  /** A chunk begins; gives the hour that the partition has reached. */
  begin(partition: number): Promise<number>;
  /**
   * Before the first activity of `hour`: tells what was told before, and waits until that hour can be judged. Where all partitions are ours
   * the store hears of it with the next `keep`.
   */
  cross(partition: number, hour: number, offset: number, told: ToldPart, taken: AbortSignal): Promise<void>;
  /**
   * A chunk is judged up to its last `offset`, and what follows it begins with `hour`: so the others need not wait until it is committed. The
   * store hears of it with the next `keep`, as of `told`.
   */
  goOn(partition: number, hour: number, offset: number, told: ToldPart): void;
  /** Stores what was told and is not stored yet. Before a turn is committed, or what it was judged with could be lost. */
  keep(): Promise<void>;
  /** The chunk is committed, and with it `contributions`. `position`: the offset after it, in the log. */
  done(partition: number, at: Standing, position: number, contributions: readonly Contribution[]): void;
  /** Forgets a partition that is no longer ours. */
  leave(partition: number): void;
  /** Builds the population anew from what is left in the store, where somebody was erased there; once for each request. */
  renew(request: string): Promise<void>;
  /** Runs beside the work, until stopped: then nobody waits any more. */
  run(signal: AbortSignal): Promise<void>;
}

export interface PopulationFeedOptions {
  readonly population: Population;
  readonly newPopulation: () => Population;
  /** The activity topic as the store names it. */
  readonly topic: string;
  /** How many partitions it has. */
  readonly partitions: () => Promise<number>;
  /** Messages that a partition of ours is behind, and where it ends; undefined where nobody knows. */
  readonly lagOf: (partition: number) => Lag | undefined;
  /** How long an hour waits for a partition that does not move. */
  readonly waitMs: number;
  /** How far event time may be ahead of wall time. */
  readonly aheadMs: number;
  /** The population was further than the clock and is built anew: a clock had been wrong. In event hours since 1970. */
  readonly onRewind?: (from: number, to: number) => void;
  /** Other partitions than before are missing. */
  readonly onMissing?: (partitions: readonly number[]) => void;
  /** Called again and again while an hour is waited for. */
  readonly onWaiting?: () => void;
  /** An hour was waited for, and so long. */
  readonly onWaited?: (ms: number) => void;
}

interface Local {
  hour: number;
  offset: number;
  /** Hour of the last committed chunk, or of the beginning. */
  committed: number;
  /** Offset after the last chunk, in the log; undefined before the first. */
  position: number | undefined;
  busy: boolean;
  /** Waits until this hour can be judged. */
  crossing: number | undefined;
  readonly rest: Rest;
  /** What was told of it last. */
  told: Standing;
}

type FedStore = Pick<Store, 'population' | 'lastTold' | 'tell' | 'reached' | 'reachedAt'>;

export function createPopulationFeed(store: FedStore, clock: Clock, options: PopulationFeedOptions): PopulationFeed {
  const { population, topic, waitMs, aheadMs } = options;
  const { onRewind = () => {}, onMissing = () => {}, onWaiting = () => {}, onWaited = () => {} } = options;
  const locals = new Map<number, Local>();
  /** The closed hour with which each partition that is recalled judges again. */
  const openings = new Map<number, number>();
  /** How far others are, as of the last look. */
  let others = new Map<number, Reached>();
  const latePartitions = createLatePartitions(clock, waitMs, onMissing);
  const renewed = new Set<string>();
  /** Hour up to which was read what a partition told that is missing, or was. */
  const read = new Map<number, number>();
  const held = new HeldHours(NEVER);
  let count = 0;
  /** No partition was ours meanwhile. */
  let isIdle = false;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let beatAt = clock.now();
  let stopped = false;
  let moving: Promise<void> = Promise.resolve();
  const changes = createChangeSignal();

  const horizon = () => Math.floor((clock.now() + aheadMs) / HOUR_MS);
  const sane = (hour: number) => (hour > horizon() ? NEVER : hour);
  /** The last hour that is over by the clock. */
  const lastOver = () => Math.floor(clock.now() / HOUR_MS) - 1;

  const isAlone = () => count === 1;
  const isWhole = () => count > 0 && locals.size >= count;

  /**
   * One after another. After one that failed nothing moves any more: what it took in by half would be taken in twice. Whoever waits hears
   * of it, so that the process ends and starts again.
   */
  function inTurn(work: () => Promise<void>): Promise<void> {
    moving = moving.then(work);
    return moving;
  }

  const queue = createTellingQueue((parts, reached) => store.tell(topic, parts, isAlone() ? [] : reached));

  function tell(reached: Reached): Promise<void> {
    queue.add(reached);
    return queue.send();
  }

  /** Partitions have come or gone. */
  function recount(): void {
    held.startAnew(Math.max(NEVER, ...[...locals.values()].map((one) => Math.max(one.hour, one.told.hour))));
  }

  async function hold(): Promise<void> {
    if (isWhole()) await held.complete(() => store.lastTold());
    else recount();
  }

  async function look(): Promise<void> {
    lookedAt = clock.now();
    others = new Map((await store.reached(topic)).map((one) => [one.partition, one]));
  }

  const hourOf = (partition: number) =>
    Math.min(horizon(), locals.get(partition)?.hour ?? others.get(partition)?.hour ?? NEVER);

  const standingOf = (partition: number): Standing =>
    locals.get(partition) ?? others.get(partition) ?? { offset: 0, hour: NEVER };

  /**
   * The hour before which all that a partition tells is in the store, undefined where nothing is known of it. Where a chunk is judged again
   * here, whoever had the partition before may have told more of it: that counts in the hours in which it was told.
   */
  function toldBefore(partition: number): number | undefined {
    const [local, other] = [locals.get(partition), others.get(partition)];
    return local === undefined ? other?.hour : Math.max(local.hour, sane(other?.hour ?? NEVER));
  }

  /** What is known from before is read anew from the store. */
  function forget(): void {
    isIdle = false;
    population.reset();
    read.clear();
  }

  /** Builds the population anew where it is further than the clock: it would stand still until then. */
  function rewind(): void {
    const from = population.epoch;
    if (from <= horizon()) return;
    forget();
    for (const local of locals.values()) local.hour = sane(local.hour);
    recount();
    onRewind(from, lastOver());
  }

  /** What was told in the hours from one to another, in the store or on its way there. */
  async function stored(after: number, upTo: number, own: readonly OwnHours[]) {
    // What a turn commits at once is not stored before it.
    const kept = isAlone() ? await asStored(queue.contributions()) : [];
    if (!isAlone()) await queue.send();
    return merged(
      store.population(after, upTo, own),
      kept.filter((one) => toldIn(one) > after && toldIn(one) <= upTo),
    );
  }

  /** Takes in what was told up to a closed hour; of partitions that have not told all of it, what they have. */
  async function moveTo(wanted: number): Promise<void> {
    rewind();
    const epoch = wanted > horizon() ? lastOver() : wanted;
    if (epoch <= population.epoch) return;
    const own: OwnHours[] = [];
    for (const partition of new Set([...read.keys(), ...locals.keys(), ...others.keys()])) {
      const known = toldBefore(partition);
      const upTo = known === undefined ? epoch : Math.min(epoch, known - 1);
      const after = read.get(partition) ?? population.epoch;
      if (upTo < epoch || after < population.epoch) own.push({ partition, after, upTo: Math.max(after, upTo) });
    }
    const told =
      own.length === 0 && held.isCompleteAfter(population.epoch)
        ? await asStored(await held.upTo(epoch))
        : await stored(population.epoch, epoch, own);
    await follow(population, told, epoch);
    await held.drop(epoch);
    for (const { partition, upTo } of own)
      if (upTo < epoch) read.set(partition, upTo);
      else read.delete(partition);
  }

  /** Those who judge meanwhile go on with what they know, until at one moment it is what is left. */
  async function rebuild(): Promise<void> {
    const { epoch } = population;
    if (epoch < 0) return;
    const fresh = options.newPopulation();
    const own = [...read].map(([partition, upTo]) => ({ partition, after: NEVER, upTo }));
    await follow(fresh, await stored(NEVER, epoch, own), epoch);
    population.become(fresh);
    recount();
  }

  /** Closes the hours before the earliest that a partition waits for, if nobody is to be waited for. */
  async function advance(): Promise<void> {
    const crossing = [...locals.values()].flatMap((one) => one.crossing ?? []);
    const hour = Math.min(...crossing);
    if (crossing.length === 0 || hour <= population.epoch + 1) return;
    if ([...openings.values()].some((epoch) => epoch < hour - 1)) return;
    const asked = clock.now();
    // What a chunk tells is kept here or in the store, from its beginning to its end: see `begin`.
    if (!isAlone()) count = await options.partitions();
    await hold();
    if (!isWhole()) await look();
    liftIdle();
    if (!isWhole()) await queue.send();
    if (clock.now() - asked >= AWAY_MS) latePartitions.waitAnew();
    const late = Array.from({ length: count }, (_, partition) => partition).filter((one) => hourOf(one) < hour);
    const lost = latePartitions.givenUp(late, hour, standingOf);
    if (lost.length < late.length) return;
    latePartitions.closeWithout(lost);
    await moveTo(hour - 1);
    changes.tell();
  }

  const step = () => inTurn(advance);

  /** A partition that has judged all that was there when others went ahead is in their hour too. */
  function liftIdle(): void {
    const now = clock.now();
    const furthest = Math.max(
      NEVER,
      ...[...locals.values()].map((one) => sane(one.hour)),
      ...[...others.values()].map((one) => sane(one.hour)),
    );
    for (const [partition, local] of locals) {
      const hour = local.rest.look(local, options.lagOf(partition), furthest, now);
      if (hour !== undefined) lift(partition, local, hour);
    }
  }

  function lift(partition: number, local: Local, hour: number): void {
    local.told = { hour, offset: local.offset };
    const arrive = () => {
      local.hour = Math.max(local.hour, hour);
      changes.tell();
    };
    const reached = { partition, ...local.told };
    if (isWhole()) {
      queue.add(reached);
      arrive();
      return;
    }
    tell(reached).then(arrive, () => local.rest.refused(hour));
  }

  function beat(): void {
    if (isAlone() || elapsed(clock.now(), beatAt) < BEAT_MS) return;
    beatAt = clock.now();
    for (const [partition, local] of locals) {
      const { hour, offset, told, rest } = local;
      // What is just being told says more.
      if (hour < 0 || local.crossing !== undefined || rest.isTold) continue;
      if (told.hour === hour && told.offset === offset) continue;
      local.told = { hour, offset };
      tell({ partition, hour, offset }).catch(() => {});
    }
  }

  async function waitFor(local: Local, hour: number, taken: AbortSignal): Promise<void> {
    const began = clock.now();
    local.crossing = hour;
    const end = () => changes.tell();
    taken.addEventListener('abort', end, { once: true });
    try {
      for (let pauseMs = FIRST_LOOK_MS; ; pauseMs = Math.min(TICK_MS, pauseMs * 1.5)) {
        if (taken.aborted) return;
        await step();
        if (population.epoch >= hour - 1 || taken.aborted) return;
        // The clock was set back meanwhile: the hour was reached under a wrong one, and nobody else comes there.
        if (hour > horizon()) return;
        if (stopped) throw new StepAbandoned('the process stops while an hour waits for other partitions');
        onWaiting();
        await changes.wait(pauseMs);
      }
    } finally {
      taken.removeEventListener('abort', end);
      local.crossing = undefined;
      onWaited(clock.now() - began);
    }
  }

  /**
   * Whether others judge, or judge again, with the population as it was before `epoch` is closed. Who is recalled in the middle of a
   * chunk judges as of its opening, whatever hour it had reached: or it would wait for itself where a clock was set back.
   */
  const isNeededAt = (epoch: number) =>
    [...openings.values()].some((one) => one < epoch) ||
    [...locals].some(([partition, one]) => one.busy && !openings.has(partition) && one.hour <= epoch);

  function open(partition: number): Opening {
    openings.set(partition, NEVER);
    let own: Population | undefined;
    let upTo: ((epoch: number) => AsyncGenerator<Contribution>) | undefined;
    let storedUpTo = NEVER;
    /** Hours in which all is stored are one question together; of a later one may be told meanwhile, so it is asked for by itself. */
    async function* toldSince(after: number, epoch: number) {
      if (after < storedUpTo) {
        upTo ??= inStretches(store.population(after, storedUpTo), toldIn);
        yield* upTo(Math.min(epoch, storedUpTo));
      }
      if (epoch > storedUpTo) yield* store.population(Math.max(after, storedUpTo), epoch);
    }
    const released = () => {
      if (openings.delete(partition)) changes.tell();
    };
    return {
      async populationAt(epoch, stored = NEVER) {
        // Hours that are being closed just now are closed first, or the population would be further than it seemed.
        await moving;
        openings.set(partition, epoch);
        changes.tell();
        rewind();
        if (isIdle) forget();
        own = population.epoch <= epoch ? undefined : options.newPopulation();
        upTo = undefined;
        storedUpTo = stored;
        if (own !== undefined) openings.set(partition, Number.POSITIVE_INFINITY);
        return { population: own ?? population, isShared: own === undefined };
      },
      async reach(epoch) {
        if (own !== undefined) {
          if (epoch <= own.epoch) return;
          await queue.send();
          await follow(own, toldSince(own.epoch, epoch), epoch);
          return;
        }
        openings.set(partition, epoch);
        changes.tell();
        for (let isThere = false; !isThere; ) {
          await inTurn(async () => {
            isThere = epoch <= population.epoch;
            if (isThere || isNeededAt(epoch)) return;
            count = await options.partitions();
            await hold();
            if (!isAlone()) await look();
            await moveTo(epoch);
            isThere = true;
          });
          if (!isThere) await changes.wait(TICK_MS);
        }
      },
      async join({ hour, offset }) {
        count = await options.partitions();
        let at = sane(hour);
        if (!isAlone()) at = Math.max(at, sane((await store.reachedAt(topic, partition, offset)) ?? NEVER));
        const told = { hour: at, offset };
        locals.set(partition, {
          ...told,
          committed: at,
          told,
          position: undefined,
          busy: false,
          crossing: undefined,
          rest: new Rest(),
        });
        recount();
        released();
        if (!isAlone() && at >= 0) await tell({ partition, ...told });
        changes.tell();
      },
      cancel: released,
    };
  }

  return {
    population,
    get epoch() {
      return population.epoch;
    },
    get isShared() {
      return !isAlone();
    },
    get missing() {
      return latePartitions.missing;
    },
    open,
    async begin(partition) {
      const local = locals.get(partition);
      if (local === undefined) return NEVER;
      local.busy = true;
      local.rest.end();
      if (isAlone()) count = await options.partitions();
      // With a chunk its hour is promised. Where others took this partition there, what they told before may be in no commit yet.
      if (local.hour > local.committed && !isAlone()) await queue.send();
      else await queue.settled();
      // A partition that is recalled may be taking the population further just now.
      await moving;
      rewind();
      // An hour that was reached under a wrong clock is told no further.
      if (local.hour > horizon()) local.hour = NEVER;
      local.told = { ...local.told, hour: sane(local.told.hour) };
      return Math.max(local.hour, local.told.hour);
    },
    async cross(partition, hour, offset, told, taken) {
      const local = locals.get(partition);
      if (local === undefined) return;
      // Together, and before anything is awaited: it may be told meanwhile how far this partition is.
      local.hour = Math.max(local.hour, hour);
      local.offset = offset;
      if (hour > local.told.hour || told.contributions.length > 0) {
        local.told = { hour, offset };
        queue.add({ partition, hour, offset }, told);
        if (isWhole()) held.add(told.contributions);
        // Nobody can go on before our other partitions are there too, and they tell with this one.
        const isBehind = [...locals.values()].some((one) => one.busy && one.hour < hour);
        if (!isWhole()) await (isBehind ? changes.wait(FIRST_LOOK_MS) : queue.send());
      }
      if (population.epoch >= hour - 1) return;
      changes.tell();
      await waitFor(local, hour, taken);
    },
    goOn(partition, hour, offset, told) {
      const local = locals.get(partition);
      if (local === undefined) return;
      local.hour = hour;
      local.offset = offset;
      local.told = { hour, offset };
      queue.add({ partition, hour, offset }, told);
      if (isWhole()) held.add(told.contributions);
      changes.tell();
    },
    async keep() {
      // All of a turn is committed at once where nobody else could have needed it before.
      if (isAlone()) queue.clear();
      else await queue.send();
    },
    done(partition, { hour, offset }, position, contributions) {
      const local = locals.get(partition);
      if (local === undefined) return;
      if (isWhole()) held.add(contributions);
      local.hour = Math.max(local.hour, hour);
      local.committed = local.hour;
      local.offset = offset;
      local.position = position;
      local.busy = false;
      changes.tell();
    },
    async renew(request) {
      if (renewed.has(request)) return;
      await inTurn(rebuild);
      if (renewed.size >= RENEWED_MAX) renewed.clear();
      renewed.add(request);
    },
    leave(partition) {
      locals.delete(partition);
      openings.delete(partition);
      // Nobody tells who owns nothing whom to forget.
      isIdle ||= locals.size === 0;
      recount();
      lookedAt = Number.NEGATIVE_INFINITY;
      changes.tell();
    },
    async run(signal) {
      const end = () => {
        stopped = true;
        changes.tell();
      };
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      while (!stopped) {
        // Who waits looks by itself; who does not may rest, and has to hear that others went ahead.
        const isAnyFree = [...locals.values()].some(({ crossing }) => crossing === undefined);
        if (!isWhole() && isAnyFree && elapsed(clock.now(), lookedAt) >= LOOK_MS) await look();
        if (!isAlone()) liftIdle();
        beat();
        await changes.wait(TICK_MS);
      }
    },
  };
}

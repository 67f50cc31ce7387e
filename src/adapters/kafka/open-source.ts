/** One member of a Kafka consumer group that hands out chunks: exact after a crash, bounded in memory, fenced by the group. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EachBatchPayload, Offsets } from 'kafkajs';
import type { ChunkSource, ChunkStep, PartitionHooks, TopicPartition } from '../../ports/stream.ts';
import { announcedAssigner } from './announced-assigner.ts';
import { ChunkPace } from './chunk-pace.ts';
import { isFenced, isPassing, KafkaError, toKafkaError } from './kafka-error.ts';
import { type KafkaLog, type KafkaSettings, openClient, retryOptions, silent } from './open-client.ts';
import { type ChunkLimits, OwnedPartition, revoked } from './owned-partition.ts';
import type { SourceEvent } from './source-event.ts';
import { isMadeAnew, type ReadBefore, readStart, type StartPosition } from './start-position.ts';
import { toMessage } from './to-message.ts';
import { openTopicIds, type TopicIds } from './topic-ids.ts';
import { unlessAborted } from './unless-aborted.ts';
import { withDeadline } from './with-deadline.ts';

export interface SourceOptions {
  readonly kafka: KafkaSettings;
  /** Topics that exist; see `ensureTopics`. */
  readonly topics: readonly string[];
  readonly group: string;
  readonly limits: ChunkLimits;
  readonly hooks?: PartitionHooks;
  readonly log?: KafkaLog;
  /** Told of messages that are gone, and of logs that began anew. */
  readonly onEvent?: (event: SourceEvent) => void;
}

const FETCH_MAX_BYTES = 10 * 1024 * 1024;
const FETCH_PARTITION_MAX_BYTES = 1024 * 1024;
const WATCH_INTERVAL_MS = 500;
/** Time between two looks at the ids and the bounds of the topics. */
const SURVEY_EVERY_MS = 10_000;
/** For the bounds of a partition that is given up. */
const LAST_LOOK_MS = 2_000;
/** For the ids of the topics before what was fetched is taken in; shorter than a session, whose heartbeats wait meanwhile. */
const IDS_MS = 2_000;
/** Age at which the client asks for the partitions of a topic again: new ones are read within a minute. */
const METADATA_MAX_AGE_MS = 30_000;
/** After so many fetches without a message, and so long, nothing is there to be read. */
const DRY_FETCHES = 8;
const DRY_MS = 3_000;
/** Longest wait for the group to hear that we leave; a broker that is gone never answers. */
const LEAVE_TIMEOUT_MS = 5_000;

/** A source for one run. Connects when run, so that opening costs nothing; throws KafkaError for settings that cannot work. */
export function openSource(options: SourceOptions): ChunkSource {
  const { kafka, topics, group, limits, hooks = {}, log = silent, onEvent = () => {} } = options;
  const retired = new AbortController();
  const client = openClient(kafka, { patient: true, log, retired: retired.signal });
  const admin = client.admin();
  const topicIds = openTopicIds(client);
  const pace = new ChunkPace();
  /** By partition: the partitions owned now, and the promised end of those owned before. */
  const tenures = new Map<string, OwnedPartition>();
  const endings = new Map<string, Promise<void>>();
  /** By partition, what was read of it before it was opened anew. */
  const readBefore = new Map<string, ReadBefore>();
  /** The ids asked for since the last fetch. */
  let fetchIds: { readonly fetches: number; readonly read: Promise<TopicIds> } | undefined;
  /** When each partition's position moved last, in fetches and ms. */
  const moved = new Map<string, { readonly position: number; readonly fetches: number; readonly at: number }>();
  /** kafkajs has no way to send metadata but this function of a batch, which outlives the batch. */
  let send: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;
  let memberId = '';
  /** Set from the moment this member asks to join until it knows its partitions: nothing may be committed in between. */
  let joining = true;
  let rounds = 0;
  const waiters: (() => void)[] = [];
  /** By a clock that nobody can set: a clock that is put right is no silence of the broker. */
  let lastHeardAt = performance.now();
  let fetches = 0;
  /** Ends the pause before the next look at the topics. */
  let surveySoon: () => void = () => {};
  /** Aborted when the run comes to its end: nothing more is begun. */
  const ceasing = new AbortController();
  let step: ChunkStep = async () => {};
  let failure: { readonly error: unknown } | undefined;
  let end: () => void = () => {};

  const consumer = client.consumer({
    groupId: group,
    sessionTimeout: kafka.sessionTimeoutMs,
    rebalanceTimeout: kafka.sessionTimeoutMs,
    heartbeatInterval: Math.min(3_000, Math.floor(kafka.sessionTimeoutMs / 5)),
    maxWaitTimeInMs: kafka.maxWaitMs,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    maxBytes: Math.min(FETCH_MAX_BYTES, limits.queueBytes),
    maxBytesPerPartition: Math.min(FETCH_PARTITION_MAX_BYTES, limits.queueBytes / 8),
    allowAutoTopicCreation: false,
    partitionAssigners: [
      announcedAssigner(() => {
        joining = true;
        rounds += 1;
      }),
    ],
    // kafkajs gives up on some answers that pass by themselves, such as a coordinator that is still loading.
    retry: {
      ...retryOptions(kafka, true),
      restartOnFailure: async (error) => !ceasing.signal.aborted && isPassing(error),
    },
  });

  function fail(error: unknown): void {
    failure ??= { error };
    // Without the broker nothing that was begun can be committed.
    if (error instanceof KafkaError) for (const tenure of [...tenures.values()]) revoke(tenure);
    end();
  }

  function release(): void {
    for (const wake of waiters.splice(0)) wake();
  }

  /** Keeps every partition that stays ours as it is, if nobody else can have owned it meanwhile. */
  function onJoin(joinedAs: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    // The same member one round later is the generation that followed ours directly. Anything else may have skipped one.
    const unbroken = joinedAs === memberId && rounds === 1;
    memberId = joinedAs;
    rounds = 0;
    joining = false;
    lastHeardAt = performance.now();
    const mine = new Set(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => keyOf({ topic, partition })),
      ),
    );
    for (const [key, tenure] of tenures) if (!unbroken || !mine.has(key)) revoke(tenure);
    for (const [topic, partitions] of Object.entries(assignment))
      for (const partition of partitions) {
        const kept = tenures.get(keyOf({ topic, partition }));
        if (!kept) begin({ topic, partition });
        else if (kept.isOpen) doubt(kept);
      }
    regulate();
    release();
  }

  /**
   * The client forgets its positions at a join and would begin at the committed offset again; and it joins anew when a topic
   * is gone or its offsets are, which is how one that was made anew first shows. Nothing is read until that is certain.
   */
  function doubt(tenure: OwnedPartition): void {
    tenure.doubted = true;
    surveySoon();
  }

  /** Goes on where it stood, in the log that it was reading. */
  function trust(tenure: OwnedPartition): void {
    if (!tenure.doubted || tenure.taken.aborted) return;
    tenure.doubted = false;
    steer(() => consumer.seek({ ...tenure.place, offset: String(tenure.position) }));
  }

  /** Looks at the topics for ever: one that was made anew, an end that came nearer, messages deleted unread. */
  async function survey(): Promise<void> {
    while (!ceasing.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, SURVEY_EVERY_MS);
        surveySoon = () => {
          clearTimeout(timer);
          resolve();
        };
        if ([...tenures.values()].some(({ doubted }) => doubted)) surveySoon();
        ceasing.signal.addEventListener('abort', surveySoon, { once: true });
      });
      ceasing.signal.removeEventListener('abort', surveySoon);
      for (const topic of new Set([...tenures.values()].map(({ place }) => place.topic))) {
        if (ceasing.signal.aborted) return;
        try {
          await unlessAborted(surveyTopic(topic), ceasing.signal, () => new Error('ceasing'));
        } catch (error) {
          if (ceasing.signal.aborted) return;
          log('warn', 'a topic could not be looked at', { topic, error: String(error).slice(0, 200) });
          await pause(backoff(2));
        }
      }
    }
  }

  async function surveyTopic(topic: string): Promise<void> {
    const seen = [...tenures.values()].filter(({ place, isOpen }) => place.topic === topic && isOpen);
    const doubted = new Set(seen.filter(({ doubted }) => doubted));
    // The bounds first: should the topic be made anew in between, the id tells.
    const bounds = await admin.fetchTopicOffsets(topic);
    const id = (await topicIds.read([topic])).get(topic);
    for (const tenure of seen) {
      const { partition } = tenure.place;
      const bound = bounds.find((one) => one.partition === partition);
      if (bound === undefined || tenure.taken.aborted || tenure.stopping) continue;
      const [low, high] = [Number(bound.low), Number(bound.high)];
      // The position may have moved on since the end was asked for; one that was doubted stands still.
      const ranBack = doubted.has(tenure) && tenure.position > high;
      if (ranBack || isMadeAnew(id, tenure.generation)) {
        // What is in process is of a log that is gone: it must not be committed into this one.
        revoke(tenure);
        begin(tenure.place);
        continue;
      }
      tenure.end = Math.max(tenure.end, high);
      tellLost(tenure, low);
      if (doubted.has(tenure)) trust(tenure);
    }
  }

  /** Of the offsets that were passed over, those below the beginning of the log were deleted; the others never held a message for us. */
  function tellLost(tenure: OwnedPartition, low: number): void {
    let records = deletedIn(tenure.gaps.splice(0), low);
    if (low > tenure.position) {
      records += low - tenure.position;
      tenure.pass(low);
    }
    if (records > 0) onEvent({ ...tenure.place, type: 'lost', records });
  }

  const deletedIn = (gaps: readonly { readonly from: number; readonly to: number }[], low: number) =>
    gaps.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(low, to) - from), 0);

  /** A partition that goes between two looks: whoever has it next begins behind what was passed over, and could not tell of it. */
  async function tellLast(tenure: OwnedPartition): Promise<void> {
    const gaps = tenure.gapsBehind();
    if (gaps.length === 0) return;
    const { topic, partition } = tenure.place;
    try {
      const asking = admin.fetchTopicOffsets(topic);
      const bounds = await withDeadline(asking, LAST_LOOK_MS, () => new Error('no answer in time'));
      const low = bounds.find((one) => one.partition === partition)?.low ?? 0;
      const records = deletedIn(gaps, Number(low));
      if (records > 0) onEvent({ ...tenure.place, type: 'lost', records });
    } catch (error) {
      log('warn', 'a topic could not be looked at', { topic, error: String(error).slice(0, 200) });
    }
  }

  /** Tells partitions that have nothing more to read from those whose messages are on the way. */
  function dryOut(): void {
    const now = performance.now();
    for (const [key, tenure] of tenures) {
      const mark = moved.get(key);
      if (mark?.position === tenure.position && !tenure.paused && !tenure.doubted) {
        if (fetches - mark.fetches >= DRY_FETCHES && now - mark.at >= DRY_MS) tenure.isDry = true;
      } else moved.set(key, { position: tenure.position, fetches, at: now });
    }
    for (const key of moved.keys()) if (!tenures.has(key)) moved.delete(key);
  }

  function revoke(tenure: OwnedPartition): void {
    const { place, position, generation } = tenure;
    tenures.delete(keyOf(place));
    if (tenure.isOpen && generation !== undefined) readBefore.set(keyOf(place), { position, generation });
    tenure.revoke();
    release();
  }

  function begin(place: TopicPartition): void {
    if (ceasing.signal.aborted) return;
    const key = keyOf(place);
    const tenure = new OwnedPartition(place, limits, commit, pace);
    const before = endings.get(key);
    tenures.set(key, tenure);
    consumer.pause([{ topic: place.topic, partitions: [place.partition] }]);
    const ending = live(tenure, before)
      .catch((error) => {
        if (!tenure.taken.aborted) fail(error);
        else if (!(error instanceof KafkaError))
          log('error', 'a step failed after its partition was taken', { ...place, error: String(error) });
      })
      .finally(() => {
        if (endings.get(key) === ending) endings.delete(key);
      });
    endings.set(key, ending);
  }

  /** Owns a partition from here to its end, after its previous ownership has ended. */
  async function live(tenure: OwnedPartition, before: Promise<void> | undefined): Promise<void> {
    const { place } = tenure;
    await before;
    const start = await startOf(tenure);
    if (!start || gone(tenure)) return;
    try {
      for (const event of start.events) onEvent(event);
      await hooks.onAssigned?.(place, start.offset, start.generation);
      if (gone(tenure)) return;
      tenure.open(start.offset, start.end, start.intent, start.generation);
      // Between a crash of the client and the news of it there is no group to steer; the next one begins anew.
      steer(() => consumer.seek({ ...place, offset: String(start.offset) }));
      regulate();
      await tenure.run(step, shareBytes, regulate, hooks);
    } finally {
      await hooks.onRevoked?.(place, tenure.taken.aborted ? 'taken' : 'stop');
      await tellLast(tenure);
    }
  }

  const gone = (tenure: OwnedPartition) => ceasing.signal.aborted || tenure.taken.aborted;

  /** Where the group stands in a partition, asked until the broker answers or nobody wants to know. */
  async function startOf({ place, taken }: OwnedPartition): Promise<StartPosition | undefined> {
    const unwanted = AbortSignal.any([taken, ceasing.signal]);
    for (let attempt = 0; !unwanted.aborted; attempt++) {
      try {
        const before = readBefore.get(keyOf(place));
        const asking = topicIds
          .read([place.topic])
          .then((ids) => readStart(admin, group, place, ids.get(place.topic), before));
        return await unlessAborted(asking, unwanted, () => revoked(place));
      } catch (error) {
        if (unwanted.aborted) break;
        if (!isPassing(error) && !isFenced(error))
          throw toKafkaError(error, `kafka: reading the position in ${place.topic}`);
        await pause(backoff(attempt));
      }
    }
    return undefined;
  }

  /** Commits under the generation in which the partition is ours, as often as it takes; rejects as revoked once it is not. */
  async function commit(tenure: OwnedPartition, offset: number, metadata: string): Promise<void> {
    const { topic, partition } = tenure.place;
    const position = { partition, offset: String(offset), metadata };
    const offsets: Offsets = { topics: [{ topic, partitions: [position] }] };
    for (let attempt = 0; ; attempt++) {
      while (joining && !tenure.taken.aborted) await new Promise<void>((resolve) => waiters.push(resolve));
      if (tenure.taken.aborted || !send) throw revoked(tenure.place);
      try {
        return await unlessAborted(send(offsets), tenure.taken, () => revoked(tenure.place));
      } catch (error) {
        if (!isPassing(error) && !isFenced(error)) throw toKafkaError(error, `kafka: committing ${topic}/${partition}`);
        await pause(backoff(attempt));
      }
    }
  }

  const backoff = (attempt: number) => Math.min(100 * 2 ** attempt, 1_000, kafka.maxRetryMs);

  const shareBytes = () => limits.queueBytes / Math.max(1, tenures.size);

  /**
   * Each partition holds at most its share of the queue; it is paused there and resumed at half of it. A chunk to be rebuilt
   * may be larger than the share it has today: one partition at a time may exceed it.
   */
  function regulate(): void {
    const share = shareBytes();
    let exceeding = false;
    for (const tenure of tenures.values()) {
      if (!tenure.isOpen) continue;
      const mayExceed: boolean = tenure.isRebuilding && !exceeding;
      exceeding ||= mayExceed;
      const pausing = !mayExceed && tenure.heldBytes >= (tenure.paused ? share / 2 : share);
      if (pausing === tenure.paused) continue;
      tenure.paused = pausing;
      const { topic, partition } = tenure.place;
      const target = [{ topic, partitions: [partition] }];
      steer(() => (pausing ? consumer.pause(target) : consumer.resume(target)));
    }
  }

  /**
   * Whether what was fetched is of the log that was read before. Fetches name a topic and not its id, so the broker gives out of a
   * topic made anew whatever stands at the old position. One question answers for all partitions of a fetch; it is asked
   * afterwards, and an id that is still the same then was the same when the messages were read. False also where no answer came.
   */
  async function isSameLog({ place, generation }: OwnedPartition): Promise<boolean> {
    if (fetchIds?.fetches !== fetches) fetchIds = { fetches, read: topicIds.read(topics) };
    const asked = fetchIds;
    try {
      const known = await withDeadline(asked.read, IDS_MS, () => new Error('no answer in time'));
      return !isMadeAnew(known.get(place.topic), generation);
    } catch (error) {
      if (fetchIds === asked) fetchIds = undefined;
      log('warn', 'the ids of the topics could not be read', {
        topic: place.topic,
        error: String(error).slice(0, 200),
      });
      return false;
    }
  }

  async function onBatch({ batch, resolveOffset, commitOffsetsIfNecessary, isStale }: EachBatchPayload): Promise<void> {
    send = commitOffsetsIfNecessary;
    const tenure = tenures.get(keyOf(batch));
    // These messages are stale: they were fetched before the seek with which the partition was opened or continued.
    const isLate = () => !tenure?.isOpen || isStale() || tenure.stopping || tenure.doubted || tenure.taken.aborted;
    if (tenure === undefined || isLate()) return;
    if (!(await isSameLog(tenure))) return isLate() ? undefined : doubt(tenure);
    if (isLate()) return;
    // The client goes to the beginning by itself when the log no longer has its position.
    if (Number(batch.firstOffset() ?? tenure.position) < tenure.position) return doubt(tenure);
    tenure.append(batch.messages.map(toMessage));
    tenure.end = Number(batch.highWatermark);
    tenure.pass(Number(batch.lastOffset()) + 1);
    resolveOffset(batch.lastOffset());
    if (tenure.heldBytes >= shareBytes()) regulate();
  }

  function watch(): void {
    const { HEARTBEAT, GROUP_JOIN, CRASH, FETCH, END_BATCH_PROCESS } = consumer.events;
    consumer.on(FETCH, () => {
      fetches += 1;
    });
    // Of a batch without a message for us (markers and aborted transactions) this is all that is heard.
    consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      const tenure = tenures.get(keyOf(payload));
      if (payload.batchSize > 0 || !tenure?.isOpen || tenure.doubted || tenure.stopping) return;
      const at = Number(payload.firstOffset ?? -1);
      tenure.end = Math.max(tenure.end, Number(payload.highWatermark));
      if (at === tenure.position) tenure.pass(Number(payload.lastOffset) + 1);
    });
    consumer.on(HEARTBEAT, () => {
      lastHeardAt = performance.now();
    });
    consumer.on(GROUP_JOIN, ({ payload }) =>
      onJoin(payload.memberId, payload.memberAssignment as unknown as Record<string, number[]>),
    );
    consumer.on(CRASH, ({ payload }) => {
      joining = true;
      for (const tenure of [...tenures.values()]) revoke(tenure);
      if (!payload.restart) fail(toKafkaError(payload.error, 'kafka: the consumer stopped'));
    });
  }

  async function drain(started: Promise<void>): Promise<void> {
    ceasing.abort();
    for (const tenure of tenures.values()) tenure.stop();
    await Promise.all(endings.values());
    const left = started
      .then(() => consumer.disconnect())
      .then(() => admin.disconnect())
      .then(() => topicIds.close());
    const unreachable = failure?.error instanceof KafkaError && failure.error.kind === 'unreachable';
    await withDeadline(left, unreachable ? 0 : LEAVE_TIMEOUT_MS, () => new Error('too late')).catch(() => {});
    retired.abort();
  }

  async function start(): Promise<void> {
    await admin.connect();
    const present = new Set(await admin.listTopics());
    const missing = topics.find((topic) => !present.has(topic));
    if (missing !== undefined)
      throw new KafkaError(
        'missing-topic',
        `kafka: topic "${missing}" does not exist`,
        'Create it, or correct its name in the configuration.',
      );
    if (ceasing.signal.aborted) return;
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: onBatch });
  }

  return {
    async run(next, signal) {
      step = next;
      const ended = new Promise<void>((resolve) => {
        end = resolve;
      });
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      watch();
      lastHeardAt = performance.now();
      const watchdog = setInterval(() => {
        const patienceMs = kafka.retryForMs + (joining ? kafka.sessionTimeoutMs : 0);
        if (performance.now() - lastHeardAt > patienceMs) fail(unheard(kafka, patienceMs));
        dryOut();
      }, WATCH_INTERVAL_MS);
      const started = start().catch((error) => fail(toKafkaError(error, `kafka ${kafka.brokers.join(', ')}`)));
      const surveying = survey();
      await ended;
      signal.removeEventListener('abort', end);
      await drain(started);
      await surveying;
      clearInterval(watchdog);
      if (failure) throw failure.error;
    },
    lags: () => [...tenures.values()].map(({ place, isOpen, lag, end }) => ({ ...place, end, lag: isOpen ? lag : 1 })),
    status() {
      const all = [...tenures.values()];
      return {
        partitions: all.length,
        opened: all.filter(({ isOpen }) => isOpen).length,
        joined: !joining,
        silentMs: Math.round(performance.now() - lastHeardAt),
        lag: all.reduce((sum, tenure) => sum + tenure.lag, 0),
        heldBytes: all.reduce((sum, tenure) => sum + tenure.heldBytes, 0),
      };
    },
  };
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

function unheard(kafka: KafkaSettings, ms: number): KafkaError {
  return new KafkaError(
    'unreachable',
    `kafka ${kafka.brokers.join(', ')}: no answer for ${ms} ms`,
    'Check that the broker runs and can be reached; kafka.retryForMs says how long to wait for it.',
  );
}

/** Tells the client what to fetch, where it has a group to do it with. */
function steer(order: () => void): void {
  try {
    order();
  } catch (error) {
    if (isPassing(error) || (error as { name?: string }).name !== 'KafkaJSNonRetriableError') throw error;
  }
}

/** The detect role: reads the activity topic, or the activities handed to this process, and writes turns, alerts and deliveries. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../schemas/alert.ts';
import { openHashKey, openSuspensionRows, openTriage } from '../adapters/clickhouse/open.ts';
import { createEgress } from '../adapters/egress.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { openPublisher } from '../adapters/kafka/open-publisher.ts';
import { openSource } from '../adapters/kafka/open-source.ts';
import { sharedPublisher } from '../adapters/kafka/shared-publisher.ts';
import { activityPartitions } from '../adapters/kafka/topics.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import type { DeliveryEvent } from '../deliver/delivery-lane.ts';
import { createDispatcher, planLater, routedTo } from '../deliver/outbox.ts';
import { openSinks, readRoutes } from '../deliver/sink-routes.ts';
import { watchFit } from '../detect/class-fit-watch.ts';
import { watchCrowds } from '../detect/crowd-watch.ts';
import { createDedup, decode } from '../detect/decode.ts';
import { createErasureWatch } from '../detect/erasure-watch.ts';
import { watchFleeting } from '../detect/fleeting-watch.ts';
import { createLocalSource, LOCAL, type LocalSource, localStart } from '../detect/local-source.ts';
import { createPopulationFeed } from '../detect/population-feed.ts';
import { createPump, type Pump } from '../detect/pump.ts';
import { createStandingWatch } from '../detect/standing-watch.ts';
import { createVerdictFeed, type VerdictFeed } from '../detect/verdict-feed.ts';
import { encoderMark } from '../ingest/activity-message.ts';
import { createReader } from '../ingest/reader.ts';
import {
  type ChunkSource,
  type OutgoingMessage,
  type PartitionHooks,
  type TopicPartition,
  topicName,
} from '../ports/stream.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { containedBy } from './contained.ts';
import { CLAIM_MS, ERASURE_CLAIM, eraseBetweenTurns, openForgetting, writeDown } from './forgetting.ts';
import { createLosses, type Losses } from './losses.ts';
import { openMeans } from './means.ts';
import { createPartitionCounter } from './partition-counter.ts';
import { deadLetterBuilder, deadLetterWriter, type OpenRole, type RoleParts, tellSource } from './role-parts.ts';
import { invariantsOf } from './shelves.ts';
import { sinkContext } from './sink-context.ts';

const HOUR_MS = 3_600_000;
const instantOf = (hour: number) => new Date(hour * HOUR_MS).toISOString();

/** Partitions that are named where several lag. */
const NAMED_MAX = 20;

/** Time between two looks at how much waits to be delivered. */
const OUTBOX_EVERY_MS = 15_000;

export interface DetectRole extends OpenRole {
  /** Where activities are handed over without Kafka. */
  readonly local: LocalSource | undefined;
}

/** Opens the detect role. */
export async function openDetect(parts: RoleParts): Promise<DetectRole> {
  const { config, kafka, shelves, telemetry, networks, clock, log, store } = parts;
  const { inventoryFile, tenant, history: isHistory } = config.ingest;
  if (isHistory) telemetry.event('history-believed', {});
  const records =
    inventoryFile === undefined
      ? []
      : [...loadInventory(inventoryFile, { tenant, fingerprinter: parts.fingerprinter }).records.values()];
  const population = createPopulation();
  const hashKey = await openHashKey(store);
  if (hashKey.version === 1) telemetry.event('hash-key-published', {});
  watchFit({ population, falsePerDay: config.alerts.falsePerDay, telemetry });
  watchCrowds(population, (crowd) => telemetry.event('crowd-arrived', { ...crowd }));
  watchFleeting({ population, store: openTriage(store).ledger, telemetry });
  const { routes } = readRoutes(config.sinks, shelves.sinks, {
    ...config.http,
    meansOf: await openMeans(config.respond),
  });
  const setAside = deadLetterWriter(parts);
  const feed = createVerdictFeed({
    store: parts.triage,
    clock,
    onFault: (error) => telemetry.event('store-retried', { step: 'triage', error }),
    invariants: invariantsOf(shelves.detectors),
  });
  const reader = createReader({
    formats: shelves.formats,
    format: 'activity',
    tenant: config.ingest.tenant,
    limits: config.ingest,
    fingerprinter: parts.fingerprinter,
    ...(networks && { networks }),
  });
  const mark = encoderMark(parts.fingerprinter);
  const deadLetter = deadLetterBuilder(parts);
  const cluster = kafka?.cluster ?? LOCAL.cluster;
  const topic = kafka?.activityTopic ?? LOCAL.topic;
  const lagOf = (partition: number) => source.lags().find((one) => one.partition === partition);
  const populationFeed = createPopulationFeed(store, clock, {
    population,
    newPopulation: () => createPopulation(),
    topic: topicName(cluster, topic),
    partitions:
      kafka === undefined
        ? async () => 1
        : createPartitionCounter({
            count: () => activityPartitions(kafka, log),
            retryForMs: kafka.retryForMs,
            now: clock.now,
          }),
    lagOf,
    waitMs: config.detect.populationWaitMs,
    aheadMs: config.ingest.futureSkewMs,
    onRewind: (from, to) =>
      telemetry.event('population-rewound', { from: instantOf(from), to: instantOf(to), hours: from - to }),
    onMissing: (missing) =>
      missing.length > 0
        ? telemetry.event('population-incomplete', { partitions: missing.join(','), count: missing.length })
        : telemetry.event('population-complete', {}),
    onWaiting: parts.progress,
    onWaited: (ms) => telemetry.event('hour-waited', { seconds: ms / 1_000 }),
  });
  const pump: Pump = createPump({
    cluster,
    store,
    clock,
    snapshotEveryMs: config.detect.snapshotEveryMs,
    endOf: (partition) => lagOf(partition)?.end,
    lateAfterMs: config.ingest.lateAfterMs,
    aheadMs: config.ingest.futureSkewMs,
    populationFeed,
    telemetry,
    newEngine: (population) =>
      createEngine({
        detectors: shelves.detectors,
        settings: config,
        population,
        inventory: records,
        ownsPopulation: false,
        hashKey,
        lateAfterMs: config.ingest.lateAfterMs,
        ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
      }),
    newDedup: createDedup,
    decode: (chunk, progress) => decode(chunk, progress, { reader, mark, setAside, deadLetter, tenant, isHistory }),
    plan(told, partition, heard) {
      // That an alert is hidden from now on is told; what becomes of it while it is hidden is not.
      const wanted = told.filter(({ alert }) => isDecision(alert) || !feed.isSuppressed(alert));
      for (const { alert } of wanted) telemetry.event('alerts-routed', { to: routedTo(alert, routes), alerts: 1 });
      return planLater(wanted, routes, partition, heard);
    },
    onDecided: (alerts) => standing.note(alerts),
  });
  let assigned = '';
  const hooks: PartitionHooks = {
    onAssigned: async (place, _offset, generation) => {
      await pump.open(place, generation);
      const partitions = pump.partitions().join(',');
      // Those that come together are told together.
      if (partitions === assigned) return;
      assigned = partitions;
      telemetry.event('partitions-assigned', { topic: place.topic, partitions, count: pump.partitions().length });
    },
    onRevoked: async (place, reason) => {
      await pump.close(place, reason);
      assigned = '';
      telemetry.event('partition-revoked', place);
    },
  };
  const losses = createLosses('detect');
  const { source, local } = openSourceOf(parts, hooks, losses);
  const egress = createEgress(config.delivery);
  const bus = kafka && sharedPublisher(() => openPublisher(kafka, log));
  async function send(messages: readonly OutgoingMessage[]): Promise<void> {
    if (local !== undefined) await local.send(messages);
    else if (kafka !== undefined) await bus?.send(kafka.activityTopic, messages);
  }
  const leads = () => pump.partitions().includes(0);
  const { privacy, erasures, once } = await openForgetting(store);
  const forgetting = createErasureWatch({
    store: erasures,
    clock,
    leads,
    claim: (id) => once.isFirst(ERASURE_CLAIM, id, clock.now() + CLAIM_MS),
    partitions: async () => (kafka === undefined ? 1 : activityPartitions(kafka, log)),
    send,
    record: (request, erased) => writeDown(privacy, 'erased', request, new Date(clock.now()).toISOString(), erased),
    onFinished: ({ id, subject: { tenant: of, kind } }) =>
      telemetry.event('erasure-finished', { request: id, tenant: of, kind }),
    onFault: (error) => telemetry.event('store-retried', { step: 'erasure', error }),
  });
  const erasing = {
    privacy,
    erasures,
    pump,
    population: populationFeed,
    feed,
    clock,
    onErased: (event: { request: string; place: string; rows: number; seconds: number }) =>
      telemetry.event('partition-erased', event),
  };
  const standing = createStandingWatch({
    triage: parts.triage,
    ledger: openTriage(store).ledger,
    contained: containedBy(openSuspensionRows(store)),
    clock,
    eventMs: () => (population.epoch + 1) * HOUR_MS,
    expireAfterDays: config.alerts.expireAfterDays,
    invariants: invariantsOf(shelves.detectors),
    scrub: (of, text) => parts.fingerprinter.scrub(of, text),
    leads,
    send,
    onFault: (error) => telemetry.event('store-retried', { step: 'standing', error }),
  });
  const sinks = await openSinks(
    routes,
    sinkContext(
      parts,
      egress,
      (exposed) => telemetry.event('secret-exposed', exposed),
      bus && ((topic, message) => bus.send(topic, [message])),
    ),
  );
  const dispatcher = createDispatcher({
    store,
    clock,
    config: config.delivery,
    sinks,
    partitions: pump.partitions,
    onEvent: (event) => deliveryEvent(telemetry, event),
  });
  return {
    name: 'detect',
    source,
    local,
    missing: () => [...pump.missing(), ...lagging(populationFeed.missing), ...losses.lines()],
    async run(signal) {
      // Delivering ends with detecting, and a store that fails for good ends both.
      const fall = new AbortController();
      const either = AbortSignal.any([signal, fall.signal]);
      const both = [
        source.run(async (chunk, intend, taken, following) => {
          await feed.refresh();
          // A chunk that an earlier process began is judged as it was then, so verdicts given since count after it. A verdict
          // that the engine took is saved before the next activity is judged, or a restart would apply it at another place.
          if (chunk.intended === undefined && instruct(feed, pump, chunk)) await pump.save(chunk);
          const marks = await pump.turn(chunk, intend, taken, following);
          if (marks.length > 0 && !taken.aborted) await eraseBetweenTurns(erasing, chunk, marks);
          parts.progress();
          dispatcher.wake();
        }, either),
        dispatcher.run(either),
        populationFeed.run(either),
        measureOutbox(parts, pump, either),
        standing.run(either),
        forgetting.run(either),
      ];
      for (const work of both) work.catch(() => fall.abort());
      const failed = (await Promise.allSettled(both)).find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
    async close() {
      for (const { sink } of sinks) await sink.close?.();
      await egress.close();
      await bus?.close();
    },
  };
}

const isDecision = ({ change }: Alert) => change !== undefined && change !== 'eased';

/** What `/readyz` says of partitions that others do not wait for any longer. */
const lagging = (partitions: readonly number[]): string[] =>
  partitions.length === 0
    ? []
    : [
        `detect: alerts are judged without what ${partitions.length} partitions of the activity topic have yet to tell (${partitions.slice(0, NAMED_MAX).join(', ')}): their workers lag`,
      ];

/** Measures now and then how much waits to be delivered. It says nothing of a store that does not answer; the parts that need the store do. */
async function measureOutbox({ store, telemetry, clock }: RoleParts, pump: Pump, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const found = await store.pending(pump.partitions()).catch(() => undefined);
    if (found !== undefined)
      telemetry.event('outbox-measured', {
        waiting: found.deliveries,
        oldestSeconds: found.oldestMs === undefined ? 0 : Math.max(0, clock.now() - found.oldestMs) / 1_000,
      });
    await sleep(OUTBOX_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Gives the verdicts and unlearnings of people to the engine of one partition. True when they changed it. */
function instruct(feed: VerdictFeed, pump: Pump, place: TopicPartition): boolean {
  const engine = pump.engineOf(place);
  return engine !== undefined && feed.instruct(engine);
}

function openSourceOf(
  { config, kafka, store, clock, log, telemetry }: RoleParts,
  hooks: PartitionHooks,
  losses: Losses,
): { readonly source: ChunkSource; readonly local: LocalSource | undefined } {
  const limits = config.detect;
  if (kafka === undefined) {
    const local = createLocalSource({ startOffset: () => localStart(store, clock.now()), limits, hooks });
    return { source: local, local };
  }
  const topics = [kafka.activityTopic];
  return {
    source: openSource({
      kafka,
      topics,
      group: `${kafka.groupId}-detect`,
      limits,
      hooks,
      log,
      // That a log is another one the pump tells, which knows it from the store too, where the group's offsets went with the topic.
      onEvent: (event) => {
        if (event.type === 'recreated') losses.note(event);
        else tellSource(telemetry, 'detect', event, losses);
      },
    }),
    local: undefined,
  };
}

function deliveryEvent(telemetry: Telemetry, event: DeliveryEvent): void {
  if (event.type === 'sink-disabled') {
    telemetry.event('sink-disabled', { sink: event.sink, reason: event.reason });
    return;
  }
  const { delivery, attempts } = event;
  const fields = { sink: delivery.sink, delivery: delivery.id, alert: delivery.alertId, attempts };
  telemetry.event('delivery-attempted', { sink: delivery.sink, seconds: event.seconds });
  if (event.type === 'delivered') telemetry.event('delivery-done', fields);
  else if (event.type === 'postponed') telemetry.event('delivery-delayed', { ...fields, reason: event.reason });
  else telemetry.event('delivery-refused', { ...fields, reason: event.reason });
}

/** The composition root of `tidemark run`: opens the doors, gives each part what it needs, and ends them in order. */
import type { Config } from '../schemas/config.ts';
import type { InventoryRecord } from '../schemas/inventory.ts';
import { openStore } from './adapters/clickhouse.ts';
import { createEgress } from './adapters/egress.ts';
import { loadInventory } from './adapters/inventory.ts';
import type { KafkaLog, KafkaSettings } from './adapters/kafka/open-client.ts';
import { openPublisher } from './adapters/kafka/open-publisher.ts';
import { openSource } from './adapters/kafka/open-source.ts';
import { ensureTopics } from './adapters/kafka/topics.ts';
import { loadNetworks, type Networks } from './adapters/networks.ts';
import { ConfigError } from './config-error.ts';
import type { Detector } from './core/detector.ts';
import { createEngine } from './core/engine.ts';
import type { Located } from './core/exchange.ts';
import { createPopulation } from './core/population.ts';
import type { DeliveryEvent } from './delivery-lane.ts';
import type { Format } from './format.ts';
import { startHealth } from './health.ts';
import { createGravedigger, createIngest, deadLetter } from './ingest.ts';
import type { Lifecycle } from './lifecycle.ts';
import { createDispatcher, plan } from './outbox.ts';
import { openOutlets, type ReadyRoute, readRoutes } from './outlets.ts';
import type { Chunk, ChunkSource, Clock, DeadLetter, Publisher, SinkContext, SinkType, Store } from './ports.ts';
import { createPulse } from './pulse.ts';
import { createPump, createSurroundings, type Decoded, type Progress, type Pump } from './pump.ts';
import { createReader, type Reader } from './reader.ts';
import { createRekeyVector, decodeProvenance, PROVENANCE_HEADER } from './rekey-vector.ts';
import { readSecretFile } from './secret-file.ts';
import type { Telemetry } from './telemetry.ts';

export type Role = 'ingest' | 'detect';

/** The parts found on the shelves. */
export interface Shelves {
  readonly detectors: ReadonlyMap<string, Detector>;
  readonly formats: ReadonlyMap<string, Format>;
  readonly sinks: ReadonlyMap<string, SinkType>;
}

export interface RunOptions {
  readonly config: Config;
  readonly kafka: KafkaSettings;
  readonly store: Config['store'];
  readonly shelves: Shelves;
  readonly roles: readonly Role[];
  readonly telemetry: Telemetry;
  readonly lifecycle: Lifecycle;
  readonly version: string;
}

/** How far event time must be past the end of an hour before the hour counts as closed: late events are usual for so long. */
const HOUR_GRACE_MS = 300_000;
const WATCH_INTERVAL_MS = 1_000;

/** Runs until the lifecycle says stop. Rejects with the first fault that ends the process. */
export async function run(options: RunOptions): Promise<void> {
  const { config, kafka, roles, telemetry, lifecycle } = options;
  const clock: Clock = { now: Date.now };
  const log: KafkaLog = (level, message, fields) => {
    if (level === 'warn' || level === 'error')
      telemetry.event('broker-retried', { error: `${message} ${JSON.stringify(fields)}` });
  };
  telemetry.event('started', { version: options.version, role: roles.join('+') });
  const closers: (() => Promise<void>)[] = [];
  try {
    const store = await openStore(options.store, {
      clock,
      migrate: true,
      onRetry: ({ table, reason }) => telemetry.event('store-retried', { step: table, error: reason }),
      onPoison: (letters) => buried(telemetry, letters),
    });
    closers.push(() => store.close());
    await ensureTopics(kafka, config.alerts.topic, log);
    const publisher = await openPublisher(kafka, log);
    closers.push(() => publisher.close());

    const works: Promise<void>[] = [];
    const sources: ChunkSource[] = [];
    const pulse = createPulse(clock.now);
    const parts: RoleParts = { options, clock, log, store, publisher, beat: () => pulse.beat() };
    if (roles.includes('ingest') && kafka.inputs.length > 0) {
      const source = await startIngest(parts);
      sources.push(source.source);
      works.push(source.run(lifecycle.signal));
    }
    if (roles.includes('detect')) {
      const detect = await startDetect(parts);
      sources.push(detect.source);
      closers.push(detect.close);
      works.push(detect.run(lifecycle.signal), detect.deliver(lifecycle.signal));
    }
    const watch = setInterval(() => {
      const lag = sources.reduce((sum, source) => sum + source.status().lag, 0);
      pulse.waiting(lag > 0);
      telemetry.event('queue-changed', { bytes: sources.reduce((sum, source) => sum + source.status().heldBytes, 0) });
    }, WATCH_INTERVAL_MS);
    closers.push(async () => clearInterval(watch));
    if (config.telemetry.enabled) {
      const health = await startHealth({
        config: config.telemetry,
        telemetry,
        pulse,
        notReady: () => [
          ...(lifecycle.signal.aborted ? ['stopping'] : []),
          ...(sources.some((source) => source.status().partitions > 0) ? [] : ['no partitions assigned yet']),
        ],
      });
      closers.push(() => health.close());
    }
    telemetry.event('ready', {});
    // One part that ends before it was asked to takes the others with it: half a process would look healthy.
    const results = await Promise.allSettled(
      works.map((work) =>
        work.catch((error) => {
          lifecycle.stop();
          throw error;
        }),
      ),
    );
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

interface RoleParts {
  readonly options: RunOptions;
  readonly clock: Clock;
  readonly log: KafkaLog;
  readonly store: Store;
  readonly publisher: Publisher;
  beat(): void;
}

function buried(telemetry: Telemetry, letters: readonly DeadLetter[]): void {
  const counts = new Map<string, { format: string; reason: string; records: number }>();
  for (const { format, reason } of letters) {
    const key = `${format} ${reason}`;
    const count = counts.get(key) ?? { format, reason, records: 0 };
    counts.set(key, { ...count, records: count.records + 1 });
  }
  for (const count of counts.values()) telemetry.event('records-buried', count);
}

/** Buries under the rate cap, and says so. */
function gravedigger({ options, store, clock }: RoleParts): (letters: readonly DeadLetter[]) => Promise<void> {
  const bury = createGravedigger(store, options.config.ingest.deadLettersPerMinute, clock.now);
  return async (letters) => {
    buried(options.telemetry, letters);
    await bury(letters);
  };
}

function pepperOf(config: Config, telemetry: Telemetry): string | undefined {
  const { pepperFile } = config.ingest;
  if (pepperFile === undefined) return undefined;
  return readSecretFile({ key: 'ingest.pepperFile', file: pepperFile }, (exposed) =>
    telemetry.event('secret-exposed', exposed),
  );
}

async function networksOf(config: Config): Promise<Networks | undefined> {
  return config.ingest.networksFile === undefined ? undefined : loadNetworks(config.ingest.networksFile);
}

/** Raw topics in, activity topic out. */
async function startIngest(parts: RoleParts) {
  const { options, clock, log, publisher } = parts;
  const { config, kafka, shelves, telemetry } = options;
  const networks = await networksOf(config);
  const pepper = pepperOf(config, telemetry);
  const readers = new Map<string, Reader>();
  for (const { topic, format, tenant } of kafka.inputs)
    readers.set(
      topic,
      createReader({
        formats: shelves.formats,
        format,
        tenant: tenant ?? config.ingest.tenant,
        limits: config.ingest,
        now: clock.now,
        ...(networks && { networks }),
        ...(pepper !== undefined && { pepper }),
      }),
    );
  const ingest = createIngest({
    readerOf: (topic) => readers.get(topic)!,
    publisher,
    bury: gravedigger(parts),
    limits: config.ingest,
    clock,
    cluster: kafka.cluster,
    activityTopic: kafka.activityTopic,
    onChunk: (chunk, { records, activities, skipped, dead }) => {
      const format = kafka.inputs.find(({ topic }) => topic === chunk.topic)?.format ?? 'auto';
      const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
      telemetry.event('records-taken', { format, outcome: 'skipped', records: sum(skipped) });
      telemetry.event('records-taken', { format, outcome: 'dead', records: sum(dead) });
      telemetry.event('records-taken', { format, outcome: 'read', records: records - sum(skipped) - sum(dead) });
      for (const [reason, count] of skipped) telemetry.event('records-skipped', { format, reason, records: count });
      telemetry.event('activities-published', { activities });
      parts.beat();
    },
  });
  const source = openSource({
    kafka,
    topics: [...readers.keys()],
    group: `${kafka.groupId}-ingest`,
    limits: config.detect,
    log,
  });
  return { source, run: (signal: AbortSignal) => source.run((chunk) => ingest(chunk), signal) };
}

/** Activity topic in; turns, alerts and deliveries out. */
async function startDetect(parts: RoleParts) {
  const { options, clock, log, store, publisher } = parts;
  const { config, kafka, shelves, telemetry } = options;
  const networks = await networksOf(config);
  const inventory: readonly InventoryRecord[] =
    config.ingest.inventoryFile === undefined
      ? []
      : [...(await loadInventory(config.ingest.inventoryFile)).records.values()];
  const population = createPopulation();
  const { routes } = readRoutes(config.sinks, shelves.sinks);
  const bury = gravedigger(parts);
  const reader = createReader({
    formats: shelves.formats,
    format: 'activity',
    tenant: config.ingest.tenant,
    limits: config.ingest,
    ...(networks && { networks }),
  });
  const pump: Pump = createPump({
    cluster: kafka.cluster,
    store,
    clock,
    snapshotEveryMs: config.detect.snapshotEveryMs,
    surroundings: createSurroundings(population, store, clock, HOUR_GRACE_MS),
    telemetry,
    newEngine: () =>
      createEngine({
        detectors: shelves.detectors,
        settings: config,
        population,
        inventory,
        ownsPopulation: false,
        ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
      }),
    newProgress,
    decode: (chunk, progress) => decode(chunk, progress, reader, async (letters) => bury(letters), config, clock),
    plan: (alerts, partition) => plan(alerts, routes, partition),
  });
  const source = openSource({
    kafka,
    topics: [kafka.activityTopic],
    group: `${kafka.groupId}-detect`,
    limits: config.detect,
    hooks: {
      onAssigned: async (place) => {
        await pump.open(place);
        telemetry.event('partitions-assigned', {
          topic: place.topic,
          partitions: pump.partitions().join(','),
          count: pump.partitions().length,
        });
      },
      onRevoked: async (place, reason) => {
        await pump.close(place, reason);
        telemetry.event('partition-revoked', place);
      },
    },
    log,
  });
  const outlets = await openOutlets(routes as readonly ReadyRoute[], sinkContext(parts, publisher));
  const dispatcher = createDispatcher({
    store,
    clock,
    config: config.delivery,
    outlets,
    partitions: pump.partitions,
    onEvent: (event) => deliveryEvent(telemetry, event),
  });
  return {
    source,
    run: (signal: AbortSignal) =>
      source.run(async (chunk, intend, taken) => {
        await pump.turn(chunk, intend, taken);
        parts.beat();
        dispatcher.wake();
      }, signal),
    deliver: (signal: AbortSignal) => dispatcher.run(signal),
    close: async () => {
      for (const { sink } of outlets) await sink.close?.();
    },
  };
}

function newProgress(saved: string | undefined): Progress & { admit(header: string): boolean } {
  const vector = createRekeyVector(saved);
  return {
    save: () => vector.encode(),
    admit(header) {
      const provenance = decodeProvenance(header);
      return provenance === undefined || vector.admit(provenance);
    },
    isRepetition(header) {
      return !this.admit(header);
    },
  };
}

/** Activities of a chunk, less the repetitions; a message that is no activity is buried. */
async function decode(
  chunk: Chunk,
  progress: Progress,
  reader: Reader,
  bury: (letters: readonly DeadLetter[]) => Promise<void>,
  config: Config,
  clock: Clock,
): Promise<Decoded> {
  const located: Located[] = [];
  const letters: DeadLetter[] = [];
  let repetitions = 0;
  for (const { offset, value, headers } of chunk.messages) {
    const origin = headers[PROVENANCE_HEADER];
    if (origin !== undefined && progress.isRepetition(Buffer.from(origin).toString('latin1'))) {
      repetitions++;
      continue;
    }
    const bytes = value ?? new Uint8Array(0);
    for (const outcome of value === null ? [] : reader.read(bytes))
      if (outcome.status === 'read') for (const activity of outcome.activities) located.push({ activity, offset });
      else if (outcome.status === 'dead')
        letters.push(
          deadLetter(
            { from: chunk.topic, partition: chunk.partition, offset },
            outcome.format,
            outcome.reason,
            outcome.bytes,
            config.ingest,
            clock.now(),
          ),
        );
  }
  await bury(letters);
  return { located, repetitions };
}

function sinkContext({ options, clock }: RoleParts, publisher: Publisher): SinkContext {
  const { config, kafka, telemetry } = options;
  return {
    secret: (file) => readSecretFile({ key: 'sinks', file }, (exposed) => telemetry.event('secret-exposed', exposed)),
    refuse: (reason) => {
      throw new ConfigError([{ at: 'sinks', key: 'sinks', wrong: reason, remedy: 'see docs/reference/sinks.md' }]);
    },
    timeoutMs: config.delivery.timeoutMs,
    allowPrivateTargets: config.delivery.allowPrivateTargets,
    clock,
    kafka,
    alertTopic: config.alerts.topic,
    http: createEgress(config.delivery),
    publish: (topic, message) => publisher.send(topic, [message]),
  };
}

function deliveryEvent(telemetry: Telemetry, event: DeliveryEvent): void {
  if (event.type === 'sink-disabled')
    return telemetry.event('sink-disabled', { sink: event.sink, reason: event.reason });
  const { delivery, attempts } = event;
  const fields = { sink: delivery.sink, delivery: delivery.id, alert: delivery.alertId, attempts };
  if (event.type === 'delivered') telemetry.event('delivery-done', fields);
  else if (event.type === 'postponed') telemetry.event('delivery-delayed', { ...fields, reason: event.reason });
  else telemetry.event('delivery-refused', { ...fields, reason: event.reason });
}

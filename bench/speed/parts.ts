/** What is measured: each part lives in a process of its own, so that none pays for another's memory, merges or compiled code. */
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import { connect } from '../../src/adapters/clickhouse/connect.ts';
import { migrateThrough } from '../../src/adapters/clickhouse/migrate.ts';
import { openStore } from '../../src/adapters/clickhouse/open.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import type { Engine, Located } from '../../src/core/engine-contract.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import type { Format } from '../../src/ingest/format.ts';
import { createReader } from '../../src/ingest/reader.ts';
import { createReorder } from '../../src/ingest/reorder.ts';
import { createReferencePipeline } from '../reference/pipeline.ts';
import { consolePages } from './console.ts';
import { delivery, deliveryReference, httpIngest, httpReference } from './doors.ts';
import { activities, cloudTrailRecords, crowdOf, type FleetPlan } from './fleet.ts';
import { createMeter, type Reading } from './meter.ts';
import { withPlace } from './place.ts';

const BATCH_ROWS = 10_000;
const FLEET: FleetPlan = { identities: 300, perDay: 40 };
/** Past the days an identity learns, so that what is measured is its ordinary life. */
const MATURE = FLEET.identities * FLEET.perDay * 10;
const WARM_BATCHES = 3;
const TIMED_BATCHES = 8;
/** Detection is measured from a day on when the compiler has long settled, over seven weeks of this fleet. */
const DETECTION_FROM = FLEET.identities * FLEET.perDay * 25;
const DETECTION_TIMED = 600_000;
const MEMORY_DAYS = 28;
const MEMORY_PER_DAY = 10;

async function engineOf(): Promise<Engine> {
  return createEngine({
    detectors: await discover<Detector>(SHELVES.detectors, 'detector'),
    settings: configSchema.parse({}),
    population: createPopulation(),
  });
}

function batchOf<T>(from: Iterator<T, void>, rows: number): T[] {
  const batch: T[] = [];
  while (batch.length < rows) batch.push(from.next().value as T);
  return batch;
}

const bytesOf = (record: object) => Buffer.from(JSON.stringify(record));

/** Runs batches of messages: first unmeasured until code is compiled, then measured. */
async function run(
  records: Generator<object>,
  take: (batches: readonly Buffer[][]) => Promise<void>,
): Promise<Reading> {
  const meter = createMeter();
  const batches = (count: number) => Array.from({ length: count }, () => batchOf(records, BATCH_ROWS).map(bytesOf));
  await take(batches(WARM_BATCHES));
  const timed = batches(TIMED_BATCHES);
  await meter.measure(TIMED_BATCHES * BATCH_ROWS, () => take(timed));
  return meter.reading;
}

/** Raw bytes through reader, reordering, engine with every detector, and the commit of turns. */
async function pipeline(records: Generator<object>, stored = true): Promise<Reading> {
  let warming = true;
  const config = configSchema.parse({});
  const reader = createReader({
    formats: await discover<Format>(SHELVES.formats, 'format'),
    format: 'auto',
    tenant: 'default',
    limits: config.ingest,
  });
  const engine = await engineOf();
  const reorder = createReorder();
  return withPlace(async (place) => {
    const store = stored ? await openStore(configSchema.parse({ store: place }).store) : undefined;
    let offset = 0;
    let batch: Located[] = [];

    async function turn(): Promise<void> {
      const located = batch;
      batch = [];
      const span = { topic: 'bench', partition: 0, first: located[0]!.offset, last: offset - 1 };
      const outcome = engine.process(located);
      if (warming) return;
      const id = `bench/${span.first}-${span.last}`;
      await store?.commit({ id, span, epoch: 0, activities: located, ...outcome, deliveries: [], state: '' });
    }

    async function take(bytes: Uint8Array): Promise<void> {
      for (const outcome of reader.read(bytes)) {
        if (outcome.status !== 'read') throw new Error(`${outcome.status}: ${outcome.reason}`);
        for (const activity of outcome.activities)
          for (const next of reorder.push(activity)) {
            batch.push({ activity: next, offset: offset++ });
            if (batch.length === BATCH_ROWS) await turn();
          }
      }
    }

    for (let n = 0; n < MATURE; n++) await take(bytesOf(records.next().value as object));
    warming = false;
    const reading = await run(records, async (batches) => {
      for (const batch of batches) for (const bytes of batch) await take(bytes);
    });
    await store?.close();
    return reading;
  });
}

async function reference(): Promise<Reading> {
  return withPlace(async (place) => {
    const { store: config } = configSchema.parse({ store: place });
    const connection = await connect(config);
    await migrateThrough(connection, config, false);
    const take = createReferencePipeline(connection.client, place.database);
    const reading = await run(activities(FLEET), async (batches) => {
      for (const batch of batches) await take(batch);
    });
    await connection.close();
    return reading;
  });
}

/** Activities as a reader would hand them over: fresh strings whose hashes nobody has computed yet. */
const parsed = (batch: readonly Activity[], offset: number): Located[] =>
  batch.map((activity, i) => ({ activity: JSON.parse(JSON.stringify(activity)) as Activity, offset: offset + i }));

/** Collects garbage at once. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** Judging and learning alone, with every detector, once the identities are mature. What parsing takes and leaves behind is over by then. */
async function detection(): Promise<Reading> {
  const collect = collector();
  const engine = await engineOf();
  const source = activities(FLEET);
  const meter = createMeter();
  const batch = (offset: number) => parsed(batchOf(source, BATCH_ROWS), offset);
  let offset = 0;
  for (; offset < DETECTION_FROM; offset += BATCH_ROWS) engine.process(batch(offset));
  const timed: Located[][] = [];
  for (; offset < DETECTION_FROM + DETECTION_TIMED; offset += BATCH_ROWS) timed.push(batch(offset));
  collect();
  // Its threads go on sweeping for a while.
  await setTimeout(1_000);
  for (const located of timed) await meter.measure(BATCH_ROWS, () => void engine.process(located));
  return meter.reading;
}

/** What one identity costs. */
export interface MemoryReading {
  readonly identities: number;
  /** Serialised, as saved and recalled. */
  readonly bytesPerIdentity: number;
  /** In the heap, with everything the engine holds shared out. */
  readonly heapBytesPerIdentity: number;
}

async function memory(identities: number): Promise<MemoryReading> {
  const collect = collector();
  const source = activities({ identities, perDay: MEMORY_PER_DAY });
  source.next();
  collect();
  const before = process.memoryUsage().heapUsed;
  const engine = await engineOf();
  const total = identities * MEMORY_PER_DAY * MEMORY_DAYS;
  for (let offset = 0; offset < total; offset += BATCH_ROWS) {
    const batch = batchOf(source, Math.min(BATCH_ROWS, total - offset));
    engine.process(batch.map((activity, i) => ({ activity, offset: offset + i })));
  }
  engine.changed();
  collect();
  const held = process.memoryUsage().heapUsed - before;
  const size = engine.size();
  return {
    identities: size.identities,
    bytesPerIdentity: Math.round(size.bytes / size.identities),
    heapBytesPerIdentity: Math.round(held / size.identities),
  };
}

/** What a million identities cost: the whole process, everything the engine shares among them included. */
export interface CrowdReading {
  readonly crowdIdentities: number;
  readonly crowdActivities: number;
  /** Resident memory of the process at its end, after a collection, and at its highest. */
  readonly crowdRssBytes: number;
  readonly crowdPeakRssBytes: number;
  /** Of what is resident: the heap, and the arrays outside of it (packed memories, population). */
  readonly crowdHeapBytes: number;
  readonly crowdArrayBytes: number;
  readonly crowdBytesPerIdentity: number;
  readonly crowdEventsPerSecond: number;
}

/** Activities of an identity each time it is at work. */
const CROWD_VISIT = 3;

/** Four weeks in which each identity is at work so many times. */
async function crowd(identities: number, visits: number): Promise<CrowdReading> {
  const collect = collector();
  const engine = await engineOf();
  const source = crowdOf({ identities, visits, visit: CROWD_VISIT, days: MEMORY_DAYS });
  const meter = createMeter();
  const total = identities * visits * CROWD_VISIT;
  for (let offset = 0; offset < total; offset += BATCH_ROWS) {
    const batch = batchOf(source, Math.min(BATCH_ROWS, total - offset));
    const located = batch.map((activity, i) => ({ activity, offset: offset + i }));
    await meter.measure(batch.length, () => void engine.process(located));
  }
  collect();
  const { rss, heapTotal, arrayBuffers } = process.memoryUsage();
  const { identities: held, bytes } = engine.size();
  return {
    crowdIdentities: held,
    crowdActivities: total,
    crowdRssBytes: rss,
    crowdPeakRssBytes: process.resourceUsage().maxRSS * 1024,
    crowdHeapBytes: heapTotal,
    crowdArrayBytes: arrayBuffers,
    crowdBytesPerIdentity: Math.round(bytes / held),
    crowdEventsPerSecond: Math.round(meter.reading.events / meter.reading.cpuSeconds),
  };
}

export const PARTS = {
  pipeline: () => pipeline(activities(FLEET)),
  reference,
  cloudtrail: () => pipeline(cloudTrailRecords(FLEET)),
  /** The pipeline without a store, to see what the store costs. */
  judging: () => pipeline(activities(FLEET), false),
  detection,
  memory,
  million: crowd,
  http: () => httpIngest(activities(FLEET), MATURE),
  httpReference: () => httpReference(activities(FLEET)),
  delivery,
  deliveryReference,
  /** A full store in a browser; `--identities` says how full. */
  console: (identities: number) => consolePages(identities),
} as const;

export type Part = keyof typeof PARTS;

/**
 * How fast and how large: `node dist/bench/bench.js [--json] [--rounds N] [--identities N] [--million] [--visits N]`. One run, everything beside
 * its reference. With `--against DIR [--set DIR] [--kept none|embedded]` the command line of this build stands beside that of another built checkout.
 */
import { execFile } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median } from 'simple-statistics';
import { type ConsoleReading, chromiumAt } from './speed/console.ts';
import { chanceOf, type Reading } from './speed/meter.ts';
import { type CrowdReading, type MemoryReading, PARTS, type Part } from './speed/parts.ts';
import { ALTERNATIONS_MIN, compareWhole, comparisonText, KEPT } from './speed/whole.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    identities: { type: 'string', default: '1000' },
    /** Also measures a million identities, which takes minutes. */
    million: { type: 'boolean', default: false },
    /** Times that each of a million identities is at work. */
    visits: { type: 'string', default: '8' },
    /** A built checkout whose whole command line is timed beside this one's. */
    against: { type: 'string' },
    /** The labelled set that both replay. */
    set: { type: 'string', default: '../shared/benchmark/dev-1' },
    /** With which stores it is replayed: none, embedded or both. */
    kept: { type: 'string', default: 'both' },
    /** Measures one part in this process and prints its reading. */
    part: { type: 'string' },
  },
});

function whole(name: 'rounds' | 'identities' | 'visits', max: number): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  process.stderr.write(`bench: --${name} takes a whole number from 1 to ${max}\n`);
  process.exit(2);
}

const rounds = whole('rounds', 50);
const identities = whole('identities', 1_000_000);
const visits = whole('visits', 1_000);

const execute = promisify(execFile);
const program = process.argv[1]!;

/** What a million identities leave over of a gigabyte for the heap. */
const CROWD = { identities: 1_000_000, flags: ['--max-old-space-size=192', '--max-semi-space-size=4'] };

/** A company of that size. */
const CONSOLE = { identities: 100_000, flags: ['--max-old-space-size=8192'] };

async function apart<T>(part: Part, of = { identities, flags: ['--max-old-space-size=8192'] }): Promise<T> {
  const started = performance.now();
  const { stdout } = await execute(process.execPath, [
    ...of.flags,
    program,
    '--part',
    part,
    '--identities',
    String(of.identities),
    '--visits',
    String(visits),
  ]);
  process.stderr.write(`${part} ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return JSON.parse(stdout) as T;
}

const perCore = ({ events, cpuSeconds }: Reading) => Math.round(events / cpuSeconds);
const perSecond = ({ events, wallSeconds }: Reading) => Math.round(events / wallSeconds);

const ratioOf = (ours: readonly Reading[], theirs: readonly Reading[]) =>
  Math.round((median(ours.map(perCore)) / median(theirs.map(perCore))) * 100) / 100;

const chanceBetween = (ours: readonly Reading[], theirs: readonly Reading[]) =>
  chanceOf(ours.map(perCore), theirs.map(perCore));

/** Each takes half a minute to fill a store first; one more round of them than this would make the run long. */
const DOOR_ROUNDS = 2;
const DOORS = ['http', 'httpReference', 'delivery', 'deliveryReference'] as const;
type Door = (typeof DOORS)[number];

async function all() {
  const ours: Reading[] = [];
  const naive: Reading[] = [];
  const trail: Reading[] = [];
  const judged: Reading[] = [];
  const doors = { http: [], httpReference: [], delivery: [], deliveryReference: [] } as Record<Door, Reading[]>;
  // Alternated, so that a busy minute of the machine meets both.
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0;
    if (first) ours.push(await apart('pipeline'));
    naive.push(await apart('reference'));
    if (!first) ours.push(await apart('pipeline'));
    if (round % 2 === 0) trail.push(await apart('cloudtrail'));
    if (round < 2) judged.push(await apart('detection'));
    if (round < DOOR_ROUNDS)
      for (const door of round % 2 === 0 ? DOORS : [...DOORS].reverse()) doors[door].push(await apart(door));
  }
  const pipelineEventsPerSecond = median(ours.map(perCore));
  const referencePipelineEventsPerSecond = median(naive.map(perCore));
  return {
    pipelineEventsPerSecond,
    referencePipelineEventsPerSecond,
    ratio: Math.round((pipelineEventsPerSecond / referencePipelineEventsPerSecond) * 100) / 100,
    chance: chanceBetween(ours, naive),
    ratios: ours.map((reading, i) => Math.round((perCore(reading) / perCore(naive[i]!)) * 100) / 100),
    detectionEventsPerSecond: median(judged.map(perCore)),
    cloudTrailPipelineEventsPerSecond: median(trail.map(perCore)),
    httpIngestEventsPerSecond: median(doors.http.map(perCore)),
    referenceHttpIngestEventsPerSecond: median(doors.httpReference.map(perCore)),
    httpIngestRatio: ratioOf(doors.http, doors.httpReference),
    httpIngestChance: chanceBetween(doors.http, doors.httpReference),
    deliveriesPerSecond: median(doors.delivery.map(perCore)),
    referenceDeliveriesPerSecond: median(doors.deliveryReference.map(perCore)),
    deliveryRatio: ratioOf(doors.delivery, doors.deliveryReference),
    deliveryChance: chanceBetween(doors.delivery, doors.deliveryReference),
    wall: {
      httpIngestEventsPerSecond: median(doors.http.map(perSecond)),
      deliveriesPerSecond: median(doors.delivery.map(perSecond)),
      pipelineEventsPerSecond: median(ours.map(perSecond)),
      referencePipelineEventsPerSecond: median(naive.map(perSecond)),
      detectionEventsPerSecond: median(judged.map(perSecond)),
    },
    ...(await apart<MemoryReading>('memory')),
    ...(chromiumAt() === undefined ? {} : await apart<ConsoleReading>('console', CONSOLE)),
    ...(values.million ? await apart<CrowdReading>('million', CROWD) : {}),
    rounds,
    node: process.version,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  };
}

function table(figures: Awaited<ReturnType<typeof all>>): string {
  const n = (value: number) => value.toLocaleString('en').padStart(9);
  return `Events per second of one core (CPU time of the whole process, embedded database included), medians of ${rounds} rounds
  pipeline: bytes, reader, every detector, commit ${n(figures.pipelineEventsPerSecond)}
  reference: parse, zod, HMAC, JSONEachRow        ${n(figures.referencePipelineEventsPerSecond)}
  ratio                                           ${n(figures.ratio)}   (rounds: ${figures.ratios.join(' ')}; p ${figures.chance})
  pipeline on CloudTrail records                  ${n(figures.cloudTrailPipelineEventsPerSecond)}
  detection alone, every detector                 ${n(figures.detectionEventsPerSecond)}
At the doors, the process of Tidemark alone, medians of ${Math.min(rounds, DOOR_ROUNDS)} rounds
  POST /v1/activities, gzip, judged and durable   ${n(figures.httpIngestEventsPerSecond)} events/s
  reference: unzip, parse, zod, HMAC, JSONEachRow ${n(figures.referenceHttpIngestEventsPerSecond)} events/s, ratio ${figures.httpIngestRatio}, p ${figures.httpIngestChance}
  outbox to a webhook, signed and settled         ${n(figures.deliveriesPerSecond)} deliveries/s
  reference: sign and post, no outbox             ${n(figures.referenceDeliveriesPerSecond)} deliveries/s, ratio ${figures.deliveryRatio}, p ${figures.deliveryChance}
Bytes an identity, ${figures.identities.toLocaleString('en')} identities after four weeks
  saved                                           ${n(figures.bytesPerIdentity)}
  in memory                                       ${n(figures.heapBytesPerIdentity)}
${crowd(figures)}${pages(figures)}Node ${figures.node}, ${figures.cores} cores, ${figures.memoryGiB} GiB
`;
}

function pages({
  consoleIdentities,
  consoleAlerts,
  bundleBytes,
  firstPageMs,
  listsMs = {},
}: Partial<ConsoleReading>): string {
  if (consoleIdentities === undefined || bundleBytes === undefined)
    return 'The console was not measured: no Chromium.\n';
  const lists = Object.entries(listsMs).map(([path, { first, later }]) => `${path} ${first} ms, then ${later} ms`);
  return `The console on ${consoleIdentities.toLocaleString('en')} identities and ${consoleAlerts?.toLocaleString('en')} alerts, in headless Chromium
  bundle, compressed                              ${Math.round(bundleBytes / 1_000)
    .toLocaleString('en')
    .padStart(9)} kB
  first page usable, median of ten loads          ${String(firstPageMs).padStart(9)} ms
  lists: ${lists.join('; ')}
`;
}

function crowd(figures: Partial<CrowdReading>): string {
  const { crowdIdentities, crowdRssBytes, crowdBytesPerIdentity } = figures;
  if (crowdIdentities === undefined || crowdRssBytes === undefined) return '';
  return `${crowdIdentities.toLocaleString('en')} identities: ${Math.round(crowdRssBytes / 2 ** 20).toLocaleString('en')} MiB resident, ${crowdBytesPerIdentity} bytes saved of each
`;
}

if (values.against !== undefined) {
  const alternations = Math.max(rounds, ALTERNATIONS_MIN);
  const checkouts = { ours: fileURLToPath(new URL('../..', import.meta.url)), theirs: values.against };
  const kept = KEPT.filter((one) => values.kept === 'both' || values.kept === one);
  if (kept.length === 0) {
    process.stderr.write('bench: --kept takes none, embedded or both\n');
    process.exit(2);
  }
  const tell = (text: string) => process.stderr.write(`${text}\n`);
  const found = await compareWhole(checkouts, { directory: values.set, kept }, alternations, tell);
  process.stdout.write(values.json ? `${JSON.stringify(found)}\n` : comparisonText(found, alternations));
} else if (values.part === undefined) {
  const figures = await all();
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures));
} else {
  const part = PARTS[values.part as Part];
  process.stdout.write(`${JSON.stringify(await part(identities, visits))}\n`);
  // The embedded engine keeps threads that nobody waits for.
  process.exit(0);
}

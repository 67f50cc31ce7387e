/**
 * One worker with every role, a real broker and a real database server, senders that go on for hours, and whether anything grows.
 * `npm run soak -- [--hours 2] [--warm-minutes 30] [--rate 60] [--speed 1] [--identities 150] [--log FILE]`
 */
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { activities, DAY_MS, START_MS } from '../../bench/speed/fleet.ts';
import type { Activity } from '../../schemas/activity.ts';
import { partitionOf } from '../../src/adapters/kafka/partition-of.ts';
import { newToken } from '../../src/api/tokens.ts';
import { startClickHouse } from '../engines/harness/clickhouse.ts';
import { startKafka } from '../engines/harness/kafka.ts';
import { until } from '../engines/harness/kafka-worker-process.ts';
import { startReceiver } from '../engines/harness/receiver.ts';
import { install } from '../engines/harness/tidemark.ts';
import { type Reading, slopeOf } from './slope.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '2' },
    /** Not measured: tables, caches and habits fill up. */
    'warm-minutes': { type: 'string', default: '30' },
    /** Records a second. */
    rate: { type: 'string', default: '60' },
    /** How much faster event time goes than wall time. Above 1, hours close and days end sooner, and habits of more days fill up meanwhile. */
    speed: { type: 'string', default: '1' },
    identities: { type: 'string', default: '150' },
    log: { type: 'string' },
  },
});
const [hours, warmMinutes, rate, speed, identities] = (
  ['hours', 'warm-minutes', 'rate', 'speed', 'identities'] as const
).map((name) => {
  const value = Number(values[name]);
  if (value > 0) return value;
  process.stderr.write(`--${name} takes a number above 0\n`);
  return process.exit(2);
}) as [number, number, number, number, number];

const MINUTE_MS = 60_000;
const PARTITIONS = 3;
const PROBE_EVERY_MS = 30_000;
const BATCH_MS = 1_000;
/** An act that must be alerted on, so that alerts, deliveries and suspensions come about all the time. */
const DECOY_EVERY = 2_000;
const DECOY = 'vault:decoy/root-key';
/** Old space of the worker in MB: with the default of gigabytes Node has no reason to give anything back for hours. */
const OLD_SPACE = 512;
/** What memory may grow in an hour after warm-up. */
const GOAL = 0.01;
/** Pages that people look at. */
const LOOKS = ['/v1/alerts?limit=20', '/v1/fleet', '/v1/identities?limit=20', '/v1/sources', '/v1/audit?limit=20'];

const say = (line: string) => {
  const text = `${new Date().toISOString()} ${line}\n`;
  process.stdout.write(text);
  if (values.log !== undefined) appendFileSync(values.log, text);
};

const [broker, clickhouse] = await Promise.all([startKafka(), startClickHouse()]);
const work = mkdtempSync(join(tmpdir(), 'tidemark-soak-'));
const probe = join(work, 'probe.ndjson');
// Only what is started from here on is measured.
process.env.SOAK_PROBE = probe;
process.env.SOAK_EVERY_MS = String(PROBE_EVERY_MS);
const probeModule = join(process.cwd(), 'test/soak/probe.mjs');
process.env.NODE_OPTIONS = `--max-old-space-size=${OLD_SPACE} --expose-gc --import=${probeModule}`;

const secret = `whsec_${randomBytes(24).toString('base64')}`;
const { token, line } = newToken({ name: 'soak', scope: 'admin', tenant: 'default' });
const receiver = await startReceiver(secret);
const raw = 'raw-soak';
await broker.createTopic(raw, PARTITIONS);
const installation = await install(
  {
    kafka: {
      brokers: broker.brokers,
      groupId: 'soak',
      inputs: [{ topic: raw, format: 'activity' }],
      activityTopic: 'activity-soak',
      activityPartitions: PARTITIONS,
    },
    ingest: { inventoryFile: 'inventory.ndjson' },
    store: { url: clickhouse.url, database: 'soak' },
    alerts: { topic: 'alerts-soak' },
    sinks: { soc: { type: 'webhook', url: receiver.url, secretFile: 'webhook.secret' } },
    delivery: { allowPrivateTargets: true },
    respond: { enabled: true },
    http: { serve: 'always', port: 0, tokensFile: 'tokens' },
    telemetry: { port: 0 },
  },
  {
    'webhook.secret': secret,
    tokens: line,
    'inventory.ndjson': JSON.stringify({ identity: 'keeper-of-decoys', canaryResources: [DECOY] }),
  },
);
const producer = broker.client.producer({ createPartitioner: partitionOf });
await producer.connect();

async function ask(query: string): Promise<string[]> {
  const answer = await fetch(clickhouse.url, { method: 'POST', body: query });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text.slice(0, 500));
  return text.split('\n').filter(Boolean);
}

/** Acts of a fleet on and on; now and then one of them touches the decoy. */
function* records(perDay: number): Generator<Activity> {
  let n = 0;
  for (const { credential: _, ...one } of activities({ identities, perDay })) {
    const activity = { ...one, tenant: 'default' };
    yield ++n % DECOY_EVERY === 0 ? { ...activity, resource: { id: DECOY } } : activity;
  }
}

interface Sent {
  records: number;
  refused: number;
}

/** Every second what is due by event time: half over Kafka, half over HTTP. */
async function sendOn(url: string, sent: Sent, signal: AbortSignal): Promise<void> {
  const due = records((rate * 86_400) / speed / identities);
  const began = Date.now();
  let next = due.next().value as Activity;
  while (!signal.aborted) {
    const upTo = START_MS + (Date.now() - began) * speed;
    const batch: Activity[] = [];
    for (; Date.parse(next.at) <= upTo; next = due.next().value as Activity) batch.push(next);
    const byKafka = batch.filter(({ identity }) => identity.id.length % 2 === 0);
    const byHttp = batch.filter(({ identity }) => identity.id.length % 2 === 1);
    if (byKafka.length > 0)
      await producer.send({
        topic: raw,
        messages: byKafka.map((one) => ({ key: one.identity.id, value: JSON.stringify(one) })),
      });
    if (byHttp.length > 0) {
      const answer = await fetch(`${url}/v1/activities`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: byHttp.map((one) => JSON.stringify(one)).join('\n'),
      });
      await answer.text();
      if (!answer.ok) sent.refused += byHttp.length;
    }
    sent.records += batch.length;
    await pause(BATCH_MS);
  }
}

/** Somebody looks at a page every few seconds. */
async function lookOn(url: string, signal: AbortSignal): Promise<void> {
  for (let look = 0; !signal.aborted; look++) {
    const answer = await fetch(`${url}${LOOKS[look % LOOKS.length]}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.text();
    if (!answer.ok) say(`${LOOKS[look % LOOKS.length]} was answered with ${answer.status}`);
    await pause(5_000);
  }
}

interface Probed {
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly processor: number;
  readonly files: number;
  readonly sockets: number;
  readonly handles: Readonly<Record<string, number>>;
}

const probed = (): Probed[] =>
  existsSync(probe)
    ? readFileSync(probe, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text))
    : [];

const mega = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;

async function tables(): Promise<string> {
  const rows = await ask(
    `SELECT table, sum(rows), sum(bytes_on_disk), count() FROM system.parts WHERE active AND database = 'soak' GROUP BY table ORDER BY sum(bytes_on_disk) DESC LIMIT 8`,
  );
  return rows
    .map((row) => {
      const [table, count, bytes, parts] = row.split('\t');
      return `${table} ${count} rows ${mega(Number(bytes))} in ${parts} parts`;
    })
    .join('; ');
}

/** Slopes after warm-up; gives whether everything keeps to its goal. */
function verdict(all: readonly Probed[], from: number): boolean {
  const after = all.filter(({ at }) => at >= from);
  if (after.length < 10) {
    say(`${after.length} readings after warm-up: too few for a slope`);
    return true;
  }
  let isKept = true;
  for (const name of ['rss', 'heapUsed', 'external'] as const) {
    const { perHour, low, high } = slopeOf(after.map((one): Reading => ({ at: one.at, value: one[name] })));
    const isOver = name === 'rss' && perHour > GOAL;
    if (isOver) isKept = false;
    say(
      `${name}: ${percent(perHour)} an hour, 95 % between ${percent(low)} and ${percent(high)}; from ${mega(after[0]![name])} to ${mega(after.at(-1)![name])}${name === 'rss' ? `; goal under ${percent(GOAL)}: ${isOver ? 'missed' : 'kept'}` : ''}`,
    );
  }
  const halves = [after.slice(0, after.length >> 1), after.slice(after.length >> 1)] as const;
  const highest = (of: (one: Probed) => number) => halves.map((half) => Math.max(...half.map(of)));
  const kinds = new Set(after.flatMap(({ handles }) => Object.keys(handles)));
  const counts: [string, number[]][] = [
    ['open files', highest(({ files }) => files)],
    ['sockets', highest(({ sockets }) => sockets)],
    ...[...kinds].map((kind): [string, number[]] => [kind, highest(({ handles }) => handles[kind] ?? 0)]),
  ];
  // A connection more or less at the moment of the reading is no growth; one that is left behind each time is.
  for (const [name, [first, second]] of counts) {
    const isOver = second! > first! + 5 && second! > first! * 1.5;
    if (isOver) isKept = false;
    say(`${name}: at most ${first} in the first half, ${second} in the second${isOver ? ': grows' : ''}`);
  }
  return isKept;
}

let isKept = false;
const stopping = new AbortController();
try {
  const worker = installation.start('run');
  const listening = () => worker.log.find(({ event, what }) => event === 'api-listening' && what === 'http')?.place;
  await until('the worker listens', () => listening() !== undefined, 120_000);
  const url = listening() as string;
  const sent: Sent = { records: 0, refused: 0 };
  const began = Date.now();
  const from = began + warmMinutes * MINUTE_MS;
  const perDay = Math.round((rate * 86_400) / speed);
  say(
    `${rate} records a second, ${perDay} in a day of event time, ${identities} identities; ${hours} h after ${warmMinutes} min`,
  );
  let ended: unknown;
  void worker.ended.then((code) => {
    ended = code;
  });
  const running = [sendOn(url, sent, stopping.signal), lookOn(url, stopping.signal)];
  for (const one of running)
    one.catch((error) => {
      say(`a sender ended: ${error instanceof Error ? error.stack : error}`);
      stopping.abort();
    });
  let saidAt = began;
  while (Date.now() < from + hours * 3_600_000 && ended === undefined && !stopping.signal.aborted) {
    await pause(1_000);
    if (Date.now() - saidAt < 5 * MINUTE_MS) continue;
    saidAt = Date.now();
    const now = probed().at(-1);
    if (now === undefined) continue;
    const days = ((Date.now() - began) * speed) / DAY_MS;
    say(
      `${days.toFixed(1)} days of event time, ${sent.records} records; resident ${mega(now.rss)}, heap ${mega(now.heapUsed)}, ${now.files} files, ${now.sockets} sockets, processor ${now.processor.toFixed(0)} s`,
    );
    say(await tables());
    if (Date.now() > from) verdict(probed(), from);
  }
  const isEarly = stopping.signal.aborted || ended !== undefined;
  stopping.abort();
  await Promise.allSettled(running);
  if (ended !== undefined) say(`the worker ended by itself with ${ended}: ${worker.output().slice(-2_000)}`);
  const [stored] = await ask('SELECT uniqExact(id) FROM soak.activity');
  const [alerts] = await ask('SELECT uniqExact(id) FROM soak.alert');
  say(
    `${sent.records} sent, ${sent.refused} refused, ${stored} stored, ${alerts} alerts, ${receiver.bodies.size} deliveries`,
  );
  say(await tables());
  isKept = verdict(probed(), from) && !isEarly && sent.refused === 0;
  worker.signal('SIGTERM');
  const code = await worker.ended;
  say(`stopped with ${code}`);
  if (code !== 0) isKept = false;
} finally {
  stopping.abort();
  await producer.disconnect().catch(() => {});
  await receiver.close();
  await installation.remove();
  await clickhouse.stop();
  await broker.stop();
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = isKept ? 0 : 1;

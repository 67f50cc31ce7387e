/**
 * What one population costs: catching up on a month over three partitions, how late an alert is within an hour and at its turn, and how late
 * under a steady load.
 * `npm run bench:workers -- [--against DIR] [--days N] [--per-hour N] [--rounds N] [--workers 1,2] [--latency N] [--steady N] [--takeover N]`
 */

import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { activities, crowdOf, DAY_MS, START_MS } from '../../bench/speed/fleet.ts';
import type { Activity } from '../../schemas/activity.ts';
import { chooserOf, partitionOf } from '../../src/adapters/kafka/partition-of.ts';
import { activityKey } from '../../src/ingest/activity-message.ts';
import { startClickHouse } from '../engines/harness/clickhouse.ts';
import { startKafka } from '../engines/harness/kafka.ts';
import { startReceiver } from '../engines/harness/receiver.ts';

const { values } = parseArgs({
  options: {
    /** Built checkouts that are measured beside this one, in turn. */
    against: { type: 'string', multiple: true, default: [] },
    days: { type: 'string', default: '30' },
    'per-hour': { type: 'string', default: '100' },
    rounds: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1,2' },
    /** Activities sent one by one to see how late they are judged, within an hour, and as many turns of an hour. */
    latency: { type: 'string', default: '0' },
    /** Records a second, all the while single uses of decoys are sent to see how late their alerts come to a webhook. */
    steady: { type: 'string', default: '0' },
    seconds: { type: 'string', default: '30' },
    /** Identities that a worker takes over from one that is killed. */
    takeover: { type: 'string', default: '0' },
    'time-limit': { type: 'string', default: '300' },
  },
});
const PARTITIONS = 3;
const IDENTITIES = 60;
const HOUR_MS = 3_600_000;
/** Longer than a worker takes to save what it learned, once all is judged. */
const REST_MS = 10_000;
/** Seconds between two probes, ms between two sends of the load, and ms in which what is new was compiled and the group has met. */
const PROBE_S = 0.5;
const LOAD_EVERY_MS = 20;
const WARM_MS = 10_000;
/** Processor ticks a second in /proc. */
const TICKS = 100;
const LIMIT_MS = Number(values['time-limit']) * 1_000;
const days = Number(values.days);
const perHour = Number(values['per-hour']);
const builds = [...values.against.map((one) => resolve(one)), process.cwd()];

const broker = await startKafka();
const clickhouse = await startClickHouse();
const producer = broker.client.producer({ createPartitioner: partitionOf });
await producer.connect();

async function ask(query: string): Promise<string> {
  const answer = await fetch(clickhouse.url, { method: 'POST', body: query });
  return answer.ok ? (await answer.text()).trim() : '';
}

const messageOf = (activity: Activity) => ({
  key: activityKey(activity.tenant, activity.identity.id),
  value: JSON.stringify(activity),
});

async function fill(topic: string, upTo: number): Promise<number> {
  await broker.createTopic(topic, PARTITIONS);
  let batch: Activity[] = [];
  let sent = 0;
  const send = async () => {
    await producer.send({ topic, messages: batch.map(messageOf) });
    sent += batch.length;
    batch = [];
  };
  const from = upTo - days * 24 * HOUR_MS;
  let shift: number | undefined;
  for (const one of activities({ identities: IDENTITIES, perDay: (perHour * 24) / IDENTITIES })) {
    shift ??= from - Date.parse(one.at);
    const at = Date.parse(one.at) + shift;
    if (at >= upTo) break;
    batch.push({ ...one, credential: { id: 'AKIAEXAMPLE', kind: 'access-key' }, at: new Date(at).toISOString() });
    if (batch.length >= 1_000) await send();
  }
  if (batch.length > 0) await send();
  return sent;
}

interface Worker {
  readonly pid: number;
  readonly ready: Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
  readonly output: () => string;
}

async function startWorker(build: string, config: object, roles = ['detect']): Promise<Worker> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  await writeFile(join(directory, 'tidemark.yaml'), stringify(config));
  const args = [
    join(build, 'dist/src/cli.js'),
    'run',
    '--config',
    join(directory, 'tidemark.yaml'),
    '--role',
    ...roles,
  ];
  const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let tellReady = () => {};
  let tellEnded = (_: Error) => {};
  const ready = new Promise<void>((done, fail) => {
    tellReady = done;
    tellEnded = fail;
  });
  ready.catch(() => {});
  const take = (text: Buffer) => {
    output = `${output}${text}`.slice(-20_000);
    if (output.includes('partitions-assigned')) tellReady();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise((done) => child.once('close', done));
  void ended.then(() => tellEnded(new Error(`the worker ended:\n${output.slice(-2_000)}`)));
  return {
    pid: child.pid!,
    ready,
    output: () => output,
    async stop(signal) {
      child.kill(signal);
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const configOf = (topic: string, database: string) => ({
  kafka: {
    brokers: broker.brokers,
    groupId: database,
    inputs: [{ topic, format: 'auto' }],
    activityTopic: topic,
    activityPartitions: PARTITIONS,
  },
  store: { url: clickhouse.url, database },
  ingest: { history: true },
  telemetry: { port: 0 },
});

const storedIn = async (database: string) => Number((await ask(`SELECT count() FROM ${database}.activity`)) || 0);

async function until(database: string, count: number): Promise<boolean> {
  const began = Date.now();
  while ((await storedIn(database)) < count) {
    if (Date.now() - began > LIMIT_MS) return false;
    await sleep(100);
  }
  return true;
}

async function catchUp(build: string, topic: string, total: number, count: number): Promise<void> {
  const database = `db_${randomUUID().slice(0, 8)}`;
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(build, configOf(topic, database))));
  await Promise.all(workers.map(({ ready }) => ready));
  // Whoever came first may have judged a part alone.
  const already = await storedIn(database);
  const began = Date.now();
  const isWhole = await until(database, total);
  const seconds = (Date.now() - began) / 1_000;
  const done = (isWhole ? total : await storedIn(database)) - already;
  const cpu = workers.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const alerts = await ask(
    `SELECT count(), lower(hex(MD5(arrayStringConcat(groupArray(last))))) FROM (SELECT argMax(body, version) AS last FROM ${database}.alert GROUP BY id ORDER BY id)`,
  );
  for (const worker of workers) await worker.stop('SIGKILL');
  tell(
    `${nameOf(build)}  ${count} worker(s)  ${done} of ${total}, ${already} before all had come  ${seconds.toFixed(1)} s  ${Math.round(done / seconds)}/s  processor ${cpu.toFixed(1)} s  alerts ${alerts.replace('\t', ' ')}`,
  );
  await ask(`DROP DATABASE ${database} SYNC`);
}

/** How late one activity is stored: within the hour, and the first of a further hour, while the other partitions rest. */
async function latency(build: string, samples: number): Promise<void> {
  const database = `db_${randomUUID().slice(0, 8)}`;
  const topic = `live-${database}`;
  await broker.createTopic(topic, PARTITIONS);
  const config = { ...configOf(topic, database), detect: { batchAgeMs: 100 } };
  const worker = await startWorker(build, config);
  await worker.ready;
  const { credential: _, ...base } = activities({ identities: 1, perDay: 1 }).next().value as Activity;
  let at = Date.now() - 60 * 24 * HOUR_MS;
  let n = 0;
  const one = async (stepMs: number) => {
    at += stepMs;
    const activity = { ...base, id: `live:${++n}`, at: new Date(at).toISOString() };
    const began = performance.now();
    await producer.send({ topic, messages: [messageOf(activity)] });
    while ((await storedIn(database)) < n) await sleep(5);
    return performance.now() - began;
  };
  for (let warm = 0; warm < 5; warm++) await one(1_000);
  at -= at % HOUR_MS;
  await one(0);
  const within: number[] = [];
  for (let k = 0; k < samples; k++) within.push(await one(1_000));
  const turns: number[] = [];
  for (let k = 0; k < samples; k++) turns.push(await one(HOUR_MS));
  await worker.stop('SIGKILL');
  tell(`${nameOf(build)}  within an hour ${spread(within)}; at its turn ${spread(turns)}`);
}

/**
 * From a record on a raw topic to its alert at a webhook, by one worker with the settings as they come, while as many others are sent as `rate`
 * says. Each probe is the use of a decoy of its own, which is told at once.
 */
async function steady(build: string, rate: number, seconds: number): Promise<void> {
  const database = `db_${randomUUID().slice(0, 8)}`;
  const [raw, topic] = [`raw-${database}`, `live-${database}`];
  for (const one of [raw, topic]) await broker.createTopic(one, PARTITIONS);
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const inventoryFile = join(directory, 'inventory.ndjson');
  const [example] = activities({ identities: 1, perDay: 1 });
  const { credential: _, ...base } = example as Activity;
  const { tenant, identity } = base;
  const decoy = (n: number) => ({ ...identity, id: `decoy-${n}` });
  const probes = Math.floor(seconds / PROBE_S);
  await writeFile(
    inventoryFile,
    Array.from({ length: probes }, (_, n) => JSON.stringify({ tenant, identity: decoy(n).id, canary: true })).join(
      '\n',
    ),
  );
  const config = configOf(topic, database);
  const inputs = [{ topic: raw, format: 'activity' }];
  const secretFile = join(directory, 'webhook.secret');
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  await writeFile(secretFile, secret, { mode: 0o600 });
  const receiver = await startReceiver(secret);
  const worker = await startWorker(
    build,
    {
      ...config,
      kafka: { ...config.kafka, inputs },
      ingest: { inventoryFile },
      sinks: { soc: { type: 'webhook', url: receiver.url, secretFile } },
      delivery: { allowPrivateTargets: true },
    },
    ['ingest', 'detect'],
  );
  await worker.ready;
  let n = 0;
  const one = (who: Activity['identity']): Activity => ({
    ...base,
    identity: who,
    id: `steady:${++n}`,
    at: new Date().toISOString(),
  });
  const send = (sent: readonly Activity[]) => producer.send({ topic: raw, messages: sent.map(messageOf) });
  const spent = async () => ({
    worker: cpuSeconds(worker.pid),
    server: Number(await ask(`SELECT value / 1e6 FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'`)),
    inserts: Number(await ask(`SELECT value FROM system.events WHERE event = 'InsertQuery'`)),
  });
  let isOver = false;
  const load = async () => {
    const began = performance.now();
    for (let sent = 0; !isOver; await sleep(LOAD_EVERY_MS)) {
      const due = Math.floor(((performance.now() - began) / 1_000) * rate);
      const now = Array.from({ length: due - sent }, (_, k) => one({ ...identity, id: `machine-${k % IDENTITIES}` }));
      sent = due;
      if (now.length > 0) await send(now);
    }
  };
  const loading = load();
  await sleep(WARM_MS);
  const before = await spent();
  const delays: number[] = [];
  for (let probe = 0; probe < probes; probe++) {
    const began = performance.now();
    await send([one(decoy(probe))]);
    while (receiver.bodies.size < probe + 1) {
      if (performance.now() - began > LIMIT_MS) throw new Error(`no alert of probe ${probe}: ${worker.output()}`);
      await sleep(1);
    }
    delays.push(performance.now() - began);
    await sleep(Math.max(0, PROBE_S * 1_000 - (performance.now() - began)));
  }
  const after = await spent();
  isOver = true;
  await loading;
  await worker.stop('SIGKILL');
  await receiver.close();
  await rm(directory, { recursive: true, force: true });
  tell(
    `${nameOf(build)}  ${rate} records a second, record to webhook ${spread(delays)}; processor of the worker ${(after.worker - before.worker).toFixed(1)} s, of the server ${(after.server - before.server).toFixed(1)} s, ${after.inserts - before.inserts} inserts`,
  );
  await ask(`DROP DATABASE ${database} SYNC`);
}

const spread = (all: readonly number[]) => {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1]!);
  return `p50 ${at(0.5)} ms p99 ${at(0.99)} ms (${sorted.length})`;
};

/** How long after one of two workers was killed, when all was judged or as the last turn was being committed, the other judges what comes in each of the partitions. */
async function takeOver(build: string, identities: number, when: 'at rest' | 'in the middle'): Promise<void> {
  const database = `db_${randomUUID().slice(0, 8)}`;
  const topic = `crowd-${database}`;
  await broker.createTopic(topic, PARTITIONS);
  const base = configOf(topic, database);
  const config = { ...base, kafka: { ...base.kafka, sessionTimeoutMs: 6_000 } };
  const workers = [await startWorker(build, config), await startWorker(build, config)] as const;
  await Promise.all(workers.map(({ ready }) => ready));
  const samples = new Map<number, Activity>();
  const chooser = chooserOf(PARTITIONS);
  const end = Date.now() - HOUR_MS;
  let batch: Activity[] = [];
  let sent = 0;
  const send = async () => {
    await producer.send({ topic, messages: batch.map(messageOf) });
    sent += batch.length;
    batch = [];
  };
  // Everybody is there three times.
  for (const one of crowdOf({ identities, visits: 3, visit: 1, days: 1 })) {
    if (sent + batch.length === identities * 3) break;
    const at = end - DAY_MS + Date.parse(one.at) - START_MS;
    const activity = {
      ...one,
      credential: { id: 'AKIAEXAMPLE', kind: 'access-key' as const },
      at: new Date(at).toISOString(),
    };
    batch.push(activity);
    samples.set(chooser(activityKey(one.tenant, one.identity.id)), activity);
    if (batch.length >= 1_000) await send();
  }
  if (batch.length > 0) await send();
  if (!(await until(database, sent)))
    throw new Error(`only ${await storedIn(database)} of ${sent} are stored: ${workers[0].output()}`);
  if (when === 'at rest') await sleep(REST_MS);
  const told = await ask(`SELECT count() FROM ${database}.contribution`);
  const began = Date.now();
  await workers[0].stop('SIGKILL');
  await producer.send({
    topic,
    messages: [...samples.values()].map((one, n) =>
      messageOf({ ...one, id: `after:${n}`, at: new Date().toISOString() }),
    ),
  });
  const isWhole = await until(database, sent + samples.size);
  const seconds = (Date.now() - began) / 1_000;
  await workers[1].stop('SIGKILL');
  for (const line of workers[1].output().split('\n')) {
    const [, event] = /"event":"(partition-\w+|partitions-\w+)"/.exec(line) ?? [];
    const [, time] = /"time":"([^"]+)"/.exec(line) ?? [];
    if (event === undefined || time === undefined || Date.parse(time) < began) continue;
    const [, repeated, took] = /"repeated":(\d+),"seconds":([\d.]+)/.exec(line) ?? [];
    tell(
      `  ${event} after ${((Date.parse(time) - began) / 1_000).toFixed(1)} s${took === undefined ? '' : `: ${repeated} activities judged again in ${took} s`}`,
    );
  }
  tell(
    `${nameOf(build)}  ${identities} identities, ${told} contributions, killed ${when}: ${isWhole ? `judged ${seconds.toFixed(1)} s after the kill` : `not judged within ${seconds} s`}`,
  );
}

const nameOf = (build: string) => (build === process.cwd() ? 'here' : build);
const tell = (line: string) => process.stdout.write(`${line}\n`);

try {
  const counts = values.workers
    .split(',')
    .map(Number)
    .filter((count) => count > 0);
  if (counts.length > 0) {
    const upTo = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    const total = await fill('history', upTo);
    for (let round = 0; round < Number(values.rounds); round++)
      for (const count of counts) for (const build of builds) await catchUp(build, 'history', total, count);
  }
  if (Number(values.latency) > 0) for (const build of builds) await latency(build, Number(values.latency));
  if (Number(values.steady) > 0)
    for (let round = 0; round < Number(values.rounds); round++)
      for (const build of builds) await steady(build, Number(values.steady), Number(values.seconds));
  if (Number(values.takeover) > 0)
    for (const when of ['at rest', 'in the middle'] as const)
      await takeOver(process.cwd(), Number(values.takeover), when);
} finally {
  await producer.disconnect();
  await clickhouse.stop();
  await broker.stop();
}

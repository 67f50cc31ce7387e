/** How long crowds of newcomers hold a running installation: `node dist/bench/crowd.js [--identities 19900] [--why] [--json]`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gzipSync } from 'node:zlib';
import { configSchema } from '../schemas/config.ts';
import { newToken } from '../src/api/tokens.ts';
import { shelves } from '../src/commands/settings.ts';
import { startProfile } from './profile.ts';
import { type Installation, startInstallation } from './speed/installation.ts';
import { BOUND_MS, watchTurns } from './turns.ts';

const HOUR_MS = 3_600_000;
/** A snapshot of what was learned comes so long after it, ms. */
const AFTER_MS = 8_000;
/** An hour of yesterday, so that the phases lie in two days and none is ahead of the clock. */
const START_MS = Math.floor(Date.now() / (24 * HOUR_MS)) * 24 * HOUR_MS - 16 * HOUR_MS;

const HEAD = [
  'phase',
  'records',
  'status',
  's to answer',
  's of all threads',
  's of the main thread',
  'longest turn ms',
  `turns over ${BOUND_MS} ms`,
  'longest delay ms',
];

interface Phase {
  readonly name: string;
  /** Identities by number, one record each. */
  readonly from: number;
  readonly to: number;
  /** Event hour after the first. */
  readonly hour: number;
}

const phasesOf = (crowd: number): readonly Phase[] => [
  { name: 'warm', from: 0, to: 500, hour: 0 },
  { name: 'newcomers', from: 500, to: 500 + crowd, hour: 4 },
  { name: 'known, later', from: 500, to: 500 + crowd, hour: 8 },
  { name: 'newcomers beside the known', from: 500 + crowd, to: 500 + 2 * crowd, hour: 12 },
  { name: 'both known, a day later', from: 500 + crowd, to: 500 + 2 * crowd, hour: 16 },
  { name: 'one', from: 0, to: 1, hour: 16 },
];

/** One act of an identity in CloudTrail, with a bucket, an address and a client of its own. */
const trail = (who: number, hour: number) =>
  JSON.stringify({
    eventVersion: '1.08',
    eventID: `e-${hour}-${who}`,
    eventTime: new Date(START_MS + hour * HOUR_MS + (who % 3_000)).toISOString(),
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    sourceIPAddress: `10.${(who >> 16) & 255}.${(who >> 8) & 255}.${who & 255}`,
    userAgent: `aws-sdk-go-v2/1.30.${who % 50}`,
    userIdentity: {
      type: 'IAMUser',
      principalId: `AIDA${who}`,
      arn: `arn:aws:iam::111122223333:user/made-up-${who}`,
      accountId: '111122223333',
      userName: `made-up-${who}`,
    },
    requestParameters: { bucketName: `bucket-${who}`, key: `k/${who}` },
  });

if (isMainThread) await main();
else {
  const { url, token } = workerData as { url: string; token: string };
  parentPort!.on('message', async ({ from, to, hour }: Phase) => {
    let lines = '';
    for (let who = from; who < to; who++) lines += `${trail(who, hour)}\n`;
    const body = gzipSync(lines, { level: 1 });
    parentPort!.postMessage('ready');
    const answer = await fetch(`${url}/v1/activities`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-encoding': 'gzip' },
      body,
    });
    await answer.text();
    parentPort!.postMessage(answer.status);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      identities: { type: 'string', default: '19900' },
      why: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'tidemark-crowd-'));
  const { token, line } = newToken({ name: 'bench', scope: 'ingest', tenant: 'default' });
  const tokensFile = join(directory, 'tokens');
  writeFileSync(tokensFile, `${line}\n`, { mode: 0o600 });
  const config = configSchema.parse({
    store: { path: join(directory, 'store') },
    http: { port: 0, tokensFile, bytesPerSecond: 1024 ** 3 },
    detect: { snapshotEveryMs: AFTER_MS / 2 },
    telemetry: { enabled: false },
  });
  const known = await shelves();
  const rows: object[] = [];
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  if (!values.json) say(HEAD.join(' | '));

  /** Measures what goes on until `work` is over and nothing is left to do. */
  async function measured(name: string, records: number, work: () => Promise<number | string>): Promise<void> {
    const profiled = values.why ? await startProfile() : undefined;
    const over = watchTurns(BOUND_MS);
    const began = performance.now();
    const cpu = process.cpuUsage();
    const status = await work();
    const seconds = (performance.now() - began) / 1_000;
    await pause(AFTER_MS);
    const { user, system } = process.cpuUsage(cpu);
    const { longestMs, delayMs, ranMs, long } = over();
    const profile = await profiled?.();
    const row = {
      phase: name,
      records,
      status,
      seconds: Number(seconds.toFixed(2)),
      allSeconds: Number(((user + system) / 1e6).toFixed(2)),
      ranSeconds: Number((ranMs / 1_000).toFixed(2)),
      longestMs: Math.round(longestMs),
      over: long.length,
      delayMs: Math.round(delayMs),
    };
    rows.push({ ...row, long: long.map(({ ranMs }) => Math.round(ranMs)) });
    if (!values.json) say(Object.values(row).join(' | '));
    if (profile === undefined) return;
    for (const turn of long) process.stderr.write(`  ${Math.round(turn.ranMs)} ms: ${profile.during(turn)}\n`);
    process.stderr.write(`  altogether: ${profile.functions.join(', ')}\n`);
  }

  let installation: Installation | undefined;
  await measured('start', 0, async () => {
    installation = await startInstallation(config, known);
    return 'up';
  });
  const worker = new Worker(new URL(import.meta.url), { workerData: { url: installation?.url, token } });
  const said = () => new Promise<number>((resolve) => worker.once('message', resolve));
  for (const phase of phasesOf(Number(values.identities))) {
    const ready = said();
    worker.postMessage(phase);
    await ready;
    await measured(phase.name, phase.to - phase.from, said);
  }
  await measured('stop', 0, async () => {
    await installation?.stop();
    return 'down';
  });
  await worker.terminate();
  rmSync(directory, { recursive: true, force: true });
  if (values.json) say(JSON.stringify(rows, undefined, 1));
}

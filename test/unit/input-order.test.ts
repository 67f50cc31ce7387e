/** The same records must raise the same alerts however they lie about: one sorted file, or trees of many accounts, regions and vendors. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../schemas/config.ts';
import { fileParts } from '../../src/adapters/files-tree.ts';
import { discover, SHELVES } from '../../src/app/shelves.ts';
import type { Detector } from '../../src/core/detector.ts';
import { createEngine } from '../../src/core/engine.ts';
import { createPopulation } from '../../src/core/population/population.ts';
import { agentSpan } from '../../src/demo/agent-span.ts';
import { briefHistory } from '../../src/demo/brief-history.ts';
import { AGENTS, agentAct, askerOf, PODS, podDeed } from '../../src/demo/company.ts';
import { createDice } from '../../src/demo/dice.ts';
import { kubernetesAudit } from '../../src/demo/kubernetes.ts';
import { times } from '../../src/demo/times.ts';
import { type Replayed, replay } from '../../src/detect/replay.ts';
import type { Format } from '../../src/ingest/format.ts';
import { readHistory } from '../../src/ingest/history-batches.ts';
import { type MergeLimits, mergeByTime } from '../../src/ingest/merge-by-time.ts';
import { createReader } from '../../src/ingest/reader.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ACCOUNTS = ['111122223333', '444455556666', '777788889999'];
const REGIONS = ['eu-west-1', 'us-east-1'];

const config = configSchema.parse({});
const formats = await discover<Format>(SHELVES.formats, 'format');
const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
const directory = mkdtempSync(join(tmpdir(), 'tidemark-order-'));
afterAll(() => rmSync(directory, { recursive: true }));

const numberOf = (text: string) => createHash('sha256').update(text).digest().readUInt32BE(0);
const pick = <T>(of: readonly T[], text: string) => of[numberOf(text) % of.length]!;
/** `20260710T0005Z`. */
const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace(/[-:]/g, '')}Z`;

interface Placed {
  readonly at: number;
  readonly text: string;
  readonly file: string;
}

/** Where a record of the fleet would lie in an installation, and what it would say there. */
function placed(raw: object): Placed {
  const record = raw as {
    eventSource?: string;
    eventTime: string;
    userIdentity: object;
    auditID?: string;
    requestReceivedTimestamp: string;
  };
  const text = JSON.stringify(raw);
  if (record.eventSource !== undefined) {
    const at = Date.parse(record.eventTime);
    const arn = JSON.stringify(record.userIdentity);
    const account = pick(ACCOUNTS, arn.replace(/assumed-role\/([^/"]+).*/, '$1').slice(0, 200));
    const region = pick(REGIONS, text);
    const end = (Math.floor(at / (6 * HOUR_MS)) + 1) * 6 * HOUR_MS + 9 * 60_000;
    const folder = `AWSLogs/${account}/CloudTrail/${region}/${new Date(end).toISOString().slice(0, 10).replaceAll('-', '/')}`;
    return { at, text, file: `${folder}/${account}_CloudTrail_${region}_${stamp(end)}_${numberOf(folder)}.json.gz` };
  }
  if (record.auditID !== undefined) {
    const at = Date.parse(record.requestReceivedTimestamp);
    // Rotation names a file after its end.
    const end = new Date((Math.floor(at / (5 * DAY_MS)) + 1) * 5 * DAY_MS).toISOString().slice(0, 19);
    return { at, text, file: `kubernetes/audit-${end.replaceAll(':', '-')}.000.log` };
  }
  const at = Number(/"startTimeUnixNano":"(\d+)"/.exec(text)![1]!.slice(0, -6));
  const day = Math.floor(at / DAY_MS);
  return { at, text, file: `spans/${numberOf(`spans ${day}`)}.ndjson` };
}

/** Three weeks of two roles, one of whose sessions is stolen, and of a pod and an agent. */
function history(): object[] {
  const end = Date.parse('2026-03-23T12:00:00Z');
  const begin = end - 21 * DAY_MS;
  const dice = createDice(3);
  const records = briefHistory(end).filter((raw) => /orders-api|mailer/.test(JSON.stringify(raw)));
  for (const [index, [namespace, account, resources]] of PODS.slice(0, 1).entries())
    for (const at of times(dice, begin, end, 1))
      records.push(kubernetesAudit(podDeed(index, namespace, account, at, 'get', dice.pick(resources)), dice));
  for (const [name, tools, targets] of AGENTS.slice(0, 1))
    for (const at of times(dice, begin, end, 1, true))
      records.push(agentSpan(agentAct(name, at, dice.pick(tools), dice.pick(targets), askerOf(name, at, dice)), dice));
  return records;
}

function put(file: string, texts: readonly string[]): void {
  const path = join(directory, file);
  mkdirSync(dirname(path), { recursive: true });
  const lines = `${texts.join('\n')}\n`;
  writeFileSync(path, file.endsWith('.gz') ? gzipSync(`{"Records":[${texts.join(',')}]}`) : lines);
}

async function judged(paths: readonly string[], limits: MergeLimits = config.ingest): Promise<Replayed> {
  const reader = createReader({ formats, format: 'auto', tenant: 'default', limits: config.ingest });
  const parts = fileParts(
    paths.map((path) => join(directory, path)),
    config.ingest,
  );
  return replay({
    input: readHistory({
      input: mergeByTime(parts, reader, limits),
      reader,
      limits: { ...config.ingest, reorderRows: 2_000 },
    }),
    engine: createEngine({ detectors, settings: config, population: createPopulation() }),
    store: undefined,
    batchRows: 10_000,
  });
}

describe('a CloudTrail tree of several accounts, Kubernetes and spans together', () => {
  let sorted: Replayed;
  const counts = ({ summary }: Replayed) => {
    const { eventsPerSecond: _, ...rest } = summary;
    return rest;
  };

  beforeAll(async () => {
    const all = history().map(placed);
    const files = new Map<string, string[]>();
    for (const { text, file } of all) {
      const texts = files.get(file) ?? [];
      texts.push(text);
      files.set(file, texts);
    }
    for (const [file, texts] of files) put(file, texts);
    expect(files.size).toBeGreaterThan(300);
    put(
      'sorted.ndjson',
      [...all].sort((a, b) => a.at - b.at).map(({ text }) => text),
    );
    sorted = await judged(['sorted.ndjson']);
    expect(sorted.alerts.length).toBeGreaterThan(0);
  });

  it.each([
    ['with room for all of it', config.ingest],
    ['with few files open', { openFiles: 3, mergeBytes: 64 * 1024 * 1024 }],
    ['with little memory', { openFiles: 100_000, mergeBytes: 100_000 }],
  ])('nothing is late, and the alerts are those of one sorted file: %s', async (_what, limits) => {
    const replayed = await judged(['spans', 'AWSLogs', 'kubernetes'], limits);
    expect(replayed.faults).toEqual([]);
    expect(counts(replayed)).toEqual(counts(sorted));
    expect(replayed.summary.late).toBe(0);
    expect(JSON.stringify(replayed.alerts)).toBe(JSON.stringify(sorted.alerts));
  });
});

/** `npm run bench`: what one event costs, from the bytes of a message to the stored row, beside the pipeline most people would write first. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { ArmName, ArmOrder, Footprint, Lap } from './arm.ts';

const HELP = `npm run bench -- [options]

Measures the whole pipeline beside a naive reference, detection alone, and what remembering an identity takes.
Each contestant has a process of its own; they take turns, and the median of the rounds counts.

  --json                one JSON document on standard output
  --rounds N            measured rounds of each (7), after one that does not count
  --events N            events in a round (100000)
  --store URL           a ClickHouse server instead of the embedded engine
  --identities N        identities remembered when memory is measured (20000)
  --activities-each N   activities of each of them on average (100)
  --only NAME           pipeline, detection or memory instead of all
`;

/** A thousand identities, two acts an hour each on average; ten days are known before anything counts. */
const FLEET = { seed: 11, identities: 1_000, perDay: 48_000, history: 480_000, batchRows: 10_000 } as const;
const MEMORY_DAYS = 14;
const MEMORY_HEAP_MB = 18_000;
const MILLION = 1_000_000;

const note = (text: string) => process.stderr.write(`${text}\n`);

/** An arm that was opened and waits for its rounds. */
interface Contestant {
  readonly name: ArmName;
  readonly process: ChildProcess;
  readonly laps: Lap[];
}

function launch(order: ArmOrder, heapMb: number): ChildProcess {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fork(fileURLToPath(new URL(`./arm.${ending}`, import.meta.url)), [JSON.stringify(order)], {
    execArgv: [...process.execArgv, '--expose-gc', `--max-old-space-size=${heapMb}`],
  });
}

/** The next message of an arm; an arm that ends instead is a failure with its exit code. */
async function answer<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(child, 'message', ended).then(([message]) => message as T),
      once(child, 'exit', ended).then(([code]) => {
        throw new Error(`a measured process ended early, with code ${code}`);
      }),
    ]);
  } finally {
    ended.abort();
  }
}

async function enter(order: ArmOrder): Promise<Contestant> {
  note(`opening ${order.arm} ...`);
  const child = launch(order, 4_000);
  await answer(child);
  return { name: order.arm, process: child, laps: [] };
}

/** One round each in turn, so that whatever else the machine does falls on all alike. */
async function compete(contestants: readonly Contestant[], rounds: number, events: number): Promise<void> {
  for (let round = 0; round <= rounds; round++)
    for (const { name, process: child, laps } of contestants) {
      child.send(events);
      const lap = await answer<Lap>(child);
      if (round > 0) laps.push(lap);
      note(
        `${round === 0 ? 'warm-up' : `round ${round}`} ${name}: ${micros(lap)} us of processor time an event, ${Math.round(lap.wallMs)} ms`,
      );
    }
  for (const { process: child } of contestants) {
    const gone = once(child, 'exit');
    child.send(0);
    await gone;
  }
}

const micros = ({ cpuMs, events }: Lap) => ((cpuMs * 1_000) / events).toFixed(2);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians over the rounds of one contestant. */
interface Figures {
  /** Events in a second of processor time: what one core does when it is kept busy. */
  readonly perCoreSecond: number;
  /** Events in a second of wall time, on as many cores as were free. */
  readonly perWallSecond: number;
  readonly cpuMicrosPerEvent: number;
  readonly stageMicros: Readonly<Record<string, number>>;
  /** Slowest and fastest round, events in a second of processor time. */
  readonly range: readonly [number, number];
}

function figuresOf(laps: readonly Lap[]): Figures {
  const perCore = laps.map(({ events, cpuMs }) => (events * 1_000) / cpuMs);
  const stages = Object.keys(laps[0]!.stages);
  return {
    perCoreSecond: Math.round(median(perCore)),
    perWallSecond: Math.round(median(laps.map(({ events, wallMs }) => (events * 1_000) / wallMs))),
    cpuMicrosPerEvent: two(median(laps.map(({ events, cpuMs }) => (cpuMs * 1_000) / events))),
    stageMicros: Object.fromEntries(
      stages.map((stage) => [
        stage,
        two(median(laps.map(({ events, stages: spent }) => ((spent[stage] ?? 0) * 1_000) / events))),
      ]),
    ),
    range: [Math.round(Math.min(...perCore)), Math.round(Math.max(...perCore))],
  };
}

const two = (value: number) => Math.round(value * 100) / 100;
const thousands = (value: number) => Math.round(value).toLocaleString('en');

interface Settings {
  readonly rounds: number;
  readonly events: number;
  readonly store: string | undefined;
  readonly identities: number;
  readonly activitiesEach: number;
  readonly only: string | undefined;
}

interface Results {
  readonly machine: string;
  pipeline?: Figures;
  reference?: Figures;
  detection?: Figures;
  memory?: Footprint;
}

async function run(settings: Settings): Promise<Results> {
  const scratch = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const place = (arm: ArmName) => settings.store ?? join(scratch, arm);
  const wanted = (what: string) => settings.only === undefined || settings.only === what;
  const results: Results = {
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${settings.store === undefined ? 'embedded ClickHouse' : 'ClickHouse server'}`,
  };
  const order = (arm: ArmName): ArmOrder => ({ ...FLEET, arm, place: place(arm) });
  try {
    if (wanted('pipeline')) {
      const both = [await enter(order('pipeline')), await enter(order('reference'))];
      await compete(both, settings.rounds, settings.events);
      results.pipeline = figuresOf(both[0]!.laps);
      results.reference = figuresOf(both[1]!.laps);
    }
    if (wanted('detection')) {
      const alone = await enter(order('detection'));
      await compete([alone], settings.rounds, settings.events);
      results.detection = figuresOf(alone.laps);
    }
    if (wanted('memory')) {
      note(`remembering ${thousands(settings.identities)} identities ...`);
      const history = settings.identities * settings.activitiesEach;
      const child = launch(
        { ...FLEET, arm: 'memory', place: '', identities: settings.identities, history, perDay: history / MEMORY_DAYS },
        MEMORY_HEAP_MB,
      );
      results.memory = await answer<Footprint>(child);
    }
    return results;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function jsonOf({ machine, pipeline, reference, detection, memory }: Results): object {
  return {
    pipelineEventsPerSecond: pipeline?.perCoreSecond,
    referencePipelineEventsPerSecond: reference?.perCoreSecond,
    pipelineRatio: pipeline && reference && two(pipeline.perCoreSecond / reference.perCoreSecond),
    detectionEventsPerSecond: detection?.perCoreSecond,
    bytesPerIdentity: memory && Math.round(memory.packed),
    residentBytesPerIdentity: memory && Math.round(memory.resident),
    extrapolatedBytesOfAMillion: memory && Math.round(memory.resident * MILLION),
    machine,
    pipeline,
    reference,
    detection,
    memory,
  };
}

function textOf({ machine, pipeline, reference, detection, memory }: Results): string {
  const lines = [machine, 'per core = events in a second of processor time; medians of the rounds', ''];
  const row = (...cells: readonly string[]) =>
    lines.push(cells.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(13))).join(''));
  const figures = (name: string, one: Figures | undefined) => {
    if (one === undefined) return;
    const [slow, fast] = one.range;
    row(
      name,
      thousands(one.perCoreSecond),
      `${thousands(slow)}-${thousands(fast)}`,
      thousands(one.perWallSecond),
      String(one.cpuMicrosPerEvent),
    );
  };
  row('events a second', 'per core', 'range', 'wall', 'us an event');
  figures('whole pipeline', pipeline);
  figures('naive reference', reference);
  figures('detection alone', detection);
  lines.push('');
  if (pipeline && reference)
    lines.push(
      `whole pipeline / naive reference: ${two(pipeline.perCoreSecond / reference.perCoreSecond)} per core, ${two(pipeline.perWallSecond / reference.perWallSecond)} wall`,
    );
  for (const [name, one] of Object.entries({ 'whole pipeline': pipeline, 'naive reference': reference }))
    if (one !== undefined)
      lines.push(
        `${name}, us an event: ${Object.entries(one.stageMicros)
          .map(([stage, spent]) => `${stage} ${spent}`)
          .join(', ')}`,
      );
  if (memory)
    lines.push(
      '',
      `${thousands(memory.identities)} identities after ${thousands(memory.activities)} activities: ${thousands(memory.packed)} bytes each as stored, ${thousands(memory.resident)} in memory, all told`,
      `extrapolated, not measured: a million of them would take ${two((memory.resident * MILLION) / 1e9)} GB`,
    );
  return lines.join('\n');
}

function settingsOf(): (Settings & { readonly json: boolean }) | undefined {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '7' },
      events: { type: 'string', default: '100000' },
      store: { type: 'string' },
      identities: { type: 'string', default: '20000' },
      'activities-each': { type: 'string', default: '100' },
      only: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const positive = (name: 'rounds' | 'events' | 'identities' | 'activities-each') => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number above 0`);
    return value;
  };
  return {
    json: values.json,
    rounds: positive('rounds'),
    events: positive('events'),
    store: values.store,
    identities: positive('identities'),
    activitiesEach: positive('activities-each'),
    only: values.only,
  };
}

async function main(): Promise<void> {
  const settings = settingsOf();
  if (settings === undefined) {
    process.stdout.write(HELP);
    return;
  }
  const results = await run(settings);
  process.stdout.write(`${settings.json ? JSON.stringify(jsonOf(results)) : textOf(results)}\n`);
}

await main();

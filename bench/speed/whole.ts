/** Times the command line of a checkout as a whole process: what one replay of a labelled set takes, start and end included. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { median } from 'simple-statistics';
import { chanceOf } from './meter.ts';

export const KEPT = ['none', 'embedded'] as const;
export type Kept = (typeof KEPT)[number];

export interface WholeReading {
  /** Of all threads of the process, the embedded engine's included. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly rssBytes: number;
  /** Of the alerts it raised, so that it shows when two builds do not do the same work. */
  readonly alerts: string;
}

/** What two builds took for the same work, theirs over ours: 3 means that ours takes a third. */
export interface WholeComparison {
  readonly work: string;
  readonly cpu: Ratio;
  readonly wall: Ratio;
  readonly rssRatio: number;
  /** Whether the alerts of both are byte-identical. */
  readonly isSame: boolean;
}

export interface Ratio {
  readonly oursSeconds: number;
  readonly theirsSeconds: number;
  readonly ratio: number;
  /** Probability of such a difference when both are equally fast. */
  readonly chance: number;
}

/** A labelled set: `events.ndjson.gz`, `inventory.ndjson`, `truth.json`. */
interface LabelledSet {
  readonly directory: string;
  readonly learnUntil: string;
}

/** Fewer alternations cannot tell five per cent from chance. */
export const ALTERNATIONS_MIN = 5;

const execute = promisify(execFile);

/** Loaded into the process before anything of its own: when it ends, it says what it took. */
const PRELOAD = `process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  require('node:fs').writeFileSync(process.env.BENCH_READING, JSON.stringify({ cpu: user + system, rss: process.resourceUsage().maxRSS }));
});
`;

/** The built command line of a checkout. Throws an error that names what is missing. */
export function commandLineOf(checkout: string): string {
  const path = resolve(checkout, 'dist/src/cli.js');
  if (!existsSync(path)) throw new Error(`${path} is not there: build that checkout first (npm ci && npm run build)`);
  return path;
}

export function openSet(directory: string): LabelledSet {
  const truth = JSON.parse(readFileSync(join(directory, 'truth.json'), 'utf8')) as { learnUntil: string };
  return { directory, learnUntil: truth.learnUntil };
}

/** Replays the set once with the command line of one checkout, in a place of its own. */
export async function timeReplay(commandLine: string, set: LabelledSet, kept: Kept): Promise<WholeReading> {
  const place = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  try {
    const [preload, reading, alerts] = ['preload.cjs', 'reading.json', 'alerts.ndjson'].map((name) =>
      join(place, name),
    );
    writeFileSync(preload!, PRELOAD);
    const events = ['events.ndjson.gz', 'events.ndjson'].map((name) => join(set.directory, name)).find(existsSync);
    if (events === undefined) throw new Error(`${set.directory} holds no events.ndjson.gz and no events.ndjson`);
    const inventory = join(set.directory, 'inventory.ndjson');
    const began = performance.now();
    await execute(
      process.execPath,
      [
        '--require',
        preload!,
        commandLine,
        'replay',
        events,
        ...(existsSync(inventory) ? ['--inventory', inventory] : []),
        '--learn-until',
        set.learnUntil,
        '--alerts',
        alerts!,
        '--store',
        kept === 'none' ? 'none' : join(place, 'store'),
        '--json',
      ],
      { cwd: place, env: { ...process.env, BENCH_READING: reading! }, maxBuffer: 64 * 1024 * 1024 },
    );
    const wallSeconds = (performance.now() - began) / 1_000;
    const { cpu, rss } = JSON.parse(readFileSync(reading!, 'utf8')) as { cpu: number; rss: number };
    return {
      cpuSeconds: cpu / 1e6,
      wallSeconds,
      rssBytes: rss * 1024,
      alerts: createHash('sha256').update(readFileSync(alerts!)).digest('hex'),
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const rounded = (value: number) => Math.round(value * 100) / 100;

function ratioOf(ours: readonly number[], theirs: readonly number[]): Ratio {
  return {
    oursSeconds: rounded(median([...ours])),
    theirsSeconds: rounded(median([...theirs])),
    ratio: rounded(median([...theirs]) / median([...ours])),
    chance: chanceOf(ours, theirs),
  };
}

/** Compares two checkouts on one set, one beside the other in alternating order, so that a busy minute of the machine meets both. */
export async function compareWhole(
  checkouts: { readonly ours: string; readonly theirs: string },
  replayed: { readonly directory: string; readonly kept: readonly Kept[] },
  rounds: number,
  tell: (text: string) => void,
): Promise<WholeComparison[]> {
  const lines = { ours: commandLineOf(checkouts.ours), theirs: commandLineOf(checkouts.theirs) };
  const set = openSet(replayed.directory);
  const found: WholeComparison[] = [];
  for (const kept of replayed.kept) {
    const readings: Record<'ours' | 'theirs', WholeReading[]> = { ours: [], theirs: [] };
    for (let round = 0; round < rounds; round++)
      for (const who of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
        const reading = await timeReplay(lines[who], set, kept);
        readings[who].push(reading);
        tell(
          `${kept} ${who} ${reading.cpuSeconds.toFixed(1)} s of a core, ${reading.wallSeconds.toFixed(1)} s by the clock`,
        );
      }
    const of = (who: 'ours' | 'theirs', figure: 'cpuSeconds' | 'wallSeconds' | 'rssBytes') =>
      readings[who].map((reading) => reading[figure]);
    found.push({
      work: `replay, store ${kept}`,
      cpu: ratioOf(of('ours', 'cpuSeconds'), of('theirs', 'cpuSeconds')),
      wall: ratioOf(of('ours', 'wallSeconds'), of('theirs', 'wallSeconds')),
      rssRatio: rounded(median(of('theirs', 'rssBytes')) / median(of('ours', 'rssBytes'))),
      isSame: readings.ours[0]!.alerts === readings.theirs[0]!.alerts,
    });
  }
  return found;
}

/** The comparison as lines for a person. */
export function comparisonText(found: readonly WholeComparison[], rounds: number): string {
  const ratio = ({ oursSeconds, theirsSeconds, ratio: times, chance }: Ratio) =>
    `${theirsSeconds} s there, ${oursSeconds} s here, ratio ${times} (p ${chance})`;
  const lines = found.flatMap(({ work, cpu, wall, rssRatio, isSame }) => [
    work,
    `  processor time  ${ratio(cpu)}`,
    `  by the clock    ${ratio(wall)}`,
    `  resident        ratio ${rssRatio}; alerts ${isSame ? 'byte-identical' : 'DIFFER: the two do not do the same work'}`,
  ]);
  return `Whole processes, medians of ${rounds} alternations\n${lines.join('\n')}\n`;
}

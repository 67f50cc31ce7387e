/** `tidemark evaluate`: replays labelled activities through the detectors and says what they found, what they cost and what others would have found. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Activity } from '../../schemas/activity.ts';
import type { Config } from '../../schemas/config.ts';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { fileParts } from '../adapters/files-tree.ts';
import { loadInventory } from '../adapters/inventory.ts';
import { loadNetworks } from '../adapters/networks.ts';
import type { Detector } from '../core/detector.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { against, againstInWords } from '../evaluate/against.ts';
import { type EngineFactory, evaluate, TESTED_BUDGETS } from '../evaluate/evaluation.ts';
import { type JudgedAlert, judgedAlert } from '../evaluate/judged-alert.ts';
import { labelledActivities, loadTruth } from '../evaluate/labelled-set.ts';
import { type ReferenceModule, runReferences } from '../evaluate/reference.ts';
import { comparison, report } from '../evaluate/report.ts';
import { type Score, score } from '../evaluate/score.ts';
import type { Truth } from '../evaluate/truth.ts';
import { UsageError } from '../fault.ts';
import { mergeByTime } from '../ingest/merge-by-time.ts';
import { createReader } from '../ingest/reader.ts';
import { createFingerprinter } from '../secrets.ts';
import { noteFault, print, printJson, writeLines } from '../terminal/print.ts';
import { command, type Flags, settingsOf, shelves } from './settings.ts';

interface EvaluateFlags extends Flags {
  readonly events: string;
  readonly truth: string;
  readonly inventory?: string;
  readonly networks?: string;
  readonly format: string;
  readonly verdicts: 'none' | 'next-day';
  readonly falsePerDay: number;
  readonly budgets: readonly number[];
  readonly alerts?: string;
  readonly compare?: string | true;
  readonly against?: string;
  readonly cold?: true;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('It takes a number above 0, at most 10000.');
  return value;
}
const list = (text: string) => (text === 'none' ? [] : text.split(',').map(positive));

export interface EngineParts {
  readonly detectors: ReadonlyMap<string, Detector>;
  readonly config: Pick<Config, 'detect' | 'alerts'>;
  readonly inventory?: readonly InventoryRecord[];
  readonly declared?: (ip: string) => boolean;
  /** Learn only before this event time, RFC 3339; absent = judge from the first activity on. */
  readonly learnUntil?: string;
}

/** Engines as they run live, each with a population of its own. */
export function engineFactory({ config, ...parts }: EngineParts): EngineFactory {
  return (falsePerDay) =>
    createEngine({
      ...parts,
      settings: { detect: config.detect, alerts: { ...config.alerts, falsePerDay } },
      population: createPopulation(),
    });
}

/** References are no part of the product: they are loaded only when asked for, from beside it or from the user's own module. */
async function loadReferences(path: string | true): Promise<ReferenceModule> {
  const beside = `../../bench/reference/references.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const url = path === true ? new URL(beside, import.meta.url) : pathToFileURL(resolve(path));
  const remedy =
    'The reference detectors stand in bench/reference of the source repository; give --compare a module that exports references().';
  let module: Partial<ReferenceModule>;
  try {
    module = (await import(url.href)) as Partial<ReferenceModule>;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new UsageError(`${fileURLToPath(url)}: cannot be loaded (${why})`, remedy);
  }
  if (typeof module.references === 'function') return { references: module.references };
  throw new UsageError(`${fileURLToPath(url)}: does not export references()`, remedy);
}

async function compare(path: string | true, events: AsyncIterable<Activity>, truth: Truth) {
  const rows = await runReferences(await loadReferences(path), events, truth.learnS);
  return rows.map(({ id, about, alerts }) => ({ id, about, score: score(alerts, truth) }));
}

/** Alerts of another run, one a line, as `--alerts` and `tidemark replay` write them. */
function alertsIn(path: string): JudgedAlert[] {
  const remedy = 'Give a file that `tidemark evaluate --alerts` or `tidemark replay --alerts` wrote.';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`, remedy);
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    try {
      return [judgedAlert(JSON.parse(line))];
    } catch {
      throw new UsageError(`${path}:${index + 1}: not an alert`, remedy);
    }
  });
}

async function run(flags: EvaluateFlags): Promise<void> {
  const parts = await shelves();
  const { config } = await settingsOf(flags, {}, parts);
  const truth = loadTruth(flags.truth);
  const networks = flags.networks === undefined ? undefined : loadNetworks(flags.networks);
  // One fingerprinter for both, so that a credential has one name in the activities and in the inventory.
  const fingerprinter = createFingerprinter();
  const inventory =
    flags.inventory === undefined ? undefined : loadInventory(flags.inventory, { tenant: truth.tenant, fingerprinter });
  for (const fault of inventory?.faults ?? []) noteFault(fault);
  const reader = createReader({
    formats: parts.formats,
    format: flags.format,
    tenant: truth.tenant,
    limits: config.ingest,
    fingerprinter,
    ...(networks && { networks }),
  });
  const events = () =>
    labelledActivities(
      mergeByTime(fileParts([flags.events], config.ingest), reader, config.ingest),
      reader,
      config.ingest,
    );
  // Whoever knows how often attacks come has set it; here the truth knows.
  const people = Math.max(1, Object.keys(truth.people).length);
  const attacksPerThousandMonth =
    config.alerts.attacksPerThousandMonth ?? ((truth.scenarios.size / people) * 1_000 * 30) / Math.max(1, truth.days);
  const engines = engineFactory({
    detectors: parts.detectors,
    config: { detect: config.detect, alerts: { ...config.alerts, attacksPerThousandMonth } },
    inventory: [...(inventory?.records.values() ?? [])],
    declared: (ip) => networks?.lookup(ip)?.declared === true,
    ...(flags.cold ? {} : { learnUntil: new Date(truth.learnS * 1000).toISOString() }),
  });
  const others = flags.against === undefined ? undefined : alertsIn(flags.against);
  const references = flags.compare === undefined ? [] : await compare(flags.compare, events(), truth);
  const { evaluation, replayed } = await evaluate(engines, events, truth, flags);
  if (flags.alerts !== undefined) writeLines(flags.alerts, replayed.alerts);
  const compared = others && against(replayed.alerts.map(judgedAlert), others, truth);
  if (flags.json) return printJson({ ...evaluation, references, ...(compared && { against: compared }) });
  print(...report(evaluation));
  if (compared) print(...againstInWords(compared, flags.against ?? ''));
  if (references.length === 0) return;
  const rows: { id: string; score: Score }[] = [{ id: 'tidemark', score: evaluation.score }, ...references];
  print('', ...comparison(rows));
}

export function evaluateCommand(): Command {
  return command(
    'evaluate',
    'Replay labelled activities and score the alerts: recall at a false-alarm budget, delay, advice, cost.',
    [
      'evaluate --events events.ndjson.gz --truth truth.json --inventory inventory.ndjson',
      'evaluate --events events.ndjson --truth truth.json --verdicts next-day --json',
      'evaluate --events events.ndjson --truth truth.json --compare',
    ],
  )
    .requiredOption('--events <file>', 'activities or raw records, NDJSON, plain or gzip')
    .requiredOption('--truth <file>', 'attacks, benign changes and identities, JSON')
    .option('--format <id>', 'log format, or auto to recognise each record', 'activity')
    .option('--inventory <file>', 'NDJSON inventory: owners, granted scopes, life cycle')
    .option('--networks <file>', 'NDJSON of prefixes or a MaxMind-format database')
    .addOption(
      new Option('--verdicts <when>', 'feed the true verdict of each alert back')
        .choices(['none', 'next-day'])
        .default('none'),
    )
    .option('--false-per-day <n>', 'budget of the ranked replay; recall above it cannot be seen', positive, 20)
    .option('--budgets <list>', 'budgets to put to the test, a replay each, or none', list, [...TESTED_BUDGETS])
    .option('--cold', 'raise alerts from the first activity on instead of from the end of the learning period')
    .option('--alerts <file>', 'write the alerts of the ranked replay, one a line')
    .option('--against <file>', 'alerts of another run on the same activities: who finds more, and is it chance')
    .option('--compare [module]', 'also run reference detectors on the same activities')
    .action(run);
}

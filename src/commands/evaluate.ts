/** `tidemark evaluate`: replays labelled activities through the detectors and says what they found, what they cost and what others would have found. */
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Activity } from '../../schemas/activity.ts';
import { configSchema } from '../../schemas/config.ts';
import type { InventoryRecord, Network } from '../../schemas/inventory.ts';
import type { Detector } from '../core/detector.ts';
import { createEngine } from '../core/engine.ts';
import { Population } from '../core/population.ts';
import { discover, SHELVES } from '../discover.ts';
import { type EngineFactory, evaluate, TESTED_BUDGETS } from '../evaluate/evaluation.ts';
import { readActivities, readInventory, readNetworks, readTruthFile } from '../evaluate/labelled-set.ts';
import { networkFinder } from '../evaluate/network-finder.ts';
import { type ReferenceModule, runReferences } from '../evaluate/reference.ts';
import { comparison, report } from '../evaluate/report.ts';
import { type Score, score } from '../evaluate/score.ts';
import type { Truth } from '../evaluate/truth.ts';

interface Options {
  readonly events: string;
  readonly truth: string;
  readonly inventory?: string;
  readonly networks?: string;
  readonly verdicts: 'none' | 'next-day';
  readonly falsePerDay: number;
  readonly budgets: readonly number[];
  readonly alerts?: string;
  readonly json?: true;
  readonly compare?: string | true;
}

/** The reference detectors could not be loaded. */
class ReferencesError extends Error {
  override readonly name = 'ReferencesError';
  readonly remedy =
    'The reference detectors stand in bench/reference/ of the source repository; give `--compare FILE` a module that exports references().';
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('must be a number above 0, at most 10000');
  return value;
}
const list = (text: string) => (text === 'none' ? [] : text.split(',').map(positive));

/** Real engines with all detectors of the shelf, each with a population of its own. */
export async function engineFactory(
  inventory: readonly InventoryRecord[],
  declared: (ip: string) => boolean = () => false,
): Promise<EngineFactory> {
  const detectors = await discover<Detector>(SHELVES.detectors, 'detector');
  return (falsePerDay) =>
    createEngine({
      detectors,
      settings: configSchema.parse({ alerts: { falsePerDay } }),
      population: new Population(),
      inventory,
      declared,
    });
}

/** References are no part of the product: they are loaded only when asked for, from a checkout or from the user's own module. */
async function loadReferences(path: string | true): Promise<ReferenceModule> {
  const beside = `../../bench/reference/references.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`;
  const url = path === true ? new URL(beside, import.meta.url) : pathToFileURL(path);
  try {
    const module = (await import(url.href)) as Partial<ReferenceModule>;
    if (typeof module.references === 'function') return { references: module.references };
  } catch (error) {
    throw new ReferencesError(`${url.pathname}: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ReferencesError(`${url.pathname} does not export references()`);
}

async function compare(path: string | true, events: AsyncIterable<Activity>, truth: Truth) {
  const rows = await runReferences(await loadReferences(path), events, truth.learnS);
  return rows.map(({ id, about, alerts }) => ({ id, about, score: score(alerts, truth) }));
}

async function* placed(activities: AsyncIterable<Activity>, find: (ip: string) => Network | undefined) {
  for await (const activity of activities) {
    const network = activity.source.ip === undefined ? undefined : find(activity.source.ip);
    if (network) {
      const { asn, org, country, region, workload } = network;
      const known = { asn, org, country, region, workload };
      // What the log itself says wins over what the network file says.
      for (const [field, value] of Object.entries(known))
        if (value !== undefined)
          Object.assign(activity.source, { [field]: Reflect.get(activity.source, field) ?? value });
    }
    yield activity;
  }
}

async function run(options: Options): Promise<void> {
  const truth = await readTruthFile(options.truth);
  const inventory = options.inventory ? await readInventory(options.inventory) : [];
  const find = networkFinder(options.networks ? await readNetworks(options.networks) : []);
  const events = () => placed(readActivities(options.events), find);
  const engines = await engineFactory(inventory, (ip) => find(ip)?.declared === true);
  const references = options.compare ? await compare(options.compare, events(), truth) : [];
  const { evaluation, replayed } = await evaluate(engines, events, truth, options);
  if (options.alerts)
    await writeFile(options.alerts, replayed.alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(''));
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...evaluation, references })}\n`);
    return;
  }
  for (const line of report(evaluation)) process.stdout.write(`${line}\n`);
  if (references.length > 0) {
    const rows: { id: string; score: Score }[] = [{ id: 'tidemark', score: evaluation.score }, ...references];
    process.stdout.write('\n');
    for (const line of comparison(rows)) process.stdout.write(`${line}\n`);
  }
}

/** The command; the command line adds it. */
export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description(
      'Replay labelled activities and score the alerts: recall at a false-alarm budget, delay, advice, cost.',
    )
    .requiredOption('--events <file>', 'canonical activities in time order, NDJSON, plain or .gz')
    .requiredOption('--truth <file>', 'attacks, benign changes and identities, JSON')
    .option('--inventory <file>', 'inventory records, NDJSON')
    .option('--networks <file>', 'prefixes with asn, org and country, NDJSON')
    .addOption(
      new Option('--verdicts <when>', 'feed the true verdict of each alert back')
        .choices(['none', 'next-day'])
        .default('none'),
    )
    .option('--false-per-day <n>', 'budget of the ranked replay; recall above it cannot be seen', positive, 20)
    .option('--budgets <list>', 'budgets to put to the test, a replay each, or none', list, [...TESTED_BUDGETS])
    .option('--alerts <file>', 'write the alerts of the ranked replay, NDJSON')
    .option('--json', 'print one JSON object')
    .option('--compare [module]', 'also run reference detectors on the same activities')
    .addHelpText(
      'after',
      `
Examples:
  $ tidemark evaluate --events events.ndjson.gz --truth truth.json --inventory inventory.ndjson
  $ tidemark evaluate --events events.ndjson --truth truth.json --verdicts next-day --json
  $ tidemark evaluate --events events.ndjson --truth truth.json --compare`,
    )
    .action(run);
}

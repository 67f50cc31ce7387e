/** `tidemark demo`: a fleet, five weeks, a handful of attacks; everything real but the company. */
import { rmSync } from 'node:fs';
import type { Command } from 'commander';
import type { Alert } from '../../schemas/alert.ts';
import { openHashKey, openStore, PUBLISHED_KEY, recordBudget } from '../adapters/clickhouse/open.ts';
import { spellings } from '../adapters/inventory.ts';
import { prefixTable } from '../adapters/networks.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { briefHistory } from '../demo/brief-history.ts';
import { demoFleet } from '../demo/fleet.ts';
import type { Chapter } from '../demo/story.ts';
import { replay } from '../detect/replay.ts';
import { UsageError } from '../fault.ts';
import { createDeadLetterBuilder } from '../ingest/dead-letter.ts';
import { readHistory } from '../ingest/history-batches.ts';
import { createReader } from '../ingest/reader.ts';
import type { InputBatch } from '../ports/input.ts';
import { createFingerprinter } from '../secrets.ts';
import { presentAlert } from '../terminal/alert.ts';
import { learningText } from '../terminal/learning.ts';
import { type Line, note, print, printJson, writeLines } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { count, instant } from './arguments.ts';
import { keepInventory } from './keep-inventory.ts';
import { command, type Flags, makePlace, noteUpdated, settingsOf, shelves, withStore } from './settings.ts';

const DEFAULT_DEMO = '.tidemark/demo';
const RECORDS_PER_STEP = 1_000;
/** A fleet of some forty identities; the default of five a day is meant for hundreds. */
const DEMO_FALSE_PER_DAY = 0.5;
/** How long after its start a chapter may be answered for. */
const CHAPTER_MS = 36 * 3_600_000;

interface DemoFlags extends Flags {
  readonly seed: number;
  readonly write?: string;
  readonly ending?: string;
}

export function demoCommand(): Command {
  return withStore(
    command('demo', 'Judge five weeks in the life of a made-up fleet, and show the alerts.', [
      'demo',
      'demo --store none --json',
      'demo --write cloudtrail.ndjson   # a small history to send to a Tidemark of your own',
    ]),
    `${DEFAULT_DEMO}, made anew; none keeps nothing`,
  )
    .option('--seed <n>', 'another fleet', count, 7)
    .option(
      '--write <file>',
      'judge nothing: write three weeks of CloudTrail with a theft at their end; - for standard output',
    )
    .option('--ending <time>', 'with --write: when the history ends (default: now)', instant)
    .action(async (flags: DemoFlags) => {
      if (flags.write !== undefined) return writeHistory(flags.write, flags);
      if (flags.ending !== undefined)
        throw new UsageError('--ending is for --write', 'The fleet of the demo has its own five weeks.');
      const parts = await shelves();
      const { config } = await settingsOf(
        { ...flags, store: 'none' },
        { alerts: { falsePerDay: DEMO_FALSE_PER_DAY } },
        parts,
      );
      const place = flags.store ?? DEFAULT_DEMO;
      note('Making up a fleet: AWS roles and keys, Kubernetes service accounts, AI agents ...');
      const fleet = demoFleet(flags.seed);
      const networks = prefixTable(fleet.networks);
      const letterOf = createDeadLetterBuilder({
        fingerprinter: createFingerprinter(),
        limits: config.ingest,
        now: Date.now,
      });
      const store = place === 'none' ? undefined : await openDemoStore(place, config.store);
      note(
        `Reading ${fleet.records.length.toLocaleString('en')} records of ${fleet.story.length} stories; learning until ${fleet.learnUntil.slice(0, 10)} ...`,
      );
      try {
        const { summary, alerts } = await replay({
          input: readHistory({
            input: inputOf(fleet.records),
            reader: createReader({
              formats: parts.formats,
              format: 'auto',
              tenant: config.ingest.tenant,
              limits: config.ingest,
              networks,
            }),
            limits: config.ingest,
            ...(store && { deadLetter: (origin, unreadable) => letterOf(origin, config.ingest.tenant, unreadable) }),
          }),
          engine: createEngine({
            detectors: parts.detectors,
            settings: config,
            population: createPopulation(),
            inventory: fleet.inventory,
            learnUntil: fleet.learnUntil,
            // The demo is the same for everybody, ids included, so its own store keeps the published key; somebody's store keeps its own.
            ...(store && { hashKey: await openHashKey(store, PUBLISHED_KEY) }),
            declared: (ip) => networks.lookup(ip)?.declared === true,
          }),
          store,
          batchRows: config.detect.batchRows,
        });
        if (store !== undefined) {
          await keepInventory(store, 'demo-inventory', fleet.inventory.flatMap(spellings));
          await recordBudget(store, config.alerts.falsePerDay);
        }
        note(
          `Judged ${summary.activities.toLocaleString('en')} activities of ${summary.identities} identities, ${summary.eventsPerSecond.toLocaleString('en')} a second.`,
          `At the end ${learningText(summary.learning)}.`,
        );
        const told = fleet.story.map((chapter) => ({ chapter, alert: answerTo(chapter, alerts) }));
        if (flags.json) {
          const stories = told.map(({ chapter: { title, identity, at, expect }, alert }) => ({
            title,
            identity,
            at,
            expect,
            alert: alert?.id,
          }));
          return printJson({ summary, stories, alerts });
        }
        for (const alert of alerts) print('', ...presentAlert(alert));
        note(`${alerts.length} alerts under a budget of ${config.alerts.falsePerDay} false ones a day.`);
        print('', ...storyLines(told), '');
        if (store !== undefined && alerts.length > 0) print(...next(alerts, place));
      } finally {
        await store?.close();
      }
    });
}

function writeHistory(file: string, { seed, ending, json }: DemoFlags): void {
  const records = briefHistory(ending === undefined ? Date.now() : Date.parse(ending), seed);
  writeLines(file, records);
  if (file === '-') return;
  if (json) printJson({ file, records: records.length });
  else note(`Wrote ${records.length.toLocaleString('en')} CloudTrail records to ${file}.`);
}

function removeOld(): void {
  try {
    rmSync(DEFAULT_DEMO, { recursive: true, force: true });
  } catch (error) {
    throw new UsageError(
      `cannot remove the last ${DEFAULT_DEMO} (${(error as NodeJS.ErrnoException).code})`,
      'Remove it yourself, or name another directory with --store.',
    );
  }
}

/** The demo's own directory is made anew; somebody's store is only added to. */
function openDemoStore(place: string, settings: Parameters<typeof openStore>[0]) {
  if (place === DEFAULT_DEMO) removeOld();
  const isUrl = /^https?:/.test(place);
  const store = { ...settings, ...(isUrl ? { url: place } : { path: place }) };
  makePlace(store);
  return openStore(store, { migrate: true, onUpdated: noteUpdated });
}

async function* inputOf(records: readonly object[]): AsyncGenerator<InputBatch> {
  for (let from = 0; from < records.length; from += RECORDS_PER_STEP)
    yield {
      records: records.slice(from, from + RECORDS_PER_STEP).map((raw, index) => ({
        origin: { from: 'demo', partition: 0, offset: from + index },
        bytes: Buffer.from(JSON.stringify(raw)),
      })),
    };
}

function answerTo(chapter: Chapter, alerts: readonly Alert[]): Alert | undefined {
  const began = Date.parse(chapter.at);
  return alerts.find(
    ({ identity, raisedAt }) =>
      identity.id.toLowerCase() === chapter.identity.toLowerCase() &&
      Date.parse(raisedAt) >= began &&
      Date.parse(raisedAt) < began + CHAPTER_MS,
  );
}

function storyLines(told: readonly { chapter: Chapter; alert: Alert | undefined }[]): Line[] {
  const line = ({ chapter, alert }: (typeof told)[number]) => {
    const asExpected = (alert !== undefined) === (chapter.expect === 'alert');
    const outcome =
      alert === undefined ? (chapter.expect === 'alert' ? 'MISSED' : 'quiet') : asExpected ? 'found' : 'ALERT';
    return [outcome, chapter.at.slice(0, 16), chapter.title];
  };
  return [
    'What really happened, and what came of it:',
    ...table(
      (['alert', 'silence'] as const).flatMap((expect) =>
        told.filter(({ chapter }) => chapter.expect === expect).map(line),
      ),
      { indent: 2 },
    ),
  ];
}

function next(alerts: readonly Alert[], place: string): string[] {
  const [alert] = alerts;
  return [
    'Try next:',
    `  npx tidemark console --store ${place}   # look at it in a browser`,
    `  npx tidemark alerts --store ${place}`,
    `  npx tidemark explain ${alert!.id.slice(0, 12)} --store ${place}`,
    `  npx tidemark identity ${alert!.identity.id} --store ${place}`,
    '  npx tidemark replay YOUR-CLOUDTRAIL/ --alerts alerts.ndjson',
  ];
}

/** `tidemark learn`: turns history into the habits that `tidemark run` goes on with. */
import type { Command } from 'commander';
import { openHashKey, openStore } from '../adapters/clickhouse/open.ts';
import { chooserOf } from '../adapters/kafka/partition-of.ts';
import { prepareActivityTopic } from '../adapters/kafka/topics.ts';
import { refuseMoved } from '../app/repartition.ts';
import { createEngine } from '../core/engine.ts';
import { createPopulation } from '../core/population/population.ts';
import { plan } from '../deliver/outbox.ts';
import { readRoutes } from '../deliver/sink-routes.ts';
import { HistoryLearner, type Learned } from '../detect/learn-history.ts';
import { LOCAL } from '../detect/local-source.ts';
import type { InputError } from '../fault.ts';
import { activityKey } from '../ingest/activity-message.ts';
import type { Counted } from '../ingest/history-batches.ts';
import type { DeadLetter } from '../ports/store.ts';
import { topicName } from '../ports/stream.ts';
import { learningText } from '../terminal/learning.ts';
import { note, noteFault, print, printJson } from '../terminal/print.ts';
import { table } from '../terminal/table.ts';
import { type History, type HistoryFlags, historyOptions, openHistory } from './history-input.ts';
import { keepSkipped } from './keep-skipped.ts';
import { command, makePlace, noteUpdated, placed, withStore } from './settings.ts';

/** Activities learned in one step: few enough to be held, and enough that a step is not mostly its commit. */
const WINDOW_ROWS = 20_000;
const LETTERS_PER_WRITE = 1_000;

interface LearnFlags extends HistoryFlags {
  readonly raise?: boolean;
}

/** Why records were not read. */
interface Reason extends Omit<Counted, 'first'> {
  readonly status: 'skipped' | 'dead';
  /** Where the first of them stands. */
  readonly first: string;
}

/** Reasons told apart; formats have a few each. */
const REASONS_MAX = 200;

/** What a run of learning came to. */
interface LearnSummary extends Learned {
  readonly records: number;
  readonly skipped: number;
  readonly dead: number;
  /** Why records were skipped or are dead, the most frequent first. */
  readonly reasons: readonly Reason[];
  readonly late: number;
  /** Acts read without the span above them, which would have said who acted. */
  readonly unjoined: number;
}

export function learnCommand(): Command {
  return historyOptions(
    withStore(
      command(
        'learn',
        'Learn history into the habits that `run` goes on with, as if it had been there. Again is no harm: each activity is learned once.',
        [
          'learn AWSLogs/ kubernetes/ --config tidemark.yaml',
          'zcat events.gz | tidemark learn - --store .tidemark/store',
          'learn AWSLogs/ --config tidemark.yaml --raise   # tell what is found in it, too',
        ],
      ),
    ),
  )
    .option('--raise', 'store and deliver the alerts of the past; otherwise none of them is told')
    .action(async (files: string[], flags: LearnFlags) => {
      // Live work goes on from here, so a date that it would refuse must not stand in its habits either.
      const history = await openHistory(files, flags, { now: 'clock', keepsDead: () => true });
      const faults: InputError[] = [];
      const summary = await learn(history, flags, faults);
      if (flags.json) printJson(summary);
      else summarise(summary);
      for (const fault of faults) noteFault(fault);
      if (faults.length > 0) process.exitCode = 1;
      if (summary.records > 0 && summary.records === summary.dead) {
        noteFault({
          message: 'nothing could be read',
          remedy: '`tidemark dead-letters list` says why; docs/reference/formats.md lists what each format reads.',
        });
        process.exitCode = 1;
      }
    });
}

/** Where activities go: the partitions of the activity topic, or the one there is without Kafka. */
async function partitioning({ config: { kafka, alerts } }: History) {
  if (kafka === undefined) return { topic: topicName(LOCAL.cluster, LOCAL.topic), partitions: 1, choose: () => 0 };
  const partitions = await prepareActivityTopic(kafka, alerts.topic);
  return { topic: topicName(kafka.cluster, kafka.activityTopic), partitions, choose: chooserOf(partitions) };
}

async function learn(history: History, flags: LearnFlags, faults: InputError[]): Promise<LearnSummary> {
  const { config, parts, networks } = history;
  const place = placed(config, flags);
  makePlace(place);
  const { topic, partitions, choose } = await partitioning(history);
  const store = await openStore(place, { migrate: true, onUpdated: noteUpdated });
  try {
    if (config.kafka !== undefined) await refuseMoved(store, config.kafka);
    const population = createPopulation();
    const hashKey = await openHashKey(store);
    const { routes } = readRoutes(config.sinks, parts.sinks);
    const learner = await HistoryLearner.open({
      store,
      topic,
      partitions,
      partitionOf: ({ tenant, identity }) => choose(activityKey(tenant, identity.id)),
      newEngine: () =>
        createEngine({
          detectors: parts.detectors,
          settings: config,
          population,
          inventory: history.inventory.values(),
          ownsPopulation: false,
          hashKey,
          ...(networks && { declared: (ip: string) => networks.lookup(ip)?.declared === true }),
        }),
      population,
      windowRows: WINDOW_ROWS,
      snapshotEveryMs: config.detect.snapshotEveryMs,
      isRaising: flags.raise === true,
      plan: (alerts, partition) => plan(alerts, routes, partition),
    });
    let letters: DeadLetter[] = [];
    const reasons = new Map<string, { -readonly [K in keyof Reason]: Reason[K] }>();
    const counts = { records: 0, skipped: 0, dead: 0, unjoined: 0, late: 0 };
    let readBytes = 0;
    const source = { tenant: config.ingest.tenant, name: 'learn' };
    for await (const batch of keepSkipped(history.input, store, source)) {
      const [skipped, dead] = [recordsOf(batch.skipped), recordsOf(batch.dead)];
      noteReasons(reasons, 'skipped', batch.skipped);
      noteReasons(reasons, 'dead', batch.dead);
      counts.skipped += skipped;
      counts.dead += dead;
      counts.records += batch.read + skipped + dead;
      counts.unjoined += batch.unjoined;
      counts.late = batch.late;
      for (const fault of batch.faults) faults.push(fault);
      for (const letter of batch.letters) letters.push(letter);
      if (letters.length >= LETTERS_PER_WRITE) await store.setAside(letters.splice(0));
      for (const activity of batch.activities) await learner.take(activity);
      readBytes += batch.readBytes;
      history.showProgress(counts.records, readBytes);
    }
    if (letters.length > 0) await store.setAside(letters);
    letters = [];
    return {
      ...counts,
      reasons: [...reasons.values()].sort((a, b) => b.times - a.times),
      ...(await learner.end()),
    };
  } finally {
    await store.close();
    history.endProgress();
  }
}

function noteReasons(
  reasons: Map<string, { -readonly [K in keyof Reason]: Reason[K] }>,
  status: Reason['status'],
  counted: readonly Counted[],
): void {
  for (const { format, reason, times, first } of counted) {
    const key = `${status} ${format} ${reason}`;
    const known = reasons.get(key);
    if (known !== undefined) known.times += times;
    else if (reasons.size < REASONS_MAX)
      reasons.set(key, { status, format, reason, times, first: `${first.from}, record ${first.offset + 1}` });
  }
}

const recordsOf = (counted: readonly Counted[]) => counted.reduce((sum, { times }) => sum + times, 0);

function summarise(summary: LearnSummary): void {
  const n = (value: number) => value.toLocaleString('en');
  const because = (status: Reason['status']) =>
    summary.reasons
      .filter((one) => one.status === status)
      .map(({ format, reason, times, first }) => ['', n(times), `${format}: ${reason}; first in ${first}`]);
  print(
    ...table(
      [
        ['records', n(summary.records)],
        ['  skipped', n(summary.skipped)],
        ...because('skipped'),
        ['  dead', n(summary.dead)],
        ...because('dead'),
        ['learned', n(summary.activities), `activities; ${n(summary.known)} were learned before`],
        ['identities', n(summary.identities)],
        ['alerts', n(summary.raised), summary.raised === 0 ? 'told; --raise tells those of the past' : 'told'],
      ],
      { right: [1] },
    ),
  );
  if (summary.identities > 0) note(`At the end ${learningText(summary.learning)}.`);
  if (summary.late > 0) note(`${n(summary.late)} activities came too late to be put in order.`);
  if (summary.belated > 0)
    note(
      `${n(summary.belated)} activities lie before the end of what had been learned already: others of that time were judged without them. Give sources of one time together.`,
    );
}

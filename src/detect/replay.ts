/** Runs history through the very same reader and engine as live traffic; the clock is the events' own. */
import { randomUUID } from 'node:crypto';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import type { Engine, Learning, Located, Taught } from '../core/engine-contract.ts';
import type { InputError } from '../fault.ts';
import type { Counted, HistoryBatch } from '../ingest/history-batches.ts';
import type { DeadLetter, Origin, Store } from '../ports/store.ts';

export interface ReplayParts {
  readonly input: AsyncIterable<HistoryBatch>;
  readonly engine: Engine;
  /** Where history, alerts and what cannot be read are kept; undefined keeps nothing. */
  readonly store: Store | undefined;
  readonly batchRows: number;
  /** Called now and then with how far the replay is: records, and bytes of files. */
  readonly onProgress?: (records: number, readBytes: number) => void;
  /** Called with every alert when it is first raised. */
  readonly onRaised?: (alert: Alert) => void;
  /** Called with every activity, in the order in which they are judged. */
  readonly onActivity?: (activity: Activity) => void;
}

/** Counts and alerts of a replay; `records = read + skipped + dead`. */
export interface ReplaySummary {
  readonly records: number;
  readonly read: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly dead: Readonly<Record<string, number>>;
  readonly activities: number;
  readonly identities: number;
  /** How many of them are still learning at the end, and until when. */
  readonly learning: Learning;
  /** Alerts that a SOC is told of. */
  readonly alerts: number;
  /** Alerts beside those that say no more than their incident, or were over the budget, and are seen with it. */
  readonly folded: number;
  /** Alerts that stayed under the threshold. */
  readonly observed: number;
  /** Activities further out of order than the reordering reaches; judged when they came. */
  readonly late: number;
  /** Alerts that waited for a day with budget left, those that were told in the end included. */
  readonly held: number;
  /** Identities that somebody may have been teaching, the first of them. */
  readonly taught: readonly Taught[];
  /** Acts read without the span above them, which would have said who acted: it never came, or not in time for the room there is. */
  readonly unjoined: number;
  readonly eventsPerSecond: number;
}

export interface Replayed {
  readonly summary: ReplaySummary;
  /** Every alert that was delivered, in its last version, in order of raising. */
  readonly alerts: readonly Alert[];
  readonly faults: readonly InputError[];
  /** Where the first record stands of each reason of `skipped` and `dead`. */
  readonly firstOf: Readonly<Record<'skipped' | 'dead', ReadonlyMap<string, Origin>>>;
  /** Time of the newest activity; undefined: there was none. */
  readonly newestAt: string | undefined;
}

/** Distinct reasons counted by name; the rest share one, so that hostile input cannot fill the memory. */
const REASONS_MAX = 200;
const LETTERS_PER_WRITE = 1_000;
/** Taught identities that a summary names. */
const TAUGHT_MAX = 100;
/** What a replay is called in the store. */
const TOPIC = 'replay';

/** Judges everything, in order of event time. The outcome does not depend on `batchRows`. */
export async function replay(parts: ReplayParts): Promise<Replayed> {
  const { engine, store } = parts;
  // Another run must not meet this one's insert tokens: the store would take its rows for repetitions.
  const runId = randomUUID();
  const alerts = new Map<string, Alert>();
  /** Alerts that were delivered; the others are members of an incident that was. */
  const told = new Set<string>();
  const observed = new Set<string>();
  const skipped = new Map<string, number>();
  const dead = new Map<string, number>();
  const firstOf = { skipped: new Map<string, Origin>(), dead: new Map<string, Origin>() };
  let newestAt: string | undefined;
  const faults: InputError[] = [];
  let letters: DeadLetter[] = [];
  let batch: Located[] = [];
  let records = 0;
  let readBytes = 0;
  let read = 0;
  let unjoined = 0;
  let late = 0;
  let held = 0;
  /** Each once, as it was told last: it may go on for days. */
  const taught = new Map<string, Taught>();
  let offset = 0;
  const began = performance.now();

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    const located = batch;
    batch = [];
    const { news, ...outcome } = engine.process(located);
    for (const id of news) told.add(id);
    held += outcome.held;
    for (const one of outcome.taught) {
      const key = JSON.stringify([one.tenant, one.identity, one.place]);
      if (taught.has(key) || taught.size < TAUGHT_MAX) taught.set(key, one);
    }
    for (const alert of outcome.alerts) {
      if (!alerts.has(alert.id)) parts.onRaised?.(alert);
      alerts.set(alert.id, alert);
      observed.delete(alert.id);
    }
    for (const { id } of outcome.observed) if (!alerts.has(id)) observed.add(id);
    const [first, last] = [located[0]!.offset, located.at(-1)!.offset];
    await store?.commit({
      id: `${TOPIC}/${runId}/${first}-${last}`,
      span: { topic: TOPIC, partition: 0, first, last },
      epoch: 0,
      activities: located,
      ...outcome,
      deliveries: [],
      state: '',
    });
  }

  async function take(ordered: readonly Activity[]): Promise<void> {
    for (const activity of ordered) {
      batch.push({ activity, offset: offset++ });
      if (newestAt === undefined || activity.at > newestAt) newestAt = activity.at;
      parts.onActivity?.(activity);
      if (batch.length >= parts.batchRows) await flush();
    }
  }

  async function writeLetters(): Promise<void> {
    if (letters.length > 0) await store?.setAside(letters);
    letters = [];
  }

  for await (const part of parts.input) {
    records += part.read + tally(skipped, part.skipped, firstOf.skipped) + tally(dead, part.dead, firstOf.dead);
    read += part.read;
    unjoined += part.unjoined;
    late = part.late;
    readBytes += part.readBytes;
    for (const fault of part.faults) faults.push(fault);
    for (const letter of part.letters) letters.push(letter);
    if (letters.length >= LETTERS_PER_WRITE) await writeLetters();
    await take(part.activities);
    parts.onProgress?.(records, readBytes);
  }
  await flush();
  await writeLetters();
  await store?.saveMemories(TOPIC, 0, offset - 1, engine.changed(), engine.held().identities);
  const seconds = (performance.now() - began) / 1_000;
  return {
    summary: {
      records,
      read,
      skipped: Object.fromEntries([...skipped].sort()),
      dead: Object.fromEntries([...dead].sort()),
      activities: offset,
      identities: engine.held().identities,
      learning: engine.learning(),
      alerts: told.size,
      folded: alerts.size - told.size,
      observed: observed.size,
      late,
      held,
      taught: [...taught.values()],
      unjoined,
      eventsPerSecond: Math.round(offset / Math.max(seconds, 0.001)),
    },
    alerts: [...alerts.values()]
      .filter(({ id }) => told.has(id))
      .sort((a, b) => compare(a.raisedAt, b.raisedAt) || compare(a.id, b.id)),
    faults,
    firstOf,
    newestAt,
  };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** By format and reason: among records of many vendors the reason alone does not say whose they are. Returns how many records it were. */
function tally(counts: Map<string, number>, counted: readonly Counted[], firstOf: Map<string, Origin>): number {
  let records = 0;
  for (const { format, reason, times, first } of counted) {
    const whole = format === 'auto' ? reason : `${format}: ${reason}`;
    const name = counts.has(whole) || counts.size < REASONS_MAX ? whole : 'other reasons';
    if (!counts.has(name)) firstOf.set(name, first);
    counts.set(name, (counts.get(name) ?? 0) + times);
    records += times;
  }
  return records;
}

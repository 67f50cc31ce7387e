/** What the roles of one process share, and what they both do with records nobody can read. */
import type { Config } from '../../schemas/config.ts';
import type { Sources } from '../../schemas/console.ts';
import type { KafkaLog, KafkaSettings } from '../adapters/kafka/open-client.ts';
import type { SourceEvent } from '../adapters/kafka/source-event.ts';
import type { Networks } from '../adapters/networks.ts';
import type { Detector } from '../core/detector.ts';
import { createDeadLetterBuilder, createDeadLetterWriter, type DeadLetterBuilder } from '../ingest/dead-letter.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter, Store } from '../ports/store.ts';
import type { ChunkSource, Publisher } from '../ports/stream.ts';
import type { TriageStore } from '../ports/triage.ts';
import type { Fingerprinter } from '../secrets.ts';
import type { SourceState } from '../sources/source-book.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Losses } from './losses.ts';
import type { SourceRecorder } from './source-recorder.ts';

/** The parts found on the shelves. */
export interface Shelves {
  readonly detectors: ReadonlyMap<string, Detector>;
  readonly formats: ReadonlyMap<string, Format>;
  readonly sinks: ReadonlyMap<string, SinkType>;
}

export interface RoleParts {
  readonly config: Config;
  /** Absent where activities come in through this process alone. */
  readonly kafka: KafkaSettings | undefined;
  readonly shelves: Shelves;
  readonly telemetry: Telemetry;
  readonly networks: Networks | undefined;
  /** One fingerprinter for all, so that a secret has one name in activities and inventory. */
  readonly fingerprinter: Fingerprinter;
  readonly clock: Clock;
  readonly log: KafkaLog;
  readonly store: Store;
  readonly triage: TriageStore;
  readonly publisher: Publisher | undefined;
  /** Says that a piece of work was done. */
  progress(): void;
  readonly sources: SourceRecorder;
  /** Sources of a tenant as they stand. */
  readonly sourceStates: (tenant: string) => Promise<readonly SourceState[]>;
  /** What was skipped of a tenant in the last days. */
  readonly skipped: (tenant: string) => Promise<Sources['skipped']>;
}

/** A role that was opened and waits to be run. */
export interface OpenRole {
  readonly name: 'ingest' | 'detect';
  readonly source: ChunkSource;
  /** Works until `signal`; rejects with what ended it. */
  run(signal: AbortSignal): Promise<void>;
  /** What is gone for good of what it had learned, one line each. */
  missing?(): readonly string[];
  close(): Promise<void>;
}

/** Logs how many records became dead letters, by reason. */
export function countDeadLetters(telemetry: Telemetry, letters: readonly DeadLetter[]): void {
  const counts = new Map<string, { format: string; reason: string; records: number }>();
  for (const { format, reason } of letters) {
    const key = `${format} ${reason}`;
    const count = counts.get(key) ?? { format, reason, records: 0 };
    counts.set(key, { ...count, records: count.records + 1 });
  }
  for (const count of counts.values()) telemetry.event('records-buried', count);
}

/** Builds dead letters with the names that secrets have in activities. */
export const deadLetterBuilder = ({ config, fingerprinter, clock }: RoleParts): DeadLetterBuilder =>
  createDeadLetterBuilder({ fingerprinter, limits: config.ingest, now: clock.now });

/** Sources of dead letters that are counted apart: every input, and the activity topic. */
const SOURCES_MAX = 256;

/** Stores the dead letters that their source has a budget for, and tells how many were left out. */
export function deadLetterWriter({
  config,
  telemetry,
  store,
  clock,
}: Pick<RoleParts, 'config' | 'telemetry' | 'store' | 'clock'>): (letters: readonly DeadLetter[]) => Promise<void> {
  const { deadLettersPerMinute, deadLettersPerMessage } = config.ingest;
  const setAside = createDeadLetterWriter(
    store,
    { perMinute: deadLettersPerMinute, perMessage: deadLettersPerMessage, sources: SOURCES_MAX },
    clock.now,
    (shed) => telemetry.event('dead-letters-shed', { ...shed }),
  );
  return async (letters) => {
    countDeadLetters(telemetry, letters);
    await setAside(letters);
  };
}

/** Says what befell a partition. */
export function tellSource(
  telemetry: Pick<Telemetry, 'event'>,
  role: OpenRole['name'],
  event: SourceEvent,
  losses: Losses,
): void {
  const { topic, partition } = event;
  if (event.type === 'lost') {
    telemetry.event('messages-lost', { topic, partition, role, records: event.records });
    losses.note(event, event.records);
  } else {
    const { type: cause, read, from } = event;
    losses.note(event);
    telemetry.event('log-began-anew', { topic, partition, role, cause, read, from });
  }
}

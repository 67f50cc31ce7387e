/** What the roles of one process share, and what they both do with records nobody can read. */
import type { Config } from '../../schemas/config.ts';
import type { KafkaLog, KafkaSettings } from '../adapters/kafka/open-client.ts';
import type { Networks } from '../adapters/networks.ts';
import type { Detector } from '../core/detector.ts';
import { createDeadLetterWriter, DeadLetterStorm } from '../ingest/dead-letter.ts';
import type { Format } from '../ingest/format.ts';
import type { SinkType } from '../ports/delivery.ts';
import type { Clock } from '../ports/outside.ts';
import type { DeadLetter, Store } from '../ports/store.ts';
import type { ChunkSource, Publisher } from '../ports/stream.ts';
import type { TriageStore } from '../ports/triage.ts';
import type { Fingerprinter } from '../secrets.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';

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
}

/** A role that was opened and waits to be run. */
export interface OpenRole {
  readonly name: 'ingest' | 'detect';
  readonly source: ChunkSource;
  /** Works until `signal`; rejects with what ended it. */
  run(signal: AbortSignal): Promise<void>;
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

/** Stores dead letters under the rate cap, and logs them. */
export function deadLetterWriter({
  config,
  telemetry,
  store,
  clock,
}: RoleParts): (letters: readonly DeadLetter[]) => Promise<void> {
  const setAside = createDeadLetterWriter(store, config.ingest.deadLettersPerMinute, clock.now);
  return async (letters) => {
    countDeadLetters(telemetry, letters);
    try {
      await setAside(letters);
    } catch (error) {
      if (error instanceof DeadLetterStorm)
        telemetry.event('dead-letter-storm', { records: letters.length, reason: error.message });
      throw error;
    }
  };
}

/** One member of a consumer group as a process of its own, so that a test can kill it; says what it does, one JSON line each. */
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaError } from '../../../src/adapters/kafka/kafka-error.ts';
import type { KafkaSettings } from '../../../src/adapters/kafka/open-client.ts';
import { openSource } from '../../../src/adapters/kafka/open-source.ts';
import type { ChunkLimits } from '../../../src/adapters/kafka/owned-partition.ts';

export interface WorkerOptions {
  readonly kafka: KafkaSettings;
  readonly topic: string;
  readonly group: string;
  readonly limits: ChunkLimits;
  readonly epoch: number;
  /** How long a step works between its intent and its end. */
  readonly stepMs: number;
  /** Die by SIGKILL right after the n-th intent, counted from 1. */
  readonly dieAtIntent?: number;
}

export interface ChunkLine {
  readonly event: 'intended' | 'done';
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly offsets: readonly number[];
  readonly epoch: number;
  /** It was rebuilt from an intent. */
  readonly again: boolean;
}

export type WorkerLine =
  | { readonly event: 'assigned' | 'revoked'; readonly partition: number }
  | ChunkLine
  | { readonly event: 'failed'; readonly kind: string };

if (process.argv[2]) await work(JSON.parse(process.argv[2]) as WorkerOptions);

async function work({ kafka, topic, group, limits, epoch, stepMs, dieAtIntent }: WorkerOptions): Promise<void> {
  const say = (line: WorkerLine) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  const source = openSource({
    kafka,
    topics: [topic],
    group,
    limits,
    hooks: {
      onAssigned: async ({ partition }) => void say({ event: 'assigned', partition }),
      onRevoked: async ({ partition }) => void say({ event: 'revoked', partition }),
    },
  });
  let intents = 0;
  try {
    await source.run(async ({ partition, first, last, messages, intended }, intend) => {
      const used = intended?.epoch ?? epoch;
      await intend(used);
      const chunk = {
        partition,
        first,
        last,
        offsets: messages.map(({ offset }) => offset),
        epoch: used,
        again: intended !== undefined,
      };
      say({ event: 'intended', ...chunk });
      intents += 1;
      if (intents === dieAtIntent) process.kill(process.pid, 'SIGKILL');
      await pause(stepMs);
      say({ event: 'done', ...chunk });
    }, stop.signal);
  } catch (error) {
    say({ event: 'failed', kind: error instanceof KafkaError ? error.kind : String(error) });
    process.exitCode = 1;
  }
}

/** Topics of Kafka among the sources of history: `kafka:TOPIC`, or `kafka:` for all that the configuration names. */
import type { Config } from '../../schemas/config.ts';
import type { KafkaSettings } from '../adapters/kafka/open-client.ts';
import type { SchemaRegistry } from '../adapters/schema-registry.ts';
import { recordLimitsOf } from '../app/record-limits.ts';
import { UsageError } from '../fault.ts';
import { FILES, readOfFiles } from '../ingest/history.ts';
import { eachInProtobuf } from '../ingest/otlp-message.ts';
import type { HeldRecord, Reader, ReadOutcome } from '../ingest/reader.ts';
import { eachRegistered } from '../ingest/registry-message.ts';
import { ofTenant, TOMBSTONE } from '../ingest/topic-ingest.ts';
import type { InputPart } from '../ports/input.ts';
import type { TopicMessage } from '../ports/stream.ts';
import { note } from '../terminal/print.ts';

type Read = ReadOutcome | HeldRecord;

const PREFIX = 'kafka:';
/** A broker that takes so long is away, or the topic's group cannot be joined: whoever waits should know. */
const WAITING_TOLD_MS = 15_000;

export const isTopic = (source: string) => source.startsWith(PREFIX);

/** The topics among the sources, each once. Throws a UsageError where no broker is known, or there is none to be read. */
export function topicsAmong(sources: readonly string[], kafka: KafkaSettings | undefined): string[] {
  const named = sources.filter(isTopic);
  if (named.length === 0) return [];
  if (kafka === undefined)
    throw new UsageError(`${named[0]}: no broker is known`, 'Name a configuration with kafka.brokers by --config.');
  const topics = named.flatMap((source) => {
    const topic = source.slice(PREFIX.length);
    return topic === '' ? kafka.inputs.map((input) => input.topic) : [topic];
  });
  if (topics.length === 0) throw new UsageError(`${PREFIX}: kafka.inputs names no topic`, `Name it: ${PREFIX}TOPIC.`);
  return [...new Set(topics)];
}

export interface TopicReading {
  readonly config: Pick<Config, 'ingest' | 'detect' | 'http'>;
  readonly kafka: KafkaSettings;
  /** Makes the reader of a topic; without a format, as files are read. */
  readerOf(format: string | undefined, tenant: string): Reader;
}

async function openRegistry(kafka: KafkaSettings): Promise<SchemaRegistry> {
  const { createSchemaRegistry } = await import('../adapters/schema-registry.ts');
  return createSchemaRegistry({
    settings: kafka.schemaRegistry!,
    retryForMs: kafka.retryForMs,
    maxRetryMs: kafka.maxRetryMs,
    now: () => performance.now(),
    onWaiting: () => undefined,
  });
}

function pinnedTo(tenant: string, read: Read): Read {
  if (read.status !== 'held') return ofTenant(read, tenant);
  const { reading } = read;
  return { ...read, reading: { ...reading, read: (...trace) => ofTenant(reading.read(...trace), tenant) } };
}

/** The topics as parts of one history; each is read as its entry in `kafka.inputs` says, where it has one. */
export function topicParts(topics: readonly string[], { config, kafka, readerOf }: TopicReading): InputPart<Read>[] {
  if (topics.length === 0) return [];
  const limits = { ...recordLimitsOf(config), recordsMax: config.ingest.containerMaxRecords };
  const inputs = new Map(
    topics.map((topic) => {
      const input = kafka.inputs.find((one) => one.topic === topic);
      const { format, encoding = 'json', tenant = config.ingest.tenant, pinned = false } = input ?? {};
      return [topic, { format, encoding, tenant, pinned, reader: readerOf(format, tenant) }] as const;
    }),
  );
  const isRegistered = (topic: string) => inputs.get(topic)!.encoding === 'schema_registry';
  function decoded(topic: string, value: Uint8Array, registry: SchemaRegistry | undefined): Iterable<Read | undefined> {
    const { format = 'auto', encoding, reader } = inputs.get(topic)!;
    if (encoding === 'otlp_proto') return eachInProtobuf(value, reader, limits, format, FILES);
    return isRegistered(topic)
      ? eachRegistered(value, registry!.decode, reader, limits, format, FILES)
      : readOfFiles(reader, value);
  }
  function read(topic: string, { value }: TopicMessage, registry: SchemaRegistry | undefined): readonly Read[] {
    if (value === null) return TOMBSTONE;
    const { tenant, pinned } = inputs.get(topic)!;
    const all = [...decoded(topic, value, registry)].filter((one) => one !== undefined);
    return pinned ? all.map((one) => pinnedTo(tenant, one)) : all;
  }
  return [
    {
      kind: 'folder',
      notBeforeMs: Number.NEGATIVE_INFINITY,
      async *list() {
        // Loaded when there is a topic to read: the client of Kafka is large, and files have no use for it.
        const { topicFiles } = await import('../adapters/kafka/topic-files.ts');
        const registry = topics.some(isRegistered) ? await openRegistry(kafka) : undefined;
        yield* topicFiles({
          kafka,
          topics,
          limits: config.detect,
          prepare: async (topic, messages, signal) => {
            if (isRegistered(topic))
              await registry!.prepare(
                messages.flatMap(({ value }) => value ?? []),
                signal,
              );
          },
          read: (topic, message) => read(topic, message, registry),
          waiting: {
            everyMs: WAITING_TOLD_MS,
            tell: ({ topic }, waitedMs) =>
              note(
                `still waiting for ${topic}: nothing came for ${Math.round(waitedMs / 1_000)} s. It goes on by itself when a broker answers.`,
              ),
          },
          onLost: ({ topic, partition }, messages) =>
            note(
              `${topic}/${partition}: ${messages} messages were deleted by the broker before they were read. Keep the topic longer, or read where its records are kept.`,
            ),
          close: async () => registry?.close(),
        }).list();
      },
    },
  ];
}

/** An idempotent producer that keeps the order of every key and never lets two requests overlap. */
import kafkajs, { type Message } from 'kafkajs';
import { pause } from '../../bounds/pause.ts';
import type { OutgoingMessage, Publisher } from '../../ports/stream.ts';
import { KafkaError, toKafkaError } from './kafka-error.ts';
import { type KafkaLog, type KafkaSettings, openClient, retryOptions } from './open-client.ts';
import { partitionOf } from './partition-of.ts';
import { withDeadline } from './with-deadline.ts';

/** kafkajs writes all messages of a partition in a request as one batch, and a broker takes 1 MiB by default. */
const REQUEST_MAX_BYTES = 900 * 1024;
const MESSAGE_OVERHEAD_BYTES = 64;
/** Time between two attempts at what the broker refuses because our clock is wrong. */
const CLOCK_PAUSE_MS = 1_000;
const { CompressionTypes } = kafkajs;
const CODECS = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
} as const;
/** Longest wait for a connection to close; a broker that is gone never answers. */
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Connects at once, so that a broker that cannot be reached is known before any work is done.
 * One request is in flight at a time: kafkajs gives the sequence numbers of a failed request to the next one, and with two
 * in flight the broker would take different messages for repetitions and drop them. For the same reason a publisher whose
 * send failed is spent.
 */
export async function openPublisher(kafka: KafkaSettings, log?: KafkaLog): Promise<Publisher> {
  const options = { ...(log && { log }) };
  const retired = new AbortController();
  const closing = new AbortController();
  const doing = `kafka ${kafka.brokers.join(', ')}`;
  const probe = openClient(kafka, { patient: false, ...options }).admin();
  await probe.connect().catch((error) => {
    throw toKafkaError(error, doing);
  });
  await probe.disconnect();
  const producer = openClient(kafka, { patient: true, retired: retired.signal, ...options }).producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: partitionOf,
    retry: retryOptions(kafka, true),
  });
  const late = () =>
    new KafkaError(
      'unreachable',
      `${doing}: no answer for ${kafka.retryForMs} ms`,
      'Check that the broker runs and can be reached.',
    );
  await withDeadline(producer.connect(), kafka.retryForMs, late).catch((error) => {
    retired.abort();
    throw toKafkaError(error, doing);
  });

  let spent: KafkaError | undefined;
  let last: Promise<void> = Promise.resolve();

  async function write(topic: string, messages: readonly OutgoingMessage[]): Promise<void> {
    for (const slice of slices(messages)) {
      const began = performance.now();
      for (;;) {
        if (spent) throw spent;
        const sent = producer.send({ topic, acks: -1, compression: CODECS[kafka.compression], messages: slice });
        try {
          await withDeadline(sent, kafka.retryForMs, late);
          break;
        } catch (error) {
          const fault = toKafkaError(error, `kafka: writing to ${topic}`);
          // Nothing of it was taken there, so that the same slice has the same numbers again. A clock is set right sooner or later.
          if (fault.kind === 'clock' && !closing.signal.aborted && performance.now() - began < kafka.retryForMs) {
            await pause(CLOCK_PAUSE_MS, closing.signal);
            continue;
          }
          spent = fault;
          retired.abort();
          throw spent;
        }
      }
    }
  }

  return {
    send(topic, messages) {
      const sending = last.then(() => write(topic, messages));
      last = sending.catch(() => {});
      return sending;
    },
    async close() {
      closing.abort();
      await last;
      spent ??= new KafkaError('closed', 'kafka: the publisher is closed', 'Open another.');
      await withDeadline(producer.disconnect(), CLOSE_TIMEOUT_MS, late).catch(() => {});
      retired.abort();
    },
  };
}

function* slices(messages: readonly OutgoingMessage[]): Generator<Message[]> {
  let slice: Message[] = [];
  let size = 0;
  for (const { key, value, headers, partition } of messages) {
    const bytes =
      MESSAGE_OVERHEAD_BYTES + key.length + (typeof value === 'string' ? Buffer.byteLength(value) : value.byteLength);
    if (slice.length > 0 && size + bytes > REQUEST_MAX_BYTES) {
      yield slice;
      slice = [];
      size = 0;
    }
    slice.push({
      key,
      value: typeof value === 'string' ? value : Buffer.from(value),
      ...(headers && { headers: { ...headers } }),
      ...(partition !== undefined && { partition }),
    });
    size += bytes;
  }
  if (slice.length > 0) yield slice;
}

/** Turns a record as kafkajs gives it into a message of the port. */
import type { KafkaMessage } from 'kafkajs';
import type { TopicMessage } from '../../ports/stream.ts';

const NONE: TopicMessage['headers'] = {};

export function toMessage(message: KafkaMessage): TopicMessage {
  return {
    offset: Number(message.offset),
    key: message.key,
    value: message.value,
    headers: message.headers ? toHeaders(message.headers) : NONE,
    timestamp: Number(message.timestamp),
  };
}

function toHeaders(raw: NonNullable<KafkaMessage['headers']>): TopicMessage['headers'] {
  let headers: Record<string, Uint8Array> | undefined;
  for (const name in raw) {
    const value = raw[name];
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last === undefined || last === null) continue;
    // The object has no prototype, because a header may be called `__proto__`.
    headers ??= Object.create(null) as Record<string, Uint8Array>;
    headers[name] = typeof last === 'string' ? Buffer.from(last) : last;
  }
  return headers ?? NONE;
}

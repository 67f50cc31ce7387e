/** Says when a message of a topic arrived: what its timestamp says, but no earlier than a message before it and no later than now. */
import type { TopicPartition } from '../ports/stream.ts';

/** Partitions of which the latest arrival is kept; more than any installation reads. */
const PARTITIONS_MAX = 65_536;

/** When a message arrived, in ms and as text. */
export interface Arrival {
  readonly ms: number;
  readonly at: string;
}

/**
 * The broker sets the timestamp where the topic is `message.timestamp.type=LogAppendTime`, otherwise whoever writes the message does.
 * The time of reading alone would call everything late that waited while this process was down.
 */
export function createArrivals(now: () => number): (place: TopicPartition, timestampMs: number) => Arrival {
  const latest = new Map<string, number>();
  let known: Arrival = { ms: -1, at: '' };
  return ({ topic, partition }, timestampMs) => {
    const key = `${topic}/${partition}`;
    const saidMs = timestampMs > 0 ? timestampMs : now();
    const ms = Math.min(now(), Math.max(saidMs, latest.get(key) ?? 0));
    if (latest.size < PARTITIONS_MAX || latest.has(key)) latest.set(key, ms);
    if (ms !== known.ms) known = { ms, at: new Date(ms).toISOString() };
    return known;
  };
}

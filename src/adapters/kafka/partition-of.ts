/** The partition of a key, as Java's clients choose it: murmur2, remembered, for kafkajs computes it in 64-bit objects each time. */
import type { ICustomPartitioner } from 'kafkajs';

const SEED = 0x9747b28c | 0;
const MIX = 0x5bd1e995;
/** Keys whose hash is remembered; beyond it all are forgotten and the busy ones soon are back. */
const REMEMBERED_MAX = 20_000;

/** Hash of a key as in `org.apache.kafka.common.utils.Utils.murmur2`. */
export function murmur2(key: Uint8Array): number {
  const { length } = key;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let word = key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24);
    word = Math.imul(word, MIX);
    word = Math.imul(word ^ (word >>> 24), MIX);
    hash = Math.imul(hash, MIX) ^ word;
  }
  if (length > whole) {
    if (length - whole > 2) hash ^= key[whole + 2]! << 16;
    if (length - whole > 1) hash ^= key[whole + 1]! << 8;
    hash = Math.imul(hash ^ key[whole]!, MIX);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MIX);
  return hash ^ (hash >>> 15);
}

/** Chooses the partition of a key of text among so many. */
export function chooserOf(partitions: number): (key: string) => number {
  const hashOf = rememberedHash();
  return (key) => hashOf(key) % partitions;
}

/** A partitioner for messages that all have a key of text; one that names its partition goes there. */
export const partitionOf: ICustomPartitioner = () => {
  const hashOf = rememberedHash();
  return ({ message, partitionMetadata }) =>
    message.partition ?? hashOf(String(message.key)) % partitionMetadata.length;
};

function rememberedHash(): (key: string) => number {
  const hashes = new Map<string, number>();
  return (key) => {
    let hash = hashes.get(key);
    if (hash === undefined) {
      hash = murmur2(Buffer.from(key)) & 0x7fffffff;
      if (hashes.size >= REMEMBERED_MAX) hashes.clear();
      hashes.set(key, hash);
    }
    return hash;
  };
}

import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { murmur2, partitionOf } from './partition-of.ts';

const metadata = (count: number) =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    partitionErrorCode: 0,
    replicas: [1],
    isr: [1],
  }));

test('the hash is the one of the Java client', () => {
  // From the tests of org.apache.kafka.common.utils.Utils.
  const known: [string, number][] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ];
  for (const [key, hash] of known) expect(murmur2(Buffer.from(key))).toBe(hash);
});

test('a key goes where the default partitioner of the client library sends it, the first time and again', () => {
  const ours = partitionOf();
  const theirs = kafkajs.Partitioners.DefaultPartitioner();
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: 'binary', minLength: 1 })),
      fc.integer({ min: 1, max: 1_024 }),
      (key, count) => {
        const given = { topic: 't', partitionMetadata: metadata(count), message: { key, value: '' } };
        expect(ours(given)).toBe(theirs(given));
        expect(ours(given)).toBe(theirs(given));
      },
    ),
  );
});

test('more keys than are remembered change nothing', () => {
  const ours = partitionOf();
  const place = (key: string) => ours({ topic: 't', partitionMetadata: metadata(7), message: { key, value: '' } });
  const before = place('first');
  for (let number = 0; number < 50_000; number++) place(`key-${number}`);
  expect(place('first')).toBe(before);
});

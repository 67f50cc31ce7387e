/** Streams that tell of changes are shared out among tenants: many readers of one take no place from another. */
import { expect, test } from 'vitest';
import { createChangeStreams } from './change-stream.ts';

const reader = (name: string, tenant: string) => ({ name, scope: 'viewer', tenant }) as const;

test('a tenant that holds all streams gives one to another that has none, and no more than its share', () => {
  const streams = createChangeStreams({ stamp: async () => '', streamsMax: 4 });
  const loud = Array.from({ length: 4 }, (_, n) => streams.open(reader(`l${n}`, 'loud')));
  expect(loud.every((stream) => stream !== undefined)).toBe(true);
  expect(streams.open(reader('l9', 'loud'))).toBeUndefined();
  expect(streams.open(reader('q0', 'quiet'))).toBeDefined();
  expect(streams.open(reader('q1', 'quiet'))).toBeDefined();
  // Two each: nobody has to give.
  expect(streams.open(reader('q2', 'quiet'))).toBeUndefined();
  expect(streams.open(reader('l8', 'loud'))).toBeUndefined();
  streams.close();
});

test('one person holds eight streams, however many are asked for, and takes none from others', () => {
  const streams = createChangeStreams({ stamp: async () => '', streamsMax: 64 });
  const hers = Array.from({ length: 300 }, () => streams.open(reader('eve', 'acme'))).filter(Boolean);
  expect(hers).toHaveLength(8);
  expect(streams.open(reader('ada', 'acme'))).toBeDefined();
  streams.close();
});

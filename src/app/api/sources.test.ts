/** How far each topic is behind, in one row for whoever looks. */
import { expect, test } from 'vitest';
import { lagsOf } from './sources.ts';

test('partitions of a topic are added up for each role, with the one that is furthest behind', () => {
  const of = (role: 'ingest' | 'detect', topic: string, partition: number, lag: number) => ({
    role,
    topic,
    partition,
    lag,
  });
  expect(
    lagsOf([
      of('ingest', 'raw', 0, 3),
      of('ingest', 'raw', 2, 40),
      of('ingest', 'raw', 1, 7),
      of('detect', 'raw', 0, 0),
    ]),
  ).toEqual([
    { role: 'ingest', topic: 'raw', partitions: 3, records: 50, most: { partition: 2, records: 40 } },
    { role: 'detect', topic: 'raw', partitions: 1, records: 0 },
  ]);
});

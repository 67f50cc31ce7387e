/** What a topic lost is told for as long as the process runs. */
import { expect, test } from 'vitest';
import { createLosses } from './losses.ts';

test('lost messages add up by topic, and a log that began anew is told beside them', () => {
  const losses = createLosses('ingest');
  expect(losses.lines()).toEqual([]);
  losses.note({ topic: 'a' }, 600);
  losses.note({ topic: 'a' }, 400);
  losses.note({ topic: 'b' });
  expect(losses.lines()).toEqual([
    'ingest: of topic a, since the start: 1000 messages were deleted before they were read',
    'ingest: of topic b, since the start: its log began anew once, and what was not read before is lost',
  ]);
  for (let n = 0; n < 1_000; n++) losses.note({ topic: `topic-${n}` }, 1);
  expect(losses.lines()).toHaveLength(100);
});

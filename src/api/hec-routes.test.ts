/** Acknowledgement ids of channels: a sender that opens many forgets its own, and nobody else's. */
import { expect, test } from 'vitest';
import { createChannels } from './hec-routes.ts';

const by = (name: string) => ({ caller: { name, scope: 'ingest', tenant: 'acme' } as const });

test('a flood of channels costs the sender that opens them alone', () => {
  const channels = createChannels(10);
  expect([channels.next(by('quiet'), 'one'), channels.next(by('quiet'), 'one')]).toEqual([0, 1]);
  for (let n = 0; n < 500; n++) channels.next(by('loud'), `c${n}`);
  expect(channels.isDone(by('quiet'), 'one', 1)).toBe(true);
  expect(channels.next(by('quiet'), 'one')).toBe(2);
  expect(channels.isDone(by('loud'), 'c0', 0)).toBe(false);
  expect(channels.isDone(by('loud'), 'c499', 0)).toBe(true);
});

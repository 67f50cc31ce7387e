import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { withDeadline } from './deadline.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

test('the time is up though nobody but the work holds the signal', async () => {
  const work = new AbortController();
  const signal = withDeadline(200, work.signal);
  let ended: unknown;
  signal.addEventListener('abort', () => (ended = signal.reason));
  for (let look = 0; look < 100 && ended === undefined; look++) {
    collect();
    await pause(20);
  }
  expect(ended).toMatchObject({ name: 'TimeoutError' });
});

test('whoever asks for it ends it earlier', () => {
  const work = new AbortController();
  const signal = withDeadline(60_000, work.signal);
  work.abort(new Error('enough'));
  expect(signal.reason).toMatchObject({ message: 'enough' });
  expect(withDeadline(60_000).aborted).toBe(false);
});

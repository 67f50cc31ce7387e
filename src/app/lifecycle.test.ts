/** An orderly stop says why, and a second one ends at once. */
import { expect, test } from 'vitest';
import { createLifecycle } from './lifecycle.ts';

test('a stop from inside tells its own reason, and only a signal is called one', () => {
  const told: string[] = [];
  const codes: number[] = [];
  const begin = () =>
    createLifecycle(
      60_000,
      (reason) => told.push(reason),
      (code) => codes.push(code),
    );
  const asked = begin();
  asked.stop('a part of it failed');
  asked.stop('again');
  expect(asked.signal.aborted).toBe(true);
  asked.dispose();
  const signalled = begin();
  process.emit('SIGTERM');
  process.emit('SIGTERM');
  signalled.dispose();
  expect(told).toEqual(['a part of it failed', 'signal']);
  expect(codes).toEqual([1]);
});

import { expect, test } from 'vitest';
import type { SourceStatus } from '../ports/stream.ts';
import { createReadiness } from './readiness.ts';

const STANDING: SourceStatus = { partitions: 2, opened: 2, lag: 0, heldBytes: 0, joined: true, silentMs: 0 };

function build() {
  const clock = { ms: 0 };
  const state = { status: STANDING, ping: async (): Promise<void> => {}, stopping: false };
  const readiness = createReadiness({
    sources: [{ name: 'detect', source: { status: () => state.status } }],
    store: { ping: () => state.ping() },
    isStopping: () => state.stopping,
    now: () => clock.ms,
  });
  const look = async () => {
    clock.ms += 3_000;
    readiness.look();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, state, readiness, look };
}

test('a member of its group that has recalled its partitions is ready, and so is a spare that has none', () => {
  const { state, readiness } = build();
  expect(readiness.reasons()).toEqual([]);
  state.status = { ...STANDING, partitions: 0, opened: 0 };
  expect(readiness.reasons()).toEqual([]);
});

test('whoever is not in the group yet, still recalls, has a silent broker or stops is not ready, and says why', () => {
  const { state, readiness } = build();
  state.status = { ...STANDING, joined: false };
  expect(readiness.reasons()).toEqual(['detect: not in its group yet']);
  state.status = { ...STANDING, opened: 1 };
  expect(readiness.reasons()).toEqual(['detect: recalling 1 of 2 partitions']);
  expect(readiness.isOutage()).toBe(false);
  state.status = { ...STANDING, silentMs: 10_500 };
  expect(readiness.reasons()).toEqual(['detect: the broker has not answered for 10 s']);
  expect(readiness.isOutage()).toBe(true);
  state.status = STANDING;
  state.stopping = true;
  expect(readiness.reasons()).toEqual(['stopping']);
});

test('a store that refuses or never answers is told, and forgotten once it answers again', async () => {
  const { clock, state, readiness, look } = build();
  state.ping = () => Promise.reject(Object.assign(new Error('the disk is full'), { remedy: 'Free some.' }));
  await look();
  expect(readiness.reasons()).toEqual(['store: the disk is full']);
  let answer = () => {};
  state.ping = () =>
    new Promise((resolve) => {
      answer = resolve;
    });
  await look();
  clock.ms += 5_001;
  expect(readiness.reasons()).toEqual(['store: no answer for 5 s']);
  expect(readiness.isOutage()).toBe(true);
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(readiness.reasons()).toEqual([]);
});

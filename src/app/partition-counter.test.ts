/** The number of partitions while a broker comes and goes. */
import { expect, test } from 'vitest';
import { createPartitionCounter } from './partition-counter.ts';

const away = () => Object.assign(new Error('away'), { remedy: 'wait' });

test('a broker that is away at the first question is asked again, and later what was heard last counts', async () => {
  const answers: (number | undefined)[] = [undefined, undefined, 3, undefined, 6];
  let asked = 0;
  let nowMs = 0;
  const partitions = createPartitionCounter({
    async count() {
      const answer = answers[asked++];
      if (answer === undefined) throw away();
      return answer;
    },
    retryForMs: 60_000,
    now: () => nowMs,
  });
  expect(await Promise.all([partitions(), partitions()])).toEqual([3, 3]);
  expect(asked).toBe(3);
  expect(await partitions()).toBe(3);
  expect(asked).toBe(3);
  nowMs += 60_000;
  expect(await partitions()).toBe(3);
  // Set back, the clock counts as one that went on.
  nowMs -= 86_400_000;
  expect(await partitions()).toBe(6);
});

test('a broker that stays away, and what is no fault of it, end the question', async () => {
  const parts = { retryForMs: 0, now: () => 0 };
  const gone = createPartitionCounter({ ...parts, count: () => Promise.reject(away()) });
  await expect(gone()).rejects.toMatchObject({ remedy: 'wait' });
  const broken = createPartitionCounter({
    ...parts,
    retryForMs: 60_000,
    count: () => Promise.reject(new Error('bug')),
  });
  await expect(broken()).rejects.toThrow('bug');
});

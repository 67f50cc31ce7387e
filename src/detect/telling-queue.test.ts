/** What a refused write still has to tell is told with the next one. */
import { expect, it } from 'vitest';
import type { Reached } from '../ports/store.ts';
import { createTellingQueue } from './telling-queue.ts';

it('of each hour that a partition reached while writes were refused the first place and the last are told, and no more', async () => {
  const written: Reached[] = [];
  let refuses = true;
  const queue = createTellingQueue(async (_, reached) => {
    if (refuses) throw new Error('away');
    written.push(...reached);
  });
  const at = (hour: number, offset: number, partition = 0) => ({ partition, hour, offset });
  for (const one of [at(5, 10), at(6, 20), at(6, 25), at(6, 30), at(7, 40), at(7, 40, 1)]) queue.add(one);
  await expect(queue.send()).rejects.toThrow('away');
  for (let offset = 41; offset < 90; offset++) {
    queue.add(at(7, offset));
    await expect(queue.send()).rejects.toThrow('away');
  }
  refuses = false;
  await queue.send();
  expect(written).toEqual([at(5, 10), at(6, 20), at(6, 30), at(7, 40), at(7, 40, 1), at(7, 89)]);
  await queue.send();
  expect(written).toHaveLength(6);
});

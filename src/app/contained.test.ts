/** What stops an alert is told however much is only proposed beside it. */
import { expect, test } from 'vitest';
import type { Suspension } from '../../schemas/suspension.ts';
import { exampleSuspension, REQUESTED_MS } from '../../test/unit/example-suspension.ts';
import { MemorySuspensions } from '../../test/unit/memory-suspensions.ts';
import { seal } from '../respond/audit-chain.ts';
import { containedBy } from './contained.ts';

test('thousands of proposals do not stand before one that is in force', async () => {
  const store = new MemorySuspensions();
  const at = new Date(REQUESTED_MS).toISOString();
  let head = { seq: 0, hash: '' };
  const add = async (suspension: Suspension) => {
    const by = { kind: 'system', id: 'recommendation' } as const;
    const row = seal(
      head,
      suspension,
      { at, event: 'recommend', from: 'none', to: suspension.state, by, why: 'y' },
      'w',
    );
    head = row;
    await store.append(row);
  };
  const idOf = (n: number) => `sus_${n.toString(16).padStart(32, '0')}`;
  await add(exampleSuspension({ id: idOf(0), state: 'confirmed', dispatchedAt: at }));
  for (let n = 1; n <= 1_200; n++) await add(exampleSuspension({ id: idOf(n) }));
  const found = await containedBy(store)({ since: at });
  expect(found.map(({ suspension, state }) => [suspension, state])).toEqual([[idOf(0), 'active']]);
});

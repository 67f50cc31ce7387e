import { expect, test } from 'vitest';
import { othersDuring } from '../../test/unit/others-during.ts';
import type { Contribution } from '../core/engine-contract.ts';
import { createHeldHours } from './held-hours.ts';

const told = (hour: number, value = 0): Contribution => ({
  tenant: 'acme',
  peers: 'test/service-account',
  dimension: 'action',
  value,
  identity: 1,
  hour: hour - 1,
  amount: 1,
  told: hour,
});

test('what was told up to an hour is given until it is forgotten, and later hours stay', async () => {
  const held = createHeldHours();
  held.add([told(5), told(6), told(7)]);
  held.add([told(6, 1)]);
  expect(await held.upTo(6)).toEqual([told(5), told(6), told(6, 1)]);
  held.forget(6);
  expect(await held.upTo(6)).toEqual([]);
  expect(await held.upTo(7)).toEqual([told(7)]);
});

test('what was forgotten before anybody asked for it does not come back, and what is told afterwards counts', async () => {
  const held = createHeldHours();
  held.add([told(5), told(7)]);
  held.forget(5);
  held.add([told(5, 1)]);
  expect(await held.upTo(7)).toEqual([told(7), told(5, 1)]);
});

test('others run while a million of a crowd is put to its hours', async () => {
  const held = createHeldHours();
  const one = told(5);
  held.add(Array(1_000_000).fill(one));
  expect(await othersDuring(() => held.upTo(5))).toBeGreaterThan(20);
});

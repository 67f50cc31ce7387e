import { expect, test } from 'vitest';
import { othersDuring } from '../../test/unit/others-during.ts';
import type { Contribution } from '../core/engine-contract.ts';
import { HeldHours } from './held-hours.ts';

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

test('what was told up to an hour is given until it is dropped, and later hours stay', async () => {
  const held = new HeldHours(0);
  held.add([told(5), told(6), told(7)]);
  held.add([told(6, 1)]);
  expect(await held.upTo(6)).toEqual([told(5), told(6), told(6, 1)]);
  await held.drop(6);
  expect(await held.upTo(6)).toEqual([]);
  expect(await held.upTo(7)).toEqual([told(7)]);
});

test('what was dropped before anybody asked for it does not come back, and what is told afterwards counts', async () => {
  const held = new HeldHours(0);
  held.add([told(5), told(7)]);
  await held.drop(5);
  held.add([told(5, 1)]);
  expect(await held.upTo(7)).toEqual([told(7), told(5, 1)]);
});

test('others run while a million of a crowd is put to its hours', async () => {
  const held = new HeldHours(0);
  const one = told(5);
  held.add(Array(1_000_000).fill(one));
  expect(await othersDuring(() => held.upTo(5))).toBeGreaterThan(20);
});

test('all is there only of hours after the furthest that the partitions or the store had reached, and of none once they changed', async () => {
  const held = new HeldHours(7);
  expect(held.isCompleteAfter(100)).toBe(false);
  await held.complete(async () => 9);
  expect([8, 9].map((hour) => held.isCompleteAfter(hour))).toEqual([false, true]);
  held.startAnew(12);
  expect(held.isCompleteAfter(100)).toBe(false);
  await held.complete(async () => 9);
  expect([11, 12].map((hour) => held.isCompleteAfter(hour))).toEqual([false, true]);
});

test('what the store says is not taken where partitions came or went meanwhile', async () => {
  const held = new HeldHours(7);
  await held.complete(async () => {
    held.startAnew(7);
    return 9;
  });
  expect(held.isCompleteAfter(100)).toBe(false);
});

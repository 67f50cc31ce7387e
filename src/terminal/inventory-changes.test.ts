/** What changed in the inventory near an alert. */
import { expect, it } from 'vitest';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { inventoryChanges } from './inventory-changes.ts';

const record = (change: Partial<InventoryRecord> = {}): InventoryRecord => ({
  identity: 'role/web',
  tenant: 'acme',
  owner: 'ann',
  ...change,
});
const told = (...records: InventoryRecord[]) =>
  inventoryChanges(
    records.map((one, n) => ({ at: `2026-03-0${n + 1}T00:00:00.000Z`, record: one })),
    '2026-03-02T00:00:00.000Z',
  ).map(({ says }) => says);

it('tells what a version says anew: an owner, an expiry, scopes that came and went, a credential that was revoked', () => {
  expect(told(record(), record({ owner: 'bob' }))).toEqual(['owner: ann → bob']);
  expect(told(record({ expiresAt: '2027-01-01T00:00:00Z' }), record())).toEqual([
    'expiry: 2027-01-01T00:00:00Z → none',
  ]);
  expect(
    told(record({ grantedScopes: ['s3:GetObject', 'sqs:Send'] }), record({ grantedScopes: ['s3:GetObject', 'iam:*'] })),
  ).toEqual(['granted scopes: new or changed iam:*, without sqs:Send']);
  const key = { id: 'AKIA1' };
  expect(
    told(record({ credentials: [key] }), record({ credentials: [{ ...key, revokedAt: '2026-03-01T00:00:00Z' }] })),
  ).toEqual(['credentials: new or changed AKIA1']);
  expect(told(record(), record({ attestedAt: '2026-03-02T00:00:00Z', attestedBy: 'ann' }))).toEqual([
    'confirmed by ann',
  ]);
});

it('tells the first version whole, and of many changes how many more', () => {
  expect(
    inventoryChanges([{ at: '2026-03-02T00:00:00.000Z', record: record({ purpose: 'pays bills' }) }], '2026-03-01'),
  ).toEqual([{ at: '2026-03-02T00:00:00.000Z', says: 'owner: ann; purpose: pays bills' }]);
  expect(told(record(), record({ owner: 'b', purpose: 'p', system: 's', tier: 1 }))).toEqual([
    'owner: ann → b; purpose: p; system: s and 1 more',
  ]);
});

it('says nothing of what stayed, nor of what was told before', () => {
  expect(told(record(), record())).toEqual([]);
  expect(told(record({ owner: 'x' }), record(), record())).toEqual(['owner: x → ann']);
  expect(told(record())).toEqual([]);
});

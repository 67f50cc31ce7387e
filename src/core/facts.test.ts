import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { Inventory } from './facts.ts';

const record = (identity: string, more: Partial<InventoryRecord> = {}): InventoryRecord => ({
  tenant: 't',
  identity,
  ...more,
});
const at = '2026-03-01T00:00:00.000Z';

describe('the inventory', () => {
  it('takes a record in the place of the one before, and tells when nothing changed', () => {
    const inventory = new Inventory([record('a', { owner: 'x', tier: 1 })]);
    expect(inventory.take(record('a', { tier: 1, owner: 'x' }), false)).toBeUndefined();
    expect(inventory.take(record('a', { owner: 'y' }), false)?.facts.record).toEqual(record('a', { owner: 'y' }));
    expect(inventory.of('t\u0000a')?.record.tier).toBeUndefined();
  });

  it('adds evidence to what is known, credential by credential, and forgets that nothing else spoke of it', () => {
    const inventory = new Inventory([record('a', { owner: 'x', credentials: [{ id: 'k', createdAt: at }] })]);
    const evidence = record('a', { evidenceOnly: true, credentials: [{ id: 'k', revokedAt: at }, { id: 'l' }] });
    expect(inventory.take(evidence, true)?.facts.record).toEqual(
      record('a', { owner: 'x', credentials: [{ id: 'k', createdAt: at, revokedAt: at }, { id: 'l' }] }),
    );
    expect(inventory.take(evidence, true)).toBeUndefined();
    expect(inventory.take(record('b', { evidenceOnly: true }), true)?.facts.record.evidenceOnly).toBe(true);
    expect(inventory.take(record('b', { evidenceOnly: true, baselineChangedAt: at }), true)?.facts.record).toEqual(
      record('b', { evidenceOnly: true, baselineChangedAt: at }),
    );
  });

  it('keeps as many credentials as a record may hold, the newest', () => {
    const many = Array.from({ length: 256 }, (_, n) => ({ id: `k${n}` }));
    const inventory = new Inventory([record('a', { credentials: many })]);
    const { credentials = [] } = inventory.take(record('a', { credentials: [{ id: 'new' }] }), true)!.facts.record;
    expect(credentials).toHaveLength(256);
    expect(credentials.at(-1)?.id).toBe('new');
  });

  it('at its bound knows the same as one that is told again only what was in force, in order', () => {
    const told = fc.array(fc.record({ identity: fc.constantFrom('a', 'b', 'c', 'd', 'e'), tier: fc.nat({ max: 3 }) }));
    fc.assert(
      fc.property(told, fc.boolean(), (records, isEvidence) => {
        const base = [record('a'), record('z')];
        const alive = new Inventory(base, 3);
        const rows = new Map<string, InventoryRecord>();
        for (const one of records) {
          const taken = alive.take(record(one.identity, { tier: one.tier }), isEvidence);
          if (taken === undefined) continue;
          rows.delete(one.identity);
          rows.set(one.identity, taken.facts.record);
        }
        const resumed = new Inventory(base, 3);
        for (const row of rows.values()) resumed.take(row, false);
        for (const identity of ['a', 'b', 'c', 'd', 'e', 'z'])
          expect(resumed.of(`t\u0000${identity}`)).toEqual(alive.of(`t\u0000${identity}`));
        expect(alive.size).toBeLessThanOrEqual(3);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InventoryRecord } from '../../schemas/inventory.ts';
import { Inventory } from './facts.ts';

const record = (identity: string, more: Partial<InventoryRecord> = {}): InventoryRecord => ({
  tenant: 't',
  identity,
  ...more,
});
const FIRST = { ofId: true, ofProvider: () => true };
const of = (inventory: Inventory, id: string, provider = 'aws', account = '', first = FIRST) =>
  inventory.of({ tenant: 't', id, provider, account }, first);
const at = '2026-03-01T00:00:00.000Z';

describe('the inventory', () => {
  it('takes a record in the place of the one before, and tells when nothing changed', () => {
    const inventory = new Inventory([record('a', { owner: 'x', tier: 1 })]);
    expect(inventory.take(record('a', { tier: 1, owner: 'x' }), false)).toBeUndefined();
    expect(inventory.take(record('a', { owner: 'y' }), false)?.facts.record).toEqual(record('a', { owner: 'y' }));
    expect(of(inventory, 'a')?.record.tier).toBeUndefined();
  });

  it('keeps records of one id apart by provider and account, and gives one that leaves them out to the first of the id', () => {
    const later = { ofId: false, ofProvider: () => false };
    const inventory = new Inventory([
      record('bot', { owner: 'bare' }),
      record('bot', { owner: 'east', provider: 'kubernetes', account: 'east' }),
      record('bot', { owner: 'any-vault', provider: 'Vault' }),
    ]);
    const owner = (...told: [string, string?, typeof FIRST?]) => of(inventory, 'bot', ...told)?.record.owner;
    expect(owner('kubernetes', 'east', later)).toBe('east');
    expect(owner('kubernetes', 'west', later)).toBeUndefined();
    expect(owner('github', '', FIRST)).toBe('bare');
    expect(owner('vault', 'root', { ofId: false, ofProvider: () => true })).toBe('any-vault');
    expect(owner('vault', 'team', later)).toBeUndefined();
    // A log that tells no account, or less of it, means the only one that the inventory tells.
    expect(owner('kubernetes', '', later)).toBe('east');
    inventory.take(record('bot', { owner: 'west', provider: 'kubernetes', account: 'west' }), false);
    expect(owner('kubernetes', '', later)).toBeUndefined();
    expect(owner('kubernetes', 'west', later)).toBe('west');
    expect(inventory.size).toBe(4);
  });

  it('counts evidence that tells no home for the only record of an id, and beside several', () => {
    const evidence = record('a', { evidenceOnly: true, credentials: [{ id: 'k', revokedAt: at }] });
    const one = new Inventory([record('a', { owner: 'x', provider: 'aws', account: '11' })]);
    expect(one.take(evidence, true)?.facts.record).toMatchObject({
      owner: 'x',
      account: '11',
      credentials: [{ id: 'k' }],
    });
    const two = new Inventory([
      record('a', { owner: 'x', provider: 'aws', account: '11' }),
      record('a', { owner: 'y', provider: 'aws', account: '22' }),
    ]);
    two.take(evidence, true);
    expect(of(two, 'a', 'aws', '11')?.record.owner).toBe('x');
    expect(of(two, 'a', 'aws', '11')?.credentials.get('k')?.revokedMs).toBe(Date.parse(at));
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
    const told = fc.array(
      fc.record({
        tenant: fc.constantFrom('t', 'u'),
        identity: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
        tier: fc.nat({ max: 3 }),
      }),
    );
    fc.assert(
      fc.property(told, fc.boolean(), (records, isEvidence) => {
        const base = [record('a'), record('z')];
        const alive = new Inventory(base, 3);
        const rows = new Map<string, InventoryRecord>();
        for (const { tenant, identity, tier } of records) {
          const taken = alive.take(record(identity, { tenant, tier }), isEvidence);
          if (taken === undefined) continue;
          rows.delete(`${tenant} ${identity}`);
          rows.set(`${tenant} ${identity}`, taken.facts.record);
        }
        const resumed = new Inventory(base, 3);
        for (const row of rows.values()) resumed.take(row, false);
        const everybody = (inventory: Inventory) =>
          ['t', 'u'].flatMap((tenant) =>
            ['a', 'b', 'c', 'd', 'e', 'z'].map((id) =>
              inventory.of({ tenant, id, provider: 'aws', account: '' }, FIRST),
            ),
          );
        expect(everybody(resumed)).toEqual(everybody(alive));
        expect(alive.size).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('at its bound lets the tenant with most records forget its oldest, and no other tenant any', () => {
    const inventory = new Inventory([record('a'), record('b')], 4);
    const forgotten = ['p', 'q', 'r', 's'].map(
      (id) => inventory.take(record(id, { tenant: 'u' }), false)?.forgotten?.identity,
    );
    expect(forgotten).toEqual([undefined, undefined, 'p', 'q']);
    expect([of(inventory, 'a')?.record.identity, of(inventory, 'b')?.record.identity]).toEqual(['a', 'b']);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { InputError } from '../fault.ts';
import { createFingerprinter } from '../secrets.ts';
import { inventoryKey, loadInventory } from './inventory.ts';

const directory = mkdtempSync(join(tmpdir(), 'tidemark-inventory-'));
afterAll(() => rmSync(directory, { recursive: true }));

function load(lines: readonly (object | string)[], pack = false) {
  const path = join(directory, 'inventory.ndjson');
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(path, pack ? gzipSync(text) : text);
  return loadInventory(path, { tenant: 'acme', fingerprinter: createFingerprinter('pepper') });
}

it('a later record replaces an earlier one; tenants do not mix; packed or not', () => {
  for (const pack of [false, true]) {
    const { records, identities } = load(
      [
        { identity: 'a', owner: 'x' },
        { identity: 'a', owner: 'y' },
        { identity: 'a', tenant: 'other', owner: 'z' },
      ],
      pack,
    );
    expect(identities).toBe(2);
    expect(records.get(inventoryKey('acme', 'a'))?.owner).toBe('y');
    expect(records.get(inventoryKey('other', 'a'))?.owner).toBe('z');
  }
});

it('what is empty or null says nothing', () => {
  const { records, faultCount } = load([
    { identity: 'a', owner: '', tier: null, credentials: [{ id: 'k', kind: '' }] },
  ]);
  expect(faultCount).toBe(0);
  expect(records.get(inventoryKey('acme', 'a'))).toEqual({ identity: 'a', tenant: 'acme', credentials: [{ id: 'k' }] });
});

it('a bad line is counted and named, and the rest is read', () => {
  const { records, faults, faultCount } = load([
    { identity: 'a' },
    '{"identity":',
    '5',
    { owner: 'nobody' },
    { identity: 'b', tier: 'gold' },
  ]);
  expect(records.size).toBe(1);
  expect(faultCount).toBe(4);
  expect(faults.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  expect(faults[3]?.message).toMatch(/inventory\.ndjson:5: tier/);
});

it('a file of which nothing can be read is an input error', () => {
  expect(() => load(['junk', 'more junk'])).toThrow(InputError);
  expect(() => loadInventory(join(directory, 'none'))).toThrow(InputError);
});

it('an AWS identity is found in the spelling of its log format too', () => {
  const { records } = load([
    { identity: 'arn:aws:iam::1:role/Deploy', owner: 'x' },
    { identity: 'Other', owner: 'y' },
  ]);
  expect(records.get(inventoryKey('acme', 'arn:aws:iam::1:role/deploy'))).toMatchObject({
    identity: 'arn:aws:iam::1:role/deploy',
    owner: 'x',
  });
  expect(records.has(inventoryKey('acme', 'other'))).toBe(false);
});

it('a token given as the id of a credential is known by its fingerprint only', () => {
  const token = `dapi${'0123456789abcdef'.repeat(2)}`;
  const { records } = load([{ identity: 'a', credentials: [{ id: token }] }]);
  const id = records.get(inventoryKey('acme', 'a'))?.credentials?.[0]?.id;
  expect(id).toBe(createFingerprinter('pepper').scrub('acme', token));
  expect(id).not.toContain(token);
});

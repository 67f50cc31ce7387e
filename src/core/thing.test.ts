/** The real name of what an act was aimed at, no longer than a person reads. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inUnits, thingOf } from './thing.ts';

const of = (id: string, account = '111122223333') =>
  thingOf({ resource: { id }, identity: { id: 'x', kind: 'role', provider: 'aws', account } });

describe('the name of a thing', () => {
  it('leaves out of an ARN what an own account makes plain, and nothing of a foreign one', () => {
    expect(of('arn:aws:iam::111122223333:user/backup-admin')).toBe('user/backup-admin');
    expect(of('arn:aws:s3:::exports/2026/customers.csv')).toBe('exports/2026/customers.csv');
    expect(of('arn:aws:iam::444455556666:user/backup-admin')).toBe('arn:aws:iam::444455556666:user/backup-admin');
  });

  it.each([
    ['Microsoft.KeyVault/vaults/reports-1/secrets/api', 'vaults/reports-1/secrets/api in rg-reports'],
    ['Microsoft.Compute/disks/d1/providers/Microsoft.Authorization/locks/l1', 'locks/l1 in rg-reports'],
    ['', 'resource group rg-reports'],
  ])('says of an id of Azure what stands where: %s', (path, name) => {
    const id = `/subscriptions/2425A827-0000-4000-8000-000000000000/resourceGroups/rg-reports/providers/${path}`;
    expect(of(id, '2425a827-0000-4000-8000-000000000000')).toBe(name);
    expect(of(id, 'other')).toBe(`${name}, subscription 2425A827-0000-4000-8000-000000000000`);
  });

  it('never masks digits: a bank account is told as it is', () => {
    expect(of('GB29NWBK60161331926819')).toBe('GB29NWBK60161331926819');
  });

  it('keeps beginning and end of a long one, and cuts no character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }), (id) => {
        const name = of(id) ?? '';
        expect(name.length).toBeLessThanOrEqual(120);
        expect(name).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
      }),
    );
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1_500, '1.5 kB'],
    [751_872, '752 kB'],
    [2_000_000_000, '2 GB'],
  ])('%d are %s', (bytes, text) => {
    expect(inUnits(bytes)).toBe(text);
  });
});

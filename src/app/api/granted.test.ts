/** Grants are compared with acts as whoever granted them would: by service, name and pattern, and not at all where a name says nothing. */
import { describe, expect, it } from 'vitest';
import { countGrants, covers, givenAt, grantedOf, usedNames } from './granted.ts';

const seen = { days: 1, firstAt: '2026-03-01T00:00:00.000Z', lastAt: '2026-03-01T00:00:00.000Z' };
const act = (service: string, name: string, activities = 1, refused = 0) => ({
  service,
  name,
  access: 'read',
  activities,
  refused,
  ...seen,
});
const usage = {
  actions: [act('s3', 's3:GetObject'), act('kms', 'kms:Decrypt', 3, 3)],
  scopes: [{ scope: 'Mail.Send', activities: 2, refused: 0, ...seen }],
};

describe('a grant', () => {
  it.each([
    ['s3', true],
    ['S3:GetObject', true],
    ['s3:Get*', true],
    ['s3:Get?bject arn:aws:s3:::orders/*', true],
    ['mail.send', true],
    ['s3:PutObject', false],
    ['s3.GetObject', false],
    // Only refused.
    ['kms:Decrypt', false],
    ['*', undefined],
    ['', undefined],
    ['roles/storage.objectViewer', undefined],
    ['arn:aws:iam::aws:policy/AdministratorAccess', undefined],
    ['s3:(Get', false],
  ])('%j of an identity that read objects is used: %s', (scope, isUsed) => {
    expect(covers(scope, usedNames(usage))).toBe(isUsed);
  });

  it.each([
    ['a*b*c', 'axxbyyc', true],
    ['a*b*c', 'abc', true],
    ['a*b*c', 'acb', false],
    ['*b', 'ab', true],
    ['a**b', 'ab', true],
    ['ab*ba', 'aba', false],
    ['a*?b', 'ab', false],
    ['a*?b', 'axb', true],
    ['?', 'a', true],
  ])('%j is held against %j as a pattern', (scope, name, fits) => {
    expect(covers(scope, new Set([name]))).toBe(fits);
  });

  it('whose text was made to take for ever takes no longer than others', () => {
    const name = new Set(['a'.repeat(1_000)]);
    expect(covers(`${'a*'.repeat(7)}b`, name)).toBe(false);
    expect(covers(`${'a*'.repeat(100)}b`, name)).toBeUndefined();
    expect(covers(`*${'a?'.repeat(120)}b*`, name)).toBe(false);
  });

  it('is listed once, what was never used first and of that what no peer uses, with whoever gave it where a record tells', () => {
    const at = '2026-02-01T00:00:00.000Z';
    const recorded = [
      { right: 's3:PutObject', at, by: 'arn:aws:iam::1:role/deployer', homes: [] },
      { right: 'roles/viewer', at, by: 'ada', homes: [] },
    ];
    const acts = [
      { service: 's3', name: 's3:PutObject', identities: 3 },
      { service: 's3', name: 's3:GetObject', identities: 4 },
    ];
    const found = grantedOf(['s3:putobject', 'sqs', 's3:GetObject'], recorded, usage, { acts, count: 5 });
    expect(found.map(({ scope, from, used, peersUsing }) => [scope, from, used, peersUsing])).toEqual([
      ['sqs', 'inventory', 'no', 0],
      ['s3:PutObject', 'record', 'no', 3],
      ['roles/viewer', 'record', 'unknown', 0],
      ['s3:GetObject', 'inventory', 'yes', 4],
    ]);
    expect(found[1]).toMatchObject({ grantedAt: at, grantedBy: 'arn:aws:iam::1:role/deployer', peers: 5 });
  });

  it('that a record gave belongs to the identity of the account of the record, where two have the same id', () => {
    const at = '2026-02-01T00:00:00.000Z';
    const given = (right: string, ...homes: { provider: string; account?: string }[]) => ({
      right,
      at,
      by: 'x',
      homes,
    });
    const recorded = [
      given('sqs', { provider: 'aws', account: '11' }),
      given('kms', { provider: 'aws', account: '22' }, { provider: 'aws', account: '11' }),
      given('s3', { provider: 'aws' }),
      given('iam', { provider: 'gcp', account: '11' }),
    ];
    const rights = (home: Parameters<typeof givenAt>[1]) => givenAt(recorded, home).map(({ right }) => right);
    expect(rights({ provider: 'aws', account: '11' })).toEqual(['sqs', 'kms', 's3']);
    expect(rights({ provider: 'aws', account: '22' })).toEqual(['kms', 's3']);
    expect(rights(undefined)).toHaveLength(4);
  });

  it('of a fleet is unneeded where nobody of its kind uses it either, and a scope that was carried is used', () => {
    const put = { service: 's3', name: 's3:PutObject' };
    const counts = countGrants(
      new Map([
        ['reader', { scopes: ['s3:PutObject', 'S3:putobject', 'sqs', 'Mail.Send', 'roles/viewer'], kin: 'role aws' }],
        ['alone', { scopes: ['s3:PutObject'], kin: 'agent otel' }],
      ]),
      new Map([['reader', { acts: [{ service: 'kms', name: 'kms:Decrypt' }], scopes: ['mail.send'] }]]),
      new Map([
        ['role aws', { acts: [put], identities: 2 }],
        ['agent otel', { acts: [], identities: 1 }],
      ]),
    );
    expect(counts.get('reader')).toEqual({ granted: 4, unused: 2, unneeded: 1 });
    // There is nobody to compare it with.
    expect(counts.get('alone')).toEqual({ granted: 1, unused: 1 });
  });
});

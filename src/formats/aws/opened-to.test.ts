/** To whom acts of AWS open things: policies, lists of access, shares. */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { formatRig, samplesOf } from '../../../test/unit/format-rig.ts';
import { format } from '../aws-cloudtrail.ts';

const [, user] = samplesOf(format);
const { read, reader } = formatRig(format);
const own = user.userIdentity.accountId;
const OTHER = '999988887777';

/** Whom an act of this user opens its thing to, as `kind id`. */
const to = (service: string, eventName: string, requestParameters?: unknown, more: object = {}) =>
  read({
    ...user,
    ...{ eventName, eventSource: `${service}.amazonaws.com`, requestParameters, recipientAccountId: own },
    ...{ errorCode: undefined, errorMessage: undefined, resources: undefined, ...more },
  }).recipients?.map(({ kind, id }) => `${kind} ${id}`);

const allow = (statement: object) => ({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', ...statement }] });
const bucket = (statement: object) =>
  to('s3', 'PutBucketPolicy', { bucketName: 'payroll', bucketPolicy: allow(statement) });

describe('a policy', () => {
  it('names principals: accounts, identities, services, whoever a provider vouches for, everybody', () => {
    expect(
      bucket({
        Principal: {
          AWS: [`arn:aws:iam::${OTHER}:root`, OTHER, `arn:aws:iam::${own}:role/web`, 'AIDAEXAMPLEGONE'],
          Service: 'cloudtrail.amazonaws.com',
          Federated: `arn:aws:iam::${own}:oidc-provider/token.example.com`,
        },
      }),
    ).toEqual([
      `outside ${OTHER}`,
      'unknown AIDAEXAMPLEGONE',
      `unknown arn:aws:iam::${own}:oidc-provider/token.example.com`,
      'service cloudtrail.amazonaws.com',
      `own arn:aws:iam::${own}:role/web`,
    ]);
    for (const Principal of ['*', { AWS: '*' }, { AWS: [OTHER, '*'] }])
      expect(bucket({ Principal })?.[0]).toBe('everybody *');
    expect(bucket({ NotPrincipal: { AWS: OTHER } })).toEqual(['everybody *']);
  });

  it('leaves of everybody only those whom a condition demands', () => {
    const with_ = (Condition: object) => bucket({ Principal: '*', Condition });
    expect(with_({ StringEquals: { 'aws:PrincipalOrgID': 'o-example' } })).toEqual(['unknown o-example']);
    expect(with_({ StringEquals: { 'aws:PrincipalAccount': [own, OTHER] } })).toEqual([
      `outside ${OTHER}`,
      `own ${own}`,
    ]);
    const fixed: [string, object, string][] = [
      ['a role of one account', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${own}:role/*` } }, 'own'],
      ['a bucket', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::payroll*' } }, 'unknown'],
      ['who took on one role', { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } }, 'unknown'],
      ['a unit of one organisation', { StringLike: { 'aws:PrincipalOrgPaths': 'o-example/r-ab12/*' } }, 'unknown'],
      ['a range', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '2001:db8::/32'] } }, 'unknown'],
    ];
    for (const [name, condition, kind] of fixed)
      expect([name, with_(condition)?.every((one) => one.startsWith(`${kind} `))]).toEqual([name, true]);
    for (const none of [
      { StringNotEquals: { 'aws:PrincipalOrgID': 'o-example' } },
      { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example' } },
      { StringEquals: { 'sts:ExternalId': 'a word' } },
      { StringLike: { 'aws:PrincipalArn': '*' } },
      { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/web' } },
      { ArnLike: { 'aws:PrincipalArn': 'arn:*' } },
      { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } },
      { StringLike: { 'aws:PrincipalAccount': [own, '*'] } },
      { StringLike: { 'aws:PrincipalOrgID': 'o-*' } },
      { StringLike: { 'aws:PrincipalAccount': '????????????' } },
      { StringEquals: { 'aws:PrincipalAccount': `\${aws:PrincipalAccount}` } },
      { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
      { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2000::/3'] } },
      { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } },
      { Bool: { 'aws:SecureTransport': 'true' } },
    ])
      expect([none, with_(none)]).toEqual([none, ['everybody *']]);
  });

  it('is read as an object, as JSON, and out of a URL; what refuses and what cannot be read lets nobody in', () => {
    const document = JSON.stringify(allow({ Principal: { AWS: OTHER } }));
    for (const policyDocument of [document, encodeURIComponent(document)])
      expect(to('iam', 'UpdateAssumeRolePolicy', { roleName: 'web', policyDocument })).toEqual([`outside ${OTHER}`]);
    expect(to('iam', 'CreateRole', { roleName: 'web', assumeRolePolicyDocument: document })).toEqual([
      `outside ${OTHER}`,
    ]);
    expect(bucket({ Effect: 'Deny', Principal: '*' })).toBeUndefined();
    for (const policyDocument of ['{', '%zz', 7, undefined, { Statement: 'x' }])
      expect(to('iam', 'UpdateAssumeRolePolicy', { roleName: 'web', policyDocument })).toBeUndefined();
  });

  it('is read to its end, however many statements and principals stand before', () => {
    const many = (Effect: string) =>
      Array.from({ length: 100 }, (_, n) => ({ Effect, Principal: { AWS: own }, Action: `s3:Get${n}` }));
    const last = { Effect: 'Allow', Principal: { AWS: OTHER }, Action: 's3:GetObject' };
    for (const Effect of ['Allow', 'Deny'])
      expect(
        to('s3', 'PutBucketPolicy', {
          bucketName: 'payroll',
          bucketPolicy: { Statement: [...many(Effect), last] },
        })?.[0],
      ).toBe(`outside ${OTHER}`);
    const items = [...Array.from({ length: 499 }, () => ({ userId: own })), { userId: OTHER }];
    expect(
      to('ec2', 'ModifySnapshotAttribute', { snapshotId: 'snap-1', createVolumePermission: { add: { items } } })?.[0],
    ).toBe(`outside ${OTHER}`);
  });

  it('of thousands of principals keeps the farthest', () => {
    const AWS = Array.from({ length: 5_000 }, (_, n) => `arn:aws:iam::${own}:role/r${n}`);
    const found = bucket({ Principal: { AWS: [...AWS, OTHER] } });
    expect(found).toHaveLength(32);
    expect(found?.[0]).toBe(`outside ${OTHER}`);
  });
});

it('what a caller from elsewhere calls its own is outside of the account whose trail it is', () => {
  const userIdentity = { ...user.userIdentity, accountId: OTHER, arn: `arn:aws:iam::${OTHER}:user/eve` };
  expect(to('kms', 'CreateGrant', { granteePrincipal: `arn:aws:iam::${OTHER}:role/x` }, { userIdentity })).toEqual([
    `outside arn:aws:iam::${OTHER}:role/x`,
  ]);
});

it.each([
  ['ec2', 'ModifySnapshotAttribute', { createVolumePermission: { add: { items: [{ userId: OTHER }] } } }],
  ['ec2', 'ModifyImageAttribute', { launchPermission: { add: { items: [{ userId: OTHER }] } } }],
  ['rds', 'ModifyDBSnapshotAttribute', { attributeName: 'restore', valuesToAdd: [OTHER] }],
  ['lambda', 'AddPermission20150331v2', { functionName: 'f', principal: OTHER }],
  ['ssm', 'ModifyDocumentPermission', { accountIdsToAdd: [OTHER] }],
  ['ram', 'CreateResourceShare', { principals: [OTHER] }],
  ['kms', 'PutKeyPolicy', { policy: JSON.stringify(allow({ Principal: { AWS: OTHER } })) }],
  ['sqs', 'SetQueueAttributes', { attributes: { Policy: JSON.stringify(allow({ Principal: { AWS: OTHER } })) } }],
])('%s %s names an account', (service, event, parameters) => {
  expect(to(service, event, parameters)).toEqual([`outside ${OTHER}`]);
});

it.each([
  ['ec2', 'ModifySnapshotAttribute', { createVolumePermission: { add: { items: [{ group: 'all' }] } } }],
  ['rds', 'ModifyDBSnapshotAttribute', { valuesToAdd: ['all'] }],
  ['lambda', 'AddPermission20150331v2', { principal: '*' }],
  ['lambda', 'CreateFunctionUrlConfig', { authType: 'NONE' }],
  [
    'ec2',
    'AuthorizeSecurityGroupIngress',
    { ipPermissions: { items: [{ ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] } },
  ],
  ['s3', 'PutBucketAcl', { 'x-amz-acl': ['public-read'] }],
  ['s3', 'PutBucketAcl', { 'x-amz-grant-read': ['uri="http://acs.amazonaws.com/groups/global/AuthenticatedUsers"'] }],
])('%s %s opens to everybody', (service, event, parameters) => {
  expect(to(service, event, parameters)).toEqual(['everybody *']);
});

it('a list of access names its owner, other accounts and services', () => {
  const [owner, other] = ['a'.repeat(64), 'b'.repeat(64)];
  const Grant = [
    { Grantee: { ID: owner } },
    { Grantee: { ID: other } },
    { Grantee: { URI: 'http://acs.amazonaws.com/groups/s3/LogDelivery' } },
  ];
  expect(
    to('s3', 'PutBucketAcl', { AccessControlPolicy: { Owner: { ID: owner }, AccessControlList: { Grant } } }),
  ).toEqual([`outside ${other}`, 'service http://acs.amazonaws.com/groups/s3/LogDelivery', `own ${owner}`]);
});

it('what is taken away, a private list and a range of addresses open nothing', () => {
  expect(to('rds', 'ModifyDBSnapshotAttribute', { valuesToRemove: [OTHER] })).toBeUndefined();
  expect(
    to('ec2', 'ModifyImageAttribute', { launchPermission: { remove: { items: [{ userId: OTHER }] } } }),
  ).toBeUndefined();
  expect(to('s3', 'PutBucketAcl', { 'x-amz-acl': ['private'] })).toBeUndefined();
  expect(to('ec2', 'AuthorizeSecurityGroupIngress', { cidrIp: '203.0.113.0/24' })).toBeUndefined();
  expect(to('s3', 'GetBucketPolicy', { bucketName: 'payroll' })).toBeUndefined();
});

const RECORDS = new URL('../../../../shared/data/cloudtrail-invictus/records.ndjson.gz', import.meta.url);
const isThere = existsSync(RECORDS) || process.env.CI === 'true';

it.runIf(isThere)('real roles, shares and policies all say for whom they are', () => {
  const opening = gunzipSync(readFileSync(RECORDS))
    .toString()
    .trim()
    .split('\n')
    .filter((line) => !line.includes('ToRemove') && !line.includes('"remove"'))
    .flatMap((line) => reader.readParsed(JSON.parse(line)))
    .flatMap((outcome): readonly Activity[] => (outcome.status === 'read' ? outcome.activities : []))
    .filter(({ action }) =>
      /:(CreateRole|PutBucketPolicy|ModifyImageAttribute|ModifyDBSnapshotAttribute|AddPermission\w*)$/.test(
        action.name,
      ),
    );
  expect(opening.length).toBeGreaterThan(15);
  for (const { id, recipients } of opening) expect([id, recipients?.length]).toEqual([id, 1]);
  const far = opening.filter(({ recipients }) => /^(everybody|outside)$/.test(recipients?.[0]?.kind ?? ''));
  expect(new Set(far.map(({ action }) => action.name.split(':')[1]))).toEqual(
    new Set(['ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'AddPermission20150331v2']),
  );
});

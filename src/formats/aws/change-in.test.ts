import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { formatRig, samplesOf } from '../../../test/unit/format-rig.ts';
import { format } from '../aws-cloudtrail.ts';

const [, user] = samplesOf(format);
const { read, reader } = formatRig(format);
const account = user.userIdentity.accountId;

/** What an act of this user changes. */
const change = (eventName: string, requestParameters?: object, responseElements?: object, eventSource = 'iam') =>
  read({
    ...user,
    ...{ eventName, eventSource: `${eventSource}.amazonaws.com`, requestParameters, responseElements },
    ...{ errorCode: undefined, errorMessage: undefined, resources: undefined },
  }).change;
const arn = (name: string) => `arn:aws:iam::${account}:${name}`;

it('a key is told by its id and by whose it is, also where a user makes one for itself', () => {
  const accessKey = { accessKeyId: 'AKIAEXAMPLE000000009', userName: 'Deploy' };
  const made = { kind: 'credential', identity: arn('user/deploy'), credential: 'AKIAEXAMPLE000000009' };
  expect(change('CreateAccessKey', { userName: 'Deploy' }, { accessKey })).toEqual(made);
  expect(change('CreateAccessKey', undefined, { accessKey })).toEqual(made);
  expect(change('CreateAccessKey')).toEqual({ kind: 'credential', identity: arn('user/ci-terraform') });
  expect(change('CreateLoginProfile', { userName: 'Deploy' })).toEqual({
    kind: 'credential',
    identity: arn('user/deploy'),
  });
});

it('a user or role is told by the ARN that it got', () => {
  expect(change('CreateRole', { roleName: 'New' }, { role: { arn: arn('role/apps/New') } })).toEqual({
    kind: 'identity',
    identity: arn('role/apps/new'),
  });
  expect(change('CreateUser', { userName: 'New' })).toEqual({ kind: 'identity', identity: arn('user/new') });
});

describe('a right', () => {
  it('is a managed policy by its name', () => {
    const policyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    expect(change('AttachRolePolicy', { roleName: 'web', policyArn })).toEqual({
      kind: 'right',
      identity: arn('role/web'),
      rights: [policyArn],
    });
  });

  it('is what an inline policy allows, each act on each pattern of resources that names any', () => {
    const Statement = [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:List*'], Resource: ['arn:aws:s3:::a/*', 'arn:aws:s3:::b'] },
      { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
      { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' },
    ];
    const rights = [
      's3:GetObject arn:aws:s3:::a/*',
      's3:GetObject arn:aws:s3:::b',
      's3:List* arn:aws:s3:::a/*',
      's3:List* arn:aws:s3:::b',
      'sqs:*',
    ];
    const policyDocument = JSON.stringify({ Statement });
    for (const document of [policyDocument, encodeURIComponent(policyDocument), { Statement }])
      expect(change('PutRolePolicy', { roleName: 'web', policyDocument: document })?.rights).toEqual(rights);
  });

  it('is none where the policy cannot be read', () => {
    for (const policyDocument of ['{', '%zz', 7, undefined, { Statement: 'x' }])
      expect(change('PutUserPolicy', { userName: 'web', policyDocument })).toEqual({
        kind: 'right',
        identity: arn('user/web'),
      });
  });
});

it('a task definition of ECS and the code of a function are deployments of the role they run as', () => {
  const role = arn('role/Worker');
  const deployed = { kind: 'deployment', identity: arn('role/worker') };
  expect(change('RegisterTaskDefinition', { taskRoleArn: role }, undefined, 'ecs')).toEqual(deployed);
  for (const event of ['CreateFunction20150331', 'UpdateFunctionCode20150331v2'])
    expect(change(event, { functionName: 'f' }, { role }, 'lambda')).toEqual(deployed);
  expect(change('Invoke', { functionName: 'f' }, { role }, 'lambda')).toBeUndefined();
});

it('other acts change nobody', () => {
  expect(change('ListUsers')).toBeUndefined();
  expect(change('CreateAccessKey', { userName: 'x' }, undefined, 'lightsail')).toBeUndefined();
});

const RECORDS = new URL('../../../../shared/data/cloudtrail-invictus/records.ndjson.gz', import.meta.url);
const isThere = existsSync(RECORDS) || process.env.CI === 'true';

it.runIf(isThere)('real acts that make keys, users and roles all say whose they are', () => {
  const changes = gunzipSync(readFileSync(RECORDS))
    .toString()
    .trim()
    .split('\n')
    .flatMap((line) => reader.readParsed(JSON.parse(line)))
    .flatMap((outcome): readonly Activity[] => (outcome.status === 'read' ? outcome.activities : []))
    .filter(
      ({ action, outcome }) =>
        outcome === 'success' && /^iam:(Create(AccessKey|User|Role)|Attach|Put)/.test(action.name),
    );
  expect(changes.length).toBeGreaterThan(20);
  for (const one of changes)
    if (!/PasswordPolicy/.test(one.action.name))
      expect(one.change?.identity, one.id).toMatch(/^arn:aws:iam::\d{12}:(user|role)\//);
  const keys = changes.filter(({ action }) => action.name === 'iam:CreateAccessKey');
  for (const { change } of keys) expect(change?.credential).toMatch(/^AKIA/);
});

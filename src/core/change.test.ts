import { describe, expect, it } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import { changeOf, keysOf, thingChanged } from './change.ts';

const base: Activity = {
  id: 'a',
  at: '2026-03-01T10:00:00.000Z',
  tenant: 'acme',
  identity: { id: 'arn:aws:iam::111111111111:role/admin', kind: 'role', provider: 'aws', account: '111111111111' },
  action: { name: 'iam:CreateAccessKey', service: 'iam', access: 'admin' },
  source: {},
  outcome: 'success',
};
const did = (name: string, resource: Activity['resource'], more: Partial<Activity> = {}) =>
  changeOf({ ...base, action: { ...base.action, name }, ...(resource && { resource }), ...more });

/** Whether who does something later finds what was made. */
const finds = (change: ReturnType<typeof changeOf>, later: Partial<Activity>) =>
  change !== undefined && keysOf({ ...base, ...later }).includes(change.key);
const who = (id: string, more: Partial<Activity['identity']> = {}): Partial<Activity> => ({
  identity: { id, kind: 'service-account', provider: 'aws', ...more },
});

describe('an act whose record names nobody', () => {
  it.each([
    ['iam:CreateAccessKey', 'credential'],
    ['iam:CreateLoginProfile', 'credential'],
    ['create:serviceaccounts/token', 'credential'],
    ['google.iam.admin.v1.CreateServiceAccountKey', 'credential'],
    ['Add service principal credentials', 'credential'],
    ['deploy_key.create', 'credential'],
    ['api_key.created', 'credential'],
    ['iam:CreateUser', 'identity'],
    ['create:serviceaccounts', 'identity'],
    ['Add service principal', 'identity'],
    ['user.lifecycle.create', 'identity'],
    ['iam:AttachRolePolicy', 'right'],
    ['iam:UpdateAssumeRolePolicy', 'right'],
    ['create:rolebindings', 'right'],
    ['SetIamPolicy', 'right'],
    ['Add app role assignment to service principal', 'right'],
    ['user.account.privilege.grant', 'right'],
    ['lambda:UpdateFunctionCode20150331v2', 'deployment'],
    ['patch:deployments', 'deployment'],
  ])('%s makes a %s', (name, kind) => {
    expect(did(name, { id: 'some/thing' })?.kind).toBe(kind);
  });

  it.each([
    'iam:ListAccessKeys',
    'iam:DeleteUser',
    's3:PutBucketPolicy',
    'kms:GenerateDataKey',
    'autoscaling:PutScalingPolicy',
    'logs:PutRetentionPolicy',
    'workflows.created_workflow_run',
    'secretsmanager:PutSecretValue',
    'patch:deployments/status',
  ])('%s makes nothing', (name) => {
    expect(did(name, { id: 'some/thing' })).toBeUndefined();
  });

  it('makes nothing where it was refused, only reads, or names no thing', () => {
    const user = { id: 'arn:aws:iam::111111111111:user/x' };
    expect(did('iam:CreateAccessKey', user, { outcome: 'denied' })).toBeUndefined();
    expect(
      did('iam:CreateUser', user, { action: { name: 'iam:CreateUser', service: 'iam', access: 'read' } }),
    ).toBeUndefined();
    expect(did('iam:CreateAccessKey', undefined)).toBeUndefined();
  });

  it('is found by the identity that its thing is, as vendors name it', () => {
    const key = did('iam:CreateAccessKey', { id: 'arn:aws:iam::111111111111:user/apps/Deploy' });
    expect(finds(key, who('arn:aws:iam::111111111111:user/deploy'))).toBe(true);
    expect(finds(key, who('arn:aws:iam::222222222222:user/deploy'))).toBe(false);
    const cluster: Partial<Activity> = who('ci', { provider: 'kubernetes', account: 'prod' });
    const token = did('create:serviceaccounts/token', { id: 'shop/orders', type: 'serviceaccounts' }, cluster);
    const orders = 'system:serviceaccount:shop:orders';
    expect(finds(token, who(orders, { provider: 'kubernetes', account: 'prod' }))).toBe(true);
    expect(finds(token, who(orders, { provider: 'kubernetes', account: 'test' }))).toBe(false);
    const lent = did('GenerateAccessToken', { id: 'projects/acme/serviceAccounts/reports' });
    expect(finds(lent, who('reports@acme.iam.gserviceaccount.com', { provider: 'gcp' }))).toBe(true);
  });

  it('is found by the credential where the thing is the key itself', () => {
    const key = did('api_key.created', { id: 'key_42', type: 'api_key' });
    expect(finds(key, { credential: { id: 'key_42', kind: 'access-key' } })).toBe(true);
  });

  it('is found by what runs as what was deployed', () => {
    const lambda = did('lambda:UpdateFunctionCode', { id: 'arn:aws:lambda:eu-west-1:111111111111:function:bill' });
    expect(finds(lambda, { actor: { id: 'bill', kind: 'session' } })).toBe(true);
    expect(finds(lambda, { actor: { id: 'pay', kind: 'session' } })).toBe(false);
    const cluster = who('ci', { provider: 'kubernetes', account: 'prod' });
    const rollout = did('patch:deployments', { id: 'shop/orders', type: 'apps/deployments' }, cluster);
    const pod = { actor: { id: 'orders-7d9c5b8f6d-x2x9z', kind: 'pod' } };
    const runs = who('system:serviceaccount:shop:default', { provider: 'kubernetes', account: 'prod' });
    expect(finds(rollout, { ...runs, ...pod })).toBe(true);
    expect(finds(rollout, { ...runs, source: { workload: 'prod/shop/orders' } })).toBe(true);
    expect(finds(rollout, { ...runs, actor: { id: 'mail-7d9c5b8f6d-x2x9z', kind: 'pod' } })).toBe(false);
  });
});

it('what the record names counts before what the act is called', () => {
  const change = { kind: 'right' as const, identity: 'orders', rights: ['S3:GetObject', 's3:List*'] };
  const found = changeOf({ ...base, action: { ...base.action, name: 'custom' }, change });
  expect(found).toMatchObject({ kind: 'right', rights: ['s3:getobject', 's3:list*'] });
  expect(finds(found, who('orders'))).toBe(true);
  expect(thingChanged({ ...base, change }, found as NonNullable<typeof found>)).toBe('s3:getobject and 1 more');
});

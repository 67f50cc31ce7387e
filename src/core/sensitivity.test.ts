/** How much harm an act can do, told from names nobody has seen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACCESSES, type Access, type Activity } from '../../schemas/activity.ts';
import { sensitivityOf } from './sensitivity.ts';

const of = (name: string, access: Access) =>
  sensitivityOf({ action: { name, service: 'made-up', access }, identity: { id: 'somebody' } } as Activity);

describe('names that no vendor has', () => {
  it.each([
    ['glorp:AttachWizardPolicy', 'admin', 'grant'],
    ['florb.v7.Zib.CreateServiceAccountKey', 'write', 'grant'],
    ['zonk/PutSpaceshipAccessKey', 'write', 'grant'],
    ['blurb:setAdmin', 'write', 'grant'],
    ['zonk.addWorkspaceAdministrators', 'write', 'grant'],
    ['snarf:DisableAuditTrail', 'write', 'evidence'],
    ['quux.DeleteFlowLogs', 'write', 'evidence'],
    ['tools/call:reveal_secret', 'execute', 'secret'],
    ['tools/call:refund_invoice', 'execute', 'pay'],
    ['quux/deletecollection', 'write', 'destroy'],
    ['zonk/dropped_tables', 'write', 'destroy'],
    ['tools/call:settle_payments', 'execute', 'pay'],
  ] as const)('%s (%s) is about %s and severe', (name, access, purpose) => {
    const { level, purpose: told } = of(name, access);
    expect(told).toBe(purpose);
    expect(level).toBeGreaterThanOrEqual(0.55);
  });

  it.each([
    ['glorp:ListWizards', 'read'],
    ['florb.v7.Zib.GetColour', 'read'],
    ['zonk/describeSpaceships', 'read'],
    ['glorp:PutReport', 'write'],
    ['commit:fix(dropbox)', 'write'],
    ['zonk/reorder_payload', 'write'],
    ['glorp:StopwatchTick', 'write'],
  ] as const)('%s (%s) is harmless enough', (name, access) => {
    expect(of(name, access).level).toBeLessThan(0.55);
  });

  it('ranks giving rights above reading a secret above reading anything else', () => {
    const [grant, secret, read] = [
      of('x:AttachRolePolicy', 'admin'),
      of('x:GetSecretValue', 'read'),
      of('x:GetColour', 'read'),
    ];
    expect(grant.level).toBeGreaterThan(secret.level);
    expect(secret.level).toBeGreaterThan(read.level);
  });
});

it('the access of an act alone orders it where the name says nothing', () => {
  const levels = (['read', 'write', 'authenticate', 'execute', 'admin'] as const).map(
    (access) => of('frobnicate', access).level,
  );
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
});

it('the case of a name and the way its words are joined do not matter to what it is about', () => {
  for (const name of ['CreateAccessKey', 'createAccessKey', 'create_access_key', 'create-access-key'])
    expect(of(`x:${name}`, 'write').purpose).toBe('grant');
});

it('any name has a level between 0 and 1, the same whenever it is asked', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...ACCESSES), (name, access) => {
      const { level } = of(name, access);
      expect(level).toBeGreaterThanOrEqual(0);
      expect(level).toBeLessThanOrEqual(1);
      expect(of(name, access).level).toBe(level);
    }),
  );
});

it('what is its own weighs little: a secret named after it, a key of its own account; what belongs to another weighs in full', () => {
  const identity = { id: 'arn:aws:iam::111111111111:role/svc-cart', account: '111111111111' };
  const level = (name: string, resource: object) =>
    sensitivityOf({ action: { name, service: 'x', access: 'read' }, identity, resource } as unknown as Activity).level;
  const secret = 'secretsmanager:GetSecretValue';
  expect(level(secret, { id: 'svc-cart/db' })).toBeLessThan(level(secret, { id: 'svc-pay/db' }));
  expect(level(secret, { id: 'svc-cart/db', account: '222222222222' })).toBe(level(secret, { id: 'svc-pay/db' }));
  expect(level('kms:Decrypt', { id: 'key/1', account: '111111111111' })).toBeLessThan(0.3);
  expect(level('kms:Decrypt', { id: 'key/1', account: '222222222222' })).toBeGreaterThanOrEqual(0.5);
});

it('a harmless noun is no grant, and what AWS calls permissions management is one', () => {
  for (const name of ['logs:CreateLogGroup', 'autoscaling:CreateAutoScalingGroup', 'rds:CreateDBParameterGroup'])
    expect(of(name, 'write').level).toBeLessThan(0.5);
  for (const name of [
    'lambda:AddPermission20150331v2',
    'kms:CreateGrant',
    'iam:AttachUserPolicy',
    's3:PutBucketPolicy',
  ])
    expect(of(name, 'write')).toMatchObject({ purpose: 'grant' });
  expect(of('sts:GetCallerIdentity', 'read').level).toBe(0);
});

it.each([
  'sqs:DeleteMessage',
  'sqs:DeleteMessageBatch',
  'ec2messages:DeleteMessage',
  'Microsoft.Storage/storageAccounts/queueServices/queues/messages/delete',
  'glorp.queue.RemoveMessage',
  'athena:StopQueryExecution',
  'redshift-data:CancelStatement',
  'coordination.k8s.io/leases:delete',
  'auth/token:revoke-self',
  'glorp:Logout',
  'cdn/purge_cache',
])('%s takes nothing from anybody, whatever its verb says', (name) => {
  for (const access of ['write', 'admin'] as const)
    expect(of(name, access)).toEqual({ level: of('glorp:PutReport', 'write').level, purpose: 'other' });
});

it.each([
  'sqs:DeleteQueue',
  'sqs:PurgeQueue',
  'gmail.users.messages.delete',
  'slack:chat.delete_message',
  'Microsoft.Authorization/locks/delete',
  'auth/token:revoke',
  'dynamodb:DeleteItem',
  'pubsub.subscriptions.delete',
  'ecs:StopTask',
  'entra:RevokeSignInSessions',
])('%s takes something away', (name) => {
  expect(of(name, 'write').level).toBeGreaterThanOrEqual(0.55);
});

const whole = (name: string, access: Access, resource: object) =>
  sensitivityOf({ action: { name, service: 'x', access }, identity: { id: 'i' }, resource } as unknown as Activity);

describe('secrets', () => {
  it.each([
    ['secretsmanager:DescribeSecret', 'read'],
    ['secretsmanager:ListSecrets', 'read'],
    ['ssm:DescribeParameters', 'read'],
    ['iam:ListAccessKeys', 'read'],
    ['google.cloud.secretmanager.v1.SecretManagerService.ListSecrets', 'write'],
    ['google.cloud.secretmanager.v1.SecretManagerService.GetSecret', 'write'],
    ['Microsoft.KeyVault/vaults/read', 'read'],
    ['Microsoft.KeyVault/vaults/secrets/readMetadata/action', 'read'],
    ['workspace:listSecrets', 'read'],
  ] as const)('%s opens none', (name, access) => {
    const { level, purpose } = of(name, access);
    expect(purpose).toBe('secret');
    expect(level).toBeLessThan(0.5);
  });

  it.each([
    ['secretsmanager:GetSecretValue', 'read'],
    ['secretsmanager:BatchGetSecretValue', 'read'],
    ['states:RevealSecrets', 'write'],
    ['google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion', 'read'],
    ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'read'],
    ['Microsoft.Storage/storageAccounts/listKeys/action', 'write'],
    ['get:secrets', 'read'],
    ['list:secrets', 'read'],
  ] as const)('%s opens one', (name, access) => {
    expect(of(name, access)).toMatchObject({ purpose: 'secret', level: 0.5 });
  });

  it('a verb alone takes its noun from the kind of the thing', () => {
    expect(whole('read', 'read', { id: 'kv/a', type: 'secret' })).toMatchObject({ purpose: 'secret', level: 0.5 });
    expect(whole('kv:read', 'read', { id: 'kv/a', type: 'kv' })).toMatchObject({ purpose: 'secret', level: 0.5 });
    expect(whole('kv:list', 'read', { id: 'kv/a', type: 'kv' }).level).toBeLessThan(0.5);
    expect(whole('read', 'read', { id: 'page/1', type: 'page' }).level).toBeLessThan(0.1);
  });

  it('when a key was last used, and how long a password must be, is none', () => {
    for (const name of ['iam:GetAccessKeyLastUsed', 'iam:GetAccountPasswordPolicy', 'iam:GenerateCredentialReport'])
      expect(of(name, name.includes('Generate') ? 'write' : 'read').level).toBeLessThan(0.5);
  });
});

it('to deal with one finding hides less than to end the looking, and a commit destroys nothing', () => {
  expect(of('repository_vulnerability_alert.dismiss', 'write')).toEqual({ purpose: 'evidence', level: 0.4 });
  expect(of('guardduty:DeleteDetector', 'write').level).toBe(1);
  expect(of('commit:remove', 'write').level).toBe(of('commit:fix', 'write').level);
});

it('whoever writes into a log hides nothing by it; whoever changes what is logged does', () => {
  for (const name of ['google.logging.v2.LoggingServiceV2.WriteLogEntries', 'logs:PutLogEvents', 'audit:IngestRecords'])
    expect(of(name, 'write').purpose).not.toBe('evidence');
  for (const name of ['google.logging.v2.ConfigServiceV2.UpdateSink', 'cloudtrail:PutEventSelectors'])
    expect(of(name, 'write').purpose).toBe('evidence');
});

it('who binds a role in Kubernetes, or writes what a pipeline runs, gives rights', () => {
  expect(of('create:clusterrolebindings', 'admin')).toEqual({ purpose: 'grant', level: 0.9 });
  expect(of('admin.impersonate', 'execute')).toEqual({ purpose: 'grant', level: 0.9 });
  expect(of('delete:pods', 'write').purpose).toBe('other');
  for (const id of ['shop:.gitlab-ci.yml', 'acme/shop:.github/workflows/deploy.yml', 'acme/shop/Jenkinsfile'])
    expect(whole('push', 'write', { id, type: 'path' })).toMatchObject({ purpose: 'grant' });
  expect(whole('fetch', 'read', { id: 'shop:.gitlab-ci.yml', type: 'path' }).purpose).toBe('other');
  expect(whole('push', 'write', { id: 'shop:docs/jenkins.md', type: 'path' }).purpose).toBe('other');
});

it('to use a key of its own account is nothing grave, whatever the log calls it; to use that of another opens a secret', () => {
  const identity = { id: 'arn:aws:iam::111111111111:role/svc-cart', account: '111111111111' };
  const uses = (account: string) =>
    sensitivityOf({
      action: { name: 'kms:Decrypt', service: 'kms', access: 'write' },
      identity,
      resource: { id: 'key/1', account },
    } as unknown as Activity).level;
  expect(uses('111111111111')).toBe(0.15);
  expect(uses('222222222222')).toBe(0.5);
});

it('a service of administrators is no grant by its name alone', () => {
  expect(of('florb.admin.AdminService.CreateReport', 'write').purpose).not.toBe('grant');
  expect(of('florb.admin.AdminService.SetAdmins', 'write').purpose).toBe('grant');
});

import { describe, expect, it } from 'vitest';
import { OPERATION_TARGETS } from './operation-targets.ts';
import { targetOf } from './target-of.ts';

const target = (name: string, parameters: object, answer?: object) => {
  const [service, event] = name.split(':') as [string, string];
  return targetOf(service, event, parameters as Record<string, unknown>, answer as Record<string, unknown> | undefined)
    ?.id;
};

/** The same object with its keys in the opposite order, inside as well. */
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

const policy = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const CASES: readonly (readonly [string, object, string | undefined])[] = [
  // The request of newer EC2 operations stands in a wrapper, its lists as elements with a number.
  [
    'ec2:DisassociateIamInstanceProfile',
    { DisassociateIamInstanceProfileRequest: { AssociationId: 'iip-1' } },
    'iip-1',
  ],
  ['ec2:DeleteNatGateway', { DeleteNatGatewayRequest: { NatGatewayId: 'nat-1' } }, 'nat-1'],
  ['ec2:DeleteVpcEndpoints', { DeleteVpcEndpointsRequest: { VpcEndpointId: { tag: 1, content: 'vpce-1' } } }, 'vpce-1'],
  ['ec2:DeleteFlowLogs', { DeleteFlowLogsRequest: { FlowLogId: [{ tag: 1, content: 'fl-1' }] } }, 'fl-1'],
  // An elastic address, by itself or by its allocation.
  ['ec2:DescribeAddresses', { publicIpsSet: { items: [{ publicIp: '192.0.2.7' }] } }, '192.0.2.7'],
  ['ec2:DescribeAddresses', { allocationIdsSet: { items: [{ allocationId: 'eipalloc-1' }] } }, 'eipalloc-1'],
  ['ec2:AssociateAddress', { instanceId: 'i-6', publicIp: '192.0.2.8' }, '192.0.2.8'],
  ['ec2:ReleaseAddress', { publicIp: '192.0.2.9' }, '192.0.2.9'],
  // Words without an ending.
  ['ssm:StartSession', { target: 'i-1', reason: 'x' }, 'i-1'],
  ['ecs:StopTask', { cluster: 'arn:aws:ecs:eu-west-1:1:cluster/shop', task: '0f0f' }, 'shop/0f0f'],
  ['ecs:UpdateService', { cluster: 'shop', service: 'web', desiredCount: 0 }, 'shop/web'],
  ['ecs:RunTask', { cluster: 'shop', taskDefinition: 'job:3', launchType: 'FARGATE' }, 'job:3'],
  [
    'events:PutTargets',
    { rule: 'nightly', targets: [{ id: 't', arn: 'arn:aws:lambda:eu-west-1:1:function:f' }] },
    'nightly',
  ],
  // Lists of targets: what they select, not the word by which they do.
  ['ssm:SendCommand', { documentName: 'D', targets: [{ key: 'InstanceIds', values: ['i-2'] }] }, 'i-2'],
  ['ssm:SendCommand', { documentName: 'D', targets: [{ key: 'tag:env', values: ['prod'] }] }, 'D'],
  ['ssm:SendCommand', { documentName: 'D', instanceIds: ['i-3'] }, 'i-3'],
  // Paths, tags, devices and attributes are no things.
  ['iam:CreateGroup', { path: '/', groupName: 'ops' }, 'ops'],
  ['iam:TagRole', { tags: [{ key: 'owner', value: 'a' }], roleName: 'r' }, 'r'],
  ['ec2:AttachVolume', { device: '/dev/sdf', instanceId: 'i-4', volumeId: 'vol-1' }, 'vol-1'],
  [
    'ec2:CreateImage',
    { blockDeviceMapping: { items: [{ deviceName: '/dev/xvda' }] }, instanceId: 'i-5', name: 'n' },
    'i-5',
  ],
  [
    'ec2:RunInstances',
    { blockDeviceMapping: { items: [{ deviceName: '/dev/xvda' }] }, instancesSet: { items: [{ imageId: 'ami-1' }] } },
    'ami-1',
  ],
  ['sqs:SetQueueAttributes', { attributes: { Policy: '{}' }, queueUrl: 'https://sqs/1/q' }, 'https://sqs/1/q'],
  // Of several things the one that the models mean.
  ['iam:AttachRolePolicy', { policyArn: policy, roleName: 'r' }, 'r'],
  ['iam:AttachGroupPolicy', { policyArn: policy, groupName: 'g' }, 'g'],
  ['iam:AddUserToGroup', { userName: 'u', groupName: 'admins' }, 'admins'],
  ['iam:CreatePolicyVersion', { policyArn: policy, setAsDefault: true }, policy],
  ['iam:AddRoleToInstanceProfile', { roleName: 'r', instanceProfileName: 'p' }, 'p'],
  ['eks:DeleteNodegroup', { name: 'prod', nodegroupName: 'workers' }, 'workers'],
  [
    'lambda:AddPermission20150331v2',
    { action: 'lambda:Invoke', functionName: 'f', principal: '*', statementId: 's' },
    'f',
  ],
  ['kms:ScheduleKeyDeletion', { keyId: 'k', pendingWindowInDays: 7 }, 'k'],
  ['secretsmanager:GetSecretValue', { secretId: 's', versionStage: 'AWSCURRENT' }, 's'],
  ['dynamodb:Scan', { tableName: 't', limit: 5 }, 't'],
  ['cloudtrail:StopLogging', { name: 'trail' }, 'trail'],
  ['rds:ModifyDBInstance', { dBInstanceIdentifier: 'db', masterUserPassword: '****' }, 'db'],
  ['organizations:MoveAccount', { accountId: '2', sourceParentId: 'r', destinationParentId: 'ou' }, '2'],
  // An operation that is in no model, by the names of its parameters.
  ['newservice:DeleteWidget', { force: true, ownerId: '1', widgetId: 'w' }, 'w'],
  ['newservice:AddWidgetToShelf', { widgetId: 'w', shelfName: 'top' }, 'top'],
  ['newservice:ListWidgets', { maxResults: 5, nextToken: 't', filters: [{ name: 'x' }] }, undefined],
];

it.each(CASES)('%s of %j is about %s, in whatever order its keys stand', (name, parameters, id) => {
  expect(target(name, parameters)).toBe(id);
  expect(target(name, reversed(parameters) as object)).toBe(id);
});

describe('what has just been made', () => {
  it('is known by the ARN of the answer, however deep', () => {
    const arn = 'arn:aws:iam::1:role/jobs/nightly';
    expect(
      target('iam:CreateRole', { path: '/jobs/', roleName: 'nightly' }, { role: { arn, roleName: 'nightly' } }),
    ).toBe(arn);
    expect(target('kms:CreateKey', {}, { keyMetadata: { arn: 'arn:aws:kms:eu-west-1:1:key/k' } })).toBe(
      'arn:aws:kms:eu-west-1:1:key/k',
    );
    const balancer = 'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1';
    const answer = { loadBalancers: [{ vpcId: 'vpc-1', loadBalancerArn: balancer }] };
    expect(target('elasticloadbalancing:CreateLoadBalancer', { name: 'web' }, answer)).toBe(balancer);
  });
  it('is not what it belongs to, and by an id only where the request names nothing', () => {
    expect(target('iam:CreateAccessKey', { userName: 'ci' }, { accessKey: { accessKeyId: 'AKIA1' } })).toBe('ci');
    expect(target('lambda:CreateFunction20150331', { functionName: 'f' }, { role: 'arn:aws:iam::1:role/r' })).toBe('f');
    expect(target('ec2:CreateVpc', { cidrBlock: '10.0.0.0/16' }, { vpc: { vpcId: 'vpc-9' } })).toBe('vpc-9');
    expect(
      target('sts:AssumeRole', { roleArn: policy }, { assumedRoleUser: { arn: 'arn:aws:sts::1:assumed-role/r/s' } }),
    ).toBe(policy);
  });
});

it('a request of endless breadth and depth is searched within bounds', () => {
  const wide = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`a${n}`, {}]));
  let deep: object = { widgetId: 'w' };
  for (let n = 0; n < 50; n++) deep = { inner: deep };
  expect(target('newservice:DeleteWidget', wide)).toBeUndefined();
  expect(target('newservice:DeleteWidget', deep)).toBeUndefined();
});

it('the table stays small enough to be read at every start', () => {
  expect([...OPERATION_TARGETS.values()].join('').length).toBeLessThan(250_000);
  expect(OPERATION_TARGETS.size).toBeGreaterThan(300);
});

it.each([
  ['ssm', 'GetParametersByPath', { path: '/prod', recursive: true }, '/prod'],
  ['athena', 'StartQueryExecution', { queryString: 'SELECT 1', workGroup: 'reports' }, 'reports'],
  [
    'sso',
    'CreateAccountAssignment',
    {
      instanceArn: 'arn:aws:sso:::instance/i',
      permissionSetArn: 'arn:aws:sso:::permissionSet/p',
      targetId: '999988887777',
    },
    '999988887777',
  ],
])('%s:%s: where the models do not tell, it was decided', (service, event, parameters, id) => {
  expect(targetOf(service, event, parameters, {})?.id).toBe(id);
});

it('a filter names the thing where nothing else does, and only one of the kind that is asked for', () => {
  const byKey = (key: string, value: string) => ({ filters: [{ key, values: [value] }] });
  const byName = (name: string, value: string) => ({
    snapshotSet: {},
    filterSet: { items: [{ name, valueSet: { items: [{ value }] } }] },
  });
  expect(target('ssm:DescribeInstanceInformation', byKey('InstanceIds', 'i-1'))).toBe('i-1');
  expect(target('ssm:DescribeInstanceInformation', byKey('PingStatus', 'Online'))).toBeUndefined();
  expect(target('ec2:DescribeSnapshots', byName('snapshot-id', 'snap-1'))).toBe('snap-1');
  expect(target('ec2:DescribeSnapshots', byName('owner-id', '111122223333'))).toBeUndefined();
  expect(target('ec2:DescribeSnapshots', byName('tag:id', 'blue'))).toBeUndefined();
});

it('a machine that is sent a command is told with the document that it runs', () => {
  const sent = { documentName: 'AWS-RunShellScript', instanceIds: ['i-1'], interactive: false };
  expect(targetOf('ssm', 'SendCommand', sent, undefined)).toEqual({
    id: 'i-1',
    type: 'instanceIds/AWS-RunShellScript',
  });
});

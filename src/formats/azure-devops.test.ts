import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './azure-devops.ts';

const [bypass, connection] = samplesOf(format);
const rig = formatRig(format);

it('a person with a token of their own, and the repository it was done to', () => {
  expect(rig.read(bypass)).toMatchObject({
    at: '2026-03-01T10:15:30.123Z',
    identity: { id: 'ada@example.com', kind: 'human', provider: 'azure-devops', name: 'Ada', account: 'example' },
    credential: { id: 'aaaa0005-0000-4000-8000-000000000005', kind: 'pat', longLived: true },
    action: { name: 'Git.RefUpdatePoliciesBypassed', service: 'git', access: 'admin' },
    resource: { id: 'shop/checkout', type: 'repository' },
    source: { ip: '192.0.2.200', userAgent: 'git/2.45.0' },
    outcome: 'success',
  });
});

it('a service principal is its client id, out of a table as well', () => {
  const row = formatRig(format, 'auto').read(connection);
  expect(row).toMatchObject({
    identity: { id: 'aaaa0015-0000-4000-8000-000000000015', kind: 'service-account', name: 'deployer' },
    action: { name: 'Library.ServiceConnectionExecuted', access: 'execute' },
    resource: { id: 'shop/prod-subscription', type: 'library' },
  });
  expect(row).not.toHaveProperty('credential');
});

it('build services act as accounts, the service as itself, and nobody is skipped', () => {
  const built = { actorUPN: 'aaaa0021-0000-4000-8000-000000000021', actorDisplayName: 'shop Build Service (example)' };
  expect(rig.read({ ...bypass, ...built }).identity).toMatchObject({ id: built.actorUPN, kind: 'service-account' });
  const none = '00000000-0000-0000-0000-000000000000';
  const bare = { ...bypass, actorUPN: '', actorUserId: none, actorCUID: none };
  expect(rig.read({ ...bare, actorDisplayName: 'Azure DevOps Service' }).identity.kind).toBe('provider-service');
  expect(rig.reader.readParsed({ ...bare, actorDisplayName: '' })[0]).toMatchObject({ status: 'skip' });
});

it.each([
  ['AuditLog.AccessLog', 'access', 'read'],
  ['Git.RepositoryCreated', 'create', 'write'],
  ['Token.PatCreateEvent', 'create', 'admin'],
  ['Pipelines.PipelineCreated', 'create', 'write'],
  ['Group.UpdateGroupMembership.Add', 'modify', 'admin'],
])('%s (%s): %s', (actionId, category, access) => {
  expect(rig.read({ ...bypass, actionId, category }).action.access).toBe(access);
});

it('pages of the API are taken apart', () => {
  const page = { decoratedAuditLogEntries: [bypass, bypass], hasMore: false };
  const read = [{ status: 'read' }, { status: 'read' }];
  expect(formatRig(format, 'auto').reader.readParsed(page)).toMatchObject(read);
  // So the documentation shows it.
  expect(formatRig(format, 'auto').reader.readParsed({ value: page })).toMatchObject(read);
});

it('what a stream writes to Event Grid: categories by number, the service by its name, and no way to sign in', () => {
  const none = '00000000-0000-0000-0000-000000000000';
  const data = {
    ...{ Id: 'aaaa0041-0000-4000-8000-000000000041', Timestamp: '2026-03-01T10:17:30.037Z', ProjectName: 'shop' },
    ...{ ActorCUID: none, ActorClientId: none, ActorUserId: '0000000d-0000-8888-8000-000000000000' },
    ...{ ActorUPN: 'Azure DevOps Service', ActorDisplayName: 'Azure DevOps Service', Category: 5, ScopeType: 4 },
    ...{ ActionId: 'Release.DeploymentCompleted', Data: { PipelineId: '18', PipelineName: 'web' } },
  };
  const envelope = { id: data.Id, subject: 'AzureDevOps/Auditing', eventType: 'AzureDevOpsAuditEvent' };
  const wrapped = { ...envelope, dataVersion: '1.0', eventTime: data.Timestamp, topic: '/subscriptions/s', data };
  expect(formatRig(format, 'auto').read(wrapped)).toMatchObject({
    identity: { id: 'Azure DevOps Service', kind: 'provider-service' },
    action: { name: 'Release.DeploymentCompleted', access: 'execute' },
    resource: { id: 'shop/web', type: 'release pipeline' },
  });
});

it('the number of a token is known though its end is cut off', () => {
  const authenticationMechanism = 'SessionToken_Unscoped authorizationId: f5729c3d-951b-4a52-88d9-a';
  expect(rig.read({ ...bypass, authenticationMechanism }).credential).toEqual({
    id: 'f5729c3d-951b-4a52-88d9-a',
    kind: 'session-token',
  });
});

it('a permission is told by what it is for, a token by what it may do, a group by what its members may', () => {
  const data = { NamespaceName: 'Library', Token: 'Library/Collection/VariableGroup/4693' };
  expect(rig.read({ ...bypass, actionId: 'Security.ModifyPermission', data }).resource).toEqual({
    id: 'shop/Library/Collection/VariableGroup/4693',
    type: 'permission',
  });
  const token = {
    DisplayName: 'ci',
    AuthorizationId: 'aaaa0031-0000-4000-8000-000000000031',
    Scopes: ['vso.code_full'],
  };
  expect(rig.read({ ...bypass, actionId: 'Token.PatCreateEvent', data: token }).change).toEqual({
    kind: 'credential',
    credential: token.AuthorizationId,
    rights: ['vso.code_full'],
  });
  const group = { GroupName: '[shop]\\Project Administrators', MemberDisplayName: 'Eve' };
  expect(rig.read({ ...bypass, actionId: 'Group.UpdateGroupMembership.Add', data: group })).toMatchObject({
    resource: { id: 'shop/[shop]\\Project Administrators', type: 'group' },
    change: { kind: 'right', rights: ['[shop]\\Project Administrators'] },
  });
});

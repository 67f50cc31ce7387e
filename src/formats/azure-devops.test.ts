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

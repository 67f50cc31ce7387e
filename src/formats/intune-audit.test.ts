import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format as entraAudit } from './entra-audit.ts';
import { format } from './intune-audit.ts';

const [byApp, byPerson, ofGraph] = samplesOf(format);
const rig = formatRig(format);

it('an app that wipes a device', () => {
  expect(rig.read(byApp)).toEqual({
    id: 'intune:e0000000-0000-4000-8000-000000000021',
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: {
      id: 'aaaa1111-0000-4000-8000-000000000011',
      kind: 'oauth-app',
      provider: 'azure',
      name: 'device-cleanup',
      account: '0f6f0000-0000-4000-8000-000000000001',
    },
    action: { name: 'wipe ManagedDevice', service: 'intune', access: 'execute' },
    resource: { id: 'd0000000-0000-4000-8000-000000000031', type: 'ManagedDevice' },
    source: {},
    outcome: 'success',
    scopes: ['DeviceManagementManagedDevices.PrivilegedOperations.All', 'DeviceManagementManagedDevices.Read.All'],
  });
});

it("what a person does through the portal is the person's", () => {
  expect(rig.read(byPerson)).toMatchObject({
    identity: { id: 'b0000000-0000-4000-8000-000000000012', kind: 'human', name: 'ada@example.com' },
    actor: { id: '5926fc8e-304e-4f59-8bed-58ca97cc39a4', kind: 'app' },
    action: { name: 'Create RoleAssignment', access: 'admin' },
    outcome: 'failed',
    errorCode: 'Failure',
  });
});

it('Graph tells the same app under the same id, with its address', () => {
  expect(rig.read(ofGraph)).toMatchObject({
    identity: { id: 'aaaa1111-0000-4000-8000-000000000011', kind: 'oauth-app' },
    action: { name: 'Patch DeviceManagementScript', access: 'admin' },
    resource: { id: 'd0000000-0000-4000-8000-000000000033', type: 'DeviceManagementScript' },
    source: { ip: '192.0.2.60' },
  });
  const page = {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/auditEvents',
    value: [ofGraph],
  };
  expect(formatRig(format, 'auto').reader.readParsed(page)).toMatchObject([{ status: 'read' }]);
});

it('a row of Log Analytics has its properties as text, and the workspace is no tenant', () => {
  const { properties, operationName, resultType } = byApp;
  const row = {
    Type: 'IntuneAuditLogs',
    TimeGenerated: '2026-03-01T10:15:30Z',
    TenantId: 'workspace',
    OperationName: operationName,
    ResultType: resultType,
    Properties: JSON.stringify(properties),
  };
  const { account, ...identity } = rig.read(byApp).identity;
  expect(account).toBeDefined();
  expect(rig.read(row)).toMatchObject({ identity, resource: { type: 'ManagedDevice' } });
  expect(rig.read(row).identity.account).toBeUndefined();
});

it('an enrolling device names nobody, and a read is a read', () => {
  const actor = { ...byApp.properties.Actor, Application: null };
  expect(rig.reader.readParsed({ ...byApp, properties: { ...byApp.properties, Actor: actor } })).toMatchObject([
    { status: 'skip' },
  ]);
  expect(rig.read({ ...byApp, operationName: 'Get recovery keys ManagedDevice' }).action.access).toBe('read');
  expect(rig.read({ ...byApp, operationName: 'Rename device ManagedDevice' }).action.access).toBe('write');
});

it('it takes nothing from the audit of the directory', () => {
  for (const record of samplesOf(entraAudit)) expect(format.recognises(record)).toBe(false);
  for (const record of samplesOf(format)) expect(entraAudit.recognises(record)).toBe(false);
});

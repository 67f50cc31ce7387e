import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './entra-audit.ts';

const [credentials, role] = samplesOf(format);
const rig = formatRig(format);
const audit = (properties: object) =>
  rig.read({ ...credentials, properties: { ...credentials.properties, ...properties } });

it('an app that adds a credential to another is known by its service principal', () => {
  expect(rig.read(credentials)).toMatchObject({
    id: 'entra:Directory_0b1c2d3e-0000-4000-8000-000000000011_A_1',
    at: '2026-03-01T10:15:30.123Z',
    identity: {
      id: 'aaaa5555-0000-4000-8000-00000000000a',
      kind: 'service-account',
      provider: 'azure',
      name: 'pipeline',
      account: '99999999-0000-4000-8000-000000000009',
    },
    action: { name: 'Add service principal credentials', service: 'entra', access: 'admin' },
    resource: { id: 'eeee5555-0000-4000-8000-00000000000e', type: 'ServicePrincipal' },
    source: { ip: '192.0.2.50', userAgent: 'python-requests/2.32' },
    outcome: 'success',
  });
});

it('that somebody was given a role is told by which role, and a refusal is denied', () => {
  expect(rig.read(role)).toMatchObject({
    identity: { id: 'aaaa6666-0000-4000-8000-00000000000a', kind: 'human', name: 'admin@example.com' },
    resource: { id: 'cccc6666-0000-4000-8000-00000000000c', type: 'Role' },
    source: { ip: '192.0.2.51' },
    outcome: 'denied',
  });
  const targets = [
    { id: 'who', type: 'User' },
    { id: 'which', type: 'Role' },
  ];
  expect(audit({ activityDisplayName: 'Add member to role', targetResources: targets }).resource?.id).toBe('which');
});

it.each([
  ['Update user', 'UserManagement', 'write'],
  ['Reset user password', 'UserManagement', 'admin'],
  ['Add member to group', 'GroupManagement', 'admin'],
  ['Consent to application', 'ApplicationManagement', 'admin'],
  ['Update device', 'Device', 'write'],
])('%s is %s', (activityDisplayName, category, access) => {
  expect(audit({ activityDisplayName, category }).action.access).toBe(access);
});

it("Microsoft's own services are told apart from apps of the tenant", () => {
  const app = { displayName: 'Managed Service Identity', servicePrincipalId: 'aaaa7777-0000-4000-8000-00000000000a' };
  expect(audit({ initiatedBy: { app } }).identity.kind).toBe('provider-service');
});

it.each([[{}], [{ app: { displayName: 'unknown' } }], [{ user: { id: '00000000-0000-0000-0000-000000000000' } }]])(
  'whoever is nobody is skipped: %j',
  (initiatedBy) => {
    const record = { ...credentials, properties: { ...credentials.properties, initiatedBy } };
    expect(rig.reader.readParsed(record)[0]).toMatchObject({ status: 'skip', reason: 'initiatedBy names nobody' });
  },
);

it('a page of Graph is taken apart', () => {
  const page = {
    '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#auditLogs/directoryAudits',
    value: [role],
  };
  expect(formatRig(format, 'auto').reader.readParsed(page)).toHaveLength(1);
});

it.skipIf(rulePack === undefined)(
  "every audit record of a SIEM vendor's rules is read, with a target where it names one",
  () => {
    const records = rulePack!('Azure.Audit').filter((log) => format.recognises(log));
    const read = records.map((log) => rig.read(log));
    expect(read.length).toBe(9);
    expect(new Set(read.map(({ identity }) => identity.kind))).toEqual(new Set(['human']));
    // One record names only a scope, in its details, and one nothing at all.
    expect(read.filter(({ resource }) => resource === undefined)).toHaveLength(2);
  },
);

it('a credential and a right say which app they are for, and which they are', () => {
  const app = 'eeee5555-0000-4000-8000-00000000000e';
  const property = (displayName: string, newValue: string) => ({ displayName, newValue });
  const target = (type: string, id: string, ...modifiedProperties: object[]) => ({ type, id, modifiedProperties });
  const key = 'AAAA1111-0000-4000-8000-00000000000b';
  expect(
    audit({
      activityDisplayName: 'Add service principal credentials',
      targetResources: [
        target('ServicePrincipal', app, property('KeyDescription', `["[KeyIdentifier=${key},KeyType=Password]"]`)),
      ],
    }).change,
  ).toEqual({ kind: 'credential', identity: app, credential: key.toLowerCase() });
  expect(
    audit({
      activityDisplayName: 'Add app role assignment to service principal',
      targetResources: [
        target(
          'ServicePrincipal',
          'graph',
          property('AppRole.Value', '"Mail.Read"'),
          property('ServicePrincipal.ObjectID', `"${app}"`),
        ),
      ],
    }).change,
  ).toEqual({ kind: 'right', identity: app, rights: ['Mail.Read'] });
  expect(
    audit({
      activityDisplayName: 'Add member to role',
      targetResources: [
        target('User', 'who', property('Role.DisplayName', '"Global Reader"')),
        target('Role', 'which'),
      ],
    }).change,
  ).toEqual({ kind: 'right', identity: 'who', rights: ['Global Reader'] });
  expect(audit({ activityDisplayName: 'Update user' }).change).toBeUndefined();
});

it('a service without an id in the directory is known by its name', () => {
  const app = {
    displayName: 'Device Registration Service',
    servicePrincipalId: '00000000-0000-0000-0000-000000000000',
  };
  expect(audit({ initiatedBy: { app } }).identity).toMatchObject({
    id: 'device registration service',
    kind: 'provider-service',
  });
  expect(
    rig.reader.readParsed({ ...credentials, properties: { ...credentials.properties, initiatedBy: { app: {} } } })[0],
  ).toMatchObject({ status: 'skip', reason: 'initiatedBy names nobody' });
});

it('an audit is one whatever category stands beside it', () => {
  const category = 'DirectoryManagement';
  const resourceId = '/tenants/99999999-0000-4000-8000-000000000009/providers/Microsoft.aadiam';
  expect(format.recognises({ ...credentials, category, resourceId })).toBe(true);
  expect(format.recognises({ category, resourceId, properties: { riskState: 'atRisk' } })).toBe(false);
});

it('the kind of a thing counts however it is spelled, and so does who joins a group in whatever category', () => {
  const targetResources = [
    { id: 'who', Type: 'User', userPrincipalName: 'new@example.com' },
    { id: 'which', Type: 'Group' },
  ];
  expect(
    audit({ category: 'UserManagement', activityDisplayName: 'Add member to group', targetResources }),
  ).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'which', type: 'Group' },
    recipients: [{ id: 'new@example.com' }],
  });
});

import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './entra-signin.ts';

const [principal, agent, table] = samplesOf(format);
const { reader, read } = formatRig(format);
const TENANT = '7a1d5f00-0000-4000-8000-0000000000aa';

const change = (properties: object, record = principal) =>
  read({ ...record, properties: { ...record.properties, ...properties } });

it('a service principal is known by its object id, its secret by the id of the key', () => {
  expect(read(principal)).toEqual({
    id: 'entra:51600000-0000-4000-8000-000000000001',
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: {
      id: '0b1ec700-0000-4000-8000-0000000000a1',
      kind: 'service-account',
      provider: 'azure',
      name: 'orders-api',
      account: TENANT,
    },
    credential: { id: '4e1d0000-0000-4000-8000-0000000000f1', kind: 'password', longLived: true },
    actor: { id: 'tokenExampleAAAAAAAAAA', kind: 'session' },
    action: { name: 'sign-in', service: 'entra', access: 'authenticate' },
    resource: { id: '00000003-0000-0000-c000-000000000000', type: 'app' },
    source: { ip: '192.0.2.10', asn: 64_500, country: 'NL', region: 'North Holland' },
    outcome: 'success',
  });
});

it("an agent is one, on behalf of its blueprint and of its owner's tenant; a managed certificate renews itself", () => {
  expect(read(agent)).toMatchObject({
    identity: { kind: 'agent', name: 'agent-eu' },
    credential: { kind: 'x509' },
    onBehalfOf: [
      { id: 'b1e00000-0000-4000-8000-0000000000b1', kind: 'agent-blueprint' },
      { id: '7a1d5f00-0000-4000-8000-0000000000ff', kind: 'app-owner-tenant' },
    ],
    source: {},
    outcome: 'denied',
    errorCode: '7000215',
  });
  expect(read(agent).credential?.longLived).toBeUndefined();
});

it('the table of Log Analytics is read alike, though its names begin with a capital', () => {
  expect(read(table)).toMatchObject({
    identity: { id: '0b1ec700-0000-4000-8000-0000000000a1', account: TENANT },
    credential: { id: '0123456789ABCDEF0123456789ABCDEF01234567', kind: 'x509', longLived: true },
    resource: { id: '00000003-0000-0000-c000-000000000000' },
    source: { ip: '192.0.2.11', country: 'NL' },
    outcome: 'success',
  });
});

it('a page of the REST API is taken apart', () => {
  const signIn = { ...principal.properties, signInEventTypes: ['servicePrincipal'] };
  const page = { '@odata.context': 'https://graph.microsoft.com/beta/$metadata#auditLogs/signIns', value: [signIn] };
  expect(reader.readParsed(page)[0]).toMatchObject({ status: 'read' });
  expect(format.recognises(signIn)).toBe(true);
});

it('sign-ins of people are skipped', () => {
  for (const category of ['SignInLogs', 'NonInteractiveUserSignInLogs', 'ADFSSignInLogs'])
    expect(reader.readParsed({ ...principal, category })[0]?.status).toBe('skip');
});

it('other logs of the tenant in the same event hub are skipped, requests to Graph are not', () => {
  const audit = { ...principal, category: 'ProvisioningLogs', operationName: 'Add user' };
  expect([format.recognises(audit), reader.readParsed(audit)[0]?.status]).toEqual([true, 'skip']);
  expect(format.recognises({ ...principal, category: 'MicrosoftGraphActivityLogs' })).toBe(false);
});

it("Microsoft's own principals are of the provider", () => {
  expect(read({ ...principal, category: 'MicrosoftServicePrincipalSignInLogs' }).identity.kind).toBe(
    'provider-service',
  );
});

it.each([
  [
    { clientCredentialType: 'certificate' },
    { id: '4e1d0000-0000-4000-8000-0000000000f1', kind: 'x509', longLived: true },
  ],
  [{ federatedCredentialId: 'fc-1' }, { id: 'fc-1', kind: 'jwt' }],
  [{ servicePrincipalCredentialKeyId: '00000000-0000-0000-0000-000000000000' }, undefined],
])('the credential of %j', (properties, credential) => {
  expect(change(properties).credential).toEqual(credential);
});

it.each([
  [0, 'success'],
  [7_000_222, 'denied'],
  [90_033, 'failed'],
])('error code %s is %s', (errorCode, outcome) => {
  expect(change({ status: { errorCode } }).outcome).toBe(outcome);
});

it('version 1.0 of the API lists sign-ins of people, which are skipped', () => {
  const person = {
    id: 's1',
    createdDateTime: '2026-03-01T10:00:00Z',
    userPrincipalName: 'ada@example.com',
    appId: '0b1ec700-0000-4000-8000-0000000000a1',
    status: { errorCode: 50126 },
  };
  const page = { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#auditLogs/signIns', value: [person] };
  for (const name of ['auto', format.id])
    expect(formatRig(format, name).reader.readParsed(page)).toMatchObject([
      { status: 'skip', reason: 'the sign-in of a person' },
    ]);
});

it('a sign-in of nobody is skipped', () => {
  const properties = { ...principal.properties, servicePrincipalId: '', appId: '00000000-0000-0000-0000-000000000000' };
  expect(reader.readParsed({ ...principal, properties })[0]?.status).toBe('skip');
});

it('the tenant stands in the path of the resource where nothing else tells it', () => {
  const { tenantId: _, ...record } = principal;
  const resourceId = '/tenants/99999999-0000-4000-8000-000000000009/providers/Microsoft.aadiam';
  expect(reader.readParsed({ ...record, resourceId })[0]).toMatchObject({
    activities: [{ identity: { account: '99999999-0000-4000-8000-000000000009' } }],
  });
});

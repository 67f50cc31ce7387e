import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './microsoft-graph-activity.ts';

const [alone, delegated] = samplesOf(format);
const { reader, read } = formatRig(format);

it('an app alone is its service principal; the query with its free text is left out', () => {
  expect(read(alone)).toEqual({
    id: 'graph:4e900000-0000-4000-8000-000000000001',
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: {
      id: '0b1ec700-0000-4000-8000-0000000000a1',
      kind: 'service-account',
      provider: 'azure',
      account: '7a1d5f00-0000-4000-8000-0000000000aa',
    },
    actor: { id: 'tokenExampleAAAAAAAAAA', kind: 'session' },
    action: { name: 'GET /users/{id}/messages', service: 'graph', access: 'read' },
    resource: { id: '/users/0b1ec700-0000-4000-8000-0000000000d1/messages', type: 'users' },
    source: { ip: '192.0.2.10', userAgent: 'python-requests/2.32.0' },
    outcome: 'success',
    scopes: ['Mail.Read', 'User.Read.All'],
    amount: { bytes: 2048 },
  });
});

it('with the rights of a person it is the app on behalf of the person', () => {
  expect(read(delegated)).toMatchObject({
    identity: { id: 'a9911d00-0000-4000-8000-0000000000a3', kind: 'oauth-app' },
    onBehalfOf: [{ id: '0b1ec700-0000-4000-8000-0000000000d1', kind: 'human' }],
    action: { name: 'POST /applications/{id}/addPassword', access: 'admin' },
    source: { ip: '203.0.113.7' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it.each([
  ['GET', '/v1.0/me/messages/AAMkAGI2THVSAAA=', 'GET /me/messages/{id}', 'read'],
  ['GET', '/v1.0//users/ada@example.com', 'GET /users/{id}', 'read'],
  ['GET', "/beta/users(userPrincipalName='ada@example.com')/drive", 'GET /users({id})/drive', 'read'],
  ['GET', '/v1.0/me/drive/root:/pay/march.xlsx:/content', 'GET /me/drive/root:/{path}', 'read'],
  ['POST', '/v1.0/oauth2PermissionGrants', 'POST /oauth2PermissionGrants', 'admin'],
  ['POST', '/v1.0/users/7/sendMail', 'POST /users/{id}/sendMail', 'write'],
  ['POST', '/v1.0/directoryObjects/getByIds', 'POST /directoryObjects/getByIds', 'read'],
  ['POST', '/v1.0/servicePrincipals/7/appRoleAssignments', 'POST /servicePrincipals/{id}/appRoleAssignments', 'admin'],
  ['POST', '/v1.0/$batch', 'POST /$batch', 'unknown'],
  ['DELETE', '/v1.0/groups/7/members/8/$ref', 'DELETE /groups/{id}/members/{id}/$ref', 'admin'],
])('%s %s', (requestMethod, path, name, access) => {
  const requestUri = `https://graph.microsoft.com${path}?$filter=secret`;
  const activity = read({ ...alone, properties: { ...alone.properties, requestMethod, requestUri } });
  expect(activity.action).toEqual({ name, service: 'graph', access });
});

it.each([
  [200, 'success'],
  [401, 'denied'],
  [403, 'denied'],
  [404, 'failed'],
  [429, 'failed'],
])('status %s is %s', (responseStatusCode, outcome) => {
  expect(read({ ...alone, properties: { ...alone.properties, responseStatusCode } }).outcome).toBe(outcome);
});

it('a message of an event hub holds many records', () => {
  expect(reader.readParsed({ records: [alone, delegated] })).toHaveLength(2);
});

it('a request of nobody is skipped', () => {
  const zeros = '00000000-0000-0000-0000-000000000000';
  const properties = { ...alone.properties, servicePrincipalId: zeros, appId: zeros };
  expect(reader.readParsed({ ...alone, properties })[0]?.status).toBe('skip');
});

it('a request to Azure AD Graph is told without the tenant that its path begins with', () => {
  const tenantId = '7a1d5f00-0000-4000-8000-0000000000aa';
  const properties = {
    timeGenerated: '2026-03-01T10:20:00.1234567Z',
    requestId: '4e900000-0000-4000-8000-000000000005',
    httpMethod: 'PATCH',
    httpStatusCode: 403,
    callerIpAddress: '192.0.2.14',
    requestUri: `/v2/${tenantId}/applications/0b1ec700-0000-4000-8000-0000000000e1`,
    appId: 'a9911d00-0000-4000-8000-0000000000a4',
    servicePrincipalId: '0b1ec700-0000-4000-8000-0000000000a5',
    userId: '',
    roles: ' Group.Read.All,',
  };
  const told = {
    identity: { id: '0b1ec700-0000-4000-8000-0000000000a5', kind: 'service-account', account: tenantId },
    action: { name: 'PATCH /applications/{id}', service: 'aad-graph', access: 'admin' },
    resource: { id: '/applications/0b1ec700-0000-4000-8000-0000000000e1', type: 'applications' },
    source: { ip: '192.0.2.14' },
    outcome: 'denied',
    errorCode: '403',
  };
  const record = { category: 'AzureADGraphActivityLogs', operationName: 'AAD Graph Activity', tenantId, properties };
  expect(formatRig(format, 'auto').read(record)).toMatchObject(told);
  const row = {
    Type: 'AADGraphActivityLogs',
    TimeGenerated: '2026-03-01T10:20:00Z',
    AADTenantId: tenantId,
    RequestMethod: 'PATCH',
    RequestUri: `https://graph.windows.net/${tenantId}/applications/0b1ec700-0000-4000-8000-0000000000e1?api-version=1.6`,
    ResponseStatusCode: 403,
    CallerIpAddress: '192.0.2.14',
    AppId: properties.appId,
    ServicePrincipalId: properties.servicePrincipalId,
  };
  expect(read(row)).toMatchObject(told);
});

import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './vault-audit.ts';

const [secret, denied] = samplesOf(format);
const { reader, read } = formatRig(format);

it('the entity is the identity, the accessor the credential, and the path without its values the resource', () => {
  expect(read(secret)).toEqual({
    id: 'vault:4eee0000-0000-4000-8000-000000000001',
    at: '2026-03-01T10:15:30.223Z',
    tenant: 'default',
    identity: {
      id: 'e4717000-0000-4000-8000-000000000001',
      kind: 'service-account',
      provider: 'vault',
      name: 'kubernetes-shop-orders',
      account: 'root',
    },
    credential: {
      id: `hmac-sha256:${'2'.repeat(64)}`,
      kind: 'session-token',
      issuedAt: '2026-03-01T10:00:00.000Z',
      expiresAt: '2026-03-01T11:00:00.000Z',
    },
    onBehalfOf: [
      { id: 'orders', kind: 'role' },
      { id: 'shop/orders', kind: 'kubernetes-service-account' },
    ],
    action: { name: 'kv:read-secret', service: 'kv', access: 'read' },
    resource: { id: 'kv/data/shop/database', type: 'kv' },
    source: { ip: '192.0.2.40' },
    outcome: 'success',
    scopes: ['default', 'shop-read'],
  });
});

it('a refusal is denied, with the first line that says something', () => {
  expect(read(denied)).toMatchObject({
    action: { name: 'system:update', access: 'admin' },
    outcome: 'denied',
    errorCode: 'permission denied',
  });
  expect(read({ ...denied, error: 'internal error' })).toMatchObject({
    outcome: 'failed',
    errorCode: 'internal error',
  });
});

it('what Vault tells of itself is no secret', () => {
  const request = { ...secret.request, mount_type: 'system', path: 'sys/mounts' };
  expect(read({ ...secret, request }).action).toEqual({ name: 'system:read', service: 'system', access: 'read' });
});

it('a request is read once, with its response', () => {
  expect(reader.readParsed({ ...secret, type: 'request' })[0]?.status).toBe('skip');
});

it('a login is whoever it makes of the caller', () => {
  const login = {
    ...secret,
    auth: { client_token: '' },
    request: {
      ...secret.request,
      operation: 'update',
      mount_type: 'kubernetes',
      mount_class: 'auth',
      path: 'auth/k8s/login',
    },
    response: { auth: secret.auth },
  };
  expect(read(login)).toMatchObject({
    identity: { id: 'e4717000-0000-4000-8000-000000000001' },
    action: { name: 'kubernetes:update', access: 'authenticate' },
  });
  expect(reader.readParsed({ ...login, response: {} })[0]?.status).toBe('skip');
});

it('a root token has no entity and does not end; a person is told by the user name', () => {
  const root = { display_name: 'root', policies: ['root'], accessor: 'hmac-sha256:55', token_ttl: 0 };
  expect(read({ ...secret, auth: root })).toMatchObject({
    identity: { id: 'root', kind: 'unknown' },
    credential: { longLived: true },
  });
  const person = { ...secret.auth, metadata: { username: 'ada' } };
  expect(read({ ...secret, auth: person }).identity.kind).toBe('human');
  const federated = { ...secret.auth, display_name: 'oidc-ada@example.com', metadata: { role: 'staff' } };
  expect(read({ ...secret, auth: federated }).identity.kind).toBe('human');
});

it('tokens that nobody named are not one identity', () => {
  const nameless = (accessor: string) => read({ ...secret, auth: { display_name: 'token', accessor } }).identity;
  expect(nameless('a1')).toEqual({ id: 'a1', kind: 'api-key', provider: 'vault', name: 'token', account: 'root' });
  expect(nameless('a2').id).toBe('a2');
});

it.each([
  ['update', 'auth/token/create', 'auth', 'authenticate'],
  ['update', 'auth/token/lookup-self', 'auth', 'read'],
  ['update', 'auth/approle/role/ci', 'auth', 'admin'],
  ['update', 'identity/entity', 'secret', 'admin'],
  ['create', 'sys/audit/file', 'secret', 'admin'],
  ['update', 'sys/capabilities-self', 'secret', 'read'],
  ['update', 'sys/leases/renew', 'secret', 'write'],
  ['list', 'sys/policies/acl', 'secret', 'read'],
  ['delete', 'kv/data/a', 'secret', 'write'],
])('%s of %s is %s', (operation, path, mount_class, access) => {
  expect(read({ ...secret, request: { ...secret.request, operation, path, mount_class } }).action.access).toBe(access);
});

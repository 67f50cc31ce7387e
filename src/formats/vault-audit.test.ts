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
    action: { name: 'system:update-policies-acl', access: 'admin' },
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
  ['update', 'auth/token/create-orphan', 'auth', 'admin'],
  ['update', 'auth/token/renew-self', 'auth', 'authenticate'],
  ['update', 'auth/token/revoke-self', 'auth', 'authenticate'],
  ['update', 'auth/token/revoke-accessor', 'auth', 'admin'],
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

it('what is done with a token, and to the system, is told by the path', () => {
  const name = (path: string, mount_type: string) =>
    read({ ...secret, request: { ...secret.request, operation: 'update', mount_type, path } }).action.name;
  expect(name('auth/token/revoke-self', 'token')).toBe('token:revoke-self');
  expect(name('auth/token/create-orphan', 'token')).toBe('token:create-orphan');
  expect(name('auth/token/create/ci', 'token')).toBe('token:create');
  expect(name('sys/wrapping/unwrap', 'system')).toBe('system:update-wrapping-unwrap');
  expect(name('sys/audit/file', 'system')).toBe('system:update-audit');
  expect(name('identity/entity/id/1', 'identity')).toBe('identity:update-entity');
});

it('a batch token without a name is known by the hash that the log has of it, and no token by itself', () => {
  const batch = { display_name: 'token', token_type: 'batch', client_token: `hmac-sha256:${'b'.repeat(64)}` };
  expect(read({ ...secret, auth: batch }).identity).toMatchObject({ id: batch.client_token, kind: 'api-key' });
  const raw = { ...batch, client_token: 'plain-token-of-a-log-without-hashes' };
  expect(reader.readParsed({ ...secret, auth: raw })[0]?.status).toBe('skip');
});

it('whoever unwraps an answer is not whoever wrapped it', () => {
  const wrapping = (accessor: string) =>
    read({ ...secret, auth: { display_name: 'approle', policies: ['response-wrapping'], accessor } }).identity;
  expect(wrapping('hmac-sha256:1').id).not.toBe(wrapping('hmac-sha256:2').id);
  expect(wrapping('hmac-sha256:1')).toMatchObject({ id: 'hmac-sha256:1', kind: 'api-key', name: 'approle' });
});

it('a task of Nomad is one workload through all its allocations', () => {
  const task = (AllocationID: string, Namespace: string) =>
    read({
      ...secret,
      auth: { display_name: `token-${AllocationID}-web`, metadata: { AllocationID, Namespace, Task: 'web' } },
    });
  const [one, two] = ['a1b2c3d4-0000-4000-8000-000000000001', 'a1b2c3d4-0000-4000-8000-000000000002'].map((id) =>
    task(id, ''),
  );
  expect(one?.identity).toMatchObject({ id: 'nomad/default/web', kind: 'workload' });
  expect(two?.identity.id).toBe(one?.identity.id);
  expect(two?.actor).toEqual({ id: 'a1b2c3d4-0000-4000-8000-000000000002', kind: 'allocation' });
  expect(task('a1b2c3d4-0000-4000-8000-000000000003', 'shop').identity.id).toBe('nomad/shop/web');
});

it('a display name that is new each time gives way to the role, and a subject to its repository', () => {
  const id = (display_name: string, metadata: object) =>
    read({ ...secret, auth: { display_name, metadata } }).identity.id;
  expect(id('aws-i-0a1b2c3d4e5f60718', { role: 'web' })).toBe('aws-web');
  expect(id('jwt-repo:acme/shop:ref:refs/heads/main', { role: 'ci' })).toBe('jwt-repo:acme/shop');
});

it('the same name in two namespaces or two clusters has two accounts', () => {
  const auth = { display_name: 'deploy-bot' };
  const account = (request: object, record: object = {}) =>
    read({ ...secret, ...record, auth, request: { ...secret.request, ...request } }).identity.account;
  expect(account({ namespace: { id: 'a1' } })).toBe('a1');
  expect(account({ namespace: { id: 'a1' } }, { cluster: 'vault-eu' })).toBe('vault-eu/a1');
});

it('a request of the KMIP engine is of the machine that its certificate names', () => {
  const kmip = {
    time: '2026-03-01T10:00:00Z',
    type: 'kmip-response',
    request: { client_certificate_serial_number: '4711', remote_address: '192.0.2.9:5000', namespace: { id: 'root' } },
    response: {},
  };
  expect(format.recognises(kmip)).toBe(true);
  expect(read(kmip)).toMatchObject({
    identity: { id: '4711', kind: 'workload', account: 'root' },
    credential: { kind: 'x509' },
    source: { ip: '192.0.2.9' },
    outcome: 'success',
  });
  expect(reader.readParsed({ ...kmip, type: 'kmip-request' })[0]?.status).toBe('skip');
  expect(reader.readParsed({ ...kmip, request: {} })[0]?.status).toBe('skip');
});

it('each operation of a KMIP request is an act with its key, and ends as its answer says', () => {
  const enumeration = (tag: string, value: string) => ({ tag, type: 'Enumeration', value });
  const item = (...value: object[]) => ({ tag: 'BatchItem', value });
  const key = (tag: string, value: string) => ({
    tag,
    value: [{ tag: 'UniqueIdentifier', type: 'TextString', value }],
  });
  const message = (tag: string, ...items: object[]) => ({
    tag,
    value: [{ tag: 'RequestHeader', value: [] }, ...items],
  });
  const kmip = (request: object[], response: object[]) => ({
    time: '2026-03-01T10:00:00Z',
    type: 'kmip-response',
    request: {
      client_certificate_serial_number: '4711',
      data: { kmip_request: message('RequestMessage', ...request) },
    },
    response: { data: { kmip_response: message('ResponseMessage', ...response) } },
  });
  const [outcome] = reader.readParsed(
    kmip(
      [
        item(enumeration('Operation', '0x0000000a'), key('RequestPayload', 'key-1')),
        item(enumeration('Operation', '0x00000001')),
        item(enumeration('Operation', '0x00000014'), key('RequestPayload', 'key-3')),
      ],
      [
        item(enumeration('ResultStatus', '0x00000001'), enumeration('ResultReason', '0x0000000C')),
        item(enumeration('ResultStatus', '0x00000000'), key('ResponsePayload', 'key-2')),
        item(enumeration('ResultStatus', '0x00000001'), enumeration('ResultReason', '0x00000001')),
      ],
    ),
  );
  if (outcome?.status !== 'read') throw new Error('not read');
  expect(
    outcome.activities.map(({ action, resource, outcome, errorCode }) => [action, resource?.id, outcome, errorCode]),
  ).toEqual([
    [{ name: 'kmip:Get', service: 'kmip', access: 'read' }, 'key-1', 'denied', 'PermissionDenied'],
    [{ name: 'kmip:Create', service: 'kmip', access: 'write' }, 'key-2', 'success', undefined],
    [{ name: 'kmip:Destroy', service: 'kmip', access: 'write' }, 'key-3', 'failed', 'ItemNotFound'],
  ]);
  expect(new Set(outcome.activities.map(({ id }) => id)).size).toBe(3);
});

it('a token that is made for somebody is told by its accessor', () => {
  const accessor = `hmac-sha256:${'7'.repeat(64)}`;
  const created = (path: string) =>
    read({
      ...secret,
      request: { ...secret.request, operation: 'update', path, mount_type: 'token' },
      response: { auth: { accessor } },
    }).change;
  for (const path of ['auth/token/create', 'auth/token/create/ci', 'auth/token/create-orphan'])
    expect(created(path)).toEqual({ kind: 'credential', credential: accessor });
  expect(created('auth/token/renew-self')).toBeUndefined();
});

it('an AppRole is known by its role, with an entity or without', () => {
  const login = { ...secret.auth, display_name: 'approle', metadata: { role_name: 'orders' } };
  expect(read({ ...secret, auth: { ...login, entity_id: 'e1' } }).identity).toMatchObject({
    id: 'e1',
    name: 'approle-orders',
  });
  expect(read({ ...secret, auth: { ...login, entity_id: '' } }).identity.id).toBe('approle-orders');
});

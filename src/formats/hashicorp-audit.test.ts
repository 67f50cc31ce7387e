import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './hashicorp-audit.ts';

const [consul, nomad] = samplesOf(format);
const rig = formatRig(format, 'auto');
const of = (record: { payload: object }, change: object) => ({ ...record, payload: { ...record.payload, ...change } });
const asked = (operation: string, endpoint: string) =>
  rig.read(of(consul, { request: { ...consul.payload.request, operation, endpoint } }));

it('a token of Consul is known by its accessor, and the key is the target', () => {
  expect(rig.read(consul)).toMatchObject({
    at: '2026-03-01T10:15:30.202Z',
    identity: {
      id: 'bbbb0002-0000-4000-8000-000000000002',
      kind: 'api-key',
      provider: 'consul',
      name: 'checkout service',
    },
    credential: { id: 'bbbb0002-0000-4000-8000-000000000002', issuedAt: '2026-02-01T10:00:00.500Z' },
    action: { name: 'PUT kv', service: 'consul', access: 'write' },
    resource: { id: 'kv/shop/checkout/flags', type: 'kv' },
    source: { ip: '192.0.2.210', userAgent: 'consul-template/0.39' },
    outcome: 'success',
  });
});

it('Nomad names the namespace, and what it refused is denied', () => {
  expect(rig.read(nomad)).toMatchObject({
    identity: { id: 'bbbb0012-0000-4000-8000-000000000012', provider: 'nomad', name: 'ci-deploy' },
    action: { name: 'POST job/:/dispatch', access: 'execute' },
    resource: { id: 'shop:job/exporter/dispatch', type: 'job' },
    source: { ip: '2001:db8::7' },
    outcome: 'denied',
    errorCode: 'Permission denied',
  });
});

it('tokens of sign-ins are new each time: who signed in is the identity', () => {
  const as = (pod: string) =>
    rig.read(
      of(consul, {
        auth: { accessor_id: pod, description: `token created via login: {"component":"connect","pod":"${pod}"}` },
      }),
    ).identity;
  expect(as('shop/web-5d8f7c9b4-x2x9k')).toEqual(as('shop/web-5d8f7c9b4-k7k2m'));
  expect(as('shop/web-5d8f7c9b4-x2x9k')).toMatchObject({ id: 'login/connect/shop/web', kind: 'workload' });
  expect(as('shop/db-0').id).toBe('login/connect/shop/db');
});

it('a request is read once, and whoever brings no token is nobody', () => {
  expect(rig.reader.readParsed(of(consul, { stage: 'OperationStart' }))[0]).toMatchObject({ status: 'skip' });
  for (const accessor_id of ['anonymous', '00000000-0000-0000-0000-000000000002', ''])
    expect(rig.reader.readParsed(of(nomad, { auth: { accessor_id } }))[0]).toMatchObject({ status: 'skip' });
});

it.each([
  ['GET', '/v1/acl/tokens', 'read', 'GET acl/tokens'],
  ['PUT', '/v1/acl/token', 'admin', 'PUT acl/token'],
  ['DELETE', '/v1/acl/token/bbbb0002-0000-4000-8000-000000000002', 'admin', 'DELETE acl/token/:'],
  ['POST', '/v1/acl/login', 'authenticate', 'POST acl/login'],
  ['GET', '/v1/client/allocation/bbbb0002-0000-4000-8000-000000000002/exec', 'execute', 'GET client/allocation/:/exec'],
  ['GET', '/v1/var/nomad/jobs/exporter?namespace=shop', 'read', 'GET var'],
])('%s %s: %s', (method, endpoint, access, name) => {
  expect(asked(method, endpoint).action).toMatchObject({ access, name });
});

import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './auth0.ts';

const [login, api] = samplesOf(format);
const rig = formatRig(format);
const read = (change: object) => rig.read({ ...login, data: { ...login.data, ...change } });

it('a client-credential login is of the client, for the API it asks a token of', () => {
  expect(rig.read(login)).toMatchObject({
    id: 'auth0:90020260301000000000000000000000000000000000000000000001',
    identity: {
      id: 'aaaaBBBBccccDDDDeeeeFFFF00000001',
      kind: 'oauth-app',
      provider: 'auth0',
      name: 'nightly-export',
      account: 'example',
    },
    action: { name: 'exchange.client_credentials', service: 'auth0', access: 'authenticate' },
    resource: { id: 'https://api.example.com/', type: 'api' },
    source: { ip: '192.0.2.80', userAgent: 'python-requests/2.32' },
    scopes: ['read:orders', 'write:orders'],
    outcome: 'success',
  });
  expect(read({ type: 'feccft' })).toMatchObject({
    action: { name: 'exchange.client_credentials' },
    outcome: 'denied',
    errorCode: 'feccft',
  });
});

it('a call of the Management API is told by its path, and what it made by its id', () => {
  expect(rig.read(api)).toMatchObject({
    identity: { id: 'aaaaBBBBccccDDDDeeeeFFFF00000002', kind: 'oauth-app' },
    credential: { id: '0123456789abcdef0123456789abcdef', kind: 'jwt' },
    action: { name: 'POST /api/v2/client-grants', service: 'management-api', access: 'admin' },
    resource: { id: '/api/v2/client-grants/cgr_0000000000000001', type: 'client-grants' },
    source: { userAgent: 'terraform/1.9' },
    scopes: ['create:client_grants'],
  });
});

it('ids in a path are no part of what is done', () => {
  const details = {
    ...api.details,
    request: { ...api.details.request, method: 'patch', path: '/api/v2/clients/aB3xY9' },
  };
  expect(rig.read({ ...api, details })).toMatchObject({
    action: { name: 'PATCH /api/v2/clients/{id}' },
    resource: { id: '/api/v2/clients/aB3xY9' },
  });
});

it('a person is the identity of what they do through an app', () => {
  expect(read({ type: 'seacft', user_id: 'auth0|1', user_name: 'ada@example.com' })).toMatchObject({
    identity: { id: 'auth0|1', kind: 'human', name: 'ada@example.com' },
    actor: { id: 'aaaaBBBBccccDDDDeeeeFFFF00000001', kind: 'app' },
  });
});

it.each([[{ type: 'fp' }], [{ type: 'seccft', client_id: '' }], [{ type: 'limit_wc' }]])(
  'whoever is nobody is skipped: %j',
  (change) => {
    const record = { ...login, data: { ...login.data, ...change } };
    expect(rig.reader.readParsed(record)[0]).toMatchObject({ status: 'skip' });
  },
);

it.skipIf(rulePack === undefined)("a SIEM vendor's records are read: who, what to, and how it ended", () => {
  let acts = 0;
  for (const log of rulePack!('Auth0.Events')) {
    const [outcome] = rig.reader.readParsed(log);
    const { data } = log as {
      data: { user_id?: string; type: string; details?: { response?: { statusCode: number } } };
    };
    if (data.user_id === undefined || data.user_id === '') continue;
    if (outcome!.status !== 'read') throw new Error(outcome!.reason);
    const [act] = outcome!.activities;
    expect(act!.identity).toMatchObject({ kind: 'human' });
    expect(act!.outcome === 'success').toBe(
      (data.details?.response?.statusCode ?? 200) < 400 && !/^f|pwd_leak/.test(data.type),
    );
    if (data.type === 'sapi') expect(act!.resource?.id).toMatch(/^(?:\/api)?\/v2\//);
    acts++;
  }
  expect(acts).toBeGreaterThan(40);
});

it('a person signs in to an app, which is the target unless an API is asked for', () => {
  const person = { user_id: 'auth0|1', type: 's', audience: undefined };
  expect(read(person).resource).toEqual({ id: login.data.client_id, type: 'client' });
  expect(read({ ...person, type: 'seacft', audience: 'https://api.example.com/' }).resource?.type).toBe('api');
});

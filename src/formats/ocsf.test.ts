import { existsSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './ocsf.ts';

const [api, logon] = samplesOf(format);
const { reader, read } = formatRig(format);

const STANDARDS = new URL('../../../shared/standards/ocsf-1.8.0/', import.meta.url);
const present = existsSync(STANDARDS);
if (!present && process.env.CI === 'true') throw new Error('../shared/standards is needed where CI=true');

describe.skipIf(!present)('the samples are OCSF 1.8.0 (../shared/standards)', () => {
  it.each([
    ['6003-api_activity', api],
    ['3002-authentication', logon],
  ])('%s', (name, event) => {
    const schema = JSON.parse(readFileSync(new URL(`${name}.schema.json`, STANDARDS), 'utf8'));
    const validate = new Ajv2020({ strict: false, unicodeRegExp: false, validateFormats: false }).compile(schema);
    expect([validate(event), validate.errors]).toEqual([true, null]);
  });
});

it('a session of a role is the role, as in CloudTrail itself', () => {
  expect(read(api)).toEqual({
    id: 'ocsf:aws:0c5f0000-0000-4000-8000-000000000001',
    at: '2026-03-01T10:15:30.120Z',
    tenant: 'default',
    identity: {
      id: 'arn:aws:iam::111122223333:role/orders-api',
      kind: 'role',
      provider: 'aws',
      account: '111122223333',
    },
    credential: { id: 'ASIAEXAMPLE000000001', kind: 'session-token', issuedAt: '2026-03-01T10:00:00.000Z' },
    actor: { id: 'i-0123456789abcdef0', kind: 'session' },
    action: { name: 'secretsmanager:GetSecretValue', service: 'secretsmanager', access: 'read' },
    resource: {
      id: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:db',
      type: 'AWS::SecretsManager::Secret',
      account: '111122223333',
    },
    source: {
      ip: '192.0.2.60',
      asn: 64_500,
      org: 'example net',
      country: 'NL',
      region: 'NL-NH',
      userAgent: 'aws-sdk-go-v2/1.30.3',
    },
    outcome: 'success',
    scopes: ['orders-read'],
  });
});

it('a role is the role whether the user is its ARN or its id with the session', () => {
  const user = { uid: 'AROAEXAMPLE0000000001:i-0123456789abcdef0' };
  const issuer = 'arn:aws:iam::111122223333:role/Orders-Api';
  expect(read({ ...api, actor: { user, session: { issuer } } }).identity.id).toBe(read(api).identity.id);
  expect(read({ ...api, actor: { user } }).identity.id).toBe('AROAEXAMPLE0000000001');
});

it('a failed sign-in of a service is denied', () => {
  expect(read(logon)).toMatchObject({
    identity: { id: 'svc-backup', kind: 'service-account', provider: 'example', name: 'Backup job' },
    action: { name: 'vault:logon', service: 'vault', access: 'authenticate' },
    resource: { id: 'svc-vault', type: 'service' },
    outcome: 'denied',
    errorCode: 'expired secret',
  });
});

it.each([
  [{ activity_id: 1 }, 'write'],
  [{ activity_id: 4 }, 'write'],
  [{ activity_id: 99 }, 'read'],
  [{ activity_id: 99, api: { operation: 'Frobnicate' } }, 'unknown'],
])('%j is %s', (change, access) => {
  expect(read({ ...api, ...change }).action.access).toBe(access);
});

it.each([
  [{ status_id: 2, api: { operation: 'X', response: { error: 'AccessDenied' } } }, 'denied'],
  [{ status_id: 2, api: { operation: 'X', response: { code: 403 } } }, 'denied'],
  [{ status_id: 2, api: { operation: 'X', response: { error: 'Throttling' } } }, 'failed'],
  [{ status_id: 1, actor: { ...api.actor, authorizations: [{ decision: 'denied' }] } }, 'denied'],
])('%j is %s', (change, outcome) => {
  expect(read({ ...api, ...change }).outcome).toBe(outcome);
});

it('an actor without a user is the app or the service that calls', () => {
  expect(read({ ...api, actor: { app_uid: 'app-1' } }).identity).toMatchObject({ id: 'app-1', kind: 'oauth-app' });
  expect(read({ ...api, actor: { invoked_by: 'config.amazonaws.com' } }).identity).toMatchObject({
    id: 'config.amazonaws.com',
    kind: 'provider-service',
  });
});

it('other classes are skipped', () => {
  expect(reader.readParsed({ ...api, class_uid: 2004 })[0]?.status).toBe('skip');
});

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

describe('an authentication', () => {
  const user = { uid: 'S-1-5-21-9-9-9-501', name: 'svc-report', type_id: 4 };
  const actor = { user: { uid: 'S-1-5-18', name: 'HOST$', type_id: 3 } };
  it('is of the user that signs in, not of the process that reports it', () => {
    expect(read({ ...logon, actor, user }).identity).toMatchObject({ id: user.uid, kind: 'service-account' });
  });
  it('is of one user, of whom the actor may tell more', () => {
    const more = { uid: 'AIDAEXAMPLE000000001', name: 'reporter', account: { uid: '123456789012' } };
    expect(read({ ...logon, actor: { user: more }, user: { uid: more.uid } }).identity).toMatchObject({
      id: more.uid,
      name: 'reporter',
      account: '123456789012',
    });
  });
  it('is of the actor where no user is named, and of nobody where none is', () => {
    expect(read({ ...logon, actor, user: {} }).identity.id).toBe('S-1-5-18');
    expect(reader.readParsed({ ...logon, actor: {}, user: { name: 'ANONYMOUS LOGON' } })[0]?.status).toBe('skip');
  });
});

it.each([
  [3001, { user: { name: 'new-bot' } }, 'new-bot'],
  [3004, { entity: { uid: 'e1', type: 'Policy' }, user: { name: 'u' } }, 'e1'],
  [3005, { user: { name: 'u' }, privileges: ['Owner'] }, 'u'],
  [3006, { group: { uid: 'g1', name: 'admins' }, user: { name: 'u' } }, 'g1'],
])('a change of class %i is by its actor to what it names: %j', (class_uid, change, id) => {
  const activity = read({ ...api, resources: undefined, class_uid, ...change });
  expect(activity.identity).toEqual(read(api).identity);
  expect(activity).toMatchObject({ resource: { id }, action: { access: 'admin' } });
  expect(reader.readParsed({ ...api, class_uid, actor: {}, ...change })[0]?.status).toBe('skip');
});

it('a session that gets rights is its user where no actor is named', () => {
  const event = { ...api, resources: undefined, class_uid: 3003, actor: {}, user: { uid: 'svc-sql', type_id: 4 } };
  expect(read(event)).toMatchObject({
    identity: { id: 'svc-sql', kind: 'service-account' },
    action: { access: 'authenticate' },
  });
});

describe('datastore activity (6005)', () => {
  const event = (more: object) =>
    read({
      ...api,
      class_uid: 6005,
      type_uid: 600504,
      cloud: undefined,
      api: undefined,
      resources: undefined,
      metadata: { version: '1.8.0', uid: 'd-1', product: { name: 'PostgreSQL', vendor_name: 'PostgreSQL' } },
      actor: { user: { name: 'ledger_svc', type_id: 4 } },
      dst_endpoint: { hostname: 'ledger-db-1' },
      database: { name: 'ledger' },
      ...more,
    });
  it('is of the role of its server, on the table', () => {
    const query = { query_string: 'update billing.accounts set iban = 1' };
    const table = { name: 'billing.accounts' };
    expect(event({ activity_id: 4, activity_name: 'Query', query_info: query, table })).toMatchObject({
      identity: { id: 'ledger_svc', kind: 'service-account', provider: 'postgresql', account: 'ledger-db-1' },
      action: { name: 'postgresql:query', access: 'write' },
      resource: { id: 'ledger.billing.accounts', type: 'table' },
    });
  });
  it.each([
    [{ activity_id: 1, activity_name: 'Read' }, 'read', 'ledger'],
    [{ activity_id: 3, activity_name: 'Connect' }, 'authenticate', 'ledger'],
    [{ activity_id: 7, databucket: { name: 'exports', file: { path: 'a/b.csv' } } }, 'write', 'exports/a/b.csv'],
  ])('%j', (more, access, id) => {
    expect(event({ activity_name: 'Delete', ...more })).toMatchObject({ action: { access }, resource: { id } });
  });
});

it('1.8: a decision beside the actor, what was blocked, and a model', () => {
  expect(read({ ...api, authorizations: [{ decision: 'Denied' }] }).outcome).toBe('denied');
  expect(read({ ...api, action_id: 2 }).outcome).toBe('denied');
  expect(read({ ...api, disposition_id: 2 }).outcome).toBe('denied');
  const call = {
    ...api,
    resources: undefined,
    ai_model: { ai_provider: 'Example', name: 'model-x' },
    message_context: { application: { name: 'agent-desk' } },
  };
  expect(read(call)).toMatchObject({
    resource: { id: 'model-x', type: 'model' },
    actor: { id: 'agent-desk', kind: 'agent', model: 'model-x' },
  });
});

it('an audit event of Kubernetes is known by name and verb, not by uid and cloud', () => {
  const event = (verb: string, type: string) =>
    read({
      ...api,
      metadata: { version: '1.1.0', product: { name: 'Amazon EKS', vendor_name: 'AWS' } },
      api: { operation: verb, response: { code: 200 } },
      actor: { user: { name: 'system:serviceaccount:shop:reader', uid: '0f0f' } },
      resources: [{ type, namespace: 'shop', name: 'db' }],
    });
  expect(event('list', 'secrets')).toMatchObject({
    identity: { id: 'system:serviceaccount:shop:reader', kind: 'service-account', provider: 'kubernetes' },
    action: { name: 'list:secrets', service: 'k8s', access: 'read' },
    resource: { id: 'shop/db', type: 'secrets' },
  });
  expect(event('create', 'pods/exec').action.access).toBe('execute');
  expect(event('create', 'clusterrolebindings').action.access).toBe('admin');
});

it('an AWS user with a key that lives long is a service account', () => {
  const user = { type: 'IAMUser', uid: 'arn:aws:iam::1:user/ci', credential_uid: 'AKIAEXAMPLE000000002' };
  expect(read({ ...api, actor: { user } }).identity.kind).toBe('service-account');
});

it('a time in another unit than milliseconds, or as text alone, is still the time', () => {
  for (const time of [1_772_360_130, 1_772_360_130_000, 1_772_360_130_000_000])
    expect(read({ ...api, time }).at).toBe('2026-03-01T10:15:30.000Z');
  expect(read({ ...api, time: undefined, time_dt: '2026-03-01T10:15:30Z' }).at).toBe('2026-03-01T10:15:30.000Z');
  expect(reader.readParsed({ ...api, time: 12 })[0]).toMatchObject({ status: 'dead' });
});

it('a call of AWS without resources is about what its parameters name', () => {
  const { resources: _, ...bare } = api;
  const call = {
    operation: 'DescribeTargetHealth',
    service: { name: 'elasticloadbalancing.amazonaws.com' },
    request: { data: '{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1"}' },
  };
  expect(read({ ...bare, api: call }).resource?.id).toBe(
    'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/a/1',
  );
  const flat = { operation: 'StopLogging', service: { name: 'cloudtrail.amazonaws.com' } };
  const unmapped = { 'requestParameters.name': 'main-trail', readOnly: 'false' };
  expect(read({ ...bare, api: flat, unmapped }).resource?.id).toBe('main-trail');
});

it('a change is called as the product itself calls it, and the account may stand in the field of older events', () => {
  const { api: _, ...bare } = api;
  const change = {
    ...bare,
    class_uid: 3001,
    activity_name: 'Create',
    cloud: undefined,
    actor: { user: { uid: '73', name: 'mona', account_uid: '4711' } },
    user: { uid: '147', name: 'new' },
    metadata: { event_code: 'user.create', product: { vendor_name: 'Github' } },
  };
  expect(read(change)).toMatchObject({
    identity: { id: '73', account: '4711' },
    action: { name: 'github:user.create' },
  });
  expect(read({ ...change, metadata: { event_code: '4720' } }).action.name).toBe('ocsf:account-change-create');
});

it("the caller's id beside the name of whom was changed is the caller's, as the mapping of CloudTrail writes it", () => {
  const caller = { uid: 'arn:aws:sts::111122223333:assumed-role/admin/ada', uid_alt: 'AROAEXAMPLE:ada' };
  const change = { ...api, class_uid: 3001, resources: undefined, actor: { user: caller } };
  expect(read({ ...change, user: { uid: caller.uid_alt, name: 'svc-backup' } }).resource?.id).toBe('svc-backup');
  expect(read({ ...change, user: { uid: 'AIDAEXAMPLE', name: 'svc-backup' } }).resource?.id).toBe('AIDAEXAMPLE');
});

it('an ARN names the account where nothing else does', () => {
  const user = { uid: 'arn:aws:iam::111122223333:user/svc-backup' };
  expect(read({ ...logon, user, actor: { user }, cloud: { provider: 'AWS' } }).identity.account).toBe('111122223333');
});

it('an entity is what it holds under the name of its kind', () => {
  const entity = { type: 'Policy', type_id: 5, policy: { uid: '00p1', name: 'no MFA' } };
  expect(read({ ...api, class_uid: 3004, resources: undefined, entity }).resource).toEqual({
    id: '00p1',
    type: 'Policy',
  });
});

it('the account of a cluster is a number, also where the whole caller stands in its place', () => {
  const uid = 'arn:aws:sts::111122223333:assumed-role/node/i-0123456789abcdef0';
  const act = {
    ...api,
    cloud: { provider: 'AWS', account: { uid } },
    api: { operation: 'list', version: 'v1' },
    metadata: { product: { name: 'Amazon EKS', vendor_name: 'AWS' } },
    actor: { user: { name: 'system:serviceaccount:shop:worker' } },
    resources: [{ type: 'pods', namespace: 'shop' }],
  };
  expect(read(act).identity).toMatchObject({ id: 'system:serviceaccount:shop:worker', account: '111122223333' });
});

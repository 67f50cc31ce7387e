import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './teleport-audit.ts';

const [query, join, kube, tool] = samplesOf(format);
const rig = formatRig(format);

it('a bot is known by its name, whether its user or itself is named', () => {
  expect(rig.read(query)).toMatchObject({
    identity: { id: 'nightly', kind: 'bot', provider: 'teleport', account: 'teleport.example.com' },
    action: { name: 'db.session.query', service: 'db', access: 'read' },
    resource: { id: 'orders-db/shop', type: 'database' },
    scopes: ['reader'],
    outcome: 'success',
  });
  expect(rig.read(join)).toMatchObject({
    identity: { id: 'deployer', kind: 'bot' },
    action: { access: 'authenticate' },
    onBehalfOf: [{ id: 'repo:example/shop', kind: 'workload' }],
    source: { ip: '192.0.2.100' },
  });
});

it('requests to a cluster and calls of tools are told by what they are about', () => {
  expect(rig.read(kube)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    action: { name: 'kube.request', access: 'read' },
    resource: { id: 'prod/shop/secrets/db', type: 'kubernetes' },
    source: { ip: '192.0.2.101' },
  });
  expect(rig.read(tool)).toMatchObject({
    action: { name: 'tools/call:send_payment', service: 'mcp', access: 'write' },
    resource: { id: 'payments-mcp', type: 'app' },
  });
});

it.each([
  [{ event: 'user.login', code: 'T1000W', success: false, error: 'bad' }, 'denied'],
  [{ code: 'TDB02W', success: false, error: 'access to db denied' }, 'denied'],
  [{ code: 'TDB02E', success: false, error: 'EOF' }, 'failed'],
])('%j is %s', (change, outcome) => {
  expect(rig.read({ ...query, ...change }).outcome).toBe(outcome);
});

it.each([
  [{ user: 'ada@example.com' }, 'ada@example.com', 'human', undefined],
  [{ user: 'bot-nightly', impersonator: 'bot-nightly' }, 'nightly', 'bot', undefined],
  [{ user: 'u', bot_name: 'nightly', route_to_cluster: 'teleport.example.com' }, 'nightly', 'bot', undefined],
  [
    { user: 'root-user', impersonator: 'ada@example.com' },
    'ada@example.com',
    'human',
    { id: 'root-user', type: 'user' },
  ],
  [
    { user: 'bot-nightly', route_to_database: { service_name: 'orders-db', username: 'reader' } },
    'nightly',
    'bot',
    { id: 'orders-db', type: 'database' },
  ],
  [
    { user: 'bot-nightly', kubernetes_cluster: 'prod', route_to_cluster: 'leaf.example.com' },
    'nightly',
    'bot',
    { id: 'prod', type: 'kubernetes' },
  ],
  [{ user: 'bot-nightly', route_to_app: { name: 'grafana' } }, 'nightly', 'bot', { id: 'grafana', type: 'app' }],
  [
    { user: 'bot-nightly', route_to_cluster: 'leaf.example.com' },
    'nightly',
    'bot',
    { id: 'leaf.example.com', type: 'cluster' },
  ],
])('a certificate for %j is an act of %s', (certified, id, kind, resource) => {
  const record = {
    event: 'cert.create',
    code: 'TC000I',
    time: query.time,
    uid: '5f1d',
    cluster_name: 'teleport.example.com',
    cert_type: 'user',
    identity: { ...certified, client_ip: '192.0.2.103', roles: ['access'] },
  };
  const read = rig.read(record);
  expect(read).toMatchObject({
    identity: { id, kind },
    action: { name: 'cert.create', access: 'authenticate' },
    outcome: 'success',
    source: { ip: '192.0.2.103' },
  });
  expect(read.resource).toEqual(resource);
});

it('who reviewed a request for access is who acted', () => {
  const { user: _, ...review } = { ...query, event: 'access_request.review', code: 'T5002I', id: '0f3a' };
  expect(rig.read({ ...review, user_kind: 1, reviewer: 'ada@example.com', state: 'APPROVED' })).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    resource: { id: '0f3a', type: 'access_request' },
  });
});

const { user_kind: _kind, ...base } = query;
const desktop = { 'addr.remote': '192.0.2.9:3389', 'addr.local': '198.51.100.7', desktop_name: 'till-1' };

it.each([
  [{ event: 'db.session.query', code: 'TDB02I', db_query: '{"find": "orders", "$db": "shop"}' }, 'read'],
  [{ event: 'db.session.query', code: 'TDB02I', db_query: '{"insert": "orders"}' }, 'write'],
  [
    { event: 'db.session.mysql.statements.prepare', code: 'TMY00I', db_query: '', query: 'UPDATE a SET b = 1' },
    'write',
  ],
  [{ event: 'db.session.spanner.rpc', code: 'TSPN001I', db_query: '', args: { sql: 'select 1' } }, 'read'],
  [
    { event: 'db.session.cassandra.batch', code: 'TCA01I', db_query: '', children: [{ query: 'INSERT INTO a' }] },
    'write',
  ],
  [{ event: 'db.session.sqlserver.rpc_request', code: 'TMS00I', db_query: '', parameters: ['SELECT 1'] }, 'read'],
  [
    {
      event: 'db.session.dynamodb.request',
      code: 'TDY01I',
      db_query: '',
      method: 'POST',
      target: 'DynamoDB_20120810.DeleteItem',
    },
    'write',
  ],
  [
    { event: 'db.session.opensearch.request', code: 'TOS00I', db_query: '', method: 'POST', path: '/a/_search' },
    'read',
  ],
  [{ event: 'db.session.opensearch.request', code: 'TOS00I', db_query: '', method: 'PUT', path: '/a' }, 'write'],
  [{ event: 'db.session.user.create', code: 'TDB08I', db_query: '' }, 'admin'],
  [{ event: 'sftp', code: 'TS003I', action: 3 }, 'read'],
  [{ event: 'sftp', code: 'TS004I', action: 4 }, 'write'],
  [{ event: 'sftp', code: 'TS010I', action: 10 }, 'read'],
  [{ event: 'sftp', code: 'TS011I', action: 11 }, 'write'],
  [{ event: 'sftp', code: 'TS015I', action: 15 }, 'read'],
  [{ event: 'x11-forward', code: 'T3008I' }, 'execute'],
  [{ event: 'desktop.directory.write', code: 'TDP06I' }, 'write'],
  [{ event: 'desktop.clipboard.receive', code: 'TDP03I' }, 'read'],
  [{ event: 'saml.idp.auth', code: 'TSI000I' }, 'authenticate'],
  [{ event: 'device.authenticate', code: 'TV006I' }, 'authenticate'],
  [{ event: 'spiffe.svid.issued', code: 'TSPIFFE000I' }, 'authenticate'],
  [{ event: 'session.recording.access', code: 'T2012I' }, 'read'],
])('%j is access to %s', (change, access) => {
  expect(rig.read({ ...base, ...change }).action.access).toBe(access);
});

it.each([
  [
    { event: 'db.create', code: 'TDB03I', name: 'orders-db' },
    { id: 'orders-db', type: 'db' },
  ],
  [
    { event: 'app.create', code: 'TAP03I', name: 'grafana' },
    { id: 'grafana', type: 'app' },
  ],
  [
    { event: 'desktop.directory.read', code: 'TDP05I', ...desktop },
    { id: 'till-1', type: 'desktop' },
  ],
  [
    { event: 'access_list.member.add', code: 'TAL005I', access_list_name: 'on-call' },
    { id: 'on-call', type: 'access_list' },
  ],
  [
    { event: 'saml.idp.auth', code: 'TSI000I', service_provider_entity_id: 'https://sp' },
    { id: 'https://sp', type: 'saml' },
  ],
  [
    { event: 'spiffe.svid.issued', code: 'TSPIFFE000I', spiffe_id: 'spiffe://a/b' },
    { id: 'spiffe://a/b', type: 'spiffe' },
  ],
  [
    { event: 'mfa.delete', code: 'T1007I', mfa_device_name: 'usb-c' },
    { id: 'usb-c', type: 'mfa' },
  ],
  [
    { event: 'device.create', code: 'TV001I', device: { device_id: '99d3' } },
    { id: '99d3', type: 'device' },
  ],
  [
    { event: 'scp', code: 'T3004I', action: 'download', path: '~/a' },
    { id: '~/a', type: 'file' },
  ],
  [
    { event: 'sftp', code: 'TS001I', action: 1, path: '/etc/passwd', server_hostname: 'web-1' },
    { id: 'web-1:/etc/passwd', type: 'file' },
  ],
  [
    {
      event: 'db.session.dynamodb.request',
      code: 'TDY01I',
      db_service: 'ddb',
      db_name: '',
      body: { TableName: 'orders' },
    },
    { id: 'ddb/orders', type: 'database' },
  ],
  [
    { event: 'session.recording.access', code: 'T2012I', sid: '44c6' },
    { id: '44c6', type: 'session' },
  ],
  [
    { event: 'db.session.mysql.drop_db', code: 'TMY09I', schema_name: 'old' },
    { id: 'orders-db/old', type: 'database' },
  ],
])('%j is about %j', (change, resource) => {
  expect(rig.read({ ...base, ...change }).resource).toEqual(resource);
});

it('at a desktop, the address is that of who sits before it', () => {
  const start = { ...base, event: 'windows.desktop.session.start', code: 'TDP00I', ...desktop };
  expect(rig.read(start).source).toMatchObject({ ip: '198.51.100.7' });
  const { 'addr.local': _, ...far } = start;
  expect(rig.read(far).source).not.toHaveProperty('ip');
});

it('a headless sign-in counts when it is approved', () => {
  const asked = { ...base, event: 'user.login', code: 'T1012I', success: false };
  expect(rig.reader.readParsed(asked)[0]).toMatchObject({ status: 'skip' });
  expect(rig.read({ ...asked, code: 'T1013I', success: true }).outcome).toBe('success');
});

it('a device that was refused tells so beside', () => {
  const device = {
    ...base,
    event: 'device',
    code: 'TV005I',
    user: { user: 'ada@example.com' },
    status: { success: false },
  };
  expect(rig.read({ ...device, success: undefined })).toMatchObject({
    identity: { id: 'ada@example.com' },
    outcome: 'failed',
  });
});

it('the end of a session is no act of its own, and whoever is nobody is skipped', () => {
  const end = { ...query, event: 'session.end', code: 'T2004I' };
  expect(rig.reader.readParsed(end)[0]).toMatchObject({ status: 'skip', reason: expect.stringContaining('the end') });
  expect(rig.reader.readParsed({ ...query, user: '' })[0]).toMatchObject({
    status: 'skip',
    reason: 'user names nobody',
  });
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records with a real time are all read", () => {
  const outcomes = rulePack!('Gravitational.TeleportAudit').map((log) => rig.reader.readParsed(log)[0]!);
  expect(outcomes.map(({ status }) => status).sort()).toEqual([...Array(1).fill('dead'), ...Array(11).fill('read')]);
});

it('whoever signs in under a name that Teleport does not know is nobody', () => {
  const login = { ...base, event: 'user.login', code: 'T1000W', success: false };
  expect(rig.reader.readParsed({ ...login, error: 'user(name="x") not found' })[0]?.status).toBe('skip');
  expect(rig.read({ ...login, error: 'invalid password' }).outcome).toBe('denied');
});

it.each([
  ['kube.request', { code: 'T3009I', response_code: 403 }, 'denied', '403'],
  ['kube.request', { code: 'T3009I', response_code: 404 }, 'failed', '404'],
  ['kube.request', { code: 'T3009I', response_code: 201 }, 'success', undefined],
  ['db.session.opensearch.request', { code: 'TOS00I', status_code: 403 }, 'denied', '403'],
  ['db.session.dynamodb.request', { code: 'TDY01E', status_code: 0, success: undefined }, 'failed', 'TDY01E'],
  ['db.session.dynamodb.request', { code: 'TDY01I', status_code: 0 }, 'success', undefined],
  ['user.login', { code: 'T1013W', success: true, error: 'user not found in cluster' }, 'denied', 'T1013W'],
])('%s with %j is %s', (event, change, outcome, errorCode) => {
  const read = rig.read({ ...base, event, ...change });
  expect([read.outcome, read.errorCode]).toEqual([outcome, errorCode]);
});

it.each(['SRE002I', 'CJ001I', 'TSPIFFE000I', 'T80002I'])('an event with the code %s is one of Teleport', (code) => {
  const event = { ...base, event: 'secreports.report.run', code, name: 'privileges' };
  expect(formatRig(format, 'auto').read(event).identity.provider).toBe('teleport');
});

it('an assignment in Okta is made by the service, for the user that it names', () => {
  const event = { ...base, event: 'okta.assignment.process', code: 'TOK004I', name: 'a1', user: 'ada@example.com' };
  expect(rig.read(event)).toMatchObject({
    identity: { id: 'okta-service', kind: 'provider-service' },
    resource: { id: 'ada@example.com', type: 'user' },
    action: { access: 'admin' },
  });
});

it('a store that speaks HTTP is asked for an index or a table', () => {
  const search = { event: 'db.session.elasticsearch.request', code: 'TES00I', method: 'GET', path: '/pay/_search' };
  expect(rig.read({ ...base, ...search, db_service: 'es', db_name: '', target: 'pay' }).resource?.id).toBe('es/pay');
  const app = { event: 'app.session.dynamodb.request', code: 'T2013I', method: 'POST', app_name: 'aws', path: '/' };
  expect(rig.read({ ...base, ...app, target: 'DynamoDB_20120810.Scan', body: { TableName: 'orders' } })).toMatchObject({
    resource: { id: 'aws/orders', type: 'database' },
    action: { access: 'read' },
  });
});

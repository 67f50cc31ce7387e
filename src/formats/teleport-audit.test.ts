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

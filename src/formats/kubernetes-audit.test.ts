import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './kubernetes-audit.ts';

const [sample] = samplesOf(format);
const rig = formatRig(format);

const read = (change: object) => rig.read({ ...sample, ...change });

it('a service account is the identity, its token the credential, its pod the actor', () => {
  expect(read({})).toEqual({
    id: 'k8s:0a0a0a0a-1111-2222-3333-444444444444',
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: { id: 'system:serviceaccount:shop:deployer', kind: 'service-account', provider: 'kubernetes' },
    credential: { id: 'JTI=5f5f5f5f-0000-1111-2222-333333333333', kind: 'jwt' },
    actor: { id: 'deployer-7c9d', kind: 'pod' },
    action: { name: 'create:pods/exec', service: 'k8s', access: 'execute' },
    resource: { id: 'shop/web-5d8f', type: 'pods' },
    source: { ip: '10.1.2.3', userAgent: 'kubectl/v1.31.0' },
    outcome: 'success',
    scopes: ['system:serviceaccounts', 'system:authenticated'],
  });
});

it('of several stages of one request only the last is read', () => {
  const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
  const objectRef = { resource: 'pods', namespace: 'shop', apiVersion: 'v1' };
  const outcomes = stages.map((stage) => rig.reader.readParsed({ ...sample, objectRef, stage })[0]!);
  expect(outcomes.map(({ status }) => status)).toEqual(['skip', 'skip', 'read', 'read']);
});

it.each([
  [{ responseStatus: { code: 403, reason: 'Forbidden' } }, 'denied', 'Forbidden'],
  [{ annotations: { 'authorization.k8s.io/decision': 'forbid' } }, 'denied', '101'],
  [{ responseStatus: { code: 404 } }, 'failed', '404'],
  [{ responseStatus: { code: 200 } }, 'success', undefined],
])('%j is %s', (change, outcome, code) => {
  expect(read(change)).toMatchObject({ outcome });
  expect(read(change).errorCode).toBe(code);
});

it.each([
  ['get', { resource: 'pods' }, 'read'],
  ['delete', { resource: 'pods', name: 'a' }, 'write'],
  ['create', { resource: 'clusterrolebindings', apiGroup: 'rbac.authorization.k8s.io' }, 'admin'],
  ['create', { resource: 'serviceaccounts', subresource: 'token' }, 'authenticate'],
  ['create', { resource: 'pods', subresource: 'portforward' }, 'execute'],
  ['create', { resource: 'selfsubjectaccessreviews', apiGroup: 'authorization.k8s.io' }, 'read'],
])('%s of %j is %s', (verb, objectRef, access) => {
  expect(read({ verb, objectRef }).action.access).toBe(access);
});

it('a request that is about no object is named by its path without the query', () => {
  const { action, resource } = read({ verb: 'get', objectRef: undefined, requestURI: '/healthz?verbose=1' });
  expect([action.name, action.access, resource]).toEqual(['get:/healthz', 'read', undefined]);
});

it('who is impersonated and the cloud role behind a cluster user stand in the chain', () => {
  const user = {
    username: 'admin',
    extra: { canonicalArn: ['arn:aws:iam::1:role/Ops'], accessKeyId: ['ASIAEXAMPLE0'] },
  };
  expect(read({ user, impersonatedUser: { username: 'system:serviceaccount:a:b' } })).toMatchObject({
    credential: { id: 'ASIAEXAMPLE0', kind: 'session-token' },
    onBehalfOf: [
      { id: 'system:serviceaccount:a:b', kind: 'impersonated' },
      { id: 'arn:aws:iam::1:role/ops', kind: 'role' },
    ],
  });
});

it.each([
  [{ requestReceivedTimestamp: undefined, stageTimestamp: undefined }, /^requestReceivedTimestamp/],
  [{ verb: '' }, /^verb/],
  [{ user: 'ci' }, /^user/],
])('%j is dead', (change, reason) => {
  expect(rig.reader.readParsed({ ...sample, ...change })[0]).toMatchObject({
    status: 'dead',
    reason: expect.stringMatching(reason),
  });
});

it('an event list is as many records as it holds', () => {
  expect(rig.reader.readParsed({ kind: 'EventList', items: [sample, sample] })).toHaveLength(2);
});

it('AKS wraps an event as text in the envelope of a diagnostic setting, many in a message of an event hub', () => {
  const wrapped = {
    time: '2026-03-01T10:15:31.000Z',
    category: 'kube-audit',
    operationName: 'Microsoft.ContainerService/managedClusters/diagnosticLogs/Read',
    properties: { log: JSON.stringify(sample) },
  };
  const [plain] = rig.reader.readParsed(sample);
  expect(rig.reader.readParsed(wrapped)).toEqual([plain]);
  expect(rig.reader.readParsed({ records: [wrapped, wrapped] })).toEqual([plain, plain]);
  expect(rig.reader.readParsed({ ...wrapped, properties: { log: '{' } })[0]?.status).toBe('dead');
});

it('a stream into a container is read as it begins, and its end is the same act', () => {
  const begun = read({ stage: 'ResponseStarted' });
  expect(begun).toEqual(read({ stage: 'ResponseComplete' }));
  expect(begun.action.access).toBe('execute');
});

it.each([
  [{}],
  [undefined],
  [{ username: 'system:anonymous', groups: ['system:unauthenticated'] }],
  [{ username: '-' }],
])('a request of nobody is skipped: %j', (user) => {
  expect(rig.reader.readParsed({ ...sample, user })[0]?.status).toBe('skip');
});

it('of several addresses the last is the peer: those before it are what the client claims', () => {
  expect(read({ sourceIPs: ['203.0.113.9', '198.51.100.4', '192.0.2.5'] }).source.ip).toBe('192.0.2.5');
});

it('an event without a kind is recognised by its fields', () => {
  const { kind: _, apiVersion: __, ...bare } = sample;
  expect(formatRig(format, 'auto').read(bare)).toEqual(rig.read(sample));
});

it('the cluster is the account, from the envelope or from a field of a collector', () => {
  const wrapped = (name: string, log: unknown) => ({
    time: '2026-03-01T10:15:31.000Z',
    category: 'kube-audit-admin',
    resourceId: `/SUBSCRIPTIONS/S/RESOURCEGROUPS/G/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/${name}`,
    properties: { log },
  });
  const [one, two] = [wrapped('BLUE', sample), wrapped('GREEN', JSON.stringify(sample))].map((record) =>
    rig.read(record),
  );
  expect(one?.identity.account).toMatch(/managedclusters\/blue$/);
  expect(two?.identity.account).toMatch(/managedclusters\/green$/);
  expect(one?.identity.id).toBe(two?.identity.id);
  expect(read({ cluster: 'Edge-7' }).identity.account).toBe('edge-7');
  expect(read({ cluster_name: 'Edge-8' }).identity.account).toBe('edge-8');
});

it('a binding says whom it gives which role, where the log holds its request', () => {
  const binding = (resource: string, requestObject?: object) =>
    read({
      verb: 'create',
      objectRef: { resource, namespace: 'shop', name: 'b', apiGroup: 'rbac.authorization.k8s.io' },
      requestObject,
    }).change;
  const roleRef = { kind: 'ClusterRole', name: 'edit' };
  const subjects = [
    { kind: 'Group', name: 'devs' },
    { kind: 'ServiceAccount', name: 'orders', namespace: 'shop' },
  ];
  expect(binding('rolebindings', { roleRef, subjects })).toEqual({
    kind: 'right',
    identity: 'system:serviceaccount:shop:orders',
    rights: ['ClusterRole/edit'],
  });
  expect(binding('clusterrolebindings', { roleRef, subjects: [{ kind: 'User', name: 'ada' }] })?.identity).toBe('ada');
  expect(binding('rolebindings')).toBeUndefined();
  expect(binding('configmaps', { roleRef, subjects })).toBeUndefined();
});

it('what is listed in the whole cluster is told by its sort', () => {
  expect(read({ verb: 'list', objectRef: { resource: 'secrets' } }).resource).toEqual({
    id: 'secrets',
    type: 'secrets',
  });
  expect(
    read({ verb: 'watch', objectRef: { resource: 'roles', apiGroup: 'rbac.authorization.k8s.io' } }).resource?.id,
  ).toBe('rbac.authorization.k8s.io/roles');
});

it.each([
  [{ code: '403' }, 'denied', '403'],
  [{ status: 'Failure', reason: 'Forbidden' }, 'denied', 'Forbidden'],
  [{ status: 'Failure', reason: 'NotFound' }, 'failed', 'NotFound'],
  [{ code: 0, status: 'Success' }, 'success', undefined],
])('an answer of %j is %s', (responseStatus, outcome, errorCode) => {
  const { annotations: _, ...bare } = sample;
  const answered = rig.read({ ...bare, responseStatus });
  expect([answered.outcome, answered.errorCode]).toEqual([outcome, errorCode]);
});

it('one address by itself is taken as a list of one', () => {
  expect(read({ sourceIPs: '192.0.2.9' }).source.ip).toBe('192.0.2.9');
});

it('a namespace is one thing, whether it is made or deleted', () => {
  const objectRef = { resource: 'namespaces', name: 'shop', apiVersion: 'v1' };
  const made = read({ verb: 'create', objectRef });
  const gone = read({ verb: 'delete', objectRef: { ...objectRef, namespace: 'shop' } });
  expect([made.resource, gone.resource]).toEqual([
    { id: 'shop', type: 'namespaces' },
    { id: 'shop', type: 'namespaces' },
  ]);
});

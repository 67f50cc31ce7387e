import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './gcp-audit.ts';

const [sample] = samplesOf(format);
const rig = formatRig(format);

const read = (change: object, entry: object = {}) =>
  rig.read({ ...sample, ...entry, protoPayload: { ...sample.protoPayload, ...change } });

it('a service account is the identity, its key the credential, and an internal caller no address', () => {
  expect(read({})).toEqual({
    id: 'gcp:acme-data:1abcd2efgh3',
    at: '2026-03-01T10:15:30.123Z',
    tenant: 'default',
    identity: {
      id: 'reports@acme-data.iam.gserviceaccount.com',
      kind: 'service-account',
      provider: 'gcp',
      name: 'Reports@acme-data.iam.gserviceaccount.com',
      account: 'acme-data',
    },
    credential: { id: '0123456789abcdef0123456789abcdef01234567', kind: 'signing-key', longLived: true },
    onBehalfOf: [{ id: 'scheduler@acme-data.iam.gserviceaccount.com', kind: 'service-account' }],
    action: { name: 'storage.objects.get', service: 'storage', access: 'read' },
    resource: {
      id: 'projects/_/buckets/acme-reports/objects/2026/03/01.csv',
      type: 'gcs_bucket',
      account: 'acme-data',
    },
    source: { workload: 'gce-internal-ip', userAgent: 'google-cloud-sdk gcloud/480.0.0' },
    outcome: 'success',
    scopes: ['storage.objects.get'],
  });
});

it.each([
  [{ status: { code: 7 } }, 'denied'],
  [{ status: { code: 5 } }, 'failed'],
  [{ status: {} }, 'success'],
  [{ authorizationInfo: [{ permission: 'p', granted: false }] }, 'denied'],
])('%j is %s', (change, outcome) => {
  expect(read(change).outcome).toBe(outcome);
});

it.each([
  ['google.iam.admin.v1.CreateServiceAccountKey', 'admin'],
  ['SetIamPolicy', 'admin'],
  ['GenerateAccessToken', 'authenticate'],
  ['v1.compute.instances.insert', 'write'],
  ['v1.compute.instances.list', 'read'],
])('%s is %s', (methodName, access) => {
  expect(read({ methodName }).action.access).toBe(access);
});

it.each([
  ['service-111122223333@container-engine-robot.iam.gserviceaccount.com', 'provider-service'],
  ['111122223333-compute@developer.gserviceaccount.com', 'service-account'],
  ['reports@acme-data.iam.gserviceaccount.com', 'service-account'],
  ['system:serviceaccount:shop:orders', 'service-account'],
  ['system:kube-controller-manager', 'provider-service'],
  ['ada@example.com', 'human'],
])('%s is a %s', (principalEmail, kind) => {
  expect(read({ authenticationInfo: { principalEmail } }).identity).toMatchObject({ id: principalEmail, kind });
});

it('a record without a service says so', () => {
  const { serviceName: _, ...protoPayload } = sample.protoPayload;
  expect(rig.reader.readParsed({ ...sample, protoPayload })[0]).toMatchObject({
    reason: expect.stringMatching(/^protoPayload\.serviceName/),
  });
});

it('a long operation is read once', () => {
  expect(rig.reader.readParsed({ ...sample, operation: { id: 'o', last: true } })[0]?.status).toBe('skip');
  expect(rig.reader.readParsed({ ...sample, operation: { id: 'o', first: true, last: true } })[0]?.status).toBe('read');
});

const within = (labels: object) => ({ resource: { type: 't', labels } });
const by = (principalEmail: string) => ({ authenticationInfo: { principalEmail } });

it.each([
  ['ci@home.iam.gserviceaccount.com', 'home', 'away'],
  ['home@appspot.gserviceaccount.com', 'home', 'away'],
  ['ci@home.example.com.iam.gserviceaccount.com', 'home.example.com', 'away'],
  ['1234-compute@developer.gserviceaccount.com', '1234', undefined],
  ['service-1234@gcp-sa-logging.iam.gserviceaccount.com', '1234', undefined],
  ['ada@example.com', 'example.com', undefined],
])('%s is at home in %s, wherever it acts', (email, home, account) => {
  const activity = read(by(email), within({ project_id: 'away' }));
  expect([activity.identity.account, activity.resource?.account]).toEqual([home, account]);
});

it('a name of Kubernetes is at home in its cluster', () => {
  const [one, two] = ['blue', 'green'].map((cluster_name) =>
    read(by('system:serviceaccount:shop:worker'), within({ project_id: 'p', location: 'l', cluster_name })),
  );
  expect([one?.identity.account, two?.identity.account]).toEqual(['p/l/blue', 'p/l/green']);
});

it('a federated principal is its repository within its pool', () => {
  const subject = (ref: string) =>
    read({
      authenticationInfo: {
        principalSubject: `principal://iam.googleapis.com/projects/77/locations/global/workloadIdentityPools/ci/subject/repo:acme/shop:${ref}`,
      },
    }).identity;
  expect(subject('ref:refs/heads/a')).toEqual(subject('environment:prod'));
  expect(subject('ref:refs/heads/a').account).toBe('77');
});

it.each([[{}], [undefined], [{ principalEmail: 'system:anonymous' }], [{ principalEmail: 'allUsers' }]])(
  'a caller who is left out or anonymous is skipped: %j',
  (authenticationInfo) => {
    const record = { ...sample, protoPayload: { ...sample.protoPayload, authenticationInfo } };
    expect(rig.reader.readParsed(record)[0]).toMatchObject({
      status: 'skip',
      reason: 'protoPayload.authenticationInfo names nobody',
    });
  },
);

it.each([
  ['io.k8s.core.v1.pods.exec.create', 'execute'],
  ['io.k8s.core.v1.pods.portforward.get', 'execute'],
  ['io.k8s.core.v1.secrets.list', 'read'],
  ['io.k8s.authorization.v1.selfsubjectaccessreviews.create', 'read'],
  ['io.k8s.authentication.v1.tokenreviews.create', 'authenticate'],
  ['io.k8s.core.v1.serviceaccounts.token.create', 'authenticate'],
  ['io.k8s.authorization.rbac.v1.clusterrolebindings.create', 'admin'],
  ['io.k8s.core.v1.pods.delete', 'write'],
  ['google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion', 'read'],
])('%s is %s', (methodName, access) => {
  expect(read({ methodName }).action.access).toBe(access);
});

it.each([
  ['google.login.LoginService.loginFailure', 'denied'],
  ['google.login.LoginService.loginSuccess', 'success'],
])('%s, which has no status, is %s', (methodName, outcome) => {
  expect(read({ methodName, serviceName: 'login.googleapis.com' }).outcome).toBe(outcome);
});

it('an entry that a sink wrote to BigQuery is the same act', () => {
  const { protoPayload, ...entry } = sample;
  const granted = [{ ...protoPayload.authorizationInfo[0], granted: 'true' }];
  const exported = { ...entry, protopayload_auditlog: { ...protoPayload, authorizationInfo: granted, status: null } };
  expect(format.recognises(exported)).toBe(true);
  expect(rig.read(exported)).toEqual(rig.read(sample));
});

it('a new key, a new account and a changed policy say whom they are about', () => {
  const email = 'reports@acme-data.iam.gserviceaccount.com';
  const changed = (methodName: string, more: object) => read({ methodName, ...more }).change;
  expect(
    changed('google.iam.admin.v1.CreateServiceAccountKey', {
      response: { name: `projects/acme-data/serviceAccounts/${email}/keys/0f0f0f` },
    }),
  ).toEqual({ kind: 'credential', identity: email, credential: '0f0f0f' });
  expect(changed('google.iam.admin.v1.CreateServiceAccount', { response: { email } })).toEqual({
    kind: 'identity',
    identity: email,
  });
  const bindingDeltas = [
    { action: 'REMOVE', role: 'roles/viewer', member: 'user:old@example.com' },
    { action: 'ADD', role: 'roles/storage.objectViewer', member: `serviceAccount:${email}` },
    { action: 'ADD', role: 'roles/pubsub.publisher', member: `serviceAccount:${email}` },
    { action: 'ADD', role: 'roles/owner', member: 'user:new@example.com' },
  ];
  expect(changed('SetIamPolicy', { serviceData: { policyDelta: { bindingDeltas } } })).toEqual({
    kind: 'right',
    identity: email,
    rights: ['roles/storage.objectViewer', 'roles/pubsub.publisher'],
  });
  expect(changed('SetIamPolicy', {})).toBeUndefined();
});

it('an entry without a protoPayload is skipped, and no other record passes for one', () => {
  const logName = 'projects/acme/logs/stdout';
  for (const payload of [{ textPayload: 'listening' }, { jsonPayload: { message: 'x' } }])
    expect(rig.reader.readParsed({ logName, timestamp: '2026-03-01T10:15:30Z', ...payload })[0]).toMatchObject({
      status: 'skip',
      reason: 'an entry of Cloud Logging without a protoPayload: no audit entry',
    });
  expect(format.recognises({ logName: 'app.log', textPayload: 'x' })).toBe(false);
});

it('the resource that access was checked for is the thing where the entry names no other', () => {
  const authorizationInfo = [
    { permission: 'cloudsql.instances.update', resource: 'projects/acme/instances/db', granted: true },
  ];
  expect(read({ resourceName: undefined, authorizationInfo }).resource?.id).toBe('projects/acme/instances/db');
});

it('a service account is the target by its address, where its number stands in the path', () => {
  const labels = { email_id: 'ci@proj-a.iam.gserviceaccount.com', unique_id: '117', project_id: 'proj-a' };
  const about = (resourceName: string) =>
    read({ resourceName }, { resource: { type: 'service_account', labels } }).resource?.id;
  expect(about('projects/-/serviceAccounts/117')).toBe('projects/-/serviceAccounts/ci@proj-a.iam.gserviceaccount.com');
  expect(about('projects/-/serviceAccounts/117/keys/9f')).toContain('ci@proj-a.iam.gserviceaccount.com/keys/9f');
});

it('a node of GKE is a workload, as in the audit log of Kubernetes itself', () => {
  expect(read({ authenticationInfo: { principalEmail: 'system:node:gke-a-1' } }).identity.kind).toBe('workload');
});

it('without a name of the resource its labels tell which it was', () => {
  const resource = { type: 'gce_instance', labels: { project_id: 'acme-data', instance_id: '42', zone: 'z' } };
  expect(read({ resourceName: '', authorizationInfo: [] }, { resource }).resource).toMatchObject({ id: '42' });
});

it.each([
  ['storage.setIamPermissions', 'admin'],
  ['storage.testIamPermissions', 'read'],
  ['google.cloud.aiplatform.v1.PredictionService.GenerateContent', 'execute'],
])('%s: %s', (methodName, access) => {
  expect(read({ methodName }).action.access).toBe(access);
});

it('an entry without a time of its own is of when it was received', () => {
  expect(read({}, { timestamp: null, receiveTimestamp: '2026-03-01T10:15:31Z' }).at).toBe('2026-03-01T10:15:31.000Z');
});

it('an administrator of Workspace puts somebody into a group: the group is the target, and the one let in is told', () => {
  const parameter = (name: string, value: string) => ({ name, value, type: 'TYPE_STRING', label: 'LABEL_OPTIONAL' });
  const added = read({
    serviceName: 'admin.googleapis.com',
    methodName: 'google.admin.AdminService.addGroupMember',
    resourceName: 'organizations/1/groupSettings',
    authenticationInfo: { principalEmail: 'ada@acme.example' },
    metadata: {
      '@type': 'type.googleapis.com/ccc_hosted_reporting.ActivityProto',
      event: [
        {
          eventName: 'ADD_GROUP_MEMBER',
          eventType: 'GROUP_SETTINGS',
          parameter: [parameter('USER_EMAIL', 'new@other.example'), parameter('GROUP_EMAIL', 'admins@acme.example')],
        },
      ],
    },
  });
  expect(added).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'admins@acme.example', type: 'group' },
    recipients: [{ id: 'new@other.example', kind: 'outside' }],
  });
});

it('a service account that is made is the target, not its project', () => {
  const made = read(
    { methodName: 'google.iam.admin.v1.CreateServiceAccount', resourceName: 'projects/acme' },
    { resource: { type: 'service_account', labels: { email_id: 'ci@acme.iam.gserviceaccount.com' } } },
  );
  expect(made).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'projects/acme/serviceAccounts/ci@acme.iam.gserviceaccount.com' },
  });
});

import { describe, expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './aws-cloudtrail.ts';

const [role, user] = samplesOf(format);
const { reader, read } = formatRig(format);

const as = (identity: object, change: object = {}) => ({ ...user, userIdentity: identity, ...change });

it('an assumed role is its issuer, with the key as credential and the session as actor', () => {
  expect(read(role)).toEqual({
    id: 'aws:123456789012:11111111-2222-3333-4444-555555555555',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'default',
    identity: {
      id: 'arn:aws:iam::123456789012:role/web-worker',
      kind: 'role',
      provider: 'aws',
      name: 'Web-Worker',
      account: '123456789012',
    },
    credential: { id: 'ASIAEXAMPLE000000001', kind: 'session-token', issuedAt: '2026-03-01T10:00:00.000Z' },
    actor: { id: 'i-0abc1234def567890', kind: 'instance' },
    action: { name: 's3:GetObject', service: 's3', access: 'read' },
    resource: { id: 'arn:aws:s3:::shop-orders/2026/03/01/0001.json', type: 'AWS::S3::Object' },
    source: {
      ip: '192.0.2.20',
      region: 'eu-west-1',
      userAgent: 'aws-sdk-go-v2/1.30.3',
      vpcEndpoint: 'vpce-0123456789abcdef0',
    },
    outcome: 'success',
    amount: { bytes: 2048 },
  });
});

it('a user with a long-lived key is a service account; a denied call is denied', () => {
  expect(read(user)).toMatchObject({
    identity: { id: 'arn:aws:iam::123456789012:user/ci-terraform', kind: 'service-account', name: 'ci-terraform' },
    credential: { id: 'AKIAEXAMPLE000000001', kind: 'access-key', longLived: true },
    action: { name: 'iam:AttachRolePolicy', service: 'iam', access: 'admin' },
    outcome: 'denied',
    errorCode: 'AccessDenied',
  });
});

it('a new session and a new key of a role are the same identity', () => {
  const other = structuredClone(role);
  other.userIdentity.arn = 'arn:aws:sts::123456789012:assumed-role/Web-Worker/i-0fff';
  other.userIdentity.accessKeyId = 'ASIAEXAMPLE000000002';
  expect(read(other).identity).toEqual(read(role).identity);
});

it('without an issuer the role is read out of the session', () => {
  const { sessionContext: _, ...bare } = role.userIdentity;
  expect(read({ ...role, userIdentity: bare }).identity.id).toBe(read(role).identity.id);
});

it('identities that differ only in case are one, and the spelling is kept as name', () => {
  const spelled = (name: string) =>
    read(as({ type: 'IAMUser', arn: `arn:aws:iam::1:user/${name}`, userName: name, accountId: '1' })).identity;
  expect(spelled('Alice').id).toBe(spelled('alice').id);
  expect(spelled('Alice').name).toBe('Alice');
});

it('a record without a type of identity belongs to the service that made it', () => {
  const identity = read(as({ accountId: '1', invokedBy: 'secretsmanager.amazonaws.com' })).identity;
  expect(identity).toMatchObject({ id: 'secretsmanager.amazonaws.com', kind: 'provider-service' });
});

it.each(['cloudformation.amazonaws.com', 'AWS Internal'])('source %s is a workload, not an address', (name) => {
  const { source } = read({ ...role, sourceIPAddress: name });
  expect(source.workload).toBe(name);
  expect(source.ip).toBeUndefined();
});

it('what runs a function is its source where it keeps a record of the function, and only there', () => {
  const by = (eventSource: string, eventName: string, userAgent = 'awslambda-worker/1.0 rusoto/0.48.0') =>
    read({ ...role, eventSource, eventName, userAgent, sourceIPAddress: '198.51.100.7' }).source;
  expect(by('logs.amazonaws.com', 'CreateLogGroup')).toEqual({
    workload: 'lambda.amazonaws.com',
    region: role.awsRegion,
  });
  // Whoever calls himself so is met at his own address in all that leads anywhere.
  expect(by('s3.amazonaws.com', 'GetObject').ip).toBe('198.51.100.7');
  expect(by('logs.amazonaws.com', 'DeleteLogGroup').ip).toBe('198.51.100.7');
  expect(by('logs.amazonaws.com', 'CreateLogGroup', 'Boto3/1.34').ip).toBe('198.51.100.7');
});

it('who called on behalf of whom stands nearest first', () => {
  const identity = {
    ...role.userIdentity,
    invokedBy: 'cloudformation.amazonaws.com',
    sessionContext: {
      ...role.userIdentity.sessionContext,
      sourceIdentity: 'dana',
      webIdFederationData: {
        federatedProvider: 'arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com',
        attributes: { 'token.actions.githubusercontent.com:sub': 'repo:acme/shop:ref:refs/heads/main' },
      },
    },
  };
  expect(read({ ...role, userIdentity: identity }).onBehalfOf?.map(({ kind }) => kind)).toEqual([
    'service',
    'oidc-subject',
    'identity-provider',
    'source-identity',
  ]);
});

it('the two copies of an act shared by two accounts have one id', () => {
  const copies = ['111111111111', '222222222222'].map((account, n) =>
    read({ ...role, eventID: `event-${n}`, recipientAccountId: account, sharedEventID: 'shared-1' }),
  );
  expect(copies[0]?.id).toBe(copies[1]?.id);
});

describe('the resource', () => {
  it('comes from the request where the log lists none, digits and all', () => {
    const { resources: _, ...bare } = role;
    expect(read(bare).resource?.id).toBe('arn:aws:s3:::shop-orders/2026/03/01/0001.json');
    expect(
      read({ ...user, requestParameters: { DryRun: true, instancesSet: { items: [{ instanceId: 'i-007' }] } } })
        .resource,
    ).toEqual({ id: 'i-007', type: 'instanceId' });
  });
  it('is never the bookkeeping of the caller', () => {
    const parameters = { clientToken: 'abc', roleSessionName: 'me', maxResults: 5, nextToken: 'x' };
    expect(read({ ...user, requestParameters: parameters }).resource).toBeUndefined();
  });
});

it.each([
  ['AccessDenied', 'denied'],
  ['Client.UnauthorizedOperation', 'denied'],
  ['VpceAccessDenied', 'denied'],
  ['ThrottlingException', 'failed'],
  ['Client.InvalidVpcID.NotFound', 'failed'],
  ['', 'success'],
])('error code %s is %s', (errorCode, outcome) => {
  expect(read({ ...role, errorCode }).outcome).toBe(outcome);
});

it.each([
  ['ec2', 'DescribeInstances', true, 'read'],
  ['sts', 'AssumeRole', true, 'authenticate'],
  ['signin', 'ConsoleLogin', false, 'authenticate'],
  ['lambda', 'Invoke', false, 'execute'],
  ['ssm', 'SendCommand', false, 'execute'],
  ['ssm', 'StartSession', false, 'execute'],
  ['iam', 'CreateAccessKey', false, 'admin'],
  ['cloudtrail', 'StopLogging', false, 'admin'],
  ['s3', 'PutBucketPolicy', false, 'admin'],
  ['s3', 'PutObject', false, 'write'],
  ['ec2', 'CreateTags', false, 'write'],
  ['s3', 'GetObject', undefined, 'read'],
  ['s3', 'PutObject', 'false', 'write'],
])('%s:%s with readOnly %s is %s', (service, eventName, readOnly, access) => {
  expect(read({ ...user, eventSource: `${service}.amazonaws.com`, eventName, readOnly }).action.access).toBe(access);
});

it.each([
  [{ eventTime: undefined }, 'eventTime: expected a time'],
  [{ eventName: 5 }, 'eventName: expected a non-empty string'],
  [{ userIdentity: 'ci' }, 'userIdentity: expected an object'],
])('%j is dead: %s', (change, reason) => {
  expect(reader.readParsed({ ...user, ...change })[0]).toMatchObject({ status: 'dead', reason });
});

it.each([
  [null],
  [{}],
  [{ type: 'AWSAccount', principalId: '', accountId: 'anonymous' }],
  [{ type: 'AWSAccount', accountId: 'ANONYMOUS_PRINCIPAL' }],
  [{ type: 'IAMUser', accountId: '1', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS' }],
  [{ type: 'WebIdentityUser', userName: '-' }],
])('whoever is nobody is skipped: %j', (userIdentity) => {
  expect(reader.readParsed({ ...user, userIdentity })[0]).toMatchObject({
    status: 'skip',
    reason: 'userIdentity names nobody',
  });
});

it('insights and digest files are skipped, recognised or named', () => {
  const insight = {
    eventVersion: '1.09',
    eventTime: '2026-03-01T10:00:00Z',
    eventType: 'AwsCloudTrailInsight',
    insightDetails: { insightType: 'ApiErrorRateInsight' },
  };
  const digest = { awsAccountId: '1', digestS3Bucket: 'trail', digestS3Object: 'a/b.json.gz', logFiles: [] };
  for (const name of ['auto', 'aws-cloudtrail'])
    for (const record of [insight, digest])
      expect(formatRig(format, name).reader.readParsed(record)[0]?.status).toBe('skip');
});

it("another cloud's trail with the same fields is not AWS's", () => {
  expect(format.recognises({ ...user, eventSource: 'oss-eu-central-1.aliyuncs.com' })).toBe(false);
  expect(format.recognises({ ...user, acsRegion: 'eu-central-1' })).toBe(false);
});

it('of a list of addresses the first is the client; an error code that is a good status is no error', () => {
  const record = { ...role, sourceIPAddress: '192.0.2.77, 198.51.100.9', errorCode: '200' };
  expect(read(record)).toMatchObject({ source: { ip: '192.0.2.77' }, outcome: 'success' });
  expect(read(record).errorCode).toBeUndefined();
  expect(read({ ...record, errorCode: '403' })).toMatchObject({ outcome: 'denied', errorCode: '403' });
  expect(read({ ...record, errorCode: '500' }).outcome).toBe('failed');
});

it('a federated subject is its repository, whatever the branch', () => {
  const subject = (userName: string) =>
    read(as({ type: 'WebIdentityUser', identityProvider: 'arn:aws:iam::1:oidc-provider/idp', userName })).identity.id;
  expect(subject('repo:acme/shop:ref:refs/heads/main')).toBe(subject('repo:acme/shop:environment:prod'));
  expect(subject('repo:acme/shop:ref:refs/heads/main')).not.toBe(subject('repo:acme/other:ref:refs/heads/main'));
});

describe('who is let into a role from outside its account', () => {
  const provider = 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com';
  const roleArn = 'arn:aws:iam::123456789012:role/Deploy/deploy-shop';
  const login = (eventName: string, userIdentity: object, change: object = {}) => {
    const [outcome] = reader.readParsed({
      ...user,
      errorCode: undefined,
      eventSource: 'sts.amazonaws.com',
      eventName,
      userIdentity,
      requestParameters: { roleArn, roleSessionName: 'run' },
      responseElements: { credentials: { accessKeyId: 'ASIAEXAMPLE000000009' } },
      ...change,
    });
    return outcome?.status === 'read' ? outcome.activities : expect.unreachable(outcome?.status);
  };
  const federated = {
    type: 'WebIdentityUser',
    userName: 'repo:mallory/poc:ref:refs/heads/main',
    identityProvider: provider,
  };

  it('is the delegator of an act of the role, by the stable part of a subject', () => {
    const [caller, letIn] = login('AssumeRoleWithWebIdentity', federated);
    expect(letIn).toMatchObject({
      identity: {
        id: 'arn:aws:iam::123456789012:role/deploy/deploy-shop',
        account: '123456789012',
        name: 'deploy-shop',
      },
      credential: { id: 'ASIAEXAMPLE000000009', kind: 'session-token' },
      onBehalfOf: [
        { id: 'repo:mallory/poc', kind: 'oidc-subject' },
        { id: provider, kind: 'identity-provider' },
      ],
    });
    expect(letIn?.id).not.toBe(caller?.id);
  });

  it('is told of a stranger account, and not of its own, of a service, or of somebody who was refused', () => {
    const principal = (account: string) => ({
      type: 'IAMUser',
      arn: `arn:aws:iam::${account}:user/ada`,
      accountId: account,
      userName: 'ada',
    });
    const count = (event: string, of: object, change: object = {}) => login(event, of, change).length;
    expect(count('AssumeRole', principal('999988887777'))).toBe(2);
    expect(count('AssumeRole', principal('123456789012'))).toBe(1);
    expect(count('AssumeRole', { type: 'AWSService', invokedBy: 'ec2.amazonaws.com' })).toBe(1);
    expect(count('AssumeRoleWithWebIdentity', federated, { errorCode: 'AccessDenied' })).toBe(1);
  });
});

it('a file as written to S3 is as many records as it holds', () => {
  expect(reader.readParsed({ Records: [role, user, 5] }).map(({ status }) => status)).toEqual(['read', 'read', 'dead']);
});

it('a private endpoint is told with the account that it belongs to', () => {
  const { source } = read({ ...role, vpcEndpointId: 'vpce-0eee9999', vpcEndpointAccountId: '999988887777' });
  expect(source).toMatchObject({ vpcEndpoint: 'vpce-0eee9999', vpcEndpointAccount: '999988887777' });
});

it('a call that was refused and is logged without parameters is about what the message names', () => {
  const refused = (resource: string) =>
    read({
      ...user,
      eventSource: 'iam.amazonaws.com',
      eventName: 'GetRole',
      errorCode: 'AccessDenied',
      errorMessage: `User: arn:aws:iam::123456789012:user/ci is not authorized to perform: iam:GetRole on resource: ${resource} because no identity-based policy allows the iam:GetRole action`,
      requestParameters: null,
      responseElements: null,
      resources: undefined,
    }).resource;
  expect(refused('role admin')).toEqual({ id: 'admin', type: 'role' });
  expect(refused('arn:aws:iam::123456789012:role/admin')).toEqual({ id: 'arn:aws:iam::123456789012:role/admin' });
  expect(refused('*')).toBeUndefined();
});

it.each([
  ['CredentialVerification', { serviceEventDetails: { CredentialVerification: 'Failure' } }, 'denied'],
  ['CredentialChallenge', { responseElements: { CredentialChallenge: 'Success' } }, 'success'],
  ['SwitchRole', { responseElements: { SwitchRole: 'Failure' } }, 'denied'],
])('a step of a sign-in tells how it ended under its own name: %s', (eventName, change, outcome) => {
  const step = {
    ...user,
    errorCode: undefined,
    ...change,
    eventName,
    eventSource: 'signin.amazonaws.com',
    readOnly: false,
  };
  expect(read(step)).toMatchObject({ action: { access: 'authenticate' }, outcome });
});

it.each(['0', 'OK', 'Success', 'None', 'NoError', '304'])(
  'an error code that says that all went well is none: %s',
  (errorCode) => {
    const went = read({ ...role, errorCode });
    expect(went.outcome).toBe('success');
    expect(went).not.toHaveProperty('errorCode');
    expect(read({ ...role, errorCode: 'InvalidAccessKeyId' }).outcome).toBe('denied');
  },
);

it('an account that an export took for a number is the account, with its zeros', () => {
  const numbered = { ...role, userIdentity: { ...role.userIdentity, accountId: 12_345_678_901 } };
  expect(read(numbered).identity.account).toBe('012345678901');
});

it('a secret and a parameter are one target, by whatever name a request asks for them', () => {
  const asked = (eventSource: string, eventName: string, requestParameters: object) =>
    read({ ...user, awsRegion: 'eu-west-1', eventSource, eventName, requestParameters, errorCode: undefined }).resource
      ?.id;
  const arn = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db';
  const secret = (secretId: string) => asked('secretsmanager.amazonaws.com', 'GetSecretValue', { secretId });
  for (const name of ['prod/db', `${arn}-AbCdE1`, arn]) expect(secret(name)).toBe(arn);
  // An ending of small letters alone is of the name.
  expect(secret(`${arn}-backup`)).toBe(`${arn}-backup`);
  const foreign = 'arn:aws:secretsmanager:eu-west-1:210987654321:secret:prod/db-AbCdE1';
  expect(secret(foreign)).toBe(foreign.slice(0, -7));
  const parameter = (name: string) => asked('ssm.amazonaws.com', 'GetParameter', { name });
  const path = 'arn:aws:ssm:eu-west-1:123456789012:parameter/prod/db';
  for (const name of ['/prod/db', path]) expect(parameter(name)).toBe(path);
});

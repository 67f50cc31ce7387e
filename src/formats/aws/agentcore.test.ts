import { expect, it } from 'vitest';
import { formatRig } from '../../../test/unit/format-rig.ts';
import { format } from '../aws-cloudtrail.ts';

const rig = formatRig(format);
const GATEWAY = 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:gateway/orders-gateway-a1b2c3';
const CLAIMS = {
  sub: '4ammgexample01',
  client_id: '4ammgexample01',
  scope: 'orders/read orders/write',
  iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01',
  iat: 1_772_359_200,
  exp: 1_772_362_800,
  jti: '1234abcd-0000-4000-8000-000000000001',
};

/** As the developer guide shows a data event of a gateway. */
const event = (claims: object | undefined, more: object = {}) => ({
  eventVersion: '1.11',
  userIdentity: { type: 'AWSAccount', principalId: '', accountId: 'anonymous' },
  eventTime: '2026-03-01T10:15:30Z',
  eventSource: 'bedrock-agentcore.amazonaws.com',
  eventName: 'InvokeGateway',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '192.0.2.190',
  userAgent: 'python-httpx/0.28.1',
  requestParameters: {
    body: {
      id: 1,
      method: 'tools/call',
      params: { name: 'Orders___list_orders', arguments: 'REDACTED' },
      jsonrpc: '2.0',
    },
  },
  responseElements: {
    body: { jsonrpc: '2.0', id: 1, result: { isError: false, content: 'REDACTED' } },
    statusCode: 200,
  },
  ...(claims !== undefined && {
    additionalEventData: { targetId: '0JT', jwt: { headers: { kid: 'k' }, claims, type: 'JWS' } },
  }),
  eventID: '12345678-0000-4000-8000-000000000001',
  readOnly: false,
  resources: [{ accountId: '111122223333', type: 'AWS::BedrockAgentCore::Gateway', ARN: GATEWAY }],
  eventType: 'AwsApiCall',
  managementEvent: false,
  recipientAccountId: '111122223333',
  eventCategory: 'Data',
  ...more,
});

it('the client of the token calls the tool, at its issuer', () => {
  expect(rig.read(event(CLAIMS))).toMatchObject({
    identity: {
      id: 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01#4ammgexample01',
      kind: 'workload',
      provider: 'aws',
      account: '111122223333',
    },
    credential: { id: CLAIMS.jti, kind: 'jwt', expiresAt: '2026-03-01T11:00:00.000Z' },
    scopes: ['orders/read', 'orders/write'],
    action: { name: 'bedrock-agentcore:tools/call:Orders___list_orders', access: 'read' },
    resource: { id: GATEWAY, account: '111122223333' },
    source: { ip: '192.0.2.190' },
    outcome: 'success',
  });
});

it('a client that acts for a person says so, and stays the same identity', () => {
  const forAda = rig.read(event({ ...CLAIMS, sub: 'ada-0001' }));
  expect(forAda.identity).toEqual(rig.read(event(CLAIMS)).identity);
  expect(forAda.onBehalfOf).toEqual([{ id: 'ada-0001', kind: 'subject' }]);
  expect(
    rig.read(event({ ...CLAIMS, client_id: undefined, azp: 'abc', sub: 'abc@clients' })).onBehalfOf,
  ).toBeUndefined();
  expect(rig.read(event({ ...CLAIMS, client_id: undefined, sub: 'abc@clients' })).identity.name).toBe('abc');
});

it('a tool that failed has failed, a token that was refused names nobody', () => {
  const failed = { body: { result: { isError: true } }, statusCode: 200 };
  expect(rig.read(event(CLAIMS, { responseElements: failed }))).toMatchObject({
    outcome: 'failed',
    errorCode: 'isError',
  });
  expect(rig.read(event(CLAIMS, { responseElements: { statusCode: 403 } }))).toMatchObject({
    outcome: 'denied',
    errorCode: '403',
  });
  const refused = event(undefined, { responseElements: { body: { error: { code: -32001 } }, statusCode: 401 } });
  expect(rig.reader.readParsed(refused)[0]).toMatchObject({ status: 'skip' });
});

it('a role that invokes a runtime for a person is the role', () => {
  const role = {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/Backend/i-0',
    accountId: '111122223333',
  };
  const call = event(undefined, {
    userIdentity: role,
    eventName: 'InvokeAgentRuntimeForUser',
    requestParameters: {
      agentRuntimeArn: 'arn:aws:bedrock-agentcore:eu-west-1:111122223333:runtime/cases-1',
      runtimeUserId: 'ada-0001',
    },
    responseElements: { statusCode: 200 },
  });
  expect(rig.read(call)).toMatchObject({
    identity: { id: 'arn:aws:iam::111122223333:role/backend', kind: 'role' },
    onBehalfOf: [{ id: 'ada-0001', kind: 'human' }],
    action: { name: 'bedrock-agentcore:InvokeAgentRuntimeForUser', access: 'execute' },
    outcome: 'success',
  });
});

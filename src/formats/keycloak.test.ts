import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './keycloak.ts';

const [line, refresh, admin] = samplesOf(format);
const rig = formatRig(format);
const message = (text: string) => ({ ...line, message: text });

it('a client-credential login is of the client, out of a line of the log', () => {
  expect(rig.read(line)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'nightly-export', kind: 'oauth-app', provider: 'keycloak', account: 'shop' },
    action: { name: 'CLIENT_LOGIN', service: 'keycloak', access: 'authenticate' },
    source: { ip: '192.0.2.130' },
    scopes: ['orders:read', 'profile'],
    outcome: 'success',
  });
});

it('lines without quotes and of the ECS format are the same', () => {
  const { timestamp, loggerName, ...rest } = line;
  const ecs = { ...rest, '@timestamp': timestamp, 'log.logger': loggerName };
  expect(rig.read(ecs).identity).toEqual(rig.read(line).identity);
  const bare = message(
    'type=CLIENT_LOGIN_ERROR, realmId=shop, clientId=nightly-export, userId=null, ipAddress=192.0.2.1, error=invalid_client_credentials',
  );
  expect(rig.read(bare)).toMatchObject({
    identity: { id: 'nightly-export' },
    action: { name: 'CLIENT_LOGIN' },
    outcome: 'denied',
    errorCode: 'invalid_client_credentials',
  });
});

it('a person is the identity of what they do through an app, and a client of its own acts', () => {
  expect(rig.read(refresh)).toMatchObject({
    identity: { id: 'cdf56084-0000-4000-8000-000000000062', kind: 'human', account: 'shop' },
    actor: { id: 'web', kind: 'app' },
  });
  expect(rig.read(admin)).toMatchObject({
    identity: { id: 'terraform', kind: 'oauth-app' },
    onBehalfOf: [{ id: 'cdf56084-0000-4000-8000-000000000063' }],
    action: { name: 'CLIENT.UPDATE', access: 'admin' },
    resource: { id: 'clients/8e5ed10f-0000-4000-8000-000000000063', type: 'CLIENT' },
  });
  const console_ = { ...admin, authDetails: { ...admin.authDetails, clientId: 'security-admin-console' } };
  expect(rig.read(console_).identity.kind).toBe('human');
});

it.each([
  [
    'type=LOGIN_ERROR, realmId=shop, clientId=web, userId=null, ipAddress=192.0.2.1, error=user_not_found',
    'unknown to Keycloak',
  ],
  [
    'type=LOGIN_ERROR, realmId=shop, clientId=web, userId=null, ipAddress=192.0.2.1, error=invalid_redirect_uri',
    'nobody',
  ],
  [
    'type=CLIENT_LOGIN_ERROR, realmId=shop, clientId=made-up, userId=null, error=client_not_found',
    'unknown to Keycloak',
  ],
])('whoever is nobody is skipped: %s', (text, reason) => {
  expect(rig.reader.readParsed(message(text))[0]).toMatchObject({
    status: 'skip',
    reason: expect.stringContaining(reason),
  });
});

it("the server's own log is skipped", () => {
  const own = { ...line, loggerName: 'org.keycloak.services', message: 'KC-SERVICES0009: Added user' };
  expect(rig.reader.readParsed(own)[0]).toMatchObject({ status: 'skip' });
});

it('a plain line of its log is read as the JSON of it', () => {
  const [login] = samplesOf(format);
  const line = (logger: string, message: string) =>
    `2026-03-01 10:15:30,120 INFO  [${logger}] (executor-thread-1) ${message}\n`;
  const auto = formatRig(format, 'auto').reader;
  const [read] = auto.read(line('org.keycloak.events', login.message));
  const [wanted] = auto.readParsed({ ...login, timestamp: '2026-03-01T10:15:30.120Z' });
  if (read?.status !== 'read' || wanted?.status !== 'read') throw new Error('not read');
  const { id: _, ...activity } = read.activities[0]!;
  expect(wanted.activities[0]).toMatchObject(activity);
  expect(auto.read(line('org.keycloak.services', 'KC-SERVICES0009: Added user'))).toMatchObject([{ status: 'skip' }]);
  expect(
    auto.read('10:15:30,120 WARN  [org.keycloak.events] (default task-1) type=LOGIN_ERROR, realmId=r'),
  ).toMatchObject([{ status: 'dead', reason: expect.stringContaining('with its date') }]);
  expect(auto.read('2026-03-01 10:15:30,120 INFO  [io.quarkus] (main) Keycloak 26 started')).toMatchObject([
    { status: 'dead' },
  ]);
});

it('a person signs in to a client, which is the target; a machine to what it asks a token for', () => {
  const event = { realmId: 'shop', time: 1_772_360_130_120, type: 'LOGIN', clientId: 'web', userId: 'u-1' };
  expect(rig.read(event).resource).toEqual({ id: 'web', type: 'client' });
  expect(rig.read({ ...event, details: {}, audience: 'orders' }).resource?.id).toBe('orders');
  expect(rig.read(line).resource).toBeUndefined();
});

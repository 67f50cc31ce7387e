import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './okta.ts';

const [sample] = samplesOf(format);
const rig = formatRig(format);

const read = (change: object) => rig.read({ ...sample, ...change });

it('an app without a token id is known by its device token', () => {
  expect(read({})).toEqual({
    id: 'okta:44aeb388-08b4-11ef-9cec-000000000001',
    at: '2026-03-01T10:15:30.120Z',
    tenant: 'default',
    identity: { id: '0oa1example0000000001', kind: 'oauth-app', provider: 'okta', name: 'provisioner' },
    credential: { id: '53dd1a7513e0256eb13b9a47bb07ed61e8ca3d35fbdc36c909567a21a65a2b19', kind: 'other' },
    action: { name: 'group.user_membership.add', service: 'group.user_membership', access: 'write' },
    resource: { id: '00g1example0000000003', type: 'UserGroup' },
    source: {
      ip: '192.0.2.90',
      asn: 64_500,
      org: 'example net',
      country: 'Netherlands',
      region: 'North Holland',
      userAgent: 'okta-sdk-java/15.0.0',
    },
    outcome: 'success',
    scopes: ['okta.groups.manage', 'okta.users.read'],
  });
});

it('an API token is the credential where the log names it', () => {
  const { credential } = read({ transaction: { detail: { requestApiTokenId: '00T1bjatrp6Nl1dOc5d7' } } });
  expect(credential).toEqual({ id: '00T1bjatrp6Nl1dOc5d7', kind: 'pat', longLived: true });
});

it.each([
  ['SUCCESS', null, 'success'],
  ['ALLOW', null, 'success'],
  ['FAILURE', 'INVALID_CREDENTIALS', 'denied'],
  ['FAILURE', 'rate limit', 'failed'],
  ['DENY', null, 'denied'],
])('%s with reason %s is %s', (result, reason, outcome) => {
  expect(read({ outcome: { result, reason } }).outcome).toBe(outcome);
});

it('a client-credential login is a sign-in at the authorization server, whatever token came of it', () => {
  const grant = (token: string, more: object = {}) =>
    read({
      eventType: 'app.oauth2.as.token.grant.access_token',
      debugContext: {
        debugData: {
          requestUri: '/oauth2/aus1example0000000004/v1/token',
          grantType: 'client_credentials',
          grantedScopes: 'orders.read',
        },
      },
      target: [{ id: token, type: 'access_token', displayName: 'Access Token' }],
      ...more,
    });
  expect(grant('AT.one')).toMatchObject({
    identity: { id: '0oa1example0000000001', kind: 'oauth-app' },
    action: { access: 'authenticate' },
    resource: { id: 'aus1example0000000004', type: 'AuthorizationServer' },
    scopes: ['orders.read'],
  });
  expect(grant('AT.two').resource).toEqual(grant('AT.one').resource);
  const debugContext = { debugData: { requestUri: '/oauth2/v1/token' } };
  expect(grant('AT.one', { eventType: 'app.oauth2.token.grant.access_token', debugContext }).resource?.id).toBe('org');
});

it('the organisation is the account, as the hook, the bus or a field of the shipper names it', () => {
  const auto = formatRig(format, 'auto').reader;
  const accountOf = (record: object) => {
    const [outcome] = auto.readParsed(record);
    return outcome?.status === 'read' ? outcome.activities[0]?.identity.account : outcome;
  };
  const hook = {
    eventType: 'com.okta.event_hook',
    source: 'https://acme.okta.com/api/v1/eventHooks/who1',
    data: { events: [sample] },
  };
  expect(accountOf(hook)).toBe('acme.okta.com');
  const bus = { 'detail-type': 'SystemLog', source: 'aws.partner/okta.com/acme/logs', detail: sample };
  expect(accountOf(bus)).toBe('acme');
  expect(accountOf({ ...sample, organization: 'https://Acme.okta.com/' })).toBe('acme.okta.com');
  expect(accountOf(sample)).toBeUndefined();
});

it('names that no account has are no identity', () => {
  const actor = { id: 'unknown', type: 'User', alternateId: 'admin' };
  expect(rig.reader.readParsed({ ...sample, actor })[0]?.status).toBe('skip');
});

it("an event hook is taken apart, and nobody else's list of events is", () => {
  const data = { events: [sample, sample] };
  expect(rig.reader.readParsed({ eventType: 'com.okta.event_hook', data })).toHaveLength(2);
  expect(format.split?.({ action: 'hook.create', data })).toBeUndefined();
});

it.each([
  ['user.session.start', 'authenticate'],
  ['app.oauth2.as.token.grant', 'authenticate'],
  ['group.privilege.grant', 'admin'],
  ['user.mfa.factor.deactivate', 'admin'],
  ['system.push.send_factor_verify_push', 'authenticate'],
  ['user.account.update_profile', 'write'],
])('%s is %s', (eventType, access) => {
  expect(read({ eventType }).action.access).toBe(access);
});

const target = (type: string) => ({ id: `id-of-${type}`, type, displayName: type });

it.each([
  ['group.user_membership.remove', ['User', 'UserGroup'], 'UserGroup'],
  ['group.privilege.grant', ['UserGroup', 'ROLE'], 'ROLE'],
  ['user.account.privilege.grant', ['User', 'ROLE'], 'ROLE'],
  ['user.account.privilege.grant', ['User'], 'User'],
  ['application.user_membership.add', ['AppUser', 'AppInstance', 'User'], 'AppInstance'],
  ['policy.rule.update', ['PolicyRule', 'PolicyEntity'], 'PolicyRule'],
  ['user.lifecycle.suspend', ['User'], 'User'],
  ['user.authentication.sso', ['User', 'AppInstance'], 'AppInstance'],
  ['user.authentication.auth_via_mfa', ['User'], 'User'],
  ['unheard.of', ['Thing', 'Other'], 'Thing'],
])('%s of %j is about the %s, in whatever order they stand', (eventType, types, type) => {
  expect(read({ eventType, target: types.map(target) }).resource?.type).toBe(type);
});

it.each([
  [{ type: 'User' }],
  [{ id: 'unknown', type: 'User' }],
  [{ id: '-', type: 'User' }],
  [{ id: '192.0.2.9', type: 'IP address' }],
])('an actor who is nobody is skipped: %j', (actor) => {
  expect(formatRig(format).reader.readParsed({ ...samplesOf(format)[0], actor })[0]?.status).toBe('skip');
});

it.each([
  ['FAILURE', 'failed'],
  ['DENY', 'denied'],
  ['SUCCESS', 'success'],
])('a result by itself counts as in its object: %s', (result, outcome) => {
  expect(read({ outcome: result }).outcome).toBe(outcome);
});

it('one thing by itself is taken as a list of one', () => {
  expect(read({ eventType: 'unheard.of', target: { id: 't1', type: 'Thing' } }).resource?.id).toBe('t1');
});

it.each([
  ['system.api_token.create', { id: '00T9', type: 'Token' }, { kind: 'credential', credential: '00T9' }],
  [
    'app.oauth2.client.lifecycle.create',
    { id: '0oa9', type: 'PublicClientApp' },
    { kind: 'identity', identity: '0oa9' },
  ],
  [
    'user.account.privilege.grant',
    { id: '00u9', type: 'User' },
    { kind: 'right', identity: '00u9', rights: ['Super administrator'] },
  ],
])('%s tells what came to be', (eventType, thing, change) => {
  const debugContext = { debugData: { privilegeGranted: 'Super administrator' } };
  expect(read({ eventType, target: [thing], debugContext }).change).toMatchObject(change);
  expect(read({ eventType, target: [thing], debugContext, outcome: 'DENY' })).not.toHaveProperty('change');
});

it('to be asked for one more factor is no refusal', () => {
  const asked = read({
    eventType: 'policy.evaluate_sign_on',
    outcome: { result: 'CHALLENGE', reason: 'Sign-on policy evaluation resulted in CHALLENGE' },
  });
  expect(asked.outcome).toBe('success');
  expect(asked.errorCode).toBeUndefined();
});

it('without a client the last hop of the chain is where it came from', () => {
  const request = { ipChain: [{ ip: '198.51.100.1' }, { ip: '192.0.2.91' }] };
  expect(read({ client: {}, request }).source.ip).toBe('192.0.2.91');
  expect(read({ request }).source.ip).toBe('192.0.2.90');
});

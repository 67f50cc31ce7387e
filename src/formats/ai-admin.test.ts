import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './ai-admin.ts';

const [key, session, anthropic] = samplesOf(format);
const { reader, read } = formatRig(format);

it('OpenAI: a service account outlives its keys', () => {
  expect(read(key)).toEqual({
    id: 'openai:audit_log-example0001',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'default',
    identity: { id: 'svc_acct_example01', kind: 'service-account', provider: 'openai', name: 'ci' },
    credential: { id: 'key_example0001', kind: 'access-key', longLived: true },
    action: { name: 'api_key.created', service: 'openai', access: 'admin' },
    resource: { id: 'key_example0002', type: 'api_key', account: 'proj_example01' },
    source: {},
    outcome: 'success',
  });
});

it('OpenAI: a person is known by their id in a session as with a key', () => {
  expect(read(session)).toMatchObject({
    identity: { id: 'user-example01', kind: 'human', name: 'ada@example.com' },
    action: { access: 'authenticate' },
    source: { ip: '203.0.113.9', country: 'NL', asn: 64_500 },
    outcome: 'denied',
    errorCode: 'invalid_credentials',
  });
  const actor = { type: 'api_key', api_key: { type: 'user', id: 'key_1', user: { id: 'user-example01' } } };
  expect(read({ ...session, actor })).toMatchObject({
    identity: { id: 'user-example01', kind: 'human' },
    credential: { id: 'key_1' },
  });
});

it('Anthropic: a key that has no owner is the principal itself', () => {
  expect(read(anthropic)).toEqual({
    id: 'anthropic:activity_example0001',
    at: '2026-03-01T10:15:30.000Z',
    tenant: 'default',
    identity: { id: 'apikey_example01', kind: 'api-key', provider: 'anthropic', account: 'org_example01' },
    credential: { id: 'apikey_example01', kind: 'access-key', longLived: true },
    action: { name: 'claude_file_accessed', service: 'anthropic', access: 'read' },
    resource: { id: 'claude_file_example01', type: 'claude_file' },
    source: { ip: '192.0.2.70', userAgent: 'curl/8.7.1' },
    outcome: 'success',
  });
});

it.each([
  [{ type: 'user_actor', user_id: 'user_1', email_address: 'ada@example.com' }, 'user_1', 'human'],
  [{ type: 'admin_api_key_actor', admin_api_key_id: 'akey_1' }, 'akey_1', 'api-key'],
  [{ type: 'scim_directory_sync_actor', directory_id: 'dir_1', workos_event_id: 'e' }, 'dir_1', 'service-account'],
  [{ type: 'anthropic_actor', email_address: null }, 'anthropic_actor', 'provider-service'],
])('Anthropic: %j', (actor, id, kind) => {
  expect(read({ ...anthropic, actor }).identity).toMatchObject({ id, kind });
});

it('Anthropic: who has not signed in yet is nobody', () => {
  const actor = { type: 'unauthenticated_user_actor', unauthenticated_email_address: 'x@example.com' };
  expect(reader.readParsed({ ...anthropic, actor })[0]?.status).toBe('skip');
});

it.each([
  ['claude_chat_created', 'write', 'success'],
  ['claude_chat_access_failed', 'read', 'denied'],
  ['admin_api_key_created', 'admin', 'success'],
  ['sso_login_failed', 'authenticate', 'denied'],
  ['org_sso_toggled', 'admin', 'success'],
])('%s is %s', (type, access, outcome) => {
  const activity = read({ ...anthropic, type });
  expect([activity.action.access, activity.outcome]).toEqual([access, outcome]);
});

it('a page of either is taken apart', () => {
  expect(reader.readParsed({ object: 'list', data: [key, session], has_more: false })).toHaveLength(2);
  expect(reader.readParsed({ data: [anthropic], has_more: true, first_id: null, last_id: null })).toHaveLength(1);
});

it.each([[{}], [{ type: 'session', session: { user: { id: 'unknown' } } }]])(
  'an actor who is nobody is skipped: %j',
  (actor) => {
    expect(reader.readParsed({ ...key, actor })[0]).toMatchObject({ status: 'skip', reason: 'actor names nobody' });
  },
);

it('a list of settings that was switched is the target', () => {
  const type = 'ip_allowlist.config.deactivated';
  const { resource } = read({
    ...key,
    type,
    ip_allowlist_config_deactivated: { configs: [{ id: 'ipallow-1', name: 'VPN' }] },
  });
  expect(resource).toMatchObject({ id: 'ipallow-1', type: 'ip_allowlist.config' });
});

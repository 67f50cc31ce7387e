import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './asana-audit.ts';

const [made, used] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who makes a service account makes an identity, which acts under that id', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.364Z',
    identity: { id: '1100000000000001', kind: 'human', provider: 'asana', name: 'ada@example.com' },
    action: { name: 'service_account_created', service: 'asana', access: 'admin' },
    resource: { id: '1100000000000002', type: 'user' },
    change: { kind: 'identity', identity: '1100000000000002' },
    source: { ip: '192.0.2.20' },
  });
  expect(rig.read(used)).toMatchObject({
    identity: { id: '1100000000000002', kind: 'service-account' },
    action: { name: 'task_deleted', access: 'write' },
    resource: { id: '1300000000000001', type: 'task' },
    source: { ip: '192.0.2.21', userAgent: 'python-requests/2.32' },
  });
});

it('a connected app acts for the user who let it', () => {
  const context = { ...used.context, api_authentication_method: 'oauth', oauth_app_name: 'Zapier' };
  expect(rig.read({ ...used, context })).toMatchObject({
    identity: { id: 'Zapier', kind: 'oauth-app' },
    onBehalfOf: [{ id: '1100000000000002', kind: 'principal' }],
  });
});

it('who may not sign in is denied, Asana is itself, and nobody is skipped', () => {
  const login = { ...made, event_type: 'user_login_failed', event_category: 'logins' };
  expect(rig.read(login)).toMatchObject({ action: { access: 'authenticate' }, outcome: 'denied' });
  expect(rig.read({ ...made, actor: { actor_type: 'asana_support' } }).identity.kind).toBe('provider-service');
  expect(rig.reader.readParsed({ ...made, actor: { actor_type: 'anonymous' } })[0]).toMatchObject({ status: 'skip' });
});

it('pages are taken apart', () => {
  expect(rig.reader.readParsed({ data: [made, used], next_page: null })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)(
  "every event of a SIEM vendor's rules is read, with who it was, to what and from where",
  () => {
    for (const log of rulePack!('Asana.Audit') as (typeof made)[])
      expect(rig.read(log)).toMatchObject({
        identity: { id: log.actor.gid ?? log.actor.email ?? log.actor.name },
        resource: { id: log.resource.gid },
        source: { ip: log.context.client_ip_address },
        outcome: log.event_type.endsWith('_failed') ? 'denied' : 'success',
      });
  },
);

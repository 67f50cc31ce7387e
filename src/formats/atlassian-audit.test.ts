import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './atlassian-audit.ts';

const [added] = samplesOf(format);
const rig = formatRig(format, 'auto');
const change = (attributes: object) => ({ ...added, attributes: { ...added.attributes, ...attributes } });

it('who let whom into which group, and with which token', () => {
  expect(rig.read(added)).toMatchObject({
    at: '2026-03-01T10:15:30.890Z',
    identity: {
      id: '5b10example0001',
      kind: 'human',
      provider: 'atlassian',
      name: 'ada@example.com',
      account: 'example.atlassian.net',
    },
    credential: { id: 'ffff0002-0000-4000-8000-000000000002', kind: 'pat' },
    action: { name: 'user_added_to_group', access: 'admin' },
    resource: { id: 'ffff0004-0000-4000-8000-000000000004', type: 'groups' },
    recipients: [{ id: 'new@example.com' }],
    source: { ip: '192.0.2.250', country: 'Norway' },
    outcome: 'success',
  });
});

it('apps are apps, sign-ins are sign-ins, and nobody is skipped', () => {
  const actor = { id: 'a1', name: 'Sync', email: 'a1@connect.atlassian.com' };
  expect(rig.read(change({ actor })).identity.kind).toBe('oauth-app');
  expect(rig.read(change({ action: 'user_login_failed' }))).toMatchObject({
    action: { access: 'authenticate' },
    outcome: 'denied',
  });
  expect(rig.reader.readParsed(change({ actor: { id: '' } }))[0]).toMatchObject({ status: 'skip' });
});

it('pages are taken apart', () => {
  expect(rig.reader.readParsed({ data: [added, added], links: {}, meta: {} })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with whom it was about", () => {
  for (const log of rulePack!('Atlassian.Audit'))
    expect(rig.read(log)).toMatchObject({ identity: { id: expect.any(String) }, resource: { id: expect.any(String) } });
});

it('whom an app acts for is told, and to log in as somebody else is to govern', () => {
  const actor = { id: 'app-1', name: 'Sync', accountType: 'app', onBehalfOf: { id: '5b10example0009', name: 'Grace' } };
  expect(rig.read(change({ actor }))).toMatchObject({
    identity: { id: 'app-1', kind: 'oauth-app' },
    onBehalfOf: [{ id: '5b10example0009', kind: 'principal' }],
  });
  expect(rig.read(change({ action: 'user_logged_in_as_user' })).action.access).toBe('admin');
  expect(rig.read(change({ action: 'user_login' })).action.access).toBe('authenticate');
});

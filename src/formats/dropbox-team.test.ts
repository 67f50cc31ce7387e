import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './dropbox-team.ts';

const [taken, shared] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('an app takes a file for the member whose it is', () => {
  expect(rig.read(taken)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'dbaid:AAA0001', kind: 'oauth-app', provider: 'dropbox', name: 'backup' },
    onBehalfOf: [{ id: 'dbid:AAA0002', kind: 'principal' }],
    action: { name: 'file_download', access: 'read' },
    resource: { id: '/finance/report.pdf', type: 'file' },
    source: { ip: '192.0.2.82', country: 'US' },
  });
});

it('a file that is opened to somebody outside says to whom', () => {
  expect(rig.read(shared)).toMatchObject({
    identity: { id: 'dbid:AAA0002', kind: 'human', name: 'ada@example.com' },
    action: { name: 'shared_content_add_member', access: 'write' },
    resource: { id: '/finance/plan.paper' },
    recipients: [{ id: 'eve@example.org', kind: 'outside' }],
  });
});

it('pages are taken apart, and a sign-in that failed is denied', () => {
  expect(rig.reader.readParsed({ events: [taken, shared], cursor: 'x', has_more: false })).toHaveLength(2);
  const failed = { ...shared, event_category: { '.tag': 'logins' }, event_type: { '.tag': 'login_fail' } };
  expect(rig.read(failed)).toMatchObject({ action: { access: 'authenticate' }, outcome: 'denied' });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with who did what from where", () => {
  for (const log of rulePack!('Dropbox.TeamEvent') as (typeof taken)[]) {
    const outcome = rig.reader.readParsed(log)[0];
    if (outcome?.status !== 'read') continue;
    const who = log.actor.user ?? log.actor.admin;
    expect(outcome.activities[0]).toMatchObject({
      identity: { id: who.account_id ?? who.email },
      action: { name: log.event_type._tag },
    });
  }
});

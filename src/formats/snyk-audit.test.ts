import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './snyk-audit.ts';

const [made, monitored] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who makes a service account makes an identity, with its role', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.565Z',
    identity: { id: 'aaaa0004-0000-4000-8000-000000000004', provider: 'snyk' },
    action: { name: 'org.service_account.create', service: 'snyk', access: 'admin' },
    resource: { id: 'aaaa0002-0000-4000-8000-000000000002', type: 'service-account' },
    change: { kind: 'identity', identity: 'aaaa0002-0000-4000-8000-000000000002', rights: ['ADMIN'] },
    outcome: 'success',
  });
});

it('the account that was made acts under that id, and is one in all organisations', () => {
  const there = rig.read({ ...monitored, org_id: 'aaaa0009-0000-4000-8000-000000000009' }).identity;
  expect(rig.read(monitored)).toMatchObject({
    identity: { ...there, id: rig.read(made).change?.identity },
    action: { name: 'org.project.monitor', access: 'write' },
    resource: { id: 'shop/checkout', type: 'repository' },
  });
});

it.each([
  ['org.project.file.access', 'read'],
  ['org.project.test', 'execute'],
  ['org.sast_settings.edit', 'admin'],
  ['org.target.create', 'write'],
  ['group.sso.edit', 'admin'],
])('%s: %s', (event, access) => {
  expect(rig.read({ ...made, event }).action.access).toBe(access);
});

it('a role that is given is a right; without a target of its own an act is about its organisation', () => {
  const content = { afterRoleName: 'ADMIN', beforeRoleName: 'Org Collaborator', userPublicId: 'somebody' };
  expect(rig.read({ ...made, event: 'org.user.role.edit', content }).change).toEqual({
    kind: 'right',
    identity: 'somebody',
    rights: ['ADMIN'],
  });
  expect(rig.read({ ...made, event: 'org.edit', content: {} }).resource).toEqual({
    id: 'aaaa0003-0000-4000-8000-000000000003',
    type: 'organisation',
  });
});

it('pages are taken apart, and what Snyk does itself is skipped', () => {
  expect(rig.reader.readParsed({ data: { items: [made, monitored] }, jsonapi: { version: '1.0' } })).toHaveLength(2);
  expect(rig.reader.readParsed({ ...made, user_id: undefined })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)(
  "every event of a SIEM vendor's rules is read with who it was, or told why not",
  () => {
    for (const log of rulePack!('Snyk.GroupAudit') as Record<string, unknown>[]) {
      // Some bear dates of before Snyk.
      const isDated = String(log.created ?? '').startsWith('2');
      const expected = !isDated ? 'dead' : log.userId === undefined ? 'skip' : 'read';
      expect(rig.reader.readParsed(log)[0]).toMatchObject({ status: expected });
      if (expected === 'read')
        expect(rig.read(log)).toMatchObject({ identity: { id: log.userId }, resource: { id: expect.any(String) } });
    }
  },
);

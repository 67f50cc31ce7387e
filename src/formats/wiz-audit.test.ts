import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './wiz-audit.ts';

const [rotated, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a service account, and the account whose secret it rotates', () => {
  expect(rig.read(rotated)).toMatchObject({
    at: '2026-03-01T10:15:30.436Z',
    identity: {
      id: 'eeee0004-0000-4000-8000-000000000004',
      kind: 'service-account',
      provider: 'wiz',
      name: 'ci-scanner',
    },
    action: { name: 'RotateServiceAccountSecret', access: 'admin' },
    resource: { id: 'eeee0003-0000-4000-8000-000000000003', type: 'ServiceAccountSecret' },
    source: { ip: '192.0.2.240', userAgent: 'python-requests/2.32' },
    outcome: 'success',
  });
});

it('a person who is refused, and nobody', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    outcome: 'denied',
    errorCode: 'ACCESS_DENIED',
  });
  expect(rig.reader.readParsed({ ...refused, user: null })[0]).toMatchObject({ status: 'skip' });
});

it('pages are taken apart', () => {
  const page = { data: { auditLogEntries: { nodes: [rotated, refused], pageInfo: {} } } };
  expect(rig.reader.readParsed(page)).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("every entry of a SIEM vendor's rules is read, with who it was", () => {
  for (const log of rulePack!('Wiz.Audit'))
    expect(rig.read(log)).toMatchObject({ identity: { id: expect.any(String) }, source: { ip: expect.any(String) } });
});

it('a setting of the whole account is told by its name', () => {
  const actionParameters = { input: { serviceAccountAccessAllowedIPs: ['0.0.0.0/0'], userAccessAllowedIPs: [] } };
  const changed = rig.read({ ...rotated, action: 'UpdateIPRestrictions', actionParameters });
  expect(changed).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'IPRestrictions', type: 'IPRestrictions' },
  });
  expect(rig.read({ ...rotated, action: 'Login', actionParameters: {} }).resource).toBeUndefined();
});

it('signing in is told as that, however it is called', () => {
  for (const action of ['Login', ' user Login'])
    expect(rig.read({ ...rotated, action }).action).toMatchObject({ name: action.trim(), access: 'authenticate' });
});

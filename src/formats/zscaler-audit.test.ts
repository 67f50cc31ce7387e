import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './zscaler-audit.ts';

const [made, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who makes an administrator, with which role', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'ada@example.com', kind: 'human', provider: 'zscaler' },
    action: { name: 'ADMINISTRATOR_ADMIN_USER:CREATE', access: 'admin' },
    resource: { id: 'eve', type: 'ADMINISTRATOR_ADMIN_USER' },
    source: { ip: '192.0.2.73', userAgent: 'UI' },
    change: { kind: 'identity', identity: 'eve@example.com', rights: ['Super Admin'] },
  });
});

it('a client of the API that may not has failed, and the thing is named as it was before', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'oauth-terraform', kind: 'service-account' },
    resource: { id: 'siem-feed' },
    source: { userAgent: 'API' },
    outcome: 'failed',
    errorCode: 'INSUFFICIENT_PRIVILEGES',
  });
  expect(rig.reader.readParsed({ event: { ...made.event, adminid: 'None' } })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with who did it from where", () => {
  for (const log of rulePack!('Zscaler.ZIA.AdminAuditLog') as (typeof made)[])
    expect(rig.read(log)).toMatchObject({
      identity: { id: log.event.adminid },
      source: { ip: log.event.clientip },
      outcome: log.event.result === 'SUCCESS' ? 'success' : 'failed',
    });
});

import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './netskope-audit.ts';

const [called, signedIn] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a call of the API by a token, with its path and how it was answered', () => {
  expect(rig.read(called)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'siem-token', kind: 'service-account', provider: 'netskope' },
    action: { name: 'POST /api/v2/incidents/uba/getuci', access: 'write' },
    resource: { id: '/api/v2/incidents/uba/getuci', type: 'path' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('a sign-in, and one that was refused', () => {
  expect(rig.read(signedIn)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    action: { name: 'Login Successful', access: 'authenticate' },
    source: { ip: '192.0.2.75' },
    outcome: 'success',
  });
  expect(rig.read({ ...signedIn, audit_log_event: 'Login Failed' }).outcome).toBe('denied');
  expect(rig.read({ ...signedIn, is_netskope_personnel: true }).identity.kind).toBe('provider-service');
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read", () => {
  for (const log of rulePack!('Netskope.Audit') as (typeof called)[])
    expect(rig.read(log)).toMatchObject({ identity: { id: log.user } });
});

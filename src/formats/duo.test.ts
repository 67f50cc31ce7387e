import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './duo.ts';

const [made, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('what came through the Admin API is told of the API, and what was made by it', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'API', kind: 'api-key', provider: 'duo', account: 'api-0001.duosecurity.com' },
    action: { name: 'integration_create', access: 'admin' },
    resource: { id: 'Admin API', type: 'integration' },
    source: { ip: '192.0.2.68' },
    change: { kind: 'identity', identity: 'Admin API' },
  });
  expect(rig.read({ ...made, username: 'AD Sync: corp' }).identity.kind).toBe('service-account');
  expect(rig.read({ ...made, username: 'Ada', action: 'integration_skey_view' }).action.access).toBe('read');
  expect(rig.read({ ...made, username: 'Ada', action: 'admin_login_error' }).outcome).toBe('denied');
});

it('a factor that was refused is denied, with the application and the place', () => {
  expect(rig.read(refused)).toMatchObject({
    id: 'duo:340a23e3-0001',
    identity: { id: 'DUUSER0001', kind: 'human', name: 'ada' },
    action: { name: 'authentication:duo_push', access: 'authenticate' },
    resource: { id: 'DIAPP0001', type: 'application' },
    source: { ip: '192.0.2.69', country: 'United States' },
    outcome: 'denied',
    errorCode: 'user_marked_fraud',
  });
  expect(rig.read({ ...refused, result: 'success' }).outcome).toBe('success');
});

it('telephony is skipped', () => {
  expect(rig.reader.readParsed({ eventtype: 'telephony_log', type: 'sms' })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)("every administrator of a SIEM vendor's rules is read", () => {
  for (const log of rulePack!('Duo.Administrator').filter(format.recognises) as (typeof made)[])
    expect(rig.read(log)).toMatchObject({ identity: { id: log.username }, action: { name: log.action } });
});

import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './onelogin-events.ts';

const [granted, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a credential of the API is who acts, on whom, giving which right', () => {
  expect(rig.read(granted)).toMatchObject({
    id: 'onelogin:0001-aaaa',
    identity: { id: '0f1e2d3c', kind: 'oauth-app', provider: 'onelogin', name: 'hr-sync', account: '1234' },
    action: { name: 'privilege-granted', access: 'admin' },
    resource: { id: 'Super user', type: 'privilege' },
    change: { kind: 'right', identity: '4321', rights: ['Super user'] },
    source: { ip: '192.0.2.80' },
    outcome: 'success',
  });
});

it('who may not sign in is denied, what failed says why, and a type without a name keeps its number', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: '1111', kind: 'human', name: 'Ada' },
    action: { name: 'user-sign-in-failed', access: 'authenticate' },
    outcome: 'denied',
  });
  const other = rig.read({ ...refused, event_type_id: 4711, error_description: 'no such user' });
  expect(other).toMatchObject({ action: { name: 'event-4711' }, outcome: 'failed', errorCode: 'no such user' });
  expect(rig.reader.readParsed({ data: [granted, refused], pagination: {} })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read where it has a time", () => {
  for (const log of rulePack!('OneLogin.Events').filter(format.recognises) as (typeof granted)[]) {
    const read = rig.read({ ...log, created_at: '2026-03-01T10:15:30Z' });
    expect(read.identity).toMatchObject({ id: String(log.actor_user_id ?? log.user_id), kind: 'human' });
    expect(read.outcome).toBe(String(log.event_type_id) === '6' ? 'denied' : 'success');
  }
});

import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './boundary-audit.ts';

const [opened, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('who opens a session to which target, by which token', () => {
  expect(rig.read(opened)).toMatchObject({
    id: 'boundary:e_0001AbCdEf',
    at: '2026-03-01T10:15:30.272Z',
    identity: { id: 'u_0001AbCdEf', kind: 'unknown', provider: 'boundary' },
    credential: { id: 'at_0001AbCdEf', kind: 'session-token' },
    action: { name: 'targets:authorize-session', access: 'execute' },
    resource: { id: 'ttcp_1234567890', type: 'targets' },
    source: { ip: '192.0.2.64' },
    outcome: 'success',
  });
});

it('a role that is given is a right, and who may not give it is denied', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'u_0002AbCdEf', kind: 'human', name: 'ada@example.com' },
    action: { name: 'roles:add-principals', access: 'admin' },
    change: { kind: 'right', identity: 'u_0001AbCdEf' },
    outcome: 'denied',
    errorCode: '403',
  });
});

it('opens the CloudEvent that a sink writes, and skips who has not signed in yet', () => {
  const event = {
    id: 'x',
    source: 'https://hashicorp.com/boundary/c1',
    specversion: '1.0',
    type: 'audit',
    data: opened,
  };
  expect(rig.reader.readParsed(event)[0]).toMatchObject({
    status: 'read',
    activities: [{ id: 'boundary:e_0001AbCdEf' }],
  });
  const nobody = { ...opened, auth: { user_info: { id: 'u_anon' } } };
  expect(rig.reader.readParsed(nobody)[0]).toMatchObject({ status: 'skip' });
  const path = (method: string, to: string) => rig.read({ ...opened, request_info: { method, path: to } }).action;
  expect(path('GET', '/v1/targets?scope_id=p_1')).toMatchObject({ name: 'targets:list', access: 'read' });
  expect(path('DELETE', '/v1/users/u_1')).toMatchObject({ name: 'users:delete', access: 'admin' });
});

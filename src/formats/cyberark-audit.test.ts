import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './cyberark-audit.ts';

const [taken, made] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('which machine took which password out of which safe', () => {
  expect(rig.read(taken)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'svc-payroll', kind: 'service-account', provider: 'cyberark', account: '43de6333-0001' },
    action: { name: 'Retrieve password', access: 'read' },
    resource: { id: 'payroll/Operating System-UnixSSH-db', type: 'account' },
    source: { ip: '192.0.2.66' },
    outcome: 'success',
  });
  const byComponent = rig.read({ ...taken, source: 'PVWA', identityType: null });
  expect(byComponent).toMatchObject({ identity: { kind: 'unknown' }, source: { workload: 'PVWA' } });
});

it('who is made, who owns a safe from now on, and who may not sign in', () => {
  expect(rig.read(made)).toMatchObject({
    identity: { id: '7f93b762-0001', kind: 'human', name: 'ada@example.com' },
    action: { access: 'admin' },
    resource: { id: 'b94d0198-0001', type: 'user' },
    change: { kind: 'identity', identity: 'b94d0198-0001' },
    source: { ip: '2001:db8::1' },
  });
  const owner = { ...taken, action: 'Add Owner', accountName: '', customData: { PAM: { target: 'svc-evil' } } };
  expect(rig.read(owner)).toMatchObject({
    action: { access: 'admin' },
    resource: { id: 'payroll/svc-evil', type: 'safe-member' },
    change: { kind: 'right', identity: 'svc-evil', rights: ['payroll'] },
  });
  expect(rig.read({ ...taken, action: 'Logon failed' }).outcome).toBe('denied');
});

import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './circleci-audit.ts';

const [stored, approved] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('whoever stores a secret is told with the context and the variable', () => {
  expect(rig.read(stored)).toMatchObject({
    at: '2026-03-01T10:15:30.474Z',
    identity: {
      id: 'dddd0002-0000-4000-8000-000000000002',
      kind: 'human',
      provider: 'circleci',
      name: 'github: ada',
      account: 'github: example',
    },
    action: { name: 'context.env_var.store', service: 'context', access: 'admin' },
    resource: { id: 'dddd0003-0000-4000-8000-000000000003/AWS_ROLE', type: 'context' },
    source: { ip: '192.0.2.230' },
    outcome: 'success',
  });
});

it('an export holds the same as text', () => {
  expect(rig.read(approved)).toMatchObject({
    identity: {
      id: 'dddd0002-0000-4000-8000-000000000002',
      kind: 'human',
      account: 'dddd0004-0000-4000-8000-000000000004',
    },
    action: { name: 'workflow.job.approve', access: 'execute' },
    resource: { id: 'dddd0013-0000-4000-8000-000000000013', type: 'job' },
    outcome: 'failed',
  });
});

it.each([
  ['context.secrets.accessed', 'read'],
  ['project.ssh_key.create', 'admin'],
  ['schedule.update', 'write'],
  ['workflow.job.start', 'execute'],
])('%s: %s', (action, access) => {
  expect(rig.read({ ...stored, action }).action.access).toBe(access);
});

it('a job that acts is a workload, and nobody is skipped', () => {
  expect(rig.read({ ...stored, actor: { id: 'j-1', type: 'job' } }).identity.kind).toBe('workload');
  expect(rig.read({ ...stored, actor: { id: 'x', type: 'constructor' } }).identity.kind).toBe('unknown');
  expect(formatRig(format).reader.readParsed({ ...stored, actor: null })[0]).toMatchObject({ status: 'skip' });
});

it('to log in is to authenticate', () => {
  expect(rig.read({ ...stored, action: 'user.logged_in' }).action.access).toBe('authenticate');
});

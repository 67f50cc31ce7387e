import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './harbor-audit.ts';

const [pulled, made] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a robot that pulls is an account of its project', () => {
  expect(rig.read(pulled)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'robot$shop+ci', kind: 'service-account', provider: 'harbor', name: 'ci' },
    action: { name: 'artifact.pull', service: 'harbor', access: 'read' },
    resource: { id: 'shop/checkout:1.4.2', type: 'artifact' },
    outcome: 'success',
  });
});

it('an image is the same whatever it was built to', () => {
  const digest = 'a'.repeat(64);
  for (const resource of [`shop/checkout@sha256:${digest}`, `shop/checkout:sha256:${digest}`])
    expect(rig.read({ ...pulled, resource }).resource?.id).toBe('shop/checkout');
});

it('who makes a robot makes an identity', () => {
  expect(rig.read(made)).toMatchObject({
    identity: { id: 'ada', kind: 'human' },
    action: { name: 'robot.create', access: 'admin' },
    change: { kind: 'identity', identity: 'robot$shop+spare' },
  });
});

it('refused sign-ins are denied, and public pulls are nobody', () => {
  const login = { ...made, operation: 'login', resource_type: 'user', resource: 'ada', operation_result: false };
  expect(rig.read(login)).toMatchObject({ action: { access: 'authenticate' }, outcome: 'denied' });
  expect(rig.reader.readParsed({ ...pulled, username: 'anonymous' })[0]).toMatchObject({ status: 'skip' });
});

it('what failed is told as failed, in the API and in the table behind it', () => {
  const refused = { ...made, operation_result: undefined, is_successful: false };
  expect(rig.read(JSON.parse(JSON.stringify(refused))).outcome).toBe('failed');
  expect(rig.read({ ...made, resource_type: 'role', operation: 'update' }).action.access).toBe('admin');
});

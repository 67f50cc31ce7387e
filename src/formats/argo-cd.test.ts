import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './argo-cd.ts';

const [sync, repository, list] = samplesOf(format);
const rig = formatRig(format);

it('an account by its name, the token by its id', () => {
  expect(rig.read(sync)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: 'ci', kind: 'service-account', provider: 'argo-cd' },
    credential: { id: '4b2c7a10-0000-4000-8000-000000000001', kind: 'jwt', longLived: true },
    action: { name: 'application.ApplicationService/Sync', service: 'argo-cd', access: 'execute' },
    resource: { id: 'argocd/shop', type: 'application' },
    outcome: 'success',
  });
});

it('a person of an identity provider by the address, which other logs know', () => {
  expect(rig.read(repository)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human', name: 'Ada Example' },
    action: { access: 'admin' },
    resource: { id: 'https://git.example.com/shop.git', type: 'repository' },
  });
});

it('a token of a project is its role', () => {
  expect(rig.read(list)).toMatchObject({ identity: { id: 'proj:shop:ci', kind: 'role' }, action: { access: 'read' } });
});

it('lines of text are read alike', () => {
  const claims = JSON.stringify(sync['grpc.request.claims']);
  const content = JSON.stringify(JSON.stringify(sync['grpc.request.content']));
  const line = `time="2026-03-01T10:15:30Z" level=info msg="received unary call /application.ApplicationService/Sync" grpc.method=Sync grpc.request.claims=${claims} grpc.request.content=${content} grpc.service=application.ApplicationService span.kind=server system=grpc`;
  const [outcome] = formatRig(format, 'auto').reader.read(Buffer.from(line));
  const told = outcome?.status === 'read' ? outcome.activities[0] : undefined;
  expect(told).toMatchObject({
    identity: { id: 'ci' },
    resource: { id: 'argocd/shop' },
    action: { access: 'execute' },
  });
});

it.each([
  ['the end of a call', { msg: 'finished unary call with code OK', 'grpc.code': 'OK' }],
  ['a call of nobody', { 'grpc.request.claims': 'null' }],
])('%s is skipped', (_, more) => {
  expect(rig.reader.readParsed({ ...sync, ...more })).toMatchObject([{ status: 'skip' }]);
});

import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './temporal-cloud-audit.ts';

const [made, refused] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a service account is who acts, with its key, from the hop that Temporal saw', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.000Z',
    identity: { id: '988cb80bd6be4bb5', kind: 'service-account', provider: 'temporal-cloud', name: 'ci-deployer' },
    credential: { id: 'AbCdEf0123456789' },
    action: { name: 'CreateApiKey', access: 'admin' },
    resource: { id: '0a1b2c3d4e5f', type: 'user' },
    change: { kind: 'credential', identity: '0a1b2c3d4e5f' },
    source: { ip: '192.0.2.62' },
    outcome: 'success',
  });
});

it('reads the names of a message too, and who may not is denied', () => {
  expect(rig.read(refused)).toMatchObject({
    identity: { id: 'ada@example.com', kind: 'human' },
    resource: { id: 'shop.a1b2c', type: 'namespace' },
    outcome: 'denied',
    errorCode: 'PermissionDenied',
  });
  expect(rig.read({ ...refused, status: 'InvalidArgument' }).outcome).toBe('failed');
  expect(rig.reader.readParsed({ ...refused, userEmail: '' })[0]).toMatchObject({ status: 'skip' });
});

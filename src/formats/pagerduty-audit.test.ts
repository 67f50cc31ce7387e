import { expect, it } from 'vitest';
import { formatRig, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './pagerduty-audit.ts';

const [changed, made] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a key of the API is who acts, of the thing and its part', () => {
  expect(rig.read(changed)).toMatchObject({
    id: 'pagerduty:PDRECORD0001_UPDATED_SERVICE',
    at: '2026-03-01T10:15:30.272Z',
    identity: { id: 'PKEY001', kind: 'api-key', provider: 'pagerduty', name: 'terraform' },
    credential: { id: '…2adm' },
    action: { name: 'service.update', access: 'write' },
    resource: { id: 'PSVC001/PINT001', type: 'service' },
    source: { ip: '192.0.2.60' },
    outcome: 'success',
  });
});

it('an app acts for the person beside it, and who is made is told once', () => {
  expect(rig.read(made)).toMatchObject({
    identity: { id: 'PAPP001', kind: 'oauth-app' },
    onBehalfOf: [{ id: 'PUSER01', kind: 'human' }],
    action: { name: 'user.create', access: 'admin' },
    resource: { id: 'PUSER02' },
    change: { kind: 'identity', identity: 'PUSER02' },
  });
});

it('pages are taken apart, and nobody is skipped', () => {
  expect(rig.reader.readParsed({ records: [changed, made], next_cursor: null, limit: 10 })).toHaveLength(2);
  expect(rig.reader.readParsed({ ...changed, actors: [] })[0]).toMatchObject({ status: 'skip' });
});

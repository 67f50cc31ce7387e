import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './tines-audit.ts';

const [made, destroyed] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a person makes a key, and the key acts under its name', () => {
  expect(rig.read(made)).toMatchObject({
    id: 'tines:8888:7000001',
    identity: { id: '17171', kind: 'human', provider: 'tines', name: 'ada@example.com', account: '8888' },
    action: { name: 'AuthenticationTokenCreation', access: 'admin' },
    change: { kind: 'credential', credential: 'tenant-api-key' },
    source: { ip: '192.0.2.71', userAgent: 'Mozilla/5.0' },
  });
  expect(rig.read(destroyed)).toMatchObject({
    identity: { id: 'tenant-api-key', kind: 'api-key' },
    action: { name: 'StoryItemsDestruction', access: 'write' },
    resource: { id: '4711' },
    outcome: 'success',
  });
});

it('pages are taken apart', () => {
  expect(rig.reader.readParsed({ audit_logs: [made, destroyed], meta: {} })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules is read, with who did what from where", () => {
  for (const log of rulePack!('Tines.Audit') as (typeof made)[])
    expect(rig.read(log)).toMatchObject({
      identity: { id: log.user_id, name: log.user_email },
      action: { name: log.operation_name },
      source: { ip: log.request_ip },
    });
});

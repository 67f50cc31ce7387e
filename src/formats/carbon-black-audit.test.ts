import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './carbon-black-audit.ts';

const [made, granted] = samplesOf(format);
const rig = formatRig(format, 'auto');

it('a key of the API is made by a person, and gives rights under the id it was made with', () => {
  expect(rig.read(made)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'ada@example.com', kind: 'human', provider: 'carbon-black', account: 'example.com' },
    action: { name: 'api-key.create', access: 'admin' },
    resource: { id: 'JFDNIPS464', type: 'api-key' },
    change: { kind: 'identity', identity: 'JFDNIPS464' },
    source: { ip: '192.0.2.76' },
  });
  expect(rig.read(granted)).toMatchObject({
    identity: { id: 'JFDNIPS464', kind: 'api-key' },
    action: { name: 'grant.create' },
    change: { kind: 'right', identity: 'psc:cnn:A1234567:BC1234567890', rights: ['Read Only'] },
  });
});

it('a secret that was looked at is read, other sentences keep their verb, and nobody is skipped', () => {
  const seen = 'User ada@example.com retrieved secret for API ID JFDNIPS464 in org 12345';
  expect(rig.read({ ...made, description: seen })).toMatchObject({
    action: { name: 'api-key.secret.retrieve', access: 'read' },
    resource: { id: 'JFDNIPS464' },
  });
  const sensor = 'Requested sensor update to version: 2.16.0.2566828 for the following devices';
  expect(rig.read({ ...made, description: sensor }).action.name).toBe('Requested sensor update to');
  expect(rig.reader.readParsed({ ...made, loginName: '' })[0]).toMatchObject({ status: 'skip' });
});

it.skipIf(rulePack === undefined)("every event of a SIEM vendor's rules with an actor is read", () => {
  for (const log of rulePack!('CarbonBlack.Audit').filter(format.recognises) as (typeof made)[])
    if (log.loginName !== '') expect(rig.read(log)).toMatchObject({ identity: { id: log.loginName } });
});

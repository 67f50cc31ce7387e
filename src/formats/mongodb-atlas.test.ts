import { expect, it } from 'vitest';
import { formatRig, rulePack, samplesOf } from '../../test/unit/format-rig.ts';
import { format } from './mongodb-atlas.ts';

const [key, person] = samplesOf(format);
const rig = formatRig(format);

it('an API key is known by its id, and its public part is the credential', () => {
  expect(rig.read(key)).toMatchObject({
    identity: {
      id: '647f654f0000000000000081',
      kind: 'api-key',
      provider: 'mongodb-atlas',
      name: 'abcdefgh',
      account: '6480b7130000000000000000',
    },
    credential: { id: 'abcdefgh', kind: 'access-key', longLived: true },
    action: { name: 'NETWORK_PERMISSION_ENTRY_ADDED', access: 'admin' },
    resource: { id: '0.0.0.0/0' },
    source: { ip: '192.0.2.140' },
    outcome: 'success',
  });
});

it('a person is told with whom they invited', () => {
  expect(rig.read(person)).toMatchObject({
    identity: { id: '647f654f0000000000000082', kind: 'human', name: 'ada@example.com' },
    resource: { id: 'bo@example.com' },
  });
});

it('an event of Atlas itself is skipped', () => {
  const { userId: _, username: __, ...own } = person;
  expect(rig.reader.readParsed(own)[0]).toMatchObject({ status: 'skip' });
});

it('a page is taken apart', () => {
  expect(formatRig(format, 'auto').reader.readParsed({ results: [key, person], totalCount: 2 })).toHaveLength(2);
});

it.skipIf(rulePack === undefined)("a SIEM vendor's records are read with their target", () => {
  const logs = [...rulePack!('MongoDB.OrganizationEvent'), ...rulePack!('MongoDB.ProjectEvent')];
  for (const log of logs as { username?: string }[]) {
    const [outcome] = rig.reader.readParsed(log);
    if (outcome!.status !== 'read')
      expect([outcome!.reason, log.username]).toEqual([expect.stringContaining('itself'), undefined]);
    else
      expect(outcome!.activities[0]).toMatchObject({
        identity: { kind: 'human' },
        resource: { id: expect.any(String) },
      });
  }
});

const asked = {
  atype: 'authCheck',
  ts: { $date: '2026-03-01T10:15:30.120+00:00' },
  uuid: { $binary: 'W4YYy5c8RHOvQrrFDFEQaQ==', $type: '04' },
  local: { ip: '192.0.2.10', port: 27017 },
  remote: { ip: '192.0.2.30', port: 32786 },
  users: [{ user: 'orders', db: 'admin' }],
  roles: [
    { role: 'readWrite', db: 'shop' },
    { role: 'readWrite', db: 'stock' },
  ],
  param: { command: 'find', ns: 'shop.payments', args: {} },
  result: 0,
};

it('what a server writes down is by the user of the database that asked', () => {
  expect(rig.read(asked)).toMatchObject({
    at: '2026-03-01T10:15:30.120Z',
    identity: { id: 'admin.orders', kind: 'service-account', provider: 'mongodb', name: 'orders' },
    action: { name: 'find', service: 'mongodb', access: 'read' },
    resource: { id: 'shop.payments', type: 'collection' },
    source: { ip: '192.0.2.30' },
    outcome: 'success',
    scopes: ['readWrite'],
  });
  expect(rig.read({ ...asked, result: 13 })).toMatchObject({ outcome: 'denied', errorCode: '13' });
  expect(rig.read({ ...asked, ts: { $date: { $numberLong: '1772360130120' } } }).at).toBe('2026-03-01T10:15:30.120Z');
});

it('a change of users is about the user, and a sign-in that was refused names nobody', () => {
  const made = { ...asked, atype: 'createUser', param: { user: 'new', db: 'admin', roles: [] } };
  expect(rig.read(made)).toMatchObject({ action: { access: 'admin' }, resource: { id: 'admin.new', type: 'user' } });
  const refused = { ...asked, atype: 'authenticate', users: [], param: { user: 'x', db: 'admin' }, result: 18 };
  expect(rig.reader.readParsed(refused)[0]).toMatchObject({ status: 'skip', reason: 'users names nobody' });
});

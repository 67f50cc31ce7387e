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
